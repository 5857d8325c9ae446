package web_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
	"vigie/web"
)

// desk is a server with documents to sort, and who sorts them.
type desk struct {
	t    *testing.T
	s    *web.Server
	o    web.Options
	who  func(*http.Request)
	docs []vigie.DocumentID
}

func newDesk(t *testing.T, role vigie.Role) *desk {
	t.Helper()
	o := options(storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: now}))
	people(t, &o)
	d := &desk{t: t, o: o, s: server(t, o)}
	_, d.who = signed(t, o, role)
	src := source(t, o.DB, "Journal du Fleuve", "https://fleuve.example/flux.xml")
	other := source(t, o.DB, "صحيفة الواحة", "https://waha.example/rss")
	day := func(n int) vigie.Date {
		return vigie.Date{Time: time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
	}
	d.docs = storetest.File(t, o.DB, src,
		vigie.Document{
			URL: "https://fleuve.example/1", Title: "Le régulateur publie ses chiffres", Lang: "fr", Published: day(19), Publisher: "Journal du Fleuve",
			Summary: "Le trafic double.", Body: []vigie.Paragraph{
				{Kind: vigie.Heading, Level: 1, Text: "Le marché", Page: 1},
				{Text: "Le trafic double en un an."},
				{Kind: vigie.Item, Text: "fixe"},
				{Kind: vigie.Item, Text: "mobile"},
				{Kind: vigie.Row, Text: "Année\t2026", Page: 2},
			},
		},
		vigie.Document{URL: "https://fleuve.example/2", Title: "Neuf villes reliées", Lang: "fr", Published: day(18)},
		vigie.Document{URL: "https://fleuve.example/3", Title: "", Lang: "fr", Published: day(16)},
	)
	d.docs = append(d.docs, storetest.File(t, o.DB, other,
		vigie.Document{URL: "https://waha.example/1", Title: "LE REGULATEUR publie, ses chiffres", Lang: "fr", Published: day(20)},
		vigie.Document{URL: "https://waha.example/2", Title: "المدن المتوسطة تلتحق بالشبكة", Lang: "ar", Published: day(17)},
	)...)
	tellStories(t, o.DB)
	return d
}

// tellStories does what the follower of the stories does.
func tellStories(t *testing.T, db *store.DB) {
	t.Helper()
	if _, err := curate.NewStories(db, slog.New(slog.DiscardHandler)).CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) get(path string) answer {
	d.t.Helper()
	return ask(d.t, d.s, "GET", path, d.who)
}

// post sends a form as a browser does.
func (d *desk) post(path string, form url.Values, change ...func(*http.Request)) answer {
	d.t.Helper()
	return ask(d.t, d.s, "POST", path, append([]func(*http.Request){d.who, formOf(form)}, change...)...)
}

func formOf(form url.Values) func(*http.Request) {
	return func(r *http.Request) {
		body := http.Request{Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
		r.Header.Set("Content-Type", body.Header.Get("Content-Type"))
		b := strings.NewReader(form.Encode())
		r.Body, r.ContentLength = readCloser{b}, int64(b.Len())
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func (d *desk) status(id vigie.DocumentID) (j vigie.Judgement) {
	d.t.Helper()
	err := d.o.DB.View(func(tx *store.Tx) (err error) {
		j, err = tx.Judgement(id)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return j
}

func (d *desk) decisions(id vigie.DocumentID) (n int) {
	d.t.Helper()
	_ = d.o.DB.View(func(tx *store.Tx) error {
		log, err := tx.Decisions(id)
		n = len(log)
		return err
	})
	return n
}

// TestTriageByForms sorts without a script.
func TestTriageByForms(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	page := d.get("/fr/bureau/tri")
	if page.Code != http.StatusOK || strings.Count(page.Body, `<div class="item`) != 4 {
		t.Fatalf("%d, want four rows, one of them folded:\n%s", page.Code, page.Body)
	}
	if !strings.Contains(page.Body, "+<bdi>1</bdi> copie") || !strings.Contains(page.Body, "Sans titre") {
		t.Error("the list lacks the copy, or words for a document without a title")
	}
	reading := d.get("/fr/bureau/tri?lire=" + string(d.docs[0]))
	for _, want := range []string{
		`data-document="` + string(d.docs[0]) + `" data-revision="1"`, "<ul><li><bdi>fixe</bdi></li><li><bdi>mobile</bdi></li></ul>",
		"<td><bdi>2026</bdi></td>", `value="` + string(d.docs[1]) + `"`, "<h2><bdi>Le marché</bdi></h2>",
	} {
		if !strings.Contains(reading.Body, want) {
			t.Errorf("the document shown lacks %s", want)
		}
	}
	form := url.Values{"id": {string(d.docs[0])}, "acte": {"drop"}, "vue": {"/fr/bureau/tri?lire=" + string(d.docs[0])}, "suivant": {string(d.docs[1])}}
	for range 2 { // the second is what a second click sends
		r := d.post("/fr/bureau/tri", form)
		to := r.Header.Get("Location")
		if r.Code != http.StatusSeeOther || !strings.Contains(to, "lire="+string(d.docs[1])) {
			t.Fatalf("%d to %q, want the next document", r.Code, to)
		}
		if next := d.get(to); next.Code != http.StatusOK || !strings.Contains(next.Body, "Neuf villes") {
			t.Errorf("the next document is not open: %d", next.Code)
		}
	}
	if d.status(d.docs[0]).Status != vigie.Dropped || d.status(d.docs[3]).Status != vigie.Dropped || d.decisions(d.docs[0]) != 1 {
		t.Error("the document and its copy should be dropped, once")
	}
	r := d.post("/fr/bureau/tri/annuler", url.Values{"vue": {"/fr/bureau/tri"}, "lire": {"1"}})
	if to := r.Header.Get("Location"); !strings.Contains(to, "acte=undo&combien=2") || d.status(d.docs[3]).Status != vigie.New {
		t.Errorf("undoing led to %q, the copy is %q", to, d.status(d.docs[3]).Status)
	}
	if body := d.get("/fr/bureau/historique").Body; !strings.Contains(body, "Camille curator") || !strings.Contains(body, "<del>") {
		t.Error("the history lacks the name, or does not show what was undone")
	}
}

func TestTriageOfMany(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	form := url.Values{"id": {string(d.docs[1]), string(d.docs[4])}, "acte": {"keep"}, "lot": {"1"}, "vue": {"/fr/bureau/tri"}}
	asked := d.post("/fr/bureau/tri", form)
	if asked.Code != http.StatusOK || !strings.Contains(asked.Body, "Retenir <bdi>2</bdi> articles") || d.status(d.docs[1]).Status != vigie.New {
		t.Fatalf("%d, want to be asked about two articles", asked.Code)
	}
	form.Set("lot", "oui")
	if r := d.post("/fr/bureau/tri", form); !strings.Contains(r.Header.Get("Location"), "combien=2") {
		t.Errorf("led to %q", r.Header.Get("Location"))
	}
	if got := d.get("/fr/bureau/tri?statut=retenus").Body; strings.Count(got, `<div class="item`) != 2 {
		t.Error("two articles should be kept")
	}
	row := url.Values{"un": {"drop " + string(d.docs[2])}, "id": {string(d.docs[1])}, "lot": {"1"}}
	d.post("/fr/bureau/tri", row)
	if d.status(d.docs[2]).Status != vigie.Dropped || d.status(d.docs[1]).Status != vigie.Kept {
		t.Error("the button of a row is about that row alone")
	}
}

// TestTriageByScript sends what triage.js sends.
func TestTriageByScript(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	script := func(r *http.Request) { r.Header.Set("Accept", "application/json") }
	r := d.post("/fr/bureau/tri", url.Values{"id": {string(d.docs[0])}, "acte": {"keep"}}, script)
	var out struct{ Documents []vigie.DocumentID }
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil || r.Code != http.StatusOK || len(out.Documents) != 2 {
		t.Errorf("%d %s: %v, want the document and its copy", r.Code, r.Body, err)
	}
	// A session that ended: not JSON, and nothing decided.
	ended := ask(t, d.s, "POST", "/fr/bureau/tri", script, formOf(url.Values{"id": {string(d.docs[1])}, "acte": {"keep"}}))
	if ended.Code != http.StatusForbidden || strings.Contains(ended.Header.Get("Content-Type"), "json") || d.status(d.docs[1]).Status != vigie.New {
		t.Errorf("without a session: %d %s", ended.Code, ended.Header.Get("Content-Type"))
	}
	if r := d.post("/fr/bureau/tri", url.Values{"id": {"01JD8Y3K5W0000000000000000"}, "acte": {"keep"}}, script); r.Code != http.StatusNotFound {
		t.Errorf("a document that is gone: %d", r.Code)
	}
	if r := d.post("/fr/bureau/tri", url.Values{"id": {string(d.docs[1])}, "acte": {"undo"}}, script); r.Code != http.StatusBadRequest {
		t.Errorf("an act that is none: %d", r.Code)
	}
	// From another site.
	cross := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if r := d.post("/fr/bureau/tri", url.Values{"id": {string(d.docs[1])}, "acte": {"keep"}}, cross); r.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", r.Code)
	}
}

// TestUndoIsSentTwice undoes as a second click does, by form and by script.
func TestUndoIsSentTwice(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	script := func(r *http.Request) { r.Header.Set("Accept", "application/json") }
	var last struct {
		Undo struct{ Document, Decision string }
	}
	for _, id := range []vigie.DocumentID{d.docs[1], d.docs[2], d.docs[4]} {
		r := d.post("/fr/bureau/tri", url.Values{"id": {string(id)}, "acte": {"keep"}}, script)
		if err := json.Unmarshal([]byte(r.Body), &last); err != nil || last.Undo.Document != string(id) {
			t.Fatalf("%s: %v", r.Body, err)
		}
	}
	page := d.get("/fr/bureau/tri").Body
	if !strings.Contains(page, `data-undo-decision="`+last.Undo.Decision+`"`) || !strings.Contains(page, `data-user="`) {
		t.Error("the page does not say to its script what would be undone, and for whom")
	}
	form := formFor(t, page, "/fr/bureau/tri/annuler")
	for range 2 {
		if r := form.fill(t, d.s, nil, d.who); r.Code != http.StatusSeeOther || !strings.Contains(r.Header.Get("Location"), "combien=1") {
			t.Errorf("%d to %q", r.Code, r.Header.Get("Location"))
		}
	}
	if d.status(d.docs[4]).Status != vigie.New || d.status(d.docs[2]).Status != vigie.Kept {
		t.Error("the second click undid another act")
	}
	form.fields.Set("document", string(d.docs[1])) // where there is no such decision
	if r := form.fill(t, d.s, nil, d.who); r.Code != http.StatusNotFound {
		t.Errorf("a decision about another document: %d", r.Code)
	}
}

func TestTriageReturnsHere(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	for _, line := range hostileAddresses(t) {
		r := d.post("/fr/bureau/tri", url.Values{"id": {string(d.docs[1])}, "acte": {"keep"}, "vue": {line}})
		if to := r.Header.Get("Location"); r.Code == http.StatusSeeOther && !strings.HasPrefix(to, "/fr/bureau/") {
			t.Errorf("%q leads to %q", line, to)
		}
	}
}

func TestReaderOfExtracts(t *testing.T) {
	d := newDesk(t, vigie.Reader)
	page := d.get("/fr/bureau/tri/" + string(d.docs[0]))
	if page.Code != http.StatusOK || strings.Contains(page.Body, "fixe") || !strings.Contains(page.Body, "Le trafic double.") {
		t.Errorf("%d: a reader sees the extract and not the text", page.Code)
	}
	if strings.Contains(page.Body, `name="acte"`) || strings.Contains(d.get("/fr/bureau/tri").Body, `name="un"`) {
		t.Error("a reader is offered to decide")
	}
	if r := d.post("/fr/bureau/tri", url.Values{"id": {string(d.docs[0])}, "acte": {"keep"}}); r.Code != http.StatusForbidden {
		t.Errorf("a reader decides: %d", r.Code)
	}
}

// TestTriageShowsHostileWords files every line of the two sets as a title, takes it
// as a tag and as the name of a source, and compares the elements of the pages with
// those of a harmless one.
func TestTriageShowsHostileWords(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	lines := append(payloads(t), naughty(t)...)
	src := source(t, d.o.DB, "Lot", "https://lot.example/rss")
	for i := 0; i < len(lines); i += 40 {
		var docs []vigie.Document
		for j, line := range lines[i:min(i+40, len(lines))] {
			docs = append(docs, vigie.Document{
				URL: fmt.Sprintf("https://lot.example/%d", i+j), Title: line, Summary: line, Publisher: line, Lang: "fr", Body: []vigie.Paragraph{{Text: line}},
				Published: vigie.InstantOf(now()),
			})
		}
		ids := storetest.File(t, d.o.DB, src, docs...)
		for j, id := range ids[:min(len(ids), 4)] {
			r := d.post("/fr/bureau/tri", url.Values{"id": {string(id)}, "acte": {"tag"}, "etiquette": {lines[i+j]}})
			if r.Code >= 500 {
				t.Errorf("tag %q: %d", lines[i+j], r.Code)
			}
			unarmed(t, d.get("/fr/bureau/tri/"+string(id)).Body)
		}
		unarmed(t, d.get("/fr/bureau/tri?source="+string(src.ID)).Body)
	}
}

// unarmed walks what a page became: no element or attribute that acts, no address
// that is a script.
func unarmed(t *testing.T, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "iframe", "object", "embed", "svg", "math", "style", "base", "audio", "video", "marquee":
			t.Errorf("the page has an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
				t.Errorf("<%s> has the attribute %s", n.Data, a.Key)
			case (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction") && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:")):
				t.Errorf("<%s> leads to %q", n.Data, a.Val)
			case n.Data == "script" && a.Key == "src" && !strings.HasPrefix(a.Val, "/static/"):
				t.Errorf("a script from %q", a.Val)
			}
		}
	}
}

// naughty are the strings that break programs (big list of naughty strings).
func naughty(t *testing.T) (out []string) {
	t.Helper()
	path, found := vigietest.FindShared(t, "corpus", "hostile", "blns.json")
	if !found {
		t.Log("only the other lines: no test data at ", path)
		return nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return vigietest.Some(out)
}
