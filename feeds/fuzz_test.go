package feeds_test

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/feeds"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte(rss(`<item><title>a</title><description><![CDATA[<b>x</b>]]></description></item>`)), "text/xml")
	f.Add([]byte(atomFeed(`<entry xml:base="/x"><content type="xhtml"><div>a</div></content></entry>`)), "")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":1}]}`), "application/json; charset=utf-16")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		c, err := feeds.Parse(body, contentType, &url.URL{Scheme: "https", Host: "feeds.example"})
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error of unknown kind: %v", err)
			}
			return
		}
		for _, e := range c.Entries {
			if !utf8.ValidString(e.Title) || strings.ContainsAny(e.Title, "\n\x00") {
				t.Errorf("title %q is no line", e.Title)
			}
			if strings.Contains(strings.ToLower(e.Content+e.Summary), "<script") {
				t.Errorf("a script came through: %q", e.Content+e.Summary)
			}
			if strings.ContainsAny(e.Content+e.Summary+e.Title+e.ID, "\ufdd0") && !bytes.Contains(body, []byte("\ufdd0")) &&
				!bytes.Contains(body, []byte("&#")) && contentType == "" && utf8.Valid(body) {
				t.Errorf("a mark stayed in %+v", e)
			}
		}
	})
}

func FuzzReadOPML(f *testing.F) {
	f.Add(`<opml version="2.0"><body><outline text="a"><outline xmlUrl="https://a.example/f" text="b"/></outline></body></opml>`)
	f.Add(`<opml><outline xmlurl=javascript:x>`)
	f.Fuzz(func(t *testing.T, text string) {
		sources, _, err := feeds.ReadOPML(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error of unknown kind: %v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := feeds.WriteOPML(&b, "t", sources); err != nil {
			t.Fatal(err)
		}
		again, faults, err := feeds.ReadOPML(&b)
		if err != nil || len(again) != len(sources) || len(faults) != 0 {
			t.Errorf("%d sources became %d: %v %q", len(sources), len(again), err, faults)
		}
	})
}
