package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestFileNewChangedUnchanged(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	filed := file(t, db, s, items(0, 5)...)
	if filed.New != 5 || filed.Changed != 0 || filed.Unchanged != 0 || len(filed.Documents) != 5 {
		t.Fatalf("first turn: %+v", filed)
	}
	before := db.Last()
	filed = file(t, db, s, items(0, 5)...)
	if diff := cmp.Diff(store.Filed{Unchanged: 5}, filed); diff != "" {
		t.Errorf("second turn (-want +got):\n%s", diff)
	}
	if db.Last() != before {
		t.Errorf("a turn that brought nothing took a sequence: %v, then %v", before, db.Last())
	}
	edited := items(0, 5)
	edited[1].Document.Title = "Another title"
	edited[2].Document.Body = []vigie.Paragraph{{Text: "Another text"}}
	edited[3].Document.URL += "?utm_campaign=x" // says nothing new
	edited[4].Document.Published.Time = edited[4].Document.Published.Time.In(time.FixedZone("", 3600))
	filed = file(t, db, s, edited...)
	if filed.Changed != 2 || filed.Unchanged != 3 || filed.New != 0 {
		t.Fatalf("third turn: %+v", filed)
	}
	view(t, db, func(tx *store.Tx) error {
		for i, want := range []string{"title", "text"} {
			r, err := tx.Revision(filed.Documents[i], 2)
			if err != nil {
				return err
			}
			if diff := cmp.Diff([]string{want}, r.Changed); diff != "" {
				t.Errorf("what changed (-want +got):\n%s", diff)
			}
			old, err := tx.Revision(filed.Documents[i], 1)
			if err != nil {
				return err
			}
			body, err := tx.BodyOf(old)
			if err != nil || !strings.Contains(body[0].Text, "Paragraph of article") {
				t.Errorf("the first text of %s: %v, %v", r.Document, body, err)
			}
		}
		changes, err := tx.Changes(before.Seq, 10)
		if len(changes) != 2 || changes[0].Cause != "title" || changes[1].Cause != "text" {
			t.Errorf("the log has %+v", changes)
		}
		counts, err2 := tx.Counts()
		if diff := cmp.Diff(store.Counts{Sources: 1, Documents: 5, Revisions: 7, Captures: 7}, counts); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		return errors.Join(err, err2)
	})
}

func TestFileSharesWhatIsTheSame(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	all := items(0, 3)
	for i := range all { // three items with one text out of one feed
		all[i].Capture, all[i].Document.Body = all[0].Capture, all[0].Document.Body
	}
	ids := file(t, db, s, all...).Documents
	view(t, db, func(tx *store.Tx) error {
		counts, err := tx.Counts()
		if counts.Captures != 1 || counts.Revisions != 3 {
			t.Errorf("counts = %+v", counts)
		}
		return err
	})
	remove(t, db, ids[0], ids[1])
	if got := stateOf(t, db); got.Counts.Captures != 1 || len(got.Bodies) != 1 || got.Snapshots[ids[2]] == "" {
		t.Errorf("after removing two of three: %+v", got)
	}
	remove(t, db, ids[2])
	if got := stateOf(t, db).Counts; got.Captures != 0 || got.Documents != 0 {
		t.Errorf("after removing all: %+v", got)
	}
}

func TestFileOfARemovedSource(t *testing.T) {
	db := storetest.Open(t)
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	id := file(t, db, a, item(1)).Documents[0]
	change(t, db, func(tx *store.Tx) error { return tx.RemoveSource(a.ID) })
	_, err := db.File(t.Context(), store.Filing{Source: a, Reading: vigie.Reading{Findings: items(2, 3)}})
	if !errors.Is(err, vigie.ErrNotFound) {
		t.Fatalf("filing for a removed source: %v", err)
	}
	f := item(1)
	f.Document.Title = "What b says"
	if filed := file(t, db, b, f); filed.Changed != 1 || filed.Documents[0] != id {
		t.Fatalf("the next source takes over: %+v", filed)
	}
	view(t, db, func(tx *store.Tx) error {
		d, err := tx.Document(id)
		if d.Source != b.ID || d.Title != "What b says" || d.Revision != 2 {
			t.Errorf("the document is %+v", d)
		}
		return err
	})
}

func TestFileKeepsTheVisit(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/feed")
	if _, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{NotModified: true, Unchanged: 7, Visit: vigie.Visit{ETag: "e"}}}); err != nil {
		t.Fatal(err) // the reader forgot to say whose visit it was
	}
	view(t, db, func(tx *store.Tx) error {
		v, err := tx.Visit(s.ID)
		if v.ETag != "e" || v.Source != s.ID {
			t.Errorf("the visit is %+v", v)
		}
		return err
	})
}

func TestSeenRefreshesOnceADay(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	id := file(t, db, s, item(1)).Documents[0]
	last := func() time.Time {
		var at time.Time
		view(t, db, func(tx *store.Tx) error {
			seen, err := tx.Sightings(id)
			at = seen[0].Last
			return err
		})
		return at
	}
	first := c.at
	for _, tc := range []struct {
		after time.Duration
		want  time.Time
	}{{time.Hour, first}, {25 * time.Hour, first.Add(25 * time.Hour)}, {26 * time.Hour, first.Add(25 * time.Hour)}} {
		c.at = first.Add(tc.after)
		if _, err := db.File(t.Context(), store.Filing{Source: s, Seen: []string{"guid-1", "unknown"}}); err != nil {
			t.Fatal(err)
		}
		if got := last(); !got.Equal(tc.want) {
			t.Errorf("after %v it was last seen at %v, want %v", tc.after, got, tc.want)
		}
	}
}

// TestConcurrentFilings: twenty sources show the same ten documents, and ten of
// their own, at the same time.
func TestConcurrentFilings(t *testing.T) {
	db := storetest.Open(t)
	var wg sync.WaitGroup
	for n := range 20 {
		s := storetest.Source(t, db, fmt.Sprintf("https://source-%d.example.org/feed", n))
		wg.Go(func() {
			for turn := range 10 {
				both := []vigie.Finding{item(turn), item(1000 + n*100 + turn)}
				if _, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: both}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := stateOf(t, db)
	if got.Counts.Documents != 210 || len(got.Documents) != 210 {
		t.Errorf("there are %d documents, want 210", got.Counts.Documents)
	}
	view(t, db, func(tx *store.Tx) error {
		for n := range 10 {
			d, err := tx.DocumentAt(item(n).URL)
			if err != nil {
				return err
			}
			if seen, err := tx.Sightings(d.ID); err != nil || len(seen) != 20 {
				t.Errorf("%s was seen by %d sources, %v", d.URL, len(seen), err)
			}
		}
		return nil
	})
}

// TestFailingUpdateLeavesOthersAlone: updates that share a commit do not share a
// failure.
func TestFailingUpdateLeavesOthersAlone(t *testing.T) {
	db := storetest.Open(t)
	broken := errors.New("broken")
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			err := db.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://s-%d.example.org/", n)})
				if n%4 == 0 {
					return broken
				}
				return err
			})
			if failed := errors.Is(err, broken); failed != (n%4 == 0) {
				t.Errorf("update %d: %v", n, err)
			}
		})
	}
	wg.Wait()
	if got := stateOf(t, db).Counts.Sources; got != 30 {
		t.Errorf("there are %d sources, want 30", got)
	}
}
