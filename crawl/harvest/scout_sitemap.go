package harvest

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/polite"
)

// sitemaps looks for the sitemap of the site of a page: where robots.txt says, else
// at the usual place.
func (p *probing) sitemaps(ctx context.Context, page vigie.Capture) {
	base, err := url.Parse(page.Final)
	if err != nil {
		return
	}
	at := func(path string) string { return base.ResolveReference(&url.URL{Path: path}).String() }
	named := []string{at("/sitemap.xml")}
	if robots, err := p.get(ctx, at("/robots.txt")); err == nil {
		var said []string
		for _, address := range polite.ParseRobots(robots.Body).Sitemaps() {
			if u, err := base.Parse(address); err == nil && u.Host == base.Host {
				said = append(said, u.String())
			}
		}
		if len(said) > 0 {
			named = said
		}
	}
	slices.SortStableFunc(named, func(a, b string) int { return newsLike(b) - newsLike(a) })
	for _, address := range named[:min(len(named), 2)] {
		answer, err := p.get(ctx, address)
		if err == nil && p.sitemap(ctx, answer) == nil {
			return
		}
	}
}

// sitemap reads an answer as a sitemap. Of an index, one of its files stands for
// all of them.
func (p *probing) sitemap(ctx context.Context, c vigie.Capture) error {
	now := time.Now
	if p.scout.Now != nil {
		now = p.scout.Now
	}
	m, err := crawl.LookSitemap(p.source, c, now())
	if err != nil {
		return err
	}
	w := Way{Kind: vigie.Site, Sitemap: true, URL: c.Final, Title: m.Title, Faults: m.Faults, Under: m.Under}
	if len(m.Parts) > 0 {
		slices.SortStableFunc(m.Parts, func(a, b string) int { return newsLike(b) - newsLike(a) })
		part, err := p.get(ctx, m.Parts[0])
		if err != nil {
			return err
		}
		if m, err = crawl.LookSitemap(p.source, part, now()); err != nil {
			return err
		}
		w.Under, w.Faults = m.Under, append(w.Faults, m.Faults...)
	}
	w.List = vigie.ListRules{Sitemap: c.Final, Allow: p.source.List.Allow, Most: p.source.List.Most}
	if m.Under != "" && len(w.List.Allow) == 0 {
		w.List.Allow = []string{m.Under}
	}
	w.Total, w.Items = len(m.Items), m.Items[:min(len(m.Items), mostShown)]
	w.Sure = 30
	if m.Dated {
		w.Sure = 50
	}
	if m.Dated && m.Under != "" {
		w.Sure = 60
	}
	if len(m.Items) > 0 && m.Items[0].Title != "" {
		w.Sure = 75 // one for news
	}
	if w.Total > 0 {
		p.ways = append(p.ways, w)
	}
	return nil
}

// newsLike prefers sitemaps of news over those of pictures and categories.
func newsLike(address string) int {
	address = strings.ToLower(address)
	for _, word := range []string{"news", "actualit", "noticia", "akhbar"} {
		if strings.Contains(address, word) {
			return 2
		}
	}
	for _, word := range []string{"post", "article", "press", "publication"} {
		if strings.Contains(address, word) {
			return 1
		}
	}
	for _, word := range []string{"image", "video", "categor", "tag", "author"} {
		if strings.Contains(address, word) {
			return -1
		}
	}
	return 0
}
