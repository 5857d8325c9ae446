package curate

import (
	"context"
	"errors"
	"fmt"

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
// of each. One that is wrong is refused by itself; one whose address is watched
// already is left alone, so that doing it again adds nothing. Who may only propose
// sources adds them paused. Error: vigie.ErrForbidden.
func (d *Desk) AddList(ctx context.Context, by vigie.User, sources []vigie.Source, paused bool, from string) ([]Listed, error) {
	if !by.May(vigie.ProposeSource) {
		return nil, fmt.Errorf("add sources of a list: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	paused = paused || !by.May(vigie.KeepSources)
	var out []Listed
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		out = make([]Listed, 0, len(sources))
		watched, err := watchedAddresses(tx)
		if err != nil {
			return err
		}
		var added []vigie.Source
		for _, s := range sources {
			l, err := d.addListed(tx, watched, s, paused)
			if err != nil {
				return err
			}
			if l.Refused == nil && !l.Known {
				added = append(added, l.Source)
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

// addListed adds one source of a list.
func (d *Desk) addListed(tx *store.Tx, watched map[string]vigie.SourceID, s vigie.Source, paused bool) (Listed, error) {
	s, err := checkSource(s)
	if err != nil {
		return Listed{Source: s, Refused: err}, nil //nolint:nilerr // told with the source
	}
	canonical, err := vigie.CanonicalURL(s.URL)
	if err != nil {
		return Listed{Source: s, Refused: err}, nil //nolint:nilerr // told with the source
	}
	if id := watched[canonical]; id != "" {
		s.ID = id
		return Listed{Source: s, Known: true}, nil
	}
	s.ID, s.Paused = "", s.Paused || paused
	kept, err := tx.AddSource(s)
	switch {
	case errors.Is(err, vigie.ErrConflict):
		return Listed{Source: kept, Known: true}, nil
	case err != nil:
		return Listed{}, err
	}
	watched[canonical] = kept.ID
	return Listed{Source: kept}, nil
}
