package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"vigie"
	"vigie/index/store"
)

// withdrawItems is where the numbers of the items begin that childWithdraws files.
const withdrawItems = 800_000_000

// childWithdraws files items, reads them again and withdraws them.
func childWithdraws(ctx context.Context, db *store.DB, round int) error {
	var s vigie.Source
	err := db.Update(ctx, func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://law-%d.example.org/feed", round)})
		return err
	})
	for turn := 0; err == nil; turn++ {
		n := withdrawItems + round*1_000_000 + turn
		var filed store.Filed
		if filed, err = db.File(ctx, store.Filing{Source: s, Reading: vigie.Reading{Findings: items(n, n+1)}}); err != nil {
			break
		}
		doc := item(n).Document
		doc.ID, doc.Revision = filed.Documents[0], 1
		doc.Body = append(slices.Clip(doc.Body), vigie.Paragraph{Text: "And more of it."})
		if _, err = db.Reread(ctx, doc, 2); err != nil {
			break
		}
		if err = withdraw(ctx, db, doc.ID); err != nil {
			break
		}
		if err = db.Erase(ctx); err == nil {
			fmt.Println("withdrawn", n)
		}
	}
	return err
}

// compareWithdrawn proves that nothing is left of what was withdrawn and erased.
func (k told) compareWithdrawn(t *testing.T, db *store.DB) {
	t.Helper()
	for n := range k.withdrawn {
		view(t, db, func(tx *store.Tx) error {
			doc, err := tx.DocumentAt(item(n).URL)
			if err != nil {
				t.Errorf("the trace of item %d is lost", n)
				return err
			}
			if w, err := tx.Withdrawal(doc.ID); err != nil || w.Erased.IsZero() {
				t.Errorf("item %d was erased, and its trace is %+v, %v", n, w, err)
			}
			return nil
		})
	}
}
