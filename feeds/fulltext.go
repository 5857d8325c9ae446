package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
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

	findings  []vigie.Finding
	unchanged int
	pages     int
	// pending counts the items whose page is left for the next reading.
	pending int
	// resting are the hosts that asked to be left alone.
	resting map[string]bool
}

// take makes findings of the items that are new or changed.
func (t *turn) take(ctx context.Context, known vigie.Known) error {
	items := identify(t.channel, t.source.URL)
	aliases := make(map[string]int, len(items))
	for _, it := range items {
		if known != nil {
			if old, ok := known(it.guid, it.canonical); ok && old == it.digest {
				t.unchanged++
				continue
			}
		}
		f := vigie.Finding{
			GUID: it.guid, URL: it.Link, Digest: it.digest,
			Document: document(it, t.source, t.channel), Capture: t.capture,
		}
		if f.Document.URL != "" {
			addAlias(&f, it.ID) // many a guid is an address too
		}
		if t.wantsPage(it, f.Document) {
			if err := t.page(ctx, it, &f); err != nil {
				return err
			}
		}
		for _, a := range f.Aliases {
			aliases[a]++
		}
		t.findings = append(t.findings, f)
	}
	t.dropShared(aliases)
	if t.pending > 0 {
		t.faultf("%d pages were left for the next reading: at most %d are fetched at once", t.pending, t.mostPages())
	}
	return nil
}

// dropShared takes away addresses to which several items lead: a home page or a
// login page, not the address of a document.
func (t *turn) dropShared(count map[string]int) {
	for _, f := range t.findings {
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
	return t.source.FullText == vigie.FullTextAlways || utf8.RuneCountInString(vigie.PlainText(d.Body)) < shortText
}

// page fetches the page behind an item and takes its text where it is longer
// than the feed's. It fails only when ctx ends.
func (t *turn) page(ctx context.Context, it item, f *vigie.Finding) error {
	at, err := url.Parse(it.Link)
	if err != nil {
		return nil //nolint:nilerr // without a page the feed's text stays
	}
	if t.pages >= t.mostPages() || t.resting[at.Host] {
		f.Digest = "" // so that the item is looked at again
		if !t.resting[at.Host] {
			t.pending++
		}
		return nil
	}
	t.pages++
	answer, err := t.reader.Web.Get(ctx, polite.Request{URL: it.Link, Want: polite.Page, Source: t.source.ID})
	if err != nil {
		return t.noPage(ctx, at.Host, f, err)
	}
	c := answer.Capture
	base, err := url.Parse(c.Final)
	if err != nil {
		base = at
	}
	article, err := extract.Page(ctx, c.Body, extract.ContentType(c), base)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("extract %s: %w", it.Link, err)
		}
		if c.MediaType == "application/pdf" {
			f.Document.MediaType = c.MediaType
		}
		t.faultf("the page of an item could not be read: %v", err)
		return nil
	}
	t.use(article, &c, f)
	return nil
}

// noPage takes an error of the network: the feed's text stays. A refusal is
// final; what may be over soon is tried again when the feed changes.
func (t *turn) noPage(ctx context.Context, host string, f *vigie.Finding, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("fetch %s: %w", f.URL, err)
	}
	var retry *polite.RetryError
	var status *polite.StatusError
	var robots *polite.RobotsError
	switch {
	case errors.As(err, &robots) && robots.Cause != nil:
		f.Digest = "" // the site could not be reached; it did not refuse
	case errors.As(err, &retry):
		if t.resting == nil {
			t.resting = map[string]bool{}
		}
		t.resting[host] = true
		f.Digest = ""
	case errors.Is(err, polite.ErrTimeout), errors.As(err, &status) && status.Code >= 500:
		f.Digest = ""
	}
	t.faultf("the page of an item was not read, the feed's text stays: %v", err)
	return nil
}

// use takes what a page says.
func (t *turn) use(a extract.Article, c *vigie.Capture, f *vigie.Finding) {
	d := &f.Document
	addAlias(f, c.Final)
	addAlias(f, a.Canonical)
	if c.Reserved { // the feed's text was offered to readers, the page's was not
		return
	}
	if utf8.RuneCountInString(a.Text) <= utf8.RuneCountInString(vigie.PlainText(d.Body)) {
		return
	}
	d.Body, f.Capture = a.Body, c
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
