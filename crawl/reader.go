package crawl

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// Reader reads sources of kind [vigie.Site]. Its fields must not change once it
// is in use; it is safe for concurrent use by several goroutines, for different
// sources.
type Reader struct {
	// Web is the way out; it must not be nil.
	Web *polite.Transport
	// Log hears what a developer may want to know; nil discards it.
	Log *slog.Logger
	// Now says when items that could not be read are tried again; nil means
	// time.Now.
	Now func() time.Time
}

// Read visits a source: one conditional request for the list and one request
// for each item that is new or whose row in the list changed, at most
// [vigie.ListRules.Most] of them. The findings are those items; known ones that
// look the same are counted.
//
// Visit comes back with the validators of the list; the caller sets times and
// failures. While items are left for the next reading because there were too
// many, the validators and the hash of the list are left out, so that the next
// reading sees the list again. An item that cannot be read is a fault in words
// and no error. Visit remembers it: one that is gone is not asked for again, any
// other after six hours, then twice as long each time, up to a week, and after
// the new ones. A list that cannot be read, or on which a selector matches
// nothing, is an error.
func (r *Reader) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	now := time.Now()
	if r.Now != nil {
		now = r.Now()
	}
	if anyDue(v, now) {
		v = forget(v)
	}
	l, err := r.readList(ctx, s, v)
	if err != nil {
		if l.answered() {
			v = forget(v) // what came was not understood: ask for all of it again
		}
		return vigie.Reading{Visit: v}, fmt.Errorf("read site %s: %w", s.URL, err)
	}
	v.ETag, v.LastModified, v.ValidatorsOf = l.answer.ETag, l.answer.LastModified, l.answer.ValidatorsOf
	if l.answer.NotModified {
		return vigie.Reading{Visit: v, NotModified: true}, nil
	}
	hash := vigie.HashOf(l.answer.Capture.Body)
	if hash == v.Body {
		return vigie.Reading{Visit: v, NotModified: true}, nil
	}
	v.Body, v.Title = hash, l.title
	t := turn{reader: r, source: s, list: l, now: now, skipped: v.Skipped}
	if err := t.take(ctx, known); err != nil {
		return vigie.Reading{Visit: forget(v)}, fmt.Errorf("read site %s: %w", s.URL, err)
	}
	if t.left > 0 {
		v = forget(v)
	}
	v.Faults, v.Skipped = t.faults, t.skipped
	r.log().DebugContext(ctx, "list page read", "source", s.ID, "url", s.URL,
		"items", len(l.rows), "findings", len(t.findings), "unchanged", t.unchanged, "left", t.left, "skipped", len(t.skipped))
	return vigie.Reading{Visit: v, Findings: t.findings, Unchanged: t.unchanged, Faults: t.faults}, nil
}

// forget drops all that would let the next reading stop at the list.
func forget(v vigie.Visit) vigie.Visit {
	v.ETag, v.LastModified, v.ValidatorsOf, v.Body = "", "", "", ""
	return v
}

func (r *Reader) log() *slog.Logger {
	if r.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return r.Log
}
