package feeds_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"vigie"
	"vigie/feeds"
)

// TestElementBomb reads two million nested elements, 15 KB when compressed,
// which overflow the stack of the parsing library.
func TestElementBomb(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, `<rss xmlns:q="urn:q"><channel><item>`)
	for range 2_000_000 {
		_, _ = io.WriteString(z, "<q:a>")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > 20_000 {
		t.Fatalf("the bomb has %d bytes", packed.Len())
	}
	u, err := gzip.NewReader(&packed)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(u)
	if err != nil {
		t.Fatal(err)
	}
	_, err = feeds.Parse(body, "", nil)
	wantRefusal(t, err, "nests elements deeper than 128 levels")
}

// TestBounds exceeds each bound that protects the program.
func TestBounds(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"size", rss(strings.Repeat(" ", 11<<20)), "larger than 10 MiB"},
		{"tokens", "<rss><channel>" + strings.Repeat("</a>", 2_000_001), "more than 2000000 tokens"},
		{"entities", "<!DOCTYPE rss [" + strings.Repeat(`<!ENTITY a "b">`, 65) + "]>" + rss(""), "declares 65 entities"},
		{"attributes", "<rss><channel " + strings.Repeat(`a="" `, 65) + "/></rss>", "more than 64 attributes"},
		{"namespaces", strings.Repeat("<rss "+names(60)+">", 2), "more than 96 namespaces"},
		{"json depth", `{"items":` + strings.Repeat("[", 200), "nests deeper than 128 levels"},
		{"json tokens", `{"items":[` + strings.Repeat("1,", 2_000_001), "more than 2000000 tokens"},
		{"depth hidden by a comment", "<rss><channel><!-- --><item>" + strings.Repeat("<a b='>'>", 200), "deeper than 128"},
		{"growth", "<rss><channel xml:base='https://a.example/" + strings.Repeat("x/", 200) + "'>" + strings.Repeat("<a href='x'/>", 700_000), "grows to more than 40 MiB"},
		{"depth in xhtml", `<feed><entry><content type="xhtml">` + strings.Repeat("<div>", 200), "deeper than 128"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := feeds.Parse([]byte(tt.body), "", nil)
			wantRefusal(t, err, tt.want)
		})
	}
}

func names(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `xmlns:n%d="urn:%d" `, i, i)
	}
	return b.String()
}

func wantRefusal(t *testing.T, err error, want string) {
	t.Helper()
	if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one of kind ErrInvalid with %q", err, want)
	}
}

// TestCuts exceeds each bound that only cuts: the feed is read, and says so.
func TestCuts(t *testing.T) {
	many := strings.Repeat("<category>c</category>", 3) + categories(300)
	items := strings.Repeat("<item><title>t</title></item>", 2500)
	for _, tt := range []struct {
		name, body, fault string
		check             func(feeds.Channel) bool
	}{
		{"items", rss(items), "more than 2000 items", func(c feeds.Channel) bool { return len(c.Entries) == 2000 }},
		{
			"elements", rss("<item><title>kept</title></item><item>" + strings.Repeat("<dc:x/>", 300_000) + "</item>"), "more than 200000 elements",
			func(c feeds.Channel) bool { return len(c.Entries) == 1 && c.Entries[0].Title == "kept" },
		},
		{
			"json items", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat(`{"id":"1"},`, 2500) + `{}]}`,
			"more than 2000 items", func(c feeds.Channel) bool { return len(c.Entries) == 2000 },
		},
		{"categories", rss("<item>" + many + "</item>"), "more than 200 categories", func(c feeds.Channel) bool { return len(c.Entries[0].Tags) == 200 }},
		{
			"title", rss("<item><title>" + strings.Repeat("é", 2000) + "</title></item>"), "longer than 1024 bytes",
			func(c feeds.Channel) bool { return len(c.Entries[0].Title) == 1024 },
		},
		{
			"text", rss("<item><description>" + strings.Repeat("word ", 300_000) + "</description></item>"), "longer than 1 MiB",
			func(c feeds.Channel) bool { return len(c.Entries[0].Summary) <= 1<<20 },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := feeds.Parse([]byte(tt.body), "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if !tt.check(c) {
				t.Errorf("the bound was not kept: %d entries", len(c.Entries))
			}
			if !strings.Contains(strings.Join(c.Faults, "\n"), tt.fault) {
				t.Errorf("faults %q, want %q in them", c.Faults, tt.fault)
			}
		})
	}
}

// TestAttacks reads feeds that were made to take time that grows with the square of
// their size, or to grow themselves; at such a rate each would take minutes.
func TestAttacks(t *testing.T) {
	const n = 200_000
	for _, tt := range []struct{ name, body string }{
		{"tags that never end", rss("<item><title>" + strings.Repeat("<a b=", n))},
		{"tags within values", rss("<item><title>" + strings.Repeat("<a/b=<c ", n) + " </title></item>")},
		{"signs that open nothing", rss("<item><title>" + strings.Repeat("<a <b </", n))},
		{"quotes that never end", rss("<item><title>" + strings.Repeat(`<a b="`, n))},
		{"entities that grow", `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", 1000) + `">]>` + rss("<item><description>"+strings.Repeat("&a;", n)+"</description></item>")},
		{"entities of entities", `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("&b;", 300) + `"><!ENTITY b "` + strings.Repeat("&a;", 300) + `">]>` + rss("<item><title>"+strings.Repeat("&a;", n)+"</title></item>")},
		{"DOCTYPEs", strings.Repeat("<!DOCTYPE rss [<!ENTITY", 60) + strings.Repeat("<!DOCTYPE a [", n) + rss("")},
		{"divs", atomFeed(`<entry><content type="xhtml">` + strings.Repeat("<div></div>", n) + `</content></entry>`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := feeds.Parse([]byte(tt.body), "", nil)
			if err != nil && !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error of unknown kind: %v", err)
			}
			for _, e := range c.Entries {
				if got := len(e.Title) + len(e.Summary) + len(e.Content); got > 10*len(tt.body) {
					t.Errorf("%d bytes became %d", len(tt.body), got)
				}
			}
		})
	}
}

func categories(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<category>c%d</category>", i)
	}
	return b.String()
}
