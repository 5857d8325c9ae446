package feeds

import (
	"context"

	"vigie"
)

// FindingsOf reads a feed from memory as a [Reader] would and counts the
// findings; nothing is fetched.
func FindingsOf(body []byte) (int, error) {
	c, err := parse(body, "application/rss+xml", nil)
	if err != nil {
		return 0, err
	}
	t := turn{source: vigie.Source{URL: "https://news.example/feed", FullText: vigie.FullTextNever}, channel: c}
	err = t.take(context.Background(), nil)
	return len(t.findings), err
}
