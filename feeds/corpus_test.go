package feeds_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/net/html/charset"

	"vigie"
	"vigie/feeds"
	"vigie/vigietest"
)

// TestRealFeeds reads feeds of real sites. One file is XML of another kind.
func TestRealFeeds(t *testing.T) {
	var b strings.Builder
	refused := 0
	base := &url.URL{Scheme: "https", Host: "feeds.example", Path: "/feed"}
	for _, path := range files(t, vigietest.Shared(t, "corpus", "feeds", "real")) {
		name := filepath.Base(path)
		c, err := feeds.Parse(read(t, path), "application/xml", base)
		if err != nil {
			refused++
			fmt.Fprintf(&b, "%s\terror\t%v\n", name, err)
			continue
		}
		titles, links, dates := 0, 0, 0
		for _, e := range c.Entries {
			titles += count(e.Title != "")
			links += count(strings.HasPrefix(e.Link, "http"))
			dates += count(e.Published != "" || e.Updated != "")
		}
		if want := itemsIn(t, path); len(c.Entries) != want {
			t.Errorf("%s: %d items, but the file has %d", name, len(c.Entries), want)
		}
		fmt.Fprintf(&b, "%s\t%s\t%q\t%s\titems %d titles %d links %d dates %d", name, c.Kind, c.Title, c.Lang, len(c.Entries), titles, links, dates)
		for _, e := range c.Entries[:min(len(c.Entries), 1)] {
			fmt.Fprintf(&b, "\t%q %s %s", e.Title, e.Published, e.Link)
		}
		fmt.Fprintf(&b, "\t%q\n", c.Faults)
	}
	if refused != 1 {
		t.Errorf("refused %d files, want 1", refused)
	}
	vigietest.Golden(t, "testdata/real.golden", b.String())
}

// itemsIn counts the elements item and entry of a file, by the standard library's
// reader.
func itemsIn(t *testing.T, path string) int {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(read(t, path)))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	n := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if e, ok := tok.(xml.StartElement); ok && (e.Name.Local == "item" || e.Name.Local == "entry") {
			n++
		}
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestForeignSuites reads files that were made to be hard. None may end the
// test, and every refusal must be in words and of a known kind.
func TestForeignSuites(t *testing.T) {
	for _, tt := range []struct {
		dir     string
		refused int // at most
	}{
		{"feeds/feedparser", 1},
		{"hostile/xml", 1 << 20},
		{"hostile/xml-bombs", 1 << 20},
	} {
		t.Run(tt.dir, func(t *testing.T) {
			all := files(t, vigietest.Shared(t, "corpus", filepath.FromSlash(tt.dir)))
			refused := 0
			for _, path := range all {
				body := read(t, path)
				c, err := feeds.Parse(body, declared(body), nil)
				if err != nil {
					refused++
					if !errors.Is(err, vigie.ErrInvalid) {
						t.Errorf("%s: error of unknown kind: %v", path, err)
					}
					if strings.Contains(err.Error(), "gave up") {
						t.Errorf("%s: the parser panics: %v", path, err)
					}
					continue
				}
				if len(c.Entries) > len(body) {
					t.Errorf("%s: %d entries", path, len(c.Entries))
				}
			}
			t.Logf("%d of %d read", len(all)-refused, len(all))
			if refused > tt.refused {
				t.Errorf("refused %d of %d files, want at most %d", refused, len(all), tt.refused)
			}
		})
	}
}

// TestHostileMemory reads each hostile file, alone and in the middle of a feed, and
// counts what that allocates and gives: a fixed sum and a multiple of its size, no
// more. The item before it must come through.
func TestHostileMemory(t *testing.T) {
	for _, dir := range []string{"xml", "xml-bombs"} {
		for _, path := range files(t, vigietest.Shared(t, "corpus", "hostile", dir)) {
			body := read(t, path)
			checkCost(t, path, body)
			within := rss("<item><title>before</title></item><item><description>" + string(body) + "</description></item>")
			c, err := checkCost(t, path, []byte(within))
			if err == nil && (len(c.Entries) == 0 || c.Entries[0].Title != "before") {
				t.Errorf("%s: the item before it was lost: %+v", path, c)
			}
		}
	}
}

func checkCost(t *testing.T, path string, body []byte) (feeds.Channel, error) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, err := feeds.Parse(body, declared(body), nil) // refused or not
	runtime.ReadMemStats(&after)
	if used, most := after.TotalAlloc-before.TotalAlloc, uint64(16<<20+100*len(body)); used > most {
		t.Errorf("%s: reading %d bytes allocated %d, want at most %d", path, len(body), used, most)
	}
	given := len(c.Title) + len(c.Description)
	for _, e := range c.Entries {
		given += len(e.Title) + len(e.Summary) + len(e.Content)
	}
	if given > 1<<20+10*len(body) {
		t.Errorf("%s: %d bytes became %d", path, len(body), given)
	}
	return c, err
}

// declared returns the Content-Type that a file of feedparser wants to be served
// with.
func declared(body []byte) string {
	m := regexp.MustCompile(`(?mi)^\s*Header:\s*Content-type:\s*(.*?)\s*$`).FindSubmatch(body)
	if m == nil {
		return ""
	}
	return string(m[1])
}

// TestEncodings reads what other encodings hide.
func TestEncodings(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"bozo_http_i18n.xml", "Iñtërnâtiônàlizætiøn"},
		{"euc-kr.xml", "년"},
		{"euc-kr-item.xml", "년"},
		{"demoronize-1.xml", "don’t"},
		{"http_text_xml_charset_overrides_encoding_2.xml", "This is a £“test.”"},
		{"bozo_invalid-bytes-with-bom.xml", "Valid UTF8: Ѩ"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			body := read(t, vigietest.Shared(t, "corpus", "feeds", "feedparser", "encoding", tt.file))
			c, err := feeds.Parse(body, declared(body), nil)
			if err != nil {
				t.Fatal(err)
			}
			all := []string{c.Title}
			for _, e := range c.Entries {
				all = append(all, e.Title, e.Summary)
			}
			if !strings.Contains(strings.Join(all, "\n"), tt.want) {
				t.Errorf("read %q, want %q in it", all, tt.want)
			}
		})
	}
}
