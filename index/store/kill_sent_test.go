package store_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// childSends takes in vintages and sends issues, and prints what was acknowledged.
func childSends(ctx context.Context, db *store.DB, round int) error {
	var to []vigie.SubscriberID
	err := db.Update(ctx, func(tx *store.Tx) error {
		to = nil
		err := tx.PutIndicator(indicator("killed"))
		for n := range 3 {
			s := subscriber(n)
			s.Email = fmt.Sprintf("round-%d-%d@litt.example", round, n)
			to = append(to, s.ID)
			err = errors.Join(err, tx.PutSubscriber(s))
		}
		return err
	})
	for turn := 0; err == nil; turn++ {
		err = childIssue(ctx, db, to, round*1_000_000+turn*len(to))
	}
	return err
}

// childIssue takes in one vintage and sends one issue, whose mails are numbered
// from n.
func childIssue(ctx context.Context, db *store.DB, to []vigie.SubscriberID, n int) error {
	numbers := map[vigie.SubscriberID]int{}
	var i vigie.Issue
	err := db.Update(ctx, func(tx *store.Tx) error {
		v := vigie.Vintage{Edition: strconv.Itoa(n)}
		_, err := tx.AddVintage(v, []vigie.Observation{observation("killed", "MAR", 2016, "1"), observation("killed", "SEN", 2016, "2")})
		for at, id := range to {
			numbers[id] = n + at
		}
		i = issue(db)
		err = errors.Join(err, tx.PutIssue(i))
		_, err2 := tx.PlanDeliveries(i, to, func(id vigie.SubscriberID) string { return strconv.Itoa(numbers[id]) })
		return errors.Join(err, err2)
	})
	if err != nil {
		return err
	}
	fmt.Println("vintage", n)
	for _, id := range to {
		for _, word := range []string{"claimed", "accepted"} {
			err := db.Update(ctx, func(tx *store.Tx) error {
				d, err := tx.Delivery(i.ID, id)
				if err != nil {
					return err
				}
				if word == "claimed" {
					d, err = d.Claim(db.Now())
				} else {
					d, err = d.Accept(db.Now(), 250)
				}
				return errors.Join(err, tx.PutDelivery(d))
			})
			if err != nil {
				return err
			}
			fmt.Println(word, numbers[id])
		}
	}
	return nil
}

// compareSent holds the vintages and the ledgers of a store against what was said;
// that each ledger adds up is for the check.
func (k told) compareSent(t *testing.T, db *store.DB) {
	t.Helper()
	vintages := map[int]bool{}
	mails := map[int]vigie.DeliveryState{}
	rows := strings.Count(history(t, db, "killed", ""), "=")
	view(t, db, func(tx *store.Tx) error {
		all, err := tx.Vintages("killed")
		if err == nil && rows != 2*len(all) {
			t.Errorf("%d vintages brought %d observations", len(all), rows)
		}
		for _, v := range all {
			n, _ := strconv.Atoi(v.Edition)
			vintages[n] = true
		}
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			for d, err := range tx.Deliveries(i.ID) {
				n, wrong := strconv.Atoi(d.MessageID)
				if err := errors.Join(err, wrong); err != nil {
					return err
				}
				mails[n] = d.State
			}
		}
		return err
	})
	for n := range k.vintages {
		if !vintages[n] {
			t.Errorf("vintage %d was acknowledged and is lost", n)
		}
	}
	for n := range k.claimed {
		if state := mails[n]; state != vigie.Claimed && state != vigie.Accepted {
			t.Errorf("mail %d was claimed and is %q", n, state)
		}
	}
	for n := range k.accepted {
		if mails[n] != vigie.Accepted {
			t.Errorf("mail %d was accepted and is %q", n, mails[n])
		}
	}
}
