package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// clock stands still until it is told to move.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{at: time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

// item is a finding with a body and a capture of its own.
func item(n int) vigie.Finding {
	url := fmt.Sprintf("https://news.example.org/articles/%d", n)
	text := fmt.Sprintf("Paragraph of article %d. ", n) + strings.Repeat(fmt.Sprintf("word%d ", n), 50)
	return vigie.Finding{
		GUID: fmt.Sprintf("guid-%d", n), URL: url, Digest: vigie.HashOf([]byte(url)),
		Document: vigie.Document{
			URL: url, Title: fmt.Sprintf("Article %d", n), Lang: vigie.English, MediaType: "text/html",
			Published: vigie.InstantOf(time.Date(2026, 11, 1, 0, n, 0, 0, time.UTC)), Body: []vigie.Paragraph{{Text: text}},
		},
		Capture: &vigie.Capture{URL: url, Status: 200, Fetched: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Body: []byte("<html>" + text)},
	}
}

func items(from, to int) []vigie.Finding {
	var out []vigie.Finding
	for n := from; n < to; n++ {
		out = append(out, item(n))
	}
	return out
}

func file(t testing.TB, db *store.DB, s vigie.Source, findings ...vigie.Finding) store.Filed {
	t.Helper()
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Visit: vigie.Visit{Source: s.ID}, Findings: findings}})
	if err != nil {
		t.Fatal(err)
	}
	return filed
}

func view(t testing.TB, db *store.DB, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.View(fn); err != nil {
		t.Fatal(err)
	}
}

func change(t testing.TB, db *store.DB, fn func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, db *store.DB, ids ...vigie.DocumentID) {
	t.Helper()
	change(t, db, func(tx *store.Tx) error {
		var err error
		for _, id := range ids {
			err = errors.Join(err, tx.RemoveDocument(id, "withdrawn"))
		}
		return err
	})
}

// state is everything that followers and readers can see, for comparing stores.
type state struct {
	Documents map[vigie.DocumentID]vigie.Document
	Bodies    map[vigie.DocumentID]string
	Snapshots map[vigie.DocumentID]string
	Counts    store.Counts
}

func stateOf(t testing.TB, db *store.DB) state {
	t.Helper()
	s := state{Documents: map[vigie.DocumentID]vigie.Document{}, Bodies: map[vigie.DocumentID]string{}, Snapshots: map[vigie.DocumentID]string{}}
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil {
				return err
			}
			body, err := tx.Body(d)
			if err != nil {
				return err
			}
			s.Documents[d.ID], s.Bodies[d.ID] = d, vigie.PlainText(body)
			for r, err := range tx.Revisions(d.ID) {
				if err != nil {
					return err
				}
				if r.Capture == "" {
					continue
				}
				k, err := tx.Capture(r.Capture)
				if err != nil {
					return err
				}
				if k.Snapshot == "" {
					continue
				}
				raw, err := tx.Object(k.Snapshot)
				if err != nil {
					return err
				}
				s.Snapshots[d.ID] += string(raw)
			}
		}
		var err error
		s.Counts, err = tx.Counts()
		return err
	})
	return s
}

// filledDir returns a folder with a closed store: one source, n documents, a
// decision, a robots record, a run, a cursor.
func filledDir(t testing.TB, n int, o store.Options) string {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Source(t, db, "https://news.example.org/feed")
	ids := file(t, db, s, items(0, n)...).Documents
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.Decide(vigie.Decision{Document: ids[0], By: "Amina", Act: vigie.Keep})
		return errors.Join(err, tx.PutRobots("https://news.example.org", []byte("User-agent: *")),
			tx.AddRun(store.Run{Job: "gather", Started: time.Unix(1, 0)}), tx.SetCursor("index", db.Last()))
	})
	storetest.Check(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyDir copies a folder to a new one.
func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// inside opens the bbolt file of a closed store.
func inside(t testing.TB, dir string, fn func(*bolt.Tx) error) {
	t.Helper()
	b, err := bolt.Open(filepath.Join(dir, "vigie.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(fn), b.Close()); err != nil {
		t.Fatal(err)
	}
}

// verify is what cmd runs in a child.
func verify(ctx context.Context, dir string) error {
	c, err := store.Verify(ctx, dir, false)
	return errors.Join(err, c.Err())
}

// listing returns the names of all files below a folder, but for the lock.
func listing(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir && d.Name() != "lock" {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// noise is bytes that cannot be compressed, always the same for the same seed.
func noise(seed, n int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}
