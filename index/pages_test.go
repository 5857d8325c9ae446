package index_test

import (
	"fmt"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestPagesDoNotOverlap: whoever turns the pages of a long list sees everything once,
// even where nothing tells its entries apart.
func TestPagesDoNotOverlap(t *testing.T) {
	const many = 170 // more than are put in order beside a page
	db := storetest.Open(t)
	public := openPublic(t, t.TempDir(), db)
	for part := range 2 {
		change(t, db, func(tx *store.Tx) error {
			for n := part * many / 2; n < (part+1)*many/2; n++ {
				i := vigie.Indicator{ID: vigie.IndicatorID(fmt.Sprintf("rate-%d", n*7919%many)), Freq: vigie.Annual, Name: vigie.Text{"fr": "Abonnements fixes"}}
				if err := tx.PutIndicator(i); err != nil {
					return err
				}
			}
			return nil
		})
		bring(t, public)
	}
	_, ids := fill(t, db, many)
	desk := open(t, db)
	catchUp(t, desk)
	for _, words := range []string{"", "abonnements"} {
		seen := map[string]int{}
		for at := 0; at < many; at += 10 {
			for _, h := range read(t, public, words, index.PublicOptions{Kind: index.IndicatorText, Limit: 10, Offset: at}).Hits {
				seen[h.ID]++
			}
		}
		if len(seen) != many {
			t.Errorf("%q: %d of %d indicators are on the pages", words, len(seen), many)
		}
	}
	for _, line := range []string{"", "fibre", "lang:fr"} {
		seen := map[vigie.DocumentID]int{}
		for at := 0; at < many; at += 10 {
			q, err := query.Parse(line)
			if err != nil {
				t.Fatal(err)
			}
			res, err := desk.Search(t.Context(), q, index.SearchOptions{Limit: 10, Offset: at})
			if err != nil || res.More != (at+10 < many) {
				t.Fatalf("%q from %d: more %v, %v", line, at, res.More, err)
			}
			for _, h := range res.Hits {
				seen[h.ID]++
			}
		}
		if len(seen) != len(ids) {
			t.Errorf("%q: %d of %d documents are on the pages", line, len(seen), len(ids))
		}
	}
}
