package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func allChanges(t *testing.T, db *store.DB) []store.Change {
	t.Helper()
	var all []store.Change
	view(t, db, func(tx *store.Tx) error {
		for after := store.Seq(0); ; {
			page, err := tx.Changes(after, 7)
			if err != nil || len(page) == 0 {
				return err
			}
			all = append(all, page...)
			after = page[len(page)-1].Seq
		}
	})
	return all
}

func TestChanges(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/feed")
	ids := file(t, db, s, item(1), item(2)).Documents
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: ids[0], Act: vigie.Keep})
		return err
	})
	remove(t, db, ids[1])
	change(t, db, func(tx *store.Tx) error { return tx.RemoveSource(s.ID) })
	want := []store.Change{
		{Seq: 1, Kind: store.SourceChange, ID: string(s.ID), Op: store.Put, Cause: "added"},
		{Seq: 2, Kind: store.DocumentChange, ID: string(ids[0]), Op: store.Put, Cause: "new"},
		{Seq: 3, Kind: store.DocumentChange, ID: string(ids[1]), Op: store.Put, Cause: "new"},
		{Seq: 4, Kind: store.JudgementChange, ID: string(ids[0]), Op: store.Put, Cause: "keep"},
		{Seq: 5, Kind: store.DocumentChange, ID: string(ids[1]), Op: store.Delete, Cause: "withdrawn"},
		{Seq: 6, Kind: store.SourceChange, ID: string(s.ID), Op: store.Delete, Cause: "removed"},
	}
	if diff := cmp.Diff(want, allChanges(t, db)); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if last := db.Last(); last.Seq != 6 || !vigie.ValidID(last.Epoch) {
		t.Errorf("Last = %+v", last)
	}
}

func TestCompactLogKeepsTheNewest(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/feed")
	for turn := range 5 {
		all := items(0, 10)
		for i := range all {
			all[i].Document.Summary = string(rune('a' + turn))
		}
		file(t, db, s, all...)
	}
	gone := file(t, db, s, item(50)).Documents[0]
	remove(t, db, gone)
	last := db.Last()
	if n, err := db.CompactLog(t.Context(), 20); err != nil || n != 19 {
		t.Errorf("up to 20: %d entries went, %v; want 19", n, err)
	}
	n, err := db.CompactLog(t.Context(), last.Seq)
	if err != nil || n != 22 {
		t.Errorf("up to the end: %d entries went, %v; want 22", n, err)
	}
	if db.Last() != last {
		t.Errorf("compaction moved the cursor from %v to %v", last, db.Last())
	}
	told := map[string]int{}
	for _, c := range allChanges(t, db) {
		told[c.ID]++
		if c.ID == string(gone) && c.Op != store.Delete {
			t.Errorf("the tombstone is %+v", c)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil || told[string(d.ID)] != 1 {
				t.Errorf("the log tells of %s %d times, %v", d.ID, told[string(d.ID)], err)
			}
		}
		return nil
	})
	if told[string(gone)] != 1 || told[string(s.ID)] != 1 || len(told) != 12 {
		t.Errorf("the log tells of %v", told)
	}
	if n, err := db.CompactLog(t.Context(), last.Seq); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

func TestCursors(t *testing.T) {
	db := storetest.Open(t)
	want := store.Cursor{Epoch: "e", Seq: 7}
	change(t, db, func(tx *store.Tx) error {
		c, err := tx.Cursor("index")
		if c != (store.Cursor{}) {
			t.Errorf("an unknown follower stands at %v", c)
		}
		return errors.Join(err, tx.SetCursor("index", want))
	})
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Cursor("index")
		if got != want {
			t.Errorf("Cursor = %v", got)
		}
		return err
	})
}

// TestWaitWakesAll: every change wakes all who wait for it, also when it comes
// between their look and their sleep.
func TestWaitWakesAll(t *testing.T) {
	db := storetest.Open(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for after := store.Seq(0); after < 50; {
				if err := db.Wait(t.Context(), after); err != nil {
					t.Error(err)
					return
				}
				err := db.View(func(tx *store.Tx) error {
					page, err := tx.Changes(after, 1000)
					if len(page) == 0 {
						t.Error("woken for nothing")
						return errors.New("nothing")
					}
					after = page[len(page)-1].Seq
					return err
				})
				if err != nil {
					return
				}
			}
		})
	}
	s := storetest.Source(t, db, "https://a.example.org/feed")
	for n := range 49 {
		file(t, db, s, item(n))
	}
	wg.Wait()
}

// TestQuietChangesDoNotWake: what takes no sequence wakes nobody.
func TestQuietChangesDoNotWake(t *testing.T) {
	db := storetest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error)
	go func() { done <- db.Wait(ctx, db.Last().Seq) }()
	change(t, db, func(tx *store.Tx) error { return tx.SetCursor("index", store.Cursor{Seq: 1}) })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v", err)
	}
}
