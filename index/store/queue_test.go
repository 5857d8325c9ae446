package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// titles reads the titles of a walk.
func titles(t testing.TB, docs func(*store.Tx) func(func(vigie.Document, error) bool), db *store.DB) []string {
	t.Helper()
	var out []string
	view(t, db, func(tx *store.Tx) error {
		for d, err := range docs(tx) {
			if err != nil {
				return err
			}
			out = append(out, d.Title)
		}
		return nil
	})
	return out
}

// queued reads the queue of a status, and holds its length against what is said.
func queued(t testing.TB, db *store.DB, s vigie.Status) []string {
	t.Helper()
	out := titles(t, func(tx *store.Tx) func(func(vigie.Document, error) bool) { return tx.Queue(s) }, db)
	view(t, db, func(tx *store.Tx) error {
		n, err := tx.QueueLength(s)
		if n != len(out) {
			t.Errorf("the queue %q says that it is %d long: %q", s, n, out)
		}
		return err
	})
	return out
}

func decide(t testing.TB, db *store.DB, d vigie.Decision) vigie.Decision {
	t.Helper()
	if d.By == "" {
		d.By = "Amina"
	}
	change(t, db, func(tx *store.Tx) error {
		if _, err := tx.Decide(d); err != nil {
			return err
		}
		for last, err := range tx.Decided("") {
			d = last
			return err
		}
		return errors.New("the log is empty")
	})
	return d
}

func same(t testing.TB, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestQueueFollowsDecisions(t *testing.T) {
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: newClock().now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	ids := file(t, db, s, items(0, 5)...).Documents
	same(t, "new", []string{"Article 4", "Article 3", "Article 2", "Article 1", "Article 0"}, queued(t, db, vigie.New))

	decide(t, db, vigie.Decision{Document: ids[1], Act: vigie.Keep})
	decide(t, db, vigie.Decision{Document: ids[3], Act: vigie.Keep})
	decide(t, db, vigie.Decision{Document: ids[3], Act: vigie.Tag, Tag: "5g"})
	dropped := decide(t, db, vigie.Decision{Document: ids[2], Act: vigie.Drop})
	decide(t, db, vigie.Decision{Document: ids[0], Act: vigie.Postpone})
	same(t, "new", []string{"Article 4"}, queued(t, db, vigie.New))
	same(t, "kept", []string{"Article 3", "Article 1"}, queued(t, db, vigie.Kept))
	same(t, "dropped", []string{"Article 2"}, queued(t, db, vigie.Dropped))
	same(t, "later", []string{"Article 0"}, queued(t, db, vigie.Later))
	same(t, "no status", nil, queued(t, db, "read"))
	all := func(tx *store.Tx) func(func(vigie.Document, error) bool) { return tx.Recent() }
	same(t, "all", []string{"Article 4", "Article 3", "Article 2", "Article 1", "Article 0"}, titles(t, all, db))

	undo := decide(t, db, vigie.Decision{Document: ids[2], Act: vigie.Undo, Undoes: dropped.ID})
	same(t, "new after undo", []string{"Article 4", "Article 2"}, queued(t, db, vigie.New))
	decide(t, db, vigie.Decision{Document: ids[2], Act: vigie.Undo, Undoes: undo.ID})
	same(t, "dropped after redo", []string{"Article 2"}, queued(t, db, vigie.Dropped))

	remove(t, db, ids[3], ids[4])
	same(t, "kept after removal", []string{"Article 1"}, queued(t, db, vigie.Kept))
	same(t, "new after removal", nil, queued(t, db, vigie.New))
	same(t, "all after removal", []string{"Article 2", "Article 1", "Article 0"}, titles(t, all, db))
}

// TestQueueFollowsDates: a document whose publisher changes its date moves.
func TestQueueFollowsDates(t *testing.T) {
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: newClock().now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	ids := file(t, db, s, items(0, 3)...).Documents
	for _, id := range ids {
		decide(t, db, vigie.Decision{Document: id, Act: vigie.Keep})
	}
	moved := item(0)
	moved.Document.Published = vigie.InstantOf(time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC))
	if filed := file(t, db, s, moved); filed.Changed != 1 {
		t.Fatalf("filed %+v", filed)
	}
	same(t, "kept", []string{"Article 0", "Article 2", "Article 1"}, queued(t, db, vigie.Kept))
	moved.Document.Published = vigie.Date{} // counts as filed, which is later
	file(t, db, s, moved)
	same(t, "kept", []string{"Article 0", "Article 2", "Article 1"}, queued(t, db, vigie.Kept))
}

// TestQueueAfter pages through a queue while its documents are decided.
func TestQueueAfter(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	file(t, db, s, items(0, 7)...)
	var seen []string
	var last vigie.Document
	for page := 0; ; page++ {
		n := 0
		view(t, db, func(tx *store.Tx) error {
			walk := tx.Queue(vigie.New)
			if page > 0 {
				walk = tx.QueueAfter(vigie.New, last)
			}
			for d, err := range walk {
				if n == 3 || err != nil {
					return err
				}
				last = d
				seen = append(seen, d.Title)
				n++
			}
			return nil
		})
		if n == 0 {
			break
		}
		decide(t, db, vigie.Decision{Document: last.ID, Act: vigie.Drop}) // it is the place to go on from all the same
	}
	slices.Reverse(seen)
	var want []string
	for n := range 7 {
		want = append(want, fmt.Sprintf("Article %d", n))
	}
	same(t, "the pages", want, seen)
}

func TestDecided(t *testing.T) {
	c := newClock() // stands still, then goes back: the order must not depend on it
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	ids := file(t, db, s, items(0, 3)...).Documents
	var want []string
	for n := range 60 {
		if n == 20 {
			c.at = c.at.Add(-3 * time.Hour)
		}
		why := fmt.Sprint(n)
		decide(t, db, vigie.Decision{Document: ids[n%3], Act: vigie.Keep, Why: why})
		want = append(want, why)
	}
	slices.Reverse(want)
	read := func(before vigie.DecisionID) (whys []string, third vigie.DecisionID) {
		view(t, db, func(tx *store.Tx) error {
			for d, err := range tx.Decided(before) {
				if err != nil {
					return err
				}
				if whys = append(whys, d.Why); len(whys) == 3 {
					third = d.ID
				}
			}
			return nil
		})
		return whys, third
	}
	got, third := read("")
	same(t, "all decisions", want, got)
	rest, _ := read(third)
	same(t, "the decisions before the third", want[3:], rest)
	if none, _ := read("00000000000000000000000000"); none != nil {
		t.Errorf("before all: %q", none)
	}
	remove(t, db, ids[0])
	if got, _ = read(""); len(got) != 40 || got[0] != "59" || got[1] != "58" || got[2] != "56" {
		t.Errorf("after the removal of the first of three: %q", got)
	}
}

// TestGivenDecisions: identities from outside are looked at.
func TestGivenDecisions(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	ids := file(t, db, s, items(0, 2)...).Documents
	early, late := vigie.NewID[vigie.DecisionID](c.at), vigie.NewID[vigie.DecisionID](c.at.Add(time.Minute))
	decide(t, db, vigie.Decision{ID: late, Document: ids[0], Act: vigie.Keep})
	for name, tc := range map[string]struct {
		id   vigie.DecisionID
		doc  vigie.DocumentID
		want error
	}{
		"again":                   {late, ids[0], vigie.ErrConflict},
		"about another":           {late, ids[1], vigie.ErrConflict},
		"before the newest":       {early, ids[0], vigie.ErrInvalid},
		"no identity":             {"x", ids[0], vigie.ErrInvalid},
		"too long":                {late + late, ids[0], vigie.ErrInvalid},
		"in the far future":       {"7ZZZZZZZZZZZZZZZZZZZZZZZZZ", ids[0], vigie.ErrInvalid},
		"in the future":           {vigie.NewID[vigie.DecisionID](c.at.Add(25 * time.Hour)), ids[1], vigie.ErrInvalid},
		"before, about the other": {vigie.NewID[vigie.DecisionID](c.at), ids[1], nil},
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Decide(vigie.Decision{ID: tc.id, Document: tc.doc, By: "Amina", Act: vigie.Drop})
			return err
		})
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d := decide(t, db, vigie.Decision{Document: ids[1], Act: vigie.Keep}); d.ID <= late || d.Document != ids[1] {
		t.Errorf("the next decision is %+v", d)
	}
}

// BenchmarkQueue reads the first page of a queue of 100,000 documents.
func BenchmarkQueue(b *testing.B) {
	db, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s := storetest.Source(b, db, "https://news.example.org/feed")
	for turn := range 50 {
		var findings []vigie.Finding
		for _, f := range items(turn*2000, turn*2000+2000) {
			f.Capture = nil
			findings = append(findings, f)
		}
		file(b, db, s, findings...)
	}
	for b.Loop() {
		view(b, db, func(tx *store.Tx) error {
			n := 0
			for _, err := range tx.Queue(vigie.New) {
				if n++; n == 60 || err != nil {
					return err
				}
			}
			return nil
		})
	}
}
