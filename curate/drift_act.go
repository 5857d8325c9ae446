package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie"
	"vigie/curate/passage"
	"vigie/index/store"
)

// errSeenBefore says that the words changed once more since somebody saw them.
var errSeenBefore = fmt.Errorf("the words changed in the meantime: %w", vigie.ErrConflict)

// CiteNew quotes in a citation what stands in the place of its words by now. The
// person saw the drift of the given revision of the document: a vigie.ErrConflict says
// that the words are others again, a vigie.ErrNotFound that nothing stands there.
func (d *Desk) CiteNew(ctx context.Context, by vigie.User, id vigie.SynthesisID, n, revision int) (vigie.Synthesis, error) {
	return d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		drift, i, err := driftSeen(tx, by, s, n, revision)
		if err != nil {
			return s, err
		}
		c := s.Citations[i]
		found, now, err := findQuoted(tx, c.Passage)
		if err != nil {
			return s, err
		}
		if found.How == passage.Gone {
			return s, fmt.Errorf("find the words of quotation %d: %w", n, vigie.ErrNotFound)
		}
		if found.How == passage.Edited && found.Passage.Exact != drift.Now {
			return s, errSeenBefore
		}
		doc, err := tx.Document(c.Passage.Document)
		if err != nil {
			return s, err
		}
		r, err := tx.Revision(doc.ID, now)
		if err != nil {
			return s, err
		}
		s.Citations = slices.Clone(s.Citations)
		s.Citations[i] = vigie.Citation{
			N: n, Passage: found.Passage, Publisher: doc.Publisher, Title: doc.Title, URL: doc.URL, Lang: doc.Lang,
			Published: doc.Published, Accessed: r.Fetched,
		}
		return touched(s, by), nil
	})
}

// KeepQuote keeps the words of a citation although its document says something else
// by now; nobody is told of it again before that changes. revision is as in
// [Desk.CiteNew].
func (d *Desk) KeepQuote(ctx context.Context, by vigie.User, id vigie.SynthesisID, n, revision int) error {
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Synthesis(id)
		if err != nil {
			return err
		}
		drift, _, err := driftSeen(tx, by, s, n, revision)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil // the words are back
		}
		if err != nil || !drift.Open() {
			return err
		}
		drift.KeptBy, drift.KeptAt = by.ID, d.o.Now().UTC().Truncate(time.Second)
		return tx.PutDrift(drift)
	})
	if err != nil {
		return fmt.Errorf("keep quotation %d of synthesis %s: %w", n, id, err)
	}
	return nil
}

// driftSeen returns the drift that a person saw, and the place of its citation.
func driftSeen(tx *store.Tx, by vigie.User, s vigie.Synthesis, n, revision int) (store.Drift, int, error) {
	i := slices.IndexFunc(s.Citations, func(c vigie.Citation) bool { return c.N == n })
	if !vigie.Visible(by, s.Working()) {
		return store.Drift{}, i, vigie.ErrForbidden
	}
	drift, err := tx.Drift(s.ID, n)
	switch {
	case err != nil:
		return drift, i, err
	case i < 0:
		return drift, i, fmt.Errorf("find citation %d: %w", n, vigie.ErrNotFound)
	case drift.Revision != revision:
		return drift, i, errSeenBefore
	}
	return drift, i, nil
}
