// Package storetest opens stores for tests. Every store is checked when its test
// ends: a test that leaves something that does not fit together fails, whatever it
// was about.
package storetest

import (
	"context"
	"errors"
	"os"
	"testing"

	"vigie"
	"vigie/index/store"
)

// Open returns an empty store in a folder that goes with the test.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return OpenAt(t, t.TempDir(), store.Options{Command: "test"})
}

// OpenAt opens the store in dir, and checks and closes it when the test ends. To
// close it earlier, use [store.DB.Close]; the check is then left out.
func OpenAt(t testing.TB, dir string, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		Check(t, db)
		if err := db.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return db
}

// Check fails the test if anything in the store is not as it should be. A closed
// store passes.
func Check(t testing.TB, db *store.DB) {
	t.Helper()
	c, err := db.Check(context.Background(), nil) // the test's own context has ended in cleanup
	if errors.Is(err, os.ErrClosed) {
		return // the test closed it
	}
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		t.Errorf("the store does not pass its check: %v", err)
	}
}

// Source adds a source with the given address.
func Source(t testing.TB, db *store.DB, url string) vigie.Source {
	t.Helper()
	s := vigie.Source{Kind: vigie.Feed, URL: url, Name: "Source " + url}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// File files documents as one reading of s and returns their identities in order.
// A document's address, or its title where it has none, is its guid.
func File(t testing.TB, db *store.DB, s vigie.Source, docs ...vigie.Document) []vigie.DocumentID {
	t.Helper()
	reading := vigie.Reading{Visit: vigie.Visit{Source: s.ID}}
	for _, d := range docs {
		guid := d.URL
		if guid == "" {
			guid = d.Title
		}
		reading.Findings = append(reading.Findings, vigie.Finding{GUID: guid, URL: d.URL, Document: d})
	}
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: reading})
	if err != nil {
		t.Fatal(err)
	}
	return filed.Documents
}
