package extract_test

import (
	"strings"
	"testing"
	"time"

	"vigie/crawl/extract"
)

// TestMetadataOrder: JSON-LD is believed before Open Graph, that before citation tags
// and Dublin Core, those before the address, the text and the rest. Each layer is
// taken away in turn.
func TestMetadataOrder(t *testing.T) {
	layers := []struct{ head, title, published string }{
		{
			`<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"From JSON-LD","datePublished":"2026-01-01T08:00:00Z"}</script>`,
			"From JSON-LD", "2026-01-01T08:00:00Z",
		},
		{`<meta property="og:title" content="From Open Graph"><meta property="article:published_time" content="2026-01-02T08:00:00Z">`, "From Open Graph", "2026-01-02T08:00:00Z"},
		{`<meta name="citation_title" content="From citation tags"><meta name="citation_publication_date" content="2026/01/03">`, "From citation tags", "2026-01-03"},
		{`<meta name="DC.title" content="From Dublin Core"><meta name="DCTERMS.issued" content="2026-01-04">`, "From Dublin Core", "2026-01-04"},
	}
	text := "<body><h1>From the text</h1><p class=date>5 January 2026</p><p>" + strings.Repeat("Words that say nothing of days. ", 30)
	for i := range len(layers) + 1 {
		head, title, published := "", "From the text", "2026-01-05"
		for k := len(layers) - 1; k >= i; k-- { // the weakest stand first
			head += layers[k].head
			title, published = layers[k].title, layers[k].published
		}
		page := "<html><head><title>From the text</title>" + head + "</head>" + text
		a, err := extract.Page(t.Context(), []byte(page), "text/html; charset=utf-8", address(t, "https://a.example/p"))
		if err != nil {
			t.Fatal(err)
		}
		if a.Title != title || a.Published.String() != published {
			t.Errorf("layer %d: title %q, date %q; want %q, %q", i, a.Title, a.Published, title, published)
		}
	}
}

// TestSearchedDates: where nothing is said for machines, the date of an article is
// found near its headline, or in the address.
func TestSearchedDates(t *testing.T) {
	fetched := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	long := "<p>" + strings.Repeat("Des mots sans jour ni mois. ", 30) + "</p>"
	for _, tc := range []struct {
		name, address, page string
		fetched             time.Time
		want                string
	}{
		{"in the address", "/2026/03/04/titre", "<h1>T</h1>" + long, time.Time{}, "2026-03-04"},
		{"below the headline", "/p", "<h1>T</h1><p class=date>4 mars 2026</p>" + long, time.Time{}, "2026-03-04"},
		{"below, today", "/p", "<h1>T</h1><p class=date>22 novembre 2026</p>" + long, fetched, "2026-11-22"},
		{"in the header of the article", "/p", "<article><header><time datetime=2026-03-04>hier</time><h1>T</h1></header>" + long + "</article>", time.Time{}, "2026-03-04"},
		{"after the text", "/p", "<h1>T</h1>" + long + "<p class=date>Publié le 4 mars 2026</p>", time.Time{}, "2026-03-04"},
		{"after the text, without a word", "/p", "<h1>T</h1>" + long + "<p class=date>4 mars 2026</p>", time.Time{}, ""},
		{"after the text, not today", "/p", "<h1>T</h1>" + long + "<p class=date>4 mars 2026</p>", fetched, "2026-03-04"},
		{"published and updated", "/p", "<article><h1>T</h1><p>Publié le <time>4 mars 2026</time>, mis à jour le <time>22 novembre 2026</time></p>" + long + "</article>", time.Time{}, "2026-03-04"},
		{"updated alone", "/p", "<article><h1>T</h1><p class=date>Updated: 22 November 2026</p>" + long + "</article>", time.Time{}, ""},
		{"a clock and a date", "/p", "<div class=date>dimanche 22 novembre 2026</div><h1>T</h1><p class=date>4 mars 2026</p>" + long, time.Time{}, "2026-03-04"},
		{"a clock in the article", "/p", "<article><h1>T</h1><div class=date>22 novembre 2026</div><p class=date>4 mars 2026</p>" + long + "</article>", fetched, "2026-03-04"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := extract.PageAt(t.Context(), []byte("<html><body>"+tc.page), "text/html; charset=utf-8", address(t, "https://a.example"+tc.address), tc.fetched)
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Published.String(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
