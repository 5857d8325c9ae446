package store_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestReread: what a newer reader understands otherwise is a revision with the same
// capture; of the rest only the version is noted.
func TestReread(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.Parser = 1
	id := file(t, db, s, f).Documents[0]
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: id, By: "Awa", Act: vigie.Keep})
		return err
	})
	doc := func() (d vigie.Document, r vigie.Revision) {
		t.Helper()
		view(t, db, func(tx *store.Tx) error {
			var err, err2, err3 error
			d, err = tx.Document(id)
			r, err2 = tx.Revision(id, d.Revision)
			d.Body, err3 = tx.Body(d)
			return errors.Join(err, err2, err3)
		})
		return d, r
	}
	d, first := doc()
	d.Title = "Article\u00a01" // the same to who reads it
	before := db.Last()
	if changed, err := db.Reread(t.Context(), d, 2); changed || err != nil {
		t.Fatalf("Reread = %v, %v", changed, err)
	}
	if d, r := doc(); r.N != 1 || r.Parser != 2 || d.Title != "Article 1" || db.Last() != before {
		t.Errorf("after a reading that found the same: %+v of %q, log at %v", r, d.Title, db.Last())
	}
	d, _ = doc()
	d.Body = []vigie.Paragraph{{Kind: vigie.Heading, Level: 2, Text: d.Body[0].Text}} // the same words, better understood
	if changed, err := db.Reread(t.Context(), d, 3); !changed || err != nil {
		t.Fatalf("Reread = %v, %v", changed, err)
	}
	now, r := doc()
	if r.N != 2 || !r.Reread || r.Parser != 3 || r.Capture != first.Capture || !r.Fetched.Equal(first.Fetched) || now.Body[0].Kind != vigie.Heading {
		t.Errorf("the new revision is %+v", r)
	}
	view(t, db, func(tx *store.Tx) error {
		changes, err := tx.Changes(before.Seq, 10)
		if len(changes) != 1 || changes[0].Cause != "reread" {
			t.Errorf("the log has %+v", changes)
		}
		j, err2 := tx.Judgement(id)
		if j.Status != vigie.Kept {
			t.Errorf("the decision is gone: %+v", j)
		}
		return errors.Join(err, err2)
	})
	if _, err := db.Reread(t.Context(), d, 4); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("reading an older revision again: %v", err)
	}
	storetest.Check(t, db)
	remove(t, db, id)
	if _, err := db.Reread(t.Context(), now, 4); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("reading what is gone: %v", err)
	}
	if got := stateOf(t, db).Counts; got.Captures != 0 || got.Revisions != 0 {
		t.Errorf("what is left: %+v", got)
	}
}

// TestAttempts: a document whose reader broke off is read three times more, with
// growing pauses.
func TestAttempts(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.Document.Body, f.Document.Obstacle, f.Parser = nil, vigie.Crashed, 1
	id := file(t, db, s, f).Documents[0]
	waiting := func() (all []store.Attempts) {
		t.Helper()
		view(t, db, func(tx *store.Tx) error {
			for a, err := range tx.Unread() {
				if err != nil {
					return err
				}
				all = append(all, a)
			}
			return nil
		})
		return all
	}
	again := func(body []vigie.Paragraph, o vigie.Obstacle) {
		t.Helper()
		var d vigie.Document
		view(t, db, func(tx *store.Tx) (err error) { d, err = tx.Document(id); return err })
		d.Body, d.Obstacle = body, o
		if _, err := db.Reread(t.Context(), d, 1); err != nil {
			t.Fatal(err)
		}
	}
	for n, pause := range []time.Duration{15 * time.Minute, 4 * time.Hour, 24 * time.Hour} {
		got := waiting()
		if len(got) != 1 || got[0].Document != id || got[0].Tries != n+1 || !got[0].Next.Equal(c.at.Add(pause)) || got[0].Due(c.at) {
			t.Fatalf("after %d tries: %+v", n+1, got)
		}
		if c.at = c.at.Add(pause); !got[0].Due(c.at) {
			t.Fatalf("not due at %v: %+v", c.at, got)
		}
		again(nil, vigie.Crashed)
	}
	if got := waiting(); len(got) != 1 || got[0].Due(c.at.AddDate(9, 0, 0)) {
		t.Errorf("after all tries: %+v", got)
	}
	again(text("At last"), "")
	if got := waiting(); len(got) != 0 {
		t.Errorf("after it was read: %+v", got)
	}
	again(nil, vigie.TooSlow)
	if got := waiting(); len(got) != 0 {
		t.Errorf("when it breaks anew, of a known text: %+v", got)
	}
	view(t, db, func(tx *store.Tx) error {
		d, err := tx.Document(id)
		body, err2 := tx.Body(d)
		if d.Obstacle != "" || vigie.PlainText(body) != "At last" {
			t.Errorf("a known text was replaced by %+v", d)
		}
		return errors.Join(err, err2)
	})
	g := item(2)
	g.Document.Body, g.Document.Obstacle = nil, vigie.Crashed
	second := file(t, db, s, g).Documents[0]
	if got := waiting(); len(got) != 1 || got[0].Tries != 1 {
		t.Errorf("of another document: %+v", got)
	}
	remove(t, db, second)
	if got := waiting(); len(got) != 0 {
		t.Errorf("of a document that is gone: %+v", got)
	}
}

// TestWalk: how far a reading has come is remembered.
func TestWalk(t *testing.T) {
	db := storetest.Open(t)
	want := store.Walk{Versions: "2.1", After: "01ARZ3NDEKTSV4RRFFQ69G5FAV", Looked: 3, Read: 2, Changed: 1}
	view(t, db, func(tx *store.Tx) error {
		w, err := tx.Walk()
		if w != (store.Walk{}) {
			t.Errorf("before the first: %+v", w)
		}
		return err
	})
	change(t, db, func(tx *store.Tx) error { return tx.SetWalk(want) })
	view(t, db, func(tx *store.Tx) error {
		w, err := tx.Walk()
		if w != want {
			t.Errorf("after it: %+v", w)
		}
		return err
	})
}

// TestStateOf: what a document said before each change can be told.
func TestStateOf(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.Document.Authors = []vigie.Author{{Name: "Amina"}, {Name: "Badr"}}
	id := file(t, db, s, f).Documents[0]
	f.Document.Title, f.Document.Authors, f.Document.Labels = "Second", nil, []string{"prix"}
	file(t, db, s, f)
	f.Document.Body = text("Third")
	file(t, db, s, f)
	f.Document.Title = ""
	f.Document.Published = vigie.Date{}
	file(t, db, s, f)
	f.Document.Summary = "S"
	file(t, db, s, f)
	view(t, db, func(tx *store.Tx) error {
		for n, want := range []map[string]string{
			{"title": "Article 1", "authors": "Amina\nBadr", "labels": "", "published": "2026-11-01T00:01:00Z"},
			{"title": "Second", "authors": "", "labels": "prix", "published": "2026-11-01T00:01:00Z"},
			{"title": "Second", "authors": "", "labels": "prix", "published": "2026-11-01T00:01:00Z"},
			{"title": "", "authors": "", "labels": "prix", "published": "", "summary": ""},
			{"summary": "S"},
		} {
			got, err := tx.StateOf(id, n+1)
			if err != nil {
				return err
			}
			for field, value := range want {
				if got[field] != value {
					t.Errorf("revision %d: %s = %q, want %q", n+1, field, got[field], value)
				}
			}
		}
		return nil
	})
}
