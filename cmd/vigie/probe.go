package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/web"
)

// probeEntries is how many entries of a probe are shown.
const probeEntries = 10

// probe reads an address as the source would be read, with one request and without
// keeping anything: a feed, else a list page by the rules of s.
func (a *app) probe(ctx context.Context, s vigie.Source) (web.Probe, error) {
	answer, err := a.web.Get(ctx, polite.Request{URL: s.URL, Want: polite.Feed})
	if err != nil {
		return web.Probe{}, fmt.Errorf("read %s: %w", s.URL, err)
	}
	capture := answer.Capture
	p := web.Probe{URL: capture.Final, Kind: vigie.Site, List: s.List}
	if s.Kind != vigie.Site {
		base, _ := url.Parse(capture.Final) // it was just asked
		channel, err := feeds.Parse(capture.Body, extract.ContentType(capture), base)
		if err == nil {
			return probedFeed(p, channel), nil
		}
		other, ok := errors.AsType[*feeds.NotFeedError](err)
		if !ok || !looksLikePage(capture.Body, extract.ContentType(capture)) {
			return p, fmt.Errorf("read %s as a feed: %w", s.URL, err)
		}
		p.Feeds = other.Feeds
	}
	list, err := crawl.Look(ctx, s, capture)
	if err != nil && len(p.Feeds) == 0 {
		return p, err
	}
	p.Title, p.Total, p.Faults = list.Title, len(list.Items), list.Faults
	for _, item := range list.Items[:min(len(list.Items), probeEntries)] {
		p.Entries = append(p.Entries, web.ProbeEntry{Title: item.Title, URL: item.URL, Published: item.Date})
	}
	return p, nil
}

func probedFeed(p web.Probe, c feeds.Channel) web.Probe {
	p.Kind, p.Format, p.Title, p.Faults, p.Total = vigie.Feed, c.Kind, c.Title, c.Faults, len(c.Entries)
	p.Lang, _ = vigie.ParseLang(c.Lang) // "" where it is none
	for _, e := range c.Entries[:min(len(c.Entries), probeEntries)] {
		entry := web.ProbeEntry{Title: e.Title, URL: e.Link}
		if at, err := time.Parse(time.RFC3339, e.Published); err == nil {
			entry.Published = vigie.InstantOf(at)
		}
		entry.Lang, _ = vigie.ParseLang(e.Lang)
		p.Entries = append(p.Entries, entry)
	}
	return p
}
