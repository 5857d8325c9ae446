package store_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// alertItems is where the numbers of the items begin that childAlerts files.
const alertItems = 900_000_000

// childAlerts saves a search, files items that it finds, and tells of each.
func childAlerts(ctx context.Context, db *store.DB, round int) error {
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](time.Now()), Email: fmt.Sprintf("alert-%d@litt.example", round), Role: vigie.Reader}
	s := savedSearch(owner.ID)
	var source vigie.Source
	err := db.Update(ctx, func(tx *store.Tx) (err error) {
		if source, err = tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: fmt.Sprintf("https://alert-%d.example.org/feed", round)}); err != nil {
			return err
		}
		return errors.Join(tx.PutUser(owner), tx.PutSearch(s))
	})
	for turn := 0; err == nil; turn++ {
		n := alertItems + round*1_000_000 + turn
		var filed store.Filed
		if filed, err = db.File(ctx, store.Filing{Source: source, Reading: vigie.Reading{Findings: items(n, n+1)}}); err != nil {
			break
		}
		if err = match(ctx, db, s, filed.Documents...); err != nil {
			break
		}
		fmt.Println("matched", n)
		if err = tell(ctx, db, s, n, filed.Documents...); err == nil {
			fmt.Println("alerted", n)
		}
	}
	return err
}

func match(ctx context.Context, db *store.DB, s vigie.SavedSearch, docs ...vigie.DocumentID) error {
	return db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.AddMatches(s.ID, s.Query, docs)
		return err
	})
}

// tell plans a mail named n, claims it and notes that it was taken, each durably.
func tell(ctx context.Context, db *store.DB, s vigie.SavedSearch, n int, docs ...vigie.DocumentID) error {
	a := plannedAlert(db, s, docs...)
	a.Mail.MessageID = strconv.Itoa(n)
	if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PlanAlert(a) }); err != nil {
		return err
	}
	for _, step := range []func() (vigie.Delivery, error){
		func() (vigie.Delivery, error) { return a.Mail.Claim(db.Now()) },
		func() (vigie.Delivery, error) { return a.Mail.Accept(db.Now(), 250) },
	} {
		var err error
		if a.Mail, err = step(); err != nil {
			return err
		}
		if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PutAlert(a) }); err != nil {
			return err
		}
	}
	return nil
}

// compareAlerts holds the ledger of alerts against what was said; that it adds up is
// for the check.
func (k told) compareAlerts(t *testing.T, db *store.DB) {
	t.Helper()
	matched, alerted := map[int]bool{}, map[int]int{}
	view(t, db, func(tx *store.Tx) error {
		for s, err := range tx.SearchesAfter("") {
			if err != nil {
				return err
			}
			for m, err := range tx.Matches(s.ID) {
				if err != nil {
					return err
				}
				doc, err := tx.Document(m.Document)
				if err != nil {
					return err
				}
				n, _ := strconv.Atoi(strings.TrimPrefix(doc.Title, "Article "))
				matched[n] = true
			}
			for a, err := range tx.Alerts(s.ID) {
				n, wrong := strconv.Atoi(a.Mail.MessageID)
				if err != nil || wrong != nil {
					return fmt.Errorf("%w: %w", err, wrong)
				}
				if a.Mail.State == vigie.Accepted {
					alerted[n]++
				}
			}
		}
		return nil
	})
	for n := range k.matched {
		if !matched[n] {
			t.Errorf("the match of item %d was acknowledged and is lost", n)
		}
	}
	for n := range k.alerted {
		if alerted[n] != 1 {
			t.Errorf("the alert of item %d was acknowledged and is there %d times", n, alerted[n])
		}
	}
}
