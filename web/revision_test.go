package web_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web/browsertest"
)

const correctedURL = "https://fleuve.example/corrige"

// correctedTexts are three states of one text: the second corrects figures, the third
// is that of a newer reader.
func correctedTexts() [][]vigie.Paragraph {
	text := func(price, tail string) []vigie.Paragraph {
		out := []vigie.Paragraph{
			{Kind: vigie.Heading, Level: 1, Text: "Le prix du gigaoctet"},
			{Text: "Le prix moyen du gigaoctet s'établit à " + price + " dirhams au premier semestre de l'année, selon le relevé du régulateur."},
		}
		for range 4 {
			out = append(out, vigie.Paragraph{Text: "Ce paragraphe ne change pas, et rien de ce qu'il dit n'est cité."})
		}
		return append(out, vigie.Paragraph{Text: tail})
	}
	const tail = "La publication complète est attendue le 3 mars <b> dans les trois langues de l'observatoire."
	return [][]vigie.Paragraph{text("20", tail), text("35", "Rien d'autre n'est prévu."), append(text("35", "Rien d'autre n'est prévu."), vigie.Paragraph{Text: "Méthode : voir l'annexe."})}
}

// corrected files a document with three states, and one in Arabic with two.
func corrected(t *testing.T, db *store.DB) (french, arabic vigie.DocumentID) {
	t.Helper()
	s := storetest.Source(t, db, "https://fleuve.example/corrections")
	file := func(d vigie.Document, parser int) vigie.DocumentID {
		t.Helper()
		c := &vigie.Capture{URL: d.URL, Status: 200, MediaType: "text/html", Body: []byte(d.Title + vigie.PlainText(d.Body)[:40]), Fetched: now()}
		if parser > 1 {
			c.Body = []byte("read by a newer reader")
		}
		filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{{GUID: d.URL, URL: d.URL, Document: d, Capture: c, Parser: parser}}}})
		if err != nil || len(filed.Documents) != 1 {
			t.Fatalf("filed %+v, %v", filed, err)
		}
		return filed.Documents[0]
	}
	texts := correctedTexts()
	d := vigie.Document{URL: correctedURL, Title: "Le gigaoctet à 20 dirhams", Lang: "fr", Publisher: "Journal du Fleuve", Body: texts[0]}
	french = file(d, 1)
	d.Title, d.Body, d.Published = "Le gigaoctet à 35 dirhams", texts[1], vigie.Date{Time: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
	file(d, 1)
	d.ID, d.Revision, d.Body = french, 2, texts[2]
	if changed, err := db.Reread(t.Context(), d, 2); err != nil || !changed {
		t.Fatal(changed, err)
	}
	a := vigie.Document{URL: "https://waha.example/3", Title: "سعر البيانات", Lang: "ar", Body: []vigie.Paragraph{{Text: "بلغ سعر الغيغابايت 20 درهما في النصف الأول من السنة (ARTP 2026)."}}}
	arabic = file(a, 1)
	a.Body = []vigie.Paragraph{{Text: "بلغ سعر الغيغابايت 35 درهما في النصف الأول من السنة (ARTP 2026)."}}
	file(a, 1)
	return french, arabic
}

// TestRevisionPage: words that went and came are told apart, also to who hears them;
// what stayed is folded, the record is compared, and a newer reader is no publisher.
func TestRevisionPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Curator)
	french, arabic := corrected(t, d.o.DB)
	at := func(lang string, id vigie.DocumentID, rest string) string {
		return "/" + lang + "/bureau/tri/" + string(id) + "/revisions/" + rest
	}
	for _, test := range []struct {
		path    string
		want    []string
		without []string
	}{
		{
			at("fr", french, "2"),
			[]string{
				`s&#39;établit à <del><bdi class="unseen"> retiré : </bdi>20</del><ins><bdi class="unseen"> ajouté : </bdi>35</ins> dirhams`,
				"De la version <bdi>1</bdi> à la version <bdi>2</bdi>", "<bdi>2</bdi> paragraphes inchangés", "le 3 mars &lt;b&gt; dans", "Titre", "Le gigaoctet à <del>",
				"Le gigaoctet à <ins>", `datetime="2026-11-03"`, `href="` + at("fr", french, "3") + `"`,
			},
			[]string{"relecture", "newer reader", "plus récent"},
		},
		{at("en", french, "3"), []string{"Read again by a newer reader: the publisher changed nothing.", "Méthode : voir l&#39;annexe."}, []string{"<del>", "The record"}},
		{at("fr", french, "3?avec=1"), []string{"De la version <bdi>1</bdi> à la version <bdi>3</bdi>", "20</del>", "35</ins>"}, []string{"plus récent"}},
		{at("fr", french, "1?avec=3"), []string{"De la version <bdi>1</bdi> à la version <bdi>3</bdi>", "20</del>", "35</ins>"}, nil},
		{at("fr", french, "2?avec=2"), []string{"Le texte dit la même chose."}, []string{"<ins>", "<del>"}},
		{at("ar", arabic, "2"), []string{`lang="ar" dir="rtl"`, `20</del><ins>`, "حذف:"}, nil},
	} {
		got := d.get(test.path)
		if got.Code != http.StatusOK {
			t.Fatalf("%s answers %d", test.path, got.Code)
		}
		for _, want := range test.want {
			if !strings.Contains(got.Body, want) {
				t.Errorf("%s does not say %q", test.path, want)
			}
		}
		for _, wrong := range test.without {
			if strings.Contains(got.Body, wrong) {
				t.Errorf("%s says %q", test.path, wrong)
			}
		}
	}
	for _, path := range []string{at("fr", french, "1"), at("fr", french, "4"), at("fr", french, "2?avec=9"), at("fr", french, "x"), at("fr", "01JD0000000000000000000000", "2")} {
		if got := d.get(path); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.Code)
		}
	}
	if page := d.get("/fr/bureau/tri/" + string(french)).Body; !strings.Contains(page, `href="`+at("fr", french, "2")+`"`) || !strings.Contains(page, "relu") {
		t.Error("the document does not lead to what changed")
	}
}

// quoting is a synthesis of the curator's that quotes two passages of a document which was
// corrected since.
func quoting(t *testing.T, db *store.DB, document vigie.DocumentID) vigie.SynthesisID {
	t.Helper()
	var awa vigie.User
	err := db.View(func(tx *store.Tx) error {
		for u, err := range tx.Users() {
			if err != nil {
				return err
			}
			if u.Role == vigie.Curator && u.Email != "autre@observatoire.example" {
				awa = u
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	locales, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	desk := curate.New(db, locales, curate.Options{})
	id := vigie.NewID[vigie.SynthesisID](now())
	if _, err := desk.Begin(t.Context(), awa, id, vigie.Brief); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"s'établit à 20 dirhams au premier semestre", "attendue le 3 mars"} {
		if _, err := desk.Cite(t.Context(), awa, id, curate.Quote{Document: document, Revision: 1, Exact: words}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = desk.Revise(t.Context(), id, vigie.Step{Lang: vigie.French, By: awa}, vigie.Writing{Title: "Les prix", Body: "Le prix moyen [@1], avant la publication [@2]."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := curate.NewCitations(db, slog.New(slog.DiscardHandler)).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestDriftPages: who writes is told that quoted words changed at their source, and
// settles it with one button each; a form that is stale changes nothing.
func TestDriftPages(t *testing.T) {
	t.Parallel()
	n := newAtelier(t)
	db := n.o.DB
	document, _ := corrected(t, db)
	id := quoting(t, db, document)
	list := n.ask(t, n.curator, "/fr/bureau/syntheses?liste=citations")
	if !strings.Contains(list, "<bdi>2</bdi> citations ont changé à la source") || !strings.Contains(list, "Citations à revoir <small><bdi>1</bdi></small>") {
		t.Error("the list does not tell of the quotations")
	}
	path := "/fr/bureau/syntheses/" + string(id)
	page := n.ask(t, n.curator, path+"?langue=fr")
	for _, want := range []string{
		"<bdi>2</bdi> citations ont changé à la source", "20</del><ins>", "Ces mots ont changé dans le document.", "Ces mots ne sont plus dans le document.",
		"/bureau/tri/" + string(document) + "/revisions/3?avec=1",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	post := func(number, revision, act string) answer {
		return ask(t, n.s, "POST", path+"/citations", n.curator, sameOrigin, formOf(url.Values{"langue": {"fr"}, "numero": {number}, "revision": {revision}, "acte": {act}}))
	}
	if got := post("1", "2", "nouveau"); got.Code != http.StatusConflict || !strings.Contains(got.Body, "La source a encore changé") {
		t.Errorf("having seen another state: %d", got.Code)
	}
	if got := post("1", "3", "autre"); got.Code != http.StatusUnprocessableEntity && got.Code != http.StatusBadRequest {
		t.Errorf("another act: %d", got.Code)
	}
	mustSay(t, post("1", "3", "nouveau"), "citation.new")
	mustSay(t, post("2", "3", "garder"), "citation.kept")
	if page := n.ask(t, n.curator, path+"?langue=fr"); strings.Contains(page, "à la source") || !strings.Contains(page, "35 dirhams au premier semestre") {
		t.Error("the quotations are not settled")
	}
}

// TestRevisionInBrowser looks at what changed in three languages, narrow and dark, and
// settles quotations without a script.
func TestRevisionInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	n := newAtelier(t)
	document, arabic := corrected(t, n.o.DB)
	id := quoting(t, n.o.DB, document)
	admin, asAdmin := signed(t, n.o, vigie.Admin)
	n.update(t, func(tx *store.Tx) error {
		_, err := tx.Withdraw(store.Withdrawal{Document: n.document, By: admin.ID, At: now(), Why: "Jugement du 3 mars", Shared: 2})
		return err
	})
	var source vigie.SourceID
	n.update(t, func(tx *store.Tx) error {
		doc, err := tx.Document(n.document)
		source = doc.Source
		return err
	})
	base := serve(t, n.s)
	cookies := func(who func(*http.Request)) (out []map[string]any) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		who(r)
		for _, c := range r.Cookies() {
			out = append(out, map[string]any{"name": c.Name, "value": c.Value, "url": base})
		}
		return out
	}
	browsertest.Run(t, "revision.mjs", map[string]any{
		"base": base, "cookies": cookies(n.curator), "admin": cookies(asAdmin), "document": document, "arabic": arabic, "path": id,
		"withdrawn": n.document, "source": source,
	})
}

// TestWithdrawPages: who administers withdraws with a reason, and the page of the
// document says so from then on, to everybody who may open it.
func TestWithdrawPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t, vigie.Admin)
	path := "/fr/bureau/tri/" + string(d.docs[0])
	if page := d.get(path).Body; !strings.Contains(page, `href="`+path+`/retirer"`) {
		t.Error("the document does not lead to its withdrawal")
	}
	if page := d.get(path + "/retirer"); page.Code != http.StatusOK || !strings.Contains(page.Body, "Les sauvegardes plus anciennes le contiennent encore") {
		t.Errorf("the page before it: %d", page.Code)
	}
	if got := d.post(path+"/retirer", url.Values{"raison": {"  "}}, sameOrigin); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Donnez la raison") {
		t.Errorf("without a reason: %d", got.Code)
	}
	mustSay(t, d.post(path+"/retirer", url.Values{"raison": {"Jugement <b> du 3 mars"}}, sameOrigin), "document.withdrawn")
	page := d.get(path).Body
	for _, want := range []string{"Document retiré pour une raison légale.", "Jugement &lt;b&gt; du 3 mars", "https://fleuve.example/1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, wrong := range []string{"Le régulateur publie", "Le trafic double", path + "/retirer", "dès que la sauvegarde"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the page still says %q", wrong)
		}
	}
}
