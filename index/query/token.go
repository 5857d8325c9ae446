package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a typed line without what cannot be seen. Places in it are those of its
// runes; origin tells the characters that these were.
type line struct {
	runes  []rune
	origin []int
}

// newLine cleans a line: broken UTF-8, control characters and spaces become spaces,
// the marks that turn the direction of writing go.
func newLine(s string) line {
	l := line{runes: make([]rune, 0, len(s)), origin: make([]int, 0, len(s)+1)}
	n := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.IsSpace(r):
			r = ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			n++
			continue
		}
		l.runes, l.origin = append(l.runes, r), append(l.origin, n)
		n++
	}
	l.origin = append(l.origin, n)
	return l
}

// span is where the runes from one place to another stood.
func (l line) span(at, end int) span {
	if end <= at {
		return span{l.origin[at], l.origin[at] + 1}
	}
	return span{l.origin[at], l.origin[end-1] + 1}
}

// sign is what sort of token one is.
type sign uint8

const (
	tokenEnd sign = iota
	tokenText
	tokenNot
	tokenAnd
	tokenOr
	tokenNear
	tokenOpen
	tokenClose
	tokenField // what follows is its value, or a parenthesis with values
)

// token is a piece of a line.
type token struct {
	sign  sign
	text  string // of a text, and as an operator was typed
	field Field  // of a tokenField
	// quoted texts are phrases; literal ones are words whatever stands in them.
	quoted, literal bool
	// last says that a value is the last of its field: in a,b the a is not.
	last   bool
	within int // of a tokenNear
	span
}

// lexer cuts a line into tokens.
type lexer struct {
	line
	at  int
	out []token
}

// cut returns the tokens of a line.
func cut(l line) ([]token, error) {
	x := lexer{line: l}
	for x.at < len(x.runes) {
		if err := x.next(); err != nil {
			return nil, err
		}
	}
	return append(x.out, token{sign: tokenEnd, span: x.span(len(x.runes), 0)}), nil
}

func (x *lexer) add(t token, at int) {
	t.span = x.span(at, x.at)
	x.out = append(x.out, t)
}

// next reads one token, or passes over what is none.
func (x *lexer) next() error {
	at, r := x.at, x.runes[x.at]
	switch {
	case isSeparator(x.runes, at):
		x.at++
	case isOpen(r):
		x.at++
		x.add(token{sign: tokenOpen, text: "("}, at)
	case isClose(r):
		x.at++
		x.add(token{sign: tokenClose, text: ")"}, at)
	case isQuote(r):
		return x.phrase()
	case isDash(r):
		x.dash()
	case r == '\\':
		x.at++
		x.word(true)
	default:
		return x.chunk()
	}
	return nil
}

// dash reads what leaves out what follows. One between two words, as headlines have
// it, says nothing.
func (x *lexer) dash() {
	at := x.at
	for x.at < len(x.runes) && isDash(x.runes[x.at]) {
		x.at++
	}
	if x.at < len(x.runes) && !isSeparator(x.runes, x.at) && !isClose(x.runes[x.at]) {
		x.add(token{sign: tokenNot, text: "-"}, at)
	}
}

// phrase reads up to the closing quotation mark, whichever kind that is.
func (x *lexer) phrase() error {
	at := x.at
	for i := at + 1; i < len(x.runes); i++ {
		if !isQuote(x.runes[i]) {
			continue
		}
		x.at = i + 1
		text := strings.Join(strings.Fields(string(x.runes[at+1:i])), " ")
		x.text(token{text: text, quoted: true}, at)
		return nil
	}
	return x.span(at, at+1).fault("quote", nil, "this quotation mark is never closed; close it or take it away")
}

// text adds a word or phrase, or a value even where it says nothing. What says
// nothing otherwise is punctuation, and goes with the dash before it.
func (x *lexer) text(t token, at int) {
	t.sign, t.last = tokenText, true
	before := tokenEnd
	if len(x.out) > 0 {
		before = x.out[len(x.out)-1].sign
	}
	switch {
	case sayable(t.text), before == tokenField:
		x.add(t, at)
	case x.dashed(at):
		x.out = x.out[:len(x.out)-1]
	}
}

// dashed reports whether a dash stands right before a place.
func (x *lexer) dashed(at int) bool {
	if len(x.out) == 0 {
		return false
	}
	t := x.out[len(x.out)-1]
	return t.sign == tokenNot && t.text == "-" && t.end == x.origin[at]
}

// end returns where the word that begins at a place ends. Parentheses within it
// belong to it when they are closed there: fibre(s).
func (x *lexer) end(at int, stop func(i int) bool) int {
	i := at
	for i < len(x.runes) && !isSeparator(x.runes, i) && !isQuote(x.runes[i]) && !isClose(x.runes[i]) && !stop(i) {
		if !isOpen(x.runes[i]) {
			i++
			continue
		}
		after := x.closed(i)
		if i == at || after < 0 || isOperator(string(x.runes[at:i])) {
			break
		}
		i = after
	}
	return i
}

// closed returns the place behind the parenthesis that closes the one at a place,
// without leaving the word; -1 when there is none.
func (x *lexer) closed(at int) int {
	depth := 0
	for i := at; i < len(x.runes) && !isSeparator(x.runes, i) && !isQuote(x.runes[i]); i++ {
		switch {
		case isOpen(x.runes[i]):
			depth++
		case isClose(x.runes[i]):
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

func never(int) bool { return false }

// word reads a word that is one whatever it looks like.
func (x *lexer) word(literal bool) {
	at := x.at
	x.at = x.end(at, never)
	x.text(token{text: strings.TrimLeft(string(x.runes[at:x.at]), `\`), literal: literal}, at)
}

// chunk reads a field, an operator or a word.
func (x *lexer) chunk() error {
	at := x.at
	if done, err := x.fieldName(); done || err != nil {
		return err
	}
	x.at = x.end(at, never)
	text := string(x.runes[at:x.at])
	if t, ok := operator(text); ok && !x.dashed(at) {
		if t.sign == tokenNear && (t.within < 0 || t.within > MaxNear) {
			return x.span(at, x.at).fault("distance", []any{"max", MaxNear}, "write a number from 0 to %d behind the /, for example NEAR/5", MaxNear)
		}
		x.add(t, at)
		return nil
	}
	x.at = at
	x.word(false)
	return nil
}

// isOperator reports whether a word is one.
func isOperator(word string) bool {
	_, ok := operator(word)
	return ok
}

// operator returns the token of a word that joins others. Latin ones are written
// in capitals, so that they can be told from words. A distance that makes no sense
// is -1.
func operator(word string) (token, bool) {
	t := token{text: word}
	switch word {
	case "AND", "ET", "و", "&&":
		t.sign = tokenAnd
	case "OR", "OU", "أو", "او", "||":
		t.sign = tokenOr
	case "NOT", "SAUF", "ليس", "إلا":
		t.sign = tokenNot
	default:
		name, number, given := strings.Cut(word, "/")
		switch name {
		case "NEAR", "PRES", "PRÈS", "PRE\u0300S", "قرب":
		default:
			return t, false
		}
		t.sign, t.within = tokenNear, Nearby
		if given {
			n, ok := whole(western(number), MaxNear)
			if t.within = n; !ok {
				t.within = -1
			}
		}
	}
	return t, true
}

// fieldName reads "name:" and the value behind it, if they stand here. A colon
// behind something that no field is called is an error, unless it is that of an
// address or ends the word.
func (x *lexer) fieldName() (bool, error) {
	at, i := x.at, x.at
	for i < len(x.runes) && (unicode.IsLetter(x.runes[i]) || unicode.IsMark(x.runes[i])) {
		i++
	}
	if i == at || i == len(x.runes) || x.runes[i] != ':' && x.runes[i] != '：' {
		return false, nil
	}
	f, known := named(x.runes[at:i])
	if !known {
		if i+1 == len(x.runes) || isSeparator(x.runes, i+1) || x.runes[i+1] == '/' || isClose(x.runes[i+1]) {
			return false, nil
		}
		return false, x.span(at, i+1).fault("field", []any{"name", string(x.runes[at:i])},
			"there is no field %q; the fields are %s (to look for the text itself, put it in quotation marks)", string(x.runes[at:i]), allFields())
	}
	x.at = i + 1
	x.add(token{sign: tokenField, text: string(x.runes[at:x.at]), field: f.Field}, at)
	return true, x.value(f)
}

// allFields names the fields for a sentence.
func allFields() string {
	all := Fields()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = string(f.Field) + ":"
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// value reads what stands directly behind a field: a phrase, a word, or several of
// either with commas between them. A parenthesis is left to the parser.
func (x *lexer) value(f FieldName) error {
	for {
		at, n := x.at, len(x.out)
		switch {
		case at == len(x.runes):
		case isOpen(x.runes[at]):
			return nil
		case isQuote(x.runes[at]):
			if err := x.phrase(); err != nil {
				return err
			}
		default:
			x.plainValue(f.Field)
		}
		if len(x.out) == n || !sayable(x.out[n].text) {
			return x.span(at, max(at, x.at)).fault("value", []any{"name", string(f.Field), "example", f.Example},
				"%s: needs a value directly behind it, for example %s", f.Field, f.Example)
		}
		if f.Field == Title || f.Field == From || f.Field == To || f.Field == Age || !x.continued() {
			return nil
		}
		x.out[n].last = false
		x.at++
	}
}

// plainValue reads a value without quotation marks.
func (x *lexer) plainValue(f Field) {
	at := x.at
	literal := x.runes[at] == '\\'
	stop := never
	if f != Title {
		stop = func(i int) bool { return isComma(x.runes[i]) }
	}
	x.at = x.end(at, stop)
	if text := strings.TrimLeft(string(x.runes[at:x.at]), `\`); text != "" {
		x.add(token{sign: tokenText, text: text, literal: literal, last: true}, at)
	}
}

func isComma(r rune) bool { return r == ',' || r == '،' }

// continued reports whether a comma with a value behind it stands here.
func (x *lexer) continued() bool {
	i := x.at + 1
	return i < len(x.runes) && isComma(x.runes[x.at]) && !isSeparator(x.runes, i) && !isComma(x.runes[i]) && !isClose(x.runes[i]) && !isOpen(x.runes[i])
}
