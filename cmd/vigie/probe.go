package main

import (
	"context"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/web"
)

// probe looks at an address that somebody thinks of watching, in all ways in which
// it can be read, and keeps nothing. The best way is the probe itself.
func (a *app) probe(ctx context.Context, s vigie.Source) (web.Probe, error) {
	ways, page, err := harvest.Scout{Web: a.web}.Explore(ctx, s)
	if err != nil {
		return web.Probe{}, err
	}
	var all []web.Probe
	for _, w := range ways {
		all = append(all, probedWay(w, s))
	}
	p := all[0]
	p.Ways, p.Page = all, page
	return p, nil
}

// reread reads a page that was fetched already as a list.
func (a *app) reread(ctx context.Context, s vigie.Source, page vigie.Capture, example string) (web.Probe, error) {
	way, err := harvest.Reread(ctx, s, page, example)
	if err != nil {
		return web.Probe{}, err
	}
	return probedWay(way, s), nil
}

// once files what somebody found.
func (a *app) once(ctx context.Context, address string) (web.Once, error) {
	found, err := a.harvest.Once(ctx, address)
	return web.Once{Document: found.Document.ID, New: found.New, Changed: found.Changed}, err
}

func probedWay(w harvest.Way, s vigie.Source) web.Probe {
	p := web.Probe{
		URL: w.URL, Kind: w.Kind, Format: w.Format, Title: w.Title, Lang: w.Lang, Total: w.Total, Faults: w.Faults,
		List: w.List, Sitemap: w.Sitemap, Sure: w.Sure,
	}
	if w.Sitemap {
		p.URL = s.URL // the sitemap is one of its rules
	}
	for _, item := range w.Items {
		p.Entries = append(p.Entries, web.ProbeEntry{Title: item.Title, URL: item.URL, Published: item.Date, Lang: item.Lang})
	}
	return p
}
