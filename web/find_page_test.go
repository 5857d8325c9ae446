package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/locale"
	grammar "vigie/index/query"
)

// TestFind searches in one bookcase.
func TestFind(t *testing.T) {
	t.Parallel()
	d, sources := shelves(t)
	for name, test := range map[string]func(*testing.T, *desk, []vigie.Source){
		"shows": findShows, "states": findStates, "narrows": findNarrows, "facets": findFacets, "years": findYears, "advanced": findAdvanced,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := *d
			d.t = t
			test(t, &d, sources)
		})
	}
}

// findShows looks at what was found: marked, in its own language, at its page.
func findShows(t *testing.T, d *desk, _ []vigie.Source) {
	t.Helper()
	a := d.get(find("fr", "fibre"))
	says(t, "the page", a, []string{
		`<html lang="fr" dir="ltr">`, `<strong><bdi>30</bdi> résultats</strong> <span>les plus pertinents d’abord</span>`,
		`<option value="" selected>Pertinence</option>`, `value="fibre" dir="auto"`, `lang="ar"><bdi>`, `dir="rtl"><bdi>`, `<mark>fibre</mark>`,
		`p. <bdi>9</bdi> sur <bdi>22</bdi>`, `#p9"`, `?mots=fibre`, `<span><bdi>PDF</bdi></span>`, `<span><bdi>العربية</bdi></span>`, `<span><bdi>Open Press</bdi></span>`,
		`Résultats suivants</a>`, `bureau/recherche?page=2&amp;q=fibre`,
	}, []string{"Résultats précédents", `name="avant"`})
	if d.get(find("fr", "fibre", "page", "2")).Code != http.StatusOK {
		t.Error("there is no second page")
	}
	says(t, "newest first", d.get(find("en", "fibre", "tri", "recents")), []string{`<option value="recents" selected>Newest</option>`, "newest first", "tri=recents"}, nil)
	says(t, "oldest first", d.get(find("ar", "lang:fr", "tri", "anciens")), []string{"الأقدم أولًا", `<html lang="ar" dir="rtl">`}, nil)
	says(t, "only filters", d.get(find("en", "lang:fr")), []string{"newest first"}, nil)
	says(t, "a page behind the last", d.get(find("fr", "fibre", "page", "1000000")), []string{"Il n’y a plus de résultats sur cette page", `<a href="/fr/bureau/recherche?q=fibre">`}, []string{`class="result"`})
	link := regexp.MustCompile(`<h2><a href="(/fr/bureau/tri/[^"]*mots=[^"#]*)`).FindStringSubmatch(a.Body)
	if link == nil {
		t.Fatal("no hit leads to the words in its text")
	}
	says(t, "the text", d.get(strings.ReplaceAll(link[1], "&amp;", "&")), []string{`<mark id="m1">`}, nil)
}

// TestFindFolds: copies stand behind one of them.
func TestFindFolds(t *testing.T) {
	t.Parallel()
	d := searching(t)
	says(t, "the page", d.get(find("fr", "régulateur")), []string{"et <bdi>1</bdi> autre dans cette histoire", `#story-title"`}, nil)
}

// findStates shows the page in every state and language.
func findStates(t *testing.T, d *desk, _ []vigie.Source) {
	t.Helper()
	without := newDesk(t, vigie.Reader)
	for lang, want := range map[string]struct{ none, try, partial, fault, title string }{
		"fr": {"Rien ne correspond", "Avec une condition de moins", "des documents peuvent manquer", "n’est jamais fermée", "Chercher dans tout"},
		"en": {"Nothing matches", "With one condition less", "documents may be missing", "is never closed", "Search everything"},
		"ar": {"لا شيء يطابق", "بشرط أقل", "قد تنقص وثائق", "لم يُغلق", "البحث في كل"},
	} {
		says(t, "an empty box", d.get("/"+lang+"/bureau/recherche"), []string{want.title, `name="avance"`, `id="aide"`}, []string{`class="result"`, `class="answer"`, `id="affiner"`})
		says(t, "nothing", d.get(find(lang, `fibre lang:es country:MAR`)), []string{want.none, want.try, `?q=fibre&#43;lang%3Aes"`}, []string{`class="result"`})
		says(t, "nothing at all", d.get(find(lang, "introuvable")), []string{want.none}, []string{want.try})
		says(t, "without an index", without.get(find(lang, "fibre")), []string{want.partial}, []string{`class="result"`})
		a := d.get(find(lang, `fibre (spectre`))
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "<mark><bdi>(") || !strings.Contains(a.Body, `aria-invalid="true"`) {
			t.Errorf("%s: a fault: %d, not shown at its place", lang, a.Code)
		}
	}
}

// TestFindHelp: every example of the help is a query that is understood whole, and
// leads to its search.
func TestFindHelp(t *testing.T) {
	t.Parallel()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, vigie.Reader)
	row := regexp.MustCompile(`<th scope="row"><a href="([^"]+)"><code><bdi>([^<]+)</bdi>`)
	for _, lang := range c.Languages() {
		found := row.FindAllStringSubmatch(d.get("/"+string(lang)+"/bureau/recherche").Body, -1)
		if len(found) != 18 {
			t.Errorf("%s: %d examples", lang, len(found))
		}
		unescape := strings.NewReplacer("&#34;", `"`, "&gt;", ">", "&lt;", "<", "&#43;", "+", "&amp;", "&")
		for _, m := range found {
			line := unescape.Replace(m[2])
			q, err := grammar.Parse(line)
			if err != nil || len(q.Clauses) == 0 || len(q.Notes) > 0 {
				t.Errorf("%s: %s: %v", lang, line, err)
			}
			if to, err := url.Parse(unescape.Replace(m[1])); err != nil || to.Query().Get("q") != line {
				t.Errorf("%s: %s leads to %s", lang, line, m[1])
			}
		}
	}
}
