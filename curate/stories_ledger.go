package curate

import (
	"errors"
	"slices"

	"vigie"
	"vigie/curate/story"
	"vigie/index/store"
)

// ledger is the stories as a batch leaves them: what it changed, and the store for
// all else. Each story is written once, however often it changed on the way. It may be
// made in one transaction and written in a later one, if nothing moved in between.
type ledger struct {
	tx      *store.Tx
	stories map[vigie.StoryID]vigie.Story
	gone    map[vigie.StoryID]bool
	of      map[vigie.DocumentID]vigie.StoryID // "" for none
	err     error                              // the first one; nothing is written after it
}

func newLedger(tx *store.Tx) *ledger {
	return &ledger{tx: tx, stories: map[vigie.StoryID]vigie.Story{}, gone: map[vigie.StoryID]bool{}, of: map[vigie.DocumentID]vigie.StoryID{}}
}

// storyOf returns the story of a document as it is by now.
func (l *ledger) storyOf(id vigie.DocumentID) (vigie.Story, bool) {
	if in, known := l.of[id]; known {
		s, ok := l.stories[in]
		return s, ok
	}
	s, err := l.tx.StoryOf(id)
	if err != nil {
		l.note(err)
		return s, false
	}
	if now, changed := l.stories[s.ID]; changed {
		return now, true
	}
	return s, !l.gone[s.ID]
}

func (l *ledger) printOf(id vigie.DocumentID) (story.Print, bool) {
	stored, err := l.tx.Print(id)
	if err != nil {
		l.note(err)
		return story.Print{}, false
	}
	return readPrint(stored)
}

// note keeps an error that says more than that nothing was found.
func (l *ledger) note(err error) {
	if !errors.Is(err, vigie.ErrNotFound) && l.err == nil {
		l.err = err
	}
}

// take takes up what became of some stories.
func (l *ledger) take(c story.Change) {
	for _, s := range c.Stories {
		l.leave(s.ID)
	}
	for _, id := range c.Gone {
		l.leave(id)
		delete(l.stories, id)
		l.gone[id] = true
	}
	for _, s := range c.Stories {
		l.stories[s.ID] = s
		delete(l.gone, s.ID)
		for _, d := range s.Documents() {
			l.of[d] = s.ID
		}
	}
}

// leave takes the documents of a story as it was out of it.
func (l *ledger) leave(id vigie.StoryID) {
	old, ok := l.stories[id]
	if !ok {
		var err error
		if old, err = l.tx.Story(id); err != nil {
			l.note(err)
			return
		}
	}
	for _, d := range old.Documents() {
		if in, known := l.of[d]; !known || in == id {
			l.of[d] = ""
		}
	}
}

// write writes the stories that changed, and hands decisions on to the documents that
// came to them.
func (l *ledger) write(tx *store.Tx) error {
	l.tx = tx
	if l.err != nil {
		return l.err
	}
	came, err := l.came()
	if err != nil {
		return err
	}
	for id := range l.gone {
		if err := l.tx.DeleteStory(id); err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
	}
	for _, s := range l.stories {
		if err := l.tx.PutStory(s); err != nil {
			return err
		}
	}
	for _, d := range came {
		if err := inherit(l.tx, l.stories[l.of[d]], d); err != nil {
			return err
		}
	}
	return nil
}

// came lists the documents that stand in another story than before, in order.
func (l *ledger) came() ([]vigie.DocumentID, error) {
	var out []vigie.DocumentID
	for d, in := range l.of {
		if in == "" {
			continue
		}
		before, err := l.tx.StoryOf(d)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return nil, err
		}
		if before.ID != in {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out, nil
}
