package feeds_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie"
	"vigie/feeds"
	"vigie/vigietest"
)

func rss(items string) string {
	return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Bulletin</title>
	<link>https://bulletin.example/</link><language>fr-ma</language><ttl>60</ttl>` + items + `</channel></rss>`
}

func atomFeed(entries string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>Gazette</title><id>urn:g</id>` + entries + `</feed>`
}

// TestEntries reads single items, each with one thing that feeds do.
func TestEntries(t *testing.T) {
	for _, tt := range []struct {
		name, feed string
		want       feeds.Entry
	}{
		{
			"complete", rss(`<item><guid isPermaLink="false">i1</guid><title>R&amp;amp;D &lt;b&gt;5G&lt;/b&gt;</title><link>/a?x=1&amp;copy=2</link>
			<pubDate>Mon, 02 Nov 2026 10:30:00 +0100</pubDate><author>mail@bulletin.example (Amina B.)</author>
			<description>Short &lt;script&gt;x()&lt;/script&gt;</description><content:encoded><![CDATA[<p onclick="x()">Long</p>]]></content:encoded>
			<category>Mobile</category><category>Mobile</category><enclosure url="report.pdf" type="application/pdf" length="1234"/></item>`),
			feeds.Entry{
				ID: "i1", Title: "R&D 5G", Link: "https://bulletin.example/a?x=1&copy=2", Published: "2026-11-02T09:30:00Z",
				Authors: []feeds.Person{{Name: "Amina B.", Email: "mail@bulletin.example"}}, Summary: "Short ", Content: "<p>Long</p>", Lang: "fr-MA",
				Tags: []string{"Mobile"}, Enclosures: []feeds.Enclosure{{URL: "https://bulletin.example/feeds/report.pdf", Type: "application/pdf", Length: 1234}},
			},
		},
		{
			"guid is the link", rss(`<item><guid>https://bulletin.example/g</guid></item>`),
			feeds.Entry{ID: "https://bulletin.example/g", Link: "https://bulletin.example/g", Lang: "fr-MA"},
		},
		{
			"several creators, terms dates, own language", rss(`<item xml:lang="en"><title>T</title><dc:creator>A</dc:creator><dc:creator>B</dc:creator>
			<dcterms:issued>2026-11</dcterms:issued><dcterms:modified>2026-11-20T08:00:00+00:00</dcterms:modified></item>`),
			feeds.Entry{Title: "T", Authors: []feeds.Person{{Name: "A"}, {Name: "B"}}, Published: "2026-11-01T00:00:00Z", Updated: "2026-11-20T08:00:00Z", Lang: "en"},
		},
		{"a date that is none stays unknown", rss(`<item><title>T</title><pubDate>soon</pubDate></item>`), feeds.Entry{Title: "T", Lang: "fr-MA"}},
		{"bare signs and unknown names", rss(`<item><title>1 < 2 & 3 &nosuch; &eacute;</title></item>`), feeds.Entry{Title: "1 < 2 & 3 &nosuch; é", Lang: "fr-MA"}},
		{
			"raw markup, never closed", rss(`<item><description><p>One<br>two<p>three</description></item>`),
			feeds.Entry{Summary: "<p>One<br></br>two</p><p>three</p>", Lang: "fr-MA"},
		},
		{"forbidden characters", rss("<item><title>a&#1;b\x02c ]]&gt;</title></item>"), feeds.Entry{Title: "abc ]]>", Lang: "fr-MA"}},
		{"hostile addresses", rss(`<item><title>T</title><link>javascript:alert(1)</link><enclosure url="data:text/html,x" type="text/html"/>
			<enclosure url="java&#10;script:x"/></item>`), feeds.Entry{Title: "T", Lang: "fr-MA"}},
		{
			"rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>C</title></channel>
			<item rdf:about="https://bulletin.example/r"><title>R</title></item></rdf:RDF>`,
			feeds.Entry{ID: "https://bulletin.example/r", Title: "R", Link: "https://bulletin.example/r"},
		},
		{
			"atom base, html, person", atomFeed(`<entry xml:base="https://other.example/dir/"><id>e</id><title type="html">&lt;i&gt;T&lt;/i&gt;</title>
			<link href="page"/><author><name>N</name><uri>/n</uri></author><updated>2026-11-01T00:00:00Z</updated>
			<content type="html">&lt;a href="x"&gt;y&lt;/a&gt;</content></entry>`),
			feeds.Entry{
				ID: "e", Title: "T", Link: "https://other.example/dir/page", Updated: "2026-11-01T00:00:00Z", Lang: "ar",
				Authors: []feeds.Person{{Name: "N", URL: "https://bulletin.example/n"}},
				Content: `<a href="https://other.example/dir/x" rel="nofollow noopener">y</a>`,
			},
		},
		{
			"atom xhtml", atomFeed(`<entry><id>e</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One &amp; two</p></div></content></entry>`),
			feeds.Entry{ID: "e", Lang: "ar", Content: "<p>One &amp; two</p>"},
		},
		{
			"atom content elsewhere", atomFeed(`<entry><id>e</id><content src="/report.pdf" type="application/pdf"/></entry>`),
			feeds.Entry{
				ID: "e", Lang: "ar", Link: "https://bulletin.example/report.pdf",
				Enclosures: []feeds.Enclosure{{URL: "https://bulletin.example/report.pdf", Type: "application/pdf"}},
			},
		},
		{
			"json", `{"version":"https://jsonfeed.org/version/1.1","title":"J","language":"es","authors":[{"name":"A"}],"items":[{"id":7,"url":"/j",
			"title":"T","content_text":"a < b","date_published":"2026-11-02T10:00:00-05:00","tags":["x"],"attachments":[{"url":"/f.mp3","mime_type":"audio/mpeg","size_in_bytes":5}]}]}`,
			feeds.Entry{
				ID: "7", Title: "T", Link: "https://bulletin.example/j", Published: "2026-11-02T15:00:00Z", Content: "a &lt; b", Lang: "es",
				Authors: []feeds.Person{{Name: "A"}}, Tags: []string{"x"}, Enclosures: []feeds.Enclosure{{URL: "https://bulletin.example/f.mp3", Type: "audio/mpeg", Length: 5}},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := feeds.Parse([]byte(tt.feed), "", base(t))
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Entries) != 1 {
				t.Fatalf("read %d entries", len(c.Entries))
			}
			if diff := cmp.Diff(tt.want, c.Entries[0], cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(feeds.Entry{})); diff != "" {
				t.Errorf("entry (-want +got):\n%s", diff)
			}
		})
	}
}

func base(tb testing.TB) *url.URL {
	tb.Helper()
	u, err := url.Parse("https://bulletin.example/feeds/all.xml")
	if err != nil {
		tb.Fatal(err)
	}
	return u
}

// TestContract holds the JSON to the fields that DESIGN.md promises, present
// even where there is nothing.
func TestContract(t *testing.T) {
	c, err := feeds.Parse([]byte(rss(`<item/>`)), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	vigietest.Golden(t, "testdata/contract.golden", string(got)+"\n")
}

// TestRepairs reads feeds with a fault of the whole document.
func TestRepairs(t *testing.T) {
	two := rss(`<item><title>Été</title></item><item><title>Deux</title></item>`)
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(two)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	latin := strings.ReplaceAll(two, "Été", "\xc9t\xe9")
	for _, tt := range []struct {
		name, feed, contentType string
		titles                  []string
		faults                  int
	}{
		{"utf-16", string(wide), "", []string{"Été", "Deux"}, 0},
		{"charset of the header", latin, "text/xml; charset=iso-8859-1", []string{"Été", "Deux"}, 0},
		{"charset of the prolog", strings.Replace(latin, `"1.0"?>`, `"1.0" encoding="windows-1252"?>`, 1), "text/xml", []string{"Été", "Deux"}, 0},
		{"no charset, not UTF-8", latin, "", []string{"Été", "Deux"}, 1},
		{"declared latin but UTF-8", two, "text/xml; charset=iso-8859-1", []string{"Été", "Deux"}, 1},
		{"some bytes are not UTF-8", strings.ReplaceAll(two, "Deux", "De\xffux"), "text/xml; charset=utf-8", []string{"Été", "De\ufffdux"}, 1},
		{"declared UTF-8 but latin", latin, "text/xml; charset=utf-8", []string{"Été", "Deux"}, 1},
		{"junk before", "Warning: something on line 3\n" + two, "", []string{"Été", "Deux"}, 1},
		{"a program's warning before", "<br />\n<b>Warning</b>: mysql in <b>/var/www</b><br />\n" + two, "", []string{"Été", "Deux"}, 1},
		{"a page's head before", "<html><body>" + two, "", []string{"Été", "Deux"}, 1},
		{"no charset, windows-1256", "<rss><channel><item><title>\xe5\xed\xc6\xc9 \xca\xde\xe4\xed\xe4 \xc7\xe1\xe3\xe6\xc7\xd5\xe1\xc7\xca</title></item></channel></rss>", "", []string{"هيئة تقنين المواصلات"}, 1},
		{"a charset that nobody knows", strings.Replace(two, `"1.0"?>`, `"1.0" encoding="latin-nine"?>`, 1), "", []string{"Été", "Deux"}, 1},
		{"entities of the DOCTYPE", `<!DOCTYPE rss [<!ENTITY a "&#201;t&#233;"><!ENTITY b '&a;&a;'>]><rss><channel><item><title>&a;</title></item><item><title>&b;</title></item></channel></rss>`, "", []string{"Été", "&a;&a;"}, 0},
		{"a sign that opens nothing", "<rss><channel><item><description>Prices <R&D costs</description><title>Été</title></item><item><title>Deux</title></item></channel></rss>", "", []string{"Été", "Deux"}, 0},
		{"a channel alone (CDF)", `<CHANNEL HREF="http://a.example/"><TITLE>C</TITLE><ITEM HREF="/1" LASTMOD="2026-11-02"><TITLE>Été</TITLE></ITEM><ITEM><TITLE>Deux</TITLE></ITEM></CHANNEL>`, "", []string{"Été", "Deux"}, 0},
		{"a channel alone (RSS 1.1)", `<Channel xmlns="http://purl.org/net/rss1.1#"><title>C</title><items><item><title>Été</title></item><item><title>Deux</title></item></items></Channel>`, "", []string{"Été", "Deux"}, 0},
		{"Atom with items", `<feed xmlns="http://www.w3.org/2005/Atom"><item><title>Été</title></item><item><title>Deux</title></item></feed>`, "", []string{"Été", "Deux"}, 0},
		{"junk after", two + "<!-- cached --><script>x</script>", "", []string{"Été", "Deux"}, 0},
		{"cut in the second item", before(two, "Deux"), "", []string{"Été"}, 1},
		{"cut in a tag", before(two, "/channel"), "", []string{"Été", "Deux"}, 1},
		{"root after many comments", strings.Repeat("<!-- comment -->\n", 1000) + two[21:], "", []string{"Été", "Deux"}, 0},
		{"wrong end tags", rss(`<item><title>Été</b></title></foo></item><item><title>Deux</title>`), "", []string{"Été", "Deux"}, 0},
		{"cut JSON", `{"version":"https://jsonfeed.org/version/1","items":[{"title":"Été"},{"title":"De`, "", []string{"Été"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := feeds.Parse([]byte(tt.feed), tt.contentType, nil)
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for _, e := range c.Entries {
				titles = append(titles, e.Title)
			}
			if diff := cmp.Diff(tt.titles, titles); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			if len(c.Faults) != tt.faults {
				t.Errorf("faults %q, want %d", c.Faults, tt.faults)
			}
		})
	}
}

// before returns what stands before a mark.
func before(s, mark string) string {
	s, _, _ = strings.Cut(s, mark)
	return s
}

// TestNotFeeds names what is no feed, and what to do.
func TestNotFeeds(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"empty", "", "an empty answer"},
		{"blank", " \r\n\t", "an empty answer"},
		{"page", "<!DOCTYPE html><html><head><title>x</title></head></html>", "an HTML page; look for the page's feed, or read it as a site"},
		{
			"page with a feed", `<!-- hello --><html><link rel="alternate" type="application/rss+xml" href="/rss"></html>`,
			"an HTML page; look for the page's feed: https://bulletin.example/rss",
		},
		{"xhtml page", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>`, "an HTML page"},
		{"pdf", "%PDF-1.7 \xff", "a PDF document"},
		{"text", "Service unavailable", "plain text"},
		{"opml", "<opml><body/></opml>", "a list of feeds (OPML)"},
		{"sitemap", "<urlset></urlset>", "a sitemap"},
		{"svg", "<svg></svg>", "XML of another kind (<svg>)"},
		{"json", `{"error":"no"}`, "JSON that is not a JSON Feed"},
		{"zip", "PK\x03\x04", "a ZIP archive"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := feeds.Parse([]byte(tt.body), "application/rss+xml", base(t))
			var not *feeds.NotFeedError
			if !errors.As(err, &not) || !errors.Is(err, vigie.ErrInvalid) {
				t.Fatalf("error %v, want a NotFeedError", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q, want %q in it", err, tt.want)
			}
		})
	}
}
