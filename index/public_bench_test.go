package index_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// editions5000 publishes n texts of 600 words in French, Arabic and English, each
// with headings, lists and two citations.
func editions5000(b *testing.B, n int) *store.DB {
	b.Helper()
	db := storetest.Open(b)
	words := newBookshelf(b).words
	delete(words, "es")
	random := rand.New(rand.NewPCG(1, 2))
	for done := 0; done < n; {
		change(b, db, func(tx *store.Tx) error {
			for end := min(done+300, n); done < end; done += 3 {
				s := vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](time.Unix(int64(done), 0)), Kind: vigie.Analysis, Revision: 1, Versions: map[vigie.Lang]vigie.Version{}}
				var editions []vigie.Edition
				for n, words := range []string{"a short quotation of a report", "words that stand there"} {
					s.Citations = append(s.Citations, vigie.Citation{N: n + 1, Title: "A report", Passage: vigie.Passage{Exact: words}})
				}
				for lang, all := range words {
					at := random.IntN(len(all) - 600)
					w := vigie.Writing{Title: strings.Join(all[at:at+8], " "), Body: article(all[at : at+600])}
					s.Versions[lang] = vigie.Version{State: vigie.Published, N: 1, Writing: w, Edition: 1, Published: noon()}
					editions = append(editions, vigie.Edition{Synthesis: s.ID, Lang: lang, N: 1, Writing: w, Citations: s.Citations, Published: noon()})
				}
				if err := tx.PutSynthesis(s); err != nil {
					return err
				}
				for _, e := range editions {
					if err := tx.AddEdition(e); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return db
}

// article makes Markdown of 600 words.
func article(w []string) string {
	part := func(from, to int) string { return strings.Join(w[from:to], " ") }
	return fmt.Sprintf("## %s\n\n%s [@1]\n\n- %s\n- **%s**\n\n%s [@2]\n", part(0, 5), part(5, 200), part(200, 220), part(220, 240), part(240, 600))
}

// BenchmarkPublicSearch reports the median and the 99th percentile of what a
// reader of the portal asks.
func BenchmarkPublicSearch(b *testing.B) {
	x := openPublic(b, b.TempDir(), editions5000(b, 5000))
	start := time.Now()
	bring(b, x)
	b.Logf("indexed %d texts in %s", x.Stats().Documents, time.Since(start))
	for _, c := range []struct{ name, words string }{
		{"word", "réseau"}, {"words", "installer un serveur de fichiers sur le réseau"}, {"phrase", `"mail server"`}, {"arabic", "الشبكة"}, {"newest", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			found := 0
			for b.Loop() {
				res, err := x.Search(b.Context(), c.words, index.PublicOptions{Lang: vigie.French})
				if err != nil {
					b.Fatal(err)
				}
				took, found = append(took, res.Took), res.Total
			}
			slices.Sort(took)
			b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
			b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(float64(found), "found")
		})
	}
}
