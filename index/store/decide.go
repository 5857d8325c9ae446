package store

import (
	"errors"
	"fmt"
	"time"

	"vigie"
)

// Decide adds a decision to a document's log, works out the judgement that the
// log adds up to and notes the change. The decision gets an identity and a time
// where it has none.
func (tx *Tx) Decide(d vigie.Decision) (vigie.Judgement, error) {
	if _, err := tx.Document(d.Document); err != nil {
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
		d.ID = newDecisionID(d.At, log)
	}
	key := join([]byte(d.Document), []byte(d.ID))
	if tableOf[vigie.Decision](tx.tx, "decisions").has(key) {
		return vigie.Judgement{}, fmt.Errorf("add decision %s: it was taken already: %w", d.ID, vigie.ErrConflict)
	}
	if err := tableOf[vigie.Decision](tx.tx, "decisions").put(key, d); err != nil {
		return vigie.Judgement{}, err
	}
	if log, err = tx.Decisions(d.Document); err != nil {
		return vigie.Judgement{}, err
	}
	j := vigie.Judge(d.Document, log)
	if err := tableOf[vigie.Judgement](tx.tx, "judgements").put([]byte(d.Document), j); err != nil {
		return j, err
	}
	_, err = tx.record(JudgementChange, string(d.Document), Put, string(d.Act))
	return j, err
}

// newDecisionID gives a decision its place behind those before it, also when the
// clock stood still or went back: the order of identities is the order of the log.
func newDecisionID(at time.Time, log []vigie.Decision) vigie.DecisionID {
	id := vigie.NewID[vigie.DecisionID](at)
	if len(log) == 0 {
		return id
	}
	last := log[len(log)-1]
	at = maxTime(at, last.At)
	for range 1000 { // bounded, because identities can be given from outside
		if id > last.ID {
			break
		}
		id = vigie.NewID[vigie.DecisionID](at)
		at = at.Add(time.Millisecond)
	}
	return id
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
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
