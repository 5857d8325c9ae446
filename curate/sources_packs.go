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
	watched, err := watchedAddresses(tx)
	if err != nil {
		return nil, err
	}
	out := make([]OfferedPack, 0, len(packs))
	for _, p := range packs {
		offered := OfferedPack{ID: p.ID, Offers: make([]Offer, 0, len(p.Entries))}
		for _, e := range p.Entries {
			o := Offer{Entry: e, Source: watched[e.URL]}
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
// names, all in one transaction. An address that is watched already, in whatever way,
// is left alone, so that doing it again adds nothing. Who may only propose sources adds
// them paused. Errors: vigie.ErrForbidden, and vigie.ErrInvalid for an unknown name.
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
		watched, err := watchedAddresses(tx)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if watched[e.URL] != "" {
				done.Known++
				continue
			}
			s := e.Source()
			s.Paused = paused
			if s, err = tx.AddSource(s); err != nil {
				return err
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

// addedNote counts the sources and names them, as far as there is room.
func addedNote(sources []vigie.Source) string {
	names := make([]string, 0, len(sources))
	for _, s := range sources {
		names = append(names, s.Name)
	}
	return clipped(fmt.Sprintf("%d: %s", len(sources), strings.Join(names, "; ")), longestNote)
}

// watchedAddresses maps the canonical addresses of all sources to them.
func watchedAddresses(tx *store.Tx) (map[string]vigie.SourceID, error) {
	out := map[string]vigie.SourceID{}
	for s, err := range tx.Sources() {
		if err != nil {
			return nil, err
		}
		if canonical, err := vigie.CanonicalURL(s.URL); err == nil {
			out[canonical] = s.ID
		}
	}
	return out, nil
}
