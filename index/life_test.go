package index_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// fill files n documents, "Rapport 0" first, and returns their identities.
func fill(t testing.TB, db *store.DB, n int) (vigie.Source, []vigie.DocumentID) {
	t.Helper()
	s := storetest.Source(t, db, "https://example.org/feed")
	docs := make([]vigie.Document, n)
	for i := range docs {
		docs[i] = vigie.Document{
			URL: fmt.Sprintf("https://example.org/%d", i), Lang: vigie.French,
			Title: fmt.Sprintf("Rapport %d", i), Body: text(fmt.Sprintf("Le texte numéro %d parle de fibre.", i)),
		}
	}
	return s, storetest.File(t, db, s, docs...)
}

func remove(t *testing.T, db *store.DB, id vigie.DocumentID) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.RemoveDocument(id, "test") }); err != nil {
		t.Fatal(err)
	}
}

// sound fails the test unless index and store agree on n documents.
func sound(t *testing.T, x *index.Index, n int) {
	t.Helper()
	if err := x.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
	if res := ask(t, x, "fibre"); res.Total != n || res.Partial {
		t.Errorf("found %d documents (partial: %v, %s), want %d", res.Total, res.Partial, res.Reason, n)
	}
	if s := x.Stats(); int(s.Documents) != n || s.Rebuilding || s.Bytes == 0 {
		t.Errorf("stats %+v, want %d documents and no rebuild", s, n)
	}
}

// folders returns what stands in the index's folder, without times.
func folders(t *testing.T, dir string) map[string]int {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, e := range all {
		name := e.Name()
		for _, prefix := range []string{"bleve-", "index-damaged-"} {
			if len(name) > len(prefix) && name[:len(prefix)] == prefix {
				name = prefix
			}
		}
		out[name]++
	}
	return out
}

func TestFollowsTheStore(t *testing.T) {
	db := storetest.Open(t)
	dir := t.TempDir()
	s, ids := fill(t, db, 700) // more than a batch
	x := openAt(t, dir, db)
	if res := ask(t, x, "fibre"); res.Total != 0 || !res.Partial {
		t.Errorf("before catching up: %d found, partial %v", res.Total, res.Partial)
	}
	if n := catchUp(t, x); n != 700 {
		t.Errorf("wrote %d documents, want 700", n)
	}
	sound(t, x, 700)

	remove(t, db, ids[0])
	changed := vigie.Document{URL: "https://example.org/1", Lang: vigie.French, Title: "Rapport changé", Body: text("La fibre a changé.")}
	storetest.File(t, db, s, changed)
	changed.Title = "Rapport encore changé"
	storetest.File(t, db, s, changed)
	if n := catchUp(t, x); n != 2 { // a removal, and one change instead of two
		t.Errorf("wrote %d documents, want 2", n)
	}
	sound(t, x, 699)
	for line, want := range map[string]int{`"rapport 1"`: 0, `"encore change"`: 1, `"rapport 0"`: 0, `"rapport 2"`: 1} {
		if res := ask(t, x, line); res.Total != want {
			t.Errorf("%s finds %q, want %d", line, titles(res), want)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Search(t.Context(), query.Query{}, index.SearchOptions{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("search in a closed index: %v", err)
	}

	remove(t, db, ids[5]) // while nothing runs
	x = openAt(t, dir, db)
	if n := catchUp(t, x); n != 1 {
		t.Errorf("wrote %d documents after opening again, want 1", n)
	}
	sound(t, x, 698)
}

func TestFollow(t *testing.T) {
	db := storetest.Open(t)
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Gather: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var followers sync.WaitGroup
	followers.Go(func() {
		if err := x.Follow(ctx); err != nil {
			t.Errorf("follow: %v", err)
		}
	})
	_, ids := fill(t, db, 3)
	for ask(t, x, "fibre").Total != len(ids) { // ends with the test's deadline if it never comes
	}
	cancel()
	followers.Wait()
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

// TestRepairs: whatever is done to the folder while nothing runs, the next Open
// makes it whole from the store.
func TestRepairs(t *testing.T) {
	segments := func(dir string) []string {
		all, err := filepath.Glob(filepath.Join(dir, "bleve-*", "store", "*.zap"))
		if err != nil || len(all) == 0 {
			t.Fatalf("no segments: %v", err)
		}
		return all
	}
	write := func(t *testing.T, file string, b []byte) {
		t.Helper()
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		harm  func(t *testing.T, dir string)
		aside int // folders put aside; -1 for any
	}{
		"folder deleted": {func(_ *testing.T, dir string) { os.RemoveAll(dir) }, 0},
		"bleve's folder deleted": {func(_ *testing.T, dir string) {
			os.RemoveAll(filepath.Dir(filepath.Dir(segments(dir)[0])))
		}, 0},
		"active says nonsense": {func(t *testing.T, dir string) {
			t.Helper()
			write(t, filepath.Join(dir, "active"), []byte("../x"))
		}, 0},
		"orphans of a killed rebuild": {func(t *testing.T, dir string) {
			t.Helper()
			orphan := filepath.Join(dir, "bleve-20200101T000000.000000000", "store")
			if err := os.MkdirAll(orphan, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(orphan, "root.bolt"), []byte("half"))
			write(t, filepath.Join(dir, "active.tmp"), []byte("half"))
		}, 0},
		"segment cut": {func(t *testing.T, dir string) {
			t.Helper()
			for _, s := range segments(dir) {
				if err := os.Truncate(s, 100); err != nil {
					t.Fatal(err)
				}
			}
		}, -1},
		"segment deleted": {func(_ *testing.T, dir string) { os.Remove(segments(dir)[0]) }, -1},
		"root.bolt emptied": {func(t *testing.T, dir string) {
			t.Helper()
			write(t, filepath.Join(filepath.Dir(segments(dir)[0]), "root.bolt"), nil)
		}, 1},
		"root.bolt nonsense": {func(t *testing.T, dir string) {
			t.Helper()
			write(t, filepath.Join(filepath.Dir(segments(dir)[0]), "root.bolt"), make([]byte, 1<<16))
		}, 1},
		"bytes altered before a crash": {func(t *testing.T, dir string) {
			t.Helper()
			b, err := os.ReadFile(segments(dir)[0])
			if err != nil {
				t.Fatal(err)
			}
			b[len(b)/2] ^= 0xff
			write(t, segments(dir)[0], b)
			write(t, filepath.Join(dir, "open"), nil)
		}, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t)
			dir := t.TempDir()
			fill(t, db, 20)
			x := openAt(t, dir, db)
			catchUp(t, x)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			c.harm(t, dir)
			for range 2 { // and stays whole
				x = openAt(t, dir, db)
				catchUp(t, x)
				sound(t, x, 20)
				got := folders(t, dir)
				if got["bleve-"] != 1 || c.aside >= 0 && got["index-damaged-"] != c.aside || got["active"] != 1 {
					t.Errorf("the folder holds %v", got)
				}
				if err := x.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestOtherStore: an index of another life of the store, or of a newer one, is
// of no use.
func TestOtherStore(t *testing.T) {
	dir := t.TempDir()
	for n := 5; n > 2; n-- {
		db := storetest.Open(t)
		fill(t, db, n)
		x := openAt(t, dir, db)
		catchUp(t, x)
		sound(t, x, n)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := folders(t, dir); got["index-damaged-"] != 1 {
		t.Errorf("only the newest index that was put aside is kept, the folder holds %v", got)
	}
}

// TestDamageWhileOpen cuts the segment under an open index: the search that runs
// into it says so, and soon everything is found again. There is one segment only,
// so that no merge of bleve's reads it at the same time: that would end any Go
// program.
func TestDamageWhileOpen(t *testing.T) {
	db := storetest.Open(t)
	dir := t.TempDir()
	fill(t, db, 20)
	x := openAt(t, dir, db)
	catchUp(t, x)
	files, err := filepath.Glob(filepath.Join(dir, "bleve-*", "store", "*.zap"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no segments: %v", err)
	}
	for _, f := range files {
		if err := os.Truncate(f, 0); err != nil {
			t.Fatal(err)
		}
	}
	res := ask(t, x, "fibre")
	if !res.Partial || res.Shortfall != index.Damaged || res.Reason == "" || res.Total != 0 {
		t.Errorf("in a damaged index: %d found, partial %v %q", res.Total, res.Partial, res.Reason)
	}
	for res.Partial {
		res = ask(t, x, "fibre")
	}
	sound(t, x, 20)
	if got := folders(t, dir); got["index-damaged-"] != 1 || got["bleve-"] != 1 {
		t.Errorf("the folder holds %v", got)
	}
}

func TestRebuild(t *testing.T) {
	db := storetest.Open(t)
	dir := t.TempDir()
	s, _ := fill(t, db, 600)
	x := openAt(t, dir, db)
	catchUp(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	var searchers sync.WaitGroup
	for range 2 {
		searchers.Go(func() {
			for ctx.Err() == nil {
				if res := ask(t, x, "fibre"); res.Total < 600 || res.Partial { //nolint:contextcheck // ask has the test's
					t.Errorf("during a rebuild: %d found, partial %v", res.Total, res.Partial)
					return
				}
			}
		})
	}
	more := vigie.Document{URL: "https://example.org/more", Lang: vigie.French, Title: "Encore", Body: text("fibre")}
	var told []int
	for range 3 {
		err := x.Rebuild(t.Context(), func(done, _ int) {
			told = append(told, done)
			if len(told) == 1 { // something happens meanwhile
				storetest.File(t, db, s, more)
				catchUp(t, x)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
	cancel()
	searchers.Wait()
	sound(t, x, 601)
	if d := cmp.Diff(map[string]int{"active": 1, "bleve-": 1, "open": 1}, folders(t, dir)); d != "" {
		t.Errorf("the folder (-want +got):\n%s", d)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Rebuild(ended, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a rebuild whose context ended: %v", err)
	}
	sound(t, x, 601)
	if got := folders(t, dir); got["bleve-"] != 1 {
		t.Errorf("a rebuild that was ended leaves %v", got)
	}
}
