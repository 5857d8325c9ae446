package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"vigie"
)

// StoryFollower is the name of the follower that settles the stories. What it has
// not seen yet may still name documents that are gone.
const StoryFollower = "stories"

// The causes of a [StoryChange].
const (
	StoryBegun   = "new"
	StoryChanged = "changed"
	// StorySplit says that people took documents apart.
	StorySplit = "split"
)

// Story returns one story, or vigie.ErrNotFound.
func (tx *Tx) Story(id vigie.StoryID) (vigie.Story, error) {
	return tableOf[vigie.Story](tx.tx, "stories").get([]byte(id))
}

// StoriesAfter walks the stories behind the given one, in the order of their
// identities, for those who page.
func (tx *Tx) StoriesAfter(id vigie.StoryID) iter.Seq2[vigie.Story, error] {
	return tableOf[vigie.Story](tx.tx, "stories").all(nil, []byte(id+"\x00"))
}

// StoryOf returns the story that a document stands in, or vigie.ErrNotFound.
func (tx *Tx) StoryOf(id vigie.DocumentID) (vigie.Story, error) {
	story, err := tableOf[storiedRow](tx.tx, "storied").get([]byte(id))
	if err != nil {
		return vigie.Story{}, err
	}
	return tx.Story(vigie.StoryID(story))
}

// PutStory writes a story, and which documents stand in it. A document that comes
// from another story must be taken out of that one in the same transaction. A story
// without documents is kept for its splits alone. Errors: vigie.ErrInvalid.
func (tx *Tx) PutStory(s vigie.Story) error {
	docs := s.Documents()
	if err := checkStory(s, docs); err != nil {
		return fmt.Errorf("write story %.30q: %w", string(s.ID), err)
	}
	cause := StoryChanged
	old, err := tx.Story(s.ID)
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		cause = StoryBegun
	case err != nil:
		return err
	}
	if len(s.Splits) > len(old.Splits) {
		cause = StorySplit
	}
	if err := tx.leaveStory(s.ID, slices.DeleteFunc(old.Documents(), func(d vigie.DocumentID) bool { return slices.Contains(docs, d) })); err != nil {
		return err
	}
	storied := tableOf[storiedRow](tx.tx, "storied")
	for _, d := range docs { // of many most stand there already
		if in, err := storied.get([]byte(d)); err == nil && vigie.StoryID(in) == s.ID {
			continue
		}
		if err := storied.put([]byte(d), storiedRow(s.ID)); err != nil {
			return err
		}
	}
	if err := tableOf[vigie.Story](tx.tx, "stories").put([]byte(s.ID), s); err != nil {
		return err
	}
	seq, err := tx.record(StoryChange, string(s.ID), Put, cause)
	if err != nil || cause != StorySplit {
		return err
	}
	return tableOf[Seq](tx.tx, "meta").put([]byte("split"), seq)
}

// checkStory looks at what a story cannot be.
func checkStory(s vigie.Story, docs []vigie.DocumentID) error {
	seen := map[vigie.DocumentID]bool{}
	for _, d := range docs {
		if !vigie.ValidID(d) || seen[d] {
			return &vigie.InvalidError{Field: "members", Reason: fmt.Sprintf("name %.30q, which is no document or stands there twice", string(d))}
		}
		seen[d] = true
	}
	switch {
	case !vigie.ValidID(s.ID):
		return &vigie.InvalidError{Field: "id", Reason: "is none"}
	case s.Record == "" && len(docs) > 0, len(docs) < 2 && len(s.Splits) == 0:
		return &vigie.InvalidError{Field: "members", Reason: "are less than two documents, or have no source of record"}
	}
	return nil
}

// leaveStory takes documents out of a story, but for those that another story has
// taken already.
func (tx *Tx) leaveStory(id vigie.StoryID, docs []vigie.DocumentID) error {
	t := tableOf[storiedRow](tx.tx, "storied")
	for _, d := range docs {
		in, err := t.get([]byte(d))
		if errors.Is(err, vigie.ErrNotFound) || err == nil && vigie.StoryID(in) != id {
			continue
		}
		if err := errors.Join(err, t.delete([]byte(d))); err != nil {
			return err
		}
	}
	return nil
}

// DeleteStory forgets a story; vigie.ErrNotFound where there is none.
func (tx *Tx) DeleteStory(id vigie.StoryID) error {
	s, err := tx.Story(id)
	if err != nil {
		return err
	}
	if err := errors.Join(tx.leaveStory(id, s.Documents()), tableOf[vigie.Story](tx.tx, "stories").delete([]byte(id))); err != nil {
		return err
	}
	_, err = tx.record(StoryChange, string(id), Delete, "gone")
	return err
}

// LastSplit returns the newest change by which documents were taken apart, 0 for
// none: who holds the splits of all stories in memory knows by it that they are not
// those of the store any more.
func (tx *Tx) LastSplit() (Seq, error) {
	seq, err := tableOf[Seq](tx.tx, "meta").get([]byte("split"))
	if errors.Is(err, vigie.ErrNotFound) {
		return 0, nil
	}
	return seq, err
}

// storiedRow is a row of the table storied.
type storiedRow vigie.StoryID

func (r *storiedRow) pack(w *rowWriter)   { packID(w, *r) }
func (r *storiedRow) unpack(u *rowReader) { *r = unpackID[storiedRow](u) }

// Print is what is kept of a document to tell whether another tells the same story.
// The store does not look into it.
type Print struct {
	Document vigie.DocumentID
	Data     []byte
}

func (p *Print) fill(key []byte)   { p.Document = vigie.DocumentID(key) }
func (p *Print) pack(w *rowWriter) { w.b = append(w.b, p.Data...) }

func (p *Print) unpack(u *rowReader) { p.Data, u.b = bytes.Clone(u.b), nil }

// Print returns the print of a document, or vigie.ErrNotFound.
func (tx *Tx) Print(id vigie.DocumentID) (Print, error) {
	return tableOf[Print](tx.tx, "prints").get([]byte(id))
}

// PutPrint keeps the print of a document; vigie.ErrNotFound where the document is
// gone. The same print again is not written.
func (tx *Tx) PutPrint(p Print) error {
	if !tableOf[documentRecord](tx.tx, "documents").has([]byte(p.Document)) {
		return fmt.Errorf("keep the print of %s: %w", p.Document, vigie.ErrNotFound)
	}
	if old, err := tx.Print(p.Document); err == nil && bytes.Equal(old.Data, p.Data) {
		return nil
	}
	return tableOf[Print](tx.tx, "prints").put([]byte(p.Document), p)
}

// PrintsBefore walks the prints, those of the newest documents first, from the one
// before the given document; "" stands for the end.
func (tx *Tx) PrintsBefore(id vigie.DocumentID) iter.Seq2[Print, error] {
	var before []byte
	if id != "" {
		before = []byte(id)
	}
	return tableOf[Print](tx.tx, "prints").back(nil, before)
}

// forgetPrint drops the print of a document that goes. Its story is left to the
// follower, which sees that the document is gone.
func (tx *Tx) forgetPrint(doc vigie.Document) error {
	return tableOf[Print](tx.tx, "prints").delete([]byte(doc.ID))
}

// stories proves that documents and stories agree on who stands where, and that
// prints are of documents.
func (c *checker) stories(context.Context) {
	gone := c.unseenRemovals()
	storied := tableOf[storiedRow](c.tx.tx, "storied")
	members := 0
	for s, err := range c.tx.StoriesAfter("") {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		for _, d := range s.Documents() {
			members++
			if in, err := storied.get([]byte(d)); err != nil || vigie.StoryID(in) != s.ID {
				c.damagef("document %s is of story %s and does not know it", d, s.ID)
			}
			if _, ok := c.newest[d]; !ok && !gone[d] {
				c.damagef("story %s has document %s, which does not exist", s.ID, d)
			}
		}
	}
	c.entries("storied", members)
	for p, err := range tableOf[Print](c.tx.tx, "prints").all(nil, nil) {
		if err != nil {
			c.damagef("%v", err)
		} else if _, ok := c.newest[p.Document]; !ok {
			c.damagef("a print is of document %s, which does not exist", p.Document)
		}
	}
}

// unseenRemovals are the documents that went since the stories were settled last.
func (c *checker) unseenRemovals() map[vigie.DocumentID]bool {
	gone := map[vigie.DocumentID]bool{}
	last, err := lastCursor(c.tx.tx)
	at, err2 := c.tx.Cursor(StoryFollower)
	if err := errors.Join(err, err2); err != nil {
		c.damagef("%v", err)
		return gone
	}
	if at.Epoch != last.Epoch {
		at.Seq = 0
	}
	for change, err := range tableOf[Change](c.tx.tx, "log").all(nil, seqKey(at.Seq+1)) {
		if err == nil && change.Kind == DocumentChange && change.Op == Delete {
			gone[vigie.DocumentID(change.ID)] = true
		}
	}
	return gone
}
