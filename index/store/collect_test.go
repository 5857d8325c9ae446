package store_test

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func objectBytes(t testing.TB, dir string) (bytes int64, files int) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "objects", "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes, len(names)
}

func TestCollectGivesBackAndKeeps(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{SegmentBytes: 4 << 10})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Source(t, db, "https://a.example.org/feed")
	var ids []vigie.DocumentID
	for n := range 100 {
		ids = append(ids, file(t, db, s, item(n)).Documents...)
	}
	remove(t, db, ids[10:]...)
	want := stateOf(t, db)
	before, files := objectBytes(t, dir)
	var told [][2]int
	got, err := db.Collect(t.Context(), 0.5, func(done, all int) { told = append(told, [2]int{done, all}) })
	if err != nil {
		t.Fatal(err)
	}
	after, _ := objectBytes(t, dir)
	if files < 5 || got.Segments < files-3 || got.Bytes < before/2 || before-after != got.Bytes {
		t.Errorf("collected %+v of %d files; %d bytes became %d", got, files, before, after)
	}
	if len(told) == 0 || told[len(told)-1] != [2]int{got.Segments, got.Segments} {
		t.Errorf("progress was %v", told)
	}
	if diff := cmp.Diff(want, stateOf(t, db)); diff != "" {
		t.Errorf("collection changed what is kept (-want +got):\n%s", diff)
	}
	storetest.Check(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := storetest.OpenAt(t, dir, store.Options{})
	if diff := cmp.Diff(want, stateOf(t, again)); diff != "" {
		t.Errorf("after opening again (-want +got):\n%s", diff)
	}
	if got, err := again.Collect(t.Context(), 0.5, nil); err != nil || got.Segments != 0 {
		t.Errorf("nothing is left to collect: %+v, %v", got, err)
	}
}

func TestCollectEverything(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir, store.Options{})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	remove(t, db, file(t, db, s, items(0, 5)...).Documents...)
	if _, err := db.Collect(t.Context(), 0, nil); err != nil {
		t.Fatal(err)
	}
	if bytes, _ := objectBytes(t, dir); bytes != 0 {
		t.Errorf("%d bytes stay of withdrawn documents", bytes)
	}
	file(t, db, s, items(0, 5)...)
}

// TestViewOutlivesCollection: who looks at a state from before a collection still
// reads all of it, and the collection waits before it removes a file.
func TestViewOutlivesCollection(t *testing.T) {
	dir := t.TempDir()
	db := storetest.OpenAt(t, dir, store.Options{})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	ids := file(t, db, s, items(0, 10)...).Documents
	started, done := make(chan struct{}), make(chan error, 1)
	view(t, db, func(tx *store.Tx) error {
		remove(t, db, ids[1:]...)
		go func() {
			close(started)
			_, err := db.Collect(t.Context(), 0, nil)
			done <- err
		}()
		<-started
		for range 50 { // while the collection gets as far as it can
			for _, id := range ids {
				d, err := tx.Document(id)
				if err != nil {
					return err
				}
				if _, err := tx.Body(d); err != nil {
					return err
				}
			}
		}
		select {
		case err := <-done:
			t.Errorf("the collection ended (%v) although somebody reads what it removes", err)
		default:
		}
		if _, err := db.Collect(t.Context(), 0, nil); !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("a second collection: %v", err)
		}
		return nil
	})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if len(stateOf(t, db).Bodies) != 1 {
		t.Error("the living document is gone")
	}
}

// TestCollectAmongOthers runs collections against filings, removals, readers and
// backups at once.
func TestCollectAmongOthers(t *testing.T) {
	db := storetest.OpenAt(t, t.TempDir(), store.Options{SegmentBytes: 8 << 10})
	stop := make(chan struct{})
	running := func() bool {
		select {
		case <-stop:
			return false
		default:
			return true
		}
	}
	var writers, others sync.WaitGroup
	for w := range 4 {
		s := storetest.Source(t, db, "https://a.example.org/"+string(rune('a'+w)))
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for range 60 {
				// The same few bodies come, go and come back, under addresses of their own.
				f := item(r.IntN(12))
				f.URL, f.Document.URL, f.GUID = "", "", vigie.NewID[string](newClock().at)
				filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{f}}})
				if err != nil || filed.New != 1 {
					t.Errorf("file: %+v, %v", filed, err)
					return
				}
				if r.IntN(3) > 0 {
					if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.RemoveDocument(filed.Documents[0], "x") }); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	others.Go(func() {
		for running() {
			if _, err := db.Collect(t.Context(), 0.01, nil); err != nil {
				t.Errorf("collect: %v", err)
			}
		}
	})
	others.Go(func() {
		for running() {
			stateOf(t, db)
		}
	})
	others.Go(func() {
		for running() {
			if _, err := db.Backup(t.Context(), io.Discard, nil); err != nil {
				t.Errorf("backup: %v", err)
			}
			if c, err := db.Check(t.Context(), nil); err != nil || c.Err() != nil {
				t.Errorf("check: %v, %v", err, c.Err())
			}
		}
	})
	writers.Wait()
	close(stop)
	others.Wait()
}
