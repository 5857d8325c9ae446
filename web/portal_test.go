package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// says wants words on a page, and others not.
func says(t *testing.T, what string, a answer, want, not []string) {
	t.Helper()
	for _, words := range want {
		if !strings.Contains(a.Body, words) {
			t.Errorf("%s does not say %q", what, words)
		}
	}
	for _, words := range not {
		if strings.Contains(a.Body, words) {
			t.Errorf("%s says %q", what, words)
		}
	}
	if a.Code != http.StatusOK {
		t.Errorf("%s: %d", what, a.Code)
	}
}

func TestPortalHome(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	n.furnish(t)
	for lang, test := range map[string]struct{ want, not []string }{
		"fr": {
			want: []string{
				`<html lang="fr" dir="ltr">`, "La fibre progresse", "En bref : La fibre progresse", "Le mobile suit", "Réseaux", "Chiffres clés",
				`<data value="91.0"><bdi>91,0</bdi></data>`, "% de la population", "Maroc", "Union des mesures, Baromètre", "2023", "/fr/lettre",
				`lang="en" dir="ltr" hreflang="en"><bdi>Half a text`, `title="Observatoire du numérique" href="/fr/atom.xml"`,
				`<meta name="description" content="Ce que disent les sources">`, `<link rel="canonical" href="https://observatoire.example/fr/">`,
			},
			not: []string{"La fibre avance", "Texte retiré", "Texte repris", "noindex", "Fibre moves on", "Sans valeurs"},
		},
		"ar": {
			want: []string{`<html lang="ar" dir="rtl">`, "الألياف تتقدم", "مرصد الرقمنة", "المغرب", `lang="fr" dir="ltr" hreflang="fr"><bdi>Le mobile suit`, "Français"},
			not:  []string{"La fibre", "Fibre moves on"},
		},
		"en": {
			want: []string{`<html lang="en" dir="ltr">`, "Fibre moves on", "Half a text", `hreflang="fr"><bdi>Le mobile suit`, "Morocco", `<bdi>91.0</bdi>`},
			not:  []string{"La fibre"},
		},
	} {
		says(t, lang, n.ask(t, "GET", "/"+lang+"/"), test.want, test.not)
	}
}

func TestPortalBeforeAnything(t *testing.T) {
	t.Parallel()
	s := server(t, options(storetest.Open(t)))
	for _, page := range []string{"", "syntheses", "atom.xml", "recherche", "recherche?q=fibre", "a-propos", "contact"} {
		if a := ask(t, s, "GET", "/fr/"+page); a.Code != http.StatusOK {
			t.Errorf("%s: %d", page, a.Code)
		}
	}
	says(t, "home", ask(t, s, "GET", "/fr/"), []string{"Rien n’est encore publié"}, nil)
	says(t, "a page nobody wrote", ask(t, s, "GET", "/fr/contact"), []string{"pas encore écrite", "noindex"}, nil)
	for _, nowhere := range []string{"/fr/themes/absent", "/fr/themes/absent/atom.xml", "/fr/syntheses/absent", "/fr/syntheses/01JD0000000000000000000000", "/sitemap.xml"} {
		if a := ask(t, s, "GET", nowhere); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", nowhere, a.Code)
		}
	}
}

func TestPermalinks(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	at := func(lang, rest string) string { return "/" + lang + "/syntheses/" + string(p.whole) + rest }
	for _, path := range []string{at("fr", ""), at("fr", "-la-fibre-avance"), at("fr", "-"), at("fr", "x"), at("fr", "-fibre-moves-on"), at("fr", "-la-fibre-avance?utm_source=x")} {
		a := n.ask(t, "GET", path)
		if a.Code != http.StatusMovedPermanently || a.Header.Get("Location") != at("fr", "-la-fibre-progresse") {
			t.Errorf("%s: %d to %q", path, a.Code, a.Header.Get("Location"))
		}
	}
	page := n.ask(t, "GET", at("fr", "-la-fibre-progresse"))
	says(t, "the page", page, []string{
		`<link rel="canonical" href="https://observatoire.example` + at("fr", "-la-fibre-progresse") + `">`,
		`<link rel="alternate" hreflang="en" href="https://observatoire.example` + at("en", "-fibre-moves-on") + `">`,
		`<link rel="alternate" hreflang="ar" href="https://observatoire.example` + at("ar", "-"+url.PathEscape("الألياف-تتقدم")) + `">`,
		"<h1><bdi>La fibre progresse</bdi></h1>", "Awa Diallo", "Édition <bdi>2</bdi>", `<section class="endnotes"`, "un foyer sur trois", "Régulateur",
		`href="https://regulateur.example/rapport#:~:text=`, `" rel="external noreferrer"`, `<h2 id="s-les-foyers"`, `<svg `, "https://observatoire.example" + at("fr", "") + "</bdi></code>",
	}, []string{"noindex", "La fibre avance", "pas traduit", "La fibre atteint"})
	// The text that is in French alone, asked for in English.
	other := "/en/syntheses/" + string(p.french) + "-le-mobile-suit"
	says(t, "untranslated", n.ask(t, "GET", other), []string{
		"This text is not translated; here it is in its own language: <bdi>Français</bdi>.", `<article class="synthesis" lang="fr" dir="ltr">`, "noindex", "Le mobile suit de près.",
		`<a href="/ar/syntheses/` + string(p.french) + `-le-mobile-suit" lang="ar" hreflang="ar" dir="rtl">`,
	}, []string{`rel="canonical"`, `rel="alternate" hreflang`})
	says(t, "its own language", n.ask(t, "GET", strings.Replace(other, "/en/", "/fr/", 1)), []string{`rel="alternate" hreflang="fr"`}, []string{`rel="alternate" hreflang="en"`, "noindex"})
}

func TestWithdrawn(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	for _, lang := range []string{"fr", "ar", "en"} {
		says(t, lang, n.ask(t, "GET", "/"+lang+"/syntheses/"+string(p.gone)+"-texte-retire"),
			[]string{"La source s’est rétractée.", "noindex", "Texte retiré", `class="notice warm"`}, []string{"Corps", "En bref", `class="prose`, `rel="canonical"`, `rel="alternate" hreflang`})
	}
	says(t, "half, in French", n.ask(t, "GET", "/fr/syntheses/"+string(p.half)+"-half-a-text"),
		[]string{"Une erreur de calcul.", "What stays in English.", "noindex"}, []string{"Corps", "Texte repris"})
	says(t, "half, in English", n.ask(t, "GET", "/en/syntheses/"+string(p.half)+"-half-a-text"), []string{"What stays in English."}, []string{"Une erreur", "noindex"})
	for _, path := range []string{"/fr/", "/fr/syntheses", "/fr/themes/usages", "/fr/atom.xml", "/fr/themes/usages/atom.xml", "/sitemap.xml", "/fr/recherche?q=retiré"} {
		says(t, path, n.ask(t, "GET", path), nil, []string{"Texte retiré", string(p.gone)})
	}
	// Being written again, it stays withdrawn, and why is the desk's own.
	n.write(t, p.gone, "fr", "Texte refait "+secret, secret)
	says(t, "revised", n.ask(t, "GET", "/fr/syntheses/"+string(p.gone)), []string{"Texte retiré", "a été retirée"}, []string{secret})
	// Published again, it is back.
	n.publish(t, p.gone, "fr", "Texte rendu", "Corrigé.")
	says(t, "back", n.ask(t, "GET", "/fr/syntheses/"+string(p.gone)+"-texte-rendu"), []string{"Corrigé."}, []string{"retirée", "noindex"})
	says(t, "the list", n.ask(t, "GET", "/fr/syntheses"), []string{"Texte rendu"}, nil)
}

// TestPages: the pages that the observatory writes about itself.
func TestWrittenPages(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	n.furnish(t)
	says(t, "fr", n.ask(t, "GET", "/fr/a-propos"), []string{"<h1><bdi>Qui nous sommes</bdi></h1>", "<em>veille</em>", `hreflang="fr"`}, []string{"noindex", `rel="alternate" hreflang="en"`})
	says(t, "en", n.ask(t, "GET", "/en/a-propos"), []string{"This page is not translated", `<article lang="fr" dir="ltr">`, "noindex"}, nil)
	n.update(t, func(tx *store.Tx) error {
		return tx.PutPageText(vigie.PageText{Page: vigie.LegalPage, Lang: "en", Body: "Words.", At: n.clock, N: 1})
	})
	says(t, "untitled", n.ask(t, "GET", "/en/mentions-legales"), []string{"<h1><bdi>Legal notice"}, nil)
}

func TestPaging(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	for i := range 45 {
		topic := []string{"reseaux", "usages"}[i%2]
		n.publish(t, n.begin(t, topic), "fr", fmt.Sprintf("Numéro %02d", i), "Texte.")
	}
	numbers := func(path string) string {
		var out []string
		for _, m := range regexp.MustCompile(`<h3><a href="[^"]*"[^>]*><bdi>Numéro (\d+)`).FindAllStringSubmatch(n.ask(t, "GET", path).Body, -1) {
			out = append(out, m[1])
		}
		return fmt.Sprint(len(out), " ", strings.Join(out, " "))
	}
	for path, want := range map[string]string{
		"/fr/syntheses": "20 44 43", "/fr/syntheses?page=2": "20 24 23", "/fr/syntheses?page=3": "5 04 03 02 01 00", "/fr/syntheses?page=4": "0 ",
		"/fr/syntheses?page=-1": "20 44", "/fr/syntheses?page=99999999999999999999": "20 44", "/fr/syntheses?page=x": "20 44",
		"/fr/themes/usages": "20 43 41", "/fr/themes/usages?page=2": "2 03 01", "/fr/": "6 43",
	} {
		if got := numbers(path); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	second := n.ask(t, "GET", "/fr/syntheses?page=2&fait=x")
	says(t, "page 2", second, []string{`href="/fr/syntheses" rel="prev"`, `href="/fr/syntheses?page=3" rel="next"`, "noindex", "Page <bdi>2</bdi>"}, []string{"fait=x\" rel"})
	says(t, "counts", n.ask(t, "GET", "/fr/"), []string{"<small><bdi>23</bdi></small>", "<small><bdi>22</bdi></small>"}, nil)
}

// TestListsFollow: what is published, revised and withdrawn shows in lists at once,
// in the order of the readers' own language.
func TestListsFollow(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	titles := func(lang string) string {
		var out []string
		for _, m := range regexp.MustCompile(`<h3><a href="[^"]*"[^>]*><bdi>([^<]*)`).FindAllStringSubmatch(n.ask(t, "GET", "/"+lang+"/syntheses").Body, -1) {
			out = append(out, m[1])
		}
		return strings.Join(out, ", ")
	}
	want := func(fr, en string) {
		t.Helper()
		if got := titles("fr") + " | " + titles("en"); got != fr+" | "+en {
			t.Errorf("got %q", got)
		}
	}
	want("", "")
	a, b := n.begin(t), n.begin(t)
	n.publish(t, a, "fr", "A", "Un.")
	n.publish(t, b, "fr", "B", "Deux.")
	want("B, A", "B, A")
	n.publish(t, a, "en", "A in English", "One.")
	want("B, A", "A in English, B")
	n.publish(t, a, "fr", "A encore", "Un.")
	want("A encore, B", "A in English, B")
	n.withdraw(t, b, "fr", "")
	want("A encore", "A in English")
	n.withdraw(t, a, "fr", "")
	want("A in English", "A in English")
}

func TestPortalSearch(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	for path, test := range map[string]struct{ want, not []string }{
		"/fr/recherche?q=FIBRES": {
			want: []string{"La <mark>fibre</mark> progresse", "/fr/syntheses/" + string(p.whole) + "-la-fibre-progresse", "Synthèse", `value="FIBRES"`, "langue=toutes", "noindex"},
			not:  []string{"Fibre moves on", "</mark>s"},
		},
		"/fr/recherche?q=fibre&langue=toutes":                    {want: []string{"<mark>Fibre</mark> moves on", "/en/syntheses/" + string(p.whole) + "-fibre-moves-on", "English", "Chercher en français"}},
		"/ar/recherche?q=" + url.QueryEscape("الألياف"):          {want: []string{"<mark>الألياف</mark> تتقدم", "نتيجة واحدة"}},
		"/en/recherche?q=" + url.QueryEscape(`"third of homes"`): {want: []string{"<mark>third</mark> <mark>of</mark> <mark>homes</mark>"}},
		"/en/recherche?q=internet+users":                         {want: []string{`href="/en/indicateurs/internautes"`, "Indicator", "<mark>Internet</mark> <mark>users</mark>"}},
		"/fr/recherche?q=veille":                                 {want: []string{`href="/fr/a-propos"`, "Page"}},
		"/fr/recherche?q=" + secret:                              {want: []string{"Rien ne correspond"}, not: []string{"result"}},
		"/fr/recherche?q=foyer":                                  {want: []string{"<mark>foyers</mark>"}, not: []string{"reste"}},
		"/fr/recherche?q=%3Cscript%3Ealert(1)%3C/script%3E":      {want: []string{"&lt;script&gt;"}, not: []string{"<script>alert"}},
		"/fr/recherche?q=%FF%FE" + strings.Repeat("a", 5000):     {want: []string{"Rien ne correspond"}},
		"/fr/recherche?q=+":                                      {want: []string{"Cherchez dans les synthèses"}},
		"/fr/recherche?q=fibre&page=999999":                      {},
	} {
		says(t, path, n.ask(t, "GET", path), test.want, test.not)
	}
}
