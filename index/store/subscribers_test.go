package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// subscriber is one who confirmed.
func subscriber(n int) vigie.Subscriber {
	at := time.Date(2026, 11, 1, 0, n, 0, 0, time.UTC)
	consent := vigie.Consent{At: at, Via: vigie.ByForm, Wording: "2026-11", Text: vigie.HashOf([]byte("wording"))}
	s, err := vigie.Subscribe(vigie.NewID[vigie.SubscriberID](at), fmt.Sprintf("Reader-%d@litt.example", n), vigie.Wish{Topics: []string{"5g"}, Cadence: vigie.EveryWeek, Lang: vigie.Arabic}, consent)
	if err == nil {
		s, err = s.Confirm(consent)
	}
	if err != nil {
		panic(err)
	}
	return s
}

func addSubscribers(t testing.TB, db *store.DB, from, to int) []vigie.SubscriberID {
	t.Helper()
	var ids []vigie.SubscriberID
	change(t, db, func(tx *store.Tx) error {
		ids = nil
		var err error
		for n := from; n < to; n++ {
			s := subscriber(n)
			ids = append(ids, s.ID)
			err = errors.Join(err, tx.PutSubscriber(s))
		}
		return err
	})
	return ids
}

func subscriberOf(t testing.TB, db *store.DB, email string) (vigie.Subscriber, error) {
	t.Helper()
	var s vigie.Subscriber
	err := db.View(func(tx *store.Tx) error {
		var err error
		s, err = tx.SubscriberByEmail(email)
		return err
	})
	return s, err
}

func TestSubscribers(t *testing.T) {
	db := storetest.Open(t)
	a, b := subscriber(1), subscriber(2)
	b.State = vigie.Stopped
	put := func(s vigie.Subscriber) error {
		return db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSubscriber(s) })
	}
	if err := errors.Join(put(a), put(b)); err != nil {
		t.Fatal(err)
	}
	got, err := subscriberOf(t, db, "READER-1@litt.example")
	if diff := cmp.Diff(a, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := subscriberOf(t, db, "nobody@litt.example"); !errors.Is(err, vigie.ErrNotFound) || strings.Contains(err.Error(), "nobody") {
		t.Errorf("an unknown address: %v", err)
	}
	other := a
	other.ID = vigie.NewID[vigie.SubscriberID](time.Unix(9, 0))
	if err := put(other); !errors.Is(err, vigie.ErrConflict) || strings.Contains(err.Error(), "Reader") {
		t.Errorf("an address that is taken: %v", err)
	}
	moved := a
	moved.Email = "Elsewhere@litt.example"
	if err := put(moved); err != nil {
		t.Error(err)
	}
	if _, err := subscriberOf(t, db, a.Email); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the address that was given up: %v", err)
	}
	if err := put(other); err != nil {
		t.Errorf("an address that was given up: %v", err)
	}
	for field, spoil := range map[string]func(*vigie.Subscriber){
		"id":      func(s *vigie.Subscriber) { s.ID = "x" },
		"email":   func(s *vigie.Subscriber) { s.Email = strings.Repeat("x", 255) },
		"state":   func(s *vigie.Subscriber) { s.State = "" },
		"cadence": func(s *vigie.Subscriber) { s.Cadence = "hourly" },
	} {
		bad := a
		spoil(&bad)
		var invalid *vigie.InvalidError
		if err := put(bad); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("a bad %s: %v", field, err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		counts, err := tx.SubscriberCounts()
		if diff := cmp.Diff(map[vigie.SubscriberState]int{vigie.Active: 2, vigie.Stopped: 1}, counts); diff != "" {
			t.Errorf("SubscriberCounts (-want +got):\n%s", diff)
		}
		var after []vigie.SubscriberID
		for s, err := range tx.SubscribersAfter(other.ID) {
			if err != nil {
				return err
			}
			after = append(after, s.ID)
		}
		if !slices.Equal(after, []vigie.SubscriberID{a.ID, b.ID}) {
			t.Errorf("behind the first are %v", after)
		}
		return err
	})
}

func TestLetters(t *testing.T) {
	db := storetest.Open(t)
	ids := addSubscribers(t, db, 0, 1)
	at := newClock().at
	letter := vigie.Letter{
		ID: vigie.NewID[vigie.LetterID](at), To: "amina@litt.example", Lang: vigie.French, Subject: "Objet", Text: "Texte", HTML: "<p>", About: ids[0],
		Made: at, Next: at.Add(time.Hour), Attempts: 1, Reason: "450",
	}
	later := vigie.Letter{ID: vigie.NewID[vigie.LetterID](at.Add(time.Second)), To: "badr@litt.example", Made: at}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutLetter(later), tx.PutLetter(letter)) })
	read := func() []vigie.Letter {
		var out []vigie.Letter
		view(t, db, func(tx *store.Tx) error {
			for l, err := range tx.Letters() {
				if err != nil {
					return err
				}
				out = append(out, l)
			}
			return nil
		})
		return out
	}
	if diff := cmp.Diff([]vigie.Letter{letter, later}, read()); diff != "" {
		t.Errorf("Letters (-want +got):\n%s", diff)
	}
	for want, bad := range map[error]vigie.Letter{
		vigie.ErrInvalid:  {ID: letter.ID},
		vigie.ErrNotFound: {ID: letter.ID, To: "x", About: "01KAM000000000000000000000"},
	} {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutLetter(bad) }); !errors.Is(err, want) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.DeleteLetter(letter.ID), tx.DeleteLetter(letter.ID)) })
	if diff := cmp.Diff([]vigie.Letter{later}, read()); diff != "" {
		t.Errorf("Letters (-want +got):\n%s", diff)
	}
}

// TestErase: what tells who somebody was is gone, what was sent still adds up.
func TestErase(t *testing.T) {
	db := storetest.Open(t)
	ids := addSubscribers(t, db, 0, 3)
	gone := subscriber(0)
	issue := planned(t, db, ids...)
	about := vigie.Letter{ID: vigie.NewID[vigie.LetterID](time.Unix(1, 0)), To: gone.Email, About: ids[0]}
	others := vigie.Letter{ID: vigie.NewID[vigie.LetterID](time.Unix(2, 0)), To: "reader-1@litt.example", About: ids[1]}
	change(t, db, func(tx *store.Tx) error {
		for _, id := range ids[:2] {
			d, err := tx.Delivery(issue.ID, id)
			if err != nil {
				return err
			}
			d, err = d.Fail(db.Now(), 550, "no mailbox Reader-0@litt.example")
			if err := errors.Join(err, tx.PutDelivery(d)); err != nil {
				return err
			}
		}
		return errors.Join(tx.PutLetter(about), tx.PutLetter(others))
	})
	change(t, db, func(tx *store.Tx) error { return tx.EraseSubscriber(ids[0]) })
	view(t, db, func(tx *store.Tx) error {
		if _, err := tx.Subscriber(ids[0]); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("who was erased: %v", err)
		}
		for l, err := range tx.Letters() {
			if err != nil || l.ID != others.ID {
				t.Errorf("there is a letter %+v, %v", l, err)
			}
		}
		d, err := tx.Delivery(issue.ID, ids[0])
		if d.State != vigie.Failed || d.Code != 550 || d.Reason != "" {
			t.Errorf("the delivery is %+v", d)
		}
		kept, err2 := tx.Delivery(issue.ID, ids[1])
		if kept.Reason == "" {
			t.Errorf("the delivery of another is %+v", kept)
		}
		return errors.Join(err, err2)
	})
	if _, err := subscriberOf(t, db, gone.Email); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("who was erased is found: %v", err)
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.EraseSubscriber(ids[0]) }); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("erased twice: %v", err)
	}
}

// TestSubscriberModel holds the tables against a map, whatever is done to them.
func TestSubscriberModel(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	db := storetest.Open(t)
	run := 0
	rapid.Check(t, func(r *rapid.T) {
		run++
		model := map[vigie.SubscriberID]string{} // addresses in lower case
		for range rapid.IntRange(1, 15).Draw(r, "steps") {
			s := subscriber(0)
			s.Email = fmt.Sprintf("Reader-%d-%d@litt.example", run, rapid.IntRange(0, 3).Draw(r, "address"))
			s.ID = vigie.SubscriberID(fmt.Sprintf("01KAM%020d%d", run, rapid.IntRange(0, 3).Draw(r, "identity")))
			act, want := (*store.Tx).PutSubscriber, error(nil)
			if rapid.Bool().Draw(r, "erase") {
				act = func(tx *store.Tx, s vigie.Subscriber) error { return tx.EraseSubscriber(s.ID) }
				if _, ok := model[s.ID]; !ok {
					want = vigie.ErrNotFound
				}
				delete(model, s.ID)
			} else {
				for id, email := range model {
					if id != s.ID && strings.EqualFold(email, s.Email) {
						want = vigie.ErrConflict
					}
				}
				if want == nil {
					model[s.ID] = strings.ToLower(s.Email)
				}
			}
			if err := db.Update(t.Context(), func(tx *store.Tx) error { return act(tx, s) }); !errors.Is(err, want) {
				r.Fatalf("%v, want %v", err, want)
			}
		}
		for id, email := range model {
			if s, err := subscriberOf(t, db, email); err != nil || s.ID != id {
				r.Fatalf("%s is %+v, %v", email, s, err)
			}
		}
	})
	counted := 0
	view(t, db, func(tx *store.Tx) error {
		counts, err := tx.SubscriberCounts()
		counted = counts[vigie.Active]
		return err
	})
	if counted == 0 || run < 10 {
		t.Errorf("%d subscribers after %d runs", counted, run)
	}
}
