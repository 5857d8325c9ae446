package curate

import (
	"slices"

	"vigie"
	"vigie/index/store"
)

// mostPassed bounds how many documents one page of a queue looks at: a filter that
// lets few through, or many copies of one title, must not make a page slow.
const mostPassed = 2000

// Filter says which documents of a queue are wanted. The zero value takes all.
type Filter struct {
	Tag    string
	Source vigie.SourceID
	// Lang is a language without region.
	Lang vigie.Lang
}

// Pile is a document of a queue with its folded copies.
type Pile struct {
	vigie.Document
	Judgement vigie.Judgement
	// Copies have the same title and status.
	Copies []vigie.Document
}

// Page is a part of a queue.
type Page struct {
	Piles []Pile
	// Last is the last document that was looked at, "" at the end of the queue: the
	// next page begins behind it.
	Last vigie.DocumentID
}

// Queue returns a part of a queue, newest first, behind the given document; "" is
// the beginning, and so is a document that is gone. A title that stands in the queue
// several times is shown once, where it stands first. A page may have fewer piles
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

// pile gathers the copies of a document, and reports whether it is the first of
// those wanted.
func (f Filter) pile(tx *store.Tx, doc vigie.Document, folded map[vigie.DocumentID]bool) (Pile, bool, error) {
	copies, err := Copies(tx, doc)
	if err != nil {
		return Pile{}, false, err
	}
	first := true
	for _, c := range copies {
		if f.fits(c) {
			folded[c.ID] = true
			first = first && inQueue(doc, c) < 0
		}
	}
	if !first {
		return Pile{}, false, nil
	}
	j, err := tx.Judgement(doc.ID)
	return Pile{Document: doc, Judgement: j, Copies: copies}, true, err
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
