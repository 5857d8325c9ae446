package crawl_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/crawl"
)

func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func TestReadSitemap(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const plain = `<?xml version="1.0" encoding="UTF-8"?><!-- made today --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://a.example/1?x=1&amp;y=2</loc><lastmod>2026-03-02</lastmod><priority>0.5</priority></url>
<url><loc>
 http://a.example/2 </loc></url></urlset>`
	for name, tc := range map[string]struct {
		body string
		want string // "index url|listed|title|published ..."
		err  string
	}{
		"plain":  {body: plain, want: "http://a.example/1?x=1&y=2|2026-03-02|| http://a.example/2|||"},
		"packed": {body: packed(plain), want: "http://a.example/1?x=1&y=2|2026-03-02|| http://a.example/2|||"},
		"mark":   {body: "\xef\xbb\xbf" + plain, want: "http://a.example/1?x=1&y=2|2026-03-02|| http://a.example/2|||"},
		"index":  {body: `<sitemapindex><sitemap><loc>http://a.example/s.xml</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>`, want: "index http://a.example/s.xml|2026-01-01||"},
		"prefixed": {
			body: `<s:urlset xmlns:s="x"><s:url><s:loc>http://a.example/1</s:loc><image:image><image:loc>http://a.example/1.png</image:loc></image:image></s:url></s:urlset>`,
			want: "http://a.example/1|||",
		},
		"news": {
			body: `<urlset><url><loc>http://a.example/n</loc><news:news><news:publication><news:name>N</news:name></news:publication>
<news:publication_date>2026-11-20T08:00:00Z</news:publication_date><news:title><![CDATA[L'avis & la suite]]></news:title></news:news></url></urlset>`,
			want: "http://a.example/n||L'avis & la suite|2026-11-20T08:00:00Z",
		},
		"other languages": {
			body: `<urlset><url><loc>http://a.example/fr</loc><xhtml:link rel="alternate" hreflang="ar" href="http://a.example/ar?a>b"/></url></urlset>`,
			want: "http://a.example/fr|||",
		},
		"text":          {body: "http://a.example/1\r\nhttps://a.example/2\n\nnonsense\n", want: "http://a.example/1||| https://a.example/2|||"},
		"breaks off":    {body: plain[:len(plain)-40], want: "http://a.example/1?x=1&y=2|2026-03-02||"},
		"packed breaks": {body: packed(plain)[:len(packed(plain))-6], want: "http://a.example/1?x=1&y=2|2026-03-02|| http://a.example/2|||"},
		"never closed":  {body: `<urlset><url><loc>http://a.example/1</loc><url><loc>http://a.example/2</loc></url>`, want: "http://a.example/1||| http://a.example/2|||"},
		"no address":    {body: `<urlset><url><loc>javascript:alert(1)</loc></url><url><loc>//a.example/x</loc></url></urlset>`, want: ""},
		"empty":         {body: " \n", err: "is empty"},
		"a feed":        {body: `<rss version="2.0"></rss>`, err: "its root element is <rss>"},
		"a page":        {body: `<!doctype html><html><p>x`, err: "its root element is <html>"},
		"prose":         {body: "nothing here", err: "some other text"},
		"twice packed":  {body: packed(packed(plain)), err: "is packed twice"},
		"not packed":    {body: "\x1f\x8bnonsense", err: "unpack"},
		"too large":     {body: strings.Repeat(" ", 50<<20+1), err: "larger than 50 MB"},
		"bomb":          {body: packed(strings.Repeat(" ", 51<<20)), err: "more than 100 times"},
		"much the same": {body: packed("<urlset><url><loc>http://a.example/1</loc></url>" + strings.Repeat(" ", 1<<20-100) + "</urlset>"), want: "http://a.example/1|||"},
		"bomb in it":    {body: packed(packed(strings.Repeat(" ", 51<<20))), err: "is packed twice"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := crawl.ReadSitemap([]byte(tc.body))
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadSitemapIsBounded: a million lines, and files that hold little else than
// tags or one value.
func TestReadSitemapIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	var lines strings.Builder
	lines.WriteString("<urlset>\n")
	for i := range 500_000 {
		fmt.Fprintf(&lines, "<url><loc>http://a.example/%d</loc>\n</url>\n", i)
	}
	var text strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintf(&text, "http://a.example/%d\n", i)
	}
	for name, tc := range map[string]struct {
		body string
		want int
	}{
		"a million lines":      {lines.String(), 50_000},
		"a million in text":    {text.String(), 50_000},
		"nothing but tags":     {"<urlset>" + strings.Repeat("<url>", 9_000_000), 0},
		"one long value":       {"<urlset><url><loc>http://a.example/" + strings.Repeat("x", 40<<20) + "</loc></url></urlset>", 0},
		"one long tag":         {"<urlset><url " + strings.Repeat("x", 40<<20), 0},
		"comments":             {"<urlset>" + strings.Repeat("<!---->", 6_000_000), 0},
		"quotes without end":   {"<urlset><a '" + strings.Repeat("<url>", 1_000_000), 0},
		"comment without end":  {"<urlset><!--" + strings.Repeat("<url>", 1_000_000), 0},
		"bytes that mean none": {"<urlset>" + strings.Repeat("\xff<\x00>", 1_000_000), 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := crawl.CountSitemap([]byte(tc.body)); got != tc.want {
				t.Errorf("%d entries, want %d", got, tc.want)
			}
		})
	}
}

// TestSitemapBomb: a file that unpacks to a gigabyte costs no more than its own size
// allows.
func TestSitemapBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	blank := bytes.Repeat([]byte{' '}, 1<<20)
	for range 20 {
		_, _ = z.Write(blank)
	}
	_ = z.Close()
	bomb := bytes.Repeat(b.Bytes(), 50) // members one after the other are one file
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = crawl.ReadSitemap(bomb[:len(b.Bytes())])
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "more than 100 times") {
		t.Errorf("error %v", err)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > uint64(700*b.Len()) {
		t.Errorf("%d bytes were spent on %d", spent, b.Len())
	}
	if _, err := crawl.ReadSitemap(bomb); err == nil || !strings.Contains(err.Error(), "larger than 50 MB") && !strings.Contains(err.Error(), "100 times") {
		t.Errorf("a gigabyte: error %v", err)
	}
}

func TestTrusted(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	same := strings.Repeat("2026-11-02 ", 10)
	for name, tc := range map[string]struct {
		dates string
		want  bool
	}{
		"they vary":          {"2026-11-02 2026-10-05 2025-01-07", true},
		"one says nothing":   {"2026-11-02", false},
		"all the same":       {same, false},
		"but one":            {same + "2026-11-03", false},
		"some do not say":    {"2026-11-02 2026-10-05 - ", true},
		"most do not say":    {"2026-11-02 2026-10-05 - - - ", false},
		"all are now":        {"2026-11-21T11:59:58Z 2026-11-21T11:59:59Z 2026-11-21T12:00:00Z 2026-11-21T11:59:30Z", false},
		"within the hour":    {"2026-11-21T11:10:00Z 2026-11-21T11:30:00Z", false},
		"they are no dates":  {"soon later", false},
		"years say too few ": {"2024 2025 2026", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := crawl.Trusted(strings.Fields(tc.dates), now); got != tc.want {
				t.Errorf("trusted = %v", got)
			}
		})
	}
}

func FuzzReadSitemap(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>http://a.example/1</loc><lastmod>2026-03-02</lastmod></url></urlset>`))
	f.Add([]byte(`<sitemapindex><sitemap><loc>http://a.example/s.xml</loc></sitemap>`))
	f.Add([]byte("http://a.example/1\n"))
	f.Add([]byte(packed("<urlset><url><loc>http://a.example/1</loc>")))
	f.Add([]byte("<a:urlset><![CDATA[<url>]]><!-- --><a:url b='>'><a:loc>http://x</a:loc></a:url>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := crawl.CountSitemap(body); got > len(body) && !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
			t.Errorf("%d entries of %d bytes", got, len(body))
		}
	})
}
