package feeds_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie"
	"vigie/feeds"
	"vigie/vigietest"
)

// written is what a curator knows of five sources, one of each kind.
func written() []vigie.Source {
	return []vigie.Source{
		{Kind: vigie.Feed, URL: "https://a.example/feed"},
		{Kind: vigie.Auto, URL: "https://d.example/", Name: "Observatoire  du fleuve", Catalogue: "fleuve-fr", Cadence: 7 * 24 * time.Hour, Terms: "quote,\nnot copy"},
		{Kind: vigie.Page, URL: "https://e.example/tariffs", Country: "SEN", Lang: "fr", List: vigie.ListRules{Least: 20}, FullText: vigie.FullTextAlways},
		{
			Kind: vigie.Feed, URL: "https://b.example/feed?x=1&y=2", Name: `"B" <&> 'b'`, Publisher: "هيئة", Country: "MAR", Lang: "ar",
			Topics: []string{"Réseaux", "Prix"}, Every: 90 * time.Minute, FullText: vigie.FullTextNever, Licence: "CC BY 4.0", Terms: "quote", Paused: true,
			Keep: vigie.Retention{Keep: vigie.KeepTexts, Days: 90},
		},
		{
			Kind: vigie.Site, URL: "https://c.example/news", Name: "C", Topics: []string{"Réseaux", "a, b/c"},
			List: vigie.ListRules{
				Item: "li.news > a", Link: "a", Title: "h2", Date: "time", Allow: []string{"/news/", "/en, fr/"}, Most: 12,
				Depth: 3, Sitemap: "https://c.example/sitemap.xml",
			},
		},
	}
}

// TestOPMLRoundTrip writes all that is known of sources and reads it back.
func TestOPMLRoundTrip(t *testing.T) {
	var b bytes.Buffer
	if err := feeds.WriteOPML(&b, "Sources <of> the cell", written()); err != nil {
		t.Fatal(err)
	}
	vigietest.Golden(t, "testdata/sources.opml", b.String())
	// A program that keeps attributes of others may give their namespace another name.
	other := strings.NewReplacer("xmlns:vigie=", "xmlns:ns0=", " vigie:", " ns0:").Replace(b.String())
	for name, text := range map[string]string{"as written": b.String(), "another prefix": other} {
		got, err := feeds.ReadOPML(strings.NewReader(text))
		if err != nil || len(got.Remarks) != 0 {
			t.Fatalf("%s: %v, remarks %v", name, err, got.Remarks)
		}
		if diff := cmp.Diff(written(), got.Sources); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestOPMLComesBack writes sources of any content and wants them back, in all fields.
func TestOPMLComesBack(t *testing.T) {
	line := func(chars string) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(chars+`aéع0 ,/;"'<>&[]:#\t`)), 0, 12, -1)
	}
	text := line("\n")
	some := func(t *rapid.T, label string) []string {
		list := rapid.SliceOfNDistinct(line(""), 0, 4, rapid.ID[string]).Draw(t, label)
		if list = slices.DeleteFunc(list, func(s string) bool { return s == "" }); len(list) == 0 {
			return nil
		}
		return list
	}
	source := rapid.Custom(func(t *rapid.T) vigie.Source {
		return vigie.Source{
			Kind: rapid.SampledFrom([]vigie.Kind{vigie.Feed, vigie.Site, vigie.Page, vigie.Auto}).Draw(t, "kind"),
			Name: line("").Draw(t, "name"), Publisher: line("").Draw(t, "publisher"), Institution: rapid.Bool().Draw(t, "institution"),
			Country:  rapid.SampledFrom([]string{"", "MAR", "SEN"}).Draw(t, "country"),
			Lang:     rapid.SampledFrom([]vigie.Lang{"", "fr", "ar-MA", vigie.Und}).Draw(t, "lang"),
			Topics:   some(t, "topics"),
			Every:    rapid.SampledFrom([]time.Duration{0, vigie.ShortestEvery, 90 * time.Minute, 366 * 24 * time.Hour}).Draw(t, "every"),
			FullText: rapid.SampledFrom([]vigie.FullText{"", vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever}).Draw(t, "full text"),
			List: vigie.ListRules{
				Item: line("").Draw(t, "item"), Link: line("").Draw(t, "link"), Title: line("").Draw(t, "title"), Date: line("").Draw(t, "date"),
				Allow: some(t, "allow"), Most: rapid.IntRange(0, 1000).Draw(t, "most"), Depth: rapid.IntRange(0, 10).Draw(t, "depth"),
				Sitemap: rapid.SampledFrom([]string{"", "https://a.example/s.xml?a=1&b=%22"}).Draw(t, "sitemap"),
				Least:   rapid.IntRange(0, 1000).Draw(t, "least"),
			},
			Keep:    rapid.SampledFrom([]vigie.Retention{{}, {Keep: vigie.KeepTexts, Days: 30}, {Keep: vigie.KeepRecords}}).Draw(t, "keep"),
			Licence: text.Draw(t, "licence"), Terms: text.Draw(t, "terms"), Cadence: rapid.SampledFrom([]time.Duration{0, 24 * time.Hour, 90 * 24 * time.Hour}).Draw(t, "cadence"), Catalogue: rapid.SampledFrom([]string{"", "anrt-fr", "itu"}).Draw(t, "catalogue"), Paused: rapid.Bool().Draw(t, "paused"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(source, 0, 5).Draw(t, "sources")
		for i := range want {
			want[i].URL = fmt.Sprintf("https://a.example/%d?a=1&b=%%3C", i)
		}
		var b bytes.Buffer
		if err := feeds.WriteOPML(&b, "t", want); err != nil {
			t.Fatal(err)
		}
		got, err := feeds.ReadOPML(bytes.NewReader(b.Bytes()))
		if err != nil || len(got.Remarks) != 0 {
			t.Fatalf("%v, remarks %v of\n%s", err, got.Remarks, b.String())
		}
		byAddress := func(a, b vigie.Source) int { return strings.Compare(a.URL, b.URL) }
		slices.SortFunc(got.Sources, byAddress)
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, got.Sources); diff != "" {
			t.Errorf("(-want +got):\n%s\n%s", diff, b.String())
		}
	})
}
