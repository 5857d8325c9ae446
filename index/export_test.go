package index

import (
	"vigie"
	"vigie/index/query"
)

// Extract quotes one French paragraph, for the fuzz test.
func Extract(text string, q query.Query) string {
	l := newLanguages(titleBoost)
	budget := extractBudget
	out, _ := l.extract(l.wanted(l.of(vigie.French), q, nil), nil, []vigie.Paragraph{{Text: text}}, nil, &budget)
	return out
}

// Nearby finds where words stand close together, by the places of each.
func Nearby(places [][]int) (out []int) {
	spots, words := make([][]spot, len(places)), make([]int, len(places))
	for i, of := range places {
		words[i] = i
		for _, at := range of {
			spots[i] = append(spots[i], spot(at)<<1)
		}
	}
	var b nearby
	for _, s := range b.find(spots, words) {
		out = append(out, s.number())
	}
	return out
}

// VerifySegment is verifySegment.
func VerifySegment(file string, rest func() bool) error { return verifySegment(file, rest) }
