package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/polite"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/web"
)

// probing is a desk whose server reads addresses as read says.
func probing(t *testing.T, role vigie.Role, read func(context.Context, vigie.Source) (web.Probe, error)) *desk {
	t.Helper()
	d := newDesk(t, role)
	d.o.Probe = read
	d.s = server(t, d.o)
	return d
}

func aFeed(_ context.Context, s vigie.Source) (web.Probe, error) {
	return web.Probe{URL: s.URL, Kind: vigie.Feed, Title: "Revue <b>", Lang: "fr", Total: 1, Entries: []web.ProbeEntry{{Title: "Un article", URL: "javascript:alert(1)"}}}, nil
}

func (d *desk) sources() (out []vigie.Source) {
	d.t.Helper()
	err := d.o.DB.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func TestAddSource(t *testing.T) {
	for _, test := range []struct {
		role   vigie.Role
		paused bool
		notice string
	}{{vigie.Editor, false, "source.added"}, {vigie.Curator, true, "source.proposed"}} {
		d := probing(t, test.role, aFeed)
		before := len(d.sources())
		tried := d.post("/fr/bureau/sources/essai", url.Values{"url": {"revue.example/rss"}})
		if tried.Code != http.StatusOK || !strings.Contains(tried.Body, "Un article") || strings.Contains(tried.Body, "javascript:") {
			t.Fatalf("%d, want a preview without scripts", tried.Code)
		}
		if len(d.sources()) != before {
			t.Error("trying an address added it")
		}
		form := url.Values{"id": {"01JD8Y3K5W0000000000000009"}, "genre": {"feed"}, "url": {"https://revue.example/rss"}, "name": {"Revue"}}
		for range 2 {
			if r := d.post("/fr/bureau/sources", form); !strings.HasSuffix(r.Header.Get("Location"), "fait="+test.notice) {
				t.Errorf("%s: %d to %q", test.role, r.Code, r.Header.Get("Location"))
			}
		}
		all := d.sources()
		if len(all) != before+1 || all[0].ID != "01JD8Y3K5W0000000000000009" || all[0].Paused != test.paused {
			t.Errorf("%s: the sources are %+v", test.role, all)
		}
		form.Set("id", "01JD8Y3K5W000000000000000A")
		if r := d.post("/fr/bureau/sources", form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, "déjà suivie") {
			t.Errorf("an address that is watched: %d", r.Code)
		}
	}
}

func TestProbeSaysWhatIsWrong(t *testing.T) {
	d := probing(t, vigie.Editor, func(context.Context, vigie.Source) (web.Probe, error) {
		return web.Probe{}, &polite.StatusError{Code: 404}
	})
	for address, want := range map[string]string{"https://rien.example/": "Il n’y a rien à cette adresse", "file:///etc/passwd": "adresse du web", "": "adresse du web"} {
		if r := d.post("/fr/bureau/sources/essai", url.Values{"url": {address}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, want) {
			t.Errorf("%q: %d, want %q", address, r.Code, want)
		}
	}
}

func TestSourcePages(t *testing.T) {
	d := probing(t, vigie.Editor, aFeed)
	src := d.sources()[0]
	page := "/fr/bureau/sources/" + string(src.ID)
	if r := d.post(page+"/etat", url.Values{"etat": {"pause"}}); r.Code != http.StatusSeeOther || !d.sources()[0].Paused {
		t.Errorf("pausing: %d", r.Code)
	}
	d.post(page+"/etat", url.Values{"etat": {"reprise"}})
	if r := d.post(page, url.Values{"url": {src.URL}, "name": {"Autre nom"}, "every": {"3h0m0s"}, "topics": {"fibre, 5G"}}); r.Code != http.StatusSeeOther {
		t.Errorf("saving: %d", r.Code)
	}
	if got := d.sources()[0]; got.Name != "Autre nom" || got.Every != 3*time.Hour || len(got.Topics) != 2 || got.Kind != src.Kind || !got.Added.Equal(src.Added) {
		t.Errorf("saved %+v", got)
	}
	if r := d.post(page, url.Values{"url": {"file:///etc/passwd"}, "name": {"x"}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `id="url"`) {
		t.Errorf("a bad address: %d", r.Code)
	}
	if r := d.post(page+"/retirer", url.Values{"nom": {"pas ce nom"}}); r.Code != http.StatusUnprocessableEntity || len(d.sources()) != 2 {
		t.Errorf("the wrong name: %d", r.Code)
	}
	if r := d.post(page+"/retirer", url.Values{"nom": {" autre  NOM "}}); r.Code != http.StatusSeeOther || len(d.sources()) != 1 {
		t.Errorf("the right name: %d", r.Code)
	}
	if r := d.get(page); r.Code != http.StatusNotFound {
		t.Errorf("a source that is gone: %d", r.Code)
	}
}

// TestFindBlames gives queries that cannot be read: each has words of its own, at
// the right place.
func TestFindBlames(t *testing.T) {
	d := newDesk(t, vigie.Reader)
	for line, want := range map[string]string{
		`fibre colour:red`: "<mark><bdi>colour:</bdi></mark>", `title:`: "Il manque une valeur", `(fibre`: "Cette parenthèse n’est", `fibre)`: "pas été ouverte",
		`"fibre`: "guillemet", `*fibre`: "signe *", `f*`: "plus de lettres", `lang:klingonesque1`: "une langue", `from:2026 from:2025`: "deux fois", `from:hier`: "une date",
		`fibre ET`: "<bdi>fibre </bdi><mark><bdi>ET</bdi></mark>", `to:2025 from:2026`: "échangez", `fibre NEAR/999 x`: "de 0 à 99", `fibre NEAR (a b)`: "proches",
		strings.Repeat("(", 500): "unes dans les autres", `page:0`: "nombre de pages", `status:x`: "un statut", `cited:x`: "cited:yes", `age:x`: "un âge",
		strings.Repeat("lang:fr ", 17): "trop de valeurs", strings.Repeat(`"a" `, 33): "trop de mots",
		strings.Repeat("a ", query.MaxBytes): "trop longue",
	} {
		r := d.get("/fr/bureau/recherche?q=" + url.QueryEscape(line))
		if r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body, want) {
			t.Errorf("%.30q: %d, lacks %q", line, r.Code, want)
		}
		if strings.Contains(r.Body, "ne peut pas être comprise") {
			t.Errorf("%.30q has no words of its own", line)
		}
	}
}

// TestProbesOfOnePerson are bounded: others go on, and so does the person later.
func TestProbesOfOnePerson(t *testing.T) {
	d := probing(t, vigie.Editor, aFeed)
	try := func(who func(*http.Request)) answer {
		return send(t, d.s, "/fr/bureau/sources/essai", url.Values{"url": {"revue.example/rss"}}, who)
	}
	_, other := signedAs(t, d.o, vigie.Editor, "autre@observatoire.example")
	for range 30 {
		if r := try(d.who); r.Code != http.StatusOK {
			t.Fatal(r.Code)
		}
	}
	r := try(d.who)
	if r.Code != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "3600" || !strings.Contains(r.Body, "Attendez un peu") || !strings.Contains(r.Body, "revue.example/rss") {
		t.Errorf("the 31st: %d, %q, or the page forgets the address", r.Code, r.Header.Get("Retry-After"))
	}
	if r := try(other); r.Code != http.StatusOK {
		t.Errorf("somebody else: %d", r.Code)
	}
}
