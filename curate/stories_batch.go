package curate

import (
	"errors"
	"slices"
	"strings"

	"vigie"
	"vigie/curate/story"
	"vigie/index/store"
)

// batch is what one step of [Stories] settles.
type batch struct {
	// changed are the documents whose stories may be others now, each once; prints are
	// those of the ones that are there, gone the ones that are not.
	changed, gone []vigie.DocumentID
	prints        []story.Print
	// to is the change that the follower has come to with this, last says that there
	// is nothing after it.
	to   store.Seq
	last bool
	size int // of the texts that were read, in bytes
}

func (b *batch) full() bool { return len(b.changed) >= storyDocuments || b.size >= storyBytes }

func (b *batch) add(id vigie.DocumentID) {
	if !slices.Contains(b.changed, id) {
		b.changed = append(b.changed, id)
	}
}

// read reads the next batch, and takes the prints of its documents.
func (s *Stories) read(tx *store.Tx) (batch, error) {
	b := batch{to: s.at.Seq}
	changes, err := tx.Changes(s.at.Seq, storyChanges)
	if err != nil {
		return b, err
	}
	institutions := map[vigie.SourceID]bool{}
	for _, c := range changes {
		if b.full() {
			return b, nil
		}
		switch {
		case c.Kind == store.DocumentChange && c.Op == store.Delete:
			b.gone = append(b.gone, vigie.DocumentID(c.ID))
			b.add(vigie.DocumentID(c.ID))
		case c.Kind == store.DocumentChange:
			err = b.document(tx, c, institutions)
		case c.Kind == store.StoryChange && c.Cause == store.StorySplit:
			err = b.split(tx, vigie.StoryID(c.ID))
		}
		if err != nil {
			return b, err
		}
		b.to = c.Seq
	}
	b.last = len(changes) < storyChanges
	return b, nil
}

// retained is the cause of a change by which a document lost words that are not to be
// kept any longer.
const retained = "retention"

// document takes the print of a document that changed. One that changed again is left
// to the later change, one that is gone to its removal.
func (b *batch) document(tx *store.Tx, c store.Change, institutions map[vigie.SourceID]bool) error {
	id := vigie.DocumentID(c.ID)
	newest, err := tx.DocumentSeq(id)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && newest != c.Seq {
		return nil
	}
	if err == nil && c.Cause == retained && b.again(tx, id) {
		return nil
	}
	doc, err2 := tx.Document(id)
	if err := errors.Join(err, err2); err != nil {
		if errors.Is(err, vigie.ErrDamaged) {
			return nil // the check names it; it must not keep all others from their stories
		}
		return err
	}
	doc.Body, err = tx.Body(doc)
	if err != nil && !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrNotFound) {
		return err // a text that is damaged does not hide its title
	}
	makes, known := institutions[doc.Source]
	if !known {
		src, err := tx.Source(doc.Source)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		makes = src.Institution
		institutions[doc.Source] = makes
	}
	seen, err := tx.Sightings(id)
	if err != nil {
		return err
	}
	about := story.Known{Institution: makes, Links: linksOf(doc)}
	for _, s := range seen {
		if s.URL != doc.URL {
			about.Also = append(about.Also, s.URL)
		}
	}
	b.add(id)
	b.prints = append(b.prints, story.Of(doc, about))
	for _, p := range doc.Body {
		b.size += len(p.Text)
	}
	return nil
}

// again takes up a document with the print that is kept of it, and reports whether
// there is one: the words went by a rule, what they told did not.
func (b *batch) again(tx *store.Tx, id vigie.DocumentID) bool {
	stored, err := tx.Print(id)
	if err != nil {
		return false
	}
	p, ok := readPrint(stored)
	if ok {
		b.add(id)
		b.prints = append(b.prints, p)
	}
	return ok
}

// split takes up the documents that people took apart: each may belong elsewhere.
func (b *batch) split(tx *store.Tx, id vigie.StoryID) error {
	parted, err := tx.Story(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	for _, s := range parted.Splits {
		for _, d := range append(slices.Clone(s.Out), s.From...) {
			b.add(d)
		}
	}
	return err
}

// mostLinks bounds how many addresses are looked for in a text.
const mostLinks = 100

// linksOf lists the addresses that a document leads to, then those that stand written
// in it.
func linksOf(doc vigie.Document) []string {
	out := slices.Clone(doc.Links[:min(len(doc.Links), mostLinks)])
	find := func(text string) {
		for len(out) < mostLinks {
			_, rest, found := strings.Cut(text, "://")
			if !found {
				return
			}
			end := strings.IndexAny(rest, " \t\n<>\"'»)]،؛")
			if end < 0 {
				end = len(rest)
			}
			out = append(out, "https://"+strings.TrimRight(rest[:end], ".,;:!?…"))
			text = rest[end:]
		}
	}
	find(doc.Summary)
	for _, p := range doc.Body {
		find(p.Text)
	}
	return out
}
