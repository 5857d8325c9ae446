package crawl

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"vigie"
	"vigie/crawl/extract"
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

// ReadSitemap gives "URL|LISTED|TITLE|PUBLISHED" of the entries of a sitemap, with
// "index" before them if it is one.
func ReadSitemap(body []byte) (string, error) {
	s, err := readSitemap(body)
	var out []string
	if s.index {
		out = append(out, "index")
	}
	for _, e := range s.entries {
		out = append(out, strings.Join([]string{e.url, e.listed, e.title, e.published.String()}, "|"))
	}
	return strings.Join(out, " "), err
}

// CountSitemap counts the entries of a sitemap.
func CountSitemap(body []byte) int {
	s, _ := readSitemap(body)
	return len(s.entries)
}

// Trusted says whether dates of a sitemap are believed; "-" stands for none.
func Trusted(dates []string, now time.Time) bool {
	var es []entry
	for _, d := range dates {
		es = append(es, entry{listed: d, modified: extract.Date(d)})
	}
	return trusted(es, now)
}

// SampledThousandths tells from samples how much of the words differs.
func SampledThousandths(a, b []vigie.Paragraph) int {
	return sampledThousandths(sampleOf(a), sampleOf(b))
}
