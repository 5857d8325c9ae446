package index_test

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/store/storetest"
)

// TestWatch tells a merger that has stopped from one that is at a long round.
func TestWatch(t *testing.T) {
	begin := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		batches int
		each    time.Duration
		merged  int // after which batch the merger is heard of
		stopped bool
	}{
		{"no batch since", 1, 24 * time.Hour, 0, false},
		{"many batches, a long round", 300, time.Second, 0, false},
		{"many batches, nothing heard for an hour", 300, 12 * time.Second, 0, true},
		{"heard of half an hour ago", 300, 12 * time.Second, 160, false},
		{"few batches in a day", 50, 30 * time.Minute, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var w index.Watch
			stopped := false
			for i := range c.batches {
				if stopped = w.Wrote(begin.Add(time.Duration(i) * c.each)); i+1 == c.merged {
					w.Merged()
				}
			}
			if stopped != c.stopped {
				t.Errorf("stopped %t, want %t", stopped, c.stopped)
			}
		})
	}
}

// TestMergerStopped makes an index anew whose merger has stopped, and finds everything
// in it.
func TestMergerStopped(t *testing.T) {
	const batches = 4
	db := storetest.Open(t)
	dir := t.TempDir()
	x := openAt(t, dir, db)
	s := storetest.Source(t, db, "https://s.example/feed")
	for i := range batches {
		storetest.File(t, db, s, vigie.Document{Title: fmt.Sprintf("Fibre %d", i), URL: fmt.Sprintf("https://s.example/%d", i), Lang: vigie.French})
		if i == batches-1 {
			for x.Unmerged(t) >= i { // the working one is heard of after every batch
				time.Sleep(time.Millisecond)
			}
			if x.Troubled(t, fmt.Errorf("merge: %w", syscall.ENOSPC)); x.Unmerged(t) != 0 {
				t.Error("a merger without room is taken for one that stopped")
			}
			x.StopMerger(t)
		}
		catchUp(t, x)
	}
	if got := ask(t, x, "fibre").Total; got != batches {
		t.Errorf("found %d of %d", got, batches)
	}
	aside, err := filepath.Glob(filepath.Join(dir, "index-damaged-*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("put aside %v (%v)", aside, err)
	}
}
