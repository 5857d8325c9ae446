package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie"
	"vigie/curate/story"
	"vigie/index/store"
)

// ByStories is who decides, in the log, where a copy came to a story that a person
// had decided. Why is then the identity of the document that the decision was about.
const ByStories = "vigie"

// inherit hands the decision about a story on to a document that came to it: one that
// nobody decided anything about, filed after a person kept or dropped a copy of it.
// Where the copies were decided in different ways it waits for a person.
func inherit(tx *store.Tx, s vigie.Story, id vigie.DocumentID) error {
	doc, err := tx.Document(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil // its removal comes
	}
	own, err2 := tx.Decisions(id)
	if err := errors.Join(err, err2); err != nil || len(own) > 0 {
		return err
	}
	var from vigie.Judgement
	for _, copied := range together(s, id, isCopy) {
		j, err := tx.Judgement(copied)
		if err != nil {
			return err
		}
		if j.Status == vigie.New || j.By == ByStories {
			continue
		}
		if from.Status != "" && from.Status != j.Status {
			return nil
		}
		if from.Status == "" || j.At.Before(from.At) {
			from = j
		}
	}
	act, final := map[vigie.Status]vigie.Act{vigie.Kept: vigie.Keep, vigie.Dropped: vigie.Drop}[from.Status]
	if !final || doc.Filed.Before(from.At.Truncate(time.Second)) {
		return nil
	}
	_, err = tx.Decide(vigie.Decision{Document: id, By: ByStories, Act: act, Why: string(from.Document)})
	return err
}

// isCopy lets through the bonds of copies; what is about a report, or likely the same
// in another language, is another text.
func isCopy(b vigie.Bond) bool {
	return b == vigie.ExactCopy || b == vigie.NearCopy || b == vigie.SameTitle
}

// isSure lets through all bonds but those that are guesses.
func isSure(b vigie.Bond) bool { return b != vigie.LikelySame }

// together lists the documents of a story that are bound to the given one, directly or
// by others, by bonds that pass; the source of record first, the one itself included.
func together(s vigie.Story, id vigie.DocumentID, pass func(vigie.Bond) bool) []vigie.DocumentID {
	in := map[vigie.DocumentID]bool{id: true}
	for grew := true; grew; {
		grew = false
		for _, m := range s.Members {
			if pass(m.Bond) && in[m.Document] != in[m.To] {
				in[m.Document], in[m.To], grew = true, true, true
			}
		}
	}
	return slices.DeleteFunc(s.Documents(), func(d vigie.DocumentID) bool { return !in[d] })
}

// inherited adds to decisions that are taken back those that came of them: copies were
// kept or dropped because these documents were.
func inherited(tx *store.Tx, undone []vigie.Decision) ([]vigie.Decision, error) {
	out := slices.Clone(undone)
	for _, cause := range undone {
		if cause.Act != vigie.Keep && cause.Act != vigie.Drop {
			continue
		}
		s, err := tx.StoryOf(cause.Document)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, copied := range s.Documents() {
			log, err := tx.Decisions(copied)
			if err != nil {
				return nil, err
			}
			out = append(out, handedOn(log, cause)...)
		}
	}
	return out, nil
}

// handedOn are those of the decisions about a copy that came of another's, and count.
func handedOn(log []vigie.Decision, cause vigie.Decision) []vigie.Decision {
	gone := vigie.Undone(log)
	return slices.DeleteFunc(log, func(d vigie.Decision) bool {
		return gone[d.ID] || d.By != ByStories || d.Why != string(cause.Document) || d.Act != cause.Act
	})
}

// TakeApart says that documents do not belong to a story. They leave it, and never
// stand in one story with those that stay again, whatever comes. The splits of a story
// say who took what apart, when and why. Errors: vigie.ErrForbidden, vigie.ErrNotFound,
// and vigie.ErrInvalid unless the documents are some of the story's, and not all.
func (d *Desk) TakeApart(ctx context.Context, by vigie.User, id vigie.StoryID, out []vigie.DocumentID, why string) error {
	if !by.May(vigie.Triage) {
		return fmt.Errorf("take apart story %.30q: role %q may not: %w", string(id), by.Role, vigie.ErrForbidden)
	}
	why = clip(squeeze(why), longestWhy)
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Story(id)
		if err != nil {
			return err
		}
		now := d.o.Now().UTC()
		parted, err := s.Part(out, string(by.ID), why, now.Truncate(time.Second))
		if err != nil {
			return err
		}
		if err := tx.PutStory(parted); err != nil {
			return err
		}
		return regroup(tx, parted, now)
	})
	if err != nil {
		return fmt.Errorf("take apart story %.30q: %w", string(id), err)
	}
	return nil
}

// regroup settles one story by itself, so that a page shows at once what was taken
// apart. The follower does it again with all other documents.
func regroup(tx *store.Tx, s vigie.Story, now time.Time) error {
	table, l := story.NewTable(), newLedger(tx)
	docs := s.Documents()
	for _, d := range docs {
		if p, ok := l.printOf(d); ok {
			table.Put(p)
		}
	}
	l.take(table.Settle(docs, story.Past{StoryOf: l.storyOf, Apart: story.NewApart(s.Splits...), Now: now.Truncate(time.Second)}))
	return l.write(tx)
}
