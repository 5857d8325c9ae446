package feeds_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/feeds"
)

// TestFeedDeadline: a feed that cannot be read within its time is refused; reading that
// was given up keeps its place.
func TestFeedDeadline(t *testing.T) {
	p := &extract.Places{}
	over := make(chan struct{})
	for range 4 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := extract.Within(ctx, p, func() (int, error) {
			cancel()
			<-over
			return 0, nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	c := vigie.Capture{Final: "http://bulletin.test/feed.xml", MediaType: "application/rss+xml", Body: []byte(feedOf(entry("1", "One", "http://bulletin.test/one", long)))}
	if _, err := feeds.ParseWithin(t.Context(), p, time.Nanosecond, c); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("without a place: %v", err)
	}
	close(over)
	if got, err := feeds.ParseWithin(t.Context(), p, time.Minute, c); err != nil || len(got.Entries) != 1 {
		t.Errorf("with a place: %v, %d entries", err, len(got.Entries))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := feeds.ParseWithin(ctx, p, time.Minute, c); err != nil && errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("the end of the program is no fault of the feed: %v", err)
	}
}
