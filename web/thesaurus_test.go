package web_test

import (
	"bytes"
	"fmt"
	"html"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

const (
	thesaurusPage = "/fr/bureau/thesaurus"
	portability   = thesaurusPage + "/number-portability"
	termImport    = "/fr/bureau/importer-thesaurus"
)

// wording is a desk of an editor with one document in English, whose searches know the
// thesaurus.
func wording(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, o: options(storetest.Open(t))}
	people(t, &d.o)
	_, d.who = signed(t, d.o, vigie.Editor)
	src := source(t, d.o.DB, "Telecom Papers", "https://papers.example/rss")
	storetest.File(t, d.o.DB, src, vigie.Document{URL: "https://papers.example/1", Title: "One day", Lang: "en", Body: []vigie.Paragraph{{Text: "Number portability took one day."}}})
	x, err := index.Open(t.Context(), t.TempDir(), d.o.DB, index.Options{})
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
	builtIn, err := thesaurus.Default()
	if err != nil {
		t.Fatal(err)
	}
	x.Interpret(builtIn)
	d.o.Found = x
	d.s = server(t, d.o)
	return d
}

// finds reports whether a search finds the document.
func (d *desk) finds(words string) bool {
	d.t.Helper()
	page := d.get("/fr/bureau/recherche?" + url.Values{"q": {words}}.Encode())
	if page.Code != http.StatusOK {
		d.t.Fatalf("search: %d", page.Code)
	}
	return strings.Contains(page.Body, "One day")
}

// form is what stands in the form of a concept, with some of it changed.
func (d *desk) conceptForm(path string, change url.Values) url.Values {
	d.t.Helper()
	page := d.get(path)
	form := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<textarea id="([^"]+)"[^>]*>\n(.*?)</textarea>`).FindAllStringSubmatch(page.Body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`<input id="(prefere-[a-z]+)" name="[^"]+" value="([^"]*)"`).FindAllStringSubmatch(page.Body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	if m := regexp.MustCompile(`name="vu" value="([0-9]+)"`).FindStringSubmatch(page.Body); m != nil {
		form.Set("vu", m[1])
	}
	if form.Get("prefere-fr") == "" && !strings.Contains(path, "nouveau") {
		d.t.Fatalf("%s: %d has no form:\n%s", path, page.Code, page.Body)
	}
	maps.Copy(form, change)
	return form
}

// TestThesaurusConcept changes a concept, hides it and brings it back: each time the
// next search knows.
func TestThesaurusConcept(t *testing.T) {
	d := wording(t)
	if !d.finds("portabilité des numéros") || d.finds("zaptel") {
		t.Fatal("the built-in thesaurus is not used")
	}
	step := func(path string, form url.Values, done string) {
		t.Helper()
		if r := d.post(path, form); r.Code != http.StatusSeeOther || !strings.HasSuffix(r.Header.Get("Location"), "?fait="+done) {
			t.Fatalf("%s: %d to %q\n%s", path, r.Code, r.Header.Get("Location"), r.Body)
		}
	}
	form := d.conceptForm(portability, nil)
	form.Set("autres-fr", form.Get("autres-fr")+"\r\n  zaptel   <b> \r\n\r\n=ZPT\nzaptel")
	step(portability, form, "thesaurus.changed")
	if !d.finds("zaptel") {
		t.Error("the next search does not know the new name")
	}
	page := d.get(portability).Body
	for _, part := range []string{"Modifié ici", "zaptel &lt;b&gt;", "reconnu tel quel", "Camille editor", "Plus étroits", thesaurusPage + "/number-portability/retablir"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if r := d.post(portability, form); r.Code != http.StatusSeeOther {
		t.Errorf("the same again changes nothing: %d", r.Code)
	}
	stale := maps.Clone(form)
	stale.Set("prefere-fr", "autre chose")
	if r := d.post(portability, stale); r.Code != http.StatusConflict || !strings.Contains(r.Body, "autre chose") || !strings.Contains(r.Body, "entre-temps") {
		t.Errorf("a stale form: %d", r.Code)
	}
	step(portability+"/retirer", url.Values{"vu": {"1"}}, "thesaurus.hidden")
	if d.finds("zaptel") || d.finds("portabilité des numéros") {
		t.Error("a hidden concept is used")
	}
	if page := d.get(portability).Body; !strings.Contains(page, "Ce concept est retiré") || strings.Contains(page, "/retirer\"") {
		t.Error("the page does not say that it is hidden")
	}
	if r := d.post(portability+"/retablir", url.Values{"vu": {"1"}}); r.Code != http.StatusConflict {
		t.Errorf("a stale button: %d", r.Code)
	}
	step(portability+"/retablir", url.Values{"vu": {"2"}}, "thesaurus.restored")
	if d.finds("zaptel") || !d.finds("portabilité des numéros") {
		t.Error("it is not as it came")
	}
}

// TestThesaurusUnchanged looks at the thesaurus, and tries in vain to change it.
func TestThesaurusUnchanged(t *testing.T) {
	d := wording(t)
	t.Run("faults", func(t *testing.T) { thesaurusFaults(t, d) })
	t.Run("list", func(t *testing.T) { thesaurusList(t, d) })
	t.Run("files", func(t *testing.T) { thesaurusFiles(t, d) })
}

// thesaurusFaults: each thing that is wrong with a concept is said at its field.
func thesaurusFaults(t *testing.T, d *desk) {
	t.Helper()
	for name, tc := range map[string]struct {
		change url.Values
		field  string
		says   string
	}{
		"taken":    {url.Values{"prefere-fr": {"Fibre OPTIQUE"}}, "prefere-fr", "déjà le nom préféré"},
		"taken, 2": {url.Values{"autres-en": {"optical fibre"}}, "autres-en", "déjà le nom préféré"},
		"hostile":  {url.Values{"prefere-en": {"a|<script>"}}, "prefere-en", "a|&lt;script&gt;"},
		"long":     {url.Values{"autres-es": {strings.Repeat("é", 150)}}, "autres-es", "trop long"},
		"many":     {url.Values{"autres-ar": {manyLines(50)}}, "autres-ar", "40 noms au plus"},
		"twice":    {url.Values{"autres-mul": {strings.Repeat("MNP2\n", 2)}}, "autres-mul", "deux fois"},
		"no words": {url.Values{"autres-mul": {"+-+"}}, "autres-mul", "aucun mot"},
		"unknown":  {url.Values{"larges": {"<nulle part>"}}, "larges", "&lt;nulle part&gt;"},
		"circle":   {url.Values{"larges": {"number-portability"}}, "larges", "lui-même"},
		"links":    {url.Values{"voisins": {manyLines(30)}}, "voisins", "24 concepts"},
		"nothing":  {url.Values{"prefere-fr": {" "}, "prefere-ar": {""}, "prefere-en": {""}, "prefere-es": {""}, "autres-fr": {}, "autres-ar": {}, "autres-en": {}, "autres-es": {}, "autres-mul": {}}, "prefere-fr", "au moins un nom"},
	} {
		r := d.post(portability, d.conceptForm(portability, tc.change))
		at := regexp.MustCompile(`(?s)<p class="error" id="` + tc.field + `-error">.*?</p>`).FindString(r.Body)
		if r.Code != http.StatusUnprocessableEntity || !strings.Contains(at, tc.says) || !strings.Contains(r.Body, `<a href="#`+tc.field+`">`) {
			t.Errorf("%s: %d, at the field %q\n%s", name, r.Code, at, regexp.MustCompile(`(?s)<div class="errors".*?</div>`).FindString(r.Body))
		}
		if strings.Contains(r.Body, "<script>") {
			t.Errorf("%s: it comes back as it was sent", name)
		}
	}
	err := d.o.DB.View(func(tx *store.Tx) error {
		for term := range tx.Terms() {
			t.Errorf("%s was kept", term.ID)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func manyLines(n int) string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprint("nom ", i))
	}
	return strings.Join(out, "\n")
}

// TestThesaurusNew adds a concept, linked by the name of another.
func TestThesaurusNew(t *testing.T) {
	d := wording(t)
	const at = "/fr/bureau/nouveau-concept"
	form := url.Values{"prefere-fr": {"mât zaptel"}, "prefere-en": {"Number portability took"}, "larges": {"Portabilité des numéros"}}
	if r := d.post(at, maps.Clone(form)); r.Code != http.StatusSeeOther || r.Header.Get("Location") != thesaurusPage+"/number-portability-took?fait=thesaurus.added" {
		t.Fatalf("%d to %q\n%s", r.Code, r.Header.Get("Location"), r.Body)
	}
	if !d.finds("mât zaptel") {
		t.Error("the next search does not know it")
	}
	if page := d.get(portability).Body; !strings.Contains(page, "mât zaptel") {
		t.Error("the broader concept does not lead to it")
	}
	form.Set("prefere-fr", "autre")
	form.Set("prefere-en", "another")
	for id, want := range map[string]string{"number-portability-took": "porte déjà", "A b": "pas un identifiant"} {
		form.Set("id", id)
		if r := d.post(at, form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, want) || !strings.Contains(r.Body, `id="id-error"`) {
			t.Errorf("%q: %d", id, r.Code)
		}
	}
	if page := d.get(thesaurusPage + "?etat=ajoutes"); !strings.Contains(page.Body, "mât zaptel") || !strings.Contains(page.Body, "<bdi>1</bdi> concept") {
		t.Error("the list of what was added does not name it")
	}
}

// thesaurusList looks through the list.
func thesaurusList(t *testing.T, d *desk) {
	t.Helper()
	rows := func(body string) int { return strings.Count(body, `<th scope="row">`) }
	first := d.get(thesaurusPage).Body
	if rows(first) != 100 || !strings.Contains(first, `rel="next"`) || strings.Contains(first, `rel="prev"`) {
		t.Errorf("%d rows", rows(first))
	}
	if next := d.get(thesaurusPage + "?page=6").Body; rows(next) < 1 || !strings.Contains(next, `rel="prev"`) || strings.Contains(next, `rel="next"`) {
		t.Errorf("%d rows on the last page", rows(next))
	}
	for query, want := range map[string]string{
		"?q=PORTABILITE+des": "number-portability", "?q=" + url.QueryEscape("نقل الأرقام"): "number-portability", "?q=number-portab": "number-portability",
		"?manque=es": "Aucun concept ne répond", "?etat=retires": "Aucun concept ne répond", "?q=%3Cscript%3Ezzq&page=1000000&manque=x&etat=x": "Aucun concept ne répond",
		"?q=%ff%00" + strings.Repeat("x", 3000): "Aucun concept ne répond",
	} {
		page := d.get(thesaurusPage + query)
		if page.Code != http.StatusOK || !strings.Contains(page.Body, want) || strings.Contains(page.Body, "<script>") {
			t.Errorf("%.40s: %d without %q", query, page.Code, want)
		}
	}
	if page := d.get(thesaurusPage + "/nowhere"); page.Code != http.StatusNotFound {
		t.Errorf("an unknown concept: %d", page.Code)
	}
	_, reader := signedAs(t, d.o, vigie.Reader, "lecture@observatoire.example")
	if page := ask(t, d.s, "GET", portability, reader); page.Code != http.StatusOK || strings.Contains(page.Body, "Modifier le concept") || strings.Contains(page.Body, "/retirer") {
		t.Errorf("a reader: %d, may change it", page.Code)
	}
}

// sendTerms sends a file of concepts.
func sendTerms(d *desk, body []byte) *httptest.ResponseRecorder {
	d.t.Helper()
	return sendTermsAs(d, vigie.NewID[string](now()), body)
}

func sendTermsAs(d *desk, id string, body []byte) *httptest.ResponseRecorder {
	d.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("id", id)
	part, err := w.CreateFormFile("fichier", "termes <b>.rdf")
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = part.Write(body)
	_ = w.Close()
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, termImport, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1"
	d.who(r)
	out := httptest.NewRecorder()
	d.s.ServeHTTP(out, r)
	return out
}

// TestThesaurusFile takes the thesaurus away, changes it and brings it back.
func TestThesaurusFile(t *testing.T) {
	d := wording(t)
	export := d.get(thesaurusPage + "/thesaurus.rdf")
	if got := export.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/rdf+xml") || !strings.Contains(export.Body, "number-portability") {
		t.Fatalf("%s", got)
	}
	plan := func(file string) (at string, page answer) {
		t.Helper()
		r := sendTerms(d, []byte(file))
		if at = r.Header().Get("Location"); r.Code != http.StatusSeeOther || !strings.HasPrefix(at, termImport+"/") {
			t.Fatalf("%d to %q\n%s", r.Code, at, r.Body)
		}
		return at, d.get(at)
	}
	seen := func(page answer) url.Values {
		return url.Values{"vu": {regexp.MustCompile(`name="vu" value="([0-9a-f]+)"`).FindStringSubmatch(page.Body)[1]}}
	}
	if _, page := plan(export.Body); !strings.Contains(page.Body, "<bdi>0</bdi> nouveau concept") || strings.Contains(page.Body, "Reprendre dans le thésaurus") {
		t.Error("what was taken away differs from what is there")
	}
	altered := strings.Replace(export.Body, "portabilité des numéros<", "portabilité zaptel<", 1)
	altered = strings.Replace(altered, "</rdf:RDF>", `<skos:Concept rdf:about="https://litt.example/x/Mast"><skos:prefLabel xml:lang="fr">mât &lt;b&gt;</skos:prefLabel></skos:Concept></rdf:RDF>`, 1)
	at, page := plan(altered)
	for _, part := range []string{"<bdi>1</bdi> nouveau concept", "<bdi>1</bdi> modifié", "mât &lt;b&gt;", "termes &lt;b&gt;.rdf", "portabilité des numéros"} {
		if !strings.Contains(page.Body, part) {
			t.Errorf("the plan does not say %q:\n%s", part, page.Body)
		}
	}
	if r := d.post(at, url.Values{"vu": {"00"}}); r.Code != http.StatusConflict || d.finds("portabilité zaptel") {
		t.Errorf("another plan: %d", r.Code)
	}
	agreed := seen(page)
	d.post(portability+"/retirer", url.Values{"vu": {"0"}})
	if r := d.post(at, agreed); r.Code != http.StatusConflict || !strings.Contains(r.Body, "<bdi>2</bdi> nouveaux concepts") {
		t.Errorf("changed meanwhile: %d", r.Code)
	}
	for range 2 { // sent twice, it is one import
		if r := d.post(at, seen(d.get(at))); r.Code != http.StatusSeeOther || r.Header.Get("Location") != thesaurusPage+"?fait=thesaurus.imported" {
			t.Fatalf("%d to %q", r.Code, r.Header.Get("Location"))
		}
	}
	if !d.finds("portabilité zaptel") || d.get(thesaurusPage+"/mast").Code != http.StatusOK {
		t.Error("the file was not taken in")
	}
	if last := func() (n int) {
		_ = d.o.DB.View(func(tx *store.Tx) error {
			term, err := tx.Term("mast")
			n = term.N
			return err
		})
		return n
	}(); last != 1 {
		t.Errorf("the concept was added %d times", last)
	}
}

// thesaurusFiles: a file that cannot be taken changes nothing, and it is said where it
// is wrong.
func thesaurusFiles(t *testing.T, d *desk) {
	t.Helper()
	const head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">` + "\n"
	for name, tc := range map[string]struct {
		file, says string
		code       int
	}{
		"nothing":  {"", "Choisissez un fichier", http.StatusUnprocessableEntity},
		"no XML":   {"id;fr\n1;mât", "has no rdf:RDF element", http.StatusUnprocessableEntity},
		"cut":      {head + `<skos:Concept rdf:about="urn:x:a">`, "line 2", http.StatusUnprocessableEntity},
		"entities": {`<!DOCTYPE x [<!ENTITY a "b">]>` + head, "has a document type", http.StatusUnprocessableEntity},
		"no label": {head + `<skos:Concept rdf:about="urn:x:mast"/></rdf:RDF>`, "line 2, concept mast: has no label", http.StatusUnprocessableEntity},
		"hostile":  {head + `<skos:Concept rdf:about="urn:x:mast"><skos:prefLabel xml:lang="&lt;b&gt;">x</skos:prefLabel></skos:Concept></rdf:RDF>`, "which is no language tag", http.StatusUnprocessableEntity},
		"large":    {head + strings.Repeat(" ", thesaurus.MaxBytes), "dépasse 8 Mo", http.StatusRequestEntityTooLarge},
		"huge":     {head + strings.Repeat(" ", thesaurus.MaxBytes+1<<20), "dépasse 8 Mo", http.StatusRequestEntityTooLarge},
	} {
		r := sendTerms(d, []byte(tc.file))
		if r.Code != tc.code || !strings.Contains(r.Body.String(), tc.says) || strings.Contains(r.Body.String(), "<b>") {
			t.Errorf("%s: %d without %q", name, r.Code, tc.says)
		}
	}
	if r := d.get(termImport + "/" + vigie.NewID[string](now())); r.Code != http.StatusSeeOther || r.Header.Get("Location") != termImport+"?fait=thesaurus.gone" {
		t.Errorf("a file that is gone: %d to %q", r.Code, r.Header.Get("Location"))
	}
}
