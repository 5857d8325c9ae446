package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// fillMail adds two subscribers numbered from n, an issue that goes to them, one
// that waits, and a letter.
func fillMail(t testing.TB, db *store.DB, n int) {
	t.Helper()
	at := time.Date(2026, 11, 21, 21, n, 0, 0, time.UTC)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		var to []vigie.SubscriberID
		for k := range 2 {
			at := at.Add(time.Duration(k) * time.Second)
			s, err := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](at), fmt.Sprintf("reader-%d@litt.example", n+k), vigie.Wish{Topics: []string{"5g"}, Cadence: vigie.EveryWeek, Lang: vigie.Arabic},
				vigie.Consent{At: at, Via: vigie.ByForm, Wording: "2026-11", Text: vigie.HashOf([]byte("wording"))})
			if err != nil {
				return err
			}
			if err := tx.PutSubscriber(s); err != nil {
				return err
			}
			to = append(to, s.ID)
		}
		letter := vigie.Letter{ID: vigie.NewID[vigie.LetterID](at), To: "canary@litt.example", Text: "https://litt.example/CANARY", About: to[0]}
		err := tx.PutLetter(letter)
		i := vigie.Issue{
			ID: vigie.NewID[vigie.IssueID](at), Cadence: vigie.EveryWeek, State: vigie.Composed, From: at, Until: at, Made: at, Send: at, By: "amina",
			Items: []vigie.DigestItem{{Synthesis: "s", Lang: vigie.French, Edition: 2, Title: "Titre", Summary: "S", Slug: "titre", Topics: []string{"5g"}, Published: at}},
			Figures: []vigie.DigestFigure{{
				Indicator: "fixed-broadband", Area: "MAR", Title: vigie.Text{"fr": "F"}, Period: "2016", Before: "3.55", After: "3.58", Unit: vigie.Text{"fr": "U"}, Source: "S", Topics: []string{"5g"},
			}},
			Content: vigie.HashOf([]byte("content")),
		}
		waiting := vigie.Issue{ID: vigie.NewID[vigie.IssueID](at.Add(time.Second)), Cadence: vigie.EveryDay, State: vigie.Composed, From: at, Until: at, Made: at, Send: at}
		err = errors.Join(err, tx.PutIssue(i), tx.PutIssue(waiting))
		_, err2 := tx.PlanDeliveries(i, to, func(id vigie.SubscriberID) string { return fmt.Sprintf("<%d@litt.example>", n+slices.Index(to, id)) })
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		d, err := tx.Delivery(i.ID, to[0])
		d, err2 = d.Claim(at)
		d, err3 := d.Defer(at, at.Add(time.Hour), 450, "plus tard")
		return errors.Join(err, err2, err3, tx.PutDelivery(d))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLettersStay: the links of letters are secrets.
func TestLettersStay(t *testing.T) {
	db := storetest.Open(t)
	fillMail(t, db, 0)
	whole, report := exported(t, db)
	lines := unzip(t, whole)
	if strings.Contains(strings.ToLower(lines), "canary") {
		t.Errorf("a letter is in the archive:\n%s", lines)
	}
	if report.Subscribers != 2 || report.Issues != 2 || report.Deliveries != 2 || !strings.Contains(lines, "reader-1@litt.example") {
		t.Errorf("%+v", report)
	}
}

// TestVerifyMail alters lines so that each is well formed and does not fit.
func TestVerifyMail(t *testing.T) {
	db := storetest.Open(t)
	fillMail(t, db, 0)
	whole, _ := exported(t, db)
	lines := unzip(t, whole)
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
	subscriber, sending, waiting, delivery := find(`"subscriber","id"`, 1), find(`"type":"issue"`, 0), find(`"type":"issue"`, 1), find(`"delivery"`, 0)
	for name, altered := range map[string]string{
		"a delivery less":          strings.Replace(replaced(delivery, ""), `"deliveries":2`, `"deliveries":1`, 1),
		"a delivery twice":         strings.Replace(replaced(delivery, delivery+delivery), `"deliveries":2`, `"deliveries":3`, 1),
		"a delivery of another":    replaced(waiting, waiting+delivery),
		"no issue before":          replaced(sending, ""),
		"one recipient less":       replaced(`"recipients":2`, `"recipients":1`),
		"one recipient more":       replaced(`"recipients":2`, `"recipients":3`),
		"a subscriber too late":    replaced(subscriber, "") + subscriber,
		"a subscriber twice":       replaced(subscriber, subscriber+subscriber),
		"a subscriber of no place": replaced(`"reader-0@litt.example"`, `""`),
		"an unknown field":         replaced(`"cadence"`, `"x":1,"cadence"`),
	} {
		if altered == lines {
			t.Fatalf("%s alters nothing", name)
		}
		if _, err := archive.Verify(bytes.NewReader(zip(t, altered))); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
