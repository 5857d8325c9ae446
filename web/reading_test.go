package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web/browsertest"
)

// report is a document of three pages, with its archived copy.
func report(t *testing.T, d *desk, mediaType string, copied []byte) vigie.DocumentID {
	t.Helper()
	s := storetest.Source(t, d.o.DB, "https://saltmarsh.example/"+string(vigie.HashOf(copied)))
	filed, err := d.o.DB.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{{
		GUID: "r", URL: s.URL,
		Capture: &vigie.Capture{URL: s.URL, Status: 200, MediaType: mediaType, Body: copied, Fetched: now()},
		Document: vigie.Document{
			URL: s.URL, Title: "Rapport sur l’accès", Lang: "fr", MediaType: mediaType, Pages: 3,
			Body: []vigie.Paragraph{
				{Kind: vigie.Heading, Level: 1, Text: "Résumé", Page: 1},
				{Text: "Le haut débit progresse dans les îles <b>", Page: 1},
				{Kind: vigie.Heading, Level: 2, Text: "Méthode", Page: 3},
				{Text: "Le HAUT DÉBIT est mesuré; الشَّبكة أيضا.", Page: 3},
				{Kind: vigie.Row, Text: "Île\tHaut débit", Page: 3},
				{Kind: vigie.Row, Text: "Nord\t61", Page: 3},
				{Text: "Diﬀusion ﬁnale", Page: 3},
			},
		},
	}}}})
	if err != nil || len(filed.Documents) != 1 {
		t.Fatalf("filed %+v, %v", filed, err)
	}
	return filed.Documents[0]
}

// TestReadingWithin: words are found whatever their case, accents and vowel signs, a
// quotation by its place, a page by its number.
func TestReadingWithin(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Curator)
	path := "/fr/bureau/tri/" + string(report(t, d, "application/pdf", []byte("%PDF-1.7 made up")))
	for _, test := range []struct {
		query   string
		marks   int
		want    []string
		without string
	}{
		{"?mots=haut+debit", 3, []string{`<mark id="m1">haut débit</mark>`, `<mark id="m2">HAUT DÉBIT</mark>`, `<td><bdi><mark id="m3">Haut débit</mark>`, "<bdi>3</bdi> endroits", `href="#m3"`}, ""},
		{"?mots=%D8%A7%D9%84%D8%B4%D8%A8%D9%83%D8%A9", 1, []string{`<mark id="m1">الشَّبكة</mark>`}, ""},
		{"?mots=iles+progresse", 2, []string{`<mark id="m1">progresse</mark>`, `<mark id="m2">îles</mark>`}, ""}, // no phrase, but one line
		{"?mots=dif", 1, []string{`<mark id="m1">Diﬀ</mark>usion`}, ""},                                          // half of a ligature is all of it
		{"?mots=fi", 1, []string{`<mark id="m1">ﬁ</mark>nale`}, ""},
		{"?mots=absent", 0, []string{"Ces mots ne sont pas dans ce texte"}, ""},
		{"?debut=7&fin=20", 1, []string{`<mark id="m1">Le haut débit</mark> progresse`}, "endroit"},
		{"?debut=0&fin=9", 2, []string{`<mark id="m1">Résumé</mark>`, `<mark>Le</mark>`}, ""}, // over the end of a line
		{"?debut=90000&fin=90009", 0, nil, "<mark"},
		{"?debut=-3&fin=2", 0, nil, "<mark"},
		{"", 0, []string{`id="p3"`, `/copie?revision=1#page=3"`, `href="#s2"`, `<h3 id="s2"`, "Sommaire (<bdi>2</bdi> titres)", "&lt;b&gt;"}, "<mark"},
	} {
		page := d.get(path + test.query).Body
		_, body, _ := strings.Cut(page, "data-document")
		body, _, _ = strings.Cut(body, "</div>")
		if got := strings.Count(body, "<mark"); got != test.marks {
			t.Errorf("%s: %d marks", test.query, got)
		}
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page has no %s", test.query, want)
			}
		}
		if test.without != "" && strings.Contains(body, test.without) {
			t.Errorf("%s: the text has %s", test.query, test.without)
		}
	}
	for asked, want := range map[string]string{"3": "#p3", "2": "#p1", "99": "#p3", "0": "#p1"} {
		if r := d.get(path + "?revision=1&page=" + asked); r.Code != http.StatusSeeOther || !strings.HasSuffix(r.Header.Get("Location"), "?revision=1"+want) {
			t.Errorf("page %s: %d, %s", asked, r.Code, r.Header.Get("Location"))
		}
	}
}

// TestKeptCopy: what was archived is shown as what it is, and can do nothing.
func TestKeptCopy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Curator)
	for _, test := range []struct {
		mediaType, body, want, disposition string
		sandbox                            bool
	}{
		{"application/pdf", "%PDF-1.7 made up", "application/pdf", "inline", false},
		{"application/octet-stream", "%PDF-1.7 made up", "application/octet-stream", "attachment", true},
		{"application/pdf", "<script>alert(1)</script>", "application/octet-stream", "attachment", true},
		{"text/html", "<script>alert(1)</script>", "text/html", "", true},
		{"image/svg+xml", "<svg onload=alert(1)>", "application/octet-stream", "attachment", true},
	} {
		id := report(t, d, test.mediaType, []byte(test.body+test.mediaType))
		r := d.get("/fr/bureau/tri/" + string(id) + "/copie")
		policy := r.Header.Get("Content-Security-Policy")
		if r.Code != http.StatusOK || r.Header.Get("Content-Type") != test.want || !strings.HasPrefix(r.Header.Get("Content-Disposition"), test.disposition) ||
			!strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "sandbox") != test.sandbox || !strings.HasPrefix(r.Body, test.body) {
			t.Errorf("%s %.10s: %d %v", test.mediaType, test.body, r.Code, r.Header)
		}
	}
	if r := d.get("/fr/bureau/tri/" + string(d.docs[0]) + "/copie"); r.Code != http.StatusNotFound {
		t.Errorf("a document without a copy: %d", r.Code)
	}
}

// TestReadingInBrowser reads a long report: its table of contents, its pages, a search
// within it, and a quotation with its page.
func TestReadingInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	d := newDesk(t, vigie.Editor)
	long := make([]vigie.Paragraph, 0, 400)
	for page := 1; page <= 60; page++ {
		long = append(long, vigie.Paragraph{Kind: vigie.Heading, Level: 1 + page%3, Text: "الفصل " + strconv.Itoa(page), Page: page})
		for range 4 {
			long = append(long, vigie.Paragraph{Text: "تقيس هذه الوثيقة انتشار الشبكة الثابتة في الجزر وسرعتها. " + strconv.Itoa(page), Page: page})
		}
	}
	src := source(t, d.o.DB, "مرصد الملح", "https://milh.example/flux.xml")
	arabic := storetest.File(t, d.o.DB, src, vigie.Document{URL: "https://milh.example/r.pdf", Title: "تقرير الشبكة", Lang: "ar", MediaType: "application/pdf", Pages: 60, Body: long})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	d.who(r)
	base := serve(t, d.s)
	var cookies []map[string]any
	for _, c := range r.Cookies() {
		cookies = append(cookies, map[string]any{"name": c.Name, "value": c.Value, "url": base})
	}
	browsertest.Run(t, "reading.mjs", map[string]any{
		"base": base, "cookies": cookies, "short": report(t, d, "application/pdf", []byte("%PDF-1.7 made up")), "long": arabic[0],
	})
}
