package web_test

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie"
	"vigie/index/store"
	"vigie/web"
	"vigie/web/auth"
)

// send posts a form as one of our own pages does.
func send(t *testing.T, s http.Handler, path string, form url.Values, change ...func(*http.Request)) answer {
	t.Helper()
	return ask(t, s, http.MethodPost, path, append([]func(*http.Request){sameOrigin, func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(form.Encode()))
	}}, change...)...)
}

// sendParts posts a form in parts, with a file where one is named.
func sendParts(t *testing.T, s http.Handler, path string, form url.Values, file string, change ...func(*http.Request)) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if file != "" {
		part, err := w.CreateFormFile("file", file)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte("a;b\n1;2\n")) // a buffer takes everything
	}
	for name, values := range form {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return ask(t, s, http.MethodPost, path, append([]func(*http.Request){func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Body = io.NopCloser(&b)
	}}, change...)...)
}

// shownForm is a form of a page as a browser sees it.
type shownForm struct {
	action string
	parts  bool
	fields url.Values
}

// formsOn returns the forms of the main part of a page that are posted.
func formsOn(t *testing.T, page string) []shownForm {
	t.Helper()
	_, page, found := strings.Cut(page, "<main")
	if !found {
		t.Fatalf("this is no page: %.200s", page)
	}
	var out []shownForm
	for z := html.NewTokenizer(strings.NewReader("<main" + page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		token := z.Token()
		attr := map[string]string{}
		for _, a := range token.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case kind == html.StartTagToken && token.Data == "form" && attr["method"] == "post":
			out = append(out, shownForm{attr["action"], attr["enctype"] == "multipart/form-data", url.Values{}})
		case token.Data == "input" && attr["name"] != "" && len(out) > 0:
			out[len(out)-1].fields.Add(attr["name"], attr["value"])
		}
	}
}

// fill sends a form that was shown, with what somebody typed.
func (f shownForm) fill(t *testing.T, s http.Handler, typed url.Values, change ...func(*http.Request)) answer {
	t.Helper()
	maps.Copy(f.fields, typed)
	if f.parts {
		return sendParts(t, s, f.action, f.fields, "", change...)
	}
	return send(t, s, f.action, f.fields, change...)
}

// given makes a request that of whom an answer gave a session.
func given(t *testing.T, a answer) func(*http.Request) {
	t.Helper()
	cookies := (&http.Response{Header: a.Header}).Cookies()
	if len(cookies) != 1 || cookies[0].Value == "" {
		t.Fatalf("%d: no session: %v", a.Code, cookies)
	}
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookies[0].Name, Value: cookies[0].Value}) }
}

func TestFirstAccount(t *testing.T) {
	o := options(filled(t))
	people(t, &o)
	s := server(t, o)
	link, err := o.Auth.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := link.Path("fr")
	for range 2 { // looking does not use it up
		page := ask(t, s, "GET", path)
		if page.Code != http.StatusOK || page.Header.Get("Referrer-Policy") != "no-referrer" || page.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d, %v", page.Code, page.Header)
		}
		if strings.Contains(page.Body, link.Secret.Reveal()) {
			t.Error("the page repeats the secret")
		}
	}
	form := url.Values{"email": {"awa@observatoire.example"}, "name": {"Awa Diallo"}, "lang": {"ar"}, "password": {"trop court"}}
	if got := send(t, s, path, form); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "awa@observatoire.example") || strings.Contains(got.Body, "trop court") {
		t.Errorf("a short password: %d, or the page forgets the address, or shows the password", got.Code)
	}
	form.Set("password", phrase)
	form.Set("role", "reader") // nobody asks for it
	got := send(t, s, path, form)
	if got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/ar/") {
		t.Fatalf("%d to %q", got.Code, got.Header.Get("Location"))
	}
	if page := ask(t, s, "GET", "/fr/bureau/utilisateurs", given(t, got)); page.Code != http.StatusOK || !strings.Contains(page.Body, "Awa Diallo") {
		t.Errorf("the first account is no administrator: %d", page.Code)
	}
	for _, again := range []answer{send(t, s, path, form), ask(t, s, "GET", path)} {
		if again.Code != http.StatusNotFound || !strings.Contains(again.Body, "/fr/mot-de-passe") {
			t.Errorf("used up: %d, or the page does not say what to do", again.Code)
		}
	}
}

func TestSignIn(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	email := c.people[vigie.Curator].Email
	try := func(email, password string) answer {
		return send(t, c.s, "/fr/connexion", url.Values{"email": {email}, "password": {password}, "suite": {"/fr/compte"}})
	}
	plain := func(a answer, email string) string {
		return strings.NewReplacer(email, "EMAIL", a.Header.Get("X-Request-Id"), "ID").Replace(a.Body)
	}
	wrong, unknown := try(email, "mauvais mot"), try("personne@observatoire.example", "mauvais mot")
	if wrong.Code != http.StatusUnprocessableEntity || unknown.Code != wrong.Code || plain(wrong, email) != plain(unknown, "personne@observatoire.example") {
		t.Errorf("a wrong password gives %d and an unknown address %d, or another page", wrong.Code, unknown.Code)
	}
	if strings.Contains(wrong.Body, "mauvais mot") {
		t.Error("the page shows the password")
	}
	right := try(email, phrase)
	if right.Code != http.StatusSeeOther || right.Header.Get("Location") != "/fr/compte" {
		t.Fatalf("%d to %q", right.Code, right.Header.Get("Location"))
	}
	who := given(t, right)
	if page := ask(t, c.s, "GET", "/fr/compte", who); page.Code != http.StatusOK || !strings.Contains(page.Body, email) {
		t.Errorf("signed in: %d", page.Code)
	}
	if out := send(t, c.s, "/fr/deconnexion", nil, who); out.Code != http.StatusSeeOther || !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d, %q", out.Code, out.Header.Get("Set-Cookie"))
	}
	if page := ask(t, c.s, "GET", "/fr/compte", who); page.Code != http.StatusSeeOther || page.Header.Get("Location") != "/fr/connexion?suite=%2Ffr%2Fcompte" {
		t.Errorf("signed out: %d to %q", page.Code, page.Header.Get("Location"))
	}
	var last answer
	for range 7 {
		last = try(email, "mauvais mot")
	}
	if last.Code != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" || !strings.Contains(last.Body, "minute") {
		t.Errorf("after seven tries: %d, Retry-After %q", last.Code, last.Header.Get("Retry-After"))
	}
}

// TestLanguageOfPeople signs in somebody who prefers Arabic.
func TestLanguageOfPeople(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	who := c.enter(t, vigie.Editor, 0)
	if got := send(t, c.s, "/fr/compte", url.Values{"name": {"Samia"}, "lang": {"ar"}}, who); got.Header.Get("Location") != "/ar/compte?fait=account.profile" {
		t.Fatalf("%d to %q", got.Code, got.Header.Get("Location"))
	}
	got := send(t, c.s, "/fr/connexion", url.Values{"email": {c.people[vigie.Editor].Email}, "password": {phrase}})
	if to := got.Header.Get("Location"); !strings.HasPrefix(to, "/ar/") {
		t.Errorf("signing in leads to %q", to)
	}
	english := func(r *http.Request) { r.Header.Set("Accept-Language", "en") }
	if to := ask(t, c.s, "GET", "/", who, english).Header.Get("Location"); !strings.HasPrefix(to, "/ar/") {
		t.Errorf("the front door leads to %q", to)
	}
}

// TestKeptForm writes while the session ends, in both ways that forms are sent:
// after signing in, one button sends what was written.
func TestKeptForm(t *testing.T) {
	written := "Nadia\r\n“B” <b>&amp;</b> نادية"
	for _, name := range []string{"encoded", "in parts"} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, options(filled(t)))
			form := url.Values{"name": {written}, "lang": {"en"}, "tag": {"a", "b"}, "password": {"secret words"}, "password_old": {"older words"}}
			asked := send(t, c.s, "/fr/compte?x=1", form, c.enter(t, vigie.Curator, 25*time.Hour))
			if name == "in parts" {
				asked = sendParts(t, c.s, "/fr/compte?x=1", form, "donnees.csv")
			}
			if asked.Code != http.StatusForbidden || strings.Contains(asked.Body, "secret words") || strings.Contains(asked.Body, "older words") {
				t.Fatalf("%d, or a password is kept", asked.Code)
			}
			typed := url.Values{"email": {c.people[vigie.Curator].Email}, "password": {"wrong words"}}
			again := formsOn(t, asked.Body)[0].fill(t, c.s, typed)
			if again.Code != http.StatusUnprocessableEntity {
				t.Fatalf("a wrong password: %d", again.Code)
			}
			typed.Set("password", phrase)
			resumed := formsOn(t, again.Body)[0].fill(t, c.s, typed)
			if resumed.Code != http.StatusOK {
				t.Fatalf("signed in: %d", resumed.Code)
			}
			kept := formsOn(t, resumed.Body)[0]
			// Browsers read the ends of lines as one character, and send them as two again.
			want := url.Values{"name": {strings.ReplaceAll(written, "\r", "")}, "lang": {"en"}, "tag": {"a", "b"}}
			if kept.action != "/fr/compte?x=1" || kept.fields.Encode() != want.Encode() || kept.parts != (name == "in parts") {
				t.Errorf("what was written became %+v", kept)
			}
			kept.fields.Set("name", "Nadia B.")
			kept.parts = false // as this route reads it
			if done := kept.fill(t, c.s, nil, given(t, resumed)); done.Header.Get("Location") != "/en/compte?fait=account.profile" {
				t.Errorf("sent: %d to %q", done.Code, done.Header.Get("Location"))
			}
		})
	}
}

// TestKeptFormForFreshPassword does something that asks for the password again.
func TestKeptFormForFreshPassword(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	late := c.enter(t, vigie.Admin, 20*time.Minute)
	if got := ask(t, c.s, "GET", "/fr/bureau/journal?avant=7", late); got.Header.Get("Location") != "/fr/confirmer?suite=%2Ffr%2Fbureau%2Fjournal%3Favant%3D7" {
		t.Errorf("a page: %d to %q", got.Code, got.Header.Get("Location"))
	}
	form := url.Values{"name": {"Idriss"}, "email": {"idriss@observatoire.example"}, "role": {"curator"}}
	asked := send(t, c.s, "/fr/bureau/utilisateurs", form, late)
	if asked.Code != http.StatusForbidden {
		t.Fatalf("%d", asked.Code)
	}
	// The session ends before the password is given: nothing is lost all the same.
	gone := formsOn(t, asked.Body)[0].fill(t, c.s, url.Values{"password": {phrase}})
	if gone.Code != http.StatusForbidden || !strings.Contains(gone.Body, `action="/fr/connexion"`) {
		t.Fatalf("without a session: %d", gone.Code)
	}
	for _, page := range []answer{asked, gone} {
		typed := url.Values{"email": {c.people[vigie.Admin].Email}, "password": {phrase}}
		resumed := formsOn(t, page.Body)[0].fill(t, c.s, typed, late)
		sent := formsOn(t, resumed.Body)[0]
		if sent.action != "/fr/bureau/utilisateurs" || sent.fields.Encode() != form.Encode() {
			t.Fatalf("%d: %+v", resumed.Code, sent)
		}
		if page.Body == asked.Body {
			late = given(t, resumed)
			continue
		}
		if got := sent.fill(t, c.s, nil, given(t, resumed)); got.Code != http.StatusOK || !strings.Contains(got.Body, "/fr/invitation/") {
			t.Errorf("sent: %d", got.Code)
		}
	}
}

// TestKeptFormIsBounded sends what cannot be kept.
func TestKeptFormIsBounded(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	many := url.Values{}
	for range 1500 {
		many.Add("a", "")
	}
	for _, test := range []struct {
		name string
		got  answer
		want int
	}{
		{"400 KB of Arabic, in parts", sendParts(t, c.s, "/fr/compte", url.Values{"body": {strings.Repeat("نص ", 80_000)}}, ""), 403},
		{"400 KB, encoded", send(t, c.s, "/fr/compte", url.Values{"body": {strings.Repeat("text ", 80_000)}}), 403},
		{"2 MiB", send(t, c.s, "/fr/compte", url.Values{"body": {strings.Repeat("x", 2<<20)}}), 413},
		{"1500 fields", send(t, c.s, "/fr/compte", many), 413},
		{"1500 parts", sendParts(t, c.s, "/fr/compte", many, ""), 413},
		{"no form", send(t, c.s, "/fr/compte", nil, func(r *http.Request) { r.Header.Set("Content-Type", "application/json"); r.ContentLength = 2 }), 403},
		{"another site", send(t, c.s, "/fr/compte", nil, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }), 403},
	} {
		if test.got.Code != test.want {
			t.Errorf("%s: %d, want %d", test.name, test.got.Code, test.want)
		}
	}
	page := sendParts(t, c.s, "/fr/compte", url.Values{"body": {strings.Repeat("نص ", 80_000)}}, "")
	typed := url.Values{"email": {c.people[vigie.Reader].Email}, "password": {phrase}}
	if got := formsOn(t, page.Body)[0].fill(t, c.s, typed); got.Code != http.StatusOK || len(formsOn(t, got.Body)[0].fields.Get("body")) != len("نص ")*80_000 {
		t.Errorf("400 KB through signing in: %d", got.Code)
	}
	for _, target := range []string{"/healthz", "/fr/etat", "/fr/nowhere", "//evil.example/fr/compte", "https://evil.example/"} {
		typed.Set("reprise", target)
		typed.Set("reprise:body", "x")
		if got := send(t, c.s, "/fr/connexion", typed); got.Code != http.StatusSeeOther {
			t.Errorf("a kept form for %s: %d, want to go on without it", target, got.Code)
		}
	}
}

func TestForgottenPassword(t *testing.T) {
	o := options(filled(t))
	o.PublicURL = "https://observatoire.example"
	postal(t, &o)
	people(t, &o)
	s := server(t, o)
	user, _ := signed(t, o, vigie.Publisher)
	public := func(r *http.Request) {
		r.Host = "observatoire.example"
		r.Header.Set("X-Forwarded-Host", "evil.example")
	}
	request := func(email string) answer {
		return send(t, s, "/fr/mot-de-passe", url.Values{"email": {email}}, public)
	}
	known, unknown := request(user.Email), request("personne@observatoire.example")
	if known.Code != http.StatusSeeOther || unknown.Code != known.Code || known.Header.Get("Location") != unknown.Header.Get("Location") {
		t.Errorf("%d to %q, and %d to %q", known.Code, known.Header.Get("Location"), unknown.Code, unknown.Header.Get("Location"))
	}
	letters := lettersOf(t, o)
	if len(letters) != 1 || letters[0].To != user.Email {
		t.Fatalf("the letters are %+v", letters)
	}
	m := regexp.MustCompile(`(?m)^https://observatoire\.example(/fr/invitation/\S{43})$`).FindStringSubmatch(letters[0].Text)
	if m == nil {
		t.Fatalf("no link on a line of its own below the public address:\n%s", letters[0].Text)
	}
	done := send(t, s, m[1], url.Values{"password": {"sept vieilles horloges muettes"}, "name": {"Quelqu’un d’autre"}}, public)
	if done.Code != http.StatusSeeOther {
		t.Errorf("another password: %d", done.Code)
	}
	if _, err := o.Auth.SignIn(t.Context(), auth.Attempt{Login: user.Email, Password: "sept vieilles horloges muettes"}); err != nil {
		t.Error(err)
	}
	if page := ask(t, s, "GET", "/fr/compte", public, given(t, done)); !strings.Contains(page.Body, user.Name) {
		t.Errorf("a link for a password changed the name: %d", page.Code)
	}
}

// TestForgottenSilent promises no letter where none can be sent.
func TestForgottenSilent(t *testing.T) {
	o := options(filled(t))
	people(t, &o)
	s := server(t, o)
	user, _ := signed(t, o, vigie.Publisher)
	for _, lang := range []string{"fr", "ar", "en"} {
		path := "/" + lang + "/mot-de-passe"
		if page := ask(t, s, "GET", path); page.Code != http.StatusOK || strings.Contains(page.Body, `name="email"`) {
			t.Errorf("%s: %d, or there is a form", path, page.Code)
		}
		if got := send(t, s, path, url.Values{"email": {user.Email}}); got.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	if letters := lettersOf(t, o); len(letters) != 0 {
		t.Errorf("the letters are %+v", letters)
	}
}

func lettersOf(t *testing.T, o web.Options) (out []vigie.Letter) {
	t.Helper()
	err := o.DB.View(func(tx *store.Tx) error {
		for l, err := range tx.Letters() {
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
