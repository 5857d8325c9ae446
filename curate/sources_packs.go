package curate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"vigie"
	"vigie/curate/catalogue"
	"vigie/index/store"
)

// Offer is an entry of the catalogue and what the desk made of it.
type Offer struct {
	catalogue.Entry

	// Source is what watches its address, "" where nothing does.
	Source vigie.SourceID
	// Read is when it was last read well; the zero time means not yet.
	Read time.Time
}

// OfferedPack is a pack of the catalogue with what the desk made of it.
type OfferedPack struct {
	ID     string
	Offers []Offer
	// Watched and Read count the offers that are watched, and that were ever read.
	Watched, Read int
}

// OfferedPacks returns the packs of the catalogue in the order in which they are
// shown, each entry with whether it is watched and was read.
func OfferedPacks(tx *store.Tx) ([]OfferedPack, error) {
	packs, err := catalogue.Packs()
	if err != nil {
		return nil, err
	}
	known, err := watchedEntries(tx)
	if err != nil {
		return nil, err
	}
	out := make([]OfferedPack, 0, len(packs))
	for _, p := range packs {
		offered := OfferedPack{ID: p.ID, Offers: make([]Offer, 0, len(p.Entries))}
		for _, e := range p.Entries {
			o := Offer{Entry: e}
			if o.Source, err = known.by(tx, e); err != nil {
				return nil, err
			}
			if o.Source != "" {
				v, err := tx.Visit(o.Source)
				if err != nil {
					return nil, err
				}
				offered.Watched++
				if o.Read = v.LastSuccess; !o.Read.IsZero() {
					offered.Read++
				}
			}
			offered.Offers = append(offered.Offers, o)
		}
		out = append(out, offered)
	}
	return out, nil
}

// PackAdded is what [Desk.AddPack] did.
type PackAdded struct {
	Added []vigie.Source
	// Known counts the entries whose address was watched already.
	Known int
}

// AddPack adds the sources of packs and of single entries of the catalogue, by their
// names, all in one transaction. What was added before, and an address that is watched
// already, in whatever way, is left alone, so that doing it again adds nothing. Topics
// that the desk lacks are made while it has none of its own. Who may only propose
// sources adds them paused, and makes no topics. Errors: vigie.ErrForbidden, and vigie.ErrInvalid for an unknown name.
func (d *Desk) AddPack(ctx context.Context, by vigie.User, names []string, paused bool, from string) (PackAdded, error) {
	var done PackAdded
	if !by.May(vigie.ProposeSource) {
		return done, fmt.Errorf("add sources of the catalogue: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	entries, err := catalogue.Select(names)
	if err != nil {
		return done, fmt.Errorf("add sources of the catalogue: %w", err)
	}
	paused = paused || !by.May(vigie.KeepSources)
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		done = PackAdded{}
		known, err := watchedEntries(tx)
		if err != nil {
			return err
		}
		topics, err := d.packTopics(tx, by)
		if err != nil {
			return err
		}
		for _, e := range entries {
			s, added, err := addEntry(tx, e, known, topics, paused, from)
			if err != nil {
				return err
			}
			if !added {
				done.Known++
				continue
			}
			done.Added = append(done.Added, s)
		}
		if len(done.Added) == 0 {
			return nil
		}
		return d.noteDown(tx, by, "pack added", clipped(strings.Join(names, " "), longestValue), addedNote(done.Added), from)
	})
	if err != nil {
		return PackAdded{}, fmt.Errorf("add sources of the catalogue: %w", err)
	}
	return done, nil
}

// addEntry adds the source of an entry of the catalogue, unless it is watched already.
func addEntry(tx *store.Tx, e catalogue.Entry, known entriesWatched, topics packTopics, paused bool, from string) (s vigie.Source, added bool, err error) {
	watched, err := known.by(tx, e)
	if err != nil || watched != "" {
		return s, false, err
	}
	s = e.Source()
	s.Paused = paused
	if s.Topics, err = topics.take(tx, s.Topics, from); err != nil {
		return s, false, err
	}
	s, err = tx.AddSource(s)
	return s, err == nil, err
}

// addedNote counts the sources and names them, as far as there is room.
func addedNote(sources []vigie.Source) string {
	names := make([]string, 0, len(sources))
	for _, s := range sources {
		names = append(names, s.Name)
	}
	return clipped(fmt.Sprintf("%d: %s", len(sources), strings.Join(names, "; ")), longestNote)
}

// entriesWatched maps the entries of the catalogue that sources were made of to them.
type entriesWatched map[string]vigie.SourceID

func watchedEntries(tx *store.Tx) (entriesWatched, error) {
	out := entriesWatched{}
	for s, err := range tx.Sources() {
		if err != nil {
			return nil, err
		}
		if s.Catalogue != "" {
			out[s.Catalogue] = s.ID
		}
	}
	return out, nil
}

// by returns the source that was made of an entry, whatever its address is by now, or
// else the newest one that watches its address; "" is none.
func (w entriesWatched) by(tx *store.Tx, e catalogue.Entry) (vigie.SourceID, error) {
	if id := w[e.ID]; id != "" {
		return id, nil
	}
	return watchedBy(tx, e.URL)
}

// watchedBy returns the newest source that watches an address, in whatever way; "" is
// none.
func watchedBy(tx *store.Tx, address string) (vigie.SourceID, error) {
	watching, err := tx.Watching(address)
	if err != nil || len(watching) == 0 {
		return "", err
	}
	return watching[len(watching)-1].ID, nil
}
