package store

import (
	"errors"

	"vigie"
)

// verdict says how a finding differs from the newest revision of its document.
type verdict struct {
	// with is the content of that revision; "" for a finding that is new.
	with vigie.Hash
	// same says that there is nothing to file, and so nothing to keep.
	same bool
	// changed are the fields that differ, was what they said before.
	changed []string
	was     map[string]string
	// reread says that the publisher answered with the same bytes as before: what
	// differs is how they were read.
	reread bool
}

// withheld says in the log that a revision has no text for the sake of who published
// it, or by the rule of its source.
const withheld = "retention"

// compare judges all findings of a filing as the store is now, so that texts and
// snapshots of those that say nothing new are not kept again. Each verdict names
// the revision that it was made with.
func (db *DB) compare(f Filing, k *kept) error {
	k.verdicts = make([]verdict, len(f.Reading.Findings))
	return db.View(func(tx *Tx) error {
		c := clerk{tx: tx, filing: f, kept: *k, here: map[vigie.DocumentID]bool{}}
		for i, finding := range f.Reading.Findings {
			id, err := c.resolve(finding)
			if err != nil {
				return err
			}
			if id == "" {
				continue
			}
			c.here[id] = true
			if k.verdicts[i], err = c.compareWith(id, i); err != nil {
				return err
			}
		}
		return nil
	})
}

// compareWith judges a finding beside the document that it is of.
func (c *clerk) compareWith(id vigie.DocumentID, i int) (verdict, error) {
	doc, err := c.tx.Document(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return verdict{}, nil
	}
	if err != nil {
		return verdict{}, err
	}
	if doc.Source != c.filing.Source.ID {
		if _, err := c.tx.Source(doc.Source); err == nil || !errors.Is(err, vigie.ErrNotFound) {
			return verdict{same: true}, err // it is told by its own source, as update has it
		}
	}
	last, err := c.tx.Revision(doc.ID, doc.Revision)
	if err != nil {
		return verdict{}, err
	}
	if c.tx.isWithdrawn(doc.ID) {
		return verdict{with: last.Content, same: true}, nil
	}
	words := last.Text != c.kept.texts[i]
	if words && last.Content != c.kept.contents[i] {
		before, err := c.tx.BodyOf(last)
		switch {
		case errors.Is(err, vigie.ErrDamaged), errors.Is(err, vigie.ErrNotFound): // then what came is another text
		case err != nil:
			return verdict{}, err
		default:
			words = !sameWords(before, c.filing.Reading.Findings[i].Document.Body)
		}
	}
	return c.judge(doc, last, i, words), nil
}

// judge says how a finding differs from a document and its newest revision; words
// says whether the texts differ.
func (c *clerk) judge(doc vigie.Document, last vigie.Revision, i int, words bool) verdict {
	f := c.filing.Reading.Findings[i]
	v := verdict{with: last.Content}
	if last.Content == c.kept.contents[i] || c.tx.isWithdrawn(doc.ID) {
		v.same = true
		return v
	}
	bytes := c.sameBytes(last, f.Capture)
	now, reserved := f.Document, f.Capture != nil && f.Capture.Reserved
	isWithheld := reserved || keepsRecords(c.filing.Source)
	if isWithheld { // that there is no text is not what the publisher changed
		words, now.Summary = false, doc.Summary
	}
	v.reread = bytes && last.Parser != f.Parser
	v.changed = changes(doc, now, words)
	v.was = said(doc, v.changed)
	switch {
	case !isWithheld && saysNothing(f.Document, doc, last, bytes):
		v.same = true
	case reserved && (last.Text != "" || doc.Summary != ""): // no copy is to be shown any more
	default:
		v.same = len(v.changed) == 0
	}
	return v
}

// saysNothing reports whether a finding only tells that its text could not be had this
// time, of a document whose text is known or whose bytes were read before.
func saysNothing(now, doc vigie.Document, last vigie.Revision, bytes bool) bool {
	switch {
	case bytes && now.Obstacle.Passing():
		return true
	case last.Text == "" || now.Obstacle == "":
		return false
	}
	return len(now.Body) == 0 || now.Obstacle.Passing() && !doc.Obstacle.Passing()
}

// sameBytes reports whether a finding was read from the same bytes as a revision.
func (c *clerk) sameBytes(last vigie.Revision, now *vigie.Capture) bool {
	if now == nil || len(now.Body) == 0 || last.Capture == "" {
		return false
	}
	before, err := c.tx.Capture(last.Capture)
	return err == nil && before.Snapshot != "" && before.Snapshot == vigie.HashOf(now.Body)
}
