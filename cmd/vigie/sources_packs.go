package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
)

// sourcesPacksCmd lists the catalogue of sources.
type sourcesPacksCmd struct {
	Pack []string `arg:"" optional:"" help:"Packs whose entries are listed."`
	JSON bool     `name:"json" help:"Print JSON."`
}

// packView is what is shown of a pack.
type packView struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Sources int         `json:"sources"`
	Watched int         `json:"watched"`
	Read    int         `json:"read"`
	Entries []entryView `json:"entries,omitempty"`
}

// entryView is what is shown of an entry of the catalogue.
type entryView struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Publisher string         `json:"publisher"`
	Country   string         `json:"country"`
	Lang      vigie.Lang     `json:"lang"`
	Kind      vigie.Kind     `json:"kind"`
	URL       string         `json:"url"`
	Topics    []string       `json:"topics"`
	Days      int            `json:"days"`
	Licence   string         `json:"licence"`
	Terms     string         `json:"terms"`
	Source    vigie.SourceID `json:"source"`
	Read      *time.Time     `json:"read"`
}

func (c *sourcesPacksCmd) work(_ context.Context, s *session, a *app) error {
	var packs []curate.OfferedPack
	err := a.db.View(func(tx *store.Tx) (err error) {
		packs, err = curate.OfferedPacks(tx)
		return err
	})
	if err != nil {
		return err
	}
	phrases, err := locale.Load()
	if err != nil {
		return err
	}
	views := []packView{}
	for _, p := range packs {
		if len(c.Pack) > 0 && !slices.Contains(c.Pack, p.ID) {
			continue
		}
		v := packView{ID: p.ID, Name: phrases.For(vigie.English).T("catalogue.pack." + p.ID), Sources: len(p.Offers), Watched: p.Watched, Read: p.Read}
		if len(c.Pack) > 0 {
			v.Entries = viewEntries(p.Offers)
		}
		views = append(views, v)
	}
	for _, id := range c.Pack {
		if !slices.ContainsFunc(views, func(v packView) bool { return v.ID == id }) {
			return usageError{fmt.Errorf("there is no pack %s; vigie sources packs lists them", id)}
		}
	}
	if c.JSON {
		return s.printJSON(map[string]any{"packs": views})
	}
	return printPacks(s, views)
}

func viewEntries(offers []curate.Offer) []entryView {
	views := make([]entryView, 0, len(offers))
	for _, o := range offers {
		v := entryView{
			ID: o.ID, Name: o.Title(), Publisher: o.Publisher, Country: o.Country, Lang: o.Lang, Kind: o.Kind, URL: o.URL,
			Topics: o.Topics, Days: o.Days, Licence: o.Licence, Terms: o.Terms, Source: o.Source,
		}
		if !o.Read.IsZero() {
			v.Read = &o.Read
		}
		views = append(views, v)
	}
	return views
}

func printPacks(s *session, views []packView) error {
	for _, p := range views {
		if err := s.printf("%-20s %3d sources, %3d watched, %3d read  %s\n", p.ID, p.Sources, p.Watched, p.Read, p.Name); err != nil {
			return err
		}
		for _, e := range p.Entries {
			if err := s.printf("  %-24s %-4s %-5s %s  %s  (%s)\n", e.ID, e.Kind, e.Lang, e.Name, e.URL, entryState(e)); err != nil {
				return err
			}
		}
	}
	return nil
}

// entryState says in words whether an entry is watched and was read.
func entryState(e entryView) string {
	switch {
	case e.Read != nil:
		return "read " + clock(*e.Read)
	case e.Source != "":
		return "watched, not yet read"
	}
	return "not yet read"
}

// addPacks adds the sources of packs, or of single entries of the catalogue.
func (c *sourcesAddCmd) addPacks(ctx context.Context, s *session, a *app) error {
	if c.URL != "" {
		return wrongFlag("--pack", "stands in place of an address")
	}
	done, err := a.desk.AddPack(ctx, operatorUser(), c.Pack, c.Paused, "")
	if errors.Is(err, vigie.ErrInvalid) {
		return usageError{fmt.Errorf("%w; vigie sources packs lists them", err)}
	}
	if err != nil {
		return err
	}
	if c.JSON {
		views := make([]sourceView, 0, len(done.Added))
		for _, src := range done.Added {
			views = append(views, viewSource(src, vigie.Visit{}))
		}
		return s.printJSON(map[string]any{"added": len(done.Added), "known": done.Known, "sources": views})
	}
	return s.printf("added %d sources of %s, %d were watched already\n", len(done.Added), strings.Join(c.Pack, ", "), done.Known)
}
