package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// The limits on one reading.
const (
	// defaultMost is how many item pages one reading fetches where the source does
	// not say; with a pause of five seconds they take two and a half minutes.
	defaultMost = 30
	maxFaults   = 20
)

// turn is one reading of one list that was understood.
type turn struct {
	reader *Reader
	source vigie.Source
	list   list

	findings  []vigie.Finding
	unchanged int
	faults    []string
	fetched   int
	left      int // items for the next reading
}

// take makes findings of the rows that are new or changed. It fails only when
// ctx ends.
func (t *turn) take(ctx context.Context, known vigie.Known) error {
	t.faults = t.list.faults
	most := t.source.List.Most
	if most <= 0 {
		most = defaultMost
	}
	tooMany := 0
	resting := false
	for _, r := range t.list.rows {
		if known != nil {
			if old, ok := known(r.url, r.url); ok && old == r.digest {
				t.unchanged++
				continue
			}
		}
		if t.fetched >= most || resting {
			t.left++
			tooMany++
			continue
		}
		f, err := t.item(ctx, r)
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", r.raw, ctx.Err())
		}
		if err != nil {
			t.left++
			t.faultf("the item %s was not read: %v", r.url, err)
			var retry *polite.RetryError
			resting = errors.As(err, &retry) // and all items are on that host
			continue
		}
		t.findings = append(t.findings, f)
	}
	t.dropShared()
	if tooMany > 0 {
		t.faultf("%d items were left for the next reading, which fetches at most %d pages", tooMany, most)
	}
	return nil
}

func (t *turn) faultf(format string, args ...any) {
	if len(t.faults) < maxFaults {
		t.faults = append(t.faults, fmt.Sprintf(format, args...))
	}
}

// item fetches and reads the page of one row.
func (t *turn) item(ctx context.Context, r row) (vigie.Finding, error) {
	answer, err := t.reader.Web.Get(ctx, polite.Request{URL: r.raw, Want: polite.Page, Source: t.source.ID})
	if !errors.Is(err, polite.ErrRobots) {
		t.fetched++ // a refusal by robots.txt costs no request
	}
	if err != nil {
		return vigie.Finding{}, err
	}
	c := &answer.Capture
	base, err := url.Parse(c.Final)
	if err != nil {
		return vigie.Finding{}, fmt.Errorf("read the address of the page: %w", err)
	}
	if isFront(base) || isSelf(canonicalOr(c.Final), t.list.answer.Capture.Final) {
		return vigie.Finding{}, fmt.Errorf("it leads back to %s, so it may be gone", c.Final)
	}
	f := vigie.Finding{GUID: r.url, URL: r.raw, Digest: r.digest, Capture: c}
	f.Document = vigie.Document{
		Source: t.source.ID, URL: r.url, Title: r.title, Publisher: t.source.Publisher,
		Lang: t.source.Lang, Published: r.date, MediaType: c.MediaType,
	}
	f.Aliases = t.aliases(r, c, "")
	switch c.MediaType {
	case "text/html", "application/xhtml+xml", "text/plain", "":
	default:
		return f, nil // a file: kept as it came
	}
	a, err := extract.Page(ctx, c.Body, contentType(*c), base)
	if err != nil {
		return vigie.Finding{}, err
	}
	if a.Title == "" && r.title == "" && len(a.Body) == 0 {
		return vigie.Finding{}, errors.New("the page has neither title nor text")
	}
	t.describe(&f.Document, a)
	f.Aliases = t.aliases(r, c, a.Canonical)
	return f, nil
}

// describe takes what the page says; the list and the source speak where it is
// silent.
func (t *turn) describe(d *vigie.Document, a extract.Article) {
	if a.Title != "" {
		d.Title = a.Title
	}
	if !a.Published.IsZero() {
		d.Published = a.Published
	}
	if d.Publisher == "" {
		d.Publisher = a.Site
	}
	if len(a.Authors) > 0 {
		d.Authors = a.Authors
	}
	d.Modified, d.Summary, d.Body = a.Modified, a.Summary, a.Body
	if a.Lang != vigie.Und {
		d.Lang = a.Lang
		return
	}
	d.Lang = extract.Language(t.source.Lang, d.Title, a.Text)
}

// aliases returns the further addresses of an item: those that it was redirected
// over, and the one that it gives itself, if that is on the same host.
func (t *turn) aliases(r row, c *vigie.Capture, canonical string) []string {
	var out []string
	add := func(raw string) {
		a, err := vigie.CanonicalURL(raw)
		if err != nil || a == r.url || slices.Contains(out, a) || isSelf(a, t.list.answer.Capture.Final) || isSelf(a, t.source.URL) {
			return
		}
		if u, err := url.Parse(a); err == nil && !isFront(u) {
			out = append(out, a)
		}
	}
	for _, h := range c.Hops {
		add(h.URL)
	}
	add(c.Final)
	if canonical != "" && sameHost(canonical, r.url, c.Final) {
		add(canonical)
	}
	return out
}

// dropShared takes away addresses to which several items lead: a login page or
// a careless canonical link, not the address of a document.
func (t *turn) dropShared() {
	count := map[string]int{}
	for _, r := range t.list.rows {
		count[r.url]++
	}
	for _, f := range t.findings {
		for _, a := range f.Aliases {
			count[a]++
		}
	}
	for i := range t.findings {
		f := &t.findings[i]
		f.Aliases = slices.DeleteFunc(f.Aliases, func(a string) bool { return count[a] > 1 })
	}
}

// isFront reports whether an address is the front page of its site, where pages
// that are gone often lead.
func isFront(u *url.URL) bool { return (u.Path == "" || u.Path == "/") && u.RawQuery == "" }

func canonicalOr(raw string) string {
	if c, err := vigie.CanonicalURL(raw); err == nil {
		return c
	}
	return raw
}
