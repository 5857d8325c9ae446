package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

// Parse reads a line written in the language of the package comment. An error
// is a [vigie.InvalidError] that names the character, counted from 1, and says
// what to do.
func Parse(line string) (Query, error) {
	if len(line) > MaxBytes {
		return Query{}, &vigie.InvalidError{Field: "query", Reason: fmt.Sprintf("is %d bytes long; at most %d are read: use fewer words", len(line), MaxBytes)}
	}
	p := parser{line: []rune(clean(line))}
	for p.skip(); p.at < len(p.line); p.skip() {
		if err := p.term(); err != nil {
			return Query{}, err
		}
	}
	if err := p.checkDates(); err != nil {
		return Query{}, err
	}
	p.note()
	return p.query, nil
}

// parser reads one line from left to right.
type parser struct {
	line    []rune
	at      int
	query   Query
	dropped int
}

// errorAt makes the error of a place in the line.
func errorAt(at int, format string, args ...any) error {
	return &vigie.InvalidError{Field: "query", Reason: fmt.Sprintf("at character %d: ", at+1) + fmt.Sprintf(format, args...)}
}

// clean takes away what cannot be seen: broken UTF-8, control characters and
// the marks that turn the direction of writing.
func clean(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, line)
}

func isQuote(r rune) bool { return strings.ContainsRune(`"“”„‟«»＂`, r) }

func isDash(r rune) bool { return r == '-' || r == '\u2212' }

// isSeparator reports whether the rune at i parts two words. A comma between
// digits belongs to the number.
func isSeparator(line []rune, i int) bool {
	switch line[i] {
	case ' ', ';', '؛', '،', '、', '，':
		return true
	case ',':
		return i == 0 || i+1 == len(line) || !unicode.IsDigit(line[i-1]) || !unicode.IsDigit(line[i+1])
	}
	return false
}

// skip moves to the next rune that says something.
func (p *parser) skip() {
	for p.at < len(p.line) && isSeparator(p.line, p.at) {
		p.at++
	}
}

// term reads one word, phrase or field, with the dash before it.
func (p *parser) term() error {
	start := p.at
	not := false
	for p.at < len(p.line) && isDash(p.line[p.at]) {
		p.at++
		not = true
	}
	if p.at == len(p.line) || isSeparator(p.line, p.at) {
		return nil // a dash between two words, as headlines have it
	}
	name, err := p.fieldName()
	if err != nil {
		return err
	}
	text, quoted, valueAt, err := p.value()
	if err != nil {
		return err
	}
	if name != "" && !sayable(text) {
		return errorAt(valueAt, "%s: needs a value directly behind it, for example %s", name, exampleOf(name))
	}
	switch name {
	case "", string(Title):
		return p.addTerm(Term{Field: Field(name), Text: text, Not: not}, quoted, valueAt)
	}
	if not {
		return errorAt(start, "%s: cannot be excluded; only words and phrases can", name)
	}
	return p.addFilter(name, text, valueAt)
}

// fieldName reads "name:" if it stands here. A colon behind something that no
// field is called is an error, unless it is that of an address or a time.
func (p *parser) fieldName() (string, error) {
	i := p.at
	for i < len(p.line) && (p.line[i] >= 'a' && p.line[i] <= 'z' || p.line[i] >= 'A' && p.line[i] <= 'Z') {
		i++
	}
	if i == p.at || i == len(p.line) || p.line[i] != ':' {
		return "", nil
	}
	name := strings.ToLower(string(p.line[p.at:i]))
	if exampleOf(name) != "" {
		p.at = i + 1
		return name, nil
	}
	if i+1 == len(p.line) || isSeparator(p.line, i+1) || p.line[i+1] == '/' {
		return "", nil
	}
	return "", errorAt(p.at, "there is no field %q; the fields are title:, source:, lang:, from: and to: (to look for the text itself, put it in quotation marks)", name)
}

// exampleOf shows a field in use; "" for what is no field.
func exampleOf(name string) string {
	switch name {
	case "title":
		return "title:spectrum"
	case "source":
		return `source:"National Regulator"`
	case "lang":
		return "lang:fr"
	case "from":
		return "from:2026-11"
	case "to":
		return "to:2026-11-21"
	}
	return ""
}

// value reads a quoted phrase, or everything up to the next separator.
func (p *parser) value() (text string, quoted bool, at int, err error) {
	at = p.at
	if at < len(p.line) && isQuote(p.line[at]) {
		text, err = p.phrase()
		return text, true, at, err
	}
	for p.at < len(p.line) && !isSeparator(p.line, p.at) && !isQuote(p.line[p.at]) {
		p.at++
	}
	return string(p.line[at:p.at]), false, at, nil
}

// phrase reads up to the closing quotation mark, whichever kind that is.
func (p *parser) phrase() (string, error) {
	open := p.at
	for i := open + 1; i < len(p.line); i++ {
		if isQuote(p.line[i]) {
			p.at = i + 1
			return strings.Join(strings.Fields(string(p.line[open+1:i])), " "), nil
		}
	}
	return "", errorAt(open, "this quotation mark is never closed; close it or take it away")
}

// addTerm keeps a word, phrase or prefix.
func (p *parser) addTerm(t Term, quoted bool, at int) error {
	if quoted {
		t.Kind = Phrase
	} else if i := strings.IndexByte(t.Text, '*'); i >= 0 {
		word := t.Text[:i]
		switch {
		case i == 0:
			return errorAt(at, "a word cannot begin with *; write its beginning first, for example regulat*")
		case strings.Trim(t.Text[i:], "*") != "":
			return errorAt(at+utf8.RuneCountInString(word), "* can only stand at the end of a word")
		case countSayable(word) < MinPrefix:
			return errorAt(at, "%d letters at least must stand before *", MinPrefix)
		}
		t.Kind, t.Text = Prefix, word
	}
	if !sayable(t.Text) {
		return nil // punctuation between words
	}
	if len(p.query.Terms) == MaxTerms {
		p.dropped++
		return nil
	}
	p.query.Terms = append(p.query.Terms, t)
	return nil
}

// addFilter keeps a source, a language or a date.
func (p *parser) addFilter(name, text string, at int) error {
	switch name {
	case "source":
		if len(p.query.Sources) == MaxValues {
			return errorAt(at, "at most %d sources can be named", MaxValues)
		}
		p.query.Sources = append(p.query.Sources, text)
	case "lang":
		l, err := vigie.ParseLang(text)
		if err != nil {
			return errorAt(at, "%q is not a language; write a tag such as lang:fr or lang:ar", text)
		}
		if len(p.query.Langs) == MaxValues {
			return errorAt(at, "at most %d languages can be named", MaxValues)
		}
		p.query.Langs = append(p.query.Langs, l)
	case "from":
		return setDate(&p.query.From, name, text, at)
	case "to":
		return setDate(&p.query.To, name, text, at)
	}
	return nil
}

// setDate reads a date, in the digits of any of our languages.
func setDate(d *vigie.Date, name, text string, at int) error {
	if !d.IsZero() {
		return errorAt(at, "%s: is given twice; keep one", name)
	}
	got, err := vigie.ParseDate(strings.Map(westernDigit, text))
	if err != nil || got.Precision > vigie.Day {
		return errorAt(at, "%q is not a date; write %s:2026, %s:2026-11 or %s:2026-11-21", text, name, name, name)
	}
	*d = got
	return nil
}

func westernDigit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		return '0' + r - '۰'
	case isDash(r):
		return '-'
	}
	return r
}

func (p *parser) checkDates() error {
	q := p.query
	if q.From.IsZero() || q.To.IsZero() || !q.From.Time.After(q.To.Time) {
		return nil
	}
	if strings.HasPrefix(q.From.String(), q.To.String()) {
		return nil // from:2026-11 to:2026 ends with the year
	}
	return &vigie.InvalidError{Field: "query", Reason: fmt.Sprintf("from:%s is later than to:%s; exchange them", q.From, q.To)}
}

// note says what was dropped.
func (p *parser) note() {
	if p.dropped > 0 {
		p.query.Notes = append(p.query.Notes, fmt.Sprintf("only the first %d words are looked for; %d more were left out", MaxTerms, p.dropped))
	}
}

// sayable reports whether a text holds a letter, a digit or a symbol that
// means something, so that there is something to look for.
func sayable(s string) bool { return countSayable(s) > 0 }

func countSayable(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			n++
		}
	}
	return n
}
