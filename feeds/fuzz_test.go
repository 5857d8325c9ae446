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
	f.Add([]byte(`<!DOCTYPE rss [<!ENTITY a "&#38;a;">]><rss><channel><item xml:lang=""><body><p>&a;</body></item>`), "")
	f.Add([]byte(`<CHANNEL HREF="/" LASTMOD="2026"><ITEM HREF=x><ABSTRACT>a<b</ABSTRACT></ITEM>`), "")
	f.Add([]byte(atomFeed(`<entry><id>a b</id><link>https://a.example/</link><title mode="base64">YQ==</title><content type="xhtml" xml:lang="fr"><div><div/>a</div></content></entry>`)), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		c, err := feeds.Parse(body, contentType, &url.URL{Scheme: "https", Host: "feeds.example"})
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error of unknown kind: %v", err)
			}
			if strings.Contains(err.Error(), "gave up") {
				t.Errorf("the parser panics: %v", err)
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

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`<base href="//b.example"><link rel=alternate type=application/rss+xml href=f><a href="?feed=x">RSS`), "text/html")
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		seen := map[string]bool{}
		for _, c := range feeds.Discover(page, contentType, &url.URL{Scheme: "https", Host: "a.example", Path: "/x"}) {
			if u, err := url.Parse(c.URL); err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
				t.Errorf("%q is no address (%v)", c.URL, err)
			}
			if seen[c.URL] {
				t.Errorf("%q is given twice", c.URL)
			}
			seen[c.URL] = true
		}
		if len(seen) > 24 {
			t.Errorf("%d candidates", len(seen))
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Mon, 02 Nov 2026 10:30:00 GMT", "2026-11", "1793615400", "mar. 3 déc. 2026 à 10h30", "٢ تشرين الثاني/نوفمبر ٢٠٢٦ ١٠:٣٠ م"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := feeds.ReadDate(text)
		if d.IsZero() {
			return
		}
		if y := d.Time.Year(); y < 1900 || y > 2200 {
			t.Errorf("%q is in the year %d", text, y)
		}
		if again := feeds.ReadDate(d.String()); again != d {
			t.Errorf("%q became %v, then %v", text, d, again)
		}
	})
}

func FuzzReadOPML(f *testing.F) {
	f.Add(`<opml version="2.0"><body><outline text="a"><outline xmlUrl="https://a.example/f" text="b"/></outline></body></opml>`)
	f.Add(`<opml><outline xmlurl=javascript:x>`)
	f.Add(`<opml xmlns:v="urn:vigie:opml:1"><outline v:kind="page" htmlUrl="https://a.example/" v:topics="a&#10;b" v:every="1h" v:depth="2" x:y="z"/>`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := feeds.ReadOPML(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error of unknown kind: %v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := feeds.WriteOPML(&b, "t", list.Sources); err != nil {
			t.Fatal(err)
		}
		again, err := feeds.ReadOPML(&b)
		if err != nil || len(again.Sources) != len(list.Sources) || len(again.Remarks) != 0 {
			t.Errorf("%d sources became %d: %v %v", len(list.Sources), len(again.Sources), err, again.Remarks)
		}
	})
}
