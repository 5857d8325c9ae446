package index

import (
	"context"
	"errors"

	"vigie"
	"vigie/index/column"
	"vigie/index/store"
)

// columnsAtOnce is how many changes are looked at in one transaction.
const columnsAtOnce = 1000

// changed gathers the documents that some changes concern.
type changed struct {
	documents map[vigie.DocumentID]bool
	sources   []vigie.SourceID
	stories   []vigie.StoryID
	// storied tells the story of the documents of stories: asking the store for each
	// would read a story as often as it has members.
	storied map[vigie.DocumentID]vigie.StoryID
}

// step brings the table over the next changes. Whatever a change was about, the
// documents that it concerns are read as they are now. The caller has the turn.
func (c *columns) step(ctx context.Context) error {
	after, end := c.seq(), c.db.Last().Seq
	var rows []column.Row
	var gone []vigie.DocumentID
	err := c.db.View(func(tx *store.Tx) error {
		changes, err := tx.Changes(after, columnsAtOnce)
		if err != nil {
			return err
		}
		if n := len(changes); n > 0 {
			end = changes[n-1].Seq // which the store may not have announced yet
		}
		of, err := c.concerned(tx, changes)
		if err != nil {
			return err
		}
		for id := range of.documents {
			row, err := c.read(ctx, tx, id, of.storied)
			switch {
			case errors.Is(err, vigie.ErrNotFound):
				gone = append(gone, id)
			case c.noted(ctx, id, err) != nil:
				return err
			case err == nil:
				rows = append(rows, row)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		c.table.Put(rows...)
	}
	if len(gone) > 0 {
		c.table.Delete(gone...)
	}
	c.at.Store(uint64(max(after, end)))
	return nil
}

// levelColumns brings the columns to a change that the index has come to. What is on the
// disk may be indexed before the store announces it, and [Index.Columns] goes by what
// was announced: a document that they lack then was not removed.
func (x *Index) levelColumns(ctx context.Context, reached store.Seq) error {
	if _, err := x.Columns(ctx); err != nil { // waits until they are loaded
		return err
	}
	return x.columns.reach(ctx, reached)
}

// concerned tells which documents changes are about.
func (c *columns) concerned(tx *store.Tx, changes []store.Change) (changed, error) {
	of := changed{documents: map[vigie.DocumentID]bool{}, storied: map[vigie.DocumentID]vigie.StoryID{}}
	for _, change := range changes {
		var err error
		switch change.Kind {
		case store.DocumentChange, store.JudgementChange:
			of.documents[vigie.DocumentID(change.ID)] = true
		case store.StoryChange:
			err = c.storyChanged(tx, vigie.StoryID(change.ID), &of)
		case store.SourceChange:
			err = c.sourceChanged(tx, vigie.SourceID(change.ID), &of)
		case store.SynthesisChange:
			err = c.synthesisChanged(tx, vigie.SynthesisID(change.ID), &of)
		default: // not of documents
		}
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			return of, err
		}
	}
	if len(of.stories)+len(of.sources) > 0 {
		v := c.table.View()
		for n := range v.InStory(of.stories...).Or(v.ShownBy(of.sources...)).Each() {
			of.documents[v.ID(n)] = true
		}
	}
	return of, nil
}

// storyChanged concerns the documents that are in the story, and those that were.
func (c *columns) storyChanged(tx *store.Tx, id vigie.StoryID, of *changed) error {
	of.stories = append(of.stories, id)
	s, err := tx.Story(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	for _, doc := range s.Documents() {
		of.documents[doc], of.storied[doc] = true, id
	}
	return err
}

// sourceChanged concerns the documents of the source where they take from it what
// changed.
func (c *columns) sourceChanged(tx *store.Tx, id vigie.SourceID, of *changed) error {
	var now sourceFacts
	s, err := tx.Source(id)
	switch {
	case errors.Is(err, vigie.ErrNotFound): // removed; its documents stay
	case err != nil:
		return err
	default:
		if now, err = factsOf(tx, s); err != nil {
			return err
		}
	}
	if !now.equal(c.sources[id]) {
		of.sources = append(of.sources, id)
	}
	c.sources[id] = now
	return nil
}

// synthesisChanged concerns the documents that are quoted, and those that were.
func (c *columns) synthesisChanged(tx *store.Tx, id vigie.SynthesisID, of *changed) error {
	s, err := tx.Synthesis(id)
	if err != nil {
		return err
	}
	now, err := quotedIn(tx, s)
	if err != nil {
		return err
	}
	for _, doc := range append(c.quoted[id], now...) {
		of.documents[doc] = true
	}
	c.quoted[id] = now
	return nil
}

// read reads what the columns hold of a document.
func (c *columns) read(ctx context.Context, tx *store.Tx, id vigie.DocumentID, storied map[vigie.DocumentID]vigie.StoryID) (column.Row, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return column.Row{}, err
	}
	row, err := c.row(ctx, tx, doc)
	if err != nil {
		return row, err
	}
	row.Cited = len(tx.CitedBy(id)) > 0
	if story, ok := storied[id]; ok {
		row.Story = story
		return row, nil
	}
	s, err := tx.StoryOf(id)
	if row.Story = s.ID; errors.Is(err, vigie.ErrNotFound) {
		return row, nil
	}
	return row, c.noted(ctx, id, err)
}
