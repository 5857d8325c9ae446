package harvest

import (
	"errors"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
)

// request is a source as it was asked for, and the way that was known then.
type request struct {
	source vigie.Source
	found  vigie.Found
}

// settle returns the visit after a reading as the desk wants it by now. If somebody
// changed the rules meanwhile, or agreed to another way, the reading is no answer any
// more: the source is due at once with what was remembered of it, and answers is false.
// If only its pace was changed, that holds from now on.
func (h *Harvester) settle(tx *store.Tx, asked request, v vigie.Visit) (kept vigie.Source, settled vigie.Visit, answers bool, err error) {
	if kept, err = tx.Source(asked.source.ID); err != nil {
		return kept, v, false, err
	}
	before, err := tx.Visit(kept.ID)
	switch {
	case err != nil:
		return kept, v, false, err
	case !kept.ReadsLike(asked.source) || before.Found != asked.found:
		return kept, before.Retried(), false, nil
	case kept.Every != asked.source.Every:
		v = h.pace().Repaced(kept, v)
	}
	return kept, v, true, nil
}

// keep keeps what is remembered of a source that was not read after all, or could not
// be, unless somebody removed it meanwhile.
func (h *Harvester) keep(tx *store.Tx, asked request, v vigie.Visit) error {
	_, v, _, err := h.settle(tx, asked, v)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.PutVisit(v)
}

// then is what a filing does in its transaction: it settles the visit, and where a
// permanent redirect is sure the source takes the new address, and the audit log tells
// it. While another source has that address the visit keeps the redirect, for a person
// to see.
func (h *Harvester) then(asked request) func(*store.Tx, vigie.Visit) (vigie.Visit, error) {
	return func(tx *store.Tx, v vigie.Visit) (vigie.Visit, error) {
		kept, v, answers, err := h.settle(tx, asked, v)
		if err != nil || !answers {
			return v, err
		}
		next, adopted := v.Adopt(kept, h.o.Now())
		if adopted.Adopted == v.Adopted {
			return v, nil
		}
		if next.URL != kept.URL {
			taken, err := isTaken(tx, next)
			if err != nil || taken {
				return v, err
			}
		}
		if err := tx.PutSource(next); err != nil {
			return v, err
		}
		_, err = tx.Audit(store.AuditLine{What: "source moved", About: string(next.ID), Note: fmt.Sprintf("%s to %s", kept.Host(), next.Host())})
		return adopted, err
	}
}

// isTaken reports whether another source of the same kind has the address of s.
func isTaken(tx *store.Tx, s vigie.Source) (bool, error) {
	watching, err := tx.Watching(s.URL)
	if errors.Is(err, vigie.ErrInvalid) {
		return true, nil // what cannot be an address is not adopted
	}
	return slices.ContainsFunc(watching, func(other vigie.Source) bool { return other.ID != s.ID && other.Kind == s.Kind }), err
}
