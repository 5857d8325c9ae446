package crawl

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/gocolly/colly/v2"

	"vigie"
)

// answerOf answers every request with one page.
type answerOf []byte

// RoundTrip implements http.RoundTripper.
func (a answerOf) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: io.NopCloser(bytes.NewReader(a)), Request: req,
	}, nil
}

// FindLinks gives the addresses of the rows that are found on a page.
func FindLinks(ctx context.Context, address string, page []byte, rules vigie.ListRules) ([]string, error) {
	f := finder{rules: rules, asked: address}
	if err := visit(ctx, address, answerOf(page), f.read); err != nil {
		return nil, err
	}
	var out []string
	for _, r := range f.rows {
		out = append(out, r.url)
	}
	return out, f.err
}

// VisitAndPanic visits a page whose callback panics.
func VisitAndPanic(ctx context.Context) error {
	return visit(ctx, "http://a.example/", answerOf("<p>x"), func(*colly.HTMLElement) { panic("boom") })
}
