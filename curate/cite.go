package curate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"vigie"
	"vigie/curate/passage"
	"vigie/index/store"
)

// Quote says which words of a document are meant.
type Quote struct {
	Document vigie.DocumentID
	// Revision is the state of the document that was read; 0 for the newest.
	Revision int
	// Exact are the words as they were selected, whatever their white space.
	Exact string
	// Prefix stands in front of them, where the words alone are in the text more
	// than once; "", and one that is nowhere, takes the first place.
	Prefix string
}

// Cite adds a passage to the citations of a synthesis and returns it with its
// number. The same passage again returns the citation that there is. Errors:
// vigie.ErrNotFound for a document that is not kept any more, vigie.ErrInvalid for
// words that are not in it.
func (d *Desk) Cite(ctx context.Context, by vigie.User, id vigie.SynthesisID, q Quote) (c vigie.Citation, err error) {
	_, err = d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		s, c, err = d.cite(tx, by, s, q)
		return s, err
	})
	return c, err
}

// BeginCiting is [Desk.Begin] and [Desk.Cite] in one: without the passage there is
// no synthesis either.
func (d *Desk) BeginCiting(ctx context.Context, by vigie.User, id vigie.SynthesisID, q Quote) (c vigie.Citation, err error) {
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := d.begin(tx, by, id, vigie.Brief); err != nil {
			return err
		}
		_, err := changeIn(tx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
			s, c, err = d.cite(tx, by, s, q)
			return s, err
		})
		return err
	})
	if err != nil {
		return vigie.Citation{}, fmt.Errorf("begin a synthesis with a citation: %w", err)
	}
	return c, nil
}

// cite adds a passage to a synthesis, unless it is there.
func (d *Desk) cite(tx *store.Tx, by vigie.User, s vigie.Synthesis, q Quote) (vigie.Synthesis, vigie.Citation, error) {
	if !vigie.Visible(by, s.Working()) {
		return s, vigie.Citation{}, vigie.ErrForbidden
	}
	c, err := d.quote(tx, q)
	if err != nil {
		return s, vigie.Citation{}, err
	}
	for _, kept := range s.Citations {
		if kept.Passage == c.Passage {
			return s, kept, nil
		}
	}
	c.N = s.NextCitation()
	s.Citations = append(slices.Clip(s.Citations), c)
	return touched(s, by), c, nil
}

// quote makes a citation without a number.
func (d *Desk) quote(tx *store.Tx, q Quote) (vigie.Citation, error) {
	doc, err := tx.Document(q.Document)
	if err != nil {
		return vigie.Citation{}, err
	}
	if q.Revision == 0 {
		q.Revision = doc.Revision
	}
	revision, err := tx.Revision(q.Document, q.Revision)
	if err != nil {
		return vigie.Citation{}, err
	}
	body, err := tx.BodyOf(revision)
	if err != nil {
		return vigie.Citation{}, err
	}
	p, err := passage.Quote(body, q.Exact, q.Prefix)
	if err != nil {
		return vigie.Citation{}, err
	}
	p.Document, p.Revision = q.Document, q.Revision
	return vigie.Citation{
		Passage: p, Publisher: doc.Publisher, Title: doc.Title, URL: doc.URL, Lang: doc.Lang,
		Published: doc.Published, Accessed: revision.Fetched,
	}, nil
}

// squeeze makes every run of white space one space, and takes those at the ends.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
}
