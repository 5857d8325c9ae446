package store_test

import (
	"errors"
	"slices"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// newest returns a document as it is, with its text and its newest revision.
func newest(t *testing.T, db *store.DB, id vigie.DocumentID) (d vigie.Document, r vigie.Revision) {
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

// TestObstacleKeepsText: a page that could not be read this time does not take the text
// away that is known of it.
func TestObstacleKeepsText(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	first := item(1)
	id := file(t, db, s, first).Documents[0]
	blurb := text("What the feed says of its report")
	for _, tc := range []struct {
		obstacle vigie.Obstacle
		body     []vigie.Paragraph
		capture  *vigie.Capture
	}{
		{vigie.TooLarge, nil, nil},
		{vigie.Crashed, nil, &vigie.Capture{URL: first.URL, Status: 200, Body: []byte("broken")}},
		{vigie.Unreadable, nil, &vigie.Capture{URL: first.URL, Status: 200, Body: []byte("\x00\x01")}},
		{vigie.LoginWall, nil, &vigie.Capture{URL: first.URL, Status: 200, Body: []byte("<html>who are you")}},
		{vigie.TooSlow, blurb, &vigie.Capture{URL: first.URL, Status: 200, Body: []byte("%PDF")}},
	} {
		f := item(1)
		f.Document.Obstacle, f.Document.Body, f.Capture, f.Digest = tc.obstacle, tc.body, tc.capture, vigie.HashOf([]byte(tc.obstacle))
		filed := file(t, db, s, f)
		d, r := newest(t, db, id)
		if filed.Unchanged != 1 || r.N != 1 || d.Obstacle != "" || vigie.PlainText(d.Body) != vigie.PlainText(first.Document.Body) {
			t.Errorf("%s: filed %+v, it is %+v", tc.obstacle, filed, r)
		}
		view(t, db, func(tx *store.Tx) error {
			if digest, _ := tx.Known(s.ID)(f.GUID, ""); digest != f.Digest {
				t.Errorf("%s: the sighting was not refreshed", tc.obstacle)
			}
			return nil
		})
	}
	beginning := item(1) // a publisher may well take a part away
	beginning.Document.Obstacle, beginning.Document.Body = vigie.Paywall, text("Paragraph")
	if filed := file(t, db, s, beginning); filed.Changed != 1 {
		t.Errorf("behind a paywall: %+v", filed)
	}
	storetest.Check(t, db)
}

// TestWithheldText: what we do not keep is not what the publisher changed.
func TestWithheldText(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.Document.Summary = "S"
	id := file(t, db, s, f).Documents[0]
	s.Keep = vigie.Retention{Keep: vigie.KeepRecords}
	change(t, db, func(tx *store.Tx) error { return tx.PutSource(s) })
	if filed := file(t, db, s, f); filed.Unchanged != 1 {
		t.Errorf("by a new rule: %+v", filed) // what is there already goes by [store.DB.Retain]
	}
	f.Document.Title = "Another title"
	file(t, db, s, f)
	if _, r := newest(t, db, id); r.N != 2 || r.Text != "" || !slices.Equal(r.Changed, []string{"title"}) {
		t.Errorf("by a rule, with another title: %+v", r)
	}

	s.Keep = vigie.Retention{}
	change(t, db, func(tx *store.Tx) error { return tx.PutSource(s) })
	g := item(2)
	g.Document.Summary = "S"
	id = file(t, db, s, g).Documents[0]
	before := db.Last()
	g.Capture.Reserved = true
	file(t, db, s, g)
	d, r := newest(t, db, id)
	if r.N != 2 || r.Text != "" || len(r.Changed) != 0 || d.Summary != "" {
		t.Errorf("reserved: %+v", r)
	}
	view(t, db, func(tx *store.Tx) error {
		changes, err := tx.Changes(before.Seq, 9)
		if len(changes) != 1 || changes[0].Cause != "retention" {
			t.Errorf("the log has %+v", changes)
		}
		return err
	})
	if filed := file(t, db, s, g); filed.Unchanged != 1 {
		t.Errorf("reserved, once more: %+v", filed)
	}
	storetest.Check(t, db)
}

// TestOtherSourceLeavesNothing: what another source says of a document is not filed, and
// so it is not kept either.
func TestOtherSourceLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir, store.Options{})
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	id := file(t, db, a, item(1)).Documents[0]
	other := item(1)
	other.Document.Body, other.Capture.Body = text("In the words of b"), []byte("<html>b")
	if filed := file(t, db, b, other); filed.Unchanged != 1 {
		t.Errorf("filed %+v", filed)
	}
	if onDiskOf(t, dir, store.PackBody(other.Document.Body)) || onDiskOf(t, dir, other.Capture.Body) {
		t.Error("what another source says was kept")
	}
	change(t, db, func(tx *store.Tx) error { return tx.RemoveSource(a.ID) })
	if filed := file(t, db, b, other); filed.Changed != 1 {
		t.Errorf("after its source was removed: %+v", filed)
	}
	if d, _ := newest(t, db, id); d.Source != b.ID || vigie.PlainText(d.Body) != "In the words of b" {
		t.Errorf("it is %+v", d)
	}
	storetest.Check(t, db)
}
