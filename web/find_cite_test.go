package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// reference is the sentence that a page offers to be copied, "" for none.
func reference(page string) string {
	m := regexp.MustCompile(`<textarea id="reference"[^>]*>([^<]*)</textarea>`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func TestCiteDocument(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Curator)
	kept := report(t, d, "application/pdf", []byte("%PDF-1.7 made up"))
	for path, want := range map[string]string{
		"/fr/bureau/tri/" + string(d.docs[0]): "Le régulateur publie ses chiffres. Journal du Fleuve, 19 novembre 2026. https://fleuve.example/1",
		"/en/bureau/tri/" + string(d.docs[0]): "Le régulateur publie ses chiffres. Journal du Fleuve, 19 November 2026. https://fleuve.example/1",
		"/ar/bureau/tri/" + string(d.docs[0]): "\u2068Le régulateur publie ses chiffres\u2069. \u2068Journal du Fleuve\u2069، 19 نونبر 2026. \u2068https://fleuve.example/1\u2069",
		"/fr/bureau/tri/" + string(d.docs[4]): "\u2068المدن المتوسطة تلتحق بالشبكة\u2069. \u2068صحيفة الواحة\u2069, 17 novembre 2026. https://waha.example/2",
		"/fr/bureau/tri/" + string(kept):      "(consulté le ",
	} {
		if got := reference(d.get(path).Body); !strings.Contains(got, want) {
			t.Errorf("%s offers %q", path, got)
		}
	}
	path := "/fr/bureau/tri/" + string(kept)
	says(t, "the page", d.get(path), []string{`href="` + path + `/citation?format=ris" download`}, nil)
	a := d.get(path + "/citation?format=ris")
	says(t, "the record", a, []string{"TY  - RPRT\r\n", "SP  - 3\r\n", "N1  - Copie conservée le ", "Y2  - 2026/"}, []string{"haut débit"})
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="`+string(kept)+`.ris"` {
		t.Errorf("it is saved as %q", got)
	}
	for path, want := range map[string]int{
		path + "/citation": http.StatusBadRequest, path + "/citation?format=doc": http.StatusBadRequest, path + "/citation?format=csv": http.StatusOK,
		"/fr/bureau/tri/x/citation?format=ris": http.StatusNotFound, "/fr/bureau/tri/01JD0000000000000000000000/citation?format=ris": http.StatusNotFound,
	} {
		if a := d.get(path); a.Code != want {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
}

// TestCiteWithdrawn: of what was withdrawn nothing is said elsewhere.
func TestCiteWithdrawn(t *testing.T) {
	t.Parallel()
	d := searching(t)
	err := d.o.DB.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Withdraw(store.Withdrawal{Document: d.docs[0], By: "x", At: now(), Why: "Ordonnance"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	path := "/fr/bureau/tri/" + string(d.docs[0])
	if a := d.get(path + "/citation?format=ris"); a.Code != http.StatusNotFound || strings.Contains(a.Body, "fleuve.example") {
		t.Errorf("a withdrawn document is cited: %d", a.Code)
	}
	says(t, "its page", d.get(path), nil, []string{"/citation?", `id="reference"`})
	says(t, "the export", d.get(exportPath("fr", "chiffres", "json")), []string{"waha.example/1"}, []string{"fleuve.example/1"})
}

func TestCiteSynthesis(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	at := func(lang string) string { return "/" + lang + "/syntheses/" + string(p.whole) }
	page := n.ask(t, http.MethodGet, at("fr")+"-la-fibre-progresse")
	says(t, "the page", page, []string{
		`<meta name="citation_title" content="La fibre progresse">`, `<meta name="citation_author" content="Diallo, Awa">`,
		`<meta name="citation_publisher" content="Observatoire du numérique">`, `<meta name="citation_language" content="fr">`,
		`<meta name="citation_keywords" content="Réseaux; Usages">`, `<meta name="citation_publication_date" content="2026/10/01">`,
		`<meta name="citation_abstract_html_url" content="https://observatoire.example` + at("fr") + `">`, `href="` + at("fr") + `/citation?format=bib" download`,
	}, nil)
	if got, want := reference(page.Body), "Awa Diallo. La fibre progresse. Observatoire du numérique, 1er octobre 2026. https://observatoire.example"+at("fr")+" (consulté le "; !strings.HasPrefix(got, want) {
		t.Errorf("it offers %q", got)
	}
	for lang, want := range map[string]string{
		"fr": "T2  - Observatoire du numérique\r\n", "ar": "TI  - الألياف تتقدم\r\n", "en": "KW  - Networks\r\n",
	} {
		says(t, lang, n.ask(t, http.MethodGet, at(lang)+"/citation?format=ris"), []string{want, "AU  - Diallo, Awa\r\n", "UR  - https://observatoire.example" + at(lang) + "\r\n"}, []string{secret})
	}
	says(t, "a text in another language", n.ask(t, http.MethodGet, "/en/syntheses/"+string(p.french)+"/citation?format=csl"), []string{`"language":"fr"`, "/fr/syntheses/"}, nil)
	says(t, "a list", n.ask(t, http.MethodGet, "/fr/syntheses"), nil, []string{"citation_"})
	for path, want := range map[string]int{
		at("fr") + "/citation?format=csv": http.StatusBadRequest, "/fr/syntheses/" + string(p.gone) + "/citation?format=ris": http.StatusNotFound,
		"/fr/syntheses/x/citation?format=ris": http.StatusNotFound,
	} {
		if a := n.ask(t, http.MethodGet, path); a.Code != want {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
}
