package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// reportPart stands in [vigie.Attempt] for the part of a list where a report has none.
const reportPart = "reports"

// readReport makes a finding of a report.
func (t *turn) readReport(ctx context.Context, r row, f vigie.Finding) (vigie.Finding, []extract.Link, error) {
	d := &f.Document
	if r.report {
		d.Published = vigie.Date{} // that of the page is but a guess
	}
	if err := t.reader.Reports.Fill(ctx, d, *f.Capture); err != nil {
		return vigie.Finding{}, nil, err
	}
	if t.reader.Reports != nil {
		f.Parser = extract.ReportVersion
	}
	if d.Published.IsZero() {
		d.Published = r.date
	}
	if !r.modified.IsZero() {
		d.Modified = r.modified
	}
	return f, nil, nil
}

// tooLarge makes a finding of a row whose file is larger than what is fetched: it is
// there, and can be read by a person.
func (t *turn) tooLarge(r row) vigie.Finding {
	f := t.finding(r)
	f.Document.Obstacle = vigie.TooLarge
	if extensionOf(r.url) == ".pdf" {
		f.Document.MediaType = extract.PDF
	}
	if u, err := url.Parse(r.url); err == nil && f.Document.Title == "" {
		f.Document.Title = path.Base(u.Path)
	}
	return f
}

// obstacleOf names what kept a page from being read; "" where another answer may be
// better.
func obstacleOf(err error, body []byte) vigie.Obstacle {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return ""
	case errors.Is(err, context.DeadlineExceeded):
		return vigie.TooSlow
	case errors.Is(err, vigie.ErrInvalid):
		return vigie.Unreadable
	}
	return vigie.Crashed
}

// pageType is the type of an answer that is to be read as a page.
func pageType(c vigie.Capture) string {
	if c.MediaType == extract.PDF {
		return "text/html" // it begins like one
	}
	return extract.ContentType(c)
}

// attach takes the reports that the page of a finding leads to, as findings of their
// own: those that are new, and those that came before and were replaced. They come beside
// what [vigie.ListRules.Most] allows for, and count as if they were items. It reports
// whether nothing more is to be asked for; the error is that of ctx.
func (t *turn) attach(ctx context.Context, known vigie.Known, f vigie.Finding, links []extract.Link) (resting bool, err error) {
	rows := t.reportRows(known, f, links)
	for _, r := range rows {
		switch {
		case r.isNew && (resting || !t.intake.admits()):
			t.remember(r, vigie.Attempt{Next: t.now})
			continue
		case resting:
			continue
		case r.isNew:
			resting, err = t.fetchReport(ctx, r)
		default:
			resting, err = t.askAgain(ctx, r)
		}
		if err != nil {
			return resting, err
		}
	}
	return resting, nil
}

// reportRows makes rows of the links to reports, at most so many that are new and so many
// that are known. Left out are those that come by themselves, that were answered, and
// that are none of this site's.
func (t *turn) reportRows(known vigie.Known, f vigie.Finding, links []extract.Link) []row {
	var fresh, old []row
	seen := map[string]bool{}
	for _, l := range links {
		r, ok := t.reportRow(known, f, l)
		if !ok || seen[r.url] {
			continue
		}
		seen[r.url] = true
		switch {
		case r.isNew && len(fresh) < extract.MaxAttached:
			fresh = append(fresh, r)
		case !r.isNew && t.reader.Kept != nil && len(old) < extract.MaxAttached:
			old = append(old, r)
		}
	}
	return slices.Concat(fresh, old)
}

// reportRow makes a row of a link to a report, unless it is left out.
func (t *turn) reportRow(known vigie.Known, f vigie.Finding, l extract.Link) (row, bool) {
	address, err := vigie.CanonicalURL(l.URL)
	if err != nil || isSelf(address, t.source.URL) || !extract.SameSite(l.URL, f.Capture.Final) && !extract.SameSite(l.URL, t.source.URL) {
		return row{}, false
	}
	r := row{url: address, raw: l.URL, title: l.Title, date: f.Document.Published, part: reportPart, isNew: true, report: true}
	isListed := slices.ContainsFunc(t.list.rows, func(o row) bool { return o.url == address })
	isFound := slices.ContainsFunc(t.findings, func(o vigie.Finding) bool { return o.GUID == address || slices.Contains(o.Aliases, address) })
	if _, tried := t.skipped[r.key()]; tried || isListed || isFound {
		return row{}, false
	}
	if known != nil {
		_, seen := known(address, address)
		r.isNew = !seen
	}
	return r, true
}

// fetchReport takes one report. What a page calls so and is none, or is refused for good,
// is not asked for again.
func (t *turn) fetchReport(ctx context.Context, r row) (resting bool, err error) {
	f, _, err := t.item(ctx, r)
	switch {
	case ctx.Err() != nil:
		return false, fmt.Errorf("fetch %s: %w", r.raw, ctx.Err())
	case err == nil:
		t.found(r, f)
	case errors.Is(err, extract.ErrNoReport) || polite.IsFinal(err):
		t.skipped[r.key()] = extract.Answered(t.now, err)
	case isBeyondShare(err, r.raw):
		t.remember(r, vigie.Attempt{Next: t.now, Why: "its host gave its bytes of the day"})
		return true, nil
	default:
		t.remember(r, r.attempt(t.skipped[r.key()], t.now, err))
		_, resting = errors.AsType[*polite.RetryError](err)
	}
	return resting, nil
}

// askAgain takes a report that came before if another is at its address by now, asked
// for once a day at most. Where there is no answer, the one that was kept stays.
func (t *turn) askAgain(ctx context.Context, r row) (resting bool, err error) {
	kept, err := t.reader.Kept(ctx, t.source.ID, r.url)
	if err != nil || !extract.MayBeReplaced(kept, t.now) {
		return false, ctx.Err()
	}
	request := polite.Request{URL: r.raw, Want: wantOf(r.url), Keep: true, Source: t.source.ID}
	answer, err := t.reader.Web.Get(ctx, request.IfChanged(kept))
	if ctx.Err() != nil {
		return false, fmt.Errorf("fetch %s: %w", r.raw, ctx.Err())
	}
	if isBeyondShare(err, r.raw) {
		return true, nil
	}
	t.fetched++
	t.skipped[r.key()] = extract.Answered(t.now, nil)
	if err != nil {
		_, resting = errors.AsType[*polite.RetryError](err)
		return resting, nil
	}
	if isSame(answer, kept, vigie.Part{}) {
		return false, nil
	}
	f, _, err := t.understand(ctx, r, &answer.Capture)
	if ctx.Err() != nil {
		return false, fmt.Errorf("read %s: %w", r.raw, ctx.Err())
	}
	if err == nil {
		t.findings = append(t.findings, f)
	}
	return false, nil
}

// owed returns the reports that pages led to and that could not be fetched, which no
// list shows, as far as they are due; all are remembered on, and so are those that were
// answered.
func (t *turn) owed(before map[string]vigie.Attempt, known vigie.Known) []row {
	var rows []row
	maps.Copy(t.skipped, extract.StillAnswered(before, t.now))
	for _, key := range slices.Sorted(maps.Keys(before)) {
		a := before[key]
		if a.Part != partKey(reportPart) || a.Item == nil || len(t.skipped) >= maxListed {
			continue
		}
		r := row{
			url: canonicalOr(a.Item.URL), raw: a.Item.URL, title: a.Item.Title, date: a.Item.Published,
			part: reportPart, isNew: true, report: true,
		}
		if known != nil {
			if _, seen := known(r.url, r.url); seen {
				continue
			}
		}
		t.skipped[key] = a
		if a.Due(t.now) {
			rows = append(rows, r)
		}
	}
	return rows
}
