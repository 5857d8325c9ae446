package feeds

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// Reader reads sources of kind [vigie.Feed]. Its fields must not change once it
// is in use; it is safe for concurrent use by several goroutines, for different
// sources.
type Reader struct {
	// Web is the way out; it must not be nil.
	Web *polite.Transport
	// Log hears what a developer may want to know; nil discards it.
	Log *slog.Logger
	// Now stamps times; nil means time.Now.
	Now func() time.Time
}

// Read visits a source: one conditional request for the feed and, where the
// source wants it, one for the page behind each item that is new or changed.
// The findings are those items; known ones that look the same are counted.
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
	reading := vigie.Reading{Certificate: answer.Certificate}
	if answer.Permanent {
		reading.Moved = answer.Capture.Final
	}
	hash := vigie.HashOf(answer.Capture.Body)
	if answer.NotModified || hash == v.Body {
		reading.Visit, reading.NotModified = v, true
		return reading, nil
	}
	channel, err := parseCapture(answer.Capture)
	if err != nil {
		v.ETag, v.LastModified, v.ValidatorsOf, v.Body = "", "", "", ""
		// Whoever serves no feed is not believed when it says that the feed moved.
		reading.Visit, reading.Moved = v, ""
		return reading, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	v.Body, v.Title, v.Wishes = hash, channel.Title, channel.wishes
	v.Wishes.Fresh = answer.Fresh
	turn := turn{reader: r, source: s, channel: channel, capture: &answer.Capture}
	if err := turn.take(ctx, known); err != nil {
		reading.Visit = v
		return reading, fmt.Errorf("read feed %s: %w", s.URL, err)
	}
	if turn.pending > 0 {
		// Without the bytes the pages left for the next reading could not be found.
		v.ETag, v.LastModified, v.ValidatorsOf, v.Body = "", "", "", ""
	}
	v.Faults = turn.channel.Faults
	r.log().DebugContext(ctx, "feed read", "source", s.ID, "url", s.URL, "kind", channel.Kind,
		"items", len(channel.Entries), "findings", len(turn.findings), "unchanged", turn.unchanged)
	reading.Visit, reading.Findings, reading.Unchanged = v, turn.findings, turn.unchanged
	reading.Items, reading.Left, reading.Faults = len(channel.Entries), turn.pending > 0, v.Faults
	return reading, nil
}

func (r *Reader) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}
