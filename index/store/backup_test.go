package store_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestBackupWhileWriting backs up while four writers add, change and remove, and
// compares the restored store with what was there at the manifest's cursor.
func TestBackupWhileWriting(t *testing.T) {
	db := storetest.OpenAt(t, t.TempDir(), store.Options{SegmentBytes: 64 << 10})
	var mu sync.Mutex
	at := map[store.Seq]state{} // the store as it was at a change; under mu
	var writers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 4 {
		s := storetest.Source(t, db, fmt.Sprintf("https://a-%d.example.org/feed", w))
		writers.Go(func() {
			for turn := 0; ; turn++ {
				select {
				case <-stop:
					return
				default:
				}
				all := items(w*1000+turn, w*1000+turn+3) // two of three are known
				all[0].Document.Summary = fmt.Sprint("edited in turn ", turn)
				mu.Lock() // one at a time, so that each state is known
				filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: all}})
				if err == nil && turn%5 == 4 {
					err = db.Update(t.Context(), func(tx *store.Tx) error { return tx.RemoveDocument(filed.Documents[0], "x") })
				}
				at[db.Last().Seq] = stateOf(t, db)
				mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	compared := 0
	for n := range 5 {
		file := filepath.Join(t.TempDir(), "vigie.tar")
		told := 0
		m, err := db.BackupFile(t.Context(), file, func(done, all int) { told = 100 * done / all })
		if err != nil || told != 100 {
			t.Fatalf("backup %d: %v, %d %% told", n, err, told)
		}
		dir := filepath.Join(t.TempDir(), "elsewhere")
		restored := restore(t, file, dir)
		if diff := cmp.Diff(m, restored); diff != "" {
			t.Errorf("the manifest (-made +restored):\n%s", diff)
		}
		other := storetest.OpenAt(t, dir, store.Options{})
		got := stateOf(t, other)
		mu.Lock()
		want, ok := at[m.Cursor.Seq]
		mu.Unlock()
		if ok { // else it was made between a filing and a removal
			compared++
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the state at %d (-there +restored):\n%s", m.Cursor.Seq, diff)
			}
		}
		if got.Counts != m.Counts || other.Last().Seq != m.Cursor.Seq || other.Last().Epoch == m.Cursor.Epoch {
			t.Errorf("restored %+v at %v, the manifest says %+v at %v", got.Counts, other.Last(), m.Counts, m.Cursor)
		}
		storetest.File(t, other, storetest.Source(t, other, "https://new.example.org/feed"), vigie.Document{Title: "goes on"})
	}
	close(stop)
	writers.Wait()
	if compared == 0 {
		t.Error("no backup could be compared")
	}
}

func restore(t testing.TB, file, dir string) store.Manifest {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := store.Restore(t.Context(), f, dir, store.RestoreOptions{})
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return m
}

// backedUp returns the bytes of a small backup.
func backedUp(t testing.TB) []byte {
	t.Helper()
	db, err := store.Open(t.Context(), filledDir(t, 5, store.Options{}), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = db.Backup(t.Context(), &b, nil)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// member is one entry of a tar, and where its bytes begin.
type member struct {
	header tar.Header
	body   []byte
	at     int
}

func members(t testing.TB, raw []byte) []member {
	t.Helper()
	in := bytes.NewReader(raw)
	r := tar.NewReader(in)
	var out []member
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		at := len(raw) - in.Len()
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, member{*h, body, at})
	}
}

func packed(t testing.TB, all []member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range all {
		if err := w.WriteHeader(&m.header); err != nil {
			t.Fatal(err)
		}
		if m.header.Typeflag == tar.TypeReg {
			if _, err := w.Write(m.body); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDamagedBackupsAreRefused(t *testing.T) {
	whole := backedUp(t)
	parts := members(t, whole)
	if len(parts) != 3 {
		t.Fatalf("the backup has %d members", len(parts))
	}
	end := parts[2].at + len(parts[2].body)
	bad := map[string][]byte{"empty": {}, "text": []byte(strings.Repeat("not a backup\n", 100)), "twice": append(bytes.Clone(whole[:end-end%512+512]), whole...)}
	for n := range 20 {
		bad[fmt.Sprintf("cut at %d/20", n)] = whole[:end*n/20]
		p := parts[n%3]
		at := p.at + (len(p.body)-1)*n/20
		for p.at == parts[2].at && (whole[at] == ' ' || whole[at] == '\n') {
			at++ // white space of JSON says nothing
		}
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1
		bad[fmt.Sprintf("byte %d of %s", at-p.at, p.header.Name)] = flipped
	}
	plain := func(name string) member {
		return member{header: tar.Header{Name: name, Mode: 0o600, Size: 1, Typeflag: tar.TypeReg}, body: []byte("x")}
	}
	link := func(kind byte, name string) member {
		return member{header: tar.Header{Name: name, Linkname: "/etc/passwd", Typeflag: kind}}
	}
	for name, m := range map[string]member{
		"extra member": plain("objects/000009.seg"), "other name": plain("config.toml"), "way out": plain("../vigie.db"), "absolute": plain("/tmp/x.seg"),
		"way round": plain("objects/../../x.seg"), "symbolic link": link(tar.TypeSymlink, "objects/000009.seg"), "hard link": link(tar.TypeLink, "objects/000009.seg"),
		"device": link(tar.TypeChar, "objects/000009.seg"), "folder": link(tar.TypeDir, "objects/000009.seg"), "repeated": parts[0],
	} {
		bad[name+" first"] = packed(t, append([]member{m}, parts...))
		bad[name+" before the manifest"] = packed(t, []member{parts[0], parts[1], m, parts[2]})
		bad[name+" last"] = packed(t, append(parts[:3:3], m))
	}
	bad["a member is missing"] = packed(t, []member{parts[0], parts[2]})
	for name, raw := range bad {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{})
			if !errors.Is(err, vigie.ErrDamaged) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("Restore = %v, want an ErrDamaged", err)
			}
			if left := listing(t, dir); len(left) > 0 {
				t.Errorf("there is left %q", left)
			}
		})
	}
	storetest.OpenAt(t, restoredDir(t, whole), store.Options{}) // the one that all were made of is good
}

func restoredDir(t *testing.T, raw []byte) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNewerBackupIsRefused(t *testing.T) {
	parts := members(t, backedUp(t))
	parts[2].body = bytes.Replace(parts[2].body, []byte(`"backup": 1`), []byte(`"backup": 2`), 1)
	_, err := store.Restore(t.Context(), bytes.NewReader(packed(t, parts)), t.TempDir(), store.RestoreOptions{})
	if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "newer vigie") {
		t.Errorf("Restore = %v", err)
	}
}

func TestRestoreOverAStore(t *testing.T) {
	raw := backedUp(t)
	dir := filledDir(t, 2, store.Options{})
	before := listing(t, dir)
	_, err := store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{})
	if !errors.Is(err, vigie.ErrConflict) || !strings.Contains(err.Error(), "--replace") {
		t.Fatalf("Restore = %v", err)
	}
	_, err = store.Restore(t.Context(), bytes.NewReader(raw[:2000]), dir, store.RestoreOptions{Replace: true})
	if diff := cmp.Diff(before, listing(t, dir)); !errors.Is(err, vigie.ErrDamaged) || diff != "" {
		t.Fatalf("Restore = %v; the folder (-before +after):\n%s", err, diff)
	}
	if _, err = store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	aside, _ := filepath.Glob(filepath.Join(dir, "before-restore-*"))
	if len(aside) != 1 {
		t.Fatalf("put aside: %q", aside)
	}
	for path, want := range map[string]int{dir: 5, aside[0]: 2} {
		if got := stateOf(t, storetest.OpenAt(t, path, store.Options{})).Counts.Documents; got != want {
			t.Errorf("%s holds %d documents, want %d", path, got, want)
		}
	}
}

// TestRestoreAfterAnInterruptedOne: a restore that was killed between its moves
// leaves a folder that Open refuses and that the next restore puts aside, losing
// nothing of the store that was there.
func TestRestoreAfterAnInterruptedOne(t *testing.T) {
	raw := backedUp(t)
	dir := filledDir(t, 2, store.Options{})
	if err := os.Rename(filepath.Join(dir, "vigie.db"), filepath.Join(t.TempDir(), "vigie.db")); err != nil {
		t.Fatal(err)
	}
	refuses(t, dir, "missing")
	if _, err := store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{}); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("Restore = %v", err)
	}
	if _, err := store.Restore(t.Context(), bytes.NewReader(raw), dir, store.RestoreOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "before-restore-*", "objects", "000001.seg")); len(kept) != 1 {
		t.Error("the segments of the store that was there are gone")
	}
	storetest.OpenAt(t, dir, store.Options{})
}

func TestBackupEndsWithItsContext(t *testing.T) {
	dir := filledDir(t, 5, store.Options{})
	db := storetest.OpenAt(t, dir, store.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	to := t.TempDir()
	if _, err := db.BackupFile(ctx, filepath.Join(to, "b.tar"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("BackupFile = %v", err)
	}
	if _, err := db.BackupFile(t.Context(), filepath.Join(to, "no", "b.tar"), nil); err == nil {
		t.Error("a backup into no folder worked")
	}
	if left := append(listing(t, to), listing(t, dir)...); len(left) != 4 { // objects, its segment, running, vigie.db
		t.Errorf("left behind: %q", left)
	}
}
