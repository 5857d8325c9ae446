package feeds_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/feeds"
)

// TestRealLists reads lists that people exchange: none is refused, and what is
// left out is named with its line.
func TestRealLists(t *testing.T) {
	total := 0
	for _, path := range files(t, shared(t, "corpus", "opml", "awesome-rss-feeds")) {
		body := read(t, path)
		sources, faults, err := feeds.ReadOPML(bytes.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		listed := map[string]bool{}
		for _, part := range strings.Split(string(body), `xmlUrl="`)[1:] {
			address, _, _ := strings.Cut(part, `"`)
			listed[strings.TrimSpace(address)] = true
		}
		if got := len(sources) + len(faults); got > len(listed) || got < len(listed)-3 {
			t.Errorf("%s: %d sources and faults %q of %d addresses", filepath.Base(path), len(sources), faults, len(listed))
		}
		for _, f := range faults {
			if !strings.HasPrefix(f, "line ") {
				t.Errorf("%s: fault %q names no line", path, f)
			}
		}
		total += len(sources)
	}
	if total < 500 {
		t.Errorf("read %d sources in all", total)
	}
}

// TestOPMLSuite reads OPML in all its shapes.
func TestOPMLSuite(t *testing.T) {
	var b strings.Builder
	dir := shared(t, "corpus", "opml", "listparser")
	for _, path := range files(t, dir) {
		name, _ := filepath.Rel(dir, path)
		sources, faults, err := feeds.ReadOPML(bytes.NewReader(read(t, path)))
		fmt.Fprintf(&b, "%s\t", filepath.ToSlash(name))
		for _, s := range sources {
			fmt.Fprintf(&b, "%s %q %q; ", s.URL, s.Name, s.Topics)
		}
		fmt.Fprintf(&b, "\t%q\t%v\n", faults, err)
	}
	golden(t, "opml.golden", b.String())
}

func TestReadOPML(t *testing.T) {
	const text = `<?xml version="1.0"?>
<opml version="2.0"><head><title>x</title></head><body>
<outline text="Telecom &amp; policy">
  <outline text="Regulator" xmlUrl="https://regulator.example/feed?a=1&amp;b=2" language="fr-ma" category="/Europe/Law,Prices"/>
  <outline text="Hostile" type="rss" xmlUrl="javascript:alert(1)"/>
  <outline text="Local" type="rss" xmlUrl="file:///etc/passwd"/>
  <outline title="Old scheme" xmlurl='feed://old.example/rss' language="klingon tongue"/>
  <outline text="Not closed" xmlUrl=https://plain.example/f>
  </outline>
</outline>
<outline text="Again" xmlUrl="https://REGULATOR.example:443/feed?a=1&amp;b=2" category="Second"/>
<outline text="No address" type="rss"/>
<outline type="include" url="https://lists.example/other.opml"/>
</body></opml>`
	sources, faults, err := feeds.ReadOPML(strings.NewReader(text))
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
	if diff := cmp.Diff(want, sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	wantFaults := []string{
		`line 5: "javascript:alert(1)" was refused`, `line 6: "file:///etc/passwd" was refused`,
		`line 7: the language`, `line 12: "No address" has no address`, `line 13: the list`,
	}
	if len(faults) != len(wantFaults) {
		t.Fatalf("faults %q", faults)
	}
	for i, w := range wantFaults {
		if !strings.HasPrefix(faults[i], w) {
			t.Errorf("fault %q, want it to begin with %q", faults[i], w)
		}
	}
}

func TestReadOPMLRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "is empty"},
		{"text", "hello", "plain text"},
		{"html", "\n<html></html>", "line 2: its first element is <html>"},
		{"depth", "<opml><body>" + strings.Repeat(`<outline text="a">`+"\n", 40), "line 33: nests deeper than 32 levels"},
		{"size", "<opml>" + strings.Repeat(" ", 6<<20), "larger than 5 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := feeds.ReadOPML(strings.NewReader(tt.text))
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
		fault      string
	}{
		{"too many", b.String(), 10_001, "more than 10000 outlines"},
		{"cut in a tag", `<opml><body><outline xmlUrl="https://a.example/1"/><outline xmlUrl="https://a.exam`, 1, "never closed"},
		{"cut in a group", `<opml><body><outline text="g"><outline xmlUrl="https://a.example/1"/>`, 1, "breaks off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sources, faults, err := feeds.ReadOPML(strings.NewReader(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			if len(sources) != tt.sources || len(faults) != 1 || !strings.Contains(faults[0], tt.fault) {
				t.Errorf("%d sources, faults %q", len(sources), faults)
			}
		})
	}
}

// TestOPMLRoundTrip writes all that is known of sources and reads it back.
func TestOPMLRoundTrip(t *testing.T) {
	want := []vigie.Source{
		{Kind: vigie.Feed, URL: "https://a.example/feed"},
		{
			Kind: vigie.Feed, URL: "https://b.example/feed?x=1&y=2", Name: `"B" <&> 'b'`, Publisher: "هيئة", Country: "MAR", Lang: "ar",
			Topics: []string{"Réseaux", "Prix"}, Every: 90 * time.Minute, FullText: vigie.FullTextNever, Licence: "CC BY 4.0", Terms: "quote", Paused: true,
		},
		{
			Kind: vigie.Site, URL: "https://c.example/news", Name: "C", Topics: []string{"Réseaux", "a, b/c"},
			List: vigie.ListRules{Item: "li.news > a", Link: "a", Title: "h2", Date: "time", Allow: []string{"/news/", "/en, fr/"}, Most: 12},
		},
	}
	var b bytes.Buffer
	if err := feeds.WriteOPML(&b, "Sources <of> the cell", want); err != nil {
		t.Fatal(err)
	}
	golden(t, "sources.opml", b.String())
	got, faults, err := feeds.ReadOPML(&b)
	if err != nil || len(faults) != 0 {
		t.Fatalf("read back: %v, faults %q", err, faults)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}
