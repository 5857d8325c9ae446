package store_test

import (
	"bytes"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// lettersDir is a closed store with figures, subscribers, an issue on its way and
// a letter.
func lettersDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	addIndicators(t, db, "a")
	addVintage(t, db, vigie.Vintage{}, observation("a", "MAR", 2016, "3.55"), observation("a", "MAR", 2017, "3.6"))
	ids := addSubscribers(t, db, 0, 2)
	planned(t, db, ids...)
	change(t, db, func(tx *store.Tx) error {
		return tx.PutLetter(vigie.Letter{ID: vigie.NewID[vigie.LetterID](time.Unix(1, 0)), To: "x@litt.example", About: ids[0]})
	})
	storetest.Check(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestCheckSeesFiguresAndMail: what does not fit together is a damage that is
// named.
func TestCheckSeesFiguresAndMail(t *testing.T) {
	whole := lettersDir(t)
	drop := func(table string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, _ := first(tx, table)
			return tx.Bucket([]byte(table)).Delete(k)
		}
	}
	// rewrite changes the words of the first record, and its key, in a right envelope.
	rewrite := func(table, from, to string, key func([]byte) []byte) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			k, v := first(tx, table)
			packed, body, err := store.Unseal(table, k, v)
			if err != nil || !bytes.Contains(body, []byte(from)) {
				t.Fatalf("%s/%s holds %q, %v", table, k, body, err)
			}
			b := tx.Bucket([]byte(table))
			if err := b.Delete(k); err != nil {
				return err
			}
			seal := store.Seal
			if packed {
				seal = store.SealPacked
			}
			k = key(k)
			return b.Put(k, seal(table, k, bytes.Replace(body, []byte(from), []byte(to), 1)))
		}
	}
	same := func(k []byte) []byte { return k }
	for name, tc := range map[string]struct {
		spoil func(*bolt.Tx) error
		words []string
	}{
		"a lost indicator":         {drop("indicators"), []string{"record observations/", "indicator that does not exist"}},
		"a lost vintage":           {drop("vintages"), []string{"record observations/", "vintage that does not exist"}},
		"a vintage of another":     {rewrite("vintages", `["a"]`, `["b"]`, same), []string{"does not name the indicator a"}},
		"a value that is none":     {rewrite("observations", "3.55", "3,55", same), []string{"is not an observation"}},
		"a place that is none":     {rewrite("observations", "", "", func(k []byte) []byte { return append([]byte("a\x00M R"), k[5:]...) }), []string{"is not an observation"}},
		"a key of another form":    {rewrite("observations", "", "", func(k []byte) []byte { return k[:9] }), []string{"is not an observation"}},
		"a lost address":           {drop("subscribed"), []string{"is not found by the email address", "1 email addresses lead to 2 subscribers"}},
		"a lost subscriber":        {drop("subscribers"), []string{"2 email addresses lead to 1 subscribers", "is about a subscriber who does not exist"}},
		"a lost issue":             {drop("issues"), []string{"record deliveries/", "issue that does not exist"}},
		"a lost delivery":          {drop("deliveries"), []string{"went to 2 recipients and its ledger adds up to 1"}},
		"a delivery of no state":   {rewrite("deliveries", "planned", "planted", same), []string{"went to 2 recipients and its ledger adds up to 1"}},
		"a ledger before its time": {rewrite("issues", `"sending"`, `"composed"`, same), []string{"has a ledger of 2"}},
		"an odd delivery":          {rewrite("deliveries", "", "", func(k []byte) []byte { return k[:40] }), []string{"deliveries/", "issue that does not exist"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, tc.spoil)
			damaged(t, dir, true, tc.words...)
		})
	}
	for _, table := range []string{"indicators", "vintages", "observations", "subscribers", "subscribed", "issues", "deliveries", "letters"} {
		t.Run("a flipped byte in "+table, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, func(tx *bolt.Tx) error {
				k, v := first(tx, table)
				v[len(v)-1] ^= 0x10
				return tx.Bucket([]byte(table)).Put(k, v)
			})
			damaged(t, dir, true, "record "+table+"/")
		})
	}
}
