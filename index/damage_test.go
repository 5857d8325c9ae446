package index_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// harm does something to one index folder, with bytes and files that are drawn.
type harm struct {
	name string
	do   func(t *testing.T, r *rand.Rand, dir string)
	// sure says that bytes are altered where, after a crash, all are compared.
	sure bool
}

// partOf returns one of the files that a pattern names, below the folder in use.
func partOf(t *testing.T, r *rand.Rand, dir, pattern string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "bleve-*", pattern))
	if err != nil || len(all) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return all[r.IntN(len(all))]
}

// rewrite replaces a file by what edit makes of it.
func rewrite(t *testing.T, file string, edit func(b []byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, edit(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func removeFile(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
}

// altered changes one byte.
func altered(r *rand.Rand, b []byte) []byte {
	b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
	return b
}

// blanked makes a run of zeros, as a disk does that lost a sector.
func blanked(r *rand.Rand, b []byte) []byte {
	from := r.IntN(len(b))
	clear(b[from:min(from+512, len(b))])
	b[from] ^= 0xff
	return b
}

// garbage is no text.
func garbage(r *rand.Rand) []byte {
	b := make([]byte, r.IntN(200))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// harms are all that this test does.
func harms() []harm {
	const segment, bolt, meta = "store/*.zap", "store/root.bolt", "index_meta.json"
	edit := func(pattern string, how func(*rand.Rand, []byte) []byte) func(*testing.T, *rand.Rand, string) {
		return func(t *testing.T, r *rand.Rand, dir string) {
			t.Helper()
			rewrite(t, partOf(t, r, dir, pattern), func(b []byte) []byte { return how(r, b) })
		}
	}
	gone := func(pattern string) func(*testing.T, *rand.Rand, string) {
		return func(t *testing.T, r *rand.Rand, dir string) {
			t.Helper()
			removeFile(t, partOf(t, r, dir, pattern))
		}
	}
	cut := func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }
	anything := func(r *rand.Rand, _ []byte) []byte { return garbage(r) }
	return []harm{
		{"a segment altered", edit(segment, altered), true},
		{"a segment missing", gone(segment), true},
		{"a segment cut", edit(segment, cut), true},
		{"a segment blanked in part", edit(segment, blanked), true},
		{"a segment in another's place", func(t *testing.T, r *rand.Rand, dir string) {
			t.Helper()
			a, b := partOf(t, r, dir, segment), partOf(t, r, dir, segment)
			raw, err := os.ReadFile(b)
			if err != nil {
				t.Fatal(err)
			}
			rewrite(t, a, func([]byte) []byte { return raw })
		}, false},
		{"root.bolt missing", gone(bolt), false},
		{"root.bolt cut", edit(bolt, cut), false},
		{"root.bolt altered", edit(bolt, altered), false},
		{"root.bolt blanked in part", edit(bolt, blanked), false},
		{"index_meta.json altered", edit(meta, altered), false},
		{"index_meta.json replaced", edit(meta, anything), false},
		{"index_meta.json missing", gone(meta), false},
		{"active altered", func(t *testing.T, r *rand.Rand, dir string) {
			t.Helper()
			rewrite(t, filepath.Join(dir, "active"), func(b []byte) []byte { return altered(r, b) })
		}, false},
		{"active replaced", func(t *testing.T, r *rand.Rand, dir string) {
			t.Helper()
			rewrite(t, filepath.Join(dir, "active"), func([]byte) []byte { return garbage(r) })
		}, false},
	}
}

// wreck is a store with an index beside it, of several segments, as an orderly stop
// leaves it and as a crash does.
type wreck struct {
	db          *store.DB
	ids         []vigie.DocumentID
	clean, torn string
}

func newWreck(t *testing.T) wreck {
	t.Helper()
	w := wreck{db: storetest.Open(t), clean: filepath.Join(t.TempDir(), "clean")}
	s := storetest.Source(t, w.db, "https://example.org/feed")
	dir := t.TempDir()
	x := openAt(t, dir, w.db)
	for part := range 3 {
		docs := make([]vigie.Document, 110) // more than are merged at once
		for i := range docs {
			n := part*len(docs) + i
			docs[i] = vigie.Document{
				URL: fmt.Sprintf("https://example.org/%d", n), Lang: vigie.French, Title: fmt.Sprintf("Rapport %d", n),
				Body: text(fmt.Sprintf("Ce rapport est un texte : zq%dx parle de fibre et de régulation.", n), fmt.Sprintf("Il cite le rapport %d.", n/7)),
			}
		}
		w.ids = append(w.ids, storetest.File(t, w.db, s, docs...)...)
		catchUp(t, x)
	}
	w.torn = leftBehind(t, dir)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(w.clean, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return w
}

// TestDamages does all sorts of harm to an index; TestProofDamages more of it.
func TestDamages(t *testing.T) { damages(t, 14) }

func TestProofDamages(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("takes minutes: VIGIE_PROOF=1")
	}
	damages(t, 280)
}

// damages harms an index so many times, and wants it noticed and mended each time: at
// opening, in a search, while it goes on being written, or by Check. What nobody
// notices has changed no answer. Every second time the index was left by a crash.
func damages(t *testing.T, seeds int) {
	t.Helper()
	w, all := newWreck(t), harms()
	noticed := map[string]int{}
	for seed := range seeds {
		h := all[seed%len(all)]
		crashed := (seed+seed/len(all))%2 == 0
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		dir := filepath.Join(t.TempDir(), "index")
		from, state := w.clean, "clean stop"
		if crashed {
			from, state = w.torn, "crash"
		}
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		h.do(t, r, dir)
		how := w.survive(t, r, dir)
		if t.Failed() {
			t.Fatalf("seed %d: %s after a %s: noticed %s", seed, h.name, state, how)
		}
		if h.sure && crashed && how != "at opening" {
			t.Errorf("seed %d: %s after a crash is noticed %s", seed, h.name, how)
		}
		noticed[fmt.Sprintf("%s after a %s: %s", h.name, state, how)]++
	}
	for _, line := range sorted(keysOf(noticed)) {
		t.Logf("%3d %s", noticed[line], line)
	}
}

func keysOf(counts map[string]int) (out []string) {
	for k := range counts {
		out = append(out, k)
	}
	return out
}

// survive opens a harmed index and uses it until it is whole again, and tells how the
// harm was noticed.
func (w wreck) survive(t *testing.T, r *rand.Rand, dir string) (how string) {
	t.Helper()
	x, err := index.Open(t.Context(), dir, w.db, index.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Errorf("open: %v", err)
		return "never"
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}()
	if x.Stats().Partial {
		how = "at opening"
	}
	wrong := false
	for range 12 { // while it is harmed, and while it is made anew
		n := r.IntN(len(w.ids))
		total, partial := w.look(t, x, n)
		if partial && how == "" {
			how = "in a search"
		}
		wrong = wrong || !partial && total != 1
	}
	for how == "in a search" && folders(t, dir)["index-damaged-"] == 0 { // it is put aside in the background
	}
	if _, err := x.CatchUp(t.Context(), nil); err != nil {
		t.Errorf("catch up: %v", err)
	}
	err = x.Check(t.Context())
	switch {
	case errors.Is(err, vigie.ErrDamaged):
		if how == "" {
			how = "by Check"
		}
		if err := x.Rebuild(t.Context(), nil); err != nil {
			t.Errorf("rebuild: %v", err)
		}
	case err != nil:
		t.Errorf("check: %v", err)
	case how == "" && wrong:
		t.Error("answers were wrong and nobody noticed")
	case how == "":
		how = "by nobody, and no answer changed"
	}
	if wrong {
		how += " (wrong answers before)"
	}
	w.whole(t, x)
	return how
}

// look asks for one document.
func (w wreck) look(t *testing.T, x *index.Index, n int) (total int, partial bool) {
	t.Helper()
	line := []string{"title:rapport AND zq%dx", `"texte zq%dx parle"`, "zq%dx* lang:fr", "rapport NEAR/20 zq%dx -absent"}[n/2%4]
	q, err := query.Parse(fmt.Sprintf(line, n))
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(t.Context(), q, index.SearchOptions{Facets: n%2 == 0})
	if err != nil || res.Total < len(res.Hits) {
		t.Errorf("in a harmed index: %d found, %d shown, %v", res.Total, len(res.Hits), err)
	}
	return res.Total, res.Partial
}

// whole fails the test unless every document is found, once, and Check says so too.
func (w wreck) whole(t *testing.T, x *index.Index) {
	t.Helper()
	if err := x.Check(t.Context()); err != nil {
		t.Errorf("in the end: %v", err)
	}
	for n := 0; n < len(w.ids); n += 23 {
		if total, partial := w.look(t, x, n); total != 1 || partial {
			t.Errorf("document %d is found %d times (partial: %v)", n, total, partial)
		}
	}
	sound(t, x, len(w.ids))
}

// TestUnreadable: an index that cannot be read at all does not stop anything but Open,
// which says why.
func TestUnreadable(t *testing.T) {
	db := storetest.Open(t)
	file := filepath.Join(t.TempDir(), "index")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := index.Open(t.Context(), file, db, index.Options{})
	if _, ok := errors.AsType[*fs.PathError](err); !ok {
		t.Errorf("a file in place of the folder: %v", err)
	}
}
