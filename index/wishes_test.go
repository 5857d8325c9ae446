package index_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store/storetest"
)

// TestWishes finds what bleve's own searchers find for lines of words in four languages,
// as often and in the same order of scores.
func TestWishes(t *testing.T) {
	db := storetest.Open(t)
	random := rand.New(rand.NewPCG(5, 6))
	words := strings.Fields("fibre réseau régulation spectre الشبكات الطيف fibra regulación network regulation spectrum optique operators Wi-Fi e-gouvernement 5G IPv6")
	some := func(n int) string {
		out := make([]string, n)
		for i := range out {
			out[i] = words[min(random.IntN(len(words)), random.IntN(len(words)))] // the first ones are frequent
		}
		return strings.Join(out, " ")
	}
	langs := []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish, "de"}
	s := storetest.Source(t, db, "https://s.example/feed")
	x := open(t, db)
	for batch := range 5 {
		var docs []vigie.Document
		for i := range 400 {
			docs = append(docs, vigie.Document{
				URL: fmt.Sprintf("https://s.example/%d-%d", batch, i), Lang: langs[random.IntN(len(langs))], Title: some(3),
				Body: []vigie.Paragraph{{Text: some(1 + random.IntN(40))}},
			})
		}
		storetest.File(t, db, s, docs...)
		catchUp(t, x)
	}
	for range 200 {
		line := some(1 + random.IntN(4))
		direct, plain, err := index.TwoWays(t.Context(), x, line)
		if err != nil {
			t.Fatal(err)
		}
		if len(direct) != len(plain) {
			t.Fatalf("%q: %d documents, bleve's searchers find %d", line, len(direct), len(plain))
		}
		for row, score := range plain {
			if math.Abs(direct[row]-score) > 1e-9 {
				t.Fatalf("%q: document %d scores %g, with bleve's searchers %g", line, row, direct[row], score)
			}
		}
	}
}
