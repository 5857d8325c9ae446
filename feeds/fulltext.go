package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// The bounds on the pages behind items.
const (
	// shortText is the length in characters below which a feed's text counts as
	// an extract.
	shortText = 250
	// maxPagesAuto and maxPagesAlways bound the pages of one reading; with a pause
	// of five seconds, 30 pages take two and a half minutes.
	maxPagesAuto   = 30
	maxPagesAlways = 100
)

// turn is one reading of one feed that was understood.
type turn struct {
	reader  *Reader
	source  vigie.Source
	channel Channel
	capture *vigie.Capture
	items   []item
	now     time.Time

	// known tells what the source showed before; nil for nothing.
	known     vigie.Known
	findings  []vigie.Finding
	unchanged int
	pages     int
	// pending counts the items whose page is left for the next reading.
	pending int
	// resting are the hosts that are to be left alone, and until when.
	resting map[string]time.Time
	// before and waiting are the items whose page is asked for later, as in
	// [vigie.Visit.Skipped]: those of the readings before, and those of after this one.
	before, waiting map[string]vigie.Attempt
	waited          int // of them, those that were not due
	// whole says that the next reading needs all of the feed.
	whole bool
}

// begin makes a turn.
func (r *Reader) begin(s vigie.Source, v vigie.Visit, known vigie.Known) *turn {
	return &turn{
		reader: r, source: s, now: r.now(), known: known, resting: map[string]time.Time{},
		before: v.Skipped, waiting: extract.StillAnswered(v.Skipped, r.now()),
	}
}

// take makes findings of the items that are new or changed.
func (t *turn) take(ctx context.Context) error {
	t.items = identify(t.channel, t.source.URL)
	for _, it := range t.items {
		retry := false
		if t.known != nil {
			old, seen := t.known(it.guid, it.canonical)
			if seen && (old == it.digest || old == "" && t.waits(it)) {
				t.unchanged++
				continue
			}
			retry = seen && old == "" && t.tried(it).Item != nil
		}
		if err := t.item(ctx, it, retry); err != nil {
			return err
		}
	}
	t.finish()
	return nil
}

// item makes a finding of an item, with the page behind it where that is wanted. Where
// only the page was missing (retry) and still is, there is nothing to find.
func (t *turn) item(ctx context.Context, it item, retry bool) error {
	f := vigie.Finding{
		GUID: it.guid, URL: it.Link, Digest: it.digest,
		Document: document(it, t.source, t.channel), Capture: t.capture,
	}
	if f.Document.URL != "" {
		addAlias(&f, it.ID) // many a guid is an address too
	}
	answered := true
	var links []extract.Link
	if t.wantsPage(it, f.Document) {
		var err error
		if links, answered, err = t.page(ctx, it, &f); err != nil {
			return err
		}
	}
	if retry && !answered {
		t.unchanged++
		if f.Digest != "" { // it is known by its attempt that it is not asked for again
			a := t.tried(it)
			a.Next = time.Time{}
			t.note(it, a)
		}
		return nil
	}
	t.findings = append(t.findings, f)
	return t.attach(ctx, it, len(t.findings)-1, links)
}

// finish ends a turn.
func (t *turn) finish() {
	t.dropShared()
	if t.pending > 0 {
		t.faultf("%d"+pagesLeft+"%d are fetched at once", t.pending, t.mostPages())
		t.whole = t.whole || t.reader.Kept == nil
	}
	if t.waited > 0 {
		t.faultf("%d"+pagesWait, t.waited)
	}
}

// dropShared takes away addresses to which several items lead: a home page or a
// login page, not the address of a document.
func (t *turn) dropShared() {
	count := map[string]int{}
	for _, f := range t.findings {
		for _, a := range f.Aliases {
			count[a]++
		}
		if u := f.Document.URL; u != "" {
			count[u]++
		}
	}
	for i := range t.findings {
		f := &t.findings[i]
		f.Aliases = slices.DeleteFunc(f.Aliases, func(a string) bool { return count[a] > 1 })
	}
}

func (t *turn) faultf(format string, args ...any) {
	f := faults(t.channel.Faults)
	f.addf(format, args...)
	t.channel.Faults = f
}

func (t *turn) mostPages() int {
	if t.source.FullText == vigie.FullTextAlways {
		return maxPagesAlways
	}
	return maxPagesAuto
}

// wantsPage reports whether the page behind an item is to be fetched.
func (t *turn) wantsPage(it item, d vigie.Document) bool {
	if it.canonical == "" || t.source.FullText == vigie.FullTextNever {
		return false
	}
	if isPDF(it.Link, d.MediaType) {
		return true
	}
	return t.source.FullText == vigie.FullTextAlways || utf8.RuneCountInString(vigie.PlainText(d.Body)) < shortText
}

// page fetches the page behind an item, or the report, and takes its text where it is
// longer than the feed's. It returns the reports that the page leads to, and whether
// there was an answer, and fails only when ctx ends.
func (t *turn) page(ctx context.Context, it item, f *vigie.Finding) (links []extract.Link, answered bool, err error) {
	at, err := url.Parse(it.Link)
	if err != nil {
		return nil, true, nil //nolint:nilerr // without a page the feed's text stays
	}
	if until, rests := t.resting[at.Host]; rests {
		t.later(it, f, t.tried(it), until)
		return nil, false, nil
	}
	if t.pages >= t.mostPages() {
		t.later(it, f, t.tried(it), t.now)
		t.pending++
		return nil, false, nil
	}
	t.pages++
	answer, err := t.reader.Web.Get(ctx, polite.Request{URL: it.Link, Want: polite.Item, Keep: true, Source: t.source.ID})
	switch {
	case ctx.Err() != nil:
		return nil, false, fmt.Errorf("fetch %s: %w", it.Link, ctx.Err())
	case errors.Is(err, polite.ErrTooBig) && isPDF(it.Link, f.Document.MediaType):
		f.Document.MediaType, f.Document.Obstacle = extract.PDF, vigie.TooLarge
		return nil, true, nil
	case err != nil:
		t.unread(it, at.Host, f, err)
		return nil, false, nil
	}
	links, err = t.understand(ctx, it, at, answer, f)
	return links, err == nil, err
}

// understand takes what came for an item.
func (t *turn) understand(ctx context.Context, it item, at *url.URL, answer polite.Answer, f *vigie.Finding) ([]extract.Link, error) {
	c := answer.Capture
	if extract.IsReport(c.MediaType, c.Body) {
		return nil, t.useReport(ctx, &c, f)
	}
	base, err := url.Parse(c.Final)
	if err != nil {
		base = at
	}
	article, err := t.reader.places.PageAt(ctx, c.Body, extract.ContentType(c), base, c.Fetched)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("extract %s: %w", it.Link, err)
		}
		t.faultf(pageFault+"could not be read: %v", err)
		return nil, nil
	}
	t.use(article, &c, f)
	if answer.NoFollow {
		return nil, nil
	}
	return article.Reports, nil
}

// use takes what a page says.
func (t *turn) use(a extract.Article, c *vigie.Capture, f *vigie.Finding) {
	d := &f.Document
	addAlias(f, c.Final)
	addAlias(f, a.Canonical)
	if c.Reserved { // the feed's text was offered to readers, the page's was not
		return
	}
	own := utf8.RuneCountInString(vigie.PlainText(d.Body))
	if own < shortText || utf8.RuneCountInString(a.Text) > own {
		d.Obstacle = a.Obstacle
	}
	if utf8.RuneCountInString(a.Text) <= own {
		return
	}
	d.Body, f.Capture, f.Parser = a.Body, c, extract.PageVersion
	d.Links = extract.JoinLinks(a.Links, d.Links)
	if d.Title == "" {
		d.Title = a.Title
	}
	if len(d.Authors) == 0 {
		d.Authors = a.Authors
	}
	if d.Published.IsZero() {
		d.Published = a.Published
	}
	if d.Modified.IsZero() {
		d.Modified = a.Modified
	}
	if d.Summary == "" {
		d.Summary = a.Summary
	}
	prior := d.Lang
	if prior == "" || prior == vigie.Und {
		prior = a.Lang
	}
	d.Lang = extract.Language(prior, d.Title, a.Text)
	extract.MarkLanguages(d.Body, d.Lang)
}

// addAlias notes a further address of a finding's document, unless it is that of
// a front page or of a part of a page.
func addAlias(f *vigie.Finding, raw string) {
	alias, err := vigie.CanonicalURL(raw)
	if err != nil || alias == f.Document.URL || strings.Contains(raw, "#") || slices.Contains(f.Aliases, alias) {
		return
	}
	if u, err := url.Parse(alias); err != nil || extract.IsFront(u) {
		return
	}
	f.Aliases = append(f.Aliases, alias)
}
