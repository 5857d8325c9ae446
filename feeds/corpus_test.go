package feeds_test

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/feeds"
)

// TestRealFeeds reads feeds of real sites. One file is XML of another kind.
func TestRealFeeds(t *testing.T) {
	var b strings.Builder
	refused := 0
	base := &url.URL{Scheme: "https", Host: "feeds.example", Path: "/feed"}
	for _, path := range files(t, shared(t, "corpus", "feeds", "real")) {
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
		fmt.Fprintf(&b, "%s\t%s\t%q\t%s\titems %d titles %d links %d dates %d", name, c.Kind, c.Title, c.Lang, len(c.Entries), titles, links, dates)
		for _, e := range c.Entries[:min(len(c.Entries), 1)] {
			fmt.Fprintf(&b, "\t%q %s %s", e.Title, e.Published, e.Link)
		}
		fmt.Fprintf(&b, "\t%q\n", c.Faults)
	}
	if refused != 1 {
		t.Errorf("refused %d files, want 1", refused)
	}
	golden(t, "real.golden", b.String())
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
		{"feeds/feedparser", 10},
		{"hostile/xml", 1 << 20},
		{"hostile/xml-bombs", 1 << 20},
	} {
		t.Run(tt.dir, func(t *testing.T) {
			all := files(t, shared(t, "corpus", filepath.FromSlash(tt.dir)))
			refused := 0
			for _, path := range all {
				body := read(t, path)
				c, err := feeds.Parse(body, declared(body), nil)
				if err != nil {
					refused++
					if !errors.Is(err, vigie.ErrInvalid) {
						t.Errorf("%s: error of unknown kind: %v", path, err)
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
			body := read(t, shared(t, "corpus", "feeds", "feedparser", "encoding", tt.file))
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
