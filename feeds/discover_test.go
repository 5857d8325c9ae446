package feeds_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/feeds"
)

// TestDiscover finds the feeds that pages name.
func TestDiscover(t *testing.T) {
	for _, tt := range []struct {
		name, page string
		want       []string
	}{
		{"nothing", "<p>Hello", nil},
		{
			"declared", `<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"><LINK REL=Alternate TYPE="application/atom+xml; charset=utf-8" HREF=atom>
			<link rel="alternate" type="application/feed+json" href="/feed.json"><link rel="alternate" hreflang="fr" href="/fr"><link rel="stylesheet" type="application/rss+xml" href="/no">`,
			[]string{"https://a.example/news.xml", "https://a.example/en/atom", "https://a.example/feed.json"},
		},
		{
			"comments come last", `<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
			<link rel="alternate" type="application/rss+xml" title="Feed" href="/feed/">`,
			[]string{"https://a.example/feed/", "https://a.example/comments/feed/"},
		},
		{
			"interfaces of programs are no feeds", `<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
			<link rel="alternate" type="application/json+oembed" href="/oembed?feed=1"><link rel="alternate" type="text/xml" href="/export.xml"><link rel="alternate" type="text/xml" href="/rss.xml">`,
			[]string{"https://a.example/rss.xml"},
		},
		{
			"links", `<a href="/about">About</a><a href="/x">Flux RSS</a><a href="spip.php?page=backend&amp;lang=fr"><img alt="pic"></a><a href="/y"><img alt="RSS"></a>
			<a href="/z">خلاصات</a><a href="/reactors">Reactors</a><a href="mailto:rss@a.example">RSS</a><a href="javascript:rss()">RSS</a>`,
			[]string{"https://a.example/en/spip.php?page=backend&lang=fr", "https://a.example/x", "https://a.example/y", "https://a.example/z"},
		},
		{"a base address", `<base href="https://b.example/d/"><link rel="alternate" type="application/rss+xml" href="f">`, []string{"https://b.example/d/f"}},
		{"each once", `<a href="/feed#a">RSS</a><link rel="alternate" type="application/rss+xml" href="/feed">`, []string{"https://a.example/feed"}},
		{"not the page itself", `<link rel="alternate" type="application/rss+xml" href="/en/news">`, nil},
		{"addresses that are none", `<link rel="alternate" type="application/rss+xml" href="http://%zz"><link rel="alternate" type="application/rss+xml" href="data:text/xml,x">`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := &url.URL{Scheme: "https", Host: "a.example", Path: "/en/news"}
			var got []string
			for _, c := range feeds.Discover([]byte(tt.page), "text/html; charset=utf-8", base) {
				if !c.Guessed {
					got = append(got, c.URL)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("feeds (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDiscoverGuesses tries the usual places, that of the page's system first.
func TestDiscoverGuesses(t *testing.T) {
	for _, tt := range []struct{ name, page, path, want string }{
		{"nothing known", "<p>", "/", "/feed /rss.xml /feed.xml /rss /atom.xml /index.xml /spip.php?page=backend /feeds/posts/default /?feed=rss2 " +
			"/feed.json /index.php?format=feed&type=rss /?format=feed"},
		{"SPIP", `<meta name="generator" content="SPIP 4.3">`, "/", "/spip.php?page=backend /feed /rss.xml"},
		{"Drupal", `<meta name="Generator" content="Drupal 10">`, "/", "/rss.xml /feed /feed.xml"},
		{"a folder", "<p>", "/news/", "/feed /news/feed /news/rss.xml"},
		{"a file", "<p>", "/news/index.html", "/feed /rss.xml"},
		{"declared already", `<link rel="alternate" type="application/rss+xml" href="/feed">`, "/", "/rss.xml /feed.xml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range feeds.Discover([]byte(tt.page), "text/html", &url.URL{Scheme: "https", Host: "a.example", Path: tt.path}) {
				if c.Guessed {
					got = append(got, strings.TrimPrefix(c.URL, "https://a.example"))
				}
			}
			if s := strings.Join(got, " "); !strings.HasPrefix(s+" ", tt.want+" ") || len(got) > 12 {
				t.Errorf("guesses %q, want %q first, at most 12", s, tt.want)
			}
		})
	}
}

// TestDiscoverBounds gives a page that names feeds without end.
func TestDiscoverBounds(t *testing.T) {
	page := strings.Repeat(`<link rel="alternate" type="application/rss+xml" href="/f0">`, 10) +
		strings.Repeat(`<a href="/feed?x=1`, 100_000) + strings.Repeat(`<a href=/rss>rss`, 100_000)
	if got := feeds.Discover([]byte(page), "", &url.URL{Scheme: "https", Host: "a.example"}); len(got) > 24 {
		t.Errorf("%d candidates, want at most 24", len(got))
	}
}
