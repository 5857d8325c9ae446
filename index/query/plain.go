package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain takes a line as words without any grammar: a headline, a question, the
// title of a document. It never fails: too long a line is cut, with a note.
func Plain(line string) Query {
	var p parser
	p.words(p.cut(line))
	p.note()
	return p.query
}

// Words takes a line as most people write it: words, and phrases in quotation
// marks. A mark that is never closed, and all else of the grammar, is taken for
// punctuation. Like [Plain] it never fails.
func Words(line string) Query {
	var p parser
	rest := p.cut(line)
	for {
		before, behind, _ := cutQuote(rest)
		phrase, after, closed := cutQuote(behind)
		if !closed {
			break
		}
		p.words(before)
		_ = p.addTerm(Term{Text: strings.Join(strings.Fields(phrase), " ")}, true, 0) // fails for prefixes only
		rest = after
	}
	p.words(rest)
	p.note()
	return p.query
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
func (p *parser) cut(line string) string {
	if len(line) > MaxBytes {
		end := MaxBytes
		for end > 0 && !utf8.RuneStart(line[end]) {
			end--
		}
		line = line[:end]
		p.query.Notes = append(p.query.Notes, fmt.Sprintf("only the first %d bytes are read", MaxBytes))
	}
	return clean(line)
}

// words keeps the words of a clean line.
func (p *parser) words(line string) {
	words := strings.FieldsFunc(line, func(r rune) bool {
		return r == ' ' || strings.ContainsRune("*:;؛,،、，", r) || isQuote(r)
	})
	for _, w := range words {
		w = strings.TrimFunc(w, func(r rune) bool {
			return r != '+' && r != '#' && (isDash(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
		})
		_ = p.addTerm(Term{Text: w}, false, 0) // fails for a * only, and there is none
	}
}
