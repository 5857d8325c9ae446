package curate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/curate/story"
	"vigie/index/store"
)

// errMoved says that people took a story apart while a batch was settled.
var errMoved = errors.New("stories were taken apart meanwhile")

// settle says what became of the stories of a batch and writes it down with the
// cursor. Those who write wait for the writing only: what becomes of the stories is
// found out before, and anew where people took some apart meanwhile. Nobody else
// changes stories.
func (s *Stories) settle(ctx context.Context, b batch, to store.Cursor) error {
	rows, err := printRows(b)
	if err != nil {
		return err
	}
	for {
		var l *ledger
		err := s.db.View(func(tx *store.Tx) (err error) {
			l, err = s.regroup(tx, b)
			return errors.Join(err, ctx.Err())
		})
		if err != nil {
			return fmt.Errorf("find what tells the same: %w", err)
		}
		err = s.db.Update(ctx, func(tx *store.Tx) error { return s.write(tx, rows, l, to) })
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// write writes what was found out, if that still holds.
func (s *Stories) write(tx *store.Tx, rows []store.Print, l *ledger, to store.Cursor) error {
	last, err := tx.LastSplit()
	if err == nil && last != s.split {
		return errMoved
	}
	if err := errors.Join(err, putPrints(tx, rows)); err != nil {
		return err
	}
	if err := l.write(tx); err != nil {
		return err
	}
	return tx.SetCursor(store.StoryFollower, to)
}

// printRows are the prints of a batch as they are stored.
func printRows(b batch) ([]store.Print, error) {
	rows := make([]store.Print, 0, len(b.prints))
	for _, p := range b.prints {
		data, err := p.MarshalBinary()
		if err != nil {
			return nil, err
		}
		rows = append(rows, store.Print{Document: p.Document, Data: data})
	}
	return rows, nil
}

// putPrints writes prints, but for those whose documents are gone since.
func putPrints(tx *store.Tx, rows []store.Print) error {
	for _, p := range rows {
		if err := tx.PutPrint(p); err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
	}
	return nil
}

// regroup settles the documents of a batch one after the other.
func (s *Stories) regroup(tx *store.Tx, b batch) (*ledger, error) {
	if err := s.readSplits(tx); err != nil {
		return nil, err
	}
	l := newLedger(tx)
	past := story.Past{StoryOf: l.storyOf, PrintOf: l.printOf, Apart: s.apart, Now: s.db.Now().Truncate(time.Second)}
	for _, id := range b.changed {
		l.take(s.table.Settle([]vigie.DocumentID{id}, past))
	}
	return l, l.err
}

// readSplits reads the splits of all stories anew if there are others than those that
// are known.
func (s *Stories) readSplits(tx *store.Tx) error {
	last, err := tx.LastSplit()
	if err != nil || last == s.split {
		return err
	}
	var splits []vigie.Split
	for each, err := range tx.StoriesAfter("") {
		if err != nil {
			return err
		}
		splits = append(splits, each.Splits...)
	}
	s.apart, s.split = story.NewApart(splits...), last
	return nil
}
