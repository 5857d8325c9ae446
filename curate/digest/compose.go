package digest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// The most that an issue holds. What a mail shows of it is less.
const (
	mostItems   = 200
	mostFigures = 60
)

// late is how long after the moment that an edition bears it may come to be kept.
// An issue may have been composed between the two, so the next one looks back as
// far for what was not told.
const late = 10 * time.Minute

// Draft returns the issue of a cadence that [Post.Compose] would make now, and
// false when there is nothing to tell. Nothing is kept.
func (p *Post) Draft(_ context.Context, c vigie.Cadence) (vigie.Issue, bool, error) {
	var issue vigie.Issue
	err := p.db.View(func(tx *store.Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		before, err := issuesOf(tx, c)
		if err != nil {
			return err
		}
		now := p.now()
		t := timetable{s.Digest, c, s.Location()}
		issue, err = p.gather(tx, s, c, before, t.since(now, before), now)
		return err
	})
	if err != nil {
		return issue, false, fmt.Errorf("draft an issue: %w", err)
	}
	return issue, !empty(issue), nil
}

// Compose makes an issue of what there is to tell since the last one of the
// cadence, whatever the timetable says, and returns false where there is nothing.
// It waits like every issue, so that it can still be cancelled. Errors:
// vigie.ErrForbidden, vigie.ErrInvalid for no cadence, vigie.ErrConflict where no
// mail can be sent ([Post.Ready]): the issue would go out whenever that changes.
func (p *Post) Compose(ctx context.Context, by vigie.User, c vigie.Cadence) (vigie.Issue, bool, error) {
	if err := may(by, vigie.SendDigest, "compose an issue"); err != nil {
		return vigie.Issue{}, false, err
	}
	if err := (vigie.Wish{Cadence: c, Lang: vigie.French}).Check(); err != nil {
		return vigie.Issue{}, false, fmt.Errorf("compose an issue: %w", err)
	}
	if err := p.Ready(); err != nil {
		return vigie.Issue{}, false, fmt.Errorf("compose an issue: no mail can be sent: %w: %w", vigie.ErrConflict, err)
	}
	p.composing.Lock()
	defer p.composing.Unlock()
	issue, found, err := p.Draft(ctx, c)
	if err != nil || !found {
		return issue, false, err
	}
	issue.By = by.ID
	return issue, true, p.keep(ctx, issue, store.AuditLine{Who: string(by.ID), What: "issue composed", About: string(issue.ID), Note: string(c)})
}

// composeDue makes the issues whose hour has come, and returns when the next one
// does.
func (p *Post) composeDue(ctx context.Context) (next time.Time, err error) {
	s, err := p.settings()
	if err != nil {
		return next, fmt.Errorf("compose issues: %w", err)
	}
	for _, c := range []vigie.Cadence{vigie.EveryDay, vigie.EveryWeek, vigie.EveryMonth} {
		if err := p.composeOne(ctx, s, c); err != nil {
			return next, fmt.Errorf("compose the %s issue: %w", c, err)
		}
		at, err := p.Next(c)
		if err != nil {
			return next, err
		}
		next = sooner(next, at)
	}
	return next, nil
}

// Next returns when the timetable composes the next issue of a cadence, after those
// that there were.
func (p *Post) Next(c vigie.Cadence) (next time.Time, err error) {
	err = p.db.View(func(tx *store.Tx) error {
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		before, err := issuesOf(tx, c)
		next = Next(s, c, p.now(), before...)
		return err
	})
	if err != nil {
		return next, fmt.Errorf("look for the next %s issue: %w", c, err)
	}
	return next, nil
}

func (p *Post) composeOne(ctx context.Context, s vigie.Settings, c vigie.Cadence) error {
	t := timetable{s.Digest, c, s.Location()}
	slot := t.latest(p.now())
	if p.alreadyLooked(c, slot) {
		return nil
	}
	p.composing.Lock()
	defer p.composing.Unlock()
	var issue vigie.Issue
	err := p.db.View(func(tx *store.Tx) error {
		before, err := issuesOf(tx, c)
		if err != nil {
			return err
		}
		from, until, due := t.due(p.now(), before)
		if !due {
			return nil
		}
		// An issue that nobody waits for would be of no use, and what it told would
		// not be told to the first who subscribes.
		wanted, err := anybody(tx, c)
		if err == nil && wanted {
			issue, err = p.gather(tx, s, c, before, from, until)
		}
		return err
	})
	if err == nil && !empty(issue) {
		err = p.keep(ctx, issue, store.AuditLine{Who: "timetable", What: "issue composed", About: string(issue.ID), Note: string(c)})
	}
	if err == nil {
		p.mu.Lock()
		p.looked[c] = slot
		p.mu.Unlock()
	}
	return err
}

func (p *Post) alreadyLooked(c vigie.Cadence, slot time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.looked[c].Before(slot)
}

// keep writes a new issue down. The caller holds composing.
func (p *Post) keep(ctx context.Context, issue vigie.Issue, line store.AuditLine) error {
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		line.At = p.now()
		_, err := tx.Audit(line)
		return errors.Join(err, tx.PutIssue(issue))
	})
	if err != nil {
		return fmt.Errorf("keep an issue: %w", err)
	}
	p.watch(issue.ID)
	p.Wake()
	return nil
}

// watch makes the passes look at an issue.
func (p *Post) watch(id vigie.IssueID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != nil {
		p.open[id] = true
	}
}

// issuesOf returns the issues of a cadence, newest first, to the first that was
// not cancelled.
func issuesOf(tx *store.Tx, c vigie.Cadence) ([]vigie.Issue, error) {
	var out []vigie.Issue
	for i, err := range tx.Issues() {
		if err != nil {
			return nil, err
		}
		if i.Cadence != c {
			continue
		}
		out = append(out, i)
		if i.State != vigie.Cancelled {
			break
		}
	}
	return out, nil
}

// anybody reports whether somebody receives a cadence.
func anybody(tx *store.Tx, c vigie.Cadence) (bool, error) {
	for s, err := range tx.Subscribers() {
		if err != nil {
			return false, err
		}
		if s.State == vigie.Active && s.Cadence == c {
			return true, nil
		}
	}
	return false, nil
}

// collect gathers what a walk gives and is wanted.
func collect[T any](walk iter.Seq2[T, error], wanted func(T) bool) ([]T, error) {
	var out []T
	for v, err := range walk {
		if err != nil {
			return nil, err
		}
		if wanted(v) {
			out = append(out, v)
		}
	}
	return out, nil
}

func empty(i vigie.Issue) bool { return len(i.Items) == 0 && len(i.Figures) == 0 }

// gather makes up the issue of a period, after the issues of the cadence that there
// were, newest first.
func (p *Post) gather(tx *store.Tx, s vigie.Settings, c vigie.Cadence, before []vigie.Issue, from, until time.Time) (vigie.Issue, error) {
	now := p.now()
	issue := vigie.Issue{
		ID: vigie.NewID[vigie.IssueID](now), Cadence: c, State: vigie.Composed, From: from, Until: until, Made: now, Send: now.Add(s.Digest.Hold),
	}
	told, err := toldLately(tx, c, from)
	if err != nil {
		return issue, err
	}
	since := from
	if told != nil {
		since = from.Add(-late)
	}
	var shown []vigie.Embed
	for e, err := range tx.Public("") {
		if err != nil {
			return issue, err
		}
		shown = append(shown, e.Embeds...)
		fresh := !e.Published.Before(since) && e.Published.Before(until) && !told[pieceOf(item(e))]
		if fresh && len(issue.Items) < mostItems {
			issue.Items = append(issue.Items, item(e))
		}
	}
	h, err := horizonOf(tx, before, from, until)
	if err != nil {
		return issue, err
	}
	issue.Vintages = h.known()
	issue.Figures, err = moved(tx, s, shown, h)
	return issue, err
}

// piece is one edition, as an issue tells it.
type piece struct {
	synthesis vigie.SynthesisID
	lang      vigie.Lang
	edition   int
}

func pieceOf(i vigie.DigestItem) piece { return piece{i.Synthesis, i.Lang, i.Edition} }

// toldLately returns what the issues of a cadence told that ended shortly before a
// moment; nil where none did.
func toldLately(tx *store.Tx, c vigie.Cadence, from time.Time) (map[piece]bool, error) {
	var told map[piece]bool
	for i, err := range tx.Issues() {
		switch {
		case err != nil:
			return nil, err
		case i.Made.Before(from.Add(-late)): // newest first
			return told, nil
		case i.Cadence != c || i.State == vigie.Cancelled:
			continue
		}
		if told == nil {
			told = map[piece]bool{}
		}
		for _, item := range i.Items {
			told[pieceOf(item)] = true
		}
	}
	return told, nil
}

func item(e vigie.Edition) vigie.DigestItem {
	return vigie.DigestItem{
		Synthesis: e.Synthesis, Lang: e.Lang, Edition: e.N, Title: e.Title, Summary: e.Summary, Slug: e.Slug,
		Topics: slices.Clone(e.Topics), Published: e.Published,
	}
}

// sooner returns the earlier of two moments; the zero time is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
