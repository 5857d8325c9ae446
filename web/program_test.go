package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/web/auth"
)

// TestProgramsAreRefusedInJSON: whatever stands against a request below the API is told
// as a problem, and cookies open nothing there.
func TestProgramsAreRefusedInJSON(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	admin := c.enter(t, vigie.Admin, 0)
	elsewhere := func(r *http.Request) { r.Header.Set("Origin", "https://ailleurs.example") }
	for _, test := range []struct {
		name, method, path string
		change             []func(*http.Request)
		status             int
		allow              string
	}{
		{"unknown", "GET", "/api/v1/nowhere", nil, 404, ""},
		{"the root", "GET", "/api/v1", nil, 404, ""},
		{"a slash", "GET", "/api/v1/search/", nil, 404, ""},
		{"a session", "GET", "/api/v1/search", []func(*http.Request){admin}, 401, ""},
		{"posted", "POST", "/api/v1/search", []func(*http.Request){admin, sameOrigin}, 405, "GET, HEAD, OPTIONS"},
		{"posted from elsewhere", "POST", "/api/v1/search", []func(*http.Request){elsewhere}, 403, ""},
		{"deleted", "DELETE", "/api/v1/syntheses", nil, 405, "GET, HEAD, OPTIONS"},
		{"nothing", "GET", "/api/v1/documents/%20", []func(*http.Request){admin}, 401, ""},
	} {
		got := ask(t, c.s, test.method, test.path, test.change...)
		var p struct {
			Status         int
			Title, Request string
		}
		if err := json.Unmarshal([]byte(got.Body), &p); err != nil || got.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v: %.200s", test.name, err, got.Body)
		}
		if got.Code != test.status || p.Status != test.status || p.Title == "" || p.Request != got.Header.Get("X-Request-Id") || got.Header.Get("Allow") != test.allow {
			t.Errorf("%s: %d, Allow %q, %+v", test.name, got.Code, got.Header.Get("Allow"), p)
		}
		if got.Header.Get("Set-Cookie") != "" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", test.name, got.Header)
		}
	}
	o := options(filled(t))
	o.PublicURL = "https://observatoire.example"
	if got := ask(t, server(t, o), "GET", "/api/v1/syntheses", func(r *http.Request) { r.Host = "rebind.example" }); got.Code != 421 || !strings.Contains(got.Body, "misdirected") {
		t.Errorf("another name: %d %s", got.Code, got.Body)
	}
}

// TestTokenPages makes a token on the account page in each language, uses it, and
// revokes it.
func TestTokenPages(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	reader := c.enter(t, vigie.Reader, 0)
	for _, lang := range []string{"fr", "en", "ar"} {
		page := ask(t, c.s, "GET", "/"+lang+"/compte", reader)
		for _, want := range []string{`action="/` + lang + `/compte/jetons"`, `href="/api/v1/openapi.json"`, `value="read:searches"`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%s: the page lacks %s", lang, want)
			}
		}
		form := url.Values{"nom": {"Tableur <b>" + lang}, "droit": {string(auth.ItemsScope)}, "jours": {"90"}}
		made := send(t, c.s, "/"+lang+"/compte/jetons", form, reader)
		token := regexp.MustCompile(`vigie_[A-Za-z0-9_-]{43}`).FindString(made.Body)
		if made.Code != http.StatusOK || token == "" || made.Header.Get("Cache-Control") != "no-store" || made.Header.Get("Content-Encoding") != "" {
			t.Fatalf("%s: %d %v, token %q", lang, made.Code, made.Header, token)
		}
		bearer := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
		if got := ask(t, c.s, "GET", "/api/v1/documents", bearer); got.Code != http.StatusOK || !strings.Contains(got.Body, "Rapport") {
			t.Errorf("%s: the token opens %d %s", lang, got.Code, got.Body)
		}
		page = ask(t, c.s, "GET", "/"+lang+"/compte", reader)
		if strings.Contains(page.Body, token) || !strings.Contains(page.Body, "Tableur &lt;b&gt;"+lang) {
			t.Errorf("%s: the list shows the token, or not its name", lang)
		}
		id := regexp.MustCompile(`name="jeton" value="([0-9a-f]{64})"`).FindStringSubmatch(page.Body)
		done := send(t, c.s, "/"+lang+"/compte/jetons/fin", url.Values{"jeton": {id[1]}}, reader)
		if done.Code != http.StatusSeeOther || ask(t, c.s, "GET", "/api/v1/documents", bearer).Code != http.StatusUnauthorized {
			t.Errorf("%s: revoking answers %d, or does nothing", lang, done.Code)
		}
	}
	log := ask(t, c.s, "GET", "/fr/bureau/journal", c.enter(t, vigie.Admin, 0))
	if !strings.Contains(log.Body, "jeton révoqué") {
		t.Error("the audit log does not tell of it")
	}
}

// TestTokenForm: what is missing is said at its field, and an old sign-in does not do.
func TestTokenForm(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	reader := c.enter(t, vigie.Reader, 0)
	for field, form := range map[string]url.Values{
		"nom":   {"droit": {"read:public"}, "jours": {"30"}},
		"droit": {"nom": {"n"}, "jours": {"30"}},
		"jours": {"nom": {"n"}, "droit": {"read:public"}, "jours": {"31"}},
	} {
		got := send(t, c.s, "/fr/compte/jetons", form, reader)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `href="#`+field+`"`) || !strings.Contains(got.Body, `id="`+field+`"`) {
			t.Errorf("without %s: %d", field, got.Code)
		}
	}
	form := url.Values{"nom": {"n"}, "droit": {"read:public"}, "jours": {"30"}}
	late := send(t, c.s, "/fr/compte/jetons", form, c.enter(t, vigie.Reader, 20*time.Minute))
	if late.Code != http.StatusForbidden || strings.Contains(late.Body, auth.TokenPrefix) || !strings.Contains(late.Body, `type="password"`) {
		t.Errorf("signed in long ago: %d", late.Code)
	}
	if got := send(t, c.s, "/fr/compte/jetons/fin", url.Values{"jeton": {"<x>"}}, reader); got.Code != http.StatusSeeOther {
		t.Errorf("revoking what is none: %d", got.Code)
	}
}
