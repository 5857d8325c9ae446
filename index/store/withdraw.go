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

// longestWhy bounds the reason of a withdrawal, in bytes.
const longestWhy = 4000

// Withdrawal is the trace of a document that was withdrawn for legal reasons. Its
// text, its titles and what it was read from are gone; its addresses and the names
// that sources gave it stay, so that it is never filed again.
type Withdrawal struct {
	Document vigie.DocumentID `json:"document"`
	By       vigie.UserID     `json:"by"`
	At       time.Time        `json:"at"`
	Why      string           `json:"why"`
	// Shared counts the answers of the network that hold it and stay, because other
	// documents were read from them too: those of its feeds.
	Shared int `json:"shared,omitempty"`
	// Segments are the files that hold what was let go, until they are written anew;
	// Erased is when they were.
	Segments []uint32  `json:"segments,omitempty"`
	Erased   time.Time `json:"erased,omitzero"`
}

// Withdrawal returns the trace of a document, or vigie.ErrNotFound for one that was
// not withdrawn.
func (tx *Tx) Withdrawal(id vigie.DocumentID) (Withdrawal, error) {
	return find[Withdrawal](tx, "withdrawn", []byte(id))
}

// Withdrawals walks all traces.
func (tx *Tx) Withdrawals() iter.Seq2[Withdrawal, error] {
	return tableOf[Withdrawal](tx.tx, "withdrawn").all(nil, nil)
}

func (tx *Tx) isWithdrawn(id vigie.DocumentID) bool {
	return tableOf[Withdrawal](tx.tx, "withdrawn").has([]byte(id))
}

// Withdraw lets go of all that a document says: the text and the snapshots of all
// its revisions, its titles, summary, authors, labels and files. What other
// documents need as well stays. Decisions and addresses stay. [DB.Erase] then takes
// the bytes from the disk. A second withdrawal of a document returns the first.
func (tx *Tx) Withdraw(w Withdrawal) (Withdrawal, error) {
	if w.By == "" || w.Why == "" || len(w.Why) > longestWhy {
		return w, &vigie.InvalidError{Field: "why", Reason: fmt.Sprintf("is missing, or longer than %d bytes; so is who withdraws", longestWhy)}
	}
	doc, err := tx.Document(w.Document)
	if err != nil {
		return w, err
	}
	if first, err := tx.Withdrawal(w.Document); err == nil {
		return first, nil
	}
	w.At, w.Segments, w.Shared, w.Erased = w.At.UTC().Truncate(time.Second), nil, 0, time.Time{}
	if err := tx.unlist(doc); err != nil {
		return w, err
	}
	for n := 1; n <= doc.Revision; n++ {
		if err := tx.emptyRevision(doc.ID, n, &w); err != nil {
			return w, err
		}
	}
	if err := tx.untitleSightings(doc.ID); err != nil {
		return w, err
	}
	doc = vigie.Document{
		ID: doc.ID, Source: doc.Source, URL: doc.URL, Publisher: doc.Publisher, Lang: doc.Lang, Published: doc.Published,
		MediaType: doc.MediaType, Revision: doc.Revision, Filed: doc.Filed,
	}
	slices.Sort(w.Segments)
	w.Segments = slices.Compact(w.Segments)
	seq, err := tx.record(DocumentChange, string(doc.ID), Put, "withdrawn")
	return w, errors.Join(err, tx.putDocument(doc, seq), tx.noteUnread(doc), tx.forgetPrint(doc), tableOf[Withdrawal](tx.tx, "withdrawn").put([]byte(doc.ID), w))
}

// emptyRevision lets go of what a revision was read from, and of its text.
func (tx *Tx) emptyRevision(id vigie.DocumentID, n int, w *Withdrawal) error {
	r, err := tx.Revision(id, n)
	if err != nil {
		return err
	}
	if err := tx.letGo(r.Text, w); err != nil {
		return err
	}
	if r.Capture != "" {
		k, err := tableOf[captureRecord](tx.tx, "captures").get([]byte(r.Capture))
		if err != nil {
			return err
		}
		if k.Needed > 1 && k.Snapshot != "" && !tx.ownCapture(id, r.Capture, k.Needed) {
			w.Shared++
		}
		if err := tx.noteSegment(k.Snapshot, w); err != nil {
			return err
		}
		if err := tx.forgetCapture(r.Capture); err != nil {
			return err
		}
	}
	r.Text, r.Capture, r.Changed, r.Was = "", "", nil, nil
	return tableOf[revisionRow](tx.tx, "revisions").put(revisionKey(id, n), revisionRow(r))
}

// ownCapture reports whether all uses of a capture that are left are of revisions of
// one document: those that were read again.
func (tx *Tx) ownCapture(id vigie.DocumentID, capture vigie.CaptureID, needed int) bool {
	own := 0
	for r, err := range tx.Revisions(id) {
		if err == nil && r.Capture == capture {
			own++
		}
	}
	return own == needed
}

// letGo releases an object and notes where its bytes lie.
func (tx *Tx) letGo(hash vigie.Hash, w *Withdrawal) error {
	return errors.Join(tx.noteSegment(hash, w), tx.release(hash))
}

func (tx *Tx) noteSegment(hash vigie.Hash, w *Withdrawal) error {
	if hash == "" {
		return nil
	}
	key, err := hash.Bytes()
	if err != nil {
		return err
	}
	at, err := tableOf[where](tx.tx, "objects").get(key)
	if err == nil {
		w.Segments = append(w.Segments, at.Segment)
	}
	return err
}

// untitleSightings takes away what sources call a document.
func (tx *Tx) untitleSightings(id vigie.DocumentID) error {
	seen, err := tx.Sightings(id)
	if err != nil {
		return err
	}
	for _, s := range seen {
		if s.Title == "" {
			continue
		}
		s.Title = ""
		if err := tableOf[sightingRow](tx.tx, "sightings").put(sightingKey(s.Source, s.GUID), sightingRow(s)); err != nil {
			return err
		}
	}
	return nil
}

// Erase takes from the disk what withdrawals let go: the segments that hold it are
// written anew at once, without it. It may be killed anywhere and is then called
// again; it costs nothing where nothing waits. It waits for readers and backups that
// are under way, so called within a View it never returns. Copies elsewhere, such as
// older backups, keep what they have.
func (db *DB) Erase(ctx context.Context) error {
	if err := db.awaitCollection(ctx); err != nil {
		return fmt.Errorf("erase what was withdrawn: %w", err)
	}
	defer db.collecting.Unlock()
	var waiting []Withdrawal
	err := db.View(func(tx *Tx) error {
		for w, err := range tx.Withdrawals() {
			if err != nil {
				return err
			}
			if w.Erased.IsZero() {
				waiting = append(waiting, w)
			}
		}
		return nil
	})
	for i := 0; err == nil && i < len(waiting); i++ {
		err = db.erase(ctx, waiting[i])
	}
	if err != nil {
		return fmt.Errorf("erase what was withdrawn: %w", err)
	}
	return nil
}

// awaitCollection takes the lock of collections as soon as the one under way has ended.
func (db *DB) awaitCollection(ctx context.Context) error {
	const look = 20 * time.Millisecond
	for !db.collecting.TryLock() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
	return nil
}

func (db *DB) erase(ctx context.Context, w Withdrawal) error {
	for _, n := range w.Segments {
		if err := db.objects.stop(n); err != nil {
			return err
		}
	}
	// Not those segments alone: others may hold what nobody needs any more, such as an
	// original that a rule let go before, or what was on its way meanwhile.
	wasteful, err := db.wasteful(0)
	if err != nil {
		return err
	}
	if err := db.readers.drain(ctx); err != nil { // filings under way may have appended to them
		return err
	}
	known, err := segmentsOf(db.bolt)
	if err != nil {
		return err
	}
	all := append(slices.Clone(w.Segments), wasteful...)
	slices.Sort(all)
	for _, n := range slices.Compact(all) {
		if _, there := known[n]; there {
			_, err = db.rewrite(ctx, n)
		} else { // a collection wrote it anew meanwhile, and may have been stopped before the file went
			err = db.objects.drop(n)
		}
		if err != nil {
			return err
		}
	}
	return db.Update(ctx, func(tx *Tx) error {
		kept, err := tx.Withdrawal(w.Document)
		if err != nil {
			return err
		}
		kept.Segments, kept.Erased = nil, db.now().UTC().Truncate(time.Second)
		return tableOf[Withdrawal](tx.tx, "withdrawn").put([]byte(w.Document), kept)
	})
}

// withdrawn proves that nothing is left of what was withdrawn.
func (c *checker) withdrawn(context.Context) {
	for w, err := range c.tx.Withdrawals() {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		doc, err := c.tx.Document(w.Document)
		if err != nil || doc.Title != "" || doc.Summary != "" {
			c.damagef("document %s was withdrawn, and is not as it should be then", w.Document)
		}
		for r, err := range c.tx.Revisions(w.Document) {
			if err == nil && (r.Text != "" || r.Capture != "") {
				c.damagef("document %s was withdrawn, and revision %d is still there", w.Document, r.N)
			}
		}
	}
}
