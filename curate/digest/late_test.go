package digest_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
)

// TestStale lets an issue whose hour passed days ago wait anew, once.
func TestStale(t *testing.T) {
	d := open(t)
	d.subscriber("a", daily())
	d.publish("La 5G arrive")
	d.clock.Forward(11 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	d.clock.Forward(48*time.Hour + 11*time.Minute) // the program was down
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	if i := d.newest(); i.State != vigie.Composed || i.Send.Sub(d.clock.Now()) != 10*time.Minute || d.office.all() != 0 {
		t.Fatalf("%s, sent at %v, %d mails", i.State, i.Send, d.office.all())
	}
	d.clock.Forward(10 * time.Minute)
	if err := d.turn(); err != nil || d.office.took("a") != 1 {
		t.Errorf("%d mails, %v", d.office.took("a"), err)
	}
}

// TestNotReady composes nothing that could not go out, and drafts it all the same.
func TestNotReady(t *testing.T) {
	d := open(t)
	d.publish("La 5G arrive")
	d.clock.Forward(time.Second)
	mute := digest.New(d.db, digest.Options{Catalogues: catalogues(t), Now: d.clock.Now})
	if _, _, err := mute.Compose(t.Context(), publisher(), vigie.EveryDay); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("Compose = %v", err)
	}
	if i, found, err := mute.Draft(t.Context(), vigie.EveryDay); err != nil || !found || len(i.Items) != 1 {
		t.Errorf("Draft = %+v, %v, %v", i, found, err)
	}
}

// TestLate publishes what bears a moment before the end of an issue and is kept
// after that was composed: the next issue tells it, and nothing twice.
func TestLate(t *testing.T) {
	d := open(t)
	compose := func() (titles []string) {
		d.clock.Forward(2 * time.Second)
		i, _, err := d.post.Compose(t.Context(), publisher(), vigie.EveryDay)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range i.Items {
			titles = append(titles, item.Title)
		}
		return titles
	}
	d.publish("Avant")
	if got := compose(); len(got) != 1 {
		t.Fatalf("the first tells %q", got)
	}
	d.clock.Forward(-time.Second)
	d.publish("Pendant")
	d.clock.Forward(time.Second)
	if got := compose(); len(got) != 1 || got[0] != "Pendant" {
		t.Errorf("the second tells %q", got)
	}
	if got := compose(); len(got) != 0 {
		t.Errorf("the third tells %q", got)
	}
}

// TestCancelledSlot cancels an issue made by hand: that of the timetable comes all
// the same, and Next says so.
func TestCancelledSlot(t *testing.T) {
	s := settings("UTC", 7)
	monday := at(t, "2026-11-23 07:00")
	issue := func(state vigie.IssueState, until string) vigie.Issue {
		return vigie.Issue{State: state, From: at(t, "2026-11-16 07:00"), Until: at(t, until)}
	}
	for name, tc := range map[string]struct {
		before []vigie.Issue
		due    bool
		next   string
	}{
		"cancelled by hand":           {[]vigie.Issue{issue(vigie.Cancelled, "2026-11-23 05:00")}, true, "2026-11-23 07:00"},
		"cancelled itself":            {[]vigie.Issue{issue(vigie.Cancelled, "2026-11-23 07:00")}, false, "2026-11-30 07:00"},
		"sent by hand":                {[]vigie.Issue{issue(vigie.Sent, "2026-11-23 05:00")}, false, "2026-11-30 07:00"},
		"cancelled after one by hand": {[]vigie.Issue{issue(vigie.Cancelled, "2026-11-23 06:00"), issue(vigie.Sent, "2026-11-23 05:00")}, false, "2026-11-30 07:00"},
	} {
		if _, _, due := digest.Due(s, vigie.EveryWeek, monday, tc.before...); due != tc.due {
			t.Errorf("%s: due = %v", name, due)
		}
		if next := digest.Next(s, vigie.EveryWeek, monday.Add(-time.Minute), tc.before...); !next.Equal(at(t, tc.next)) {
			t.Errorf("%s: next is %v", name, next)
		}
	}
}

// TestForgetKeepsProof asks anew for an address that had left, without confirming:
// what proves that it left stays.
func TestForgetKeepsProof(t *testing.T) {
	d := open(t)
	stopped, bounced := d.subscriber("stopped", daily()), d.subscriber("bounced", daily())
	if err := d.post.StopFor(t.Context(), publisher(), stopped); err != nil {
		t.Fatal(err)
	}
	d.update(func(tx *store.Tx) error {
		s, err := tx.Subscriber(bounced)
		return errors.Join(err, tx.PutSubscriber(s.Bounce()))
	})
	for _, name := range []string{"stopped", "bounced"} {
		r := request(name + "@lettres.example")
		r.Wish.Cadence = vigie.EveryMonth
		if err := d.post.Subscribe(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	d.clock.Forward(20 * 24 * time.Hour)
	if err := d.turn(); err != nil {
		t.Fatal(err)
	}
	if s := d.subscriberOf("stopped@lettres.example"); s.State != vigie.Stopped || len(s.Ledger) != 4 || s.Cadence != vigie.EveryDay {
		t.Errorf("%+v", s)
	}
	if s := d.subscriberOf("bounced@lettres.example"); s.State != vigie.Bounced || len(s.Ledger) != 3 {
		t.Errorf("%+v", s)
	}
}

// TestLateFigures keeps a vintage that bears a moment before the end of an issue after
// that was composed: the next issue tells it, and nothing twice.
func TestLateFigures(t *testing.T) {
	d := open(t)
	d.indicator("x", 1)
	d.update(func(tx *store.Tx) error {
		s := vigie.DefaultSettings()
		s.Country = "MAR"
		return tx.PutSettings(s)
	})
	compose := func() (values []string) {
		t.Helper()
		d.clock.Forward(2 * time.Second)
		i, _, err := d.post.Compose(t.Context(), publisher(), vigie.EveryDay)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range i.Figures {
			values = append(values, f.Before+" "+f.After)
		}
		return values
	}
	d.vintage("x", "MAR 2023 1.0")
	if got := compose(); len(got) != 1 || got[0] != " 1.0" {
		t.Fatalf("the first tells %q", got)
	}
	d.clock.Forward(-time.Second)
	d.vintage("x", "MAR 2023 2.0")
	d.clock.Forward(time.Second)
	if got := compose(); len(got) != 1 || got[0] != "1.0 2.0" {
		t.Errorf("the second tells %q", got)
	}
	if got := compose(); len(got) != 0 {
		t.Errorf("the third tells %q", got)
	}
}

// TestRestoredIssues asks about each issue that waited when the backup was taken: it
// goes out, or counts as gone, or its content comes with the next.
func TestRestoredIssues(t *testing.T) {
	d := open(t)
	d.subscriber("a", daily())
	var ids []vigie.IssueID
	for _, title := range []string{"La 5G arrive", "La 6G aussi", "La 7G enfin"} {
		d.publish(title)
		d.clock.Forward(time.Second)
		i, found, err := d.post.Compose(t.Context(), publisher(), vigie.EveryDay)
		if err != nil || !found {
			t.Fatal(found, err)
		}
		ids = append(ids, i.ID)
	}
	next := restored(t, d)
	if err := errors.Join(next.post.Resume(t.Context(), publisher()), next.turn()); err != nil {
		t.Fatal(err)
	}
	next.clock.Forward(24 * time.Hour)
	if err := next.turn(); err != nil || next.office.all() != 0 {
		t.Fatalf("%d mails went out by themselves, %v", next.office.all(), err)
	}
	if err := next.post.Told(t.Context(), vigie.User{}, ids[0]); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("anybody decides: %v", err)
	}
	err := errors.Join(next.post.Told(t.Context(), publisher(), ids[0]), next.post.SendNow(t.Context(), publisher(), ids[1]), next.post.Cancel(t.Context(), publisher(), ids[2]), next.turn())
	if err != nil || next.office.took("a") != 1 {
		t.Errorf("%d mails, %v", next.office.took("a"), err)
	}
	if err := next.post.Told(t.Context(), publisher(), ids[1]); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("decided twice: %v", err)
	}
	if i, found, err := next.post.Draft(t.Context(), vigie.EveryDay); err != nil || !found || len(i.Items) != 1 || i.Items[0].Title != "La 7G enfin" {
		t.Errorf("the next issue tells %+v, %v", i.Items, err)
	}
}
