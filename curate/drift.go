package curate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"vigie"
	"vigie/curate/passage"
	"vigie/index/store"
)

// citationFollower names the cursor of [Citations].
const citationFollower = "citations"

// citationSaved is how many changes that concern no quotation are looked at before the
// cursor is saved.
const citationSaved = 500

// Citations follows documents and syntheses, and notes which quoted words are not what
// their documents say any more.
type Citations struct {
	db  *store.DB
	log *slog.Logger

	mu    sync.Mutex
	at    store.Cursor // under mu
	saved store.Seq    // where the store has it; under mu
	known bool         // at was read from the store; under mu
}

// NewCitations makes the follower.
func NewCitations(db *store.DB, log *slog.Logger) *Citations {
	return &Citations{db: db, log: log}
}

// CatchUp looks at all syntheses that quote what changed since it was called last, and
// returns how many those were. It may be killed anywhere, and be set back to the
// beginning: what somebody has looked at stays so.
func (c *Citations) CatchUp(ctx context.Context) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	looked := 0
	for {
		n, last, err := c.step(ctx)
		if looked += n; err != nil {
			return looked, fmt.Errorf("look after the quotations: %w", err)
		}
		if last {
			return looked, nil
		}
	}
}

// Follow looks after the quotations until ctx ends, and then returns nil. What goes
// wrong is logged and tried again, after up to a minute.
func (c *Citations) Follow(ctx context.Context) error {
	const gather = 300 * time.Millisecond
	for wait := gather; ; {
		_, err := c.CatchUp(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // ctx ended: that is how following stops
		case err != nil:
			wait = min(max(2*wait, time.Second), time.Minute)
			c.log.ErrorContext(ctx, "the quotations are behind the documents", "err", err, "next_try", wait)
		default:
			wait = gather
			if c.db.Wait(ctx, c.reached()) != nil {
				return nil //nolint:nilerr // as above
			}
		}
		select { // what comes together is looked at together
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

func (c *Citations) reached() store.Seq {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Seq
}

// step looks at one batch of changes, and reports whether it was the last.
func (c *Citations) step(ctx context.Context) (n int, last bool, err error) {
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	var to store.Cursor
	var found []finding
	err = c.db.View(func(tx *store.Tx) error {
		if err := c.resume(tx); err != nil {
			return err
		}
		var ids []vigie.SynthesisID
		if ids, to, last, err = changedCitations(tx, c.at); err != nil {
			return err
		}
		n = len(ids)
		for _, id := range ids {
			some, err := findCited(tx, id)
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	})
	if err != nil || to == c.at {
		return 0, last, err
	}
	if len(found) == 0 && last && to.Seq-c.saved < citationSaved {
		c.at = to // looking at so few once more is less work than a commit
		return n, true, nil
	}
	err = c.db.Update(ctx, func(tx *store.Tx) error {
		for _, f := range found {
			if err := f.note(tx, c.db.Now()); err != nil {
				return err
			}
		}
		return tx.SetCursor(citationFollower, to)
	})
	if err == nil {
		c.at, c.saved = to, to.Seq
	}
	return n, last, err
}

// resume reads where the follower stood.
func (c *Citations) resume(tx *store.Tx) error {
	if c.known {
		return nil
	}
	at, err := tx.Cursor(citationFollower)
	if now := c.db.Last(); at.Epoch != now.Epoch {
		at = store.Cursor{Epoch: now.Epoch}
	}
	c.at, c.saved, c.known = at, at.Seq, err == nil
	return err
}

// changedCitations returns the syntheses that the next changes may concern, and how
// far those changes go.
func changedCitations(tx *store.Tx, at store.Cursor) (ids []vigie.SynthesisID, to store.Cursor, last bool, err error) {
	const step = 500
	changes, err := tx.Changes(at.Seq, step)
	seen := map[vigie.SynthesisID]bool{}
	to = at
	for _, c := range changes {
		to.Seq = c.Seq
		switch {
		case c.Kind == store.SynthesisChange && c.Op == store.Put:
			seen[vigie.SynthesisID(c.ID)] = true
		case c.Kind == store.DocumentChange && c.Cause != "new" && c.Cause != "sighted":
			for _, id := range tx.CitedBy(vigie.DocumentID(c.ID)) {
				seen[id] = true
			}
		}
	}
	for id := range seen {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, to, len(changes) < step, err
}

// finding is what became of one citation.
type finding struct {
	passage vigie.Passage
	drift   store.Drift // How is "" where the words still stand
}

// findCited looks for the words of all citations of a synthesis.
func findCited(tx *store.Tx, id vigie.SynthesisID) ([]finding, error) {
	s, err := tx.Synthesis(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, c := range s.Citations {
		f, revision, err := findQuoted(tx, c.Passage)
		if err != nil {
			return nil, fmt.Errorf("look for quotation %d of %s: %w", c.N, id, err)
		}
		d := store.Drift{Synthesis: id, N: c.N, Document: c.Passage.Document, Revision: revision, Was: c.Passage.Exact}
		switch f.How {
		case passage.Unchanged, passage.Moved:
		case passage.Edited:
			d.How, d.Now, d.Weighty = store.EditedWords, f.Passage.Exact, f.Weighty()
		case passage.Gone:
			d.How = store.GoneWords
			if _, err := tx.Withdrawal(c.Passage.Document); err == nil {
				d.How = store.WithdrawnWords
			}
		}
		out = append(out, finding{c.Passage, d})
	}
	return out, nil
}

// findQuoted looks for the words of a passage in the newest text of its document, and
// returns the number of its revision; 0 for a document that is gone.
func findQuoted(tx *store.Tx, p vigie.Passage) (passage.Found, int, error) {
	doc, err := tx.Document(p.Document)
	if errors.Is(err, vigie.ErrNotFound) {
		return passage.Found{How: passage.Gone}, 0, nil
	}
	if err != nil {
		return passage.Found{}, 0, err
	}
	if _, err := tx.Withdrawal(doc.ID); err == nil {
		return passage.Found{How: passage.Gone}, 0, nil
	}
	newest, err := newestText(tx, doc)
	if err != nil {
		return passage.Found{}, 0, err
	}
	if newest == p.Revision {
		return passage.Found{How: passage.Unchanged, Passage: p}, newest, nil
	}
	old, err := textOf(tx, p.Document, p.Revision)
	if err != nil {
		return passage.Found{}, 0, err
	}
	now, err := textOf(tx, p.Document, newest)
	if err != nil {
		return passage.Found{}, 0, err
	}
	f := passage.Find(p, old, now)
	f.Passage.Document, f.Passage.Revision = p.Document, newest
	return f, newest, nil
}

// newestText returns the last revision with a text. Later ones without it are those
// whose text we do not keep; where the publisher took it away, that is the last word.
func newestText(tx *store.Tx, doc vigie.Document) (int, error) {
	for n := doc.Revision; n > 0; n-- {
		r, err := tx.Revision(doc.ID, n)
		if err != nil {
			return 0, err
		}
		if r.Text != "" || slices.Contains(r.Changed, "text") {
			return n, nil
		}
	}
	return doc.Revision, nil
}

// textOf returns the text of a revision, nil where it is not kept any more.
func textOf(tx *store.Tx, id vigie.DocumentID, n int) ([]vigie.Paragraph, error) {
	r, err := tx.Revision(id, n)
	if err == nil {
		var body []vigie.Paragraph
		if body, err = tx.BodyOf(r); err == nil {
			return body, nil
		}
	}
	if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
		return nil, nil
	}
	return nil, err
}

// note keeps what became of a citation, unless that or its synthesis changed since it
// was looked at: then another look follows. What somebody has looked at is not told
// again.
func (f finding) note(tx *store.Tx, now time.Time) error {
	s, err := tx.Synthesis(f.drift.Synthesis)
	if err != nil {
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		return err
	}
	same := func(c vigie.Citation) bool { return c.N == f.drift.N && c.Passage == f.passage }
	if !slices.ContainsFunc(s.Citations, same) {
		return nil
	}
	if f.drift.How == "" {
		return tx.DeleteDrift(f.drift.Synthesis, f.drift.N)
	}
	before, err := tx.Drift(f.drift.Synthesis, f.drift.N)
	switch {
	case err == nil && before.Same(f.drift):
		f.drift.At, f.drift.KeptBy, f.drift.KeptAt = before.At, before.KeptBy, before.KeptAt
		if before == f.drift {
			return nil
		}
	case err != nil && !errors.Is(err, vigie.ErrNotFound):
		return err
	default:
		f.drift.At = now.UTC().Truncate(time.Second)
	}
	return tx.PutDrift(f.drift)
}
