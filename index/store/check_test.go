package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// damaged opens a folder that opens but is not whole, checks it, and wants the
// place named, by Check and by Verify.
func damaged(t *testing.T, dir string, quick bool, words ...string) {
	t.Helper()
	named := func(how string, c store.Checked, err error) {
		t.Helper()
		if err == nil {
			err = c.Err()
		}
		if !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s = %v, want an ErrDamaged", how, err)
			return
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s does not say %q: %v", how, w, err)
			}
		}
	}
	c, err := store.Verify(t.Context(), dir, quick)
	named("Verify", c, err)
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		named("Open", store.Checked{}, err)
		return
	}
	c, err = db.Check(t.Context(), nil)
	named("Check", c, err)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// first returns the first key and value of a table, as copies.
func first(tx *bolt.Tx, table string) (key, value []byte) {
	k, v := tx.Bucket([]byte(table)).Cursor().First()
	return bytes.Clone(k), bytes.Clone(v)
}

// TestCheckFindsFlippedBytes flips one byte of a value of each table, at each part
// of the envelope.
func TestCheckFindsFlippedBytes(t *testing.T) {
	flipEach(t, filledDir(t, 3, store.Options{}),
		"meta", "sources", "visits", "documents", "revisions", "captures", "sightings", "aliases", "decisions", "judgements", "objects", "segments", "log", "cursors", "robots", "runs")
}

// flipEach flips one byte of a value of each table, at each part of the envelope; the
// check must name the record.
func flipEach(t *testing.T, whole string, tables ...string) {
	t.Helper()
	for _, table := range tables {
		t.Run(table, func(t *testing.T) {
			for _, at := range []int{0, 2, 5, -1} {
				damaged(t, flipped(t, whole, table, at), true, "record "+table+"/")
			}
		})
	}
}

// flipped returns a copy of a whole store in which the first value of a table has
// one other byte.
func flipped(t *testing.T, whole, table string, at int) string {
	t.Helper()
	dir := copyDir(t, whole)
	inside(t, dir, func(tx *bolt.Tx) error {
		k, v := first(tx, table)
		v[(at+len(v))%len(v)] ^= 0x10
		return tx.Bucket([]byte(table)).Put(k, v)
	})
	return dir
}

// TestCheckFindsStrayedRecords: a whole record under another key is a damage too.
func TestCheckFindsStrayedRecords(t *testing.T) {
	dir := filledDir(t, 3, store.Options{})
	inside(t, dir, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("documents"))
		_, v := first(tx, "documents")
		last, _ := b.Cursor().Last()
		return b.Put(bytes.Clone(last), v)
	})
	damaged(t, dir, true, "record documents/")
}

// TestCheckFindsWhatDoesNotFit makes changes that are well formed and wrong.
func TestCheckFindsWhatDoesNotFit(t *testing.T) {
	whole := filledDir(t, 3, store.Options{})
	drop := func(table string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, _ := first(tx, table)
			return tx.Bucket([]byte(table)).Delete(k)
		}
	}
	// replace writes a value with words of it changed, in a right envelope.
	replace := func(table, key, from, to string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, v := first(tx, table)
			if key != "" {
				k = []byte(key)
				v = bytes.Clone(tx.Bucket([]byte(table)).Get(k))
			}
			v, err := store.Unpacked(table, k, v)
			if err != nil {
				return err
			}
			body := strings.Replace(string(v[5:]), from, to, 1)
			if body == string(v[5:]) {
				t.Fatalf("%s/%s does not hold %s: %s", table, k, from, v)
			}
			return tx.Bucket([]byte(table)).Put(k, store.Seal(table, k, []byte(body)))
		}
	}
	for name, tc := range map[string]struct {
		seed  func(*bolt.Tx) error
		words []string
	}{
		"counts of documents":      {replace("meta", "counts", `"documents":3`, `"documents":4`), []string{"counts", "{1 4 3 3}", "{1 3 3 3}"}},
		"counts of sources":        {replace("meta", "counts", `"sources":1`, `"sources":2`), []string{"counts"}},
		"counts of captures":       {replace("meta", "counts", `"captures":3`, `"captures":2`), []string{"counts"}},
		"need of an object":        {replace("objects", "", `"r":1`, `"r":2`), []string{"object", "is needed 1 times and says 2"}},
		"place of an object":       {replace("objects", "", `"s":1`, `"s":9`), []string{"object", "beyond the end of 000009.seg"}},
		"need of a capture":        {replace("captures", "", `"needed":1`, `"needed":2`), []string{"capture", "is needed 1 times and says 2"}},
		"use of a segment":         {replace("segments", "", `"in_use":`, `"in_use":1`), []string{"segment 000001.seg uses"}},
		"a judgement":              {replace("judgements", "", `kept`, `dropped`), []string{"judgement of document"}},
		"a lost object":            {drop("objects"), []string{"object", "is missing"}},
		"a lost revision":          {drop("revisions"), []string{"has no revision 1"}},
		"a lost document":          {drop("documents"), []string{"which does not exist"}},
		"a lost capture":           {drop("captures"), []string{"capture", "is missing"}},
		"a lost sighting":          {drop("sightings"), []string{"sightings are listed"}},
		"an unlisted sighting":     {drop("sighted"), []string{"is not listed"}},
		"a lost place in the list": {drop("queue"), []string{"missing from the queue"}},
		"a lost log entry": {func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("log")).Delete(binary.BigEndian.AppendUint64(nil, 2))
		}, []string{"is not in the change log at 2"}},
		"lost counts": {func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("counts")) }, []string{"counts"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, tc.seed)
			damaged(t, dir, true, tc.words...)
		})
	}
}

// TestCheckReadsTheBodies alters the segment at each part of its first record.
func TestCheckReadsTheBodies(t *testing.T) {
	whole := filledDir(t, 3, store.Options{})
	for _, at := range []int64{0, 5, 20, 46, 60} { // magic, length, hash, checksum, payload
		dir := copyDir(t, whole)
		f, err := os.OpenFile(filepath.Join(dir, "objects", "000001.seg"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 1)
		_, err = f.ReadAt(b, at)
		b[0] ^= 1
		_, err2 := f.WriteAt(b, at)
		if err := errors.Join(err, err2, f.Close()); err != nil {
			t.Fatal(err)
		}
		damaged(t, dir, false, "objects/000001.seg at 0")
	}
}

// TestDamageIsNeverAWrongValue reads what a damaged store still gives.
func TestDamageIsNeverAWrongValue(t *testing.T) {
	dir := filledDir(t, 3, store.Options{})
	inside(t, dir, func(tx *bolt.Tx) error {
		k, v := first(tx, "documents")
		v[len(v)-2] ^= 1
		return tx.Bucket([]byte("documents")).Put(k, v)
	})
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			switch {
			case errors.Is(err, vigie.ErrDamaged):
				bad++
			case err == nil && strings.HasPrefix(d.Title, "Article "):
				good++
			default:
				t.Errorf("%+v, %v", d, err)
			}
		}
		return nil
	})
	if err := db.Close(); err != nil || good != 2 || bad != 1 {
		t.Errorf("%d good, %d damaged, %v", good, bad, err)
	}
}

func TestCheckTellsItsProgress(t *testing.T) {
	db := storetest.Open(t)
	file(t, db, storetest.Source(t, db, "https://a.example.org/feed"), items(0, 3)...)
	last, all := -1, 0
	c, err := db.Check(t.Context(), func(done, of int) {
		if done < last {
			t.Errorf("progress went from %d to %d", last, done)
		}
		last, all = done, of
	})
	if err != nil || c.Documents != 3 || c.Revisions != 3 || c.Objects != 6 || last != all {
		t.Errorf("%+v, %v; progress %d of %d", c, err, last, all)
	}
}
