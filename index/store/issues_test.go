package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// issue is one that waits.
func issue(db *store.DB) vigie.Issue {
	now := db.Now()
	return vigie.Issue{
		ID: vigie.NewID[vigie.IssueID](now), Cadence: vigie.EveryWeek, State: vigie.Composed, From: now.AddDate(0, 0, -7), Until: now, Made: now, Send: now,
		Items:   []vigie.DigestItem{{Synthesis: "01KAM000000000000000000000", Lang: vigie.French, Edition: 1, Title: "Titre", Slug: "titre", Published: now}},
		Figures: []vigie.DigestFigure{{Indicator: "a", Area: "MAR", Title: vigie.Text{"fr": "A"}, Period: "2016", Before: "3.55", After: "3.58", Source: "S"}},
		Content: vigie.HashOf([]byte("content")),
	}
}

func messageID(id vigie.SubscriberID) string {
	return "<" + strings.ToLower(string(id)) + "@litt.example>"
}

// planned is an issue that is being sent.
func planned(t testing.TB, db *store.DB, to ...vigie.SubscriberID) vigie.Issue {
	t.Helper()
	var i vigie.Issue
	change(t, db, func(tx *store.Tx) error {
		i = issue(db)
		if err := tx.PutIssue(i); err != nil {
			return err
		}
		var err error
		i, err = tx.PlanDeliveries(i, to, messageID)
		return err
	})
	return i
}

func ledger(t testing.TB, db *store.DB, id vigie.IssueID, after vigie.SubscriberID) []vigie.Delivery {
	t.Helper()
	var out []vigie.Delivery
	view(t, db, func(tx *store.Tx) error {
		for d, err := range tx.DeliveriesAfter(id, after) {
			if err != nil {
				return err
			}
			out = append(out, d)
		}
		return nil
	})
	return out
}

func TestIssues(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	first := issue(db)
	c.at = c.at.Add(time.Hour)
	second := issue(db)
	second.State = vigie.Cancelled
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutIssue(first), tx.PutIssue(second)) })
	view(t, db, func(tx *store.Tx) error {
		var got []vigie.Issue
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			got = append(got, i)
		}
		if diff := cmp.Diff([]vigie.Issue{second, first}, got); diff != "" {
			t.Errorf("Issues (-want +got):\n%s", diff)
		}
		one, err := tx.Issue(first.ID)
		if diff := cmp.Diff(first, one); diff != "" {
			t.Errorf("Issue (-want +got):\n%s", diff)
		}
		return err
	})
}

func TestPlanDeliveries(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	ids := addSubscribers(t, db, 0, 3)
	other := planned(t, db, ids[1])
	c.at = c.at.Add(time.Hour)
	i := issue(db)
	plan := func(to ...vigie.SubscriberID) error {
		return db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.PlanDeliveries(i, to, messageID)
			return err
		})
	}
	if err := plan(ids...); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("an issue that is not kept: %v", err)
	}
	change(t, db, func(tx *store.Tx) error { return tx.PutIssue(i) })
	if err := plan(ids[0], ids[1], ids[0]); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("twice the same: %v", err)
	}
	if err := plan(ids[0], "01KAM000000000000000000000"); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("to nobody: %v", err)
	}
	if got := ledger(t, db, i.ID, ""); len(got) > 0 {
		t.Errorf("refused plans left %+v", got)
	}
	if err := plan(ids[2], ids[0]); err != nil {
		t.Fatal(err)
	}
	if err := plan(ids...); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("planned twice: %v", err)
	}
	want := []vigie.Delivery{
		{Issue: i.ID, Subscriber: ids[0], State: vigie.Planned, MessageID: messageID(ids[0]), At: c.at},
		{Issue: i.ID, Subscriber: ids[2], State: vigie.Planned, MessageID: messageID(ids[2]), At: c.at},
	}
	if diff := cmp.Diff(want, ledger(t, db, i.ID, "")); diff != "" {
		t.Errorf("the ledger (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], ledger(t, db, i.ID, ids[0])); diff != "" {
		t.Errorf("the ledger behind the first (-want +got):\n%s", diff)
	}
	if got := ledger(t, db, other.ID, ""); len(got) != 1 || ledger(t, db, "", "") != nil {
		t.Errorf("the ledger of the other is %+v", got)
	}
	i.State, i.Recipients = vigie.Sending, 2
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Issue(i.ID)
		if diff := cmp.Diff(i, got); diff != "" {
			t.Errorf("the frozen issue (-want +got):\n%s", diff)
		}
		return err
	})
	frozen(t, db, i)
}

// frozen proves that nothing but the state of a sent issue changes.
func frozen(t *testing.T, db *store.DB, i vigie.Issue) {
	t.Helper()
	put := func(change func(*vigie.Issue)) error {
		i := i
		change(&i)
		return db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutIssue(i) })
	}
	for name, change := range map[string]func(*vigie.Issue){
		"recipients": func(i *vigie.Issue) { i.Recipients++ },
		"content":    func(i *vigie.Issue) { i.Content = "" },
		"cancelled":  func(i *vigie.Issue) { i.State = vigie.Cancelled },
		"another":    func(i *vigie.Issue) { i.ID = vigie.NewID[vigie.IssueID](time.Unix(1, 0)) },
	} {
		if err := put(change); !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*vigie.Issue){
		"id":    func(i *vigie.Issue) { i.ID = "x" },
		"state": func(i *vigie.Issue) { i.State = "" },
	} {
		if err := put(change); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := put(func(i *vigie.Issue) { i.State = vigie.Sent }); err != nil {
		t.Error(err)
	}
}

// TestLedger takes every delivery through random steps; after each the ledger adds
// up and the entry is what was put.
func TestLedger(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	ids := addSubscribers(t, db, 0, 20)
	i := planned(t, db, ids...)
	for range 150 {
		c.at = c.at.Add(time.Minute)
		change(t, db, func(tx *store.Tx) error {
			d, err := tx.Delivery(i.ID, ids[rand.IntN(len(ids))])
			if err != nil {
				return err
			}
			d, err = step(d, c.at)
			if errors.Is(err, vigie.ErrConflict) {
				return nil // not from this state
			}
			err2 := tx.PutDelivery(d)
			got, err3 := tx.Delivery(i.ID, d.Subscriber)
			if diff := cmp.Diff(d, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			return errors.Join(err, err2, err3)
		})
	}
	if b := vigie.BalanceOf(i.Recipients, slices.Values(ledger(t, db, i.ID, ""))); !b.Holds() || b.Planned == len(ids) {
		t.Errorf("the balance is %+v", b)
	}
	d := ledger(t, db, i.ID, "")[0]
	for want, spoil := range map[error]func(*vigie.Delivery){
		vigie.ErrInvalid:  func(d *vigie.Delivery) { d.State = "lost" },
		vigie.ErrNotFound: func(d *vigie.Delivery) { d.Subscriber = "01KAM000000000000000000000" },
		vigie.ErrConflict: func(d *vigie.Delivery) { d.MessageID = "<x>" },
	} {
		bad := d
		spoil(&bad)
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutDelivery(bad) }); !errors.Is(err, want) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func step(d vigie.Delivery, now time.Time) (vigie.Delivery, error) {
	switch rand.IntN(6) {
	case 0:
		return d.Accept(now, 250)
	case 1:
		return d.Defer(now, now.Add(time.Minute), 450, "plus tard")
	case 2:
		return d.Fail(now, 550, fmt.Sprint("no mailbox ", d.Subscriber))
	case 3:
		return d.Lose(now, "crash")
	case 4:
		return d.Resend(now)
	default:
		return d.Claim(now)
	}
}
