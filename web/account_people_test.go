package web_test

import (
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

const peoplePage = "/fr/bureau/utilisateurs"

// TestInvitation invites somebody, who chooses a password, gets another role, and
// is disabled.
func TestInvitation(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	admin := c.enter(t, vigie.Admin, 0)
	form := url.Values{"name": {"Idriss <b>"}, "email": {"idriss@observatoire.example"}, "role": {"curator"}, "lang": {"ar"}}
	page := send(t, c.s, peoplePage, form, admin, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	link := regexp.MustCompile(`value="(/ar/invitation/\S{43})"`).FindStringSubmatch(page.Body)
	if page.Code != http.StatusOK || link == nil || page.Header.Get("Content-Encoding") != "" || page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("%d: no link, or it may leak:\n%s", page.Code, page.Body)
	}
	if again := send(t, c.s, peoplePage, form, admin); again.Code != http.StatusUnprocessableEntity || !strings.Contains(again.Body, "a déjà cette adresse") {
		t.Errorf("the same form twice: %d", again.Code)
	}
	accept := url.Values{"password": {phrase}, "role": {"admin"}, "email": {"autre@observatoire.example"}}
	entered := send(t, c.s, link[1], accept)
	who := given(t, entered)
	if own := ask(t, c.s, "GET", "/fr/compte", who); !strings.Contains(own.Body, "idriss@observatoire.example") || !strings.Contains(own.Body, "Idriss &lt;b&gt;") {
		t.Errorf("the account took more from the form than it may: %d", own.Code)
	}
	id := regexp.MustCompile(`utilisateurs/([0-9A-Z]{26})">Idriss|utilisateurs/([0-9A-Z]{26})"><bdi>Idriss`).FindStringSubmatch(ask(t, c.s, "GET", peoplePage, admin).Body)
	if id == nil {
		t.Fatal("the list does not lead to the account")
	}
	person := peoplePage + "/" + id[1] + id[2]
	for _, test := range []struct {
		action string
		form   url.Values
		status int
		says   string
	}{
		{"/role", url.Values{"role": {"emperor"}}, 422, "Choisissez un rôle"},
		{"/role", url.Values{"role": {"editor"}}, 303, ""},
		{"/etat", url.Values{}, 400, ""},
		{"/etat", url.Values{"state": {"disabled"}}, 303, ""},
		{"/lien", nil, 409, "réactivez-le"},
		{"/etat", url.Values{"state": {"active"}}, 303, ""},
		{"/lien", nil, 200, "/ar/invitation/"},
	} {
		got := send(t, c.s, person+test.action, test.form, admin)
		if got.Code != test.status || !strings.Contains(got.Body, test.says) {
			t.Errorf("%s %v: %d, want %d and %q", test.action, test.form, got.Code, test.status, test.says)
		}
		if test.status == 303 {
			if got := ask(t, c.s, "GET", "/fr/compte", who); got.Code != http.StatusSeeOther {
				t.Errorf("after %s %v the session lives on", test.action, test.form)
			}
			if shown := ask(t, c.s, "GET", got.Header.Get("Location"), admin); shown.Code != 200 || !strings.Contains(shown.Body, `role="status"`) {
				t.Errorf("after %s: %d, or no word about it", test.action, shown.Code)
			}
		}
	}
}

// TestLastAdministrator tries to leave the observatory without one.
func TestLastAdministrator(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	admin := c.enter(t, vigie.Admin, 0)
	own := peoplePage + "/" + string(c.people[vigie.Admin].ID)
	for action, form := range map[string]url.Values{"/role": {"role": {"reader"}}, "/etat": {"state": {"disabled"}}} {
		got := send(t, c.s, own+action, form, admin)
		if got.Code != http.StatusConflict || !strings.Contains(got.Body, "dernier compte") {
			t.Errorf("%s: %d", action, got.Code)
		}
	}
}

// TestOwnAccount changes the password and ends sessions: one's own and no others.
func TestOwnAccount(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	first, second := c.enter(t, vigie.Editor, 0), c.enter(t, vigie.Editor, time.Minute)
	other := c.enter(t, vigie.Curator, 0)
	page := ask(t, c.s, "GET", "/fr/compte", second)
	ids := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindAllStringSubmatch(page.Body, -1)
	if len(ids) != 2 { // that of newCrowd, and first
		t.Fatalf("%d other sessions are shown", len(ids))
	}
	for _, id := range ids {
		send(t, c.s, "/fr/compte/sessions", url.Values{"session": {id[1]}}, other)
	}
	if got := ask(t, c.s, "GET", "/fr/compte", first); got.Code != http.StatusOK {
		t.Error("a colleague ended a session")
	}
	for _, id := range ids {
		send(t, c.s, "/fr/compte/sessions", url.Values{"session": {id[1]}}, second)
	}
	if got := ask(t, c.s, "GET", "/fr/compte", first); got.Code != http.StatusSeeOther {
		t.Error("the session lives on")
	}
	const better = "sept vieilles horloges muettes"
	for _, test := range []struct {
		old, new string
		status   int
		says     string
	}{
		{phrase, "court", 422, "Il faut au moins 12"},
		{phrase, "observatoire2026", 422, "se devine"},
		{"mauvais mot", better, 422, "ne convient pas"},
		{phrase, better, 303, ""},
	} {
		got := send(t, c.s, "/fr/compte/mot-de-passe", url.Values{"password_old": {test.old}, "password": {test.new}}, second)
		if got.Code != test.status || !strings.Contains(got.Body, test.says) || strings.Contains(got.Body, test.new) {
			t.Errorf("%q: %d, want %d and %q, or the page shows it", test.new, got.Code, test.status, test.says)
		}
		if got.Code == http.StatusSeeOther {
			if page := ask(t, c.s, "GET", "/fr/compte", given(t, got)); page.Code != http.StatusOK {
				t.Errorf("with the new session: %d", page.Code)
			}
		}
	}
	if got := ask(t, c.s, "GET", "/fr/compte", second); got.Code != http.StatusSeeOther {
		t.Error("the old session lives on")
	}
}

// TestHostileNames gives names that would act on a page that shows them as they
// are.
func TestHostileNames(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	curator, admin := c.enter(t, vigie.Curator, 0), c.enter(t, vigie.Admin, 0)
	for _, name := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `{{.P}}`, `javascript:alert(1)`, `&lt;b&gt;`} {
		if got := send(t, c.s, "/fr/compte", url.Values{"name": {name}}, curator); got.Code != http.StatusSeeOther {
			t.Fatalf("%q: %d", name, got.Code)
		}
		for _, path := range []string{"/fr/compte", peoplePage, "/fr/bureau/journal"} {
			who := admin
			if path == "/fr/compte" {
				who = curator
			}
			page := ask(t, c.s, "GET", path, who).Body
			if !strings.Contains(page, template.HTMLEscapeString(name)) || strings.Contains(name, "<") && strings.Contains(page, name) {
				t.Errorf("%s does not show %q as it was written", path, name)
			}
		}
	}
	for _, name := range []string{"", "a\x00b", "a\u202eb", strings.Repeat("n", 101), "\xff"} {
		if got := send(t, c.s, "/fr/compte", url.Values{"name": {name}}, curator); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", name, got.Code)
		}
	}
}

// TestAuditPages walks the log from the newest line to the first.
func TestAuditPages(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	admin := c.enter(t, vigie.Admin, 0)
	const lines = 250
	var last store.Seq
	err := c.o.DB.Update(t.Context(), func(tx *store.Tx) error {
		for range lines {
			l, err := tx.Audit(store.AuditLine{What: "planted <b>", About: string(c.people[vigie.Reader].ID)})
			if err != nil {
				return err
			}
			last = l.Seq
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path, rows, pages := "/fr/bureau/journal", 0, 0
	for ; path != "" && pages < 10; pages++ {
		page := ask(t, c.s, "GET", path, admin)
		if page.Code != http.StatusOK || strings.Contains(page.Body, "planted <b>") {
			t.Fatalf("%s: %d", path, page.Code)
		}
		rows += strings.Count(page.Body, "<tr><td")
		m := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page.Body)
		path = ""
		if m != nil {
			path = m[1]
		}
	}
	if rows != int(last) || pages != int(last)/100+1 {
		t.Errorf("%d lines on %d pages instead of %d", rows, pages, last)
	}
	if got := ask(t, c.s, "GET", "/fr/bureau/journal?avant=x", admin); got.Code != http.StatusBadRequest {
		t.Errorf("no number: %d", got.Code)
	}
}
