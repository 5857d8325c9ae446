package polite

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"vigie"
)

// product is the token by which robots.txt files name us (RFC 9309 section
// 2.2.1); the User-Agent begins with it.
const product = "vigie"

// Options are the choices of an operator. The zero value is a good default that
// reaches public addresses only.
type Options struct {
	// Version is the version of the program, for example "0.1.0".
	Version string
	// Contact is an address or mail address shown in the User-Agent, so that the
	// people behind a site can write to us: "vigie/0.1.0 (+https://watch.example)".
	Contact string
	// Allow lists the operator's exceptions to the address policy. Ports other
	// than 80, 443, 8080 and 8443 are let through only for these.
	Allow []netip.Prefix
	// PagePause and FeedPause are the least time between the end of a request and
	// the next to the same host; 0 means 5 s and 1 s. A larger Crawl-delay in
	// robots.txt wins, up to 60 s. Reading robots.txt costs no pause.
	PagePause, FeedPause time.Duration
	// LoadRobots and SaveRobots keep what robots.txt files said between two runs
	// of the program, under their origin ("https://www.example.org:443"), and what
	// tdmrep.json files said, under their address. The record is opaque. LoadRobots returns nil when nothing is kept. Both may be
	// nil, and must be safe for concurrent use.
	LoadRobots func(ctx context.Context, origin string) ([]byte, error)
	SaveRobots func(ctx context.Context, origin string, record []byte) error
	// LoadHost and SaveHost keep what is owed to hosts between two runs, under their
	// name: how long they want to be left alone, when they were asked last, the bytes
	// of the day. The record is opaque. LoadHost returns nil when nothing is kept.
	// SaveHost is called after every request and must be quick: it should gather and
	// write later. Both may be nil, and must be safe for concurrent use.
	LoadHost func(ctx context.Context, host string) ([]byte, error)
	SaveHost func(ctx context.Context, host string, record []byte) error
	// Record is told of every request that was made, once it has ended; nil tells
	// nobody. It must be quick and safe for concurrent use.
	Record func(vigie.Fetch)
	// DailyBytes is how much a host is asked for in a day of UTC, as it is on the
	// wire; 0 means 200 MB, less than 0 any amount. The request that goes over it is
	// the last.
	DailyBytes int64
	// Log hears what an operator may want to know; nil discards it.
	Log *slog.Logger
	// Now stamps answers, ages robots.txt copies and reads Retry-After; nil means
	// time.Now. Pauses and time limits follow the machine's monotonic clock.
	Now func() time.Time
}

// withDefaults returns o with every zero field filled.
func (o Options) withDefaults() Options {
	if o.Version == "" {
		o.Version = "0"
	}
	if o.PagePause <= 0 {
		o.PagePause = 5 * time.Second
	}
	if o.FeedPause <= 0 {
		o.FeedPause = time.Second
	}
	if o.DailyBytes == 0 {
		o.DailyBytes = dailyBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// userAgent names the program and whom to write to, and imitates no browser.
func (o Options) userAgent() string {
	ua := product + "/" + token(o.Version)
	if c := token(o.Contact); c != "" {
		ua += " (+" + c + ")"
	}
	return ua
}

// token keeps the characters that may stand in a User-Agent.
func token(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f && c != '(' && c != ')' {
			b = append(b, c)
		}
	}
	return string(b)
}

// Want says what a request hopes to get. It sets the Accept header, the size
// limit after decompression, the time limit and the pause.
type Want uint8

// The wants. The zero value is Feed.
const (
	// Feed is an RSS, Atom or JSON feed: at most 10 MiB in 60 s.
	Feed Want = iota
	// Page is a web page: at most 5 MiB in 60 s.
	Page
	// File is a document such as a PDF: at most 100 MiB in 180 s.
	File
	// Item is what a link leads to, nobody knows what: a page, or a document with the
	// limits of a File where the answer says or shows that it is one.
	Item
	// Any is an address that somebody gave, of a feed, a page or a list: what a Feed may
	// cost, after the pause of a Page.
	Any
)

// wantKey is the context key of a [Want].
type wantKey struct{}

// WithWant returns a context whose requests want w; without it RoundTrip takes
// [Page].
func WithWant(ctx context.Context, w Want) context.Context {
	return context.WithValue(ctx, wantKey{}, w)
}

func wantOf(ctx context.Context) Want {
	if w, ok := ctx.Value(wantKey{}).(Want); ok {
		return w
	}
	return Page
}

// budget is what one request may cost.
type budget struct {
	accept string
	limit  int64         // bytes after decompression
	total  time.Duration // from sending to the last byte
	pause  time.Duration // since the end of the host's last request; 0 costs none
	// document is what it may cost where it turns out to be one; nil where that makes
	// no difference.
	document *budget
}

// The limits of every request.
const (
	dialTimeout   = 5 * time.Second // name resolution and connection
	tlsTimeout    = 10 * time.Second
	headerTimeout = 15 * time.Second
	idleTimeout   = 20 * time.Second
	maxHeader     = 64 << 10 // bytes of response headers
	maxHops       = 5        // redirects followed
	maxAddress    = 2048     // bytes of an address
	maxValidator  = 1 << 10  // bytes of an ETag or Last-Modified that is remembered
	dailyBytes    = 200e6    // a host and day
	maxWhy        = 300      // bytes of a reason in the log of a host

	// A body that brings less than dripBytes in dripWindow is given up.
	dripWindow = 10 * time.Second
	dripBytes  = 10 << 10

	// Beyond bombFloor decoded bytes, a body may not have grown more than
	// bombRatio times by decompression.
	bombFloor = 1 << 20
	bombRatio = 100
)

// budgetOf returns the budget of w.
func (o Options) budgetOf(w Want) budget {
	switch w {
	case Feed:
		return budget{
			accept: "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1",
			limit:  10 << 20, total: 60 * time.Second, pause: o.FeedPause,
		}
	case Any:
		b := o.budgetOf(Feed)
		b.pause = o.PagePause
		return b
	case File:
		return budget{accept: "application/pdf, */*;q=0.5", limit: 100 << 20, total: 180 * time.Second, pause: o.PagePause}
	case Item:
		document := o.budgetOf(File)
		b := o.budgetOf(Page)
		b.accept, b.document = "text/html, application/xhtml+xml, application/pdf;q=0.9, application/xml;q=0.5, */*;q=0.1", &document
		return b
	default:
		return budget{accept: "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1", limit: 5 << 20, total: 60 * time.Second, pause: o.PagePause}
	}
}
