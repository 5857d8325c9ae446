package crawl

import (
	"cmp"
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

// The limits on the sitemaps of one source.
const (
	maxParts = 50 // files that one reading asks for
	maxNest  = 2  // an index, and an index that it names
	// maxListed is how many items a sitemap may bring. Where more are listed, the
	// newest are read; if there are no dates to believe, the first and the last, for
	// new ones are put at either end.
	maxListed = 5000
)

// sitemaps reads the sitemap of one source, with the parts that an index names.
type sitemaps struct {
	reader *Reader
	source vigie.Source
	visit  vigie.Visit

	answer  polite.Answer
	parts   map[string]vigie.Part
	queue   []partAsked
	rows    []row
	faults  []string
	partial bool            // not all that is listed is among the rows
	whole   map[string]bool // the parts that were read anew
	same    bool            // the first file did not change
	asked   int
	failed  int
	cut     bool // there are more rows than anybody reads
}

// partAsked is one file to read.
type partAsked struct {
	url    string
	listed string // when it changed, where the index can be believed
	nest   int
}

// readSitemaps reads the items of a sitemap, newest first. Of an index, those
// files are asked for that it says have changed or, where it does not say, all of
// them on condition.
func (r *Reader) readSitemaps(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	now := r.now()
	if needsList(v, now) || isReleased(v, now) {
		v = v.Unconditional()
		v.Parts = nil
	}
	m := sitemaps{reader: r, source: s, visit: v, parts: map[string]vigie.Part{}, whole: map[string]bool{}}
	same, err := m.read(ctx)
	if err != nil {
		if m.answer.Capture.Status != 0 && !m.answer.NotModified {
			v = v.Unconditional()
		}
		return vigie.Reading{Visit: v}, err
	}
	v = withValidators(v, m.answer)
	reading := readingOf(m.answer)
	if !m.answer.NotModified {
		v.Body = vigie.HashOf(m.answer.Capture.Body)
	}
	v.Parts = m.parts
	came := intakeOf(v, now)
	if same && !v.Retries(now) {
		v.Faults = slices.Concat(m.faults, came.faults())
		v.Skipped = unshown(v.Skipped, m.still())
		reading.Visit, reading.NotModified, reading.Faults = v, true, v.Faults
		return reading, nil
	}
	still := m.still()
	rows, faults := newestFirst(append(m.rows, remembered(v.Skipped, still, m.rows)...))
	t := turn{
		reader: r, source: s, now: now, skipped: v.Skipped, intake: came,
		list: list{answer: m.answer, rows: rows, faults: append(m.faults, faults...), still: still},
	}
	if err := t.take(ctx, known); err != nil {
		return vigie.Reading{Visit: v.Unconditional()}, err
	}
	if t.lost > 0 {
		v = v.Unconditional()
		maps.DeleteFunc(v.Parts, func(part string, _ vigie.Part) bool { return t.partsLeft[part] })
	}
	return t.report(reading, v), nil
}

// read asks for the sitemap and what it names. It reports whether nothing at all
// changed.
func (m *sitemaps) read(ctx context.Context) (same bool, err error) {
	v := m.visit
	m.answer, err = m.reader.Web.Get(ctx, polite.Request{
		URL: m.source.List.Sitemap, Want: polite.File, Source: m.source.ID,
		ETag: v.ETag, LastModified: v.LastModified, ValidatorsOf: v.ValidatorsOf,
	})
	if err != nil {
		return false, err
	}
	if m.answer.NotModified || vigie.HashOf(m.answer.Capture.Body) == v.Body {
		m.again()
	} else if err := m.understand(m.answer.Capture, partAsked{}); err != nil {
		return false, err
	}
	if err := m.follow(ctx); err != nil {
		return false, err
	}
	if len(m.queue) > 0 && len(m.parts) == m.failed && len(m.rows) == 0 && len(m.faults) > 0 {
		return false, &vigie.InvalidError{Field: "list.sitemap", Reason: m.faults[0]}
	}
	return m.partial && len(m.rows) == 0, nil
}

// still returns the parts that were not read anew, as [vigie.Attempt] names them.
func (m *sitemaps) still() map[string]bool {
	if !m.partial {
		return nil
	}
	out := map[string]bool{"": m.same}
	for part := range m.parts {
		if !m.whole[part] {
			out[partKey(part)] = true
		}
	}
	return out
}

// again asks for the parts of an index that did not change, where it does not say
// when they did.
func (m *sitemaps) again() {
	m.partial, m.same = true, true
	for _, part := range slices.Sorted(maps.Keys(m.visit.Parts)) {
		known := m.visit.Parts[part]
		if known.Listed != "" {
			m.parts[part] = known
			continue
		}
		m.queue = append(m.queue, partAsked{url: part, nest: 1})
	}
}

// understand takes the items of a file, or the files that an index names.
func (m *sitemaps) understand(c vigie.Capture, from partAsked) error {
	file, err := readSitemap(c.Body)
	if err != nil {
		return &vigie.InvalidError{Field: "list.sitemap", Reason: fmt.Sprintf("%s: %v", c.Final, err)}
	}
	if file.more {
		m.faults = append(m.faults, fmt.Sprintf("%s has more than %d entries: the first of them are read", c.Final, maxEntries))
	}
	believed := trusted(file.entries, m.reader.now())
	if file.index {
		m.index(file.entries, believed, from, c.Final)
		return nil
	}
	found := finder{rules: m.source.List, asked: m.source.URL}
	at, err := url.Parse(c.Final)
	if err != nil {
		return fmt.Errorf("read the address of the sitemap: %w", err)
	}
	seen := map[string]bool{}
	for _, e := range file.entries {
		address, err := vigie.CanonicalURL(e.url)
		if err != nil || seen[address] || isThing(address) || !found.follows(address, at) {
			continue
		}
		seen[address] = true
		m.rows = append(m.rows, rowOf(e, address, from.url, believed))
	}
	if len(m.rows) > 2*maxListed { // fifty files may list millions
		var faults []string
		if m.rows, faults = newestFirst(m.rows); !m.cut {
			m.faults, m.cut = append(m.faults, faults...), true
		}
	}
	if len(m.rows) == 0 && from.url == "" {
		return &vigie.InvalidError{Field: "list.sitemap", Reason: fmt.Sprintf("none of the %d addresses in %s is on its host and within what list.allow allows", len(file.entries), c.Final)}
	}
	return nil
}

// rowOf makes a row of an entry.
func rowOf(e entry, address, part string, believed bool) row {
	r := row{url: address, raw: e.url, title: e.title, date: e.published, steady: !believed, part: part}
	r.digest = vigie.HashOf([]byte(address + "\x00" + e.title + "\x00" + e.listed))
	if believed {
		r.modified = e.modified
	}
	return r
}

// index notes the files that an index names, the newest first.
func (m *sitemaps) index(entries []entry, believed bool, from partAsked, at string) {
	if from.nest >= maxNest {
		m.faults = append(m.faults, at+" is an index within an index within an index: it is not followed")
		return
	}
	if believed {
		slices.SortStableFunc(entries, func(a, b entry) int { return b.modified.Time.Compare(a.modified.Time) })
	}
	for _, e := range entries {
		if len(m.queue) == maxParts {
			m.faults = append(m.faults, fmt.Sprintf("%s names %d sitemaps: %d of them are read", at, len(entries), maxParts))
			m.partial = true
			return
		}
		address, err := vigie.CanonicalURL(e.url)
		if err != nil || !sameHost(address, m.source.URL, m.source.List.Sitemap, at) {
			continue
		}
		part := partAsked{url: e.url, nest: from.nest + 1}
		if believed {
			part.listed = e.listed
		}
		m.queue = append(m.queue, part)
	}
}

// follow asks for the files that an index named.
func (m *sitemaps) follow(ctx context.Context) error {
	for at := 0; at < len(m.queue) && m.asked < maxParts; at++ { // it grows
		part := m.queue[at]
		known := m.visit.Parts[part.url]
		if part.listed != "" && known.Listed == part.listed {
			m.parts[part.url], m.partial = known, true
			continue
		}
		err := m.part(ctx, part, known)
		if ctx.Err() != nil {
			return fmt.Errorf("fetch %s: %w", part.url, ctx.Err())
		}
		if err == nil {
			continue
		}
		m.partial = true
		m.failed++
		m.parts[part.url] = vigie.Part{} // asked for again, also while the index stays the same
		m.faults = append(m.faults, fmt.Sprintf("the sitemap %.*s was not read: %v", maxShown, part.url, err))
		if _, resting := errors.AsType[*polite.RetryError](err); resting {
			return err
		}
	}
	return nil
}

// part reads one file that an index names.
func (m *sitemaps) part(ctx context.Context, part partAsked, known vigie.Part) error {
	m.asked++
	answer, err := m.reader.Web.Get(ctx, polite.Request{
		URL: part.url, Want: polite.File, Source: m.source.ID, ETag: known.ETag, LastModified: known.LastModified,
	})
	if err != nil {
		return err
	}
	now := vigie.Part{ETag: answer.ETag, LastModified: answer.LastModified, Body: known.Body, Listed: part.listed}
	if !answer.NotModified {
		now.Body = vigie.HashOf(answer.Capture.Body)
	}
	if answer.NotModified || now.Body == known.Body {
		m.parts[part.url], m.partial = now, true
		return nil
	}
	if err := m.understand(answer.Capture, part); err != nil {
		return err
	}
	m.parts[part.url], m.whole[part.url] = now, true
	return nil
}

// newestFirst orders the rows of a sitemap, and leaves out those beyond the limit.
func newestFirst(rows []row) (kept []row, faults []string) {
	when := func(r row) int64 {
		if t := r.date.Time; !t.IsZero() {
			return t.Unix()
		}
		return r.modified.Time.Unix() // long ago where it is unknown
	}
	dated := slices.ContainsFunc(rows, func(r row) bool { return !r.date.IsZero() || !r.modified.IsZero() })
	if dated {
		slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(when(b), when(a)) })
	}
	if len(rows) <= maxListed {
		return rows, nil
	}
	which := "newest"
	all := len(rows)
	if dated {
		rows = rows[:maxListed]
	} else {
		which = "first and last"
		rows = slices.Concat(rows[:maxListed/2], rows[all-maxListed/2:])
	}
	return rows, []string{fmt.Sprintf("the sitemap lists %d pages: the %d %s are read; list.allow narrows it down", all, maxListed, which)}
}

// sitemapTitle names a sitemap by its host.
func sitemapTitle(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}
