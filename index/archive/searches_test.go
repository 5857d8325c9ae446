package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// feedSecret is the hash of a token, which must stay here.
func feedSecret() vigie.Hash { return vigie.HashOf([]byte("feed token")) }

// fillSearches adds somebody with two saved searches: one with a feed that found two
// documents and told of the first, and one that nobody is told of.
func fillSearches(t testing.TB, db *store.DB, docs ...vigie.DocumentID) {
	t.Helper()
	at := time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		owner := vigie.User{ID: vigie.NewID[vigie.UserID](at), Name: "Awa", Email: "awa@litt.example", Role: vigie.Reader}
		err := tx.PutUser(owner)
		told := vigie.SavedSearch{
			ID: vigie.NewID[vigie.SearchID](at), Owner: owner.ID, Name: "La fibre", Query: "fibre from:-30d", Lang: vigie.Arabic, Alert: vigie.AlertDaily, Mail: true, Created: at, Changed: at,
		}
		quiet := told
		quiet.ID, quiet.Name, quiet.Alert, quiet.Mail = vigie.NewID[vigie.SearchID](at.Add(time.Second)), "En silence", vigie.NoAlert, false
		err = errors.Join(err, tx.PutSearch(told), tx.PutSearch(quiet), tx.SetFeed(told.ID, feedSecret()))
		_, err2 := tx.AddMatches(told.ID, told.Query, docs)
		a := vigie.Alert{
			ID: vigie.NewID[vigie.AlertID](at), Search: told.ID, Documents: docs[:1], Made: at, Mail: vigie.Delivery{State: vigie.Planned, MessageID: "0f3a@litt.example", At: at},
		}
		err = errors.Join(err, err2, tx.PlanAlert(a))
		a.Mail, err2 = a.Mail.Claim(at)
		return errors.Join(err, err2, tx.PutAlert(a))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func searched(t *testing.T) (lines string) {
	t.Helper()
	db := storetest.Open(t)
	source := storetest.Source(t, db, "https://a.example.org/feed")
	docs := storetest.File(t, db, source, vigie.Document{URL: "https://a.example.org/1", Title: "1"}, vigie.Document{URL: "https://a.example.org/2", Title: "2"})
	fillSearches(t, db, docs...)
	whole, report := exported(t, db)
	if report.Searches != 2 || report.Alerts != 1 || report.Matches != 2 {
		t.Errorf("%+v", report)
	}
	return unzip(t, whole)
}

// TestFeedsStay: the address of a feed is a secret, and accounts are not in it.
func TestFeedsStay(t *testing.T) {
	lines := searched(t)
	for _, word := range []string{string(feedSecret()), "awa@litt.example", "secret"} {
		if strings.Contains(lines, word) {
			t.Errorf("%q is in the archive", word)
		}
	}
	if !strings.Contains(lines, `"feed":true`) {
		t.Error("nobody is told that there is a feed")
	}
}

// TestVerifySearches alters lines so that each is well formed and does not fit.
func TestVerifySearches(t *testing.T) {
	lines := searched(t)
	all := strings.SplitAfter(strings.TrimSuffix(lines, "\n"), "\n")
	find := func(word string, nth int) string {
		for _, line := range all {
			if !strings.Contains(line, word) {
				continue
			}
			if nth--; nth < 0 {
				return line
			}
		}
		t.Fatalf("there is no %s in\n%s", word, lines)
		return ""
	}
	replaced := func(from, to string) string { return strings.Replace(lines, from, to, 1) }
	told, quiet, mail, match := find(`"type":"search"`, 0), find(`"type":"search"`, 1), find(`"type":"alert"`, 0), find(`"alert":"0`, 0)
	for name, altered := range map[string]string{
		"a match less":          strings.Replace(replaced(match, ""), `"matches":2`, `"matches":1`, 1),
		"a match twice":         strings.Replace(replaced(match, match+match), `"matches":2`, `"matches":3`, 1),
		"a match of another":    replaced(quiet, quiet+match),
		"no search before":      replaced(told, ""),
		"no alert before":       strings.Replace(replaced(mail, ""), `"alerts":1`, `"alerts":0`, 1),
		"one document more":     replaced(`"documents":1,"made"`, `"documents":2,"made"`),
		"an alert behind":       strings.Replace(replaced(mail, ""), quiet, mail+quiet, 1),
		"searches out of order": strings.Replace(replaced(quiet, ""), told, quiet+told, 1),
		"an unknown field":      replaced(`"query"`, `"x":1,"query"`),
	} {
		if altered == lines {
			t.Fatalf("%s alters nothing", name)
		}
		if _, err := archive.Verify(bytes.NewReader(zip(t, altered))); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := archive.Verify(bytes.NewReader(zip(t, lines))); err != nil {
		t.Error(err)
	}
}
