package crawl

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// Preview is what a list page shows, before anybody decides to watch it.
type Preview struct {
	// Title is that of the page.
	Title  string
	Items  []Listed
	Faults []string
}

// Listed is one item of a list page.
type Listed struct {
	URL   string
	Title string
	// Date is known where a rule says where it stands.
	Date vigie.Date
	// Lang is known of the items of some feeds.
	Lang vigie.Lang
}

// Look reads the items of a list page that was fetched already, by the rules of s.
// It asks for nothing more. Selectors that match nothing are vigie.ErrInvalid.
func Look(ctx context.Context, s vigie.Source, c vigie.Capture) (Preview, error) {
	if err := CheckSelectors(s.List); err != nil {
		return Preview{}, err
	}
	d := doorway{fetched: true, answer: polite.Answer{Capture: c}}
	finder := finder{rules: s.List, asked: s.URL}
	err := visit(ctx, s.URL, &d, finder.read)
	switch {
	case d.err != nil:
		err = d.err
	case err == nil:
		err = finder.err
	}
	if err != nil {
		return Preview{}, fmt.Errorf("look for links on %s: %w", c.Final, err)
	}
	out := Preview{Title: finder.title, Faults: finder.faults}
	for _, r := range finder.rows {
		out.Items = append(out.Items, Listed{URL: r.raw, Title: r.title, Date: r.date})
	}
	return out, nil
}

// Mapped is what a sitemap shows.
type Mapped struct {
	Preview
	// Parts are the sitemaps that an index names, the newest first.
	Parts []string
	// Under is the folder of the source's address, where the sitemap lists pages in
	// it and elsewhere: those in it are the items.
	Under string
	// Dated says that the sitemap tells when its pages changed, and can be believed.
	Dated bool
}

// LookSitemap reads the items of a sitemap that was fetched already, for a source at
// s.URL. It asks for nothing more.
func LookSitemap(s vigie.Source, c vigie.Capture, now time.Time) (Mapped, error) {
	file, err := readSitemap(c.Body)
	if err != nil {
		return Mapped{}, fmt.Errorf("read the sitemap %s: %w", c.Final, err)
	}
	out := Mapped{Dated: trusted(file.entries, now)}
	out.Title = sitemapTitle(c.Final)
	m := sitemaps{reader: &Reader{Now: func() time.Time { return now }}, source: s}
	m.source.List.Sitemap = c.Final
	if err := m.understand(c, partAsked{}); err != nil {
		return out, err
	}
	for _, p := range m.queue {
		out.Parts = append(out.Parts, p.url)
	}
	rows, faults := newestFirst(m.rows)
	if under := folderOf(canonicalOr(s.URL)); under != "/" && len(s.List.Allow) == 0 {
		inside := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return !strings.HasPrefix(pathOf(r.url), under) })
		if len(inside) > leastBlocks && len(inside) < len(rows) {
			rows, out.Under = inside, under
		}
	}
	out.Faults = slices.Concat(m.faults, faults)
	for _, r := range rows {
		l := Listed{URL: r.raw, Title: r.title, Date: r.date}
		if l.Date.IsZero() {
			l.Date = r.modified
		}
		out.Items = append(out.Items, l)
	}
	return out, nil
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}
