package digest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
)

// TestAlertAtOnce: what comes within a minute is one mail, and nothing is told twice.
func TestAlertAtOnce(t *testing.T) {
	l := openLookout(t)
	search := l.save("fibre", vigie.AlertNow, vigie.French)
	l.file(1, "La fibre & le cuivre.", vigie.French)
	if n := l.mails(30 * time.Second); n != 0 {
		t.Fatalf("%d mails before the minute was over", n)
	}
	l.file(1, "Encore la fibre optique.", vigie.French)
	if n := l.mails(31 * time.Second); n != 1 {
		t.Fatalf("%d mails", n)
	}
	m := readMail(t, l.office.last(t, "awa"))
	for _, want := range []string{
		"Suivi de fibre : 2 nouveaux documents", "Rapport 1 <b>", "Encore la fibre optique.", "La fibre & le cuivre.", "p. \u206812\u2069", "22 novembre 2026", "Source https://example.org/feed",
		"https://observatoire.example/fr/bureau/recherche?q=fibre", "https://observatoire.example/fr/bureau/recherches/" + string(search.ID), "/fr/bureau/tri/", "#p12",
	} {
		if !strings.Contains(m.subject+m.text, want) {
			t.Errorf("the mail does not say %q:\n%s\n%s", want, m.subject, m.text)
		}
	}
	if !strings.Contains(m.html, "Rapport 1 &lt;b&gt;") || strings.Contains(m.html, "<b>") {
		t.Error("a title is not escaped")
	}
	stop := strings.Trim(m.header.Get("List-Unsubscribe"), "<>")
	if !strings.HasPrefix(stop, "https://observatoire.example/fr/recherches/arret/") || m.header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(m.text, stop) {
		t.Errorf("to stop it: %q, %q", stop, m.header.Get("List-Unsubscribe-Post"))
	}
	a := l.newestAlert(search.ID)
	if a.Mail.State != vigie.Accepted || len(a.Documents) != 2 || m.header.Get("Message-Id") != "<"+a.Mail.MessageID+">" {
		t.Errorf("the ledger says %+v", a)
	}
	if n := l.mails(time.Hour); n != 1 {
		t.Errorf("%d mails an hour later", n)
	}
	l.stopBy(stop, search)
}

// stopBy ends the mails of a search by its link.
func (l *lookout) stopBy(link string, search vigie.SavedSearch) {
	l.Helper()
	token := link[strings.LastIndexByte(link, '/')+1:]
	if _, err := l.post.LookAlert(token[:len(token)-1] + "A"); !errors.Is(err, digest.ErrLink) && token[len(token)-1] != 'A' {
		l.Errorf("an altered link: %v", err)
	}
	if s, err := l.post.LookAlert(token); err != nil || s.ID != search.ID {
		l.Errorf("LookAlert = %+v, %v", s, err)
	}
	l.file(1, "Toujours la fibre.", vigie.French) // found, and not told any more
	for range 2 {
		if s, err := l.post.StopAlert(l.Context(), token); err != nil || s.Mail || s.Alert != search.Alert {
			l.Errorf("StopAlert = %+v, %v", s, err)
		}
	}
	before := l.office.took("awa")
	l.file(1, "La fibre, enfin.", vigie.French)
	if n := l.mails(time.Hour); n != before {
		l.Errorf("%d mails after it was stopped", n-before)
	}
	if _, err := l.post.Look(digest.UnsubscribeLink, token); !errors.Is(err, digest.ErrLink) {
		l.Errorf("the link works for a subscription: %v", err)
	}
}

// TestAlertHours: by day and by week at the hour of the digest, in the observatory's
// zone; whatever happened meanwhile, it is one mail.
func TestAlertHours(t *testing.T) {
	for _, test := range []struct {
		pace vigie.AlertPace
		wait time.Duration
	}{{vigie.AlertDaily, 2 * time.Hour}, {vigie.AlertDaily, 100 * time.Hour}, {vigie.AlertWeekly, 2 * time.Hour}, {vigie.AlertWeekly, 511 * time.Hour}} {
		l := openLookout(t)
		l.save("fibre", test.pace, vigie.French)
		l.file(2, "La fibre.", vigie.French)
		if n := l.mails(9 * time.Hour); n != 0 {
			t.Errorf("%s: %d mails before the hour", test.pace, n)
		}
		if n := l.mails(test.wait); n != 1 {
			t.Errorf("%s: %d mails after %v", test.pace, n, test.wait)
		}
		l.file(1, "La fibre, encore.", vigie.French)
		if n := l.mails(time.Hour); n != 1 {
			t.Errorf("%s: %d mails, the next before its hour", test.pace, n)
		}
		next := 24 * time.Hour
		if test.pace == vigie.AlertWeekly {
			if n := l.mails(next); n != 1 {
				t.Errorf("%s: %d mails a day later", test.pace, n)
			}
			next *= 7
		}
		if n := l.mails(next); n != 2 {
			t.Errorf("%s: %d mails in the end", test.pace, n)
		}
	}
}

// TestLongAlert: in Arabic, with more than a mail shows.
func TestLongAlert(t *testing.T) {
	l := openLookout(t)
	l.save("الألياف", vigie.AlertNow, vigie.Arabic)
	l.file(60, "تنتشر شبكة الألياف البصرية في المدن.", vigie.Arabic)
	if n := l.mails(2 * time.Minute); n != 1 {
		t.Fatalf("%d mails", n)
	}
	m := readMail(t, l.office.last(t, "awa"))
	shown := strings.Count(m.text, "/ar/bureau/tri/")
	if shown < 20 || shown > 50 || len(m.html) > 80<<10 || !strings.Contains(m.html, `<html lang="ar" dir="rtl"`) || !strings.Contains(m.text, "60") {
		t.Errorf("%d shown, %d bytes:\n%.400s", shown, len(m.html), m.html)
	}
	if !strings.Contains(m.text, fmt.Sprintf("و\u2068%d\u2069", 60-shown)) || !strings.Contains(m.text, "تنتشر شبكة الألياف البصرية في المدن.") {
		t.Errorf("the rest, or an extract, is missing:\n%.900s", m.text)
	}
}

// TestAlertWithdrawn: what was withdrawn or removed before its mail is not told.
func TestAlertWithdrawn(t *testing.T) {
	l := openLookout(t)
	search := l.save("fibre", vigie.AlertNow, vigie.French)
	ids := l.file(3, "La fibre.", vigie.French)
	l.update(func(tx *store.Tx) error {
		_, err := tx.Withdraw(store.Withdrawal{Document: ids[0], By: l.owner.ID, Why: "à la demande", At: l.clock.Now()})
		return errors.Join(err, tx.RemoveDocument(ids[1], "test"))
	})
	l.look()
	if n := l.mails(2 * time.Minute); n != 1 {
		t.Fatalf("%d mails", n)
	}
	if m := readMail(t, l.office.last(t, "awa")); !strings.Contains(m.subject, "1 nouveau document") || !strings.Contains(m.text, string(ids[2])) {
		t.Errorf("%s\n%s", m.subject, m.text)
	}
	if a := l.newestAlert(search.ID); len(a.Documents) != 1 {
		t.Errorf("the mail tells of %v", a.Documents)
	}
}

// TestAlertDisabled: a disabled account is told nothing, and nothing is kept for it.
func TestAlertDisabled(t *testing.T) {
	l := openLookout(t)
	l.save("fibre", vigie.AlertNow, vigie.French)
	l.file(2, "La fibre.", vigie.French)
	off := l.owner
	off.Disabled = true
	l.update(func(tx *store.Tx) error { return tx.PutUser(off) })
	if n := l.mails(time.Hour); n != 0 {
		t.Errorf("%d mails", n)
	}
	l.update(func(tx *store.Tx) error { return tx.PutUser(l.owner) })
	if n := l.mails(time.Hour); n != 0 {
		t.Errorf("%d mails of what came while it was disabled", n)
	}
}

// TestAlertFailures: a server that is down is tried again; a mail that may have
// arrived waits for its owner; an address that refuses ends the mails.
func TestAlertFailures(t *testing.T) {
	l := openLookout(t)
	search := l.save("fibre", vigie.AlertNow, vigie.French)
	l.office.set(func(string, int) error { return reply(451, "plus tard") })
	l.file(1, "La fibre.", vigie.French)
	if n := l.mails(2 * time.Minute); n != 0 || l.newestAlert(search.ID).Mail.State != vigie.Planned {
		t.Fatalf("%d mails, %+v", n, l.newestAlert(search.ID))
	}
	l.office.set(func(string, int) error { return errCut })
	l.clock.Forward(10 * time.Minute)
	_ = l.turn()
	if a := l.newestAlert(search.ID); a.Mail.State != vigie.Uncertain {
		t.Fatalf("cut: %+v", a)
	}
	l.office.set(nil)
	if n := l.mails(24 * time.Hour); n != 1 {
		t.Errorf("%d mails: an uncertain one was sent again by itself", n)
	}
	stranger := l.person("stranger", vigie.Admin)
	a := l.newestAlert(search.ID)
	if err := l.post.ResendAlert(t.Context(), stranger, search.ID, a.ID); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a stranger decides: %v", err)
	}
	if err := l.post.ResendAlert(t.Context(), l.owner, search.ID, a.ID); err != nil {
		t.Fatal(err)
	}
	if n := l.mails(time.Minute); n != 2 || l.newestAlert(search.ID).Mail.State != vigie.Accepted {
		t.Errorf("%d mails after the owner said so", n)
	}
	if err := l.post.SettleAlert(t.Context(), l.owner, search.ID, a.ID, true); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("settled what is not uncertain: %v", err)
	}
	l.office.set(func(string, int) error { return reply(550, "no such awa@observatoire.example") })
	l.file(1, "La fibre, encore.", vigie.French)
	if n := l.mails(2 * time.Minute); n != 2 {
		t.Errorf("%d mails", n)
	}
	l.view(func(tx *store.Tx) error {
		s, err := tx.Search(search.ID)
		if failed := l.newestAlert(search.ID); err != nil || s.Mail || failed.Mail.State != vigie.Failed || strings.Contains(failed.Mail.Reason, "awa@") {
			t.Errorf("after a refusal: %+v, %+v, %v", s, failed, err)
		}
		return nil
	})
}

// TestRestoredAlerts: after a restore nothing goes by itself that may have gone since.
func TestRestoredAlerts(t *testing.T) {
	l := openLookout(t)
	search := l.save("fibre", vigie.AlertNow, vigie.French)
	l.file(2, "La fibre.", vigie.French)
	next := &lookout{desk: restored(t, l.desk), owner: l.owner, source: l.source, filed: l.filed}
	next.settle()
	next.look()
	if n := next.mails(time.Hour); n != 0 {
		t.Errorf("%d mails before a word", n)
	}
	if err := next.post.Resume(t.Context(), publisher()); err != nil {
		t.Fatal(err)
	}
	if n := next.mails(time.Hour); n != 0 || next.newestAlert(search.ID).Mail.State != vigie.Uncertain {
		t.Errorf("%d mails of what may have been told, %+v", n, next.newestAlert(search.ID))
	}
	next.file(1, "La fibre, après.", vigie.French)
	if n := next.mails(time.Hour); n != 1 {
		t.Errorf("%d mails of what came since", n)
	}
}
