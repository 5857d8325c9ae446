package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
)

// Listed is what became of a source of a list.
type Listed struct {
	// Source is the one that is there now, where there is one.
	Source vigie.Source
	// Known says that its address was watched already.
	Known bool
	// Refused says what is wrong with it; nil where nothing is.
	Refused error
}

// AddList adds the sources of a list, all in one transaction, and returns what became
// of each, in the order of the list. One that is wrong is refused by itself; one whose
// address was watched before, in whatever way, is left alone, so that doing it again
// adds nothing. A list may name an address twice, to be read in two ways. Who may only
// propose sources adds them paused. Error: vigie.ErrForbidden.
func (d *Desk) AddList(ctx context.Context, by vigie.User, sources []vigie.Source, paused bool, from string) ([]Listed, error) {
	if !by.May(vigie.ProposeSource) {
		return nil, fmt.Errorf("add sources of a list: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	paused = paused || !by.May(vigie.KeepSources)
	var out []Listed
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		out = make([]Listed, 0, len(sources))
		var added []vigie.Source
		ours := map[vigie.SourceID]bool{}
		for _, s := range sources {
			l, err := addListed(tx, s, paused, ours)
			if err != nil {
				return err
			}
			if l.Refused == nil && !l.Known {
				added = append(added, l.Source)
				ours[l.Source.ID] = true
			}
			out = append(out, l)
		}
		if len(added) == 0 {
			return nil
		}
		return d.noteDown(tx, by, "sources imported", "", addedNote(added), from)
	})
	if err != nil {
		return nil, fmt.Errorf("add sources of a list: %w", err)
	}
	return out, nil
}

// addListed adds one source of a list. Ours are those that the list added before.
func addListed(tx *store.Tx, s vigie.Source, paused bool, ours map[vigie.SourceID]bool) (Listed, error) {
	s, err := checkSource(s)
	if err != nil {
		return Listed{Source: s, Refused: err}, nil
	}
	watching, err := tx.Watching(s.URL)
	if err != nil {
		return Listed{}, err
	}
	for _, other := range slices.Backward(watching) {
		if !ours[other.ID] {
			s.ID = other.ID
			return Listed{Source: s, Known: true}, nil
		}
	}
	s.ID, s.Paused = "", s.Paused || paused
	kept, err := tx.AddSource(s)
	switch {
	case errors.Is(err, vigie.ErrConflict):
		return Listed{Source: kept, Known: true}, nil
	case err != nil:
		return Listed{}, err
	}
	return Listed{Source: kept}, nil
}
