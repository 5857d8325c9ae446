package harvest

import (
	"errors"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
)

// adopt returns what a filing does with a permanent redirect that is sure: the source
// takes the new address in the same transaction, and the audit log tells it. While
// another source has that address the visit keeps the redirect, for a person to see.
func (h *Harvester) adopt(read vigie.Source) func(*store.Tx, vigie.Visit) (vigie.Visit, error) {
	return func(tx *store.Tx, v vigie.Visit) (vigie.Visit, error) {
		kept, err := tx.Source(read.ID)
		if err != nil {
			return v, err
		}
		if !kept.ReadsLike(read) {
			return unanswered(tx, read.ID)
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

// unanswered is the visit of a source that was read as nobody wants it any more: it is
// due at once, also where the turn had chosen it before somebody changed it.
func unanswered(tx *store.Tx, id vigie.SourceID) (vigie.Visit, error) {
	v, err := tx.Visit(id)
	return v.Retried(), err
}

// putVisit keeps what is remembered of a failed reading, unless somebody removed the
// source, or wants it read otherwise, meanwhile.
func putVisit(tx *store.Tx, read vigie.Source, v vigie.Visit) error {
	kept, err := tx.Source(read.ID)
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !kept.ReadsLike(read) {
		if v, err = unanswered(tx, read.ID); err != nil {
			return err
		}
	}
	return tx.PutVisit(v)
}
