package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
)

// TestThesaurusLanguages: a page that answers a form leads to its other languages.
func TestThesaurusLanguages(t *testing.T) {
	t.Parallel()
	d := wording(t)
	stale := d.conceptForm(portability, url.Values{"vu": {"7"}, "prefere-fr": {"autre chose"}})
	faulty := d.conceptForm(portability, url.Values{"prefere-fr": {"Fibre OPTIQUE"}})
	for name, tc := range map[string]struct {
		form url.Values
		code int
	}{"stale": {stale, http.StatusConflict}, "faulty": {faulty, http.StatusUnprocessableEntity}} {
		r := d.post(portability, tc.form)
		if r.Code != tc.code || !strings.Contains(r.Body, `<a href="/ar/bureau/thesaurus/number-portability" lang="ar"`) || strings.Contains(r.Body, `<a href="/ar/" lang="ar"`) {
			t.Errorf("%s: %d leads elsewhere", name, r.Code)
		}
	}
	if r := d.get("/ar/bureau/thesaurus/number-portability"); r.Code != http.StatusOK {
		t.Errorf("and there is %d", r.Code)
	}
}

// TestThesaurusQuotes: a name with a quotation mark is searched for as the words it has.
func TestThesaurusQuotes(t *testing.T) {
	t.Parallel()
	d := wording(t)
	form := url.Values{"prefere-fr": {`mât "zaptel" 5"`}, "prefere-en": {"Guyed mast of zaptel"}}
	r := d.post("/fr/bureau/nouveau-concept", form)
	at, _, _ := strings.Cut(r.Header.Get("Location"), "?")
	page := html.UnescapeString(d.get(at).Body)
	if want := "?q=" + url.QueryEscape(`"mât  zaptel  5 "`); !strings.Contains(page, want) {
		t.Errorf("%s does not lead to %s", at, want)
	}
}

// TestThesaurusTaken: a concept does not come back where another has its name, and the
// page says so.
func TestThesaurusTaken(t *testing.T) {
	t.Parallel()
	d := wording(t)
	d.post(portability+"/retirer", url.Values{"vu": {"0"}})
	d.post("/fr/bureau/nouveau-concept", url.Values{"prefere-fr": {"portabilité des numéros"}, "prefere-en": {"Moving numbers about"}})
	r := d.post(portability+"/retablir", url.Values{"vu": {"1"}})
	if r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "déjà le nom préféré") || !strings.Contains(r.Body, "Ce concept est retiré") {
		t.Errorf("%d", r.Code)
	}
}

// TestThesaurusOtherFile: who goes back and chooses another file sends the identity of
// the first one again, and it is another import.
func TestThesaurusOtherFile(t *testing.T) {
	t.Parallel()
	d := wording(t)
	file := d.get(thesaurusPage + "/thesaurus.rdf").Body
	id := vigie.NewID[string](now())
	first := sendTermsAs(d, id, []byte(file))
	other := sendTermsAs(d, id, []byte(strings.Replace(file, "portabilité des numéros<", "portabilité zaptel<", 1)))
	at := other.Header().Get("Location")
	if first.Header().Get("Location") != termImport+"/"+id || other.Code != http.StatusSeeOther || at == termImport+"/"+id {
		t.Fatalf("%d to %q, then %d to %q", first.Code, first.Header().Get("Location"), other.Code, at)
	}
	if page := d.get(at); page.Code != http.StatusOK || !strings.Contains(page.Body, "<bdi>1</bdi> modifié") {
		t.Errorf("the other one: %d", page.Code)
	}
	if page := d.get(termImport + "/" + id); page.Code != http.StatusOK || strings.Contains(page.Body, "<bdi>1</bdi> modifié") {
		t.Errorf("the first one: %d", page.Code)
	}
}
