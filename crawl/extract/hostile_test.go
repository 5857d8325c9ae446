package extract_test

import (
	"strings"
	"testing"

	"vigie/crawl/extract"
)

// TestHostilePages: pages made to take time and memory are read, or refused with a
// reason, well within the ten seconds that [extract.Page] gives itself. What stands
// in the page is not lost where the page is no tree.
func TestHostilePages(t *testing.T) {
	if testing.Short() {
		t.Skip("reads large pages")
	}
	const words = "Le régulateur a publié lundi les chiffres du troisième trimestre de cette année. "
	deep := strings.Repeat("<div>", 400)
	for _, tc := range []struct{ name, page, want, fault string }{
		{"100,000 deep", "<title>T</title>" + strings.Repeat("<div>", 100_000) + "<p>" + words + "</p>" + strings.Repeat("</div>", 100_000), "Le régulateur", "nested too deeply"},
		{"lists in lists", "<title>T</title>" + strings.Repeat("<ul><li>", 50_000) + words, "Le régulateur", "nested too deeply"},
		{"2 MB flat", "<title>T</title><p>" + strings.Repeat(words, 2<<20/len(words)), "Le régulateur", ""},
		{"1 MB of paragraphs", "<title>T</title><article>" + strings.Repeat("<p>"+words+"</p>", 1<<20/(len(words)+7)) + "</article>", "Le régulateur", ""},
		{"too many elements", "<title>T</title>" + strings.Repeat("<p>mot</p>", 250_000), "mot", "too many elements"},
		{"many elements deep down", "<title>T</title>" + deep + strings.Repeat("<i></i>", 40_000) + "<p>" + words, "Le régulateur", ""},
		{"many dates", "<title>T</title><article><h1>T</h1>" + strings.Repeat(`<p class="date">le 12 mars 2026</p>`, 10_000) + "<p>" + words + words + words + words + "</article>", "", ""},
		{"links without end", "<title>T</title>" + strings.Repeat(`<a href="/x.pdf"><p>`+words, 400), "Le régulateur", ""},
		{"one attribute", "<title>T</title><p class='" + strings.Repeat("date ", 400_000) + "'>" + words, "Le régulateur", ""},
		{"tables in tables", "<title>T</title>" + strings.Repeat("<table><tr><td>", 120) + words, "Le régulateur", ""},
		{"no text", "<title>T</title><img src=x>", "", "no readable text"},
		{"scripts alone", "<script>" + strings.Repeat("x", 1<<20) + "</script>", "", "no readable text"},
		{"bytes of all kinds", "<title>T</title><p>" + words + "\x00\x01\xff\xfe<\x80 &#x110000; &#0; <p <p>" + words, "Le régulateur", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := extract.Page(t.Context(), []byte(tc.page), "text/html; charset=utf-8", address(t, "https://a.example/p"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(a.Text, tc.want) {
				t.Errorf("%q is missing in %.200q", tc.want, a.Text)
			}
			if got := strings.Join(a.Faults, "\n"); !strings.Contains(got, tc.fault) {
				t.Errorf("faults %q, want %q", got, tc.fault)
			}
			if len(a.Reports) > 5 {
				t.Errorf("%d reports", len(a.Reports))
			}
		})
	}
}
