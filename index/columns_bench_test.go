package index_test

import (
	"fmt"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// BenchmarkColumnsLoad loads the columns of documents of which every tenth was judged
// and every third stands in a story.
func BenchmarkColumnsLoad(b *testing.B) {
	db := storetest.Open(b)
	n := benchDocs()
	for done := 0; done < n; done += 400 {
		s := storetest.Source(b, db, fmt.Sprintf("https://s%d.example/feed", done))
		docs := make([]vigie.Document, min(400, n-done))
		for i := range docs {
			docs[i] = vigie.Document{URL: fmt.Sprintf("https://s.example/%d", done+i), Title: fmt.Sprintf("Rapport annuel numéro %d sur la fibre", done+i), Lang: vigie.French, Published: vigie.InstantOf(time.Now())}
		}
		ids := storetest.File(b, db, s, docs...)
		err := db.Update(b.Context(), func(tx *store.Tx) error {
			for i := 0; i+3 <= len(ids); i += 10 {
				if _, err := tx.Decide(vigie.Decision{Document: ids[i], By: "Amina", Act: vigie.Keep}); err != nil {
					return err
				}
				if err := tx.PutStory(story(ids[i : i+3]...)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	dir := b.TempDir()
	for b.Loop() {
		x, err := index.Open(b.Context(), dir, db, index.Options{})
		if err != nil {
			b.Fatal(err)
		}
		v, err := x.Columns(b.Context())
		if err != nil || v.Documents() != n {
			b.Fatalf("%d documents of %d: %v", v.Documents(), n, err)
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}
