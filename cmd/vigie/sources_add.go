package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
)

// sourcesAddCmd adds one source, or those of packs.
type sourcesAddCmd struct {
	URL       string        `arg:"" optional:"" help:"Address of a feed, or of a page: how it is best read is found out."`
	Pack      []string      `placeholder:"ID" help:"In place of an address: a pack or an entry of the catalogue; may be repeated. See vigie sources packs."`
	Paused    bool          `help:"Leave unread until it is resumed."`
	Kind      string        `enum:"feed,site,page,auto," default:"" help:"feed, site, page or auto, which finds out (default: site if a rule of a site is given; else the address is looked at: a feed is read as one, all else is auto)."`
	Name      string        `help:"Name shown to people."`
	Publisher string        `help:"Who publishes it."`
	Country   string        `help:"ISO 3166-1 alpha-3 code, for example MAR."`
	Lang      string        `help:"Language to assume where a document does not say, for example fr."`
	Topic     []string      `help:"Topic; may be repeated."`
	Every     time.Duration `help:"Time between two readings, for example 6h."`
	FullText  string        `enum:"auto,always,never," default:"" help:"Fetch the page behind each item: auto, always or never."`
	Item      string        `placeholder:"CSS" help:"Site: selects the block of one item."`
	Link      string        `placeholder:"CSS" help:"Site: selects the link within it."`
	Title     string        `placeholder:"CSS" help:"Site: selects the title within it."`
	Date      string        `placeholder:"CSS" help:"Site: selects the date within it."`
	Allow     []string      `placeholder:"PATH" help:"Site: follow only links whose path begins so; may be repeated."`
	Most      int           `help:"Site: pages fetched in one reading at most (default 30)."`
	Depth     int           `help:"Site: how many links away its pages may lie (default 1); those on the way are items as well."`
	Sitemap   string        `placeholder:"URL" help:"Site: the sitemap, or index of sitemaps, that lists the items in place of the page."`
	Least     int           `help:"Page: thousandths of the words that must have changed for a revision (default 0: any)."`
	JSON      bool          `name:"json" help:"Print JSON."`
}

func (c *sourcesAddCmd) source(door *polite.Transport) (vigie.Source, error) {
	address, err := door.CheckURL(c.URL)
	if err != nil {
		return vigie.Source{}, usageError{fmt.Errorf("add source %s: %w", c.URL, err)}
	}
	src := vigie.Source{
		Kind: vigie.Kind(c.Kind), URL: address, Name: c.Name, Publisher: c.Publisher, Country: c.Country,
		Topics: c.Topic, Every: c.Every, FullText: vigie.FullText(c.FullText), Paused: c.Paused,
		List: vigie.ListRules{Item: c.Item, Link: c.Link, Title: c.Title, Date: c.Date, Allow: c.Allow, Most: c.Most, Depth: c.Depth, Sitemap: c.Sitemap, Least: c.Least},
	}
	if err := c.checkNumbers(); err != nil {
		return src, err
	}
	if c.Sitemap != "" {
		if src.List.Sitemap, err = door.CheckURL(c.Sitemap); err != nil {
			return src, usageError{fmt.Errorf("add source with sitemap %s: %w", c.Sitemap, err)}
		}
	}
	if c.Country != "" && !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(c.Country) {
		return src, wrongFlag("--country", "must be three capital letters of ISO 3166-1, for example MAR")
	}
	if c.Lang != "" {
		if src.Lang, err = vigie.ParseLang(c.Lang); err != nil {
			return src, usageError{err}
		}
	}
	if err := crawl.CheckSelectors(src.List); err != nil {
		return src, usageError{err}
	}
	if c.Kind == "" && (c.Item != "" || c.Link != "" || len(c.Allow) > 0 || c.Depth > 1 || c.Sitemap != "") {
		src.Kind = vigie.Site
	}
	return src, nil
}

// lookTime is how long the look at a new address may take.
const lookTime = 20 * time.Second

// lookAt finds out what an address is whose kind nobody named, and says what it saw. A
// feed stays one; how else an address is read may change, so that auto looks after it.
// One that gives nothing now is added all the same.
func lookAt(ctx context.Context, a *app, src vigie.Source) (vigie.Source, string, error) {
	short, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	ways, err := harvest.Scout{Web: a.web}.Ways(short, src)
	if ctx.Err() != nil {
		return src, "", ctx.Err()
	}
	src.Kind = vigie.Auto
	if err != nil {
		return src, fmt.Sprintf("nothing could be read there now (%v): it is found out later", err), nil
	}
	best := ways[0]
	if best.Kind == vigie.Feed && best.Sure == 100 { // it is none that is behind a page
		src.Kind = vigie.Feed
		return src, fmt.Sprintf("a feed with %d items", best.Total), nil
	}
	what := map[vigie.Kind]string{vigie.Feed: "the feed", vigie.Page: "the text of", vigie.Site: "the list on"}[best.Kind]
	if best.Sitemap {
		what = "the sitemap"
	}
	return src, fmt.Sprintf("best read as %s %s, %d items", what, best.URL, best.Total), nil
}

// checkNumbers refuses flags whose numbers lie out of bounds.
func (c *sourcesAddCmd) checkNumbers() error {
	if c.Every != 0 && (c.Every < vigie.ShortestEvery || c.Every > vigie.LongestEvery) {
		return wrongFlag("--every", "must lie between 5m and 8784h (a year)")
	}
	if c.Most < 0 || c.Most > 1000 {
		return wrongFlag("--most", "must lie between 1 and 1000")
	}
	if c.Depth < 0 || c.Depth > 10 {
		return wrongFlag("--depth", "must lie between 1 and 10")
	}
	if c.Least < 0 || c.Least > 1000 {
		return wrongFlag("--least", "must lie between 0 and 1000")
	}
	return nil
}

func (c *sourcesAddCmd) work(ctx context.Context, s *session, a *app) error {
	if len(c.Pack) > 0 {
		return c.addPacks(ctx, s, a)
	}
	if c.URL == "" {
		return usageError{errors.New("name an address, or a pack with --pack")}
	}
	src, err := c.source(a.web)
	if err != nil {
		return err
	}
	saw := ""
	if src.Kind == "" {
		if src, saw, err = lookAt(ctx, a, src); err != nil {
			return err
		}
		saw = "; " + saw
	}
	src.ID = vigie.NewID[vigie.SourceID](time.Now())
	added, err := a.desk.AddSource(ctx, operatorUser(), src)
	if err != nil {
		return err
	}
	if c.JSON {
		return s.printJSON(viewSource(added, vigie.Visit{}))
	}
	when := "it is read at the next turn (vigie gather)"
	if added.Paused {
		when = "it is read when you resume it"
	}
	return s.printf("added %s %s as %s%s; %s\n", added.Kind, added.URL, added.ID, saw, when)
}
