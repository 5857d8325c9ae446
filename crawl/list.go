package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gocolly/colly/v2"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// list is a list page as it was read.
type list struct {
	answer polite.Answer
	title  string
	rows   []row
	faults []string
	// still are the parts (as in [vigie.Attempt]) with items that are not among the rows,
	// for they did not change.
	still map[string]bool
}

// answered reports whether there was an answer with a body.
func (l list) answered() bool { return l.answer.Capture.Status != 0 && !l.answer.NotModified }

// fetchList fetches and reads the list page of a source. Where the answer is the
// one of last time, there are no rows.
func (r *Reader) fetchList(ctx context.Context, s vigie.Source, v vigie.Visit) (list, error) {
	if err := CheckSelectors(s.List); err != nil {
		return list{}, err
	}
	d := doorway{web: r.Web, known: v.Body, request: polite.Request{
		URL: s.URL, Want: polite.Page, Source: s.ID,
		ETag: v.ETag, LastModified: v.LastModified, ValidatorsOf: v.ValidatorsOf,
	}}
	finder := finder{rules: s.List, asked: s.URL}
	err := visit(ctx, s.URL, &d, finder.read)
	l := list{answer: d.answer, title: finder.title, rows: finder.rows, faults: finder.faults}
	switch {
	case d.err != nil:
		return l, d.err
	case d.same:
		return l, nil
	case err != nil:
		return l, fmt.Errorf("look for links on %s: %w", l.answer.Capture.Final, err)
	case finder.err != nil:
		return l, finder.err
	}
	return l, nil
}

// visit lets colly read one page and hands the root of its tree to found. The
// fields are set again after NewCollector because it lets the environment
// (COLLY_...) override them; what happens in callbacks cannot end the process.
func visit(ctx context.Context, address string, d http.RoundTripper, found colly.HTMLCallback) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the page broke the reader: %v", p)
		}
	}()
	c := colly.NewCollector(colly.StdlibContext(ctx))
	c.WithTransport(d)
	c.SetRequestTimeout(0) // the door has limits of its own, and pauses that must not count
	c.DisableCookies()
	c.IgnoreRobotsTxt = true // the door asks robots.txt, and better
	c.MaxBodySize = 0        // the door bounds it with an error instead of a cut
	c.Async, c.DetectCharset, c.CacheDir, c.MaxDepth, c.MaxRequests = false, false, "", 0, 0
	c.AllowedDomains, c.DisallowedDomains, c.URLFilters, c.DisallowedURLFilters = nil, nil, nil, nil
	c.OnHTML("html", found)
	var lost error // Visit loses the error of a page that cannot be made a tree of
	c.OnError(func(_ *colly.Response, err error) { lost = err })
	if err := c.Visit(address); err != nil {
		return err
	}
	return lost
}

// errSame ends a visit whose page is the one of last time.
var errSame = errors.New("the page did not change")

// doorway is the transport of one visit: it fetches one page through the door,
// redirects included, and gives it to colly as UTF-8 from its final address.
type doorway struct {
	web     *polite.Transport
	request polite.Request
	known   vigie.Hash
	// fetched says that answer is there already: nothing is asked.
	fetched bool

	asked  bool
	answer polite.Answer
	same   bool
	err    error // what went wrong, without the words that colly adds
}

var _ http.RoundTripper = (*doorway)(nil)

// RoundTrip implements http.RoundTripper.
func (d *doorway) RoundTrip(req *http.Request) (*http.Response, error) {
	if d.asked {
		return nil, errors.New("only the list page is asked for here")
	}
	d.asked = true
	if !d.fetched {
		d.answer, d.err = d.web.Get(req.Context(), d.request)
	}
	if d.err != nil {
		return nil, d.err
	}
	c := d.answer.Capture
	if d.same = d.answer.NotModified || vigie.HashOf(c.Body) == d.known; d.same {
		return nil, errSame
	}
	var text []byte
	var final *url.URL
	if text, final, d.err = pageOf(c); d.err != nil {
		return nil, d.err
	}
	at := req.Clone(req.Context())
	at.URL = final
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"text/html; charset=utf-8"}, "X-Robots-Tag": c.Header["X-Robots-Tag"]},
		Body:          io.NopCloser(bytes.NewReader(text)),
		ContentLength: int64(len(text)), Uncompressed: true, Request: at,
	}, nil
}

// pageOf returns a captured page as UTF-8, and its address.
func pageOf(c vigie.Capture) ([]byte, *url.URL, error) {
	switch c.MediaType {
	case "text/html", "application/xhtml+xml", "":
	default:
		return nil, nil, &vigie.InvalidError{Field: "url", Reason: fmt.Sprintf(
			"%s is no web page but %q; if it is a feed, set the kind of the source to feed", c.Final, c.MediaType)}
	}
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil, nil, &vigie.InvalidError{Field: "url", Reason: c.Final + " gave an empty page"}
	}
	final, err := url.Parse(c.Final)
	if err != nil {
		return nil, nil, fmt.Errorf("read the address of the page: %w", err)
	}
	text, _, err := extract.Decode(c.Body, extract.ContentType(c))
	if err != nil {
		return nil, nil, fmt.Errorf("decode %s: %w", c.Final, err)
	}
	return text, final, nil
}

// sameHost reports whether an address, already canonical, is on the host of the
// list as it was asked for or as it answered.
func sameHost(address string, hosts ...string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, h := range hosts {
		if c, err := vigie.CanonicalURL(h); err == nil {
			if b, err := url.Parse(c); err == nil && strings.EqualFold(b.Host, u.Host) {
				return true
			}
		}
	}
	return false
}
