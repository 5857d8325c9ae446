package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// refuses opens a folder that must be refused as damaged, with words that name
// the place, twice, and without changing what is in it.
func refuses(t *testing.T, dir string, words ...string) {
	t.Helper()
	before := listing(t, dir)
	for range 2 {
		db, err := store.Open(t.Context(), dir, store.Options{})
		if err == nil {
			_ = db.Close()
		}
		if !errors.Is(err, vigie.ErrDamaged) {
			t.Fatalf("Open = %v, want an ErrDamaged", err)
		}
		for _, w := range append(words, "restore") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("the error does not say %q: %v", w, err)
			}
		}
	}
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Errorf("the refused folder changed (-before +after):\n%s", diff)
	}
}

func TestOpenRefusesACutFile(t *testing.T) {
	whole := filledDir(t, 30, store.Options{})
	info, err := os.Stat(filepath.Join(whole, "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	used := int64(0) // what lies beyond is room to grow
	inside(t, copyDir(t, whole), func(tx *bolt.Tx) error {
		used = tx.Size()
		return nil
	})
	if used > info.Size() {
		t.Fatalf("the file uses %d bytes of %d", used, info.Size())
	}
	for n := range 20 {
		length := used * int64(n) / 20
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			dir := copyDir(t, whole)
			if err := os.Truncate(filepath.Join(dir, "vigie.db"), length); err != nil {
				t.Fatal(err)
			}
			refuses(t, dir, "vigie.db")
			if _, err := store.Verify(t.Context(), dir, true); !errors.Is(err, vigie.ErrDamaged) {
				t.Errorf("Verify = %v", err)
			}
		})
	}
}

func TestOpenRefusesLostFiles(t *testing.T) {
	whole := filledDir(t, 3, store.Options{})
	for name, words := range map[string][]string{"vigie.db": {"vigie.db", "missing"}, "objects/000001.seg": {"000001.seg", "missing"}} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			refuses(t, dir, words...)
		})
	}
	t.Run("cut segment", func(t *testing.T) {
		dir := copyDir(t, whole)
		if err := os.Truncate(filepath.Join(dir, "objects", "000001.seg"), 100); err != nil {
			t.Fatal(err)
		}
		refuses(t, dir, "000001.seg", "cut")
	})
	t.Run("foreign file", func(t *testing.T) {
		dir := t.TempDir()
		b, err := bolt.Open(filepath.Join(dir, "vigie.db"), 0o600, nil)
		if err := errors.Join(err, b.Close()); err != nil {
			t.Fatal(err)
		}
		if db, err := store.Open(t.Context(), dir, store.Options{}); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("Open = %v, %v", db, err)
		}
	})
	t.Run("lost table", func(t *testing.T) {
		dir := copyDir(t, whole)
		inside(t, dir, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("sighted")) })
		refuses(t, dir, "sighted")
	})
}

// TestMetaPages: both first pages scrambled, or one of a file that was closed
// properly, is a damage; one after a crash is the trace of a commit that was cut,
// and the state before it is whole.
func TestMetaPages(t *testing.T) {
	whole := filledDir(t, 5, store.Options{})
	page := int64(os.Getpagesize())
	flip := func(t *testing.T, dir string, pages ...int64) {
		t.Helper()
		f, err := os.OpenFile(filepath.Join(dir, "vigie.db"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			if _, err := f.WriteAt([]byte{0xff, 0xfe}, p*page+16+40); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, pages := range map[string][]int64{"first": {0}, "second": {1}, "both": {0, 1}} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			flip(t, dir, pages...)
			refuses(t, dir, "vigie.db", "page")
			if len(pages) == 2 {
				return
			}
			if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			db := storetest.OpenAt(t, dir, store.Options{Verify: verify})
			if got := stateOf(t, db); got.Counts.Documents != 5 {
				t.Errorf("the state before has %+v", got.Counts)
			}
		})
	}
}

func TestOpenCleansUp(t *testing.T) {
	dir := filledDir(t, 3, store.Options{})
	segment := filepath.Join(dir, "objects", "000001.seg")
	before, err := os.ReadFile(segment)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"objects/000001.seg": string(before) + "a record that was never committed", "objects/000002.seg": "stray", "objects/notes.txt": "mine",
		"backup-123": "x", "restoring-1/vigie.db": "x", "vigie.db.new": "x", "mine.txt": "x", "before-restore-1/vigie.db": "x",
	} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	want := []string{"before-restore-1", "before-restore-1/vigie.db", "mine.txt", "objects", "objects/000001.seg", "objects/notes.txt", "running", "vigie.db"}
	if diff := cmp.Diff(want, listing(t, dir)); diff != "" {
		t.Errorf("the folder (-want +got):\n%s", diff)
	}
	if after, err := os.ReadFile(segment); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the tail was not cut: %d bytes, before %d, %v", len(after), len(before), err)
	}
	file(t, db, storetest.Source(t, db, "https://b.example.org/feed"), items(10, 12)...)
}

func TestHeld(t *testing.T) {
	dir := t.TempDir()
	storetest.OpenAt(t, dir, store.Options{Command: "serve"})
	_, err := store.Open(t.Context(), dir, store.Options{Command: "gather"})
	var held *store.HeldError
	if !errors.As(err, &held) || !errors.Is(err, vigie.ErrBusy) || held.Owner.PID != os.Getpid() || held.Owner.Command != "serve" {
		t.Fatalf("Open = %v", err)
	}
	for _, w := range []string{fmt.Sprint(os.Getpid()), "vigie serve", dir, "stop it"} {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error does not say %q: %v", w, err)
		}
	}
	_, err = store.Restore(t.Context(), strings.NewReader(""), dir, store.RestoreOptions{Replace: true})
	if !errors.Is(err, vigie.ErrBusy) {
		t.Errorf("Restore = %v", err)
	}
}

// TestLingeringLock: a process that died while it started a child leaves its lock to that
// for a moment, which must not keep the next one out.
func TestLingeringLock(t *testing.T) {
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(f, `{"pid":%d,"command":"serve"}`, dead.Process.Pid)
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		t.Fatal(err)
	}
	released := make(chan error, 1)
	time.AfterFunc(50*time.Millisecond, func() { released <- f.Close() })
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Close(), <-released); err != nil {
		t.Error(err)
	}
}

func TestUncleanStopIsVerified(t *testing.T) {
	dir := filledDir(t, 3, store.Options{})
	called := 0
	refuse := errors.New("not good")
	o := store.Options{Verify: func(_ context.Context, got string) error {
		if called++; got != dir {
			t.Errorf("Verify of %s", got)
		}
		return refuse
	}}
	open := func() error {
		db, err := store.Open(t.Context(), dir, o)
		if err == nil {
			err = db.Close()
		}
		return err
	}
	if err := open(); err != nil || called != 0 {
		t.Fatalf("after a clean stop: %v, verified %d times", err, called)
	}
	if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the mark stays until a verification passes
		if err := open(); !errors.Is(err, refuse) {
			t.Fatalf("Open = %v", err)
		}
	}
	o.Verify = verify
	if err := open(); err != nil || called != 2 {
		t.Fatalf("Open = %v, verified %d times", err, called)
	}
	if _, err := os.Stat(filepath.Join(dir, "running")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the mark is still there: %v", err)
	}
}

func TestOpenWhereNothingCanBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), file, store.Options{}); err == nil || !strings.Contains(err.Error(), "open store") {
		t.Errorf("Open = %v", err)
	}
}

// TestFullDisk files into a small file system until it is full, makes room, and
// goes on.
func TestFullDisk(t *testing.T) {
	mount := t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("no tmpfs can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(mount, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	ballast := filepath.Join(mount, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenAt(t, filepath.Join(mount, "data"), store.Options{})
	s := storetest.Source(t, db, "https://a.example.org/feed")
	acknowledged := 0
	full := func() error {
		for n := 0; ; n++ {
			f := item(acknowledged)
			f.Capture.Body = noise(acknowledged, 2000+(n%7)*3000) // both files meet the end
			_, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{f}}})
			if err != nil {
				return err
			}
			acknowledged++
		}
	}
	for round := range 3 {
		err := full()
		if !errors.Is(err, vigie.ErrFull) || !strings.Contains(err.Error(), "free some space") {
			t.Fatalf("round %d, after %d documents: %v", round, acknowledged, err)
		}
		if got := stateOf(t, db); len(got.Bodies) != acknowledged {
			t.Fatalf("round %d: %d documents are there, %d were acknowledged", round, len(got.Bodies), acknowledged)
		}
		storetest.Check(t, db)
		if round < 2 {
			if err := os.Truncate(ballast, int64(1-round)<<19); err != nil {
				t.Fatal(err)
			}
		}
	}
	if acknowledged < 100 {
		t.Errorf("only %d documents found room", acknowledged)
	}
	if err := os.Remove(ballast); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}
