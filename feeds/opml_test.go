package feeds_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie"
	"vigie/feeds"
	"vigie/vigietest"
)

// TestRealLists reads lists that people exchange: none is refused, and what is
// left out is named with its line.
func TestRealLists(t *testing.T) {
	total := 0
	for _, path := range files(t, vigietest.Shared(t, "corpus", "opml", "awesome-rss-feeds")) {
		body := read(t, path)
		list, err := feeds.ReadOPML(bytes.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		listed := map[string]bool{}
		for _, part := range strings.Split(string(body), `xmlUrl="`)[1:] {
			address, _, _ := strings.Cut(part, `"`)
			listed[strings.TrimSpace(address)] = true
		}
		refused := 0
		for _, r := range list.Remarks {
			if r.Line < 1 || r.What == "" || r.Done == "" {
				t.Errorf("%s: %+v says too little", path, r)
			}
			if r.Done == feeds.Refused {
				refused++
			}
		}
		if got := len(list.Sources) + refused; got > len(listed) || got < len(listed)-3 {
			t.Errorf("%s: %d sources and %d refused of %d addresses: %v", filepath.Base(path), len(list.Sources), refused, len(listed), list.Remarks)
		}
		total += len(list.Sources)
	}
	if total < 500 {
		t.Errorf("read %d sources in all", total)
	}
}

// TestOPMLSuite reads OPML in all its shapes.
func TestOPMLSuite(t *testing.T) {
	var b strings.Builder
	dir := vigietest.Shared(t, "corpus", "opml", "listparser")
	for _, path := range files(t, dir) {
		name, _ := filepath.Rel(dir, path)
		list, err := feeds.ReadOPML(bytes.NewReader(read(t, path)))
		fmt.Fprintf(&b, "%s\t", filepath.ToSlash(name))
		for _, s := range list.Sources {
			fmt.Fprintf(&b, "%s %s %q %q; ", s.Kind, s.URL, s.Name, s.Topics)
		}
		fmt.Fprintf(&b, "\t%q\t%v\n", list.Remarks, err)
	}
	vigietest.Golden(t, "testdata/opml.golden", b.String())
}

func TestReadOPML(t *testing.T) {
	const text = `<?xml version="1.0"?>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="Telecom &amp; policy">
  <outline text="Regulator" xmlUrl="https://regulator.example/feed?a=1&amp;b=2" language="fr-ma" category="/Europe/Law,Prices"/>
  <outline text="Hostile" type="rss" xmlUrl="javascript:alert(1)"/>
  <outline text="Local" type="rss" xmlUrl="file:///etc/passwd"/>
  <outline title="Old scheme" xmlurl='feed://old.example/rss' language="klingon tongue"/>
  <outline text="Not closed" xmlUrl=https://plain.example/f frss:cssFullContent="p">
  </outline>
</outline>
<outline text="Again" xmlUrl="https://REGULATOR.example:443/feed?a=1&amp;b=2" category="Second"/>
<outline text="No address" type="rss"/>
<outline type="include" url="https://lists.example/other.opml"/>
</body></opml>`
	list, err := feeds.ReadOPML(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []vigie.Source{
		{
			Kind: vigie.Feed, URL: "https://regulator.example/feed?a=1&b=2", Name: "Regulator", Lang: "fr-MA",
			Topics: []string{"Telecom & policy", "Europe/Law", "Prices", "Second"},
		},
		{Kind: vigie.Feed, URL: "http://old.example/rss", Name: "Old scheme", Topics: []string{"Telecom & policy"}},
		{Kind: vigie.Feed, URL: "https://plain.example/f", Name: "Not closed", Topics: []string{"Telecom & policy"}},
	}
	if diff := cmp.Diff(want, list.Sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	wantRemarks := []feeds.Remark{
		{Line: 5, What: `the address "javascript:alert(1)": address: must begin with http:// or https://`, Done: feeds.Refused},
		{Line: 6, What: `the address "file:///etc/passwd": address: must begin with http:// or https://`, Done: feeds.Refused},
		{Line: 7, What: `the language "klingon tongue", which is no tag such as "fr"`, Done: feeds.LeftOut},
		{Line: 8, What: `the attribute "frss:cssFullContent" belongs to another program; it is named here only the first time`, Done: feeds.LeftOut},
		{Line: 8, What: "this is no well-formed XML: unquoted or missing attribute value in element", Done: feeds.Mended},
		{Line: 12, What: `"No address" has no address (xmlUrl)`, Done: feeds.Refused},
		{Line: 13, What: `the list "https://lists.example/other.opml" is elsewhere; import it by itself`, Done: feeds.Refused},
	}
	if diff := cmp.Diff(wantRemarks, list.Remarks, cmpopts.IgnoreFields(feeds.Remark{}, "Code", "About")); diff != "" {
		t.Errorf("remarks (-want +got):\n%s", diff)
	}
	if got := list.Remarks[0].String(); !strings.HasPrefix(got, "line 5: ") || !strings.HasSuffix(got, ": refused") {
		t.Errorf("a remark is said as %q", got)
	}
}

func TestReadOPMLRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "is empty"},
		{"text", "hello", "plain text"},
		{"html", "\n<html></html>", "line 2: its first element is <html>"},
		{"depth", "<opml><body>" + strings.Repeat(`<outline text="a">`+"\n", 40), "line 33: nests deeper than 32 levels"},
		{"size", "<opml>" + strings.Repeat(" ", 11<<20), "larger than 10 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := feeds.ReadOPML(strings.NewReader(tt.text))
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestReadOPMLCuts reads lists that go too far or break off.
func TestReadOPMLCuts(t *testing.T) {
	var b strings.Builder
	b.WriteString("<opml><body>")
	for i := range 10_100 {
		fmt.Fprintf(&b, `<outline xmlUrl="https://a.example/%d"/>`, i)
	}
	for _, tt := range []struct {
		name, text string
		sources    int
		remarks    []feeds.Remark
	}{
		{"too many", b.String() + "</body></opml>", 10_001, []feeds.Remark{{Line: 1, What: "the list has more than 10000 outlines", Done: feeds.NotRead}}},
		{
			"cut in a tag", "<opml><body>\n<outline xmlUrl=\"https://a.example/1\"/>\n<outline xmlUrl=\"https://a.exam", 1,
			[]feeds.Remark{
				{Line: 3, What: "a tag <outline> is never closed", Done: feeds.LeftOut},
				{Line: 3, What: "this is no well-formed XML: unexpected EOF", Done: feeds.Mended},
			},
		},
		{
			"cut in a group", "<opml><body>\n<outline text='g'>\n<outline xmlUrl='https://a.example/1'/>", 1,
			[]feeds.Remark{{Line: 2, What: "an outline is never closed", Done: feeds.Mended}},
		},
		{
			"closed by another", "<opml><body>\n<outline text='g'>\n<outline xmlUrl='https://a.example/1'/>\n</body></opml>\n", 1,
			[]feeds.Remark{
				{Line: 2, What: "an outline is never closed", Done: feeds.Mended},
				{Line: 4, What: "this is no well-formed XML: element <outline> closed by </body>", Done: feeds.Mended},
			},
		},
		{
			"not its characters", "<opml><body>\n<outline text='a&nbsp;b' xmlUrl='https://a.example/1'/></body></opml>", 1,
			[]feeds.Remark{{Line: 2, What: "this is no well-formed XML: invalid character entity &nbsp;", Done: feeds.Mended}},
		},
		{
			"deep in other elements", "<opml>" + strings.Repeat("<x>", 1_000_000), 0, nil,
		},
		{
			"wishes that cannot be", `<opml xmlns:v="urn:vigie:opml:1"><body><outline xmlUrl="https://a.example/1" v:country="Maroc" v:every="1s"
v:fullText="perhaps" v:most="-1" v:depth="11" v:least="many" v:sitemap="ftp://a.example/" v:kind="mail" v:publisher="P"/></body></opml>`, 1,
			[]feeds.Remark{
				{Line: 1, What: `"mail" is no kind of source`, Done: feeds.LeftOut},
				{Line: 1, What: `the country "Maroc", which is no code such as "MAR"`, Done: feeds.LeftOut},
				{Line: 1, What: `the interval "1s", which is none such as "12h"`, Done: feeds.LeftOut},
				{Line: 1, What: `the wish "perhaps" for full text, which is none of auto, always, never`, Done: feeds.LeftOut},
				{Line: 1, What: `most "-1", which is no number up to 1000`, Done: feeds.LeftOut},
				{Line: 1, What: `depth "11", which is no number up to 10`, Done: feeds.LeftOut},
				{Line: 1, What: `least "many", which is no number up to 1000`, Done: feeds.LeftOut},
				{Line: 1, What: `the sitemap "ftp://a.example/": address: must begin with http:// or https://`, Done: feeds.LeftOut},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := feeds.ReadOPML(strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.remarks, list.Remarks, cmpopts.IgnoreFields(feeds.Remark{}, "Code", "About")); diff != "" || len(list.Sources) != tt.sources {
				t.Errorf("%d sources, remarks (-want +got):\n%s", len(list.Sources), diff)
			}
		})
	}
}
