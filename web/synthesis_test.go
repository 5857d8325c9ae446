package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// TestLifeOfASynthesis goes from the first word to the withdrawal, with three people
// and the forms of the pages.
func TestLifeOfASynthesis(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)

	// Two passages are cited while reading.
	reading := "/fr/bureau/tri?lire=" + string(n.document)
	for i, quoted := range []string{"Les prix ont baissé", "le débit a\ndoublé"} {
		form := url.Values{
			"document": {string(n.document)}, "revision": {"1"}, "mots": {quoted}, "retour": {reading},
			"synthese": {strings.TrimPrefix(path, "/fr/bureau/syntheses/")},
		}
		got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator)
		if to := got.Header.Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, reading+"&citation="+string(rune('1'+i))) || !strings.HasSuffix(to, "#citer") {
			t.Fatalf("citing: %d to %q %s", got.Code, to, wordsOf(got.Body))
		}
	}

	// A figure is put in without script, then everything is written and saved.
	edit := formFor(t, n.ask(t, n.curator, path), path)
	edit.action = path + "/apercu"
	got := edit.fill(t, n.s, url.Values{"titre": {"La fibre avance"}, "texte": {"Les prix baissent [@1]."}, "inserer": {"figure"}, "figure": {"{{figure fibre MAR}}"}}, n.curator)
	if got.Code != http.StatusOK || !strings.Contains(got.Body, "<svg") || len(n.kept(t, path).Versions) != 0 {
		t.Fatalf("the preview: %d, or no chart, or it was saved: %s", got.Code, wordsOf(got.Body))
	}
	typed := url.Values{"resume": {"Les prix baissent, le débit double."}, "theme": {"reseaux"}}
	mustSay(t, formFor(t, got.Body, path).fill(t, n.s, typed, n.curator), "writing.saved")
	page := n.ask(t, n.curator, path)
	for _, want := range []string{"[@1]", "[@2]", "pas citée dans ce texte", "suit la dernière valeur", `value="La fibre avance"`, "{{figure fibre MAR}}"} {
		if !strings.Contains(page, want) {
			t.Errorf("the editor does not show %q", want)
		}
	}

	// The figure is frozen, then it moves, and the text is submitted.
	mustSay(t, formFor(t, page, path+"/figures").fill(t, n.s, nil, n.curator), "writing.frozen")
	n.value(t, "3.5845")
	submit := formFor(t, n.ask(t, n.curator, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, nil, n.curator), "writing.submitted")
	mustSay(t, submit.fill(t, n.s, nil, n.curator), "writing.submitted") // twice

	// The editor sends it back with a reason, which is asked for.
	review := formFor(t, n.ask(t, n.editor, path), path+"/renvoyer")
	if got := review.fill(t, n.s, nil, n.editor); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.Code)
	}
	mustSay(t, review.fill(t, n.s, url.Values{"raison": {"Une source de plus <b>svp</b>."}}, n.editor), "writing.returned")
	if page := n.ask(t, n.curator, path); !strings.Contains(page, "Une source de plus &lt;b&gt;svp") {
		t.Error("the author does not read the reason")
	}
	submit = formFor(t, n.ask(t, n.curator, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, url.Values{"texte": {"Les prix baissent [@1]. Le débit double [@2].\n\n{{figure fibre MAR}}"}}, n.curator), "writing.submitted")

	// Another person publishes it.
	if got := ask(t, n.s, "GET", path+"/publier?langue=fr", n.editor); got.Code != http.StatusForbidden {
		t.Errorf("an editor may publish: %d", got.Code)
	}
	before := n.ask(t, n.publisher, path+"/publier?langue=fr")
	for _, want := range []string{"Quelqu’un d’autre l’a écrit", "Le texte cite ses sources", "Le texte n’est pas publié dans cette langue : <bdi>العربية"} {
		if !strings.Contains(before, want) {
			t.Errorf("before publishing nobody says %q: %s", want, wordsOf(before))
		}
	}
	publish := formFor(t, before, path+"/publier")
	mustSay(t, publish.fill(t, n.s, nil, n.publisher), "writing.published")
	if got := publish.fill(t, n.s, nil, n.publisher); got.Code != http.StatusConflict {
		t.Errorf("published twice: %d", got.Code)
	}
	public := n.read(t, path)
	if !strings.Contains(public.Body, "La fibre avance") || !strings.Contains(public.Body, "3,56") || strings.Contains(public.Body, "3,58") || !strings.Contains(public.Body, "Les prix ont baissé") {
		t.Errorf("the public reads: %s", wordsOf(public.Body))
	}
	n.afterwards(t, path)
}

// read asks for the public page of a synthesis as anybody does.
func (n *atelier) read(t *testing.T, path string) answer {
	t.Helper()
	got := ask(t, n.s, "GET", strings.Replace(path, "/bureau", "", 1))
	if got.Code == http.StatusMovedPermanently {
		got = ask(t, n.s, "GET", got.Header.Get("Location"))
	}
	return got
}

// afterwards revises, publishes again, and withdraws a published synthesis.
func (n *atelier) afterwards(t *testing.T, path string) {
	t.Helper()
	mustSay(t, formFor(t, n.ask(t, n.curator, path), path+"/reprendre").fill(t, n.s, nil, n.curator), "writing.reopened")
	submit := formFor(t, n.ask(t, n.curator, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, url.Values{"titre": {"La fibre double"}}, n.curator), "writing.submitted")
	if got := n.read(t, path); !strings.Contains(got.Body, "La fibre avance") {
		t.Error("a draft is public")
	}
	mustSay(t, formFor(t, n.ask(t, n.publisher, path+"/publier?langue=fr"), path+"/publier").fill(t, n.s, nil, n.publisher), "writing.published")
	history := n.ask(t, n.curator, path+"/editions?langue=fr&n=1")
	if !strings.Contains(history, "La fibre avance") || !strings.Contains(history, "La fibre double") || !strings.Contains(history, "<svg") {
		t.Errorf("the history: %s", wordsOf(history))
	}
	if got := ask(t, n.s, "GET", path+"/editions?langue=fr&n=9", n.curator); got.Code != http.StatusNotFound {
		t.Errorf("an edition that never was: %d", got.Code)
	}
	withdraw := formFor(t, n.ask(t, n.publisher, path+"/retirer?langue=fr"), path+"/retirer")
	if got := withdraw.fill(t, n.s, nil, n.publisher); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("withdrawn without a reason: %d", got.Code)
	}
	mustSay(t, withdraw.fill(t, n.s, url.Values{"raison": {"Un chiffre est faux."}}, n.publisher), "writing.withdrawn")
	if got := n.read(t, path); !strings.Contains(got.Body, "Un chiffre est faux.") || strings.Contains(got.Body, "Le débit double") {
		t.Errorf("withdrawn: %s", wordsOf(got.Body))
	}
	for _, list := range []string{"", "?liste=publiees", "?liste=relire", "?liste=toutes", "?liste=chiffres", "?liste=x", "?page=3"} {
		n.ask(t, n.curator, "/ar/bureau/syntheses"+list)
	}
}

// TestBlockedPublishing has a text that cites a document which was withdrawn.
func TestBlockedPublishing(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	form := url.Values{"document": {string(n.document)}, "mots": {"Les prix ont baissé"}, "synthese": {strings.TrimPrefix(path, "/fr/bureau/syntheses/")}}
	send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator)
	submit := formFor(t, n.ask(t, n.curator, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, url.Values{"titre": {"T"}, "texte": {"Un texte [@1]."}}, n.curator), "writing.submitted")
	publish := formFor(t, n.ask(t, n.publisher, path+"/publier?langue=fr"), path+"/publier")
	n.update(t, func(tx *store.Tx) error { return tx.RemoveDocument(n.document, "withdrawn") })
	got := publish.fill(t, n.s, nil, n.publisher)
	if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Le document cité n’est plus gardé") || strings.Contains(got.Body, "Publier maintenant") {
		t.Errorf("%d: %s", got.Code, wordsOf(got.Body))
	}
	if n.kept(t, path).Versions[vigie.French].Edition != 0 {
		t.Error("it was published")
	}
	if got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator); got.Code != http.StatusNotFound {
		t.Errorf("citing what is gone: %d", got.Code)
	}
}

func TestTwoPersonsOverHTTP(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	submit := formFor(t, n.ask(t, n.publisher, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, url.Values{"titre": {"T"}, "texte": {"Un texte."}}, n.publisher), "writing.submitted")
	page := n.ask(t, n.publisher, path+"/publier?langue=fr")
	if !strings.Contains(page, "quelqu’un d’autre le publie") || strings.Contains(page, "Publier maintenant") {
		t.Errorf("who wrote is offered to publish: %s", wordsOf(page))
	}
	form := url.Values{"langue": {"fr"}, "vu": {"2"}, "revision": {"3"}}
	if got := send(t, n.s, path+"/publier", form, n.publisher); got.Code != http.StatusForbidden || n.kept(t, path).Versions[vigie.French].Edition != 0 {
		t.Errorf("who wrote publishes: %d", got.Code)
	}
	settle(t, n.o.DB, func(s *vigie.Settings) { s.Rules.TwoPersons = false })
	mustSay(t, send(t, n.s, path+"/publier", form, n.publisher), "writing.published")
}

// TestMovedFigures shows what moved, and takes that the text still holds.
func TestMovedFigures(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	id := vigie.SynthesisID(strings.TrimPrefix(path, "/fr/bureau/syntheses/"))
	n.update(t, func(tx *store.Tx) error {
		period, err := vigie.ParsePeriod("2016")
		if err != nil {
			return err
		}
		return tx.PutMark(vigie.FigureMark{Synthesis: id, Indicator: "fibre", Area: "MAR", Period: period, Before: "3.5588", After: "3.5845", At: now()})
	})
	if list := n.ask(t, n.curator, "/fr/bureau/syntheses?liste=chiffres"); !strings.Contains(list, "</bdi> chiffre a bougé") {
		t.Errorf("the list: %s", wordsOf(list))
	}
	page := n.ask(t, n.curator, path)
	if !strings.Contains(wordsOf(page), "de 3,56 à 3,58") {
		t.Errorf("the editor: %s", wordsOf(page))
	}
	mustSay(t, formFor(t, page, path+"/valable").fill(t, n.s, nil, n.curator), "writing.holds")
	if page := n.ask(t, n.curator, path); strings.Contains(page, "a bougé") {
		t.Error("the mark stays")
	}
}
