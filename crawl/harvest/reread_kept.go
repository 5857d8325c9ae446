package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"

	"vigie"
	"vigie/crawl/extract"
	"vigie/index/store"
)

// kept is a document with what its newest revision was read from.
type kept struct {
	doc      vigie.Document
	revision vigie.Revision
	capture  vigie.Capture
	// item says that a feed showed it: what the feed said of it goes before what its
	// page does. attached says that an item led to it, which has other words.
	item, attached bool
	lang           vigie.Lang // of the source
	// read reads the capture into the document, with its reader of this version; nil
	// where there is nothing to read.
	read    func(context.Context, kept) (vigie.Document, error)
	version int
}

// keptOf returns what is kept of a document. One that was read from something else
// than its own page or file, such as a feed, has no reader.
func (r *Rereader) keptOf(tx *store.Tx, doc vigie.Document) (kept, error) {
	k := kept{doc: doc}
	var err error
	if k.revision, err = tx.Revision(doc.ID, doc.Revision); err != nil || k.revision.Capture == "" {
		return k, err
	}
	if k.capture, err = tx.Capture(k.revision.Capture); err != nil || k.capture.Snapshot == "" || k.capture.Reserved {
		return k, err
	}
	source, err := tx.Source(doc.Source)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return k, err
	}
	kind := source.Kind
	if kind == vigie.Auto {
		visit, err := tx.Visit(source.ID)
		if err != nil {
			return k, err
		}
		kind = visit.Found.Kind
	}
	k.item, k.lang = kind == vigie.Feed, source.Lang
	asked, err := vigie.CanonicalURL(k.capture.URL)
	if err != nil {
		return k, nil //nolint:nilerr // what has no address is no page
	}
	if of, err := tx.DocumentAt(asked); err != nil || of.ID != doc.ID {
		return k, ignoreMissing(err) // the answer is that of a feed
	}
	if list, err := vigie.CanonicalURL(source.URL); err == nil && list == asked && kind != vigie.Page {
		return k, nil // an item that has the address of its feed
	}
	if k.attached, err = isAttached(tx, doc); err != nil {
		return k, err
	}
	k.read, k.version = r.readerOf(k)
	return k, nil
}

// readerOf returns the reader of what is kept of a document, and its version.
func (r *Rereader) readerOf(k kept) (read func(context.Context, kept) (vigie.Document, error), version int) {
	if k.doc.MediaType == extract.PDF { // whatever the server called it
		if r.Report == nil {
			return nil, 0
		}
		return r.readReportAgain, extract.ReportVersion
	}
	switch k.capture.MediaType {
	case "text/html", "application/xhtml+xml", "text/plain":
		return readPageAgain, extract.PageVersion
	}
	return nil, 0
}

func ignoreMissing(err error) error {
	if errors.Is(err, vigie.ErrNotFound) {
		return nil
	}
	return err
}

// readReportAgain reads the file of a report.
func (r *Rereader) readReportAgain(ctx context.Context, k kept) (vigie.Document, error) {
	if r.Report == nil {
		return k.doc, extract.ErrNoReader
	}
	d := k.doc
	d.Body, d.Pages, d.Obstacle = nil, 0, ""
	isGuess := k.item && k.attached && k.doc.Pages == 0 // it has the date of the item, for it was not read
	if isGuess {
		d.Published = vigie.Date{}
	}
	if err := r.Report(ctx, &d, k.capture); err != nil {
		return d, err
	}
	if d.Obstacle.Passing() {
		k.doc.Obstacle = d.Obstacle
		return k.doc, nil // one more try that came to nothing
	}
	if len(d.Body) == 0 && k.doc.Obstacle.Passing() {
		d.Body = k.doc.Body // what the feed said, as at the first reading
	}
	if k.item && !k.attached && k.doc.Title != "" {
		d.Title = k.doc.Title
	}
	if isGuess && d.Published.IsZero() {
		d.Published = k.doc.Published
	}
	return d, nil
}

// isAttached reports whether a document of a feed is none of its items, but a report
// that one of them led to: it is known by its address alone.
func isAttached(tx *store.Tx, doc vigie.Document) (bool, error) {
	seen, err := tx.Sightings(doc.ID)
	for _, s := range seen {
		if s.Source == doc.Source && s.Digest == vigie.HashOf([]byte(s.GUID)) {
			return true, err
		}
	}
	return false, err
}

// readPageAgain reads a page. What it says takes the place of what it said; of an
// item, it fills in what the feed left out. Where it is silent all stays, for that may
// have come from a list.
func readPageAgain(ctx context.Context, k kept) (vigie.Document, error) {
	d := k.doc
	d.Obstacle = ""
	at := k.capture.Final
	if at == "" {
		at = k.capture.URL
	}
	base, err := url.Parse(at)
	if err != nil {
		return d, fmt.Errorf("read the address of the page: %w", err)
	}
	a, err := extract.PageAt(ctx, k.capture.Body, extract.ContentType(k.capture), base, k.capture.Fetched)
	if err != nil {
		if ctx.Err() == nil && k.doc.Obstacle.Passing() {
			return k.doc, nil // as before: one more try that came to nothing
		}
		return d, err
	}
	d.Body, d.Links, d.Obstacle = a.Body, a.Links, a.Obstacle
	if k.item {
		d.Links = extract.JoinLinks(a.Links, k.doc.Links)
	}
	if !k.item {
		d.Title, d.Published, d.Modified = cmp.Or(a.Title, d.Title), dateOr(a.Published, d.Published), dateOr(a.Modified, d.Modified)
		d.Summary = a.Summary
		if len(a.Authors) > 0 {
			d.Authors = a.Authors
		}
	} else {
		d.Title, d.Published, d.Modified = cmp.Or(d.Title, a.Title), dateOr(d.Published, a.Published), dateOr(d.Modified, a.Modified)
		d.Summary = cmp.Or(d.Summary, a.Summary)
		if len(d.Authors) == 0 {
			d.Authors = a.Authors
		}
	}
	d.Publisher = cmp.Or(d.Publisher, a.Site)
	prior := k.lang
	if a.Lang != vigie.Und {
		prior = a.Lang
	}
	if k.item || a.Lang == vigie.Und {
		d.Lang = extract.Language(prior, d.Title, a.Text)
		extract.MarkLanguages(d.Body, d.Lang)
	} else {
		d.Lang = a.Lang
	}
	return d, nil
}

func dateOr(a, b vigie.Date) vigie.Date {
	if a.IsZero() {
		return b
	}
	return a
}
