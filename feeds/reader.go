package feeds

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// Reader reads sources of kind [vigie.Feed]. Its fields must not change once it
// is in use; it is safe for concurrent use by several goroutines, for different
// sources.
type Reader struct {
	// Web is the way out; it must not be nil.
	Web *polite.Transport
	// Kept returns the answer that the newest revision of an item of a source was read
	// from, with its bytes, or vigie.ErrNotFound. With it the pages that were left are
	// found where the feed did not change; with nil the feed is asked for as a whole for
	// their sake.
	Kept func(ctx context.Context, source vigie.SourceID, guid string) (vigie.Capture, error)
	// Reports reads the PDF files that come; with nil they are kept and not read.
	Reports *extract.ReportReader
	// Log hears what a developer may want to know; nil discards it.
	Log *slog.Logger
	// Now stamps times; nil means time.Now.
	Now func() time.Time

	places extract.Places
}

// Read visits a source: one conditional request for the feed and, where the
// source wants it, one for the page behind each item that is new or changed.
// The findings are those items; known ones that look the same are counted.
//
// A page that could not be read for a reason that may pass is asked for again, six
// times in all, after six hours and then twice as long each time; one for which there
// were too many, at the next reading. Visit remembers them, so that this takes no more
// of the feed than a conditional request.
//
// Reports (PDF) that an item encloses, and those of the same site that its text or its
// page leads to, at most three, are findings of their own. One that came before, and is
// kept, is asked for on condition when such an item changed, once a day at most; what is
// refused for good, or is no report, is not asked for again. Where the item itself leads
// to a report, its text is that of the report. A feed that takes more than ten seconds to
// be understood is an error.
//
// Visit comes back with the validators of the answer; the caller sets times and
// failures. When the answer is no feed, the error comes with a Visit without
// validators, so that the next reading asks for all of it again. A page that
// cannot be read is no error: the item keeps the feed's text.
func (r *Reader) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	answer, err := r.Web.Get(ctx, polite.Request{
		URL: s.URL, Want: polite.Feed, Source: s.ID,
		ETag: v.ETag, LastModified: v.LastModified, ValidatorsOf: v.ValidatorsOf,
	})
	if err != nil {
		return vigie.Reading{Visit: v}, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	// Both validators are those of this answer, also when the bytes are the same:
	// mixing those of two answers makes servers send everything again.
	v.ETag, v.LastModified, v.ValidatorsOf = answer.ETag, answer.LastModified, answer.ValidatorsOf
	v.Wishes.Fresh = answer.Fresh // what the feed itself asks for stays until another says otherwise
	reading := vigie.Reading{Certificate: answer.Certificate, CertificateFrom: answer.CertificateFrom}
	if answer.Permanent {
		reading.Moved = answer.Capture.Final
	}
	hash := vigie.HashOf(answer.Capture.Body)
	if answer.NotModified || hash == v.Body {
		return r.same(ctx, r.begin(s, v, known), v, reading)
	}
	channel, err := r.parse(ctx, answer.Capture)
	if err != nil {
		// Whoever serves no feed is not believed when it says that the feed moved.
		reading.Visit, reading.Moved = v.Unconditional(), ""
		return reading, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	v.Body, v.Title, v.Wishes = hash, channel.Title, channel.wishes
	v.Wishes.Fresh = answer.Fresh
	turn := r.begin(s, v, known)
	turn.channel, turn.capture = channel, &answer.Capture
	if err := turn.take(ctx); err != nil {
		reading.Visit = v
		return reading, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	r.log().DebugContext(ctx, "feed read", "source", s.ID, "url", s.URL, "kind", channel.Kind,
		"items", len(channel.Entries), "findings", len(turn.findings), "unchanged", turn.unchanged)
	reading.Items = len(channel.Entries)
	return turn.report(reading, v), nil
}

// same reads a feed that is the one of last time: pages may have been left.
func (r *Reader) same(ctx context.Context, turn *turn, v vigie.Visit, reading vigie.Reading) (vigie.Reading, error) {
	s := turn.source
	reading.Visit, reading.NotModified = v, true
	if !v.Retries(r.now()) {
		return reading, nil
	}
	turn.channel.Faults = withoutPages(v.Faults)
	if err := turn.again(ctx); err != nil {
		return reading, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	r.log().DebugContext(ctx, "feed read on", "source", s.ID, "url", s.URL, "findings", len(turn.findings), "waiting", len(turn.waiting))
	reading.NotModified = len(turn.findings) == 0
	reading.Items = v.Items // the rest is there as before
	return turn.report(reading, v), nil
}

// report fills a reading with what a turn brought.
func (t *turn) report(reading vigie.Reading, v vigie.Visit) vigie.Reading {
	if t.whole {
		v = v.Unconditional()
	}
	v.Faults, v.Skipped = t.channel.Faults, t.waiting
	reading.Visit, reading.Findings, reading.Unchanged = v, t.findings, t.unchanged
	reading.Left, reading.Faults = t.pending > 0 || t.whole, v.Faults
	return reading
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
