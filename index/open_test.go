package index_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
)

// openAt opens an index over db in dir and closes it with the test.
func openAt(t testing.TB, dir string, db *store.DB) *index.Index {
	t.Helper()
	x, err := index.Open(t.Context(), dir, db, index.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close index: %v", err)
		}
	})
	return x
}

// open opens an index over db in a folder of its own.
func open(t testing.TB, db *store.DB) *index.Index {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "index"), db)
}

// catchUp brings the index level with the store and checks it.
func catchUp(t testing.TB, x *index.Index) int {
	t.Helper()
	n, err := x.CatchUp(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// ask parses and searches.
func ask(t testing.TB, x *index.Index, line string) index.Results {
	t.Helper()
	q, err := query.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(t.Context(), q, index.SearchOptions{})
	if err != nil {
		t.Fatalf("search %q: %v", line, err)
	}
	return res
}

// titles returns the titles of the hits in order.
func titles(res index.Results) []string {
	out := []string{}
	for _, h := range res.Hits {
		out = append(out, h.Title)
	}
	return out
}
