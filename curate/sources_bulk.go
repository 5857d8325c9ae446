package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// MostSources is how many sources one [Desk.ChangeSources] takes.
const MostSources = 500

// BulkAct is what [Desk.ChangeSources] does to each source.
type BulkAct string

// The acts on many sources.
const (
	// BulkPause leaves them unread, BulkResume lets them be read again.
	BulkPause  BulkAct = "pause"
	BulkResume BulkAct = "resume"
	// BulkRead makes them due as [Desk.ReadNow] does; paused ones are left alone.
	BulkRead BulkAct = "read"
	// BulkPace sets the time between two readings that the desk wishes, and says anew
	// when each is read next.
	BulkPace BulkAct = "pace"
	// BulkWay agrees to how they are read: in the way that is offered where their own no
	// longer works, or in the one that was taken by itself ([vigie.Visit.Agreed]).
	BulkWay BulkAct = "way"
)

// audited is what the audit log says of the act; "" is none.
func (a BulkAct) audited() string {
	switch a {
	case BulkPause:
		return "sources paused"
	case BulkResume:
		return "sources resumed"
	case BulkRead:
		return "sources asked for"
	case BulkPace:
		return "pace changed"
	case BulkWay:
		return "way agreed to"
	}
	return ""
}

// SourcesChanged counts what [Desk.ChangeSources] did.
type SourcesChanged struct {
	// Changed are the sources that differ now, Left those that were so already or
	// that the act does not touch, Missing those that are not there any more.
	Changed, Left, Missing int
}

// ChangeSources does one thing to many sources, all in one transaction with one line
// in the audit log, which none of them differing leaves out. Every is the wish of
// [BulkPace], 0 for none. A source that is named twice counts once. Errors:
// vigie.ErrForbidden, and vigie.ErrInvalid for an unknown act, a pace out of bounds,
// no source at all or more than [MostSources].
func (d *Desk) ChangeSources(ctx context.Context, by vigie.User, ids []vigie.SourceID, act BulkAct, every time.Duration, from string) (SourcesChanged, error) {
	var done SourcesChanged
	if !by.May(vigie.KeepSources) {
		return done, fmt.Errorf("change sources: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	if err := checkBulk(ids, act, every); err != nil {
		return done, fmt.Errorf("change sources: %w", err)
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		done = SourcesChanged{}
		var changed []vigie.Source
		for _, id := range ids {
			kept, differs, err := d.bulkOne(tx, id, act, every)
			switch {
			case errors.Is(err, vigie.ErrNotFound):
				done.Missing++
			case err != nil:
				return err
			case differs:
				changed = append(changed, kept)
			default:
				done.Left++
			}
		}
		if done.Changed = len(changed); done.Changed == 0 {
			return nil
		}
		about := ""
		switch {
		case act == BulkPace:
			about = every.String()
		case len(ids) == 1:
			about = string(ids[0])
		}
		return d.noteDown(tx, by, act.audited(), about, addedNote(changed), from)
	})
	if err != nil {
		return SourcesChanged{}, fmt.Errorf("change sources: %w", err)
	}
	return done, nil
}

func checkBulk(ids []vigie.SourceID, act BulkAct, every time.Duration) error {
	switch {
	case act.audited() == "":
		return &vigie.InvalidError{Field: "act", Reason: fmt.Sprintf("%.20q is none", string(act))}
	case act == BulkPace && every != 0 && (every < vigie.ShortestEvery || every > vigie.LongestEvery):
		return &vigie.InvalidError{Field: "every", Reason: "must lie between five minutes and a year"}
	case len(ids) == 0:
		return &vigie.InvalidError{Field: "sources", Reason: "are none"}
	case len(ids) > MostSources:
		return &vigie.InvalidError{Field: "sources", Reason: fmt.Sprintf("are %d; at most %d", len(ids), MostSources)}
	}
	return nil
}

// bulkOne does the act to one source, and says whether it differs now. The source of
// what people found by hand is paused for good: there is nothing to read.
func (d *Desk) bulkOne(tx *store.Tx, id vigie.SourceID, act BulkAct, every time.Duration) (kept vigie.Source, differs bool, err error) {
	if kept, err = tx.Source(id); err != nil || id == vigie.ByHand {
		return kept, false, err
	}
	before := kept
	switch act {
	case BulkPause, BulkResume:
		kept.Paused = act == BulkPause
		differs = kept.Paused != before.Paused
	case BulkPace:
		kept.Every = every
		if differs = kept.Every != before.Every; differs {
			err = d.repace(tx, kept)
		}
	case BulkRead:
		if kept.Paused {
			return kept, false, nil
		}
		var v vigie.Visit
		if v, err = tx.Visit(id); err != nil {
			return kept, false, err
		}
		if differs = v.Why != vigie.ByPerson || !v.NextRead.IsZero() || v.Stopped(); differs {
			err = tx.PutVisit(v.Retried())
		}
	case BulkWay:
		differs, err = agree(tx, kept)
	}
	if err != nil || !differs {
		return kept, false, err
	}
	// Written even where only its visit changed, as keepSource does: it wakes who reads.
	return kept, true, tx.PutSource(kept)
}

// agree agrees to how a source is read, where there is something to agree to.
func agree(tx *store.Tx, s vigie.Source) (differs bool, err error) {
	v, err := tx.Visit(s.ID)
	if err != nil || s.Kind != vigie.Auto || !v.Agreeable() {
		return false, err
	}
	return true, tx.PutVisit(v.Agreed())
}
