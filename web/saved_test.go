package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"html"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
)

const savedPage = "/fr/bureau/recherches"

// saving is a server over an index with three documents, and two people who may
// search.
type saving struct {
	o     web.Options
	s     *web.Server
	index *index.Index
	awa   vigie.User
	as    func(*http.Request)
	other func(*http.Request)
	docs  []vigie.DocumentID
}

func newSaving(t *testing.T) *saving {
	t.Helper()
	x := &saving{o: options(storetest.Open(t))}
	postal(t, &x.o)
	source := source(t, x.o.DB, "Agence des réseaux", "https://agence.example/flux.xml")
	report := func(n int, title string) vigie.Document {
		return vigie.Document{
			URL: "https://agence.example/" + title, Title: title + " <b>", Lang: vigie.French, Published: vigie.Date{Time: now().AddDate(0, 0, -n), Precision: vigie.Day},
			Body: []vigie.Paragraph{{Text: "Secret du texte : la fibre avance."}},
		}
	}
	x.docs = storetest.File(t, x.o.DB, source, report(3, "ancien"), report(1, "recent"), report(2, "moyen"))
	var err error
	if x.index, err = index.Open(t.Context(), t.TempDir(), x.o.DB, index.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.index.Close() })
	if _, err := x.index.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	x.o.Found = x.index
	people(t, &x.o)
	x.awa, x.as = signed(t, x.o, vigie.Reader)
	_, x.other = signedAs(t, x.o, vigie.Admin, "autre@observatoire.example")
	x.s = server(t, x.o)
	return x
}

// savedForm are the fields of the form on the page of a search, with some changed.
func (x *saving) savedForm(t *testing.T, line string, change url.Values) url.Values {
	t.Helper()
	page := ask(t, x.s, "GET", "/fr/bureau/recherche?"+url.Values{"q": {line}}.Encode(), x.as)
	if page.Code != http.StatusOK || !strings.Contains(page.Body, "Enregistrer cette recherche") {
		t.Fatalf("%d: no form to save a search:\n%s", page.Code, page.Body)
	}
	form := fieldsOf(page.Body)
	form.Set("nom", html.UnescapeString(regexp.MustCompile(`name="nom" value="([^"]*)"`).FindStringSubmatch(page.Body)[1]))
	form.Set("courriel", "oui")
	form.Set("langue", "fr")
	maps.Copy(form, change)
	return form
}

// only returns the one search that is kept.
func (x *saving) only(t *testing.T) vigie.SavedSearch {
	t.Helper()
	var out []vigie.SavedSearch
	err := x.o.DB.View(func(tx *store.Tx) (err error) {
		out, err = tx.SearchesOf(x.awa.ID)
		return err
	})
	if err != nil || len(out) != 1 {
		t.Fatalf("%d searches, %v", len(out), err)
	}
	return out[0]
}

// TestSavedSearch saves, changes and deletes a search.
func TestSavedSearch(t *testing.T) {
	x := newSaving(t)
	if page := ask(t, x.s, "GET", savedPage, x.as); !strings.Contains(page.Body, "Aucune recherche enregistrée") {
		t.Errorf("an empty list: %d", page.Code)
	}
	form := x.savedForm(t, "fibre", url.Values{"q": {`fibre from:2026 "<i>`}})
	if r := send(t, x.s, savedPage, form, x.as); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "ne se lit pas") || !strings.Contains(r.Body, "&lt;i&gt;") {
		t.Errorf("a line that cannot be read: %d\n%s", r.Code, r.Body)
	}
	form = x.savedForm(t, "fibre from:2026", url.Values{"alerte": {"daily"}, "nom": {"Suivi <b> & الألياف"}, "langue": {"ar"}})
	for range 2 { // sent twice, it is one search
		if r := send(t, x.s, savedPage, form, x.as); r.Code != http.StatusSeeOther || r.Header.Get("Location") != savedPage+"?fait=searches.saved" {
			t.Fatalf("saved: %d to %q\n%s", r.Code, r.Header.Get("Location"), r.Body)
		}
	}
	kept := x.only(t)
	want := vigie.SavedSearch{
		ID: vigie.SearchID(form.Get("id")), Owner: x.awa.ID, Name: "Suivi <b> & الألياف", Query: "fibre from:2026", Lang: vigie.Arabic, Alert: vigie.AlertDaily, Mail: true,
		Created: now(), Changed: now(),
	}
	if kept != want {
		t.Errorf("kept %+v", kept)
	}
	list := ask(t, x.s, "GET", savedPage, x.as).Body
	for _, part := range []string{"Suivi &lt;b&gt; &amp; الألياف", "Chaque jour", "q=fibre&#43;from%3A2026", savedPage + "/" + string(kept.ID), "Aucune encore"} {
		if !strings.Contains(list, part) {
			t.Errorf("the list does not say %q", part)
		}
	}
	one := savedPage + "/" + string(kept.ID)
	for _, path := range []string{one, one + "/flux", one + "/alertes", one + "/suppression"} {
		method := "POST"
		if path == one {
			method = "GET"
		}
		form := url.Values{"acte": {"ouvrir"}, "sur": {"oui"}, "decision": {"arrived"}, "nom": {"volé"}, "q": {"x"}, "langue": {"fr"}}
		var code int
		if method == "POST" {
			code = send(t, x.s, path, form, x.other).Code
		} else {
			code = ask(t, x.s, method, path, x.other).Code
		}
		if code != http.StatusNotFound {
			t.Errorf("%s by somebody else: %d", path, code)
		}
	}
	if r := send(t, x.s, savedPage, form, x.other); r.Code != http.StatusNotFound {
		t.Errorf("taken over by somebody else: %d", r.Code)
	}
	x.change(t, one)
}

// change changes the search of a page, and deletes it.
func (x *saving) change(t *testing.T, one string) {
	t.Helper()
	if r := send(t, x.s, one, url.Values{"nom": {""}, "q": {"fibre"}, "langue": {"fr"}, "alerte": {"hourly"}}, x.as); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `id="nom-error"`) {
		t.Errorf("without a name: %d", r.Code)
	}
	if r := send(t, x.s, one, url.Values{"nom": {"Autre"}, "q": {"satellite"}, "langue": {"fr"}, "alerte": {"now"}}, x.as); r.Code != http.StatusSeeOther {
		t.Errorf("changed: %d\n%s", r.Code, r.Body)
	}
	if got := x.only(t); got.Name != "Autre" || got.Mail || got.Alert != vigie.AlertNow {
		t.Errorf("changed to %+v", got)
	}
	if page := ask(t, x.s, "GET", one, x.as).Body; !strings.Contains(page, "Alerte suspendue") || !strings.Contains(page, `value="now" selected`) {
		t.Error("the page does not say that it is paused")
	}
	if r := send(t, x.s, one+"/suppression", nil, x.as); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("deleted without a word: %d", r.Code)
	}
	if r := send(t, x.s, one+"/suppression", url.Values{"sur": {"oui"}}, x.as); r.Code != http.StatusSeeOther {
		t.Errorf("deleted: %d", r.Code)
	}
	if r := ask(t, x.s, "GET", one, x.as); r.Code != http.StatusNotFound {
		t.Errorf("it is still there: %d", r.Code)
	}
}

// addresses are those of the feed that a page shows.
func addresses(t *testing.T, page answer) (atom, json string) {
	t.Helper()
	m := regexp.MustCompile(`value="(\S*/fr/flux/recherche/[A-Z2-7]{26}\.(?:atom|json))"`).FindAllStringSubmatch(page.Body, -1)
	if page.Code != http.StatusOK || len(m) != 2 || page.Header.Get("Content-Encoding") != "" || page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("%d: %q, or it may leak", page.Code, m)
	}
	path := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u.Path
	}
	return path(m[0][1]), path(m[1][1])
}

// TestSearchFeeds opens a feed, reads it, gives it another address, and closes it.
func TestSearchFeeds(t *testing.T) {
	x := newSaving(t)
	zip := func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") }
	form := x.savedForm(t, "fibre", url.Values{"flux": {"oui"}})
	atom, asJSON := addresses(t, send(t, x.s, savedPage, form, x.as, zip))
	one := savedPage + "/" + string(x.only(t).ID)
	if page := ask(t, x.s, "GET", one, x.as).Body; strings.Contains(page, "/flux/recherche/") {
		t.Error("the address is shown again")
	}
	r := ask(t, x.s, "GET", atom, zip)
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
			Link  struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Content string `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(r.Body), &feed); err != nil || r.Code != http.StatusOK || len(feed.Entries) != 3 {
		t.Fatalf("%d, %v, %d entries\n%s", r.Code, err, len(feed.Entries), r.Body)
	}
	if e := feed.Entries[0]; e.Title != "recent <b>" || e.Link.Href != "https://agence.example/recent" || e.Content != "Agence des réseaux" {
		t.Errorf("the newest is %+v", e)
	}
	if strings.Contains(r.Body, "Secret du texte") || r.Header.Get("X-Robots-Tag") != "noindex, nofollow" || r.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Errorf("a text, or robots, or %q", r.Header.Get("Content-Type"))
	}
	for _, path := range []string{atom, asJSON} {
		first := ask(t, x.s, "GET", path).Header
		tag := first.Get("Etag")
		if first.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s may be kept by others: %q", path, first.Get("Cache-Control"))
		}
		if again := ask(t, x.s, "GET", path, func(r *http.Request) { r.Header.Set("If-None-Match", tag) }); tag == "" || again.Code != http.StatusNotModified {
			t.Errorf("%s with %q: %d", path, tag, again.Code)
		}
	}
	var items struct {
		Version string `json:"version"`
		Items   []struct {
			ID, URL, Title string
			Published      time.Time `json:"date_published"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(ask(t, x.s, "GET", asJSON).Body), &items); err != nil || len(items.Items) != 3 || !items.Items[0].Published.Equal(now().AddDate(0, 0, -1).Truncate(24*time.Hour)) {
		t.Errorf("%+v, %v", items, err)
	}
	for _, path := range []string{strings.TrimSuffix(atom, ".atom"), atom + ".json", strings.Replace(atom, ".atom", ".rss", 1), "/fr/flux/recherche/.atom", "/fr/flux/recherche/" + strings.Repeat("A", 26) + ".atom"} {
		if r := ask(t, x.s, "GET", path); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	renewed, _ := addresses(t, send(t, x.s, one+"/flux", url.Values{"acte": {"ouvrir"}}, x.as))
	if old, anew := ask(t, x.s, "GET", atom).Code, ask(t, x.s, "GET", renewed).Code; old != http.StatusNotFound || anew != http.StatusOK {
		t.Errorf("renewed: the old one %d, the new one %d", old, anew)
	}
	x.close(t, one, renewed)
}

// close shows that a feed ends with what it finds, its owner's account, and the word
// of the owner.
func (x *saving) close(t *testing.T, one, feed string) {
	t.Helper()
	change(t, x.o.DB, func(tx *store.Tx) error {
		_, err := tx.Withdraw(store.Withdrawal{Document: x.docs[1], By: x.awa.ID, Why: "à la demande", At: now()})
		return err
	})
	if r := ask(t, x.s, "GET", feed); r.Code != http.StatusOK || strings.Contains(r.Body, "recent") {
		t.Errorf("%d, or a document that was withdrawn", r.Code)
	}
	off := x.awa
	off.Disabled = true
	change(t, x.o.DB, func(tx *store.Tx) error { return tx.PutUser(off) })
	if r := ask(t, x.s, "GET", feed); r.Code != http.StatusNotFound {
		t.Errorf("of a disabled account: %d", r.Code)
	}
	change(t, x.o.DB, func(tx *store.Tx) error { return tx.PutUser(x.awa) })
	if r := send(t, x.s, one+"/flux", url.Values{"acte": {"fermer"}}, x.as); r.Code != http.StatusSeeOther {
		t.Errorf("closed: %d", r.Code)
	}
	if r := ask(t, x.s, "GET", feed); r.Code != http.StatusNotFound {
		t.Errorf("it is closed: %d", r.Code)
	}
}

// TestSearchFeedsAfterRestore: a restored backup opens no address again, and its owner is
// told.
func TestSearchFeedsAfterRestore(t *testing.T) {
	x := newSaving(t)
	atom, _ := addresses(t, send(t, x.s, savedPage, x.savedForm(t, "fibre", url.Values{"flux": {"oui"}}), x.as))
	one := savedPage + "/" + string(x.only(t).ID)
	var backup bytes.Buffer
	if _, err := x.o.DB.Backup(t.Context(), &backup, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if _, err := store.Restore(t.Context(), &backup, dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	o := options(storetest.OpenAt(t, dir, store.Options{}))
	o.Found = x.index
	postal(t, &o)
	people(t, &o)
	s, as := server(t, o), signIn(t, o, x.awa.Email)
	if r := ask(t, s, "GET", atom); r.Code != http.StatusNotFound {
		t.Errorf("the address from before: %d", r.Code)
	}
	const told = "Fermé par la restauration"
	for _, path := range []string{savedPage, one} {
		if r := ask(t, s, "GET", path, as); r.Code != http.StatusOK || !strings.Contains(r.Body, told) || strings.Contains(r.Body, "Le flux est ouvert") {
			t.Errorf("%s: %d\n%s", path, r.Code, r.Body)
		}
	}
	renewed, _ := addresses(t, send(t, s, one+"/flux", url.Values{"acte": {"ouvrir"}}, as))
	if r := ask(t, s, "GET", renewed); r.Code != http.StatusOK {
		t.Errorf("a new address: %d", r.Code)
	}
	if r := ask(t, s, "GET", one, as); strings.Contains(r.Body, told) {
		t.Error("it is told for ever")
	}
}

// uncertainAlert is a mail of a search whose fate nobody knows.
func uncertainAlert(t *testing.T, db *store.DB, s vigie.SavedSearch, docs ...vigie.DocumentID) vigie.Alert {
	t.Helper()
	a := vigie.Alert{
		ID: vigie.NewID[vigie.AlertID](now()), Search: s.ID, Documents: docs, Made: now(), Mail: vigie.Delivery{State: vigie.Planned, MessageID: "0f3a@observatoire.example", At: now()},
	}
	change(t, db, func(tx *store.Tx) error {
		_, err := tx.AddMatches(s.ID, s.Query, docs)
		mail, claimErr := a.Mail.Claim(now())
		mail, lostErr := mail.Lose(now(), "the connection broke")
		lost := a
		lost.Mail = mail
		return errors.Join(err, claimErr, lostErr, tx.PlanAlert(a), tx.PutAlert(lost))
	})
	return a
}

// TestUncertainAlerts: they are listed, and go when their owner says so.
func TestUncertainAlerts(t *testing.T) {
	x := newSaving(t)
	send(t, x.s, savedPage, x.savedForm(t, "fibre", url.Values{"alerte": {"now"}}), x.as)
	search := x.only(t)
	a := uncertainAlert(t, x.o.DB, search, x.docs[:2]...)
	one := savedPage + "/" + string(search.ID)
	for _, path := range []string{savedPage, one} {
		if page := ask(t, x.s, "GET", path, x.as).Body; !strings.Contains(page, "the connection broke") || !strings.Contains(page, "<bdi>2</bdi> documents") {
			t.Errorf("%s does not list it", path)
		}
	}
	decide := func(decision string) answer {
		return send(t, x.s, one+"/alertes", url.Values{"courriel": {string(a.ID)}, "decision": {decision}, "vue": {one}}, x.as)
	}
	if r := decide("perhaps"); r.Code != http.StatusBadRequest {
		t.Errorf("no decision: %d", r.Code)
	}
	if r := decide("again"); r.Code != http.StatusSeeOther || r.Header.Get("Location") != one+"?fait=searches.resent" {
		t.Errorf("again: %d to %q", r.Code, r.Header.Get("Location"))
	}
	if r := decide("lost"); r.Code != http.StatusSeeOther { // too late: the page says how things stand
		t.Errorf("settled twice: %d", r.Code)
	}
	if page := ask(t, x.s, "GET", one, x.as).Body; strings.Contains(page, "the connection broke") {
		t.Error("it is still listed")
	}
}

// TestStopAlertPage: looking changes nothing, the button ends the mails, as the one
// of a mail program does.
func TestStopAlertPage(t *testing.T) {
	x := newSaving(t)
	send(t, x.s, savedPage, x.savedForm(t, "fibre", url.Values{"alerte": {"now"}, "nom": {"Suivi <b>"}}), x.as)
	stop := x.stopLink(t)
	for _, lang := range []string{"fr", "ar", "en"} {
		page := ask(t, x.s, "GET", strings.Replace(stop, "/fr/", "/"+lang+"/", 1))
		if page.Code != http.StatusOK || !strings.Contains(page.Body, "<bdi>Suivi &lt;b&gt;</bdi>") || !x.only(t).Mail {
			t.Errorf("%s: %d, or it did something", lang, page.Code)
		}
	}
	foreign := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if r := send(t, x.s, stop, url.Values{"List-Unsubscribe": {"One-Click"}}, foreign); r.Code != http.StatusOK || !strings.Contains(r.Body, "L’alerte est arrêtée") || x.only(t).Mail {
		t.Errorf("stopped: %d", r.Code)
	}
	if r := ask(t, x.s, "GET", stop[:len(stop)-2]+"AA"); r.Code != http.StatusNotFound || !strings.Contains(r.Body, "Ce lien ne fonctionne plus") {
		t.Errorf("another link: %d", r.Code)
	}
}

// stopLink is the path of the link that ends the mails of the one search.
func (x *saving) stopLink(t *testing.T) string {
	t.Helper()
	change(t, x.o.DB, func(tx *store.Tx) error {
		_, err := tx.MakeKey("subscriber links")
		return err
	})
	link, err := x.o.Post.AlertLink(vigie.French, x.only(t).ID)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(link, "https://observatoire.example")
}
