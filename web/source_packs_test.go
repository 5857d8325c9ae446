package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/polite"
	"vigie/web"
)

const packsAt = "/fr/bureau/sources/packs"

func TestPacks(t *testing.T) {
	for _, test := range []struct {
		role   vigie.Role
		state  string
		paused bool
	}{{vigie.Editor, "", false}, {vigie.Editor, "pause", true}, {vigie.Curator, "", true}} {
		d := newDesk(t, test.role)
		there := d.sources()
		before := len(there)
		page := d.get(packsAt)
		if page.Code != http.StatusOK || strings.Count(page.Body, `name="pack"`) < 5 || strings.Count(page.Body, `name="source"`) < 100 || !strings.Contains(page.Body, "Pas encore lue") {
			t.Fatal(page.Code)
		}
		// Places are called as the operator calls them, else by their codes.
		if strings.Contains(page.Body, "<span><bdi>Maroc</bdi>") || !strings.Contains(page.Body, "<span><bdi>MAR</bdi>") {
			t.Error("a place has a name that nobody gave it")
		}
		form := url.Values{"pack": {"maghreb"}, "source": {"cnil"}, "etat": {test.state}}
		first := d.post(packsAt, form)
		added := len(d.sources()) - before
		if want := fmt.Sprintf("?ajoutees=%d&connues=0", added); first.Code != http.StatusSeeOther || added < 5 || !strings.HasSuffix(first.Header.Get("Location"), want) {
			t.Fatalf("%s: %d to %q, want %q", test.role, first.Code, first.Header.Get("Location"), want)
		}
		for _, s := range d.sources() {
			if !slices.ContainsFunc(there, func(o vigie.Source) bool { return o.ID == s.ID }) && s.Paused != test.paused {
				t.Errorf("%s: %s has paused = %v", test.role, s.URL, s.Paused)
			}
		}
		again := d.post(packsAt, form)
		if want := fmt.Sprintf("?ajoutees=0&connues=%d", added); !strings.HasSuffix(again.Header.Get("Location"), want) || len(d.sources()) != before+added {
			t.Errorf("posted twice: to %q, want %q", again.Header.Get("Location"), want)
		}
		if page := d.get(again.Header.Get("Location")); !strings.Contains(page.Body, "déjà suivie") || !strings.Contains(page.Body, "disabled") {
			t.Error("the page does not say what is watched")
		}
	}
}

func TestPacksHostile(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	before := len(d.sources())
	for _, form := range []url.Values{{}, {"pack": {"<script>"}}, {"pack": {"../../etc"}, "source": {"cnil"}}, {"source": make([]string, 500)}} {
		if r := d.post(packsAt, form); r.Code != http.StatusUnprocessableEntity || strings.Contains(r.Body, "<script>") {
			t.Errorf("%.60v: %d", form, r.Code)
		}
	}
	if len(d.sources()) != before {
		t.Error("something was added")
	}
	if r := d.get(packsAt + "?ajoutees=-7&connues=99999999999999999999"); r.Code != http.StatusOK || strings.Contains(r.Body, "<bdi>-7") || strings.Contains(r.Body, "<bdi>9") {
		t.Errorf("strange counts: %d", r.Code)
	}
}

const onceAt = "/fr/bureau/ajouter"

func TestOnce(t *testing.T) {
	d := newDesk(t, vigie.Curator)
	var found web.Once
	var failed error
	asked := 0
	d.o.Once = func(context.Context, string) (web.Once, error) { asked++; return found, failed }
	d.s = server(t, d.o)
	if r := d.get(onceAt + "?url=" + url.QueryEscape(`https://agence.example/?a="><script>`)); r.Code != http.StatusOK || strings.Contains(r.Body, "<script>\"") || !strings.Contains(r.Body, "https://agence.example/?a=&#34;") || !strings.Contains(r.Body, "javascript:location.href=") {
		t.Errorf("a bookmark: %d", r.Code)
	}
	for _, bad := range []string{"javascript:alert(1)", "https://a.example/" + strings.Repeat("a", 3000)} {
		if r := d.get(onceAt + "?url=" + url.QueryEscape(bad)); !strings.Contains(r.Body, `name="url" value=""`) {
			t.Errorf("%.20q is taken into the form", bad)
		}
	}
	for _, test := range []struct {
		found web.Once
		what  string
	}{{web.Once{New: true}, "new"}, {web.Once{}, "known"}, {web.Once{Changed: true}, "changed"}} {
		found = test.found
		found.Document = d.docs[0]
		want := "/fr/bureau/tri/" + string(d.docs[0]) + "?fait=add.once." + test.what
		r := d.post(onceAt, url.Values{"url": {"agence.example/1"}})
		if r.Code != http.StatusSeeOther || r.Header.Get("Location") != want {
			t.Errorf("%d to %q, want %q", r.Code, r.Header.Get("Location"), want)
		}
		if page := d.get(want); page.Code != http.StatusOK || !strings.Contains(page.Body, "role=\"status\"") {
			t.Errorf("%s: %d", want, page.Code)
		}
	}
	for address, err := range map[string]error{
		"file:///etc/passwd": nil, "": nil, "https://ferme.example/": &polite.StatusError{Code: 404}, "https://x.example/": errors.New("<b>odd</b>"),
	} {
		failed = err
		if r := d.post(onceAt, url.Values{"url": {address}}); r.Code != http.StatusUnprocessableEntity || strings.Contains(r.Body, "<b>odd") {
			t.Errorf("%q: %d", address, r.Code)
		}
	}
	failed = nil
	for range 40 {
		d.post(onceAt, url.Values{"url": {"agence.example/1"}})
	}
	if r := d.post(onceAt, url.Values{"url": {"agence.example/1"}}); r.Code != http.StatusTooManyRequests || asked != 30 {
		t.Errorf("without an end: %d, asked %d times", r.Code, asked)
	}
}

const listsAt = "/fr/bureau/sources/listes"

// sendList posts a file as a browser does.
func sendList(t *testing.T, d *desk, name, state string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("fichier", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(body)
	_ = w.WriteField("etat", state)
	_ = w.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, listsAt, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = "127.0.0.1:4000"
	r.Host = "127.0.0.1"
	d.who(r)
	out := httptest.NewRecorder()
	d.s.ServeHTTP(out, r)
	return out
}

func paused(d *desk) (n int) {
	for _, s := range d.sources() {
		if s.Paused {
			n++
		}
	}
	return n
}

const opml = `<?xml version="1.0"?>
<opml version="2.0"><body>
<outline text="Un &lt;b&gt;" xmlUrl="https://un.example/rss"/>
<outline text="Deux" xmlUrl="https://deux.example/rss"/>
<outline text="Deux, autrement" xmlUrl="https://deux.example/rss#x"/>
<outline text="Mauvais" xmlUrl="file:///etc/passwd"/>
<outline text="%s" xmlUrl="https://long.example/rss"/>
</body></opml>`

func TestLists(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	before := len(d.sources())
	body := fmt.Appendf(nil, opml, strings.Repeat("n", 300))
	r := sendList(t, d, `liste "<b>.opml`, "pause", body)
	page := r.Body.String()
	if r.Code != http.StatusOK || len(d.sources()) != before+2 || paused(d) != 2 || strings.Contains(page, "<b>") {
		t.Fatalf("%d, %d sources added:\n%s", r.Code, len(d.sources())-before, page)
	}
	for _, want := range []string{"2</bdi> sources ajoutées", "2</bdi> refusées", `>3</bdi>`, `>6</bdi>`, `>7</bdi>`, "Refusée", "is longer than 200"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report lacks %q:\n%s", want, page)
		}
	}
	if again := sendList(t, d, "liste.opml", "", body).Body.String(); !strings.Contains(again, "déjà suivies") || len(d.sources()) != before+2 {
		t.Error("posted twice it adds twice")
	}
	file := d.get("/fr/bureau/sources/sources.opml")
	if file.Code != http.StatusOK || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") || strings.Count(file.Body, "<outline ") != before+2 {
		t.Errorf("the export: %d\n%s", file.Code, file.Body)
	}
	for name, test := range map[string]struct {
		body   []byte
		status int
	}{
		"empty": {nil, 422}, "a page": {[]byte("<html><p>no</p></html>"), 422}, "text": {[]byte("no list"), 422}, "deep": {[]byte("<opml>" + strings.Repeat("<outline text='a'>", 100)), 422},
		"large": {make([]byte, 10<<20+1), 413}, "larger": {make([]byte, 12<<20), 413},
	} {
		if r := sendList(t, d, name, "", test.body); r.Code != test.status {
			t.Errorf("%s: %d, want %d", name, r.Code, test.status)
		}
	}
}

// TestSourcesLeadOn looks for the ways to packs, lists and single items.
func TestSourcesLeadOn(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	if r := d.get("/fr/bureau/sources"); !strings.Contains(r.Body, packsAt) || !strings.Contains(r.Body, onceAt) || !strings.Contains(r.Body, listsAt) {
		t.Error("the list of sources does not lead to packs, lists and one item")
	}
	c := newDesk(t, vigie.Curator)
	if r := c.get("/fr/bureau/sources"); strings.Contains(r.Body, listsAt) {
		t.Error("a curator is led to lists")
	}
	for _, path := range []string{listsAt, "/fr/bureau/sources/sources.opml"} {
		if r := c.get(path); r.Code != http.StatusForbidden {
			t.Errorf("%s for a curator: %d", path, r.Code)
		}
	}
}
