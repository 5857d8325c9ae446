package curate

import (
	"slices"

	"vigie"
	"vigie/index/store"
)

// mostPassed bounds how many documents one page of a queue looks at: a filter that
// lets few through, or many copies of one text, must not make a page slow.
const mostPassed = 2000

// Filter says which documents of a queue are wanted. The zero value takes all.
type Filter struct {
	Tag    string
	Source vigie.SourceID
	// Lang is a language without region.
	Lang vigie.Lang
}

// Pile is what a queue has of one story: the source of record where it waits there
// too, else what stands first.
type Pile struct {
	vigie.Document
	Judgement vigie.Judgement
	// Copies are the others of the story with the same status. Not all of them are
	// decided together with it.
	Copies []Told
}

// Page is a part of a queue.
type Page struct {
	Piles []Pile
	// Last is the last document that was looked at, "" at the end of the queue: the
	// next page begins behind it.
	Last vigie.DocumentID
}

// Queue returns a part of a queue, newest first, behind the given document; "" is
// the beginning, and so is a document that is gone. A story of which several documents
// stand in the queue is shown once, where the first of them stands. A page may have fewer piles
// than wanted, or none, although more follow.
func Queue(tx *store.Tx, status vigie.Status, f Filter, after vigie.DocumentID, most int) (Page, error) {
	walk := tx.Queue(status)
	if after != "" {
		if doc, err := tx.Document(after); err == nil {
			walk = tx.QueueAfter(status, doc)
		}
	}
	var page Page
	folded := map[vigie.DocumentID]bool{}
	passed := 0
	for doc, err := range walk {
		if err != nil {
			return page, err
		}
		if len(page.Piles) == most || passed == mostPassed {
			return page, nil
		}
		passed++
		page.Last = doc.ID
		if folded[doc.ID] || !f.fits(doc) {
			continue
		}
		pile, first, err := f.pile(tx, doc, folded)
		if err != nil {
			return page, err
		}
		if first && (f.Tag == "" || slices.Contains(pile.Judgement.Tags, f.Tag)) {
			page.Piles = append(page.Piles, pile)
		}
	}
	page.Last = ""
	return page, nil
}

// fits looks at what stands in the document itself.
func (f Filter) fits(doc vigie.Document) bool {
	return (f.Source == "" || doc.Source == f.Source) && (f.Lang == "" || doc.Lang.Base() == f.Lang)
}

// pile gathers what the queue has of the story of a document, and reports whether
// this is the first of it that is wanted.
func (f Filter) pile(tx *store.Tx, doc vigie.Document, folded map[vigie.DocumentID]bool) (Pile, bool, error) {
	story, err := StoryOf(tx, doc)
	if err != nil {
		return Pile{}, false, err
	}
	first, shown := true, doc
	for _, told := range story.alike() {
		if !f.fits(told.Document) {
			continue
		}
		folded[told.ID] = true
		first = first && inQueue(doc, told.Document) < 0
		if told.ID == story.Record {
			shown = told.Document
		}
	}
	if !first {
		return Pile{}, false, nil
	}
	if shown.ID != doc.ID {
		if story, err = StoryOf(tx, shown); err != nil {
			return Pile{}, false, err
		}
	}
	j, err := tx.Judgement(shown.ID)
	return Pile{Document: shown, Judgement: j, Copies: story.alike()}, true, err
}

// Tags returns the tags that were given lately, at most so many.
func Tags(tx *store.Tx, most int) ([]string, error) {
	const mostRead = 200 // decisions
	var out []string
	read := 0
	for d, err := range tx.Decided("") {
		if err != nil {
			return nil, err
		}
		if read++; read > mostRead || len(out) == most {
			break
		}
		if d.Act == vigie.Tag && !slices.Contains(out, d.Tag) {
			out = append(out, d.Tag)
		}
	}
	slices.Sort(out)
	return out, nil
}
