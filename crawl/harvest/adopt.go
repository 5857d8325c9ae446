package harvest

import (
	"errors"
	"fmt"

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
		if otherwise(kept, read) {
			return tx.Visit(read.ID) // what was just read is no longer what is wanted
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
		_, err = tx.Audit(store.AuditLine{What: "source moved", About: string(next.ID), Note: fmt.Sprintf("%s to %s", hostOf(kept), hostOf(next))})
		return adopted, err
	}
}

// otherwise reports whether somebody changed, while it was read, where or how a
// source is read.
func otherwise(kept, read vigie.Source) bool {
	return kept.URL != read.URL || kept.Kind != read.Kind || kept.List.Sitemap != read.List.Sitemap
}

// isTaken reports whether another source of the same kind has the address of s.
func isTaken(tx *store.Tx, s vigie.Source) (bool, error) {
	address, err := vigie.CanonicalURL(s.URL)
	if err != nil {
		return true, nil // what cannot be an address is not adopted
	}
	for other, err := range tx.Sources() {
		if err != nil {
			return false, err
		}
		if other.ID == s.ID || other.Kind != s.Kind {
			continue
		}
		if known, err := vigie.CanonicalURL(other.URL); err == nil && known == address {
			return true, nil
		}
	}
	return false, nil
}

// putVisit keeps what is remembered of a failed reading, unless somebody removed the
// source, or wants it read otherwise, meanwhile.
func putVisit(tx *store.Tx, read vigie.Source, v vigie.Visit) error {
	kept, err := tx.Source(read.ID)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && otherwise(kept, read) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.PutVisit(v)
}
