package feeds

import (
	"context"
	"time"

	"vigie"
	"vigie/crawl/extract"
)

// FindingsOf reads a feed from memory as a [Reader] would and counts the
// findings; nothing is fetched.
func FindingsOf(body []byte) (int, error) {
	c, err := parse(body, "application/rss+xml", nil)
	if err != nil {
		return 0, err
	}
	t := turn{source: vigie.Source{URL: "https://news.example/feed", FullText: vigie.FullTextNever}, channel: c}
	err = t.take(context.Background())
	return len(t.findings), err
}

// ReadDate reads a date as a feed may write it.
func ReadDate(text string) vigie.Date { return readDate(text) }

// ParseCapture is Parse for an answer of the network, with its headers.
func ParseCapture(a vigie.Capture) (Channel, error) {
	c, err := parseCapture(a)
	c.sanitise(baseOf(a))
	return c, err
}

// WishesOf reads what a feed asks for.
func WishesOf(body []byte) (vigie.Wishes, error) {
	c, err := parse(body, "application/rss+xml", nil)
	return c.wishes, err
}

// ParseWithin reads a capture in one of the places, within a time.
func ParseWithin(ctx context.Context, p *extract.Places, most time.Duration, a vigie.Capture) (Channel, error) {
	return parseWithin(ctx, p, most, a)
}
