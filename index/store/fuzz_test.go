package store_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie"
	"vigie/index/store"
)

// FuzzEnvelope: whatever stands in a value, it is read as what was written or
// refused, and a row in a right envelope never panics.
func FuzzEnvelope(f *testing.F) {
	key := []byte("01JD8Y3K5W9V7Q2T4M6N8P0R1S")
	f.Add(key, store.Seal("t", key, []byte(`{"id":"x","seq":1}`)))
	f.Add(key, store.Seal("t", key, []byte(`{"k":"x","c":"AAAA","t":"!","f":1,"d":["a"]}`)))
	for _, packed := range store.PackedRows(key) {
		f.Add(key, store.SealPacked("t", key, packed))
	}
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, key, value []byte) {
		if packed, body, err := store.Unseal("t", key, value); err == nil {
			again := store.Seal("t", key, body)
			if packed {
				again = store.SealPacked("t", key, body)
			}
			if !bytes.Equal(again, value) {
				t.Fatalf("%x was taken for %x", value, body)
			}
		} else if !errors.Is(err, vigie.ErrDamaged) {
			t.Fatal(err)
		}
		sealed := store.Seal("t", key, value)
		_, body, err := store.Unseal("t", key, sealed)
		if err != nil || !bytes.Equal(body, value) {
			t.Fatalf("%x came back as %x, %v", value, body, err)
		}
		if _, _, err := store.Unseal("other", key, sealed); err == nil {
			t.Fatal("a value of another table was taken")
		}
		for _, err := range append(store.DecodeRows(key, sealed), store.DecodeRows(key, store.SealPacked("t", key, value))...) {
			if err != nil && !errors.Is(err, vigie.ErrDamaged) {
				t.Fatal(err)
			}
		}
	})
}

// FuzzBody: whatever stands in a kept text, it is read within the bounds of its
// length, and what was read is written again as something that reads the same.
func FuzzBody(f *testing.F) {
	f.Add(store.PackBody(nil))
	f.Add(store.PackBody([]vigie.Paragraph{{Kind: vigie.Heading, Level: 2, Text: "Titre", Lang: "ar"}, {Text: "x", Page: 3}, {Kind: "odd"}}))
	f.Add([]byte(`[{"kind":"quote","text":"x"}]`))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		body, err := store.UnpackBody(b)
		if err != nil {
			return
		}
		if len(body) > len(b) {
			t.Fatalf("%d paragraphs out of %d bytes", len(body), len(b))
		}
		again, err := store.UnpackBody(store.PackBody(body))
		if diff := cmp.Diff(body, again, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("%v: %s", err, diff)
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
