package store_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// fixture1 is a store of format 1: three documents of one source.
const fixture1 = "testdata/format1.tar.gz"

func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	os.Exit(m.Run())
}

// tables1 are the tables of format 1.
func tables1() []string {
	return []string{"meta", "sources", "visits", "documents", "revisions", "captures", "sightings", "sighted", "aliases", "objects", "segments", "log", "cursors"}
}

// makeFormat1 makes the fixture out of a store of today, without what format 2
// added.
func makeFormat1(t *testing.T) {
	t.Helper()
	dir := filledDir(t, 3, store.Options{Now: newClock().now})
	inside(t, dir, func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte("meta"))
		err := errors.Join(meta.Put([]byte("format"), store.Seal("meta", []byte("format"), []byte("1"))), meta.Delete([]byte("counts")))
		var newer [][]byte
		err = errors.Join(err, meta.Delete([]byte("queued")), tx.ForEach(func(table []byte, _ *bolt.Bucket) error {
			if !slices.Contains(tables1(), string(table)) {
				newer = append(newer, bytes.Clone(table))
			}
			return nil
		}))
		for _, table := range newer {
			err = errors.Join(err, tx.DeleteBucket(table))
		}
		return err
	})
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range []string{"vigie.db", "objects/000001.seg"} {
		body, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(body))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close(), os.MkdirAll("testdata", 0o750), os.WriteFile(fixture1, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// format1 unpacks the fixture into a folder of its own.
func format1(t *testing.T) string {
	t.Helper()
	if vigietest.Updating() {
		makeFormat1(t)
	}
	return unpackFixture(t, fixture1)
}

// unpackFixture unpacks a folder of an older format.
func unpackFixture(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		name := filepath.Join(dir, h.Name)
		if err := errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, body, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// formatOf reads the format that a closed store says it has, and whether it has a
// table that format 1 has not.
func formatOf(t *testing.T, dir string) (format string, robots bool) {
	t.Helper()
	inside(t, dir, func(tx *bolt.Tx) error {
		_, body, err := store.Unseal("meta", []byte("format"), tx.Bucket([]byte("meta")).Get([]byte("format")))
		format, robots = string(body), tx.Bucket([]byte("robots")) != nil
		return err
	})
	return format, robots
}

func TestMigration(t *testing.T) {
	dir := format1(t)
	if format, robots := formatOf(t, dir); format != "1" || robots {
		t.Fatalf("the fixture has format %s, robots %v", format, robots)
	}
	if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := storetest.OpenAt(t, dir, store.Options{Verify: verify})
	got := stateOf(t, db)
	if got.Counts != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) || len(got.Bodies) != 3 {
		t.Errorf("after the migration: %+v", got.Counts)
	}
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Recent() {
			if d.Title != "Article 2" || err != nil {
				t.Errorf("the newest is %q, %v", d.Title, err)
			}
			break
		}
		return nil
	})
	storetest.Check(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if format, _ := formatOf(t, dir); format != strconv.Itoa(store.Format) {
		t.Errorf("the format is now %s", format)
	}
}

// TestMigrationIsAllOrNothing: a migration that ends half way leaves format 1.
func TestMigrationIsAllOrNothing(t *testing.T) {
	dir := format1(t)
	inside(t, dir, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("documents"))
		k, v := b.Cursor().Last()
		k, v = bytes.Clone(k), bytes.Clone(v)
		v[9] ^= 1
		return b.Put(k, v)
	})
	for range 2 {
		_, err := store.Open(t.Context(), dir, store.Options{})
		if !errors.Is(err, vigie.ErrDamaged) || !strings.Contains(err.Error(), "from format 1 to 2") {
			t.Fatalf("Open = %v", err)
		}
		if format, robots := formatOf(t, dir); format != "1" || robots {
			t.Errorf("the format is %s, robots %v", format, robots)
		}
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	dir := filledDir(t, 1, store.Options{})
	inside(t, dir, func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("format"), store.Seal("meta", []byte("format"), []byte("99")))
	})
	before := listing(t, dir)
	_, err := store.Open(t.Context(), dir, store.Options{})
	if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "format 99") || !strings.Contains(err.Error(), "newer vigie") {
		t.Errorf("Open = %v", err)
	}
	if after := listing(t, dir); len(after) != len(before) {
		t.Errorf("the folder changed from %q to %q", before, after)
	}
}
