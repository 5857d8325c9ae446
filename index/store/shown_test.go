package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestOnlyShownBy(t *testing.T) {
	db := storetest.Open(t)
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	ids := file(t, db, a, item(1), item(2)).Documents
	file(t, db, b, item(2))
	for source, want := range map[vigie.SourceID][]vigie.DocumentID{a.ID: ids[:1], b.ID: nil} {
		view(t, db, func(tx *store.Tx) error {
			got, err := tx.OnlyShownBy(source)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("only %s (-want +got):\n%s", source, diff)
			}
			return err
		})
	}
}
