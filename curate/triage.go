package curate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vigie"
	"vigie/curate/passage"
	"vigie/index/store"
)

// The bounds of one act: what a form may hold, in documents and characters.
const (
	mostDecided = 500
	longestTag  = 60
	longestWhy  = 500
)

// Decide takes one decision about each of the documents, and about the others of
// their stories that it serves ([Told.Together]), in one transaction. It returns what it added: a decision
// whose outcome is there already adds nothing. Documents that are gone are passed
// over. Errors: vigie.ErrForbidden, vigie.ErrInvalid for an act or a tag that cannot
// be, vigie.ErrNotFound where none of the documents is there.
func (d *Desk) Decide(ctx context.Context, by vigie.User, ids []vigie.DocumentID, act vigie.Act, tag, why string) (out []vigie.Decision, err error) {
	if !by.May(vigie.Triage) {
		return nil, fmt.Errorf("decide: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	wanted := vigie.Decision{By: string(by.ID), Act: act, Why: clip(squeeze(why), longestWhy)}
	if wanted.Tag, err = tagOf(act, tag); err != nil {
		return nil, fmt.Errorf("decide: %w", err)
	}
	if len(ids) > mostDecided {
		return nil, fmt.Errorf("decide: %w", &vigie.InvalidError{Field: "documents", Reason: fmt.Sprintf("are %d; at most %d at once", len(ids), mostDecided)})
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if wanted.At, err = d.moment(tx); err != nil {
			return err
		}
		out, err = decide(tx, ids, wanted)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("decide: %w", err)
	}
	return out, nil
}

// tagOf checks an act, and returns the tag that it takes.
func tagOf(act vigie.Act, tag string) (string, error) {
	switch act {
	case vigie.Keep, vigie.Drop, vigie.Postpone:
		return "", nil
	case vigie.Tag, vigie.Untag:
	case vigie.Undo:
		fallthrough
	default:
		return "", &vigie.InvalidError{Field: "act", Reason: fmt.Sprintf("%.20q is none that can be decided", string(act))}
	}
	tag = squeeze(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(tag, "")))
	if n := utf8.RuneCountInString(tag); n == 0 || n > longestTag {
		return "", &vigie.InvalidError{Field: "tag", Reason: fmt.Sprintf("has %d characters; allowed: 1 to %d", n, longestTag)}
	}
	return tag, nil
}

// clip cuts a text to so many characters.
func clip(s string, most int) string { return passage.First(strings.ToValidUTF8(s, ""), most) }

// moment is the time of a new act, behind that of every other: decisions with the
// same time and person are those of one act.
func (d *Desk) moment(tx *store.Tx) (time.Time, error) {
	now := d.o.Now().UTC()
	for last, err := range tx.Decided("") {
		if err != nil {
			return now, err
		}
		if !now.After(last.At) {
			now = last.At.Add(time.Nanosecond)
		}
		break
	}
	return now, nil
}

// decide adds the wanted decision to the log of each document and of those of its
// story that it serves.
func decide(tx *store.Tx, ids []vigie.DocumentID, wanted vigie.Decision) ([]vigie.Decision, error) {
	var out []vigie.Decision
	done := map[vigie.DocumentID]bool{}
	found := false
	for _, id := range ids {
		doc, err := tx.Document(id)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = true
		story, err := StoryOf(tx, doc)
		if err != nil {
			return nil, err
		}
		for _, each := range append([]vigie.DocumentID{id}, story.served()...) {
			if done[each] {
				continue
			}
			done[each] = true
			if out, err = add(tx, each, wanted, out); err != nil {
				return nil, err
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("none of %d documents: %w", len(ids), vigie.ErrNotFound)
	}
	return out, nil
}

// add takes a decision about one document unless it would change nothing.
func add(tx *store.Tx, id vigie.DocumentID, wanted vigie.Decision, out []vigie.Decision) ([]vigie.Decision, error) {
	j, err := tx.Judgement(id)
	if err != nil || holds(j, wanted) {
		return out, err
	}
	wanted.Document = id
	if _, err := tx.Decide(wanted); err != nil {
		return out, err
	}
	return append(out, wanted), nil
}

// holds reports whether a judgement is what a decision would make of it.
func holds(j vigie.Judgement, d vigie.Decision) bool {
	switch d.Act {
	case vigie.Keep:
		return j.Status == vigie.Kept
	case vigie.Drop:
		return j.Status == vigie.Dropped
	case vigie.Postpone:
		return j.Status == vigie.Later
	case vigie.Tag:
		return slices.Contains(j.Tags, d.Tag)
	case vigie.Untag:
		return !slices.Contains(j.Tags, d.Tag)
	case vigie.Undo:
	}
	return false
}

// Entry is a line of the log of decisions.
type Entry struct {
	vigie.Decision
	// Title and Lang are of the document; Gone says that it is not kept any more.
	Title string
	Lang  vigie.Lang
	Gone  bool
	// Undone says that the decision does not count any more.
	Undone bool
}

// History returns the log of all decisions, newest first, from the one before the
// given one; "" stands for the end.
func (d *Desk) History(before vigie.DecisionID, most int) ([]Entry, error) {
	var out []Entry
	err := d.db.View(func(tx *store.Tx) error {
		counts := counter{tx: tx}
		for decision, err := range tx.Decided(before) {
			if err != nil {
				return err
			}
			e := Entry{Decision: decision}
			if e.Undone, err = counts.undone(decision); err != nil {
				return err
			}
			doc, err := tx.Document(decision.Document)
			if err != nil && !errors.Is(err, vigie.ErrNotFound) {
				return err
			}
			e.Gone, e.Title, e.Lang = err != nil, doc.Title, doc.Lang
			if out = append(out, e); len(out) >= most {
				break
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the log of decisions: %w", err)
	}
	return out, nil
}

// inQueue compares documents as store.Tx.Queue sorts them.
func inQueue(a, b vigie.Document) int {
	return cmp.Or(cmp.Compare(queued(b), queued(a)), cmp.Compare(a.ID, b.ID))
}

// queued is the second under which a document stands in its queue.
func queued(d vigie.Document) int64 {
	if d.Published.IsZero() {
		return max(d.Filed.Unix(), 0)
	}
	return max(d.Published.Time.Unix(), 0)
}
