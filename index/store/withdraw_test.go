package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// withdraw takes a document back.
func withdraw(ctx context.Context, db *store.DB, id vigie.DocumentID) error {
	return db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Withdraw(store.Withdrawal{Document: id, By: writer().ID, At: db.Now(), Why: "a judgement of 3 March"})
		return err
	})
}

func isWithdrawn(t testing.TB, db *store.DB, id vigie.DocumentID) bool {
	t.Helper()
	there := false
	view(t, db, func(tx *store.Tx) error {
		_, err := tx.Withdrawal(id)
		there = err == nil
		return nil
	})
	return there
}

// onDiskOf reports whether the segments hold an object: its hash stands in front of it.
func onDiskOf(t *testing.T, dir string, body []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "objects", "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := vigie.HashOf(body).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, hash) {
			return true
		}
	}
	return false
}

// TestWithdraw: text, snapshots and titles of all revisions are gone from the store
// and, once erased, from the disk; what others need stays, and so does the trace.
func TestWithdraw(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir, store.Options{})
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	f := item(1)
	f.Document.Summary, f.Document.Labels = "Secret", []string{"secret"}
	id := file(t, db, a, f).Documents[0]
	g := item(1)
	g.Document.Title = "What b says"
	file(t, db, b, g)
	second := item(1)
	second.Document.Body = text("Another secret")
	second.Capture.Body = []byte("<html>another secret")
	file(t, db, a, second)
	other := item(2) // has the text of the second revision
	other.Document.Body, other.Capture = second.Document.Body, nil
	stays := file(t, db, a, other).Documents[0]
	texts := map[string][]byte{"first": store.PackBody(f.Document.Body), "second": store.PackBody(second.Document.Body)}
	before := db.Last()

	if err := withdraw(t.Context(), db, id); err != nil {
		t.Fatal(err)
	}
	if !onDiskOf(t, dir, f.Capture.Body) {
		t.Fatal("the test sees nothing on the disk")
	}
	if err := db.Erase(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"first": false, "second": true} {
		if got := onDiskOf(t, dir, texts[name]); got != want {
			t.Errorf("the %s text is on the disk: %v, want %v", name, got, want)
		}
	}
	if onDiskOf(t, dir, f.Capture.Body) || onDiskOf(t, dir, second.Capture.Body) {
		t.Error("a snapshot is still on the disk")
	}
	view(t, db, func(tx *store.Tx) error {
		d, err := tx.Document(id)
		want := vigie.Document{
			ID: id, Source: a.ID, URL: f.Document.URL, Lang: vigie.English, Published: f.Document.Published, MediaType: "text/html", Revision: 2, Filed: d.Filed,
		}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("what is left (-want +got):\n%s", diff)
		}
		changes, err2 := tx.Changes(before.Seq, 5)
		if len(changes) != 1 || changes[0].Cause != "withdrawn" || changes[0].Op != store.Put {
			t.Errorf("the log has %+v", changes)
		}
		w, err3 := tx.Withdrawal(id)
		if w.By != writer().ID || w.Why == "" || w.Erased.IsZero() || w.Segments != nil {
			t.Errorf("the trace is %+v", w)
		}
		body, err4 := tx.Body(vigie.Document{ID: stays, Revision: 1})
		if len(body) != 1 || body[0].Text != "Another secret" {
			t.Errorf("the text of another document is %v", body)
		}
		seen, err5 := tx.Sightings(id)
		for _, s := range seen {
			if s.Title != "" {
				t.Errorf("%s still calls it %q", s.Source, s.Title)
			}
		}
		return errors.Join(err, err2, err3, err4, err5)
	})
	storetest.Check(t, db)
}

// TestWithdrawnIsNotFiledAgain: whatever its sources show, under the same name or
// only the same address, also when the first of them is gone.
func TestWithdrawnIsNotFiledAgain(t *testing.T) {
	db := storetest.Open(t)
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	id := file(t, db, a, item(1)).Documents[0]
	if err := withdraw(t.Context(), db, id); err != nil {
		t.Fatal(err)
	}
	renamed := item(1)
	renamed.GUID, renamed.Document.Title = "made up anew", "Another title"
	changed := item(1)
	changed.Document.Body = text("A new text")
	for name, try := range map[string]struct {
		s vigie.Source
		f vigie.Finding
	}{"the same": {a, item(1)}, "changed": {a, changed}, "renamed": {a, renamed}, "elsewhere": {b, changed}} {
		if filed := file(t, db, try.s, try.f); filed.Unchanged != 1 || filed.New+filed.Changed != 0 {
			t.Errorf("%s: %+v", name, filed)
		}
	}
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.RemoveDocument(id, "source removed"), tx.RemoveSource(a.ID))
	})
	if filed := file(t, db, b, changed); filed.Unchanged != 1 {
		t.Errorf("after its source was removed: %+v", filed)
	}
	doc := changed.Document
	doc.ID, doc.Revision = id, 1
	if changed, err := db.Reread(t.Context(), doc, 9); changed || err == nil {
		t.Errorf("it was read again: %v, %v", changed, err)
	}
	view(t, db, func(tx *store.Tx) error {
		d, err := tx.Document(id)
		if d.Title != "" || d.Revision != 1 {
			t.Errorf("it is %+v", d)
		}
		if _, err := tx.Object(vigie.HashOf(changed.Capture.Body)); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("its snapshot was kept: %v", err)
		}
		return err
	})
}

// TestWithdrawShared: the answer of a feed stays for its other items, and that is
// said; a second withdrawal changes nothing.
func TestWithdrawShared(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/feed")
	all := items(0, 3)
	for i := range all {
		all[i].Capture = all[0].Capture
	}
	ids := file(t, db, s, all...).Documents
	for range 2 {
		if err := withdraw(t.Context(), db, ids[0]); err != nil {
			t.Fatal(err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		w, err := tx.Withdrawal(ids[0])
		if w.Shared != 1 {
			t.Errorf("the trace is %+v", w)
		}
		_, err2 := tx.Object(vigie.HashOf(all[0].Capture.Body))
		return errors.Join(err, err2)
	})
	for _, w := range []store.Withdrawal{{Document: ids[1], Why: "x"}, {Document: ids[1], By: "x"}} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.Withdraw(w); return err })
		if !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

// TestEraseAfterStoppedCollection: nothing is called erased while a file still holds it.
func TestEraseAfterStoppedCollection(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir, store.Options{})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	id := file(t, db, s, items(0, 3)...).Documents[0]
	if err := errors.Join(withdraw(t.Context(), db, id), db.StopCollection(t.Context())); err != nil {
		t.Fatal(err)
	}
	secret := store.PackBody(item(0).Document.Body)
	if !onDiskOf(t, dir, secret) {
		t.Fatal("the collection was not stopped")
	}
	if err := db.Erase(t.Context()); err != nil {
		t.Fatal(err)
	}
	if onDiskOf(t, dir, secret) {
		t.Error("the text is still on the disk")
	}
	storetest.Check(t, db)
}

// TestEraseIsStopped: who waits for a collection to end need not wait.
func TestEraseIsStopped(t *testing.T) {
	db := storetest.Open(t)
	defer db.HoldCollections()()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := db.Erase(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("Erase = %v", err)
	}
}

// TestCheckSeesWithdrawn: a text that is still there is a damage, and so is a title.
func TestCheckSeesWithdrawn(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Source(t, db, "https://a.example.org/feed")
	ids := file(t, db, s, items(0, 2)...).Documents
	if err := errors.Join(withdraw(t.Context(), db, ids[0]), db.Close()); err != nil {
		t.Fatal(err)
	}
	inside(t, dir, func(tx *bolt.Tx) error { // the trace of the one at the other
		b := tx.Bucket([]byte("withdrawn"))
		_, body, err := store.Unseal("withdrawn", []byte(ids[0]), b.Get([]byte(ids[0])))
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte(ids[0]), []byte(ids[1]))
		return b.Put([]byte(ids[1]), store.Seal("withdrawn", []byte(ids[1]), body))
	})
	damaged(t, dir, true, "was withdrawn", "is not as it should be", "is still there")
}
