package crawl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// defaultMost is how many item pages one reading fetches where the source does
// not say; with a pause of five seconds they take two and a half minutes.
const defaultMost = 30

// turn is one reading of one list that was understood.
type turn struct {
	reader *Reader
	source vigie.Source
	list   list
	now    time.Time

	findings  []vigie.Finding
	unchanged int
	faults    []string
	fetched   int
	left      int // items for the next reading
	// partsLeft are the parts of the list that they stand in.
	partsLeft map[string]bool
	// page says that there is no list: each page stands for itself.
	page bool
	// skipped are the items that could not be read, as in [vigie.Visit.Skipped].
	skipped map[string]vigie.Attempt
}

// take makes findings of the rows that are new or changed: of new ones first,
// and last of those that could not be read before. It fails only when ctx ends.
func (t *turn) take(ctx context.Context, known vigie.Known) error {
	t.faults = t.list.faults
	most := t.source.List.Most
	if most <= 0 {
		most = defaultMost
	}
	resting := false
	for _, r := range t.choose(known) {
		if t.fetched >= most || resting {
			t.leave(r)
			continue
		}
		f, err := t.item(ctx, r)
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", r.raw, ctx.Err())
		}
		if err != nil {
			t.skipped[r.key()] = r.attempt(t.skipped[r.key()], t.now, err)
			_, resting = errors.AsType[*polite.RetryError](err) // and all items are on that host
			continue
		}
		delete(t.skipped, r.key())
		t.findings = append(t.findings, f)
	}
	t.dropShared()
	t.sayUnread()
	if t.left > 0 {
		t.faults = append(t.faults, fmt.Sprintf("%d items were left for the next reading, which fetches at most %d pages", t.left, most))
	}
	return nil
}

// leave leaves an item for the next reading.
func (t *turn) leave(r row) {
	t.left++
	if t.partsLeft == nil {
		t.partsLeft = map[string]bool{}
	}
	t.partsLeft[r.part] = true
}

// choose returns the rows to fetch, in the order in which to fetch them. What is
// remembered of items that are not on the list any more is dropped.
func (t *turn) choose(known vigie.Known) []row {
	before := t.skipped
	t.skipped = map[string]vigie.Attempt{}
	if t.list.partial {
		maps.Copy(t.skipped, before)
	}
	var fresh, changed, again []row
	for _, r := range t.list.rows {
		var old vigie.Hash
		seen := false
		if known != nil {
			old, seen = known(r.url, r.url)
		}
		if seen && (r.steady || old == r.digest) {
			t.unchanged++
			continue
		}
		tried, failed := before[r.key()]
		if failed {
			t.skipped[r.key()] = tried
		}
		switch {
		case failed && isDue(tried, t.now):
			again = append(again, r)
		case failed:
		case seen:
			changed = append(changed, r)
		default:
			fresh = append(fresh, r)
		}
	}
	return slices.Concat(fresh, changed, again)
}

// item fetches and reads the page of one row.
func (t *turn) item(ctx context.Context, r row) (vigie.Finding, error) {
	answer, err := t.reader.Web.Get(ctx, polite.Request{URL: r.raw, Want: wantOf(r.url), Source: t.source.ID})
	if !errors.Is(err, polite.ErrRobots) {
		t.fetched++ // a refusal by robots.txt costs no request
	}
	if err != nil {
		return vigie.Finding{}, err
	}
	return t.understand(ctx, r, &answer.Capture)
}

// understand makes a finding of what came for a row.
func (t *turn) understand(ctx context.Context, r row, c *vigie.Capture) (vigie.Finding, error) {
	base, err := url.Parse(c.Final)
	if err != nil {
		return vigie.Finding{}, fmt.Errorf("read the address of the page: %w", err)
	}
	if !t.page && (extract.IsFront(base) || isSelf(canonicalOr(c.Final), t.list.answer.Capture.Final)) {
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
	a, err := extract.Page(ctx, c.Body, extract.ContentType(*c), base)
	if err != nil {
		return vigie.Finding{}, err
	}
	if a.Title == "" && r.title == "" && len(a.Body) == 0 {
		return vigie.Finding{}, errNoText
	}
	t.describe(&f.Document, a)
	if f.Document.Modified.IsZero() {
		f.Document.Modified = r.modified
	}
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
		if u, err := url.Parse(a); err == nil && !extract.IsFront(u) {
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

func canonicalOr(raw string) string {
	if c, err := vigie.CanonicalURL(raw); err == nil {
		return c
	}
	return raw
}
