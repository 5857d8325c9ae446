package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestCheckFindsFlippedDesk flips one byte of a value of each table of the desk.
func TestCheckFindsFlippedDesk(t *testing.T) {
	flipEach(t, deskDir(t), "decided", "settings", "topics", "pages", "keys", "syntheses", "editions", "marks")
}

// TestCheckFindsWhatDoesNotFitTheDesk makes changes that are well formed and wrong.
func TestCheckFindsWhatDoesNotFitTheDesk(t *testing.T) {
	whole := deskDir(t)
	storetest.OpenAt(t, copyDir(t, whole), store.Options{})
	drop := func(table string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, _ := first(tx, table)
			return tx.Bucket([]byte(table)).Delete(k)
		}
	}
	// another writes the first entry of a table under another key as well.
	another := func(table string, rename func([]byte) []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, v := first(tx, table)
			k = rename(k)
			if len(v) > 0 {
				seal := store.Seal
				if v[0] == 2 {
					seal = store.SealPacked
				}
				v = seal(table, k, v[5:])
			}
			return tx.Bucket([]byte(table)).Put(k, v)
		}
	}
	last := func(c byte) func([]byte) []byte {
		return func(k []byte) []byte { k[len(k)-1] = c; return k }
	}
	put := func(table, key, body string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			return tx.Bucket([]byte(table)).Put([]byte(key), store.Seal(table, []byte(key), []byte(body)))
		}
	}
	for name, tc := range map[string]struct {
		seed func(*bolt.Tx) error
		word string
	}{
		"not in its queue": {drop("queue"), "is missing from the queue"},
		"in two queues":    {another("queue", func(k []byte) []byte { k[0] = 2; return k }), "the table queue has 5 entries"},
		"in the wrong queue": {func(tx *bolt.Tx) error {
			return bothOf(another("queue", func(k []byte) []byte { k[0] = 3; return k }), drop("queue"), tx)
		}, "is missing from the queue"},
		"lengths of queues":     {put("meta", "queued", "[4,0,0,0]"), "say [4 0 0 0], there are [3 1 0 0]"},
		"lost lengths":          {func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Delete([]byte("queued")) }, "the queues"},
		"not in the whole log":  {drop("decided"), "is missing from the log of all"},
		"twice in the log":      {another("decided", last('U')), "the table decided has 2 entries"},
		"not in the list":       {drop("public"), "missing from the list of what is out"},
		"in the list, not out":  {another("public", last('x')), "the table public has 2 entries"},
		"no first edition":      {drop("editions"), "lacks edition 1 in fr"},
		"one edition more":      {another("editions", last(9)), "the table editions has 3 entries"},
		"a lost synthesis":      {drop("syntheses"), "which does not exist"},
		"a mark of another":     {put("marks", "01KAM000000000000000000000x\x00MAR", `{"synthesis":"01KAM000000000000000000000","indicator":"x","area":"MAR"}`), "a mark is of synthesis 01KAM000000000000000000000"},
		"a mark elsewhere":      {put("marks", "here", `{"synthesis":"01KAM000000000000000000000"}`), "is not the mark"},
		"a topic elsewhere":     {put("topics", "here", `{"id":"there"}`), "topics/here is not the topic"},
		"a page elsewhere":      {put("pages", "here", `{"page":"methode","lang":"fr","n":1}`), "pages/here is not the text"},
		"a page without number": {put("pages", "methode\x00fr", `{"page":"methode","lang":"fr"}`), "is not the text"},
		"a short key":           {put("keys", "links", `"AAAA"`), "keys/links is not a key"},
		"another's synthesis":   {put("syntheses", "01KAM000000000000000000000", `{"id":"x","revision":1}`), "is not the synthesis"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, tc.seed)
			damaged(t, dir, true, tc.word)
		})
	}
}

func bothOf(a, b func(*bolt.Tx) error, tx *bolt.Tx) error {
	if err := a(tx); err != nil {
		return err
	}
	return b(tx)
}

// TestMigrationFillsTheDesk: what leads to documents and decisions is there after a
// migration from each older format.
func TestMigrationFillsTheDesk(t *testing.T) {
	for fixture, decided := range map[string]bool{fixture1: false, fixture2: true} {
		dir := unpackFixture(t, fixture)
		if err := os.WriteFile(filepath.Join(dir, "running"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		db := storetest.OpenAt(t, dir, store.Options{})
		waiting, kept := []string{"Article 2", "Article 1", "Article 0"}, []string(nil)
		if decided {
			waiting, kept = waiting[:2], waiting[2:]
		}
		same(t, fixture+", new", waiting, queued(t, db, vigie.New))
		same(t, fixture+", kept", kept, queued(t, db, vigie.Kept))
		var log []string
		view(t, db, func(tx *store.Tx) error {
			for d, err := range tx.Decided("") {
				if err != nil {
					return err
				}
				log = append(log, d.By+" "+string(d.Act))
			}
			return nil
		})
		if got := strings.Join(log, ","); decided != (got == "Amina keep") {
			t.Errorf("%s: the log is %q", fixture, got)
		}
		change(t, db, furnish)
		same(t, fixture+", public", []string{"Le haut débit, corrigé 2 fr"}, out(t, db, vigie.French))
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		inside(t, dir, func(tx *bolt.Tx) error {
			for _, table := range []string{"recent", "titled"} {
				if tx.Bucket([]byte(table)) != nil {
					t.Errorf("%s: the table %s is still there", fixture, table)
				}
			}
			return nil
		})
	}
}
