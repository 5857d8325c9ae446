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

// Attempts is what is remembered of a document whose reader broke off: it may have
// been the machine's fault. There is one for every document with a passing obstacle.
type Attempts struct {
	Document vigie.DocumentID `json:"-"` // it is the key
	// Tries counts how often it was read.
	Tries int `json:"tries"`
	// Next is when it may be read again; the zero time means never.
	Next time.Time `json:"next,omitzero"`
}

// pauses are those before the second, third and last try to read a document.
func pauses() []time.Duration {
	return []time.Duration{15 * time.Minute, 4 * time.Hour, 24 * time.Hour}
}

// Due reports whether the document may be read again at now.
func (a *Attempts) Due(now time.Time) bool { return !a.Next.IsZero() && !now.Before(a.Next) }

func (a *Attempts) fill(key []byte) { a.Document = vigie.DocumentID(key) }

// Unread walks the documents whose reader broke off.
func (tx *Tx) Unread() iter.Seq2[Attempts, error] {
	return tableOf[Attempts](tx.tx, "unread").all(nil, nil)
}

// noteUnread keeps the attempts in step with a document that was read just now.
func (tx *Tx) noteUnread(doc vigie.Document) error {
	t := tableOf[Attempts](tx.tx, "unread")
	if !doc.Obstacle.Passing() {
		return t.delete([]byte(doc.ID))
	}
	a, err := t.get([]byte(doc.ID))
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	a.Next = time.Time{}
	if waits := pauses(); a.Tries < len(waits) {
		a.Next = tx.db.now().UTC().Truncate(time.Second).Add(waits[a.Tries])
	}
	a.Tries++
	return t.put([]byte(doc.ID), a)
}

// Walk says how far the reading of what is kept has come that a new version of a
// reader asked for.
type Walk struct {
	// Versions names the versions that are read with; another one begins anew.
	Versions string `json:"versions"`
	// After is the last document that was looked at.
	After vigie.DocumentID `json:"after,omitempty"`
	// Looked counts the documents so far, Read those that were read again, and
	// Changed those of them that came out differently.
	Looked  int `json:"looked"`
	Read    int `json:"read"`
	Changed int `json:"changed"`
	Failed  int `json:"failed"`
	// Ended is when all had been looked at; zero before.
	Ended time.Time `json:"ended,omitzero"`
}

// Walk returns how far the newest reading of what is kept has come; the zero walk
// before the first.
func (tx *Tx) Walk() (Walk, error) {
	w, err := tableOf[Walk](tx.tx, "meta").get([]byte("walk"))
	if errors.Is(err, vigie.ErrNotFound) {
		return Walk{}, nil
	}
	return w, err
}

// SetWalk remembers how far the reading of what is kept has come.
func (tx *Tx) SetWalk(w Walk) error { return tableOf[Walk](tx.tx, "meta").put([]byte("walk"), w) }

// Reread keeps what the reader of the given version made of the capture that the
// newest revision of a document was read from. doc is the document as it was, with
// what was understood in its place. What says something else, or says the same in
// other paragraphs or on other pages, becomes a revision with the same capture; of
// anything else only the version is noted. Nothing is where a reader broke off that
// got through before. It reports whether there is a new revision. Errors:
// vigie.ErrConflict where the document has another revision by now, vigie.ErrNotFound
// where it is gone.
func (db *DB) Reread(ctx context.Context, doc vigie.Document, parser int) (changed bool, err error) {
	for range mostTries {
		if changed, err = db.rereadOnce(ctx, doc, parser); !errors.Is(err, errLetGo) {
			break
		}
	}
	if err != nil {
		return false, fmt.Errorf("read document %s again: %w", doc.ID, err)
	}
	return changed, nil
}

func (db *DB) rereadOnce(ctx context.Context, doc vigie.Document, parser int) (changed bool, err error) {
	defer db.readers.enter()() // as in fileOnce
	text, content, body, err := fingerprint(doc)
	if err != nil {
		return false, err
	}
	places, err := db.keepBodies([][]byte{body})
	if err != nil {
		return false, err
	}
	rev := vigie.Revision{Document: doc.ID, Content: content, Text: text, Parser: parser, Reread: true}
	err = db.Update(ctx, func(tx *Tx) error {
		changed, err = tx.reread(doc, rev, places)
		return err
	})
	return changed, err
}

// reread writes what another reader made of a capture.
func (tx *Tx) reread(doc vigie.Document, rev vigie.Revision, places map[vigie.Hash]where) (bool, error) {
	kept, err := tx.Document(doc.ID)
	if err != nil {
		return false, err
	}
	if kept.Revision != doc.Revision {
		return false, fmt.Errorf("it has revision %d by now: %w", kept.Revision, vigie.ErrConflict)
	}
	last, err := tx.Revision(kept.ID, kept.Revision)
	if err != nil {
		return false, err
	}
	if tx.isWithdrawn(doc.ID) {
		return false, fmt.Errorf("it was withdrawn: %w", vigie.ErrNotFound)
	}
	if doc.Obstacle.Passing() && !kept.Obstacle.Passing() && (last.Text != "" || kept.Obstacle != "") {
		return false, nil // a reader that broke off says nothing of what was read before
	}
	before, err := tx.BodyOf(last)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) && !errors.Is(err, vigie.ErrDamaged) {
		return false, err
	}
	same := err == nil && last.Text == rev.Text || sameForm(before, doc.Body)
	rev.Changed = changes(kept, doc, !same)
	if len(rev.Changed) == 0 {
		last.Parser = rev.Parser
		put := tableOf[revisionRow](tx.tx, "revisions").put(revisionKey(kept.ID, kept.Revision), revisionRow(last))
		return false, errors.Join(put, tx.noteUnread(kept), tx.relink(kept, doc.Links))
	}
	if err := tx.needCapture(last.Capture); err != nil {
		return false, err
	}
	if err := tx.unlist(kept); err != nil {
		return false, err
	}
	doc.Source, doc.Filed, doc.Revision = kept.Source, kept.Filed, kept.Revision+1
	rev.N, rev.Capture, rev.Fetched, rev.Was = doc.Revision, last.Capture, last.Fetched, said(kept, rev.Changed)
	return true, tx.addRevision(doc, rev, places, "reread")
}

// relink notes what a document was found to link to, which makes no revision.
func (tx *Tx) relink(doc vigie.Document, links []string) error {
	if slices.Equal(doc.Links, links) {
		return nil
	}
	doc.Links = links
	seq, err := tx.record(DocumentChange, string(doc.ID), Put, "links")
	if err != nil {
		return err
	}
	return tableOf[documentRecord](tx.tx, "documents").put([]byte(doc.ID), documentRecord{Document: doc, Seq: seq})
}

// needCapture counts one more revision that was read from an answer of the network.
func (tx *Tx) needCapture(id vigie.CaptureID) error {
	if id == "" {
		return fmt.Errorf("it was read from nothing that is kept: %w", vigie.ErrNotFound)
	}
	t := tableOf[captureRecord](tx.tx, "captures")
	k, err := t.get([]byte(id))
	if err != nil {
		return err
	}
	k.Needed++
	return t.put([]byte(id), k)
}

// unread proves that the attempts are those of documents whose reader broke off.
func (c *checker) unread(context.Context) {
	n := 0
	for a, err := range c.tx.Unread() {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		if doc, err := c.tx.Document(a.Document); err != nil || !doc.Obstacle.Passing() {
			c.damagef("document %s is to be read again, and nothing stopped its reader", a.Document)
		}
		n++
	}
	if n != c.broken {
		c.damagef("the readers of %d documents broke off, %d are to be read again", c.broken, n)
	}
}
