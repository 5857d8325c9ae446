package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"vigie"
)

// statuses are the queues of the desk. The place of a status is its byte in the
// keys, so new ones are added at the end.
func statuses() []vigie.Status {
	return []vigie.Status{vigie.New, vigie.Kept, vigie.Dropped, vigie.Later}
}

// lengths count the documents of each queue, in the order of statuses.
type lengths [4]int

// queueKey sorts newest first within a status. A status that does not exist has a
// queue where nothing ever stands. The identity is packed, since there are as many
// keys as documents.
func queueKey(s vigie.Status, d vigie.Document) []byte {
	published, _ := vigie.ParseDate(d.Published.String()) // what it is when it is read back; unknown when it cannot be written
	at := published.Time
	if published.IsZero() {
		at = d.Filed
	}
	return join(queuePrefix(s), newestFirst(at), packULID(string(d.ID)))
}

// newestFirst turns a moment into the beginning of a key. Years before 1970 sort
// last among themselves.
func newestFirst(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, ^uint64(max(at.Unix(), 0)))
}

// queuedID reads the identity out of a key.
func queuedID(key []byte) vigie.DocumentID { return vigie.DocumentID(unpackULID(key[9:])) }

func queuePrefix(s vigie.Status) []byte { return []byte{byte(slices.Index(statuses(), s))} }

// Queue walks the documents of one status without bodies, newest first by
// publication, or by filing where the publisher gave no date.
func (tx *Tx) Queue(status vigie.Status) iter.Seq2[vigie.Document, error] {
	return tx.queueFrom(status, queuePrefix(status))
}

// QueueAfter walks the documents of one status that stand behind the given one,
// which need not be in that queue any more.
func (tx *Tx) QueueAfter(status vigie.Status, doc vigie.Document) iter.Seq2[vigie.Document, error] {
	return tx.queueFrom(status, join(queueKey(status, doc), []byte{0}))
}

func (tx *Tx) queueFrom(status vigie.Status, from []byte) iter.Seq2[vigie.Document, error] {
	return func(yield func(vigie.Document, error) bool) {
		for k := range tableOf[mark](tx.tx, "queue").keysFrom(queuePrefix(status), from) {
			if !yield(tx.Document(queuedID(k))) {
				return
			}
		}
	}
}

// Recent walks all documents without bodies, in the order of [Tx.Queue]: it always
// takes the newest of those that stand first in their queues.
func (tx *Tx) Recent() iter.Seq2[vigie.Document, error] {
	return func(yield func(vigie.Document, error) bool) {
		var cursors []*bolt.Cursor
		var heads [][]byte
		for _, s := range statuses() {
			c := tableOf[mark](tx.tx, "queue").b.Cursor()
			k, _ := c.Seek(queuePrefix(s))
			cursors, heads = append(cursors, c), append(heads, k)
		}
		for {
			next, newest := -1, []byte(nil)
			for i, k := range heads {
				if len(k) > 0 && int(k[0]) == i && (next < 0 || bytes.Compare(k[1:], newest[1:]) < 0) {
					next, newest = i, k
				}
			}
			if next < 0 || !yield(tx.Document(queuedID(newest))) {
				return
			}
			heads[next], _ = cursors[next].Next()
		}
	}
}

// QueueLength returns how many documents have a status. It reads one record.
func (tx *Tx) QueueLength(status vigie.Status) (int, error) {
	n := slices.Index(statuses(), status)
	if n < 0 {
		return 0, nil
	}
	all, err := tx.queueLengths()
	return all[n], err
}

// queueLengths returns the lengths as this transaction has left them so far.
func (tx *Tx) queueLengths() (lengths, error) {
	if tx.queued != nil {
		return *tx.queued, nil
	}
	all, err := tableOf[lengths](tx.tx, "meta").get([]byte("queued"))
	if errors.Is(err, vigie.ErrNotFound) {
		return lengths{}, nil
	}
	return all, err
}

// enqueue puts a document into the queue of its status.
func (tx *Tx) enqueue(d vigie.Document, s vigie.Status) error {
	if err := tableOf[mark](tx.tx, "queue").b.Put(queueKey(s, d), nil); err != nil {
		return err
	}
	return tx.lengthen(s, 1)
}

// dequeue takes a document out of the queue of its status.
func (tx *Tx) dequeue(d vigie.Document, s vigie.Status) error {
	if err := tableOf[mark](tx.tx, "queue").delete(queueKey(s, d)); err != nil {
		return err
	}
	return tx.lengthen(s, -1)
}

func (tx *Tx) lengthen(s vigie.Status, by int) error {
	all, err := tx.queueLengths()
	if err != nil {
		return err
	}
	n := slices.Index(statuses(), s)
	if n < 0 {
		return &vigie.DamagedError{Place: "a judgement", Reason: fmt.Sprintf("%.20q is no status", string(s))}
	}
	all[n] += by
	tx.queued = &all
	return nil
}

// list enters a document in the list that leads to it by status and date.
func (tx *Tx) list(d vigie.Document) error {
	j, err := tx.Judgement(d.ID)
	if err != nil {
		return err
	}
	return tx.enqueue(d, j.Status)
}

// unlist takes a document out of the list, before it changes or goes.
func (tx *Tx) unlist(d vigie.Document) error {
	j, err := tx.Judgement(d.ID)
	if err != nil {
		return err
	}
	return tx.dequeue(d, j.Status)
}

// queues proves that every document stands in the queue of its judgement, and in no
// other.
func (c *checker) queues(context.Context) {
	var there lengths
	for d, err := range c.tx.Documents() {
		if err != nil {
			continue // counted by documents
		}
		j, err := c.tx.Judgement(d.ID)
		if err != nil {
			continue // counted by judgements
		}
		if n := slices.Index(statuses(), j.Status); n >= 0 {
			there[n]++
		}
		if !tableOf[mark](c.tx.tx, "queue").has(queueKey(j.Status, d)) {
			c.damagef("document %s is missing from the queue of its status %q", d.ID, j.Status)
		}
	}
	all := 0
	for _, n := range there {
		all += n
	}
	c.entries("queue", all)
	if said, err := c.tx.queueLengths(); err != nil || said != there {
		c.damagef("the queues (new, kept, dropped, later) say %v, there are %v", said, there)
	}
}

// entries proves that a table has no more entries than lead somewhere.
func (c *checker) entries(table string, want int) {
	n := 0
	for range tableOf[mark](c.tx.tx, table).keys(nil) {
		n++
	}
	if n != want {
		c.damagef("the table %s has %d entries, %d belong there", table, n, want)
	}
}
