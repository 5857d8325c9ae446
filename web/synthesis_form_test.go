package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
	"vigie/index/store"
)

// TestStaleText has two people write at once.
func TestStaleText(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	mustSay(t, n.save(t, n.curator, path, url.Values{"titre": {"Un"}, "texte": {"Première ligne.\n\nCommune."}}), "writing.saved")
	mine := formFor(t, n.ask(t, n.curator, path), path)
	mustSay(t, n.save(t, n.editor, path, url.Values{"titre": {"Deux"}, "texte": {"Ligne de la rédaction.\n\nCommune."}}), "writing.saved")
	got := mine.fill(t, n.s, url.Values{"titre": {"Trois"}, "texte": {"Ma ligne à moi.\n\nCommune."}}, n.curator)
	if got.Code != http.StatusConflict {
		t.Fatalf("%d", got.Code)
	}
	for _, want := range []string{"Ma ligne à moi.", `value="Trois"`, "<ins><bdi>Ligne de la rédaction.</bdi></ins>", "<ins><bdi>Deux</bdi></ins>", "Camille editor", `name="vu" value="2"`, `<p dir="auto"><bdi>Commune.</bdi></p>`} {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	if v := n.kept(t, path).Versions[vigie.French]; v.Title != "Deux" || v.N != 2 {
		t.Errorf("the kept text changed: %+v", v)
	}
	mustSay(t, formFor(t, got.Body, path).fill(t, n.s, nil, n.curator), "writing.saved")
	if v := n.kept(t, path).Versions[vigie.French]; v.Title != "Trois" || v.Body != "Ma ligne à moi.\n\nCommune." || v.N != 3 {
		t.Errorf("after deciding: %+v", v)
	}
}

// TestArrangedMeanwhile has somebody change the kind while another one does too: the
// text is kept.
func TestArrangedMeanwhile(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	mustSay(t, n.save(t, n.curator, path, url.Values{"titre": {"Un"}, "texte": {"x"}}), "writing.saved")
	mine := formFor(t, n.ask(t, n.curator, path), path)
	mustSay(t, n.save(t, n.editor, path, url.Values{"genre": {"bulletin"}}), "writing.saved")
	got := mine.fill(t, n.s, url.Values{"titre": {"Deux"}, "genre": {"brief"}}, n.curator)
	if s := n.kept(t, path); got.Code != http.StatusConflict || s.Kind != vigie.Bulletin || s.Versions[vigie.French].Title != "Deux" || !strings.Contains(got.Body, "Votre texte est enregistré") {
		t.Errorf("%d: %s", got.Code, wordsOf(got.Body))
	}
}

func TestFormsPostedTwice(t *testing.T) {
	n := newAtelier(t)
	list := formFor(t, n.ask(t, n.curator, "/fr/bureau/syntheses"), "/fr/bureau/syntheses")
	first, second := list.fill(t, n.s, nil, n.curator), list.fill(t, n.s, nil, n.curator)
	if first.Code != http.StatusSeeOther || first.Header.Get("Location") != second.Header.Get("Location") {
		t.Errorf("begun twice: %q and %q", first.Header.Get("Location"), second.Header.Get("Location"))
	}
	path, _, _ := strings.Cut(first.Header.Get("Location"), "?")
	edit := formFor(t, n.ask(t, n.curator, path), path)
	typed := url.Values{"titre": {"Un"}, "texte": {"x\r\ny"}, "role": {"admin"}, "etat": {"published"}, "authors": {"x"}, "N": {"9"}}
	mustSay(t, edit.fill(t, n.s, typed, n.curator), "writing.saved")
	mustSay(t, edit.fill(t, n.s, typed, n.curator), "writing.saved")
	if s := n.kept(t, path); s.Versions[vigie.French].N != 1 || s.Versions[vigie.French].State != vigie.Drafted || len(s.Authors) != 1 || s.Revision != 2 {
		t.Errorf("saved twice, with fields that nobody asked for: %+v", s)
	}
}

func TestLongTexts(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	long := strings.TrimSpace(strings.Repeat("الألياف البصرية في 2026. ", 400<<10/42))
	mustSay(t, n.save(t, n.curator, path, url.Values{"titre": {"Long"}, "texte": {long}}), "writing.saved")
	if n.kept(t, path).Versions[vigie.French].Body != long {
		t.Error("400 KB do not come back")
	}
	for _, test := range []struct {
		field, text, says string
	}{
		{"texte", strings.Repeat("x", vigie.MaxBodyBytes+1), "dépasse un mégaoctet"},
		{"titre", strings.Repeat("é", vigie.MaxTitleLength+1), "dépasse 300"},
		{"resume", strings.Repeat("é", vigie.MaxSummaryLength+1), "dépasse 1"},
	} {
		got := n.save(t, n.curator, path, url.Values{test.field: {test.text}})
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, test.says) || !strings.Contains(got.Body, test.text) {
			t.Errorf("%s: %d, or nobody says it, or the text is lost", test.field, got.Code)
		}
	}
	form := url.Values{"langue": {"fr"}, "vu": {"1"}, "titre": {"T"}, "texte": {strings.Repeat("é", 1<<20)}}
	if got := send(t, n.s, path, form, n.curator); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("more than the server reads: %d", got.Code)
	}
}

// TestWhoMayNot asks for what belongs to others, and from other sites.
func TestWhoMayNot(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	mustSay(t, n.save(t, n.curator, path, url.Values{"titre": {"Secret"}, "texte": {"x"}}), "writing.saved")
	form := url.Values{"langue": {"fr"}, "vu": {"1"}, "titre": {"Autre"}, "texte": {"y"}, "indicateur": {"fibre"}, "lieu": {"MAR"}, "figure": {"arretee"}, "raison": {"x"}}
	if page := n.ask(t, n.other, "/fr/bureau/syntheses?liste=toutes"); strings.Contains(page, "Secret") {
		t.Error("the list shows another's draft")
	}
	for _, page := range []string{"", "/editions"} {
		if got := ask(t, n.s, "GET", path+page, n.other); got.Code != http.StatusForbidden || strings.Contains(got.Body, "Secret") {
			t.Errorf("%s: %d", page, got.Code)
		}
	}
	foreign := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	for _, act := range []string{"", "/apercu", "/soumettre", "/renvoyer", "/reprendre", "/figures", "/valable", "/publier", "/retirer"} {
		if got := send(t, n.s, path+act, form, n.other); got.Code != http.StatusForbidden {
			t.Errorf("another curator, %s: %d", act, got.Code)
		}
		if got := send(t, n.s, path+act, form, n.publisher, foreign); got.Code != http.StatusForbidden {
			t.Errorf("from another site, %s: %d", act, got.Code)
		}
	}
	for _, bad := range []url.Values{{}, {"langue": {"fr"}}, {"langue": {"<b>"}, "vu": {"1"}}, {"langue": {"fr"}, "vu": {"x"}}} {
		if got := send(t, n.s, path, bad, n.curator); got.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", bad, got.Code)
		}
	}
	if s := n.kept(t, path); s.Versions[vigie.French].Title != "Secret" || s.Revision != 2 {
		t.Errorf("something was done: %+v", s)
	}
	if got := ask(t, n.s, "GET", path+"?langue=!", n.curator); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "code de langue") {
		t.Errorf("no language: %d", got.Code)
	}
}

// TestSessionEndedWhileWriting keeps what was written until somebody has signed in.
func TestSessionEndedWhileWriting(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	form := url.Values{"langue": {"fr"}, "vu": {"0"}, "titre": {"Tard <b>"}, "texte": {"Une ligne.\n\nUne autre."}, "theme": {"reseaux"}, "genre": {"brief"}, "genre-vu": {"analysis"}}
	got := send(t, n.s, path, form)
	if got.Code != http.StatusForbidden {
		t.Fatalf("%d", got.Code)
	}
	got = formsOn(t, got.Body)[0].fill(t, n.s, url.Values{"email": {"curator@observatoire.example"}, "password": {phrase}})
	me := given(t, got)
	mustSay(t, formsOn(t, got.Body)[0].fill(t, n.s, nil, me), "writing.saved")
	if s := n.kept(t, path); s.Versions[vigie.French].Title != "Tard <b>" || s.Versions[vigie.French].Body != "Une ligne.\n\nUne autre." || len(s.Topics) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestCitingOverHTTP(t *testing.T) {
	n := newAtelier(t)
	id := string(vigie.NewID[vigie.SynthesisID](now()))
	form := url.Values{"document": {string(n.document)}, "revision": {"1"}, "mots": {"jamais <b>écrit</b>"}, "synthese": {"nouvelle"}, "nouvelle": {id}, "retour": {"https://evil.example/"}}
	got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator)
	if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "jamais &lt;b&gt;écrit") || strings.Contains(got.Body, "evil.example") {
		t.Errorf("words that are not there: %d %s", got.Code, wordsOf(got.Body))
	}
	form.Set("mots", "le débit a doublé")
	for range 2 {
		got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator)
		if to := got.Header.Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/fr/bureau/syntheses/"+id+"?") {
			t.Errorf("%d to %q", got.Code, to)
		}
	}
	for _, address := range hostileAddresses(t)[:40] {
		form.Set("retour", address)
		got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator)
		if to := got.Header.Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%q leads to %q", address, to)
		}
	}
	if s := n.kept(t, "/"+id); len(s.Citations) != 1 {
		t.Errorf("%d citations", len(s.Citations))
	}
}

// TestHostileWriting writes such lines everywhere, and looks at every page that shows
// them.
func TestHostileWriting(t *testing.T) {
	n := newAtelier(t)
	settle(t, n.o.DB, func(s *vigie.Settings) { s.Rules.TwoPersons = false })
	for i, line := range hostileWriting(t, 40) {
		n.name(t, "publisher@observatoire.example", strings.TrimSpace(fmt.Sprintf("%d %.90s", i, strings.ToValidUTF8(line, ""))))
		tag := send(t, n.s, "/fr/bureau/tri", url.Values{"id": {string(n.document)}, "acte": {"tag"}, "etiquette": {line}}, n.publisher)
		if tag.Code >= http.StatusInternalServerError {
			t.Fatalf("%q as a tag: %d", line, tag.Code)
		}
		path := "/fr/bureau/syntheses/" + string(vigie.NewID[vigie.SynthesisID](now()))
		begin := url.Values{"id": {strings.TrimPrefix(path, "/fr/bureau/syntheses/")}, "langue": {"fr"}}
		send(t, n.s, "/fr/bureau/syntheses", begin, n.publisher)
		title := string([]rune(fmt.Sprintf("%d %s", i, line))[:min(300, len([]rune(line))+len(fmt.Sprint(i))+1)])
		form := url.Values{"langue": {"fr"}, "vu": {"0"}, "revision": {"3"}, "titre": {title}, "resume": {title}, "adresse": {line}, "texte": {line + "\n\n[" + line + "](" + line + ") # " + line}}
		for _, act := range []string{"/apercu", "/soumettre", "/publier"} {
			got := send(t, n.s, path+act, form, n.publisher)
			if got.Code >= http.StatusBadRequest {
				t.Fatalf("%q, %s: %d %s", line, act, got.Code, wordsOf(got.Body))
			}
			if form.Set("vu", "2"); act == "/apercu" {
				harmlessPage(t, line, got.Body)
				form.Set("vu", "0")
			}
		}
		for _, page := range []string{"", "/publier?langue=fr", "/editions?langue=fr&n=1", "/retirer?langue=fr"} {
			harmlessPage(t, line, n.ask(t, n.publisher, path+page))
		}
		harmlessPage(t, line, n.read(t, path).Body)
	}
	harmlessPage(t, "the reading page", n.ask(t, n.publisher, "/fr/bureau/tri/"+string(n.document)))
	harmlessPage(t, "the list", n.ask(t, n.publisher, "/fr/bureau/syntheses"))
	harmlessPage(t, "the portal", n.ask(t, func(*http.Request) {}, "/fr/"))
}

// name gives a person another name.
func (n *atelier) name(t *testing.T, email, name string) {
	t.Helper()
	n.update(t, func(tx *store.Tx) error {
		u, err := tx.UserByEmail(email)
		if err != nil {
			return err
		}
		u.Name = name
		return tx.PutUser(u)
	})
}

// harmlessPage fails the test where a page has a script that is not ours, a handler of
// events, a frame, or a link that runs something.
func harmlessPage(t *testing.T, name, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "iframe" || n.Data == "object" || n.Data == "embed" || n.Data == "base" ||
			n.Data == "script" && n.Type == html.ElementNode && (!strings.HasPrefix(attributeOf(n, "src"), "/static/") || n.FirstChild != nil) {
			t.Errorf("%q gives <%s>", name, n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" || a.Key == "src" || a.Key == "action") &&
				(strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") || strings.HasPrefix(value, "vbscript:")) {
				t.Errorf("%q gives <%s %s=%q>", name, n.Data, a.Key, a.Val)
			}
		}
	}
}

// TestPublishWhatWasSeen cites a source between the page before publishing and its
// button: the page is shown again.
func TestPublishWhatWasSeen(t *testing.T) {
	n := newAtelier(t)
	path := n.begun(t)
	submit := formFor(t, n.ask(t, n.curator, path), path)
	submit.action = path + "/soumettre"
	mustSay(t, submit.fill(t, n.s, url.Values{"titre": {"T"}, "texte": {"Un texte."}}, n.curator), "writing.submitted")
	publish := formFor(t, n.ask(t, n.publisher, path+"/publier?langue=fr"), path+"/publier")
	form := url.Values{"document": {string(n.document)}, "mots": {"Les prix ont baissé"}, "synthese": {strings.TrimPrefix(path, "/fr/bureau/syntheses/")}}
	if got := send(t, n.s, "/fr/bureau/syntheses/citer", form, n.curator); got.Code != http.StatusSeeOther {
		t.Fatalf("citing: %d", got.Code)
	}
	got := publish.fill(t, n.s, nil, n.publisher)
	if got.Code != http.StatusConflict || !strings.Contains(wordsOf(got.Body), "ont changé entre-temps. Relisez-le") || n.kept(t, path).Versions[vigie.French].Out() {
		t.Errorf("%d: %s", got.Code, wordsOf(got.Body))
	}
	mustSay(t, formFor(t, got.Body, path+"/publier").fill(t, n.s, nil, n.publisher), "writing.published")
	if got := send(t, n.s, path+"/publier", url.Values{"langue": {"fr"}, "vu": {"2"}}, n.publisher); got.Code != http.StatusBadRequest {
		t.Errorf("without a revision: %d", got.Code)
	}
	lines := ""
	n.update(t, func(tx *store.Tx) error {
		all, err := tx.AuditLines(0, 50)
		for _, l := range all {
			if l.What == "synthesis published" {
				lines += l.From
			}
		}
		return err
	})
	if !strings.HasSuffix(lines, "/24") {
		t.Errorf("the audit log keeps the address %q, want its network", lines)
	}
}
