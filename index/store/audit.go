package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vigie"
)

// AuditLine says who did what, when and from where. Lines are only ever added.
// Each carries the hash of the one before it, so that a line which was changed,
// taken out or put in later is noticed. A line holds identities and no secrets.
type AuditLine struct {
	Seq Seq       `json:"seq"`
	At  time.Time `json:"at"`
	// Who is the identity of a user, or "operator" for who runs the machine, or ""
	// when nobody had signed in.
	Who string `json:"who,omitempty"`
	// What is a short text that never changes, for example "role set".
	What string `json:"what"`
	// About is the identity of what it was done to.
	About string `json:"about,omitempty"`
	// Note tells more, for example "reader to editor".
	Note string `json:"note,omitempty"`
	// From is a network, for example "203.0.113.0/24".
	From string `json:"from,omitempty"`
	// Previous is the Hash of the line before; "" in the first.
	Previous vigie.Hash `json:"previous,omitempty"`
	// Hash is of all the fields above.
	Hash vigie.Hash `json:"hash"`
}

// sum returns the hash that the line ought to have.
func (l AuditLine) sum() (vigie.Hash, error) {
	l.Hash = ""
	b, err := json.Marshal(l)
	return vigie.HashOf(b), err
}

// Audit adds a line, in the transaction of the fact that it tells. Seq, Previous,
// Hash and, where it is zero, At are set here.
func (tx *Tx) Audit(l AuditLine) (AuditLine, error) {
	t := tableOf[AuditLine](tx.tx, "audit")
	last := Seq(t.b.Sequence())
	l.Previous = ""
	if last > 0 {
		before, err := t.get(seqKey(last))
		if err != nil {
			return l, fmt.Errorf("add to the audit log: %w", err)
		}
		l.Previous = before.Hash
	}
	n, err := t.b.NextSequence()
	if err != nil {
		return l, fmt.Errorf("add to the audit log: %w", err)
	}
	l.Seq = Seq(n)
	if l.At.IsZero() {
		l.At = tx.db.now()
	}
	l.At = l.At.UTC().Round(0)
	if l.Hash, err = l.sum(); err != nil {
		return l, err
	}
	return l, t.put(seqKey(l.Seq), l)
}

// AuditLines returns at most limit lines before the given one, newest first; 0
// stands for the end.
func (tx *Tx) AuditLines(before Seq, limit int) ([]AuditLine, error) {
	t := tableOf[AuditLine](tx.tx, "audit")
	if last := Seq(t.b.Sequence()); before == 0 || before > last {
		before = last + 1
	}
	var out []AuditLine
	for seq := before - 1; seq > 0 && len(out) < limit; seq-- {
		l, err := t.get(seqKey(seq))
		if err != nil {
			return out, fmt.Errorf("read the audit log: %w", err)
		}
		out = append(out, l)
	}
	return out, nil
}

// VerifyAudit proves that the lines are those that were written and that none is
// missing, and returns the newest one. Whoever writes its Hash down elsewhere can
// tell later whether the whole log was replaced. The error is a
// vigie.DamagedError that names the line.
func (tx *Tx) VerifyAudit() (AuditLine, error) {
	t := tableOf[AuditLine](tx.tx, "audit")
	last := Seq(t.b.Sequence())
	var newest AuditLine
	for seq := Seq(1); seq <= last; seq++ {
		l, err := t.get(seqKey(seq))
		switch sum, sumErr := l.sum(); {
		case errors.Is(err, vigie.ErrNotFound):
			return newest, brokenLine(seq, "it is missing")
		case err != nil:
			return newest, fmt.Errorf("verify line %d of the audit log: %w", seq, err)
		case sumErr != nil || sum != l.Hash || l.Seq != seq:
			return newest, brokenLine(seq, "it is not what was written")
		case seq > 1 && l.Previous != newest.Hash:
			return newest, brokenLine(seq-1, "it is not the line that the next one follows")
		}
		newest = l
	}
	if k, _ := t.b.Cursor().Last(); k != nil && !bytes.Equal(k, seqKey(last)) {
		return newest, brokenLine(last+1, "it was put in without a number")
	}
	return newest, nil
}

func brokenLine(seq Seq, reason string) error {
	return &vigie.DamagedError{Place: fmt.Sprintf("line %d of the audit log", seq), Reason: reason}
}
