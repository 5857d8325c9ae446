package feeds

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// isPDF reports whether an address or a type is that of a PDF file.
func isPDF(address, mediaType string) bool {
	if strings.HasPrefix(strings.ToLower(mediaType), extract.PDF) {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && strings.EqualFold(path.Ext(u.Path), ".pdf")
}

// useReport takes what a report says that an item leads to.
func (t *turn) useReport(ctx context.Context, c *vigie.Capture, f *vigie.Finding) error {
	addAlias(f, c.Final)
	f.Document.MediaType = extract.PDF
	if c.Reserved || t.reader.Reports == nil { // the feed's text was offered to readers, the report's was not
		return nil
	}
	title := f.Document.Title
	if err := t.reader.Reports.Fill(ctx, &f.Document, *c); err != nil {
		return err
	}
	if title != "" {
		f.Document.Title = title
	}
	f.Capture, f.Parser = c, extract.ReportVersion
	return nil
}

// reportsOf returns the reports that an item comes with: those that it encloses and,
// of its own site, those that its text leads to.
func (t *turn) reportsOf(it item, linked []extract.Link) []extract.Link {
	var out []extract.Link
	for _, x := range it.Enclosures {
		if isPDF(x.URL, x.Type) && x.URL != it.Link {
			out = append(out, extract.Link{URL: x.URL})
		}
	}
	base, err := url.Parse(it.Link)
	if err != nil {
		base = nil
	}
	for _, l := range slices.Concat(extract.ReportLinks(it.Content, base), extract.ReportLinks(it.Summary, base), linked) {
		if extract.SameSite(l.URL, it.Link) || extract.SameSite(l.URL, t.source.URL) {
			out = append(out, l)
		}
	}
	return out
}

// attached is a report that an item comes with.
type attached struct {
	address string // canonical
	link    extract.Link
	host    string
	// again says that it came before.
	again bool
}

// attach takes the reports of the item that became the finding with a number, as findings
// of their own: those that are new, and those that came before and were replaced. They
// count as pages. What has to wait is asked for when the item is looked at again.
func (t *turn) attach(ctx context.Context, it item, n int, linked []extract.Link) error {
	if t.source.FullText == vigie.FullTextNever {
		return nil
	}
	for _, r := range t.attachedTo(it, linked) {
		f := &t.findings[n]
		if until, rests := t.resting[r.host]; rests {
			if !r.again {
				t.later(it, f, t.tried(it), until)
			}
			continue
		}
		if t.pages >= t.mostPages() {
			if !r.again {
				t.later(it, f, t.tried(it), t.now)
				t.pending++
			}
			return nil
		}
		var err error
		if r.again {
			err = t.askAgain(ctx, r, f.Document)
		} else {
			err = t.takeReport(ctx, it, r, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attachedTo returns the reports that an item comes with, at most so many that are new and
// so many that are known. Left out are those that come by themselves, and those that were
// answered.
func (t *turn) attachedTo(it item, linked []extract.Link) []attached {
	var fresh, old []attached
	tried := map[string]bool{}
	for _, l := range t.reportsOf(it, linked) {
		address, err := vigie.CanonicalURL(l.URL)
		if err != nil || tried[address] || extract.IsAnswered(t.waiting[vigie.AttemptKey(address)]) || t.comesItself(address) {
			continue
		}
		tried[address] = true
		at, err := url.Parse(address)
		if err != nil {
			continue
		}
		r := attached{address: address, link: l, host: at.Host}
		if t.known != nil {
			_, r.again = t.known(address, address)
		}
		switch {
		case !r.again && len(fresh) < extract.MaxAttached:
			fresh = append(fresh, r)
		case r.again && t.reader.Kept != nil && len(old) < extract.MaxAttached:
			old = append(old, r)
		}
	}
	return slices.Concat(fresh, old)
}

// comesItself reports whether an address is that of an item, or of a finding of this turn.
func (t *turn) comesItself(address string) bool {
	return slices.ContainsFunc(t.items, func(it item) bool { return it.canonical == address }) ||
		slices.ContainsFunc(t.findings, func(f vigie.Finding) bool {
			return f.GUID == address || f.Document.URL == address || slices.Contains(f.Aliases, address)
		})
}

// takeReport takes one report of an item. What the item calls so and is none, or is
// refused for good, is not asked for again. The error is that of ctx.
func (t *turn) takeReport(ctx context.Context, it item, r attached, n int) error {
	f := &t.findings[n]
	t.pages++
	report, err := t.fetchReport(ctx, r, f.Document)
	if ctx.Err() != nil {
		return fmt.Errorf("fetch %s: %w", r.link.URL, ctx.Err())
	}
	if err == nil {
		t.findings = append(t.findings, report)
		return nil
	}
	isNone := errors.Is(err, extract.ErrNoReport)
	if !isNone {
		t.faultf(pageFault+"leads to a report that was not read: %.*s", maxWhy, err.Error())
	}
	if isNone || polite.IsFinal(err) {
		t.waiting[vigie.AttemptKey(r.address)] = extract.Answered(t.now, err)
		return nil
	}
	t.retry(it, r.host, f, err)
	return nil
}

// askAgain takes a report that came before if another is at its address by now, asked
// for once a day at most. Where there is no answer, the one that was kept stays. The error
// is that of ctx.
func (t *turn) askAgain(ctx context.Context, r attached, of vigie.Document) error {
	kept, err := t.reader.Kept(ctx, t.source.ID, r.address)
	if err != nil || !extract.MayBeReplaced(kept, t.now) {
		return ctx.Err()
	}
	t.pages++
	answer, err := t.reader.Web.Get(ctx, t.requestOf(r).IfChanged(kept))
	if ctx.Err() != nil {
		return fmt.Errorf("fetch %s: %w", r.link.URL, ctx.Err())
	}
	if until, rests := restsUntil(err); rests {
		t.resting[r.host] = until
		return nil
	}
	t.waiting[vigie.AttemptKey(r.address)] = extract.Answered(t.now, nil)
	if err != nil || answer.NotModified || vigie.HashOf(answer.Capture.Body) == vigie.HashOf(kept.Body) {
		return nil //nolint:nilerr // the one that was kept stays
	}
	report := t.reportOf(r, of)
	err = t.readReport(ctx, &report, answer.Capture, of)
	if ctx.Err() != nil {
		return fmt.Errorf("read %s: %w", r.link.URL, ctx.Err())
	}
	if err == nil {
		t.findings = append(t.findings, report)
	}
	return nil
}

func (t *turn) requestOf(r attached) polite.Request {
	return polite.Request{URL: r.link.URL, Want: polite.Item, Keep: true, Source: t.source.ID}
}

// reportOf is what is known of a report before it is read.
func (t *turn) reportOf(r attached, of vigie.Document) vigie.Finding {
	return vigie.Finding{GUID: r.address, URL: r.link.URL, Digest: vigie.HashOf([]byte(r.address)), Document: vigie.Document{
		Source: t.source.ID, URL: r.address, Title: r.link.Title, Publisher: of.Publisher, Lang: prior("", t.source.Lang), MediaType: extract.PDF,
	}}
}

// fetchReport fetches a report of an item and makes a finding of it.
func (t *turn) fetchReport(ctx context.Context, r attached, of vigie.Document) (vigie.Finding, error) {
	f := t.reportOf(r, of)
	answer, err := t.reader.Web.Get(ctx, t.requestOf(r))
	switch {
	case errors.Is(err, polite.ErrTooBig): // it is there, and can be read by a person
		f.Document.Obstacle = vigie.TooLarge
		beside(&f.Document, of)
		return f, nil
	case err != nil:
		return f, err
	}
	err = t.readReport(ctx, &f, answer.Capture, of)
	return f, err
}

// readReport takes what came for a report of an item.
func (t *turn) readReport(ctx context.Context, f *vigie.Finding, c vigie.Capture, of vigie.Document) error {
	if !extract.IsReport(c.MediaType, c.Body) {
		return extract.ErrNoReport
	}
	f.Capture = &c
	addAlias(f, c.Final)
	if err := t.reader.Reports.Fill(ctx, &f.Document, c); err != nil {
		return err
	}
	if t.reader.Reports != nil {
		f.Parser = extract.ReportVersion
	}
	beside(&f.Document, of)
	return nil
}

// beside gives a report what it does not say, and its item does.
func beside(d *vigie.Document, of vigie.Document) {
	if d.Published.IsZero() {
		d.Published = of.Published
	}
	if d.Title == "" {
		d.Title = of.Title // an enclosure has no words of its own
	}
}
