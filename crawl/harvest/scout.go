package harvest

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
	"vigie/feeds"
)

// The limits on finding out how an address can be read.
const (
	mostAsked  = 8 // requests, robots.txt files apart
	mostFeeds  = 3 // addresses of feeds, named or guessed
	mostShown  = 10
	mostLinks  = 40       // of a list, so that a person can point at one
	mostHanded = 16 << 20 // bytes of answers that are kept for the reading
)

// Way is a way to read an address, and what it would give.
type Way struct {
	Kind vigie.Kind
	// URL is the address to read: of the page, the feed or the sitemap.
	URL     string
	Sitemap bool
	// Under is as in [vigie.Found].
	Under string
	// Format is what a feed is written in: "rss", "atom", "rdf" or "json".
	Format string
	Title  string
	Lang   vigie.Lang
	// List are the rules that a list page was read with.
	List vigie.ListRules
	// Items are the first of Total.
	Items  []crawl.Listed
	Total  int
	Faults []string
	// Sure is how sure it is that this is what a person wants, from 0 to 100.
	Sure int
	// Named says that the page names the feed as its own.
	Named bool
}

// Found is the way as it is remembered.
func (w Way) Found(s vigie.Source, now time.Time) vigie.Found {
	f := vigie.Found{Kind: w.Kind, Sitemap: w.Sitemap, Under: w.Under, At: now.UTC()}
	if w.URL != s.URL {
		f.URL = w.URL
	}
	return f
}

// Scout finds the ways in which an address can be read.
type Scout struct {
	// Web is the way out; it must not be nil.
	Web *polite.Transport
	// Now is the time; nil means time.Now.
	Now func() time.Time
}

// Ways returns the ways to read the address of s, the best first, after at most
// eight requests. A source of kind [vigie.Site] or [vigie.Page] is looked at in that
// way only, any other in all of them. The error says why the address gives nothing
// at all. When ctx ends after the first answer, the ways found until then come back.
func (x Scout) Ways(ctx context.Context, s vigie.Source) ([]Way, error) {
	ways, _, err := x.Explore(ctx, s)
	return ways, err
}

// Explore is [Scout.Ways] that gives what answered at the address as well, for
// [Reread].
func (x Scout) Explore(ctx context.Context, s vigie.Source) ([]Way, vigie.Capture, error) {
	p := &probing{scout: x, source: s, asked: map[string]bool{}}
	return p.explore(ctx)
}

// look is [Scout.Ways] that gives what answered as well. The address without, which
// has just failed, is not asked again.
func (x Scout) look(ctx context.Context, s vigie.Source, without string) ([]Way, []polite.Answer, error) {
	p := &probing{scout: x, source: s, asked: map[string]bool{}}
	if canonical, err := vigie.CanonicalURL(without); err == nil && without != s.URL {
		p.asked[canonical] = true
	}
	ways, _, err := p.explore(ctx)
	return ways, p.answers, err
}

func (p *probing) explore(ctx context.Context) ([]Way, vigie.Capture, error) {
	// The address may be that of a page, which has the longer pause. What is asked for
	// behind it are feeds, sitemaps and robots.txt.
	s, address, want := p.source, p.source.URL, polite.Any
	if s.Kind == vigie.Site && s.List.Sitemap != "" {
		address, want = s.List.Sitemap, polite.Feed
	}
	capture, err := p.ask(ctx, address, want)
	if err != nil {
		return nil, capture, fmt.Errorf("read %s: %w", address, err)
	}
	switch {
	case address != s.URL:
		err = p.sitemap(ctx, capture)
	case s.Kind == vigie.Site:
		err = p.list(ctx, capture)
	case s.Kind == vigie.Page:
		err = p.page(ctx, capture)
	default:
		err = p.all(ctx, capture)
	}
	ways, err := p.best(err)
	return ways, capture, err
}

// best sorts what was found; without any it returns why.
func (p *probing) best(why error) ([]Way, error) {
	if len(p.ways) == 0 {
		return nil, cmp.Or(why, error(&vigie.InvalidError{Field: "url", Reason: fmt.Sprintf("nothing on %s can be read", p.source.URL)}))
	}
	slices.SortStableFunc(p.ways, func(a, b Way) int { return cmp.Compare(b.Sure, a.Sure) })
	return p.ways, nil
}

// probing is one look at one address.
type probing struct {
	scout  Scout
	source vigie.Source
	asked  map[string]bool // canonical addresses
	ways   []Way
	// answers are at hand for who reads in one of the ways, with so many bytes.
	answers []polite.Answer
	bytes   int
}

// get asks for what may be a feed, a sitemap or robots.txt.
func (p *probing) get(ctx context.Context, address string) (vigie.Capture, error) {
	return p.ask(ctx, address, polite.Feed)
}

// ask asks for an address once, while the budget lasts.
func (p *probing) ask(ctx context.Context, address string, want polite.Want) (vigie.Capture, error) {
	canonical, err := vigie.CanonicalURL(address)
	if err != nil {
		return vigie.Capture{}, err
	}
	if p.asked[canonical] || len(p.asked) == mostAsked {
		return vigie.Capture{}, fmt.Errorf("ask for %s: %w", address, vigie.ErrConflict)
	}
	p.asked[canonical] = true
	answer, err := p.scout.Web.Get(ctx, polite.Request{URL: address, Want: want})
	if size := len(answer.Capture.Body); err == nil && p.bytes+size <= mostHanded {
		p.answers, p.bytes = append(p.answers, answer), p.bytes+size
	}
	return answer.Capture, err
}

// all tries every way. The error is that of the last one on the page itself.
func (p *probing) all(ctx context.Context, c vigie.Capture) error {
	err := p.feed(c, 100)
	if err == nil {
		return nil // a feed is a feed
	}
	if !isPage(c) {
		if mapErr := p.sitemap(ctx, c); mapErr == nil {
			return nil
		}
		if isFile(c) {
			return p.page(ctx, c)
		}
		return err
	}
	listErr := p.list(ctx, c)
	pageErr := p.page(ctx, c)
	p.feeds(ctx, c)
	p.sitemaps(ctx, c)
	return cmp.Or(listErr, pageErr)
}

func isPage(c vigie.Capture) bool {
	switch c.MediaType {
	case "text/html", "application/xhtml+xml", "":
		return true
	}
	return false
}

// isFile reports whether an answer is a document such as a PDF.
func isFile(c vigie.Capture) bool {
	return c.MediaType == "application/pdf" || strings.HasPrefix(c.MediaType, "application/vnd.")
}

// feed reads an answer as a feed.
func (p *probing) feed(c vigie.Capture, sure int) error {
	base, _ := url.Parse(c.Final) // it was just asked
	channel, err := feeds.Parse(c.Body, extract.ContentType(c), base)
	if err != nil {
		return fmt.Errorf("read %s as a feed: %w", c.Final, err)
	}
	w := Way{
		Kind: vigie.Feed, URL: c.Final, Format: channel.Kind, Title: channel.Title, Total: len(channel.Entries),
		Faults: channel.Faults, Sure: sure,
	}
	if w.Total == 0 {
		w.Sure = 15
	}
	w.Lang, _ = vigie.ParseLang(channel.Lang) // "" where it is none
	for _, e := range channel.Entries[:min(w.Total, mostShown)] {
		l := crawl.Listed{Title: e.Title, URL: e.Link}
		if at, err := time.Parse(time.RFC3339, e.Published); err == nil {
			l.Date = vigie.InstantOf(at)
		}
		l.Lang, _ = vigie.ParseLang(e.Lang)
		w.Items = append(w.Items, l)
	}
	p.ways = append(p.ways, w)
	return nil
}

// feeds looks for the feed behind a page: those that it names, else the places at
// which publishing systems put one.
func (p *probing) feeds(ctx context.Context, c vigie.Capture) {
	base, err := url.Parse(c.Final)
	if err != nil {
		return
	}
	for i, candidate := range feeds.Discover(c.Body, extract.ContentType(c), base) {
		if i == mostFeeds || candidate.Guessed && i > 0 && p.hasFeed() {
			return
		}
		answer, err := p.get(ctx, candidate.URL)
		if err != nil {
			continue
		}
		sure := 95
		if candidate.Guessed {
			sure = 85
		}
		if p.feed(answer, sure-2*i) == nil { // what is none is no way
			p.ways[len(p.ways)-1].Named = !candidate.Guessed && !candidate.Side
		}
	}
}

func (p *probing) hasFeed() bool {
	return slices.ContainsFunc(p.ways, func(w Way) bool { return w.Kind == vigie.Feed })
}

// list reads a page as a list.
func (p *probing) list(ctx context.Context, c vigie.Capture) error {
	s := p.source
	if s.List.Item == "" {
		base := c.Final
		text, _, err := extract.Decode(c.Body, extract.ContentType(c))
		if err == nil {
			for _, found := range crawl.Suggest(text, base) {
				p.addList(c, found.Rules, found.Items, nil, found.Sure*4/5) // never before a feed
			}
		}
	}
	look, err := crawl.Look(ctx, s, c)
	if err != nil {
		return err
	}
	sure := 25
	if s.Kind == vigie.Site {
		sure = 100 // as a person wrote it down
	}
	p.addList(c, s.List, look.Items, look.Faults, sure)
	for i := range p.ways {
		if p.ways[i].Kind == vigie.Site && p.ways[i].Title == "" {
			p.ways[i].Title = look.Title
		}
	}
	return nil
}

func (p *probing) addList(c vigie.Capture, rules vigie.ListRules, items []crawl.Listed, faults []string, sure int) {
	rules.Allow, rules.Most, rules.Depth = p.source.List.Allow, p.source.List.Most, p.source.List.Depth
	p.ways = append(p.ways, Way{
		Kind: vigie.Site, URL: c.Final, List: rules, Items: items[:min(len(items), mostLinks)], Total: len(items), Faults: faults, Sure: sure,
	})
}

// page reads a page as one text to be watched.
func (p *probing) page(ctx context.Context, c vigie.Capture) error {
	w := Way{Kind: vigie.Page, URL: c.Final, Total: 1, Sure: 20, Title: c.Final}
	if isPage(c) {
		base, _ := url.Parse(c.Final) // it was just asked
		a, err := extract.PageAt(ctx, c.Body, extract.ContentType(c), base, c.Fetched)
		if err != nil {
			return err
		}
		if len(a.Body) == 0 {
			return &vigie.InvalidError{Field: "url", Reason: c.Final + " has no readable text"}
		}
		w.Title, w.Lang = a.Title, a.Lang
		w.Items = []crawl.Listed{{URL: c.Final, Title: a.Title, Date: a.Published}}
		if len(strings.Fields(a.Text)) > 400 && len(p.ways) == 0 {
			w.Sure = 45 // a text, and no list beside it
		}
	}
	if p.source.Kind == vigie.Page {
		w.Sure = 100
	}
	p.ways = append(p.ways, w)
	return nil
}
