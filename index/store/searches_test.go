package store_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// savedSearch is one that alerts at once.
func savedSearch(owner vigie.UserID) vigie.SavedSearch {
	at := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	return vigie.SavedSearch{
		ID: vigie.NewID[vigie.SearchID](at), Owner: owner, Name: "La fibre", Query: "fibre from:-30d", Lang: vigie.French,
		Alert: vigie.AlertNow, Mail: true, Created: at, Changed: at,
	}
}

func plannedAlert(db *store.DB, s vigie.SavedSearch, docs ...vigie.DocumentID) vigie.Alert {
	now := db.Now().Truncate(time.Second)
	return vigie.Alert{
		ID: vigie.NewID[vigie.AlertID](now), Search: s.ID, Documents: docs, Made: now,
		Mail: vigie.Delivery{State: vigie.Planned, MessageID: "m", At: now},
	}
}

// watching is a store with somebody, a saved search of theirs and so many documents.
func watching(t *testing.T, n int) (*store.DB, vigie.SavedSearch, []vigie.DocumentID) {
	t.Helper()
	db := storetest.Open(t)
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Email: "awa@litt.example", Role: vigie.Reader}
	s, source := savedSearch(owner.ID), storetest.Source(t, db, "https://news.example.org/feed")
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutUser(owner), tx.PutSearch(s)) })
	return db, s, file(t, db, source, items(0, n)...).Documents
}

func TestSearches(t *testing.T) {
	db, s, _ := watching(t, 0)
	other := savedSearch(s.Owner)
	other.Name, other.Alert = "Autre", vigie.NoAlert
	change(t, db, func(tx *store.Tx) error { return tx.PutSearch(other) })
	view(t, db, func(tx *store.Tx) error {
		mine, err := tx.SearchesOf(s.Owner)
		if err != nil || len(mine) != 2 {
			t.Errorf("mine: %d, %v", len(mine), err)
		}
		if none, err := tx.SearchesOf(""); len(none) != 0 || err != nil {
			t.Errorf("of nobody: %d, %v", len(none), err)
		}
		watches, err := tx.Watches()
		if err != nil || len(watches) != 1 || watches[0].ID != s.ID || watches[0].From != db.Last().Seq {
			t.Errorf("watches %+v, %v", watches, err)
		}
		return nil
	})
	stolen := s
	stolen.Owner = vigie.NewID[vigie.UserID](time.Unix(2, 0))
	for name, test := range map[string]struct {
		put  vigie.SavedSearch
		want error
	}{
		"of nobody": {stolen, vigie.ErrNotFound}, "without a name": {vigie.SavedSearch{ID: s.ID, Owner: s.Owner, Query: "x", Lang: "fr"}, vigie.ErrInvalid},
	} {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSearch(test.put) }); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	change(t, db, func(tx *store.Tx) error {
		err := tx.PutUser(vigie.User{ID: stolen.Owner, Email: "b@litt.example"})
		if got := tx.PutSearch(stolen); !errors.Is(got, vigie.ErrConflict) {
			t.Errorf("stolen: %v", got)
		}
		return err
	})
	change(t, db, func(tx *store.Tx) error { return tx.DeleteSearch(other.ID) })
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.DeleteSearch(other.ID) }); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestSearchFeed(t *testing.T) {
	db, s, _ := watching(t, 0)
	first, second := vigie.HashOf([]byte("first")), vigie.HashOf([]byte("second"))
	found := func(hash vigie.Hash) bool {
		ok := false
		view(t, db, func(tx *store.Tx) error {
			got, err := tx.SearchByFeed(hash)
			ok = err == nil && got.ID == s.ID && got.Feed
			return nil
		})
		return ok
	}
	change(t, db, func(tx *store.Tx) error { return tx.SetFeed(s.ID, first) })
	change(t, db, func(tx *store.Tx) error { return tx.SetFeed(s.ID, second) })
	if found(first) || !found(second) {
		t.Errorf("renewed: the old one %v, the new one %v", found(first), found(second))
	}
	s.Feed, s.Name = false, "Renamed" // what it says of the feed does not count
	change(t, db, func(tx *store.Tx) error { return tx.PutSearch(s) })
	if !found(second) {
		t.Error("a change lost the feed")
	}
	change(t, db, func(tx *store.Tx) error { return tx.SetFeed(s.ID, "") })
	if found(second) {
		t.Error("a feed that was taken away works")
	}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.SetFeed(s.ID, first), tx.DeleteSearch(s.ID)) })
	if found(first) {
		t.Error("the feed of a deleted search works")
	}
}

// TestSearchFeedAfterRestore: a restored backup brings no address back that was closed
// since, nor any other; a new one works, and what was restored is whole.
func TestSearchFeedAfterRestore(t *testing.T) {
	db, s, _ := watching(t, 0)
	first, second := vigie.HashOf([]byte("first")), vigie.HashOf([]byte("second"))
	change(t, db, func(tx *store.Tx) error { return tx.SetFeed(s.ID, first) })
	file := filepath.Join(t.TempDir(), "backup.tar")
	if _, err := db.BackupFile(t.Context(), file, nil); err != nil {
		t.Fatal(err)
	}
	change(t, db, func(tx *store.Tx) error { return tx.SetFeed(s.ID, "") })
	dir := filepath.Join(t.TempDir(), "restored")
	restore(t, file, dir)
	again := storetest.OpenAt(t, dir, store.Options{})
	wants := func(when string, open, ended bool, answers map[vigie.Hash]bool) {
		t.Helper()
		view(t, again, func(tx *store.Tx) error {
			for hash, want := range answers {
				if _, err := tx.SearchByFeed(hash); errors.Is(err, vigie.ErrNotFound) == want || want && err != nil {
					t.Errorf("%s: an address answers %v, want %v", when, err, want)
				}
			}
			mine, errMine := tx.SearchesOf(s.Owner)
			watches, errWatches := tx.Watches()
			for all, err := range tx.SearchesAfter("") {
				if err != nil || all.Feed != open || mine[0].Feed != open || watches[0].Feed != open {
					t.Errorf("%s: %+v, %+v and %+v, want a feed: %v", when, all, mine[0], watches[0], open)
				}
			}
			got, err := tx.FeedEnded(s.ID)
			if got != ended {
				t.Errorf("%s: it ended with the restore: %v", when, got)
			}
			return errors.Join(err, errMine, errWatches)
		})
	}
	wants("restored", false, true, map[vigie.Hash]bool{first: false})
	s.Name, s.Feed = "Renamed", true
	change(t, again, func(tx *store.Tx) error { return tx.PutSearch(s) })
	wants("changed", false, true, map[vigie.Hash]bool{first: false})
	change(t, again, func(tx *store.Tx) error { return tx.SetFeed(s.ID, second) })
	wants("opened anew", true, false, map[vigie.Hash]bool{first: false, second: true})
	change(t, again, func(tx *store.Tx) error { return tx.SetFeed(s.ID, "") })
	wants("closed", false, false, map[vigie.Hash]bool{first: false, second: false})
}

// TestAlertLedger takes documents from a match to a mail that arrived.
func TestAlertLedger(t *testing.T) {
	db, s, docs := watching(t, 4)
	if err := errors.Join(match(t.Context(), db, s, docs[0], docs[1]), match(t.Context(), db, s, docs[1], docs[2], "01KAMNONE00000000000000000")); err != nil {
		t.Fatal(err)
	}
	remove(t, db, docs[2])
	waiting := func() (out []vigie.DocumentID) {
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.Awaiting(s.ID, 10)
			for _, m := range all {
				out = append(out, m.Document)
			}
			if ids := tx.AwaitingSearches(); slices.Contains(ids, s.ID) != (len(out) > 0) || len(ids) > 1 {
				t.Errorf("searches that wait: %v", ids)
			}
			return err
		})
		return out
	}
	if got := waiting(); len(got) != 3 {
		t.Fatalf("%v wait", got)
	}
	change(t, db, func(tx *store.Tx) error { return tx.ForgetAwaiting(s.ID, docs[2]) })
	if err := tell(t.Context(), db, s, 1, docs[0]); err != nil {
		t.Fatal(err)
	}
	if got := waiting(); !slices.Equal(got, docs[1:2]) {
		t.Errorf("%v wait", got)
	}
	if err := tell(t.Context(), db, s, 2, docs[0]); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("told twice: %v", err)
	}
	change(t, db, func(tx *store.Tx) error { // planned in the transaction that finds it
		_, err := tx.AddMatches(s.ID, s.Query, docs[3:])
		return errors.Join(err, tx.PlanAlert(plannedAlert(db, s, docs[3])))
	})
	view(t, db, func(tx *store.Tx) error {
		open, err := tx.Unsettled("")
		if err != nil || len(open) != 1 || open[0].Documents[0] != docs[3] {
			t.Errorf("unsettled %+v, %v", open, err)
		}
		for a, err := range tx.Alerts(s.ID) {
			if err != nil || a.Search != s.ID || a.ID < open[0].ID {
				t.Errorf("newest %+v, %v", a, err)
			}
			break
		}
		return nil
	})
	changed := plannedAlert(db, s, docs[3])
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutAlert(changed) }); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("an alert that was never planned: %v", err)
	}
	change(t, db, func(tx *store.Tx) error { return tx.DeleteSearch(s.ID) })
	if got := waiting(); len(got) != 0 {
		t.Errorf("%v wait for nobody", got)
	}
}

// TestAlertsBeginAnew: what a search found is forgotten when it asks for something
// else or alerts no more, and it tells of what comes after that.
func TestAlertsBeginAnew(t *testing.T) {
	for name, alter := range map[string]func(*vigie.SavedSearch){
		"another question": func(s *vigie.SavedSearch) { s.Query = "5G" },
		"no mail":          func(s *vigie.SavedSearch) { s.Mail = false },
		"no alert":         func(s *vigie.SavedSearch) { s.Alert = vigie.NoAlert },
		"another name":     func(s *vigie.SavedSearch) { s.Name, s.Alert = "Autre", vigie.AlertDaily },
	} {
		db, s, docs := watching(t, 2)
		old := s
		if err := match(t.Context(), db, s, docs[0]); err != nil {
			t.Fatal(err)
		}
		alter(&s)
		change(t, db, func(tx *store.Tx) error { return tx.PutSearch(s) })
		if err := match(t.Context(), db, old, docs[1]); err != nil { // a look that was under way
			t.Fatal(err)
		}
		want := 0
		if name == "another name" {
			want = 2
		}
		view(t, db, func(tx *store.Tx) error {
			waiting, err := tx.Awaiting(s.ID, 10)
			if len(waiting) != want {
				t.Errorf("%s: %d wait, want %d", name, len(waiting), want)
			}
			watches, err2 := tx.Watches()
			if name == "another question" && watches[0].From != db.Last().Seq {
				t.Errorf("%s: it tells from %d", name, watches[0].From)
			}
			return errors.Join(err, err2)
		})
	}
}

// TestSearchDamage: the check finds each thing that does not fit.
func TestSearchDamage(t *testing.T) {
	dir := filledDir(t, 2, store.Options{})
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Email: "awa@litt.example"}
	s := savedSearch(owner.ID)
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutUser(owner), tx.PutSearch(s), tx.SetFeed(s.ID, vigie.HashOf(nil)))
	})
	var docs []vigie.DocumentID
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil {
				return err
			}
			docs = append(docs, d.ID)
		}
		return nil
	})
	if err := errors.Join(match(t.Context(), db, s, docs...), db.Update(t.Context(), func(tx *store.Tx) error { return tx.PlanAlert(plannedAlert(db, s, docs[0])) }), db.Close()); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{
		"users": "of a user who does not exist", "owned": "not listed with its owner", "feeds": "not found by its feed", "searches": "does not exist",
		"matches": "not its own", "awaiting": "is not listed", "alerts": "not in the alert", "unsettled": "not settled and not listed",
	} {
		broken := copyDir(t, dir)
		inside(t, broken, func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(table))
			for k, _ := b.Cursor().First(); k != nil; k, _ = b.Cursor().First() {
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			return nil
		})
		c, err := store.Verify(t.Context(), broken, false)
		if err != nil || !strings.Contains(strings.Join(c.Damages, "\n"), want) {
			t.Errorf("without %s: %q, %v", table, c.Damages, err)
		}
	}
}

// fixture5 is a store of format 5, written by the last vigie of that format: what
// filledDir makes, with three documents.
const fixture5 = "testdata/format5.tar.gz"

// TestMigrationFrom5: a store without saved searches gets room for them.
func TestMigrationFrom5(t *testing.T) {
	dir := unpackFixture(t, fixture5)
	if format, _ := formatOf(t, dir); format != "5" {
		t.Fatalf("the fixture has format %s", format)
	}
	db := storetest.OpenAt(t, dir, store.Options{})
	if got := stateOf(t, db).Counts; got != (store.Counts{Sources: 1, Documents: 3, Revisions: 3, Captures: 3}) {
		t.Errorf("after the migration: %+v", got)
	}
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Email: "awa@litt.example"}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutUser(owner), tx.PutSearch(savedSearch(owner.ID))) })
	storetest.Check(t, db)
}
