package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// ownTerm is what somebody says about a concept for the nth time.
func ownTerm(id string, n int, fr string) store.Term {
	return store.Term{
		ID: id, N: n, State: store.OwnTerm, By: "01KAMUSR000000000000000001", At: time.Date(2026, 11, 22, 18, n, 0, 0, time.UTC),
		Concept: thesaurus.Concept{ID: id, Labels: map[vigie.Lang][]thesaurus.Label{vigie.French: {{Text: fr}}}, Broader: []string{"ict"}},
	}
}

// otherTerm says nothing of the concept but its state.
func otherTerm(id string, n int, state store.TermState) store.Term {
	t := ownTerm(id, n, "")
	t.State, t.Concept = state, thesaurus.Concept{}
	return t
}

func TestTerms(t *testing.T) {
	db := storetest.Open(t)
	hidden, again := otherTerm("mast", 2, store.HiddenTerm), otherTerm("mast", 3, store.BuiltInTerm)
	all := []store.Term{ownTerm("mast", 1, "mât"), hidden, again, ownTerm("mast-2", 1, "mât haubané")}
	change(t, db, func(tx *store.Tx) error { return tx.PutTerms(all...) })
	collected := func(walk func(*store.Tx) func(func(store.Term, error) bool)) (out []store.Term) {
		view(t, db, func(tx *store.Tx) error {
			for term, err := range walk(tx) {
				if err != nil {
					return err
				}
				out = append(out, term)
			}
			return nil
		})
		return out
	}
	for name, tc := range map[string]struct{ got, want []store.Term }{
		"newest":  {collected(func(tx *store.Tx) func(func(store.Term, error) bool) { return tx.Terms() }), all[2:]},
		"history": {collected(func(tx *store.Tx) func(func(store.Term, error) bool) { return tx.TermsOf("mast") }), all[:3]},
		"all":     {collected(func(tx *store.Tx) func(func(store.Term, error) bool) { return tx.TermsAfter("", 0) }), all},
		"behind":  {collected(func(tx *store.Tx) func(func(store.Term, error) bool) { return tx.TermsAfter("mast", 2) }), all[2:]},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		last, err := tx.Term("mast")
		if last.N != 3 {
			t.Errorf("the newest is %+v", last)
		}
		if _, changes := last.Change(); changes {
			t.Error("it changes something")
		}
		if _, err := tx.Term("mas"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("an unknown one: %v", err)
		}
		return err
	})
	storetest.Check(t, db)
}

func TestTermsRefused(t *testing.T) {
	db := storetest.Open(t)
	change(t, db, func(tx *store.Tx) error { return tx.PutTerms(ownTerm("mast", 1, "mât")) })
	with := func(alter func(*store.Term)) store.Term {
		term := ownTerm("mast", 2, "mât")
		alter(&term)
		return term
	}
	var many []store.Term
	for n := range 5000 {
		many = append(many, ownTerm(fmt.Sprint("c", n), 1, "x"))
	}
	for name, tc := range map[string]struct {
		put  []store.Term
		want error
	}{
		"stale":            {[]store.Term{ownTerm("mast", 1, "pylône")}, vigie.ErrConflict},
		"from the future":  {[]store.Term{ownTerm("mast", 3, "pylône")}, vigie.ErrConflict},
		"no number":        {[]store.Term{with(func(t *store.Term) { t.N = 0 })}, vigie.ErrInvalid},
		"no state":         {[]store.Term{with(func(t *store.Term) { t.State = "" })}, vigie.ErrInvalid},
		"hidden with name": {[]store.Term{with(func(t *store.Term) { t.State = store.HiddenTerm })}, vigie.ErrInvalid},
		"of another":       {[]store.Term{with(func(t *store.Term) { t.Concept.ID = "other" })}, vigie.ErrInvalid},
		"no name":          {[]store.Term{with(func(t *store.Term) { t.Concept.Labels = nil })}, vigie.ErrInvalid},
		"no identity":      {[]store.Term{otherTerm("", 1, store.HiddenTerm)}, vigie.ErrInvalid},
		"a key of another": {[]store.Term{otherTerm("a\x00b", 1, store.HiddenTerm)}, vigie.ErrInvalid},
		"built in at once": {[]store.Term{otherTerm("new", 1, store.BuiltInTerm)}, vigie.ErrInvalid},
		"too many":         {many, vigie.ErrInvalid},
	} {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutTerms(tc.put...) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		for term, err := range tx.TermsAfter("", 0) {
			if term.ID != "mast" || term.N != 1 {
				t.Errorf("%s %d was kept, %v", term.ID, term.N, err)
			}
		}
		return nil
	})
}

// TestTermsHidden: what is hidden, or as it came, takes no room of the desk's own concepts.
func TestTermsHidden(t *testing.T) {
	db := storetest.Open(t)
	var all []store.Term
	for n := range 5000 {
		id := fmt.Sprint("c", n)
		all = append(all, otherTerm(id, 1, store.HiddenTerm))
		if n%2 == 0 {
			all = append(all, otherTerm(id, 2, store.BuiltInTerm))
		}
	}
	change(t, db, func(tx *store.Tx) error { return tx.PutTerms(append(all, otherTerm("mast", 1, store.HiddenTerm))...) })
	change(t, db, func(tx *store.Tx) error { return tx.PutTerms(ownTerm("tower", 1, "tour")) })
}

// termDir is a closed store with three things said about two concepts.
func termDir(t *testing.T) string {
	t.Helper()
	dir := filledDir(t, 1, store.Options{})
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(t, db, func(tx *store.Tx) error {
		return tx.PutTerms(ownTerm("mast", 1, "mât"), otherTerm("mast", 2, store.HiddenTerm), otherTerm("spectrum", 1, store.HiddenTerm))
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTermDamage: the check finds what was altered, and what does not fit.
func TestTermDamage(t *testing.T) {
	whole := termDir(t)
	flipEach(t, whole, "concepts")
	c, err := store.Verify(t.Context(), flipped(t, whole, "concepts", -1), true)
	if err != nil || len(c.Damages) != 1 {
		t.Errorf("one record is damaged: %q, %v", c.Damages, err)
	}
	put := func(key, body string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("concepts")).Put([]byte(key), store.Seal("concepts", []byte(key), []byte(body)))
		}
	}
	for name, tc := range map[string]struct {
		seed func(*bolt.Tx) error
		word string
	}{
		"one is missing": {func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("concepts")).Delete([]byte("mast\x00\x00\x00\x00\x01"))
		}, "does not follow"},
		"elsewhere":   {put("here", `{"state":"hidden"}`), "does not follow"},
		"no state":    {put("mast\x00\x00\x00\x00\x03", `{}`), "is no term"},
		"no label":    {put("mast\x00\x00\x00\x00\x03", `{"state":"own"}`), "is no term"},
		"no identity": {put("B-C\x00\x00\x00\x00\x01", `{"state":"hidden"}`), "is no term"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copyDir(t, whole)
			inside(t, dir, tc.seed)
			damaged(t, dir, true, tc.word)
		})
	}
}

// fixture6 is a store of format 6, written by the last vigie of that format: what
// filledDir makes, with three documents.
const fixture6 = "testdata/format6.tar.gz"

// TestMigrationFrom6: a store without concepts gets room for them.
func TestMigrationFrom6(t *testing.T) {
	dir := unpackFixture(t, fixture6)
	if format, _ := formatOf(t, dir); format != "6" {
		t.Fatalf("the fixture has format %s", format)
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	if got := stateOf(t, db).Counts; got != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) {
		t.Errorf("after the migration: %+v", got)
	}
	change(t, db, func(tx *store.Tx) error { return tx.PutTerms(ownTerm("mast", 1, "mât")) })
	storetest.Check(t, db)
}

// TestFeedsFrom6: the feeds of a store of format 6, which says of none in which epoch it
// got its address, go on when it is brought up to date in its place; one that was
// restored meanwhile has none that is open.
func TestFeedsFrom6(t *testing.T) {
	secret := vigie.HashOf([]byte("feed"))
	dir, s := feedDir6(t, secret)
	restored := copyDir(t, dir)
	inside(t, restored, func(tx *bolt.Tx) error {
		key := []byte("restored")
		return tx.Bucket([]byte("meta")).Put(key, store.Seal("meta", key, []byte(`"2026-11-22T18:00:00Z"`)))
	})
	for name, tc := range map[string]struct {
		dir  string
		open bool
	}{"in its place": {dir, true}, "restored": {restored, false}} {
		db := storetest.OpenAt(t, tc.dir, store.Options{})
		view(t, db, func(tx *store.Tx) error {
			got, err := tx.SearchByFeed(secret)
			if open := err == nil && got.ID == s.ID; open != tc.open || err != nil && !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("%s: the feed answers %+v, %v", name, got, err)
			}
			mine, err := tx.SearchesOf(s.Owner)
			if len(mine) != 2 || mine[0].Feed == mine[1].Feed && tc.open {
				t.Errorf("%s: the searches are %+v", name, mine)
			}
			return err
		})
		storetest.Check(t, db)
	}
}

// feedDir6 is a closed store of format 6 with two saved searches, the first with a feed.
func feedDir6(t *testing.T, secret vigie.Hash) (string, vigie.SavedSearch) {
	t.Helper()
	dir := unpackFixture(t, fixture6)
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Email: "awa@litt.example"}
	s, other := savedSearch(owner.ID), savedSearch(owner.ID)
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutUser(owner), tx.PutSearch(s), tx.PutSearch(other), tx.SetFeed(s.ID, secret))
	})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	inside(t, dir, func(tx *bolt.Tx) error {
		searches, key := tx.Bucket([]byte("searches")), []byte(s.ID)
		_, body, err := store.Unseal("searches", key, searches.Get(key))
		old := regexp.MustCompile(`,"epoch":"[^"]+"`).ReplaceAll(body, nil)
		if len(old) == len(body) {
			t.Errorf("the record says no epoch: %s", body)
		}
		format := []byte("format")
		return errors.Join(err, searches.Put(key, store.Seal("searches", key, old)), tx.DeleteBucket([]byte("concepts")),
			tx.Bucket([]byte("meta")).Put(format, store.Seal("meta", format, []byte("6"))))
	})
	return dir, s
}

// TestTermsInBackup: a backup brings back what was said, and its history.
func TestTermsInBackup(t *testing.T) {
	db := storetest.OpenAt(t, termDir(t), store.Options{})
	var raw bytes.Buffer
	if _, err := db.Backup(t.Context(), &raw, nil); err != nil {
		t.Fatal(err)
	}
	restored := storetest.OpenAt(t, restoredDir(t, raw.Bytes()), store.Options{})
	view(t, restored, func(tx *store.Tx) error {
		last, err := tx.Term("mast")
		if last.N != 2 || last.State != store.HiddenTerm {
			t.Errorf("restored %+v", last)
		}
		return err
	})
	storetest.Check(t, restored)
}

// childNames says again and again what concepts are called: two in each transaction.
func childNames(ctx context.Context, db *store.DB, round int) error {
	for turn := 1; ; turn++ {
		a, b := ownTerm(fmt.Sprint("mast-", round), turn, strconv.Itoa(turn)), ownTerm(fmt.Sprint("tower-", round), turn, strconv.Itoa(turn))
		if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PutTerms(a, b) }); err != nil {
			return err
		}
		fmt.Println("named", round*1_000_000+turn)
	}
}

// compareNames holds what is said of concepts against what was acknowledged: both
// concepts of a round have all of it.
func (k told) compareNames(t *testing.T, db *store.DB) {
	t.Helper()
	there := map[string]int{}
	view(t, db, func(tx *store.Tx) error {
		for term, err := range tx.Terms() {
			if err != nil {
				return err
			}
			there[term.ID] = term.N
			if term.Concept.Labels[vigie.French][0].Text != strconv.Itoa(term.N) {
				t.Errorf("%s %d says something else", term.ID, term.N)
			}
		}
		return nil
	})
	for n := range k.named {
		if round := n / 1_000_000; there[fmt.Sprint("mast-", round)] < n%1_000_000 {
			t.Errorf("what was said as %d was acknowledged and is lost", n)
		}
	}
	for id, n := range there {
		if _, round, _ := strings.Cut(id, "-"); there["mast-"+round] != n || there["tower-"+round] != n {
			t.Errorf("%s has %d: half of a transaction is there", id, n)
		}
	}
}
