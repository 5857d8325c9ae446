package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
	"vigie/curate/diff"
)

// watch reads a page whose text is compared from reading to reading. It is one
// document; a change of at least [vigie.ListRules.Least] thousandths of its words,
// or of its title, is a revision of it. It is compared with what was kept last, so
// that small changes add up.
func (r *Reader) watch(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	answer, err := r.Web.Get(ctx, polite.Request{
		URL: s.URL, Want: wantOf(s.URL), Keep: true, Source: s.ID, ETag: v.ETag, LastModified: v.LastModified, ValidatorsOf: v.ValidatorsOf,
	})
	if err != nil {
		return vigie.Reading{Visit: v}, err
	}
	v = withValidators(v, answer)
	reading := readingOf(answer)
	hash := vigie.HashOf(answer.Capture.Body)
	if answer.NotModified || hash == v.Body {
		reading.Visit, reading.NotModified = v, true
		return reading, nil
	}
	address, err := vigie.CanonicalURL(s.URL)
	if err != nil {
		return vigie.Reading{Visit: v}, err
	}
	t := turn{reader: r, source: s, now: r.now(), page: true}
	f, links, err := t.understand(ctx, row{url: address, raw: s.URL}, &answer.Capture)
	switch {
	case errors.Is(err, errNoText), err == nil && isPage(answer.Capture) && len(f.Document.Body) == 0:
		v.Faults = []string{"the page answers, but has no readable text"}
		reading.Visit, reading.Faults = v.Unconditional(), v.Faults
		return reading, nil
	case err != nil:
		return vigie.Reading{Visit: v.Unconditional()}, err
	}
	before, seen := known(address, address)
	title, sample := v.Title, v.Sample
	v.Body, v.Title, v.Faults = hash, f.Document.Title, nil
	reading.Items = 1
	f.Digest = contentOf(f.Document)
	if f.Digest == "" {
		f.Digest = hash // a file
	}
	if seen && (before == f.Digest || r.little(ctx, s, f.Document, title, sample)) {
		reading.Visit, reading.Unchanged = v, 1
		return reading, nil
	}
	v.Sample = nil
	if answer.Capture.Reserved && s.List.Least > 0 {
		v.Sample = sampleOf(f.Document.Body)
	}
	t.findings = []vigie.Finding{f}
	if s.ID != vigie.ByHand && !answer.NoFollow { // of what a person found, that one thing is wanted
		t.skipped = extract.StillAnswered(v.Skipped, t.now)
		if _, err := t.attach(ctx, known, f, links); err != nil {
			return vigie.Reading{Visit: v.Unconditional()}, err
		}
		v.Skipped = extract.StillAnswered(t.skipped, t.now) // the rest is tried when the page changes
	}
	reading.Visit, reading.Findings = v, t.findings
	return reading, nil
}

// errNoText means that a page has nothing to read.
var errNoText = errors.New("the page has neither title nor text")

// contentOf is the hash of what a person reads of a document; "" where there is no
// text.
func contentOf(d vigie.Document) vigie.Hash {
	if len(d.Body) == 0 {
		return ""
	}
	return vigie.HashOf([]byte(d.Title + "\x00" + vigie.PlainText(d.Body)))
}

// little reports whether a page differs too little from what was kept of it or, where
// nothing may be, from its title and a sample of its words.
func (r *Reader) little(ctx context.Context, s vigie.Source, now vigie.Document, title string, sample []uint32) bool {
	if s.List.Least <= 0 || len(now.Body) == 0 {
		return false
	}
	if len(sample) > 0 {
		return title == now.Title && sampledThousandths(sample, sampleOf(now.Body)) < s.List.Least
	}
	c, err := r.kept(ctx, s.ID, now.URL)
	if err != nil {
		return false
	}
	base, err := url.Parse(c.Final)
	if err != nil {
		return false
	}
	old, err := r.places.PageAt(ctx, c.Body, extract.ContentType(c), base, c.Fetched)
	return err == nil && old.Title == now.Title && diff.Thousandths(old.Body, now.Body) < s.List.Least
}

// kept returns the last answer that was kept of an address, with its bytes.
func (r *Reader) kept(ctx context.Context, source vigie.SourceID, address string) (vigie.Capture, error) {
	if r.Kept == nil {
		return vigie.Capture{}, vigie.ErrNotFound
	}
	c, err := r.Kept(ctx, source, address)
	if err == nil && len(c.Body) == 0 {
		err = fmt.Errorf("find the bytes of %s: %w", address, vigie.ErrNotFound)
	}
	return c, err
}
