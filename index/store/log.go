package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// Seq is the number of a change, from 1, growing by one.
type Seq uint64

// Cursor says how far a follower has come. A restore begins a new epoch: a
// cursor of another epoch means nothing and its follower starts over.
type Cursor struct {
	Epoch string `json:"epoch"`
	Seq   Seq    `json:"seq"`
}

// ChangeKind says what kind of thing changed.
type ChangeKind string

// The kinds of change.
const (
	DocumentChange  ChangeKind = "document"
	JudgementChange ChangeKind = "judgement"
	SourceChange    ChangeKind = "source"
	SynthesisChange ChangeKind = "synthesis"
	IndicatorChange ChangeKind = "indicator"
	StoryChange     ChangeKind = "story"
	// PageChange has the identity "name/language".
	PageChange ChangeKind = "page"
)

// Op says what happened to it.
type Op string

// The operations.
const (
	Put    Op = "put"
	Delete Op = "delete"
)

// Change is one entry of the change log.
type Change struct {
	Seq  Seq        `json:"-"` // it is the key
	Kind ChangeKind `json:"k"`
	ID   string     `json:"id"`
	Op   Op         `json:"op"`
	// Cause says why in a word or two, for example "new" or "text".
	Cause string `json:"c,omitempty"`
}

func seqKey(s Seq) []byte { return binary.BigEndian.AppendUint64(nil, uint64(s)) }

// lastCursor reads the newest change. The bucket's own sequence remembers it even
// when the log was compacted.
func lastCursor(tx *bolt.Tx) (Cursor, error) {
	epoch, err := tableOf[string](tx, "meta").get([]byte("epoch"))
	if err != nil {
		return Cursor{}, err
	}
	return Cursor{Epoch: epoch, Seq: Seq(tx.Bucket([]byte("log")).Sequence())}, nil
}

// Last returns the newest change. It costs nothing.
func (db *DB) Last() Cursor {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.last
}

// Wait returns nil as soon as there is a change after the given one, or the
// error of ctx when that ends first.
func (db *DB) Wait(ctx context.Context, after Seq) error {
	for {
		db.mu.Lock()
		last, moved := db.last.Seq, db.moved
		db.mu.Unlock()
		if last > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Changes returns at most limit changes after the given one, oldest first.
// Entries that a later change of the same thing superseded may be missing, the
// newest of each thing never is: who starts at 0 sees everything that exists.
func (tx *Tx) Changes(after Seq, limit int) ([]Change, error) {
	var out []Change
	c := tx.tx.Bucket([]byte("log")).Cursor()
	for k, value := c.Seek(seqKey(after + 1)); k != nil && len(out) < limit; k, value = c.Next() {
		change, err := decode[Change]("log", k, value)
		if err != nil {
			return out, err
		}
		change.Seq = Seq(binary.BigEndian.Uint64(k))
		out = append(out, change)
	}
	return out, nil
}

// record appends to the log and returns the number taken.
func (tx *Tx) record(kind ChangeKind, id string, op Op, cause string) (Seq, error) {
	log := tableOf[Change](tx.tx, "log")
	n, err := log.b.NextSequence()
	if err != nil {
		return 0, fmt.Errorf("take a sequence number: %w", err)
	}
	seq := Seq(n)
	return seq, log.put(seqKey(seq), Change{Kind: kind, ID: id, Op: op, Cause: cause})
}

// Cursor returns where the named follower stands; the zero cursor when it is
// unknown.
func (tx *Tx) Cursor(follower string) (Cursor, error) {
	c, err := tableOf[Cursor](tx.tx, "cursors").get([]byte(follower))
	if errors.Is(err, vigie.ErrNotFound) {
		return Cursor{}, nil
	}
	return c, err
}

// SetCursor remembers where the named follower stands; to reset it, set the zero
// cursor.
func (tx *Tx) SetCursor(follower string, c Cursor) error {
	return tableOf[Cursor](tx.tx, "cursors").put([]byte(follower), c)
}

// CompactLog drops superseded entries with numbers up to the given one and
// returns how many went. It works in steps, so that no transaction is long.
func (db *DB) CompactLog(ctx context.Context, upTo Seq) (int, error) {
	total := 0
	for after, more := Seq(0), true; more; {
		var old []Seq
		var err error
		if old, after, more, err = db.superseded(after, upTo); err != nil {
			return total, fmt.Errorf("compact the change log: %w", err)
		}
		if len(old) == 0 {
			continue
		}
		err = db.Update(ctx, func(tx *Tx) error {
			for _, seq := range old {
				if err := tableOf[Change](tx.tx, "log").delete(seqKey(seq)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return total, fmt.Errorf("compact the change log: %w", err)
		}
		total += len(old)
	}
	return total, nil
}

// superseded looks through the next entries of the log, up to the given one, for
// those that a later entry makes useless. What is so stays so.
func (db *DB) superseded(after, upTo Seq) (old []Seq, last Seq, more bool, err error) {
	const step = 2000
	last = after
	err = db.View(func(tx *Tx) error {
		changes, err := tx.Changes(after, step)
		for _, c := range changes {
			if last = c.Seq; c.Seq <= upTo && tx.superseded(c) {
				old = append(old, c.Seq)
			}
		}
		more = len(changes) == step && last < upTo
		return err
	})
	return old, last, more, err
}

// superseded reports whether a later entry tells about the same document.
func (tx *Tx) superseded(c Change) bool {
	if c.Kind != DocumentChange || c.Op != Put {
		return false // deletions stay: a follower that starts over ignores what it never had
	}
	seq, err := tx.DocumentSeq(vigie.DocumentID(c.ID))
	return errors.Is(err, vigie.ErrNotFound) || (err == nil && seq > c.Seq)
}

// join makes a key of several parts.
func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
