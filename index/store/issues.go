package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"vigie"
)

// Issue returns one issue of the digest, or vigie.ErrNotFound.
func (tx *Tx) Issue(id vigie.IssueID) (vigie.Issue, error) {
	return tableOf[vigie.Issue](tx.tx, "issues").get([]byte(id))
}

// Issues walks all issues, newest first.
func (tx *Tx) Issues() iter.Seq2[vigie.Issue, error] {
	return tableOf[vigie.Issue](tx.tx, "issues").back(nil, nil)
}

// IssuesBefore walks the issues that were made before one, newest first, for those who
// page; "" stands for the end.
func (tx *Tx) IssuesBefore(id vigie.IssueID) iter.Seq2[vigie.Issue, error] {
	var before []byte
	if id != "" {
		before = []byte(id)
	}
	return tableOf[vigie.Issue](tx.tx, "issues").back(nil, before)
}

// frozen reports whether an issue has a ledger, which never changes its length.
func frozen(i vigie.Issue) bool { return i.State == vigie.Sending || i.State == vigie.Sent }

// PutIssue adds or changes an issue. The recipients and the content of one that is
// being sent, or was, stay as they are, and only [Tx.PlanDeliveries] begins to
// send one: anything else is a vigie.ErrConflict.
func (tx *Tx) PutIssue(i vigie.Issue) error {
	if !vigie.ValidID(i.ID) {
		return fmt.Errorf("put issue: %w", &vigie.InvalidError{Field: "id", Reason: "is not an identity"})
	}
	if !slices.Contains([]vigie.IssueState{vigie.Composed, vigie.Cancelled, vigie.Sending, vigie.Sent}, i.State) {
		return fmt.Errorf("put issue: %w", &vigie.InvalidError{Field: "state", Reason: "is none of composed, cancelled, sending, sent"})
	}
	old, err := tx.Issue(i.ID)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	if frozen(old) != frozen(i) || frozen(i) && (i.Recipients != old.Recipients || i.Content != old.Content) {
		return fmt.Errorf("put issue %s: it is %q with its recipients and content: %w", i.ID, old.State, vigie.ErrConflict)
	}
	return tableOf[vigie.Issue](tx.tx, "issues").put([]byte(i.ID), i)
}

// PlanDeliveries begins to send an issue that waits: it freezes the issue as it is
// given, with its content and its recipients, and writes a planned delivery for
// each. From then on nobody is added and nobody is lost. An issue that is in
// another state is a vigie.ErrConflict, so that nobody is planned twice.
func (tx *Tx) PlanDeliveries(issue vigie.Issue, to []vigie.SubscriberID, messageID func(vigie.SubscriberID) string) (vigie.Issue, error) {
	kept, err := tx.Issue(issue.ID)
	if err != nil {
		return issue, err
	}
	if kept.State != vigie.Composed {
		return issue, fmt.Errorf("plan the deliveries of an issue that is %q: %w", kept.State, vigie.ErrConflict)
	}
	to = slices.Sorted(slices.Values(to))
	if len(slices.Compact(slices.Clone(to))) != len(to) {
		return issue, fmt.Errorf("plan deliveries: %w", &vigie.InvalidError{Field: "to", Reason: "names a subscriber twice"})
	}
	issue.State, issue.Recipients = vigie.Sending, len(to)
	if err := tableOf[vigie.Issue](tx.tx, "issues").put([]byte(issue.ID), issue); err != nil {
		return issue, err
	}
	t := tableOf[deliveryRow](tx.tx, "deliveries")
	now := tx.db.now().UTC().Truncate(time.Second)
	for _, id := range to {
		if !tableOf[mark](tx.tx, "subscribers").has([]byte(id)) {
			return issue, fmt.Errorf("plan a delivery to subscriber %.26s: %w", id, vigie.ErrNotFound)
		}
		d := vigie.Delivery{Issue: issue.ID, Subscriber: id, State: vigie.Planned, MessageID: messageID(id), At: now}
		if err := t.put(deliveryKey(issue.ID, id), deliveryRow(d)); err != nil {
			return issue, err
		}
	}
	return issue, nil
}

func deliveryKey(issue vigie.IssueID, to vigie.SubscriberID) []byte {
	return []byte(string(issue) + string(to))
}

// Delivery returns one entry of a ledger, or vigie.ErrNotFound.
func (tx *Tx) Delivery(issue vigie.IssueID, to vigie.SubscriberID) (vigie.Delivery, error) {
	r, err := tableOf[deliveryRow](tx.tx, "deliveries").get(deliveryKey(issue, to))
	return vigie.Delivery(r), err
}

// Deliveries walks the ledger of an issue by the identities of the recipients.
func (tx *Tx) Deliveries(issue vigie.IssueID) iter.Seq2[vigie.Delivery, error] {
	return tx.DeliveriesAfter(issue, "")
}

// DeliveriesAfter walks the ledger of an issue behind a recipient, for those who
// page.
func (tx *Tx) DeliveriesAfter(issue vigie.IssueID, to vigie.SubscriberID) iter.Seq2[vigie.Delivery, error] {
	return func(yield func(vigie.Delivery, error) bool) {
		if !vigie.ValidID(issue) {
			return
		}
		for r, err := range tableOf[deliveryRow](tx.tx, "deliveries").all([]byte(issue), deliveryKey(issue, to+"\x00")) {
			if !yield(vigie.Delivery(r), err) {
				return
			}
		}
	}
}

// PutDelivery changes one entry of a ledger. It reads and writes one record. Entries
// are made by [Tx.PlanDeliveries] alone, so one that is not there is a
// vigie.ErrNotFound, and they keep their Message-ID (vigie.ErrConflict). Times are
// kept in whole seconds.
func (tx *Tx) PutDelivery(d vigie.Delivery) error {
	if !slices.Contains(deliveryStates(), d.State) {
		return fmt.Errorf("put delivery: %w", &vigie.InvalidError{Field: "state", Reason: "is none of planned, claimed, accepted, failed, uncertain"})
	}
	old, err := tx.Delivery(d.Issue, d.Subscriber)
	if err != nil {
		return err
	}
	if old.MessageID != d.MessageID {
		return fmt.Errorf("put delivery: its message has another identity: %w", vigie.ErrConflict)
	}
	return tableOf[deliveryRow](tx.tx, "deliveries").put(deliveryKey(d.Issue, d.Subscriber), deliveryRow(d))
}

func deliveryStates() []vigie.DeliveryState {
	return []vigie.DeliveryState{vigie.Planned, vigie.Claimed, vigie.Accepted, vigie.Failed, vigie.Uncertain}
}

// deliveryRow is a row of the table deliveries.
type deliveryRow vigie.Delivery

func (d *deliveryRow) fill(key []byte) {
	if len(key) == 2*idLength {
		d.Issue, d.Subscriber = vigie.IssueID(key[:idLength]), vigie.SubscriberID(key[idLength:])
	}
}

func (d *deliveryRow) pack(w *rowWriter) {
	w.string(string(d.State))
	w.string(d.MessageID)
	w.int(int64(d.Attempts))
	w.time(d.At)
	w.time(d.Next)
	w.int(int64(d.Code))
	w.string(d.Reason)
}

func (d *deliveryRow) unpack(u *rowReader) {
	d.State, d.MessageID, d.Attempts = vigie.DeliveryState(u.string()), u.string(), int(u.int())
	d.At, d.Next = u.time(), u.time()
	d.Code, d.Reason = int(u.int()), u.string()
}

// ledgers proves that deliveries belong to issues whose ledger adds up.
func (c *checker) ledgers(ctx context.Context) {
	issues := map[vigie.IssueID]bool{}
	for i, err := range c.tx.Issues() {
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			continue
		}
		issues[i.ID] = true
		c.ledger(i)
	}
	for k := range tableOf[mark](c.tx.tx, "deliveries").keys(nil) {
		if len(k) != 2*idLength || !issues[vigie.IssueID(k[:idLength])] {
			c.damagef("%s is of an issue that does not exist", place("deliveries", k))
		}
	}
}

// ledger proves that every recipient of an issue is in exactly one state.
func (c *checker) ledger(i vigie.Issue) {
	balance := vigie.BalanceOf(i.Recipients, func(yield func(vigie.Delivery) bool) {
		for d, err := range c.tx.Deliveries(i.ID) {
			if err == nil && !yield(d) {
				return
			}
		}
	})
	switch all := balance.Planned + balance.Claimed + balance.Accepted + balance.Failed + balance.Uncertain; {
	case frozen(i) && !balance.Holds():
		c.damagef("issue %s went to %d recipients and its ledger adds up to %d", i.ID, i.Recipients, all)
	case !frozen(i) && all > 0:
		c.damagef("issue %s is %q and has a ledger of %d", i.ID, i.State, all)
	}
}
