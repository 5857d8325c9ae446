package extract_test

import (
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/extract"
)

// TestTextInDivs: a book of DocBook, whose paragraphs are div elements beside a few
// p elements, gives all of its text.
func TestTextInDivs(t *testing.T) {
	long := strings.Repeat("Le programme lit les fichiers de journalisation et prévient l'administrateur. ", 4)
	page := `<html lang="fr"><title>Supervision</title><body><div class="section"><h2>Supervision</h2>
<div class="para">` + long + `<code>logcheck</code> s'en charge.</div><div class="para">Une phrase courte.</div>
<div class="sidebar"><p class="title">Encart</p><p>` + long + long + `</p></div>
<div class="para">` + long + `<a class="indexterm"></a> Suite.</div><div class="para">` + long + `</div>
<div class="nav"><a href="a.html">Précédent</a></div></div></body></html>`
	base, err := url.Parse("http://livre.example/supervision.html")
	if err != nil {
		t.Fatal(err)
	}
	a, err := extract.Page(t.Context(), []byte(page), "text/html", base)
	if err != nil {
		t.Fatal(err)
	}
	text := vigie.PlainText(a.Body)
	for _, want := range []string{"logcheck s'en charge.", "Une phrase courte.", "Suite."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %q", want, text)
		}
	}
	if strings.Contains(text, "Précédent") {
		t.Errorf("the menu is in %q", text)
	}
}
