package store_test

import (
	"bytes"
	"errors"
	"testing"

	"vigie"
	"vigie/index/store"
)

// FuzzEnvelope: whatever stands in a value, it is read as what was written or
// refused, and a row in a right envelope never panics.
func FuzzEnvelope(f *testing.F) {
	key := []byte("01JD8Y3K5W9V7Q2T4M6N8P0R1S")
	f.Add(key, store.Seal("t", key, []byte(`{"id":"x","seq":1}`)))
	f.Add(key, store.Seal("t", key, []byte(`{"k":"x","c":"AAAA","t":"!","f":1,"d":["a"]}`)))
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		if body, err := store.Unseal("t", key, value); err == nil {
			if !bytes.Equal(store.Seal("t", key, body), value) {
				t.Fatalf("%x was taken for %x", value, body)
			}
		} else if !errors.Is(err, vigie.ErrDamaged) {
			t.Fatal(err)
		}
		sealed := store.Seal("t", key, value)
		body, err := store.Unseal("t", key, sealed)
		if err != nil || !bytes.Equal(body, value) {
			t.Fatalf("%x came back as %x, %v", value, body, err)
		}
		if _, err := store.Unseal("other", key, sealed); err == nil {
			t.Fatal("a value of another table was taken")
		}
		for _, err := range store.DecodeRows(key, sealed) {
			if err != nil && !errors.Is(err, vigie.ErrDamaged) {
				t.Fatal(err)
			}
		}
	})
}

// FuzzRestore: arbitrary bytes never write outside the folder, never leave
// anything and never panic.
func FuzzRestore(f *testing.F) {
	whole := backedUp(f)
	parts := members(f, whole)
	f.Add([]byte{})
	f.Add(whole[:600])
	f.Add(packed(f, parts[1:]))
	f.Add(packed(f, parts[2:]))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		_, err := store.Restore(t.Context(), bytes.NewReader(b), dir, store.RestoreOptions{})
		if err == nil {
			return // it found a backup
		}
		if !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrInvalid) {
			t.Fatal(err)
		}
		if left := listing(t, dir); len(left) > 0 {
			t.Fatalf("there is left %q", left)
		}
	})
}
