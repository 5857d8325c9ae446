package crawl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/crawl/polite"
)

// The limits on a site that is read to a depth.
const (
	maxDepth   = 10
	maxPages   = 2000 // that one source may have
	maxSteps   = 12   // segments of a path below that of the source
	maxAgain   = 2    // times that a segment may come again in a path
	maxQueries = 32   // queries of one path: beyond, it is a calendar or a sieve
)

// page is a page of a deep site.
type page struct {
	row
	depth int
}

// walk reads a deep site breadth first: every page is an item, and its links lead
// to the next ones. What was kept of the pages says where their links lead, so that
// a reading costs the page of the source, the pages that are new, and one
// conditional request for each that is known; of those, where Most does not allow
// for all, as many as it does, the next reading going on behind them.
type walk struct {
	turn
	known vigie.Known
	base  string // the path that all pages must be below
	most  int

	seen    map[string]bool
	parent  map[string]string     // the page that led to a page first
	parts   map[string]vigie.Part // pages that are not kept, as in [vigie.Visit.Parts]
	queries map[string]int        // of each path
	queue   []page                // whose content is to be looked at
	fresh   []page                // to be fetched
	again   []page                // known, to be asked whether they changed
	full    bool                  // maxPages was reached
	resting bool                  // the host asked to be left alone
}

// readDeep reads a site whose items lie several links away.
func (r *Reader) readDeep(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	address, err := vigie.CanonicalURL(s.URL)
	if err != nil {
		return vigie.Reading{Visit: v}, err
	}
	if s.List.Depth > maxDepth {
		return vigie.Reading{Visit: v}, &vigie.InvalidError{Field: "list.depth", Reason: fmt.Sprintf("must not be greater than %d", maxDepth)}
	}
	w := walk{
		turn:  turn{reader: r, source: s, now: r.now(), page: true, skipped: map[string]vigie.Attempt{}, intake: intakeOf(v, r.now())},
		known: known, base: folderOf(address), most: s.List.Most, seen: map[string]bool{address: true}, queries: map[string]int{},
		parent: map[string]string{}, parts: map[string]vigie.Part{},
	}
	maps.Copy(w.parts, v.Parts)
	w.intake.stock(maxPages, w.now)
	if w.most <= 0 {
		w.most = defaultMost
	}
	answer, err := w.root(ctx, page{row: row{url: address, raw: s.URL}})
	if err != nil {
		return vigie.Reading{Visit: v}, err
	}
	v = v.Unconditional()
	v.Parts = nil
	v.Wishes.Fresh, v.Title = answer.Fresh, w.title(v)
	if err := w.round(ctx, &v); err != nil {
		return vigie.Reading{Visit: v}, err
	}
	w.dropShared()
	w.sayUnread()
	w.say()
	v.Parts = w.partsLeft()
	out := w.report(readingOf(answer), v)
	out.NotModified = answer.NotModified && len(out.Findings) == 0 && !out.Left
	return out, nil
}

// folderOf is the path that the pages of a site lie below.
func folderOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "/"
	}
	return u.EscapedPath()[:strings.LastIndexByte(u.EscapedPath(), '/')+1]
}

// title is what the site calls itself.
func (w *walk) title(v vigie.Visit) string {
	if len(w.findings) > 0 && w.findings[0].Document.Title != "" {
		return w.findings[0].Document.Title
	}
	return v.Title
}

// root asks for the page of the source. Without it there is no reading.
func (w *walk) root(ctx context.Context, p page) (polite.Answer, error) {
	w.list.rows = append(w.list.rows, p.row)
	answer, c, err := w.ask(ctx, p)
	if err != nil {
		return answer, err
	}
	return answer, w.links(ctx, p, c)
}

// round goes over the pages: first what is known of them says where they lead,
// then the new ones are fetched, and what is left of the budget goes to asking
// whether the known ones changed.
func (w *walk) round(ctx context.Context, v *vigie.Visit) error {
	w.recall(ctx, v.Skipped)
	if err := w.fetchFresh(ctx, v.Skipped); err != nil {
		return err
	}
	at := 1 + slices.IndexFunc(w.again, func(p page) bool { return p.url == v.Asked })
	for _, p := range slices.Concat(w.again[at:], w.again[:at]) {
		if w.fetched >= w.most || w.resting {
			break
		}
		_, c, err := w.ask(ctx, p)
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", p.raw, ctx.Err())
		}
		if isBeyondShare(err, p.raw) {
			break // the next reading goes on here
		}
		v.Asked = p.url
		if err != nil {
			w.failed(p, v.Skipped, err)
			continue
		}
		if err := w.links(ctx, p, c); err != nil {
			w.failed(p, v.Skipped, err)
		}
		w.recall(ctx, v.Skipped)
		if err := w.fetchFresh(ctx, v.Skipped); err != nil {
			return err
		}
	}
	w.left, w.intake.Held = len(w.fresh), 0
	if !w.intake.admits() {
		w.left, w.intake.Held = 0, len(w.fresh)
	}
	return nil
}

// recall sorts the pages in the queue into new and known ones, and follows the
// links of the latter as they were kept.
func (w *walk) recall(ctx context.Context, before map[string]vigie.Attempt) {
	for len(w.queue) > 0 {
		p := w.queue[0]
		w.queue = w.queue[1:]
		w.list.rows = append(w.list.rows, p.row)
		tried, failed := before[p.key()]
		if failed {
			w.skipped[p.key()] = tried
		}
		if _, seen := w.known(p.url, p.url); !seen {
			if !failed || tried.Due(w.now) {
				w.fresh = append(w.fresh, p)
			}
			continue
		}
		if !failed || tried.Due(w.now) {
			w.again = append(w.again, p)
		} else {
			w.unchanged++
		}
		if p.depth == w.source.List.Depth || isFile(p.url) {
			continue // its links are not followed
		}
		c, part := w.last(ctx, p)
		w.lead(ctx, p, c, part)
	}
}

// fetchFresh fetches new pages, and those that they lead to, as long as the budget
// lasts.
func (w *walk) fetchFresh(ctx context.Context, before map[string]vigie.Attempt) error {
	for len(w.fresh) > 0 && w.fetched < w.most && !w.resting && w.intake.admits() {
		p := w.fresh[0]
		w.fresh = w.fresh[1:]
		_, c, err := w.ask(ctx, p)
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", p.raw, ctx.Err())
		}
		if isBeyondShare(err, p.raw) {
			w.fresh, w.resting = append(w.fresh, p), true
			return nil
		}
		if err == nil {
			err = w.links(ctx, p, c)
		}
		if err != nil {
			w.failed(p, before, err)
			continue
		}
		w.recall(ctx, before)
	}
	return nil
}

func (w *walk) failed(p page, before map[string]vigie.Attempt, err error) {
	w.skipped[p.key()] = p.attempt(before[p.key()], w.now, err)
	_, w.resting = errors.AsType[*polite.RetryError](err)
}

// ask asks for a page, on condition where it was kept, and notes what is new in it.
// It returns the page as it is now, to look for links.
func (w *walk) ask(ctx context.Context, p page) (polite.Answer, vigie.Capture, error) {
	_, seen := w.known(p.url, p.url)
	request := polite.Request{URL: p.raw, Want: wantOf(p.url), Keep: true, Source: w.source.ID}
	var old vigie.Capture
	var part vigie.Part
	if seen || p.depth == 0 {
		old, part = w.last(ctx, p)
		p.conditional(&request, old, part)
	}
	answer, err := w.reader.Web.Get(ctx, request)
	if !errors.Is(err, polite.ErrRobots) {
		w.fetched++
	}
	if errors.Is(err, polite.ErrTooBig) && !seen && p.depth > 0 {
		delete(w.skipped, p.key())
		w.intake.took()
		w.findings = append(w.findings, w.tooLarge(p.row))
		return answer, old, nil
	}
	if err != nil {
		return answer, old, err
	}
	delete(w.skipped, p.key())
	if isSame(answer, old, part) {
		answer.NotModified = true
		w.unchanged++
		if len(old.Body) == 0 {
			w.note(p, answer, part.Body, part.Links)
			w.lead(ctx, p, old, part)
		}
		return answer, old, nil
	}
	c := answer.Capture
	f, _, err := w.understand(ctx, p.row, &c)         // what it leads to is followed anyway
	list := p.depth == 0 && errors.Is(err, errNoText) // the page of the source may be a mere list
	if err != nil && !list {
		return answer, c, err
	}
	if seen || list || c.Reserved {
		w.note(p, answer, vigie.HashOf(c.Body), nil)
	}
	if list {
		return answer, c, nil
	}
	if !seen {
		w.intake.took()
	}
	w.findings = append(w.findings, f)
	return answer, c, nil
}

func headerOf(c vigie.Capture, name string) string {
	if v := c.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// links puts the pages that a page leads to into the queue.
func (w *walk) links(ctx context.Context, p page, c vigie.Capture) error {
	if p.depth >= w.source.List.Depth || len(c.Body) == 0 || !isPage(c) {
		return nil
	}
	d := doorway{fetched: true, answer: polite.Answer{Capture: c}}
	f := finder{rules: vigie.ListRules{Allow: w.source.List.Allow}, asked: w.source.URL, all: true}
	if err := visit(ctx, c.Final, &d, f.read); err != nil {
		return errors.Join(d.err, err)
	}
	for i, found := range f.rows {
		if !isFile(found.url) {
			f.rows[i].title = "" // a menu has words of its own for a page
		}
		w.enqueue(p, f.rows[i])
	}
	w.noteLinks(p, c, f.rows)
	return nil
}

// enqueue puts a page that another leads to into the queue, unless it was there.
func (w *walk) enqueue(from page, to row) {
	if from.depth >= w.source.List.Depth || w.full || w.seen[to.url] || !w.follows(to.url) {
		return
	}
	if len(w.seen) == maxPages {
		w.full = true
		return
	}
	w.seen[to.url], w.parent[to.url] = true, from.url
	w.queue = append(w.queue, page{row: to, depth: from.depth + 1})
}

func isPage(c vigie.Capture) bool {
	return c.MediaType == "text/html" || c.MediaType == "application/xhtml+xml" || c.MediaType == ""
}

// follows reports whether an address on the host is one of the site, and none of
// the endless ones that programs make up.
func (w *walk) follows(address string) bool {
	u, err := url.Parse(address)
	if err != nil || isThing(address) {
		return false
	}
	at := u.EscapedPath()
	if len(w.source.List.Allow) == 0 && !strings.HasPrefix(at, w.base) {
		return false
	}
	steps := strings.Split(strings.Trim(at, "/"), "/")
	if len(steps) > strings.Count(w.base, "/")+maxSteps {
		return false
	}
	count := map[string]int{}
	for _, step := range steps {
		if count[step]++; count[step] > maxAgain {
			return false
		}
	}
	if u.RawQuery != "" {
		w.queries[at]++
		return w.queries[at] <= maxQueries
	}
	return true
}

// say tells what stood in the way.
func (w *walk) say() {
	if w.left > 0 {
		w.faults = append(w.faults, fmt.Sprintf("%d pages were left for the next reading, which fetches at most %d pages", w.left, w.most))
	}
	if w.full {
		w.faults = append(w.faults, fmt.Sprintf("the site has more than %d pages: it is not followed further; list.allow narrows it down", maxPages))
	}
	w.faults = append(w.faults, w.intake.faults()...)
}
