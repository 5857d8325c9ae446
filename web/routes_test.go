package web_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/vigietest"
	"vigie/web"
	"vigie/web/auth"
)

// crowd is a server with somebody of every role.
type crowd struct {
	o      web.Options
	s      *web.Server
	people map[vigie.Role]vigie.User
}

const phrase = "neuf petites lanternes bleues"

func newCrowd(t *testing.T, o web.Options) *crowd {
	t.Helper()
	people(t, &o)
	c := &crowd{o: o, s: server(t, o), people: map[vigie.Role]vigie.User{}}
	for _, role := range vigie.Roles() {
		c.people[role], _ = signed(t, o, role)
	}
	return c
}

// enter signs somebody in, some time ago, and returns what makes a request that
// person's.
func (c *crowd) enter(t *testing.T, role vigie.Role, ago time.Duration) func(*http.Request) {
	t.Helper()
	a, err := auth.New(c.o.DB, auth.Options{
		Cost: auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}, Now: func() time.Time { return now().Add(-ago) },
	})
	if err != nil {
		t.Fatal(err)
	}
	session, err := a.SignIn(t.Context(), auth.Attempt{Login: c.people[role].Email, Password: phrase})
	if err != nil {
		t.Fatal(err)
	}
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "s-loopback", Value: session.Secret.Reveal()}) }
}

// calm forgets all tries to sign in, so that the order of requests does not matter.
func (c *crowd) calm(t *testing.T) {
	t.Helper()
	var keys []string
	err := c.o.DB.View(func(tx *store.Tx) error {
		for tries, err := range tx.AllTries() {
			if err != nil {
				return err
			}
			keys = append(keys, tries.Key)
		}
		return nil
	})
	if err == nil && len(keys) == 0 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	err = c.o.DB.Update(t.Context(), func(tx *store.Tx) error {
		for _, key := range keys {
			if err := tx.DeleteTries(key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is one of those who ask for every route. Whoever did something comes
// anew, for it may have ended the session.
type visitor struct {
	name string
	come func() func(*http.Request)
	here func(*http.Request)
}

func (v *visitor) ask(t *testing.T, s http.Handler, method, path string) int {
	t.Helper()
	if v.here == nil {
		v.here = v.come()
	}
	code := ask(t, s, method, path, v.here, sameOrigin).Code
	if method == http.MethodPost && code < http.StatusBadRequest {
		v.here = nil
	}
	return code
}

// visitors are the columns of routes.golden.
func (c *crowd) visitors(t *testing.T) []*visitor {
	t.Helper()
	always := func(change func(*http.Request)) func() func(*http.Request) {
		return func() func(*http.Request) { return change }
	}
	off := c.enter(t, vigie.Reader, 0)
	if err := c.o.Auth.Disable(t.Context(), auth.Operator(), c.people[vigie.Reader].ID); err != nil {
		t.Fatal(err)
	}
	c.people[vigie.Reader], _ = signedAs(t, c.o, vigie.Reader, "lecture@observatoire.example")
	out := []*visitor{
		{name: "anon", come: always(func(*http.Request) {})},
		{name: "prox", come: always(func(r *http.Request) { local(r); r.Header.Set("X-Forwarded-For", "192.0.2.7") })},
		{name: "oper", come: always(local)},
		{name: "gone", come: func() func(*http.Request) { return c.enter(t, vigie.Admin, 25*time.Hour) }},
		{name: "off", come: always(off)},
	}
	for _, role := range vigie.Roles() {
		out = append(out, &visitor{name: string(role)[:4], come: func() func(*http.Request) { return c.enter(t, role, 0) }})
	}
	return append(out, &visitor{name: "late", come: func() func(*http.Request) { return c.enter(t, vigie.Admin, 20*time.Minute) }})
}

// filledPath is a path of a route: wildcards get a value that is nowhere.
func filledPath(t *testing.T, s http.Handler, route web.Route) (method, path string) {
	t.Helper()
	method, path, _ = strings.Cut(route.Pattern, " ")
	path = strings.NewReplacer("{$}", "", "{language}", "fr", "/static/{name}", asset(t, s, "css")).Replace(path)
	return method, regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`).ReplaceAllString(path, "01JD0000000000000000000000")
}

const legend = `Every route as everybody, with an empty form where it is a POST. any: any name of the server will do.
anon: nobody; prox: this machine through a proxy; oper: this machine; gone: the session has expired; off: a disabled
account; then the roles; late: an administrator whose password was given twenty minutes ago.

`

// TestRoutes walks every route as everybody: a new one must appear in the golden
// file, with what it asks for.
func TestRoutes(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	visitors := c.visitors(t)
	var b strings.Builder
	b.WriteString(legend)
	line := func(route, permission, anyHost string, cell func(*visitor) string) {
		text := fmt.Sprintf("%-55s %-19s %-3s", route, permission, anyHost)
		for _, v := range visitors {
			text += " " + fmt.Sprintf("%4s", cell(v))
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line("route", "permission", "any", func(v *visitor) string { return v.name })
	for _, route := range c.s.Routes() {
		method, path := filledPath(t, c.s, route)
		anyHost := ""
		if route.AnyHost {
			anyHost = "yes"
		}
		line(route.Pattern, string(route.Permission), anyHost, func(v *visitor) string {
			if method == http.MethodPost {
				defer c.calm(t)
			}
			return strconv.Itoa(v.ask(t, c.s, method, path))
		})
	}
	vigietest.Golden(t, "testdata/routes.golden", b.String())
}

// sameOrigin is what a browser says of a form of our own page.
func sameOrigin(r *http.Request) {
	if r.Method == http.MethodPost {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// TestPermissionsOfRoutes finds routes whose permission nobody knows, and so
// nobody holds.
func TestPermissionsOfRoutes(t *testing.T) {
	s := server(t, options(filled(t)))
	known := append(vigie.Permissions(), web.Operator)
	seen := map[string]bool{}
	for _, route := range s.Routes() {
		if !slices.Contains(known, route.Permission) {
			t.Errorf("%s asks for %q", route.Pattern, route.Permission)
		}
		if seen[route.Pattern] {
			t.Errorf("%s is there twice", route.Pattern)
		}
		seen[route.Pattern] = true
		if strings.Contains(route.Pattern, "{secret}") && !route.Secret {
			t.Errorf("%s has a secret in its address and does not say so", route.Pattern)
		}
		if strings.HasPrefix(route.Pattern, "POST ") && route.AnyHost {
			t.Errorf("%s acts under any name", route.Pattern)
		}
	}
}

// TestGetChangesNothing asks for every page as somebody who may see all, and
// compares the store to the byte.
func TestGetChangesNothing(t *testing.T) {
	dir := t.TempDir()
	c := newCrowd(t, options(filledAt(t, dir)))
	admin := c.enter(t, vigie.Admin, 0)
	file := filepath.Join(dir, "vigie.db")
	sum := func() [32]byte {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(b)
	}
	before := sum()
	for _, route := range c.s.Routes() {
		method, path := filledPath(t, c.s, route)
		if method != http.MethodGet {
			continue
		}
		ask(t, c.s, method, path, admin)
		ask(t, c.s, http.MethodHead, path, admin)
		if sum() != before {
			t.Errorf("%s changes the store", route.Pattern)
			before = sum()
		}
	}
	c.calm(t)
	if c.enter(t, vigie.Admin, 0); sum() == before {
		t.Error("signing in changed nothing: the store is elsewhere")
	}
}

// hostileAddresses are return addresses that lead elsewhere: those that others
// collected, and our own.
func hostileAddresses(t *testing.T) []string {
	t.Helper()
	out := []string{
		"//evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "https://evil.example/fr/compte", "javascript:alert(1)",
		"/%2fevil.example", "/%5cevil.example", "/fr/../../evil.example", "/fr//evil.example", "http:/fr/compte", "/fr/compte\r\nX: y",
		"/fr/nowhere", "/fr/invitation/" + strings.Repeat("A", 43), "fr/compte", "", "/fr/compte#x", "/" + strings.Repeat("a", 3000),
	}
	return append(out, vigietest.HostileLines(t, "open-redirect", "payloads.txt")...)
}

// TestReturnAddresses gives each of them as where to go on, and some as where a kept
// form goes.
func TestReturnAddresses(t *testing.T) {
	c := newCrowd(t, options(filled(t)))
	reader := c.enter(t, vigie.Reader, 0)
	onward := func(address string) answer {
		return ask(t, c.s, "GET", "/fr/connexion?"+url.Values{"suite": {address}}.Encode(), reader)
	}
	want := onward("").Header.Get("Location")
	if !strings.HasPrefix(want, "/fr/") {
		t.Fatalf("without a return address: to %q", want)
	}
	for _, path := range []string{"/fr/connexion", "/fr/confirmer"} {
		for i, address := range hostileAddresses(t) {
			if got := onward(address); got.Code != http.StatusSeeOther || got.Header.Get("Location") != want {
				t.Errorf("%q: %d to %q", address, got.Code, got.Header.Get("Location"))
			}
			page := ask(t, c.s, "GET", "/fr/connexion?"+url.Values{"suite": {address}}.Encode())
			if page.Code != http.StatusOK || strings.Contains(page.Body, `name="suite"`) {
				t.Errorf("%q: the page takes it along", address)
			}
			if i >= 20 {
				continue // they all pass the same check, and signing in writes
			}
			form := url.Values{"email": {c.people[vigie.Reader].Email}, "password": {phrase}, "suite": {address}, "reprise": {address}}
			got := send(t, c.s, path, form, reader)
			if got.Code != http.StatusSeeOther || got.Header.Get("Location") != want {
				t.Errorf("%s with %q: %d to %q", path, address, got.Code, got.Header.Get("Location"))
			}
			reader = given(t, got)
		}
	}
	if got := onward("/ar/compte?x=1").Header.Get("Location"); got != "/ar/compte?x=1" {
		t.Errorf("a good address leads to %q", got)
	}
}
