package store_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"vigie/index/store"
)

// foreign makes a bbolt file with all that such files have: branches, small and large
// buckets in each other, long values, free pages.
func foreign(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "root.bolt")
	b, err := bolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	write := func(fn func(*bolt.Bucket) error) {
		t.Helper()
		err := b.Update(func(tx *bolt.Tx) error {
			top, err := tx.CreateBucketIfNotExists([]byte("s"))
			if err != nil {
				return err
			}
			return fn(top)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 30 {
		write(func(top *bolt.Bucket) error {
			below, err := top.CreateBucketIfNotExists(fmt.Appendf(nil, "segment %d", n))
			if err != nil {
				return err
			}
			for i := range 1 + n*n/3 {
				if err := below.Put(fmt.Appendf(nil, "key %d", i), bytes.Repeat([]byte("v"), i%90+n*n)); err != nil {
					return err
				}
			}
			_, err = below.CreateBucketIfNotExists([]byte("z"))
			return err
		})
	}
	write(func(top *bolt.Bucket) error {
		if err := top.Put([]byte("long"), make([]byte, 50_000)); err != nil {
			return err
		}
		return top.DeleteBucket([]byte("segment 28"))
	})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// walked reads everything through bbolt.
func walked(t *testing.T, file string) (entries int) {
	t.Helper()
	b, err := bolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(b *bolt.Bucket) error
	walk = func(b *bolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			if entries++; v == nil {
				return walk(b.Bucket(k))
			}
			return nil
		})
	}
	err = b.Update(func(tx *bolt.Tx) error { // takes free pages, too
		if err := tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return walk(b) }); err != nil {
			return err
		}
		_, err := tx.CreateBucketIfNotExists([]byte("more"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return entries
}

// TestVerifyTree: a sound file passes, and one that passes can be read and written by
// bbolt, whatever was altered or cut.
func TestVerifyTree(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	raw := foreign(t)
	file := filepath.Join(t.TempDir(), "root.bolt")
	put := func(raw []byte) {
		t.Helper()
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(raw)
	if err := store.VerifyTree(file, false); err != nil {
		t.Fatalf("a sound file: %v", err)
	}
	if n := walked(t, file); n < 1000 {
		t.Fatalf("%d entries", n)
	}
	passed := 0
	for seed := range uint64(120) {
		r := rand.New(rand.NewPCG(seed, 1))
		bad := bytes.Clone(raw)
		at := r.IntN(len(bad))
		if seed%2 == 0 {
			at = at / 4096 * 4096 // the heads and elements of pages, where most harm is done
			at = min(at+r.IntN(64), len(bad)-1)
		}
		bad[at] ^= byte(1 + r.IntN(255))
		if seed%10 == 9 {
			bad = bad[:at]
		}
		put(bad)
		if store.VerifyTree(file, false) == nil {
			passed++
			walked(t, file)
		}
	}
	if passed == 0 || passed > 105 {
		t.Errorf("%d of 120 altered files pass", passed)
	}
	t.Logf("%d of 120 altered files pass, and bbolt reads and writes those", passed)
}

// TestVerifyTreeHeld: a file in use is not called damaged.
func TestVerifyTreeHeld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "root.bolt")
	b, err := bolt.Open(file, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	if err := store.VerifyTree(file, true); err == nil || !strings.HasSuffix(err.Error(), "timeout") {
		t.Errorf("a file in use: %v", err)
	}
}
