package web_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// tellStory files a story of five publishers in three languages: an
// institution, two that copy it, one that says the same in Arabic, one in English.
func tellStory(t *testing.T, db *store.DB) []vigie.DocumentID {
	t.Helper()
	at := vigie.Date{Time: time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
	text := []vigie.Paragraph{
		{Text: "Le ministère de Rivemont annonce que 4 812 écoles et 37,4 % des communes de Valdorne seront reliées à la fibre avant la fin du chantier de Brisemont."},
		{Text: "Le budget de 962,5 millions est réparti entre Orvelle, Castelune et Miravent, où les travaux ont commencé au printemps avec la société Telvane."},
		{Text: "Les habitants recevront une lettre qui dit quand le raccordement aura lieu et combien de temps durent les travaux devant chaque maison."},
	}
	var out []vigie.DocumentID
	for _, p := range []struct {
		name, address string
		doc           vigie.Document
	}{
		{"Ministère", "https://ministere.example/", vigie.Document{Title: "4 812 écoles reliées à la fibre", Lang: "fr", Body: text}},
		{"Gazette", "https://gazette.example/", vigie.Document{Title: "La fibre arrive dans les écoles de Valdorne", Lang: "fr", Body: text}},
		{"Courrier", "https://courrier.example/", vigie.Document{Title: "Fibre : le calendrier des écoles", Lang: "fr", Body: text[:2]}},
		{"البريد", "https://barid.example/", vigie.Document{Title: "الألياف تصل إلى مدارس فالدورن", Lang: "ar", Body: []vigie.Paragraph{
			{Text: "أعلنت وزارة Rivemont أن 4 812 مدرسة و 37,4 % من بلديات Valdorne ستُربط بالألياف قبل نهاية ورشة Brisemont."},
			{Text: "وتتوزع ميزانية 962,5 مليونا بين Orvelle و Castelune و Miravent حيث بدأت شركة Telvane الأشغال."},
		}}},
		{"Herald", "https://herald.example/", vigie.Document{Title: "Fibre reaches the schools of Valdorne", Lang: "en", Body: []vigie.Paragraph{
			{Text: "The ministry of Rivemont says that 4 812 schools and 37,4 % of the towns of Valdorne will be connected before the works of Brisemont end."},
			{Text: "The budget of 962,5 million is shared by Orvelle, Castelune and Miravent, where Telvane began in spring."},
		}}},
	} {
		src := source(t, db, p.name, p.address+"flux.xml")
		if len(out) == 0 {
			src.Institution = true
			if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(src) }); err != nil {
				t.Fatal(err)
			}
		}
		p.doc.URL, p.doc.Publisher, p.doc.Published = p.address+"1", p.name, at
		out = append(out, storetest.File(t, db, src, p.doc)...)
	}
	tellStories(t, db)
	return out
}

func storyOf(t *testing.T, db *store.DB, id vigie.DocumentID) (s vigie.Story) {
	t.Helper()
	err := db.View(func(tx *store.Tx) (err error) {
		s, err = tx.StoryOf(id)
		return err
	})
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		t.Fatal(err)
	}
	return s
}

// TestStoryByForms decides about a story and takes it apart without a script.
func TestStoryByForms(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	told := tellStory(t, d.o.DB)
	list := d.get("/fr/bureau/tri").Body
	if strings.Count(list, `<div class="item`) != 5 || !strings.Contains(list, "+<bdi>2</bdi> copies · +<bdi>2</bdi> sans doute pareils") {
		t.Fatalf("the list does not fold the story:\n%s", list)
	}
	page := d.get("/fr/bureau/tri/" + string(told[0])).Body
	for _, want := range []string{"document de référence", "copie conforme", "copie remaniée", "sans doute le même, dans une autre langue", "À trier", "Herald"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// The Arabic one is ticked, the English one is not.
	form := url.Values{"id": {string(told[0])}, "acte": {"keep"}, "avec": {string(told[3])}}
	if r := d.post("/fr/bureau/tri", form); !strings.Contains(r.Header.Get("Location"), "combien=4") {
		t.Fatalf("led to %q", r.Header.Get("Location"))
	}
	if d.status(told[3]).Status != vigie.Kept || d.status(told[4]).Status != vigie.New {
		t.Error("the ticked one should be kept, the other should wait")
	}
	story := storyOf(t, d.o.DB, told[0])
	part := "/fr/bureau/tri/" + string(told[0]) + "/separer"
	view := "/fr/bureau/tri/" + string(told[0])
	all := []string{}
	for _, id := range story.Documents() {
		all = append(all, string(id))
	}
	for _, bad := range []struct {
		ids  []string
		want string
	}{{nil, "fait=story.nothing"}, {all, "fait=story.refused"}, {[]string{string(d.docs[2])}, "fait=story.refused"}} {
		r := d.post(part, url.Values{"recit": {string(story.ID)}, "id": bad.ids, "vue": {view}})
		if to := r.Header.Get("Location"); r.Code != http.StatusSeeOther || to != view+"?"+bad.want {
			t.Errorf("%v: %d to %q, want %s", bad.ids, r.Code, to, bad.want)
		}
	}
	r := d.post(part, url.Values{"recit": {string(story.ID)}, "id": {string(told[2])}, "pourquoi": {"autre <i>sujet</i>"}, "vue": {view}})
	if to := r.Header.Get("Location"); to != view+"?fait=story.parted" {
		t.Fatalf("%d to %q", r.Code, to)
	}
	if now := storyOf(t, d.o.DB, told[0]); slices.Contains(now.Documents(), told[2]) {
		t.Error("what was taken out stands there still")
	}
	after := d.get(view + "?fait=story.parted").Body
	for _, want := range []string{"restera", "mis à part", "autre &lt;i&gt;sujet", "Camille curator"} {
		if !strings.Contains(after, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if r := d.post(part, url.Values{"recit": {"01JD8Y3K5W0000000000000000"}, "id": {string(told[1])}}); r.Code != http.StatusNotFound {
		t.Errorf("a story that is gone: %d", r.Code)
	}
}

// TestStoryIsHandedOn shows in the log that a copy was kept because another was.
func TestStoryIsHandedOn(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	told := tellStory(t, d.o.DB)
	d.post("/fr/bureau/tri", url.Values{"id": {string(told[0])}, "acte": {"keep"}})
	var body []vigie.Paragraph
	err := d.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(told[0])
		if err == nil {
			body, err = tx.Body(doc)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	later := storetest.File(t, d.o.DB, source(t, d.o.DB, "Écho", "https://echo.example/flux.xml"), vigie.Document{
		URL: "https://echo.example/1", Title: "Les écoles bientôt reliées", Lang: "fr", Body: body, Published: vigie.InstantOf(now()),
	})[0]
	tellStories(t, d.o.DB)
	if d.status(later).Status != vigie.Kept {
		t.Fatalf("the later copy is %+v", d.status(later))
	}
	log := d.get("/fr/bureau/historique").Body
	if !strings.Contains(log, "copie de « <bdi>4 812 écoles reliées à la fibre</bdi> »") || !strings.Contains(log, "<bdi>vigie</bdi>") {
		t.Errorf("the log does not say of what it is a copy:\n%s", log)
	}
}
