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
	if len(line) > MaxBytes {
		cut := MaxBytes
		for cut > 0 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		line = line[:cut]
		p.query.Notes = append(p.query.Notes, fmt.Sprintf("only the first %d bytes are read", MaxBytes))
	}
	words := strings.FieldsFunc(clean(line), func(r rune) bool {
		return r == ' ' || strings.ContainsRune("*:;؛,،、，", r) || isQuote(r)
	})
	for _, w := range words {
		w = strings.TrimFunc(w, func(r rune) bool {
			return r != '+' && r != '#' && (isDash(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
		})
		_ = p.addTerm(Term{Text: w}, false, 0) // fails for a * only, and there is none
	}
	p.note()
	return p.query
}
