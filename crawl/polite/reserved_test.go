package polite_test

import (
	"strings"
	"testing"

	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

func TestParseRobotsTag(t *testing.T) {
	type r = polite.Reservation
	for _, c := range []struct {
		values []string
		want   r
	}{
		{nil, r{}},
		{[]string{"all", "index, follow", "max-image-preview:large"}, r{}},
		{[]string{"noindex"}, r{NoIndex: true}},
		{[]string{"NOINDEX , NoFollow"}, r{NoIndex: true, NoFollow: true}},
		{[]string{"noindex nofollow"}, r{NoIndex: true, NoFollow: true}},
		{[]string{"none"}, r{NoIndex: true, NoFollow: true}},
		{[]string{"index", "noarchive"}, r{NoArchive: true}},
		{[]string{"nocache"}, r{NoArchive: true}},
		{[]string{"nosnippet"}, r{NoSnippet: true}},
		{[]string{"max-snippet:0"}, r{NoSnippet: true}},
		{[]string{"max-snippet: -1, max-video-preview: 0"}, r{}},
		{[]string{"unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive"}, r{NoArchive: true}},
		{[]string{"vigie: noarchive, noindex"}, r{NoArchive: true, NoIndex: true}},
		{[]string{"Vigie/1.0: noarchive"}, r{NoArchive: true}},
		{[]string{"*: noarchive"}, r{NoArchive: true}},
		{[]string{"otherbot: noarchive, noindex"}, r{}},
		{[]string{"otherbot: noarchive, vigie: noindex"}, r{NoIndex: true}},
		{[]string{"otherbot: noarchive", "nofollow"}, r{NoFollow: true}},
		{[]string{"vigiebot: noarchive"}, r{}},
		{[]string{"noarchived, archive, :, ::, ,"}, r{}},
	} {
		if got := polite.ParseRobotsTag(c.values); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.values, got, c.want)
		}
	}
}

func TestReserved(t *testing.T) {
	page := func(head string) string {
		return "<!DOCTYPE html><html><head><title>a</title>" + head + "</head><body>b</body></html>"
	}
	for _, c := range []struct {
		name     string
		want     polite.Want
		header   map[string]string
		media    string
		body     string
		reserved bool
	}{
		{"nothing", polite.Page, nil, "text/html", page(""), false},
		{"noarchive", polite.Page, map[string]string{"X-Robots-Tag": "noarchive"}, "text/html", page(""), true},
		{"noindex of a page", polite.Page, map[string]string{"X-Robots-Tag": "noindex, follow"}, "text/html", page(""), true},
		{"noindex of a feed", polite.Feed, map[string]string{"X-Robots-Tag": "noindex, follow"}, "application/rss+xml", "<rss/>", false},
		{"noarchive of a feed", polite.Feed, map[string]string{"X-Robots-Tag": "noarchive"}, "application/rss+xml", "<rss/>", true},
		{"noarchive of a file", polite.File, map[string]string{"X-Robots-Tag": "noarchive"}, "application/pdf", "%PDF", true},
		{"for another robot", polite.Page, map[string]string{"X-Robots-Tag": "otherbot: noarchive"}, "text/html", page(""), false},
		{"mining", polite.Page, map[string]string{"Tdm-Reservation": "1"}, "text/html", page(""), true},
		{"mining allowed", polite.Page, map[string]string{"Tdm-Reservation": "0"}, "text/html", page(""), false},
		{"meta", polite.Page, nil, "text/html", page(`<META NAME="Robots" CONTENT="index, NOARCHIVE">`), true},
		{"meta after us", polite.Page, nil, "text/html", page(`<meta content=noarchive name=vigie />`), true},
		{"meta of another", polite.Page, nil, "text/html", page(`<meta name="otherbot" content="noarchive">`), false},
		{"meta of XHTML", polite.Page, nil, "application/xhtml+xml", page(`<meta name="robots" content="none"/>`), true},
		{"mining in meta", polite.Page, nil, "text/html", page(`<meta name="tdm-reservation" content="1">`), true},
		{"the page knows better", polite.Page, map[string]string{"Tdm-Reservation": "1"}, "text/html", page(`<meta name="tdm-reservation" content="0">`), false},
		{"in a comment", polite.Page, nil, "text/html", page(`<!-- <meta name="robots" content="noarchive"> -->`), false},
		{"in a script", polite.Page, nil, "text/html", page(`<script>"<meta name='robots' content='noarchive'>"</script>`), false},
		{"in the wrong place", polite.Page, nil, "text/html", "<body><p>a</p><meta name=robots content=noarchive><p>", true},
		{"without a head", polite.Page, nil, "text/html", "<meta name=robots content=noarchive><p>a", true},
		{"far away", polite.Page, nil, "text/html", page(strings.Repeat("<link>", 60_000) + "<meta name=robots content=noarchive>"), false},
		{"not a page", polite.Page, nil, "text/plain", page("<meta name=robots content=noarchive>"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Set(site, "/", crawltest.Page{Body: c.body, Type: c.media, Header: c.header})
			got, err := wire(web).Get(t.Context(), polite.Request{URL: web.URL(site, "/"), Want: c.want})
			if err != nil {
				t.Fatal(err)
			}
			if got.Capture.Reserved != c.reserved {
				t.Errorf("%+v, reserved %v", got.Reservation, got.Capture.Reserved)
			}
		})
	}
}

func FuzzParseRobotsTag(f *testing.F) {
	for _, s := range []string{"noindex, nofollow", "vigie: none", "unavailable_after: x", "max-snippet:0", ":,:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		one, two := polite.ParseRobotsTag([]string{value}), polite.ParseRobotsTag([]string{value, value})
		if one != two {
			t.Errorf("%q: once %+v, twice %+v", value, one, two)
		}
	})
}
