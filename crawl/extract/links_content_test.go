package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/crawl/extract"
)

// linkCases are pieces of content with where they lead to.
func linkCases() map[string]struct {
	html string
	want []string
} {
	var many strings.Builder
	var first []string
	for i := range 40 {
		fmt.Fprintf(&many, `<a href="https://b.example/n/%d">n° %d</a> `, i, i)
		first = append(first, fmt.Sprintf("https://b.example/n/%d", i))
	}
	return map[string]struct {
		html string
		want []string
	}{
		"elsewhere":     {`<p>Selon <a href="https://B.example:443/avis/7?utm_source=x#p2">l’<b>avis</b></a> et <a href="//c.example/a">un autre</a>`, []string{"https://b.example/avis/7", "https://c.example/a"}},
		"files":         {`<a href="/docs/Rapport.PDF">le rapport</a>`, []string{"https://a.example/docs/Rapport.PDF"}},
		"same site":     {`<a href="/actualites/11">la veille</a> <a href="../la-fibre-avance">la fibre</a>`, []string{"https://a.example/actualites/11", "https://a.example/la-fibre-avance"}},
		"sections":      {`<a href="/">accueil</a> <a href="/actualites/">toutes</a> <a href="/mobile">mobile</a> <a href="/tag/5g-2026">5G</a> <a href="https://b.example/">un site</a>`, nil},
		"itself":        {`<a href="/actualites/12#haut">en haut</a>`, nil},
		"sharing":       {`<a href="https://reseau.example/sharer?u=https%3A%2F%2Fa.example%2Factualites%2F12">partager</a>`, nil},
		"once":          {`<a href="https://b.example/x">un</a> <a href="https://b.example/x#y">deux</a>`, []string{"https://b.example/x"}},
		"other schemes": {`<a href="javascript:x()">x</a> <a href="mailto:a@b.example">y</a> <a href="data:,x">z</a> <a href="https://u:p@b.example/x">w</a>`, nil},
		"endless":       {`<a href="https://b.example/` + strings.Repeat("x", 600) + `">x</a>`, nil},
		"many":          {many.String(), first[:24]},
	}
}

// TestPageLinks: what the content of a page leads to is told, what stands beside it is not.
func TestPageLinks(t *testing.T) {
	at := address(t, "https://a.example/actualites/12")
	for name, tc := range linkCases() {
		t.Run(name, func(t *testing.T) {
			page := `<title>x</title><div><a href="https://b.example/menu/1">Une entrée de menu</a></div><main><p>` + strings.Repeat("Des mots qui font un texte. ", 20) + tc.html +
				`</p></main><footer><a href="https://b.example/pied/1">pied</a></footer>`
			a, err := extract.Page(t.Context(), []byte(page), "text/html; charset=utf-8", at)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, a.Links); diff != "" {
				t.Errorf("links of the page (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, extract.ContentLinks(tc.html, at)); diff != "" {
				t.Errorf("links of the fragment (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnmarkedLinks: where a page does not say what its content is, its text does.
func TestUnmarkedLinks(t *testing.T) {
	page := `<title>x</title><div><a href="https://b.example/menu/1">Une entrée de menu</a></div><div><p>` + strings.Repeat("Des mots qui font un texte. ", 20) +
		`Ils citent <a href="https://b.example/avis/7">l’<b>avis</b> du régulateur</a>, rendu lundi après une longue enquête.</p></div>
		<div><a href="https://b.example/ad/1">Une annonce</a> <a href="/docs/rapport.pdf">Télécharger</a></div>`
	a, err := extract.Page(t.Context(), []byte(page), "text/html; charset=utf-8", address(t, "https://a.example/actualites/12"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"https://b.example/avis/7", "https://a.example/docs/rapport.pdf"}, a.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestJoinLinks(t *testing.T) {
	all := linkCases()["many"].want
	got := extract.JoinLinks([]string{"https://c.example/1", all[3]}, all)
	if len(got) != 24 || got[0] != "https://c.example/1" || got[1] != all[3] || slices.Contains(got[2:], all[3]) {
		t.Errorf("joined: %q", got)
	}
}

func FuzzContentLinks(f *testing.F) {
	at := address(f, "https://a.example/actualites/12")
	for _, tc := range linkCases() {
		f.Add(tc.html)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		links := extract.ContentLinks(fragment, at)
		if len(links) > 24 {
			t.Errorf("%d links", len(links))
		}
		for i, l := range links {
			if len(l) > 500 || !strings.HasPrefix(l, "http") || slices.Contains(links[:i], l) {
				t.Errorf("link %q", l)
			}
		}
	})
}
