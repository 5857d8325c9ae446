package index_test

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store/storetest"
)

// TestVerify: bytes that were altered after an orderly stop are found, and the index is
// made anew; a sound one stays.
func TestVerify(t *testing.T) {
	db := storetest.Open(t)
	dir := t.TempDir()
	fill(t, db, 40)
	x := openAt(t, dir, db)
	catchUp(t, x)
	verify := func(x *index.Index, aside int) {
		t.Helper()
		if err := x.Verify(t.Context()); err != nil {
			t.Errorf("verify: %v", err)
		}
		sound(t, x, 40)
		if got := folders(t, dir); got["index-damaged-"] != aside || got["bleve-"] != 1 {
			t.Errorf("the folder holds %v", got)
		}
	}
	verify(x, 0)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 7))
	rewrite(t, partOf(t, r, dir, "store/*.zap"), func(b []byte) []byte {
		b[len(b)/2] ^= 1
		return b
	})
	x = openAt(t, dir, db)
	if s := x.Stats(); s.Partial || s.LastError != "" {
		t.Fatalf("it is noticed at once, and this test tests nothing: %+v", s)
	}
	verify(x, 1)
	verify(x, 1)
	gone := partOf(t, r, dir, "store/*.zap")
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	verify(x, 1)
	if _, err := os.Stat(filepath.Dir(gone)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an index with a file gone stays: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := x.Verify(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("one that was stopped: %v", err)
	}
}

// TestNothingIsMergedBeforeItIsVerified: after a crash a damaged segment goes into no other
// one, whose checksum would fit.
func TestNothingIsMergedBeforeItIsVerified(t *testing.T) {
	from := filepath.Join(t.TempDir(), "bleve-1")
	const segments = 30
	index.Scatter(t, from, segments)
	r := rand.New(rand.NewPCG(4, 7))
	for try := range 20 {
		path := filepath.Join(t.TempDir(), "bleve-1")
		if err := os.CopyFS(path, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		rewrite(t, partOf(t, r, filepath.Dir(path), "store/*.zap"), func(b []byte) []byte { return altered(r, b) })
		before, _ := filepath.Glob(filepath.Join(path, "store", "*.zap"))
		if _, err := index.OpenTorn(path); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("try %d: %v", try, err)
		}
		if after, _ := filepath.Glob(filepath.Join(path, "store", "*.zap")); len(before) != segments || !slices.Equal(before, after) {
			t.Fatalf("try %d: %d files have become %d: %v", try, len(before), len(after), after)
		}
	}
	cut := filepath.Join(from, "store", "0000000fffff.zap") // as a crash leaves one
	if err := os.WriteFile(cut, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if reached, err := index.OpenTorn(from); err != nil || reached != segments {
		t.Errorf("a sound one has come to %d: %v", reached, err)
	}
}

// TestVerifyMeanwhile: files that a merge or a rebuild removes are no damage.
func TestVerifyMeanwhile(t *testing.T) {
	db := storetest.Open(t)
	dir := t.TempDir()
	s, _ := fill(t, db, 300)
	x := openAt(t, dir, db)
	catchUp(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	var verifiers sync.WaitGroup
	for range 2 {
		verifiers.Go(func() {
			for ctx.Err() == nil {
				if err := x.Verify(ctx); err != nil && ctx.Err() == nil {
					t.Errorf("verify: %v", err)
					return
				}
			}
		})
	}
	for n := range 4 {
		storetest.File(t, db, s, vigie.Document{URL: "https://example.org/" + string(rune('a'+n)), Lang: vigie.French, Title: "Encore", Body: text("fibre")})
		catchUp(t, x)
		if err := x.Rebuild(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	cancel()
	verifiers.Wait()
	sound(t, x, 304)
	if got := folders(t, dir); got["index-damaged-"] != 0 || got["bleve-"] != 1 {
		t.Errorf("the folder holds %v", got)
	}
}

// TestVerifySegment reads files of several parts.
func TestVerifySegment(t *testing.T) {
	whole := make([]byte, 3<<20)
	whole[1<<20] = 7
	whole = binary.BigEndian.AppendUint32(whole, crc32.ChecksumIEEE(whole))
	flipped := append([]byte(nil), whole...)
	flipped[2<<20]++
	for name, test := range map[string]struct {
		bytes []byte
		stop  bool // after the first part
		want  error
		rests int
	}{
		"whole":   {bytes: whole, rests: 2},
		"altered": {bytes: flipped, want: vigie.ErrDamaged, rests: 2},
		"stopped": {bytes: flipped, stop: true, rests: 1},
		"cut":     {bytes: whole[:2<<20], want: vigie.ErrDamaged, rests: 1},
		"empty":   {want: vigie.ErrDamaged},
	} {
		file := filepath.Join(t.TempDir(), "000000000001.zap")
		if err := os.WriteFile(file, test.bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		rests := 0
		err := index.VerifySegment(file, func() bool {
			rests++
			return !test.stop
		})
		if !errors.Is(err, test.want) || rests != test.rests {
			t.Errorf("%s: %v after %d rests, want %v after %d", name, err, rests, test.want, test.rests)
		}
	}
}
