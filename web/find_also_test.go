package web_test

import (
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// knowing is a desk whose searches know the thesaurus.
func knowing(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, vigie.Reader)
	src := source(t, d.o.DB, "Telecom Papers", "https://papers.example/rss")
	storetest.File(t, d.o.DB, src,
		vigie.Document{URL: "https://papers.example/1", Title: "One day for a number", Lang: "en", Body: []vigie.Paragraph{{Text: "Number portability took one day."}}},
		vigie.Document{URL: "https://papers.example/2", Title: "السوق", Lang: "ar", Body: []vigie.Paragraph{{Text: "قابلية نقل الأرقام في السوق"}, {Text: "تستغرق قابلية نقل الأرقام يومًا."}}},
		vigie.Document{URL: "https://papers.example/3", Title: "Régulation des marchés", Lang: "fr"},
		vigie.Document{URL: "https://papers.example/4", Title: "La régulation", Lang: "fr"},
		vigie.Document{URL: "https://papers.example/5", Title: "Une régulation", Lang: "fr"})
	x, err := index.Open(t.Context(), t.TempDir(), d.o.DB, index.Options{Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close the index: %v", err)
		}
	})
	if _, err := x.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.o.Found = x
	d.s = server(t, d.o)
	return d
}

// TestFindAlso: a question finds what is written in other languages, says so, and can be
// taken at its word.
func TestFindAlso(t *testing.T) {
	t.Parallel()
	d := knowing(t)
	const question = "portabilité des numéros"
	says(t, "in other words", d.get(find("fr", question)), []string{
		"<bdi>2</bdi> résultats", "Une chose est cherchée aussi sous d’autres noms", "<bdi>portabilité des numéros</bdi>", "thésaurus",
		`<li lang="ar" dir="rtl"><bdi>قابلية نقل الأرقام</bdi></li>`, `lang="en" dir="ltr"><bdi>number portability</bdi>`, `<mark>Number portability</mark>`,
		`<mark>قابلية نقل الأرقام</mark>`, "Pourquoi ici", "cherché pour « <bdi>portabilité des numéros</bdi> »", "sans=number-portability", "sans=%2A",
	}, []string{"Chercher aussi sous d’autres noms"})
	for _, without := range []string{"number-portability", "*"} {
		says(t, "without "+without, d.get(find("fr", question, "sans", without)), []string{"Rien ne correspond", "Chercher aussi sous d’autres noms"}, []string{"Number portability", "thésaurus"})
	}
	page := d.get(find("fr", question, "sans", "number-portability")).Body
	if n := strings.Count(page, `<input type="hidden" name="sans" value="number-portability">`); n != 2 {
		t.Errorf("%d of two forms keep what is not looked for", n)
	}
	written := d.get("/fr/bureau/recherche?" + url.Values{"avance": {"oui"}, "tous": {question}, "sans": {"number-portability"}}.Encode())
	if to := written.Header.Get("Location"); !strings.Contains(to, "sans=number-portability") {
		t.Errorf("the advanced form leads to %q", to)
	}
	says(t, "in Arabic", d.get(find("ar", "number portability")), []string{"شيء واحد يُبحث عنه بأسماء أخرى أيضًا", "المكنز"}, nil)
	many := find("en", question)
	for range 100 {
		many += "&sans=" + strings.Repeat("x", 150)
	}
	says(t, "of much that is left out", d.get(many), []string{"<bdi>2</bdi> results"}, nil)
}

// TestFindMeant: who finds nothing is asked whether a word is misspelt.
func TestFindMeant(t *testing.T) {
	t.Parallel()
	d := knowing(t)
	if err := d.o.Found.WarmUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	says(t, "misspelt", d.get(find("fr", "régulaton lang:fr")), []string{"Vouliez-vous dire :", "<bdi>régulation lang:fr</bdi>", "q=r%C3%A9gulation&#43;lang%3Afr"}, nil)
	says(t, "well spelt", d.get(find("fr", "régulation")), nil, []string{"Vouliez-vous dire"})
}
