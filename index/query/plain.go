package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain takes a line as words without any grammar: a headline, a question, the
// title of a document. It never fails: too long a line is cut, with a note.
func Plain(line string) Query {
	var p plain
	p.words(p.cut(line))
	return p.done()
}

// Words takes a line as most people write it: words, and phrases in quotation
// marks. A mark that is never closed, and all else of the grammar, is taken for
// punctuation. Like [Plain] it never fails.
func Words(line string) Query {
	var p plain
	rest := p.cut(line)
	for {
		before, behind, _ := cutQuote(rest)
		phrase, after, closed := cutQuote(behind)
		if !closed {
			break
		}
		p.words(before)
		p.add(Term{Kind: Phrase, Text: strings.Join(strings.Fields(phrase), " ")})
		rest = after
	}
	p.words(rest)
	return p.done()
}

// plain gathers the terms of a line without grammar.
type plain struct {
	query   Query
	dropped int
}

// done returns what was gathered.
func (p *plain) done() Query {
	if p.dropped > 0 {
		p.query.Notes = append(p.query.Notes, Note{"words", p.dropped})
	}
	return p.query
}

// add keeps a term that says something.
func (p *plain) add(t Term) {
	switch {
	case !sayable(t.Text):
	case len(p.query.Clauses) == MaxTerms:
		p.dropped++
	default:
		p.query.Clauses = append(p.query.Clauses, Clause{Term: t})
	}
}

// cutQuote cuts a line at its first quotation mark.
func cutQuote(line string) (before, after string, found bool) {
	i := strings.IndexFunc(line, isQuote)
	if i < 0 {
		return line, "", false
	}
	_, size := utf8.DecodeRuneInString(line[i:])
	return line[:i], line[i+size:], true
}

// cut cleans a line and shortens it to what is read.
func (p *plain) cut(line string) string {
	if len(line) > MaxBytes {
		end := MaxBytes
		for end > 0 && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end]
		p.query.Notes = append(p.query.Notes, Note{"bytes", end})
	}
	return string(newLine(line).runes)
}

// words keeps the words of a clean line.
func (p *plain) words(line string) {
	words := strings.FieldsFunc(line, func(r rune) bool {
		return r == ' ' || strings.ContainsRune(`*:;؛,،、，\`, r) || isQuote(r) || isOpen(r) || isClose(r)
	})
	for _, w := range words {
		w = strings.TrimFunc(w, func(r rune) bool {
			return r != '+' && r != '#' && (isDash(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
		})
		p.add(Term{Text: w})
	}
}
