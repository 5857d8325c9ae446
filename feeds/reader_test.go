package feeds_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
	"vigie/feeds"
)

// desk reads one source over and over, and remembers what it showed.
type desk struct {
	t      *testing.T
	web    *crawltest.Web
	reader *feeds.Reader
	source vigie.Source
	visit  vigie.Visit
	seen   map[string]vigie.Hash
	kept   map[string]vigie.Capture
	now    time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	door := polite.New(polite.Options{
		Version: "0.1.0", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, PagePause: 1, FeedPause: 1,
	})
	t.Cleanup(door.CloseIdleConnections)
	web := crawltest.New(t)
	d := &desk{
		t: t, web: web, seen: map[string]vigie.Hash{}, kept: map[string]vigie.Capture{},
		now:    time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
		source: vigie.Source{ID: "01JD8Y3K5W0000000000000000", Kind: vigie.Feed, URL: web.URL("bulletin.test", "/feed.xml")},
	}
	d.reader = &feeds.Reader{Web: door, Now: func() time.Time { return d.now }, Kept: func(_ context.Context, _ vigie.SourceID, guid string) (vigie.Capture, error) {
		if c, ok := d.kept[guid]; ok {
			return c, nil
		}
		return vigie.Capture{}, vigie.ErrNotFound
	}}
	return d
}

func (d *desk) serve(feed string) {
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feed, ETag: `W/"odd, but ours"`, LastModified: "Mon, 02 Nov 2026 10:00:00 GMT"})
}

func (d *desk) read() vigie.Reading {
	d.t.Helper()
	got, err := d.reader.Read(d.t.Context(), d.source, d.visit, func(guid, _ string) (vigie.Hash, bool) {
		h, ok := d.seen[guid]
		return h, ok
	})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range got.Findings {
		if f.GUID == "" || f.Capture == nil && f.Document.Obstacle != vigie.TooLarge {
			d.t.Errorf("finding without guid or capture: %+v", f)
		}
		d.seen[f.GUID] = f.Digest
		if f.Capture != nil {
			d.kept[f.GUID] = *f.Capture
		}
	}
	d.visit = got.Visit
	return got
}

func guids(r vigie.Reading) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, f.GUID)
	}
	return out
}

const long = "<p>The text of an item that says enough by itself. " +
	"It goes on for several sentences, so that nobody has to fetch the page behind it, which would cost the publisher and us a request. " +
	"It names prices, coverage and dates, and ends when all is said that a reader of the bulletin may want to know.</p>"

func entry(guid, title, link, text string) string {
	return fmt.Sprintf("<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>%s</link><description><![CDATA[%s]]></description></item>", guid, title, link, text)
}

func feedOf(items ...string) string {
	return "<rss version='2.0'><channel><title>Bulletin</title><link>http://bulletin.test/</link><language>en</language>" + strings.Join(items, "\n") + "</channel></rss>"
}

func TestReadAgain(t *testing.T) {
	d := newDesk(t)
	one, two := entry("1", "One", "http://bulletin.test/1", long), entry("2", "Two", "http://bulletin.test/2", long)
	d.serve(feedOf(one, two))
	if got := guids(d.read()); !slices.Equal(got, []string{"1", "2"}) {
		t.Fatalf("first reading found %q", got)
	}
	if d.visit.ETag != `W/"odd, but ours"` || d.visit.LastModified != "Mon, 02 Nov 2026 10:00:00 GMT" || d.visit.ValidatorsOf != d.source.URL {
		t.Errorf("validators %q %q of %q", d.visit.ETag, d.visit.LastModified, d.visit.ValidatorsOf)
	}
	if d.visit.Title != "Bulletin" {
		t.Errorf("title %q", d.visit.Title)
	}
	second := d.read()
	if !second.NotModified || len(second.Findings) != 0 {
		t.Errorf("second reading: %+v", second)
	}
	log := d.web.Log("bulletin.test")
	last := log[len(log)-1]
	if last.Status != 304 || last.Header.Get("If-None-Match") != `W/"odd, but ours"` {
		t.Errorf("second request: status %d, If-None-Match %q", last.Status, last.Header.Get("If-None-Match"))
	}

	// The same bytes under new validators: both are taken, nothing is read again.
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feedOf(one, two), ETag: `"second"`})
	if third := d.read(); !third.NotModified || d.visit.ETag != `"second"` || d.visit.LastModified != "" {
		t.Errorf("third reading: %+v", third)
	}

	// One item changed, one is new.
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feedOf(entry("3", "Three", "http://bulletin.test/3", long), entry("1", "One, corrected", "http://bulletin.test/1", long), two)})
	fourth := d.read()
	if got := guids(fourth); !slices.Equal(got, []string{"3", "1"}) || fourth.Unchanged != 1 {
		t.Errorf("fourth reading found %q, unchanged %d", got, fourth.Unchanged)
	}
}

func TestReadDocument(t *testing.T) {
	d := newDesk(t)
	d.source.Publisher = "Ministry"
	d.serve(feedOf(`<item><guid>http://bulletin.test/a?utm_source=rss</guid><title>A &amp;amp; B</title><pubDate>Mon, 02 Nov 2026</pubDate>
		<category>x</category><description>` + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(long) + `</description></item>`))
	r := d.read()
	if len(r.Findings) != 1 {
		t.Fatalf("found %q", guids(r))
	}
	f := r.Findings[0]
	text := strings.TrimSuffix(strings.TrimPrefix(long, "<p>"), "</p>")
	want := vigie.Document{
		Source: d.source.ID, URL: d.web.URL("bulletin.test", "/a"), Title: "A & B", Publisher: "Ministry", Lang: "en",
		Published: mustDate(t, "2026-11-02"), MediaType: "text/html", Labels: []string{"x"}, Summary: text, Body: []vigie.Paragraph{{Text: text}},
	}
	if diff := cmp.Diff(want, f.Document); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if f.URL != d.web.URL("bulletin.test", "/a?utm_source=rss") || f.Capture.URL != d.source.URL {
		t.Errorf("finding %q from %q", f.URL, f.Capture.URL)
	}
}

func mustDate(t *testing.T, s string) vigie.Date {
	t.Helper()
	d, err := vigie.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestGUIDs reads items without, or with the same, identity: each is found
// once, under a name that is the same at every reading.
func TestGUIDs(t *testing.T) {
	d := newDesk(t)
	d.source.FullText = vigie.FullTextNever
	feed := feedOf(
		entry("same", "First", "http://bulletin.test/1", "a"),
		entry("same", "Second", "http://bulletin.test/2", "b"),
		entry("same", "First", "http://bulletin.test/1", "a"),
		"<item><description>no title, no link</description></item>",
		"<item><title>only a title</title></item>",
		"<item><link>http://bulletin.test/only-a-link</link></item>",
		entry("home", "Leads home", "http://bulletin.test/", "c"),
		entry("x1", "Shares", "http://bulletin.test/page#one", "d"), entry("x2", "Shares too", "http://bulletin.test/page#two", "e"),
	)
	d.serve(feed)
	first := d.read()
	names := guids(first)
	if len(names) != 8 || len(slices.Compact(slices.Sorted(slices.Values(names)))) != 8 {
		t.Fatalf("found %q", names)
	}
	var own []string
	for _, f := range first.Findings {
		if f.Document.URL != "" {
			own = append(own, strings.TrimPrefix(f.Document.URL, d.web.URL("bulletin.test", "")))
		}
	}
	if want := []string{"/1", "/2", "/only-a-link"}; !slices.Equal(own, want) {
		t.Errorf("addresses %q, want %q", own, want)
	}
	d.serve(feed + "<!-- another byte -->")
	d.visit.ETag, d.visit.LastModified = "", ""
	if again := d.read(); len(again.Findings) != 0 || again.Unchanged != 8 || again.NotModified {
		t.Errorf("second reading found %q, unchanged %d", guids(again), again.Unchanged)
	}
}

func TestReadFails(t *testing.T) {
	d := newDesk(t)
	d.visit = vigie.Visit{ETag: `"old"`, ValidatorsOf: d.source.URL, Body: "old"}
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: "<html><link rel=alternate type=application/atom+xml href=/atom></html>", ETag: `"page"`})
	got, err := d.reader.Read(t.Context(), d.source, d.visit, nil)
	var not *feeds.NotFeedError
	if !errors.As(err, &not) || !strings.Contains(err.Error(), d.source.URL) || len(not.Feeds) != 1 {
		t.Errorf("error %v", err)
	}
	if got.Visit.ETag != "" || got.Visit.ValidatorsOf != "" || got.Visit.Body != "" {
		t.Errorf("validators stayed: %+v", got.Visit)
	}
	d.web.Remove("bulletin.test", "/feed.xml")
	_, err = d.reader.Read(t.Context(), d.source, d.visit, nil)
	var status *polite.StatusError
	if !errors.As(err, &status) || status.Code != 404 {
		t.Errorf("error %v", err)
	}
}
