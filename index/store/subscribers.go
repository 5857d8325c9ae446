package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"vigie"
)

// longestEmail bounds an address (RFC 5321 section 4.5.3.1.3, without the
// brackets).
const longestEmail = 254

// Subscriber returns one subscriber, or vigie.ErrNotFound.
func (tx *Tx) Subscriber(id vigie.SubscriberID) (vigie.Subscriber, error) {
	return tableOf[vigie.Subscriber](tx.tx, "subscribers").get([]byte(id))
}

// SubscriberByEmail returns who subscribed with an address, in any case of letters,
// or vigie.ErrNotFound, which does not name the address.
func (tx *Tx) SubscriberByEmail(email string) (vigie.Subscriber, error) {
	id, err := tableOf[vigie.SubscriberID](tx.tx, "subscribed").get(emailKey(email))
	if err != nil {
		return vigie.Subscriber{}, err
	}
	return tx.Subscriber(id)
}

// Subscribers walks all subscribers in the order in which they came.
func (tx *Tx) Subscribers() iter.Seq2[vigie.Subscriber, error] { return tx.SubscribersAfter("") }

// SubscribersAfter walks the subscribers behind the given one in the order of
// [Tx.Subscribers], for those who page.
func (tx *Tx) SubscribersAfter(id vigie.SubscriberID) iter.Seq2[vigie.Subscriber, error] {
	return tableOf[vigie.Subscriber](tx.tx, "subscribers").all(nil, []byte(id+"\x00"))
}

// SubscriberCounts returns how many subscribers are in each state. It reads all of
// them.
func (tx *Tx) SubscriberCounts() (map[vigie.SubscriberState]int, error) {
	out := map[vigie.SubscriberState]int{}
	for s, err := range tx.Subscribers() {
		if err != nil {
			return out, fmt.Errorf("count subscribers: %w", err)
		}
		out[s.State]++
	}
	return out, nil
}

// PutSubscriber adds or changes a subscriber. An address that another subscriber
// has is a vigie.ErrConflict. No error names the address.
func (tx *Tx) PutSubscriber(s vigie.Subscriber) error {
	if err := checkSubscriber(s); err != nil {
		return fmt.Errorf("put subscriber: %w", err)
	}
	subscribers := tableOf[vigie.Subscriber](tx.tx, "subscribers")
	addresses := tableOf[vigie.SubscriberID](tx.tx, "subscribed")
	owner, err := addresses.get(emailKey(s.Email))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
	case err != nil:
		return err
	case owner != s.ID:
		return fmt.Errorf("put subscriber: another one has the same email address: %w", vigie.ErrConflict)
	}
	old, err := subscribers.get([]byte(s.ID))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
	case err != nil:
		return err
	default:
		if err := addresses.delete(emailKey(old.Email)); err != nil {
			return err
		}
	}
	return errors.Join(subscribers.put([]byte(s.ID), s), addresses.put(emailKey(s.Email), s.ID))
}

func checkSubscriber(s vigie.Subscriber) error {
	switch {
	case !vigie.ValidID(s.ID):
		return &vigie.InvalidError{Field: "id", Reason: "is not an identity"}
	case s.Email == "" || len(s.Email) > longestEmail:
		return &vigie.InvalidError{Field: "email", Reason: "is missing, or longer than 254 bytes"}
	case !slices.Contains([]vigie.SubscriberState{vigie.Asked, vigie.Active, vigie.Stopped, vigie.Bounced}, s.State):
		return &vigie.InvalidError{Field: "state", Reason: "is none of asked, active, stopped, bounced"}
	}
	return s.Check()
}

// EraseSubscriber removes everything that tells who somebody is: the subscriber
// with the consent ledger, the address, the letters about them, and the words of
// mail servers in their deliveries, which often repeat the address. Of their
// deliveries the identity stays, so that what was sent still adds up. Backups and
// archives that were taken before keep what they have.
func (tx *Tx) EraseSubscriber(id vigie.SubscriberID) error {
	s, err := tx.Subscriber(id)
	if err != nil {
		return err
	}
	var letters []vigie.LetterID
	for l, err := range tx.Letters() {
		if err != nil {
			return err
		}
		if l.About == id {
			letters = append(letters, l.ID)
		}
	}
	for _, l := range letters {
		if err := tx.DeleteLetter(l); err != nil {
			return err
		}
	}
	if err := tx.forgetReasons(id); err != nil {
		return err
	}
	return errors.Join(
		tableOf[vigie.SubscriberID](tx.tx, "subscribed").delete(emailKey(s.Email)),
		tableOf[vigie.Subscriber](tx.tx, "subscribers").delete([]byte(id)))
}

// forgetReasons takes the words of mail servers out of somebody's deliveries.
func (tx *Tx) forgetReasons(id vigie.SubscriberID) error {
	var issues []vigie.IssueID
	for k := range tableOf[mark](tx.tx, "issues").keys(nil) {
		issues = append(issues, vigie.IssueID(k))
	}
	for _, issue := range issues {
		d, err := tx.Delivery(issue, id)
		if errors.Is(err, vigie.ErrNotFound) || err == nil && d.Reason == "" {
			continue
		}
		if err != nil {
			return err
		}
		d.Reason = ""
		if err := tx.PutDelivery(d); err != nil {
			return err
		}
	}
	return nil
}

// mail proves that addresses lead to subscribers and back, that letters are about
// some that exist, and that the ledger of every issue adds up.
func (c *checker) mail(ctx context.Context) {
	known := map[vigie.SubscriberID]bool{}
	for s, err := range c.tx.Subscribers() {
		if err != nil {
			continue // counted by envelopes, here and below
		}
		known[s.ID] = true
		if id, err := tableOf[vigie.SubscriberID](c.tx.tx, "subscribed").get(emailKey(s.Email)); err != nil || id != s.ID {
			c.damagef("subscriber %s is not found by the email address", s.ID)
		}
	}
	addresses := 0
	for range tableOf[mark](c.tx.tx, "subscribed").keys(nil) {
		addresses++
	}
	if addresses != len(known) {
		c.damagef("%d email addresses lead to %d subscribers", addresses, len(known))
	}
	for l, err := range c.tx.Letters() {
		if err == nil && l.About != "" && !known[l.About] {
			c.damagef("letter %s is about a subscriber who does not exist", l.ID)
		}
	}
	c.ledgers(ctx)
}
