package crawl

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// Reader reads sources of the kinds [vigie.Site] and [vigie.Page]. Its fields must
// not change once it is in use; it is safe for concurrent use by several
// goroutines, for different sources.
type Reader struct {
	// Web is the way out; it must not be nil.
	Web *polite.Transport
	// Kept returns the last answer that was kept of an address of a source, with its
	// bytes, or vigie.ErrNotFound. Deep sites and watched pages are compared with it;
	// with nil, and where nothing was kept, they are read in full.
	Kept func(ctx context.Context, source vigie.SourceID, address string) (vigie.Capture, error)
	// Reports reads the PDF files that come; with nil they are kept and not read.
	Reports *extract.ReportReader
	// Log hears what a developer may want to know; nil discards it.
	Log *slog.Logger
	// Now says when items that could not be read are tried again; nil means
	// time.Now.
	Now func() time.Time

	places extract.Places
}

// Read visits a source.
//
// Of a list, a page or a sitemap ([vigie.ListRules.Sitemap]), it asks for the list
// on condition and for each item that is new or whose row changed, at most
// [vigie.ListRules.Most] of them. The findings are those items; known ones that
// look the same are counted. A deep site ([vigie.ListRules.Depth]) and a page that
// is watched are told of at [Reader.Kept].
//
// Items that are reports (PDF) are read by [Reader.Reports]. The reports that the page of
// a new or changed item leads to on the same site, at most three, are findings of their
// own. One that came before, and is kept, is asked for on condition when such a page
// changed, once a day at most; what is refused for good, or is no report, is not asked
// for again. What is fetched and cannot be read, and what is too large to be
// fetched, is a finding with its obstacle.
//
// Visit comes back with the validators of the list; the caller sets times and
// failures. While items are left for the next reading because there were too
// many, the validators and the hash of the list are left out, so that the next
// reading sees the list again. An item that cannot be read is a fault in words
// and no error. Visit remembers it: one that is gone is not asked for again, any
// other after six hours, then twice as long each time, up to a week, and after
// the new ones; by itself, where the list did not change. A list that cannot be
// read, or on which a selector matches nothing, is an error.
func (r *Reader) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	read, what := r.readList, "site"
	switch {
	case s.Kind == vigie.Page:
		read, what = r.watch, "page"
	case s.List.Sitemap != "":
		read = r.readSitemaps
	case s.List.Depth > 1:
		read = r.readDeep
	}
	reading, err := read(ctx, s, v, known)
	if err != nil {
		return reading, fmt.Errorf("read %s %s: %w", what, s.URL, err)
	}
	r.log().DebugContext(ctx, "site read", "source", s.ID, "url", s.URL, "items", reading.Items, "findings", len(reading.Findings),
		"unchanged", reading.Unchanged, "left", reading.Left, "skipped", len(reading.Visit.Skipped))
	return reading, nil
}

// readList reads a page that lists items.
func (r *Reader) readList(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	now := r.now()
	if needsList(v, now) || isReleased(v, now) {
		v = v.Unconditional()
	}
	l, err := r.fetchList(ctx, s, v)
	if err != nil {
		if l.answered() {
			v = v.Unconditional() // what came was not understood: ask for all of it again
		}
		return vigie.Reading{Visit: v}, err
	}
	v = withValidators(v, l.answer)
	reading := readingOf(l.answer)
	same := l.answer.NotModified || vigie.HashOf(l.answer.Capture.Body) == v.Body
	switch {
	case same && !v.Retries(now):
		reading.Visit, reading.NotModified = v, true
		return reading, nil
	case same:
		l.still = map[string]bool{"": true}
		l.rows, l.faults = remembered(v.Skipped, l.still, nil), withoutUnread(v.Faults)
	default:
		v.Body, v.Title = vigie.HashOf(l.answer.Capture.Body), l.title
	}
	t := turn{reader: r, source: s, list: l, now: now, skipped: v.Skipped, intake: intakeOf(v, now)}
	if err := t.take(ctx, known); err != nil {
		return vigie.Reading{Visit: v.Unconditional()}, err
	}
	if t.lost > 0 {
		v = v.Unconditional()
	}
	return t.report(reading, v), nil
}

// report fills a reading with what a turn brought.
func (t *turn) report(reading vigie.Reading, v vigie.Visit) vigie.Reading {
	v.Faults, v.Skipped, v.Intake = t.faults, t.skipped, t.intake.Intake
	reading.Visit, reading.Findings, reading.Unchanged, reading.Faults = v, t.findings, t.unchanged, t.faults
	reading.Items, reading.Left = len(t.list.rows), t.left > 0
	if len(t.list.still) > 0 { // the rest is there as before
		reading.Items = max(reading.Items, v.Items)
		reading.NotModified = len(t.findings) == 0 && !reading.Left
	}
	return reading
}

// withValidators returns the visit after an answer.
func withValidators(v vigie.Visit, a polite.Answer) vigie.Visit {
	v.ETag, v.LastModified, v.ValidatorsOf = a.ETag, a.LastModified, a.ValidatorsOf
	v.Wishes.Fresh = a.Fresh
	return v
}

// readingOf begins a reading with what its first answer says besides its content.
func readingOf(a polite.Answer) vigie.Reading {
	out := vigie.Reading{Certificate: a.Certificate, CertificateFrom: a.CertificateFrom}
	if a.Permanent {
		out.Moved = a.Capture.Final
	}
	return out
}

func (r *Reader) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}

func (r *Reader) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}
