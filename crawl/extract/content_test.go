package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/crawl/extract"
)

// TestShortPages: a page with a few words is read paragraph by paragraph, once,
// without what stands around it, and without its title again.
func TestShortPages(t *testing.T) {
	const (
		menu  = `<header><a href="/">Home</a></header><nav><ul><li><a href="/a">Menu</a></ul></nav>`
		end   = `<aside><p>Read also</p></aside><form><p>Subscribe</p></form><footer><p>Legal</p></footer>`
		about = `<title>Fibre in the north | Site</title>`
	)
	for _, tc := range []struct{ name, page, want string }{
		{"a few words", `<title>T</title><h1>Title</h1><p>One short paragraph.</p><p>Another one here.</p>`, "One short paragraph.\nAnother one here."},
		{"article", about + menu + `<article><h1>Fibre in the north</h1><p>It came.</p></article>` + end, "It came."},
		{"main", about + menu + `<main><h1>Fibre</h1><p>It came.<p>It went.</main>` + end, "It came.\nIt went."},
		{"role", about + menu + `<div role=main><p>It came.<nav>Pages</nav></div>` + end, "It came."},
		{"neither", about + menu + `<div class=x><h1>Fibre</h1><div>It came.</div><div>It went.</div></div>` + end, "It came.\nIt went."},
		{"old menus", `<div class=menu><a href="/">Menu</a></div><div class="post-content"><p>It came at last.</p></div>`, "It came at last."},
		{"teasers", `<main><article><h1>Fibre</h1><p>It came.</p></article><article><h2>Other</h2><p>Not this.</p></article></main>`, "It came."},
		{"list", `<main><article><p>First.</article><article><p>Second.</article></main>`, "First.\nSecond."},
		{"empty article", about + `<main><p>It came.</main><article></article>`, "It came."},
		{"a form of all", `<form action="/a.aspx"><nav>Menu</nav><main><p>It came.</main></form>`, "It came."},
		{"all form", `<form><p>It came.</p></form>`, "It came."},
		{"nothing", about + `<div></div>`, ""},
		{"script", `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"<p>It came.</p><p>It went.</p>"}</script><div id=app>Wait</div>`, "It came.\nIt went."},
		{"script as well", `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"It came. It went."}</script><article><p>It came.<p>It went.</article>`, "It came.\nIt went."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := extract.Page(t.Context(), []byte(tc.page), "text/html", address(t, "https://a.example/p"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, a.Text); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPagesThatGrow: no number of paragraphs changes how they are read; the
// library behind it changes its ways at 250 characters.
func TestPagesThatGrow(t *testing.T) {
	for _, frame := range []string{"<article>%s</article>", "<main><div>%s</div></main>", `<div class="post-content">%s</div>`} {
		for n := 1; n <= 12; n++ {
			var want []string
			for i := range n {
				want = append(want, fmt.Sprintf("Paragraph number %d has fifty characters or nearly.", i+1))
			}
			body := "<h1>Fibre in the north</h1><p>" + strings.Join(want, "</p><p>") + "</p>"
			page := `<title>Site</title><nav><a href="/">Menu</a></nav>` + fmt.Sprintf(frame, body) + `<footer>Legal</footer>`
			a, err := extract.Page(t.Context(), []byte(page), "text/html", address(t, "https://a.example/p"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Join(want, "\n"), a.Text); diff != "" {
				t.Errorf("%d paragraphs in %s (-want +got):\n%s", n, frame, diff)
			}
		}
	}
}
