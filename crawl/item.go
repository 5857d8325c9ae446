package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
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
	// lost counts those of them that only the list shows, and partsLeft are the parts of
	// the list that they stand in.
	lost      int
	partsLeft map[string]bool
	// page says that there is no list: each page stands for itself.
	page bool
	// skipped are the items that could not be read, as in [vigie.Visit.Skipped].
	skipped map[string]vigie.Attempt
	intake  intake
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
	held := 0
	var err error
	for _, r := range t.choose(known) {
		if r.isNew && !t.intake.admits() {
			held++
			continue
		}
		if t.fetched >= most || resting {
			t.leave(r)
			continue
		}
		if resting, err = t.row(ctx, known, r); err != nil {
			return err
		}
	}
	if len(t.list.still) == 0 {
		t.intake.Held = held
	} else { // some are in what did not change
		t.intake.Held = max(t.intake.Held, held)
	}
	t.dropShared()
	t.sayUnread()
	if t.left > 0 {
		t.faults = append(t.faults, fmt.Sprintf("%d"+leftItems+"which fetches at most %d pages", t.left, most))
	}
	t.faults = append(t.faults, t.intake.faults()...)
	return nil
}

// row takes one row, and the reports that its page leads to. It reports whether nothing
// more is to be asked for; the error is that of ctx.
func (t *turn) row(ctx context.Context, known vigie.Known, r row) (resting bool, err error) {
	if r.report {
		return t.fetchReport(ctx, r)
	}
	f, links, err := t.item(ctx, r)
	if ctx.Err() != nil {
		return false, fmt.Errorf("fetch %s: %w", r.raw, ctx.Err())
	}
	if err != nil {
		return t.unread(r, err), nil
	}
	t.found(r, f)
	return t.attach(ctx, known, f, links)
}

// found takes what came of a row.
func (t *turn) found(r row, f vigie.Finding) {
	delete(t.skipped, r.key())
	t.findings = append(t.findings, f)
	if r.isNew {
		t.intake.took()
	}
}

// unread takes an error of a row. It reports whether nothing more is to be asked for: all
// items are on that host. Where we have had our share of it, the row itself was not asked
// for, and is left like the others.
func (t *turn) unread(r row, err error) (resting bool) {
	if isBeyondShare(err, r.raw) {
		t.leave(r)
		return true
	}
	t.remember(r, r.attempt(t.skipped[r.key()], t.now, err))
	_, resting = errors.AsType[*polite.RetryError](err)
	return resting
}

// isBeyondShare reports whether the host of an address gave as much as it is asked for in
// a day, and not another one that it led to.
func isBeyondShare(err error, address string) bool {
	budget, ok := errors.AsType[*polite.BudgetError](err)
	if !ok {
		return false
	}
	at, err := url.Parse(address)
	return err == nil && strings.EqualFold(at.Hostname(), budget.Host)
}

// leave leaves an item for the next reading.
func (t *turn) leave(r row) {
	t.left++
	if t.skipped[r.key()].Item != nil {
		return
	}
	t.lost++
	if t.partsLeft == nil {
		t.partsLeft = map[string]bool{}
	}
	t.partsLeft[r.part] = true
}

// choose returns the rows to fetch, in the order in which to fetch them. What is
// remembered of items that are not on the list any more is dropped.
func (t *turn) choose(known vigie.Known) []row {
	before := t.skipped
	t.skipped = unshown(before, t.list.still)
	var fresh, changed, again []row
	for _, r := range t.list.rows {
		var old vigie.Hash
		seen := false
		if known != nil {
			old, seen = known(r.url, r.url)
		}
		if seen && (r.steady || old == r.digest) {
			delete(t.skipped, r.key())
			t.unchanged++
			continue
		}
		tried, failed := before[r.key()]
		if failed {
			t.skipped[r.key()] = tried
		}
		r.isNew = !seen
		switch {
		case failed && tried.Due(t.now):
			again = append(again, r)
		case failed:
		case seen:
			changed = append(changed, r)
		default:
			fresh = append(fresh, r)
		}
	}
	t.intake.stock(len(fresh), t.now)
	return slices.Concat(fresh, changed, again, t.owed(before, known))
}

// item fetches and reads the page of one row. It returns the reports that the page leads
// to, too.
func (t *turn) item(ctx context.Context, r row) (vigie.Finding, []extract.Link, error) {
	answer, err := t.reader.Web.Get(ctx, polite.Request{URL: r.raw, Want: wantOf(r.url), Keep: true, Source: t.source.ID})
	if !errors.Is(err, polite.ErrRobots) {
		t.fetched++ // a refusal by robots.txt costs no request
	}
	if errors.Is(err, polite.ErrTooBig) {
		return t.tooLarge(r), nil, nil
	}
	if err != nil {
		return vigie.Finding{}, nil, err
	}
	f, links, err := t.understand(ctx, r, &answer.Capture)
	if answer.NoFollow {
		links = nil
	}
	return f, links, err
}

// understand makes a finding of what came for a row. It returns the reports that a page
// leads to, too.
func (t *turn) understand(ctx context.Context, r row, c *vigie.Capture) (vigie.Finding, []extract.Link, error) {
	base, err := url.Parse(c.Final)
	if err != nil {
		return vigie.Finding{}, nil, fmt.Errorf("read the address of the page: %w", err)
	}
	if !t.page && (extract.IsFront(base) || isSelf(canonicalOr(c.Final), t.list.answer.Capture.Final)) {
		return vigie.Finding{}, nil, fmt.Errorf("it leads back to %s, so it may be gone", c.Final)
	}
	f := t.finding(r)
	f.Capture, f.Document.MediaType = c, c.MediaType
	f.Aliases = t.aliases(r, c, "")
	switch {
	case extract.IsReport(c.MediaType, c.Body):
		return t.readReport(ctx, r, f)
	case r.report:
		return vigie.Finding{}, nil, extract.ErrNoReport
	}
	switch c.MediaType {
	case "text/html", "application/xhtml+xml", "text/plain", "":
	case extract.PDF: // it is none, and begins like a page
		f.Document.MediaType = "text/html"
	default:
		f.Document.Obstacle = vigie.Unreadable
		return f, nil, nil // a file: kept as it came
	}
	f.Parser = extract.PageVersion
	a, err := t.reader.places.PageAt(ctx, c.Body, pageType(*c), base, c.Fetched)
	if err != nil {
		f.Document.Obstacle = obstacleOf(err, c.Body)
		if ctx.Err() != nil || r.title == "" || f.Document.Obstacle == "" {
			return vigie.Finding{}, nil, err
		}
		return f, nil, nil
	}
	if a.Title == "" && r.title == "" && len(a.Body) == 0 {
		return vigie.Finding{}, nil, errNoText
	}
	t.describe(&f.Document, a)
	if f.Document.Modified.IsZero() {
		f.Document.Modified = r.modified
	}
	f.Aliases = t.aliases(r, c, a.Canonical)
	return f, a.Reports, nil
}

// finding is what a row alone says.
func (t *turn) finding(r row) vigie.Finding {
	return vigie.Finding{GUID: r.url, URL: r.raw, Digest: r.digest, Document: vigie.Document{
		Source: t.source.ID, URL: r.url, Title: r.title, Publisher: t.source.Publisher,
		Lang: t.source.Lang, Published: r.date,
	}}
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
	d.Modified, d.Summary, d.Body, d.Links, d.Obstacle = a.Modified, a.Summary, a.Body, a.Links, a.Obstacle
	if a.Lang != vigie.Und {
		d.Lang = a.Lang
		return
	}
	d.Lang = extract.Language(t.source.Lang, d.Title, a.Text)
	extract.MarkLanguages(d.Body, d.Lang)
}

// aliases returns the further addresses of an item: those that it was redirected
// over, and the one that it gives itself, if that is on the same host. A redirect for
// the time being (RFC 9110 section 15.4) gives it none: its address stays what it was,
// and where it leads, to a form for logging in or for consent, many others may lead.
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
		if h.Status != http.StatusMovedPermanently && h.Status != http.StatusPermanentRedirect {
			return out
		}
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
