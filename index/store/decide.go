package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"vigie"
)

// mostAhead is how far in the future a decision may be dated that was given its
// identity elsewhere.
const mostAhead = 24 * time.Hour

// Decide adds a decision to a document's log, works out the judgement that the
// log adds up to and notes the change. The decision gets an identity and a time
// where it has none.
//
// The order of identities is the order of the log: one that was made before the
// newest decision about the document comes too late and is refused, so do not make
// it when a form is shown. Errors: vigie.ErrNotFound, vigie.ErrInvalid, and
// vigie.ErrConflict for a decision that was taken already.
func (tx *Tx) Decide(d vigie.Decision) (vigie.Judgement, error) {
	doc, err := tx.Document(d.Document)
	if err != nil {
		return vigie.Judgement{}, err
	}
	if d.At.IsZero() {
		d.At = tx.db.now().UTC()
	}
	log, err := tx.Decisions(d.Document)
	if err != nil {
		return vigie.Judgement{}, err
	}
	if d.ID == "" {
		d.ID = tx.newDecisionID(d.At)
	} else if err := tx.checkDecisionID(d, log); err != nil {
		return vigie.Judgement{}, err
	}
	if err := tableOf[vigie.Decision](tx.tx, "decisions").put(join([]byte(d.Document), []byte(d.ID)), d); err != nil {
		return vigie.Judgement{}, err
	}
	if err := tableOf[decidedRow](tx.tx, "decided").put([]byte(d.ID), decidedRow{Document: d.Document}); err != nil {
		return vigie.Judgement{}, err
	}
	return tx.judge(doc, append(log, d))
}

// judge writes what the decisions about a document add up to.
func (tx *Tx) judge(doc vigie.Document, log []vigie.Decision) (vigie.Judgement, error) {
	old, err := tx.Judgement(doc.ID)
	if err != nil {
		return old, err
	}
	j := vigie.Judge(doc.ID, log)
	if err := tableOf[vigie.Judgement](tx.tx, "judgements").put([]byte(doc.ID), j); err != nil {
		return j, err
	}
	if j.Status != old.Status {
		if err := errors.Join(tx.dequeue(doc, old.Status), tx.enqueue(doc, j.Status)); err != nil {
			return j, err
		}
	}
	_, err = tx.record(JudgementChange, string(doc.ID), Put, string(log[len(log)-1].Act))
	return j, err
}

// checkDecisionID looks at an identity that came from outside.
func (tx *Tx) checkDecisionID(d vigie.Decision, log []vigie.Decision) error {
	switch {
	case tableOf[decidedRow](tx.tx, "decided").has([]byte(d.ID)):
		return fmt.Errorf("add decision %s: it was taken already: %w", d.ID, vigie.ErrConflict)
	case !vigie.ValidID(d.ID), d.ID > vigie.NewID[vigie.DecisionID](tx.db.now().Add(mostAhead)):
		return &vigie.InvalidError{Field: "decision", Reason: "has an identity that is none, or lies in the future"}
	case len(log) > 0 && d.ID < log[len(log)-1].ID:
		return &vigie.InvalidError{Field: "decision", Reason: "has an identity from before the newest decision about the document"}
	}
	return nil
}

// newDecisionID gives a decision its place behind all others, also when the clock
// stood still or went back.
func (tx *Tx) newDecisionID(at time.Time) vigie.DecisionID {
	id := vigie.NewID[vigie.DecisionID](at)
	last, _ := tableOf[decidedRow](tx.tx, "decided").b.Cursor().Last()
	if string(id) > string(last) {
		return id
	}
	next := packULID(string(last))
	for i := len(next) - 1; i >= 0; i-- {
		if next[i]++; next[i] != 0 {
			break
		}
	}
	return vigie.DecisionID(unpackULID(next))
}

// decidedRow is a row of the table decided.
type decidedRow struct {
	ID       vigie.DecisionID
	Document vigie.DocumentID
}

func (r *decidedRow) fill(key []byte)     { r.ID = vigie.DecisionID(key) }
func (r *decidedRow) pack(w *rowWriter)   { packID(w, r.Document) }
func (r *decidedRow) unpack(u *rowReader) { r.Document = unpackID[vigie.DocumentID](u) }

// Decided walks all decisions about all documents, the newest first, from the one
// before the given one; "" stands for the end.
func (tx *Tx) Decided(before vigie.DecisionID) iter.Seq2[vigie.Decision, error] {
	return func(yield func(vigie.Decision, error) bool) {
		var from []byte
		if before != "" {
			from = []byte(before)
		}
		decisions := tableOf[vigie.Decision](tx.tx, "decisions")
		for r, err := range tableOf[decidedRow](tx.tx, "decided").back(nil, from) {
			var d vigie.Decision
			if err == nil {
				d, err = decisions.get(join([]byte(r.Document), []byte(r.ID)))
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// decided proves that every decision stands in the log of all, and no other.
func (c *checker) decided(context.Context) {
	decided := tableOf[decidedRow](c.tx.tx, "decided")
	n := 0
	for d, err := range tableOf[vigie.Decision](c.tx.tx, "decisions").all(nil, nil) {
		if err != nil {
			continue // counted by judgements
		}
		n++
		if r, err := decided.get([]byte(d.ID)); err != nil || r.Document != d.Document {
			c.damagef("decision %s is missing from the log of all decisions", d.ID)
		}
	}
	c.entries("decided", n)
}

// Decisions returns what was decided about a document, oldest first.
func (tx *Tx) Decisions(id vigie.DocumentID) ([]vigie.Decision, error) {
	var out []vigie.Decision
	for d, err := range tableOf[vigie.Decision](tx.tx, "decisions").all([]byte(id), nil) {
		if err != nil {
			return out, fmt.Errorf("read decisions about %s: %w", id, err)
		}
		out = append(out, d)
	}
	return out, nil
}

// Judgement returns what the decisions about a document add up to; the zero
// judgement while there are none.
func (tx *Tx) Judgement(id vigie.DocumentID) (vigie.Judgement, error) {
	j, err := tableOf[vigie.Judgement](tx.tx, "judgements").get([]byte(id))
	if errors.Is(err, vigie.ErrNotFound) {
		return vigie.Judgement{Document: id}, nil
	}
	return j, err
}
