package index

import (
	"vigie"
	"vigie/index/query"
)

// Extract quotes one French paragraph, for the fuzz test.
func Extract(text string, q query.Query) string {
	l := newLanguages(titleBoost)
	budget := extractBudget
	out, _ := l.extract(l.wanted(l.of(vigie.French), q, nil), []vigie.Paragraph{{Text: text}}, &budget)
	return out
}

// VerifySegment is verifySegment.
func VerifySegment(file string, rest func() bool) error { return verifySegment(file, rest) }
