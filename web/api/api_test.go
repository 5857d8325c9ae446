package api_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/vigietest"
	"vigie/web/api"
	"vigie/web/auth"
)

// TestWhoMayWhat asks for each route with every kind of token.
func TestWhoMayWhat(t *testing.T) {
	h := newHouse(t)
	revoked, err := h.auth.MakeToken(t.Context(), auth.Actor{User: h.curator.ID}, "n", auth.Scopes(), 30)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.auth.RevokeToken(t.Context(), auth.Actor{User: h.curator.ID}, revoked.ID); err != nil {
		t.Fatal(err)
	}
	off := h.person(t, "Nora Sefrioui", vigie.Editor)
	disabled := h.token(t, off, auth.Scopes()...)
	if err := h.auth.Disable(t.Context(), auth.Operator(), off.ID); err != nil {
		t.Fatal(err)
	}
	tokens := []struct{ name, token string }{
		{"none", ""},
		{"reader", h.reading},
		{"curator", h.curating},
		{"public", h.token(t, h.curator, auth.PublicScope)},
		{"items", h.token(t, h.curator, auth.ItemsScope)},
		{"searches", h.token(t, h.curator, auth.SearchesScope)},
		{"revoked", revoked.Reveal()},
		{"disabled", disabled},
		{"bad", "vigie_x"},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-35s", "route")
	for _, token := range tokens {
		fmt.Fprintf(&b, " %8s", token.name)
	}
	for _, route := range h.api.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet {
			continue
		}
		path = strings.TrimPrefix(path, api.Root)
		fmt.Fprintf(&b, "\n%-35s", path)
		for _, token := range tokens {
			got := h.get(t, strings.Replace(path, "{id}", "01JD0000000000000000000099", 1), token.token)
			fmt.Fprintf(&b, " %8d", got.status)
			challenge := got.header.Get("WWW-Authenticate")
			if (challenge != "") != (got.status == 401 || got.status == 403 && strings.Contains(got.body, "scope")) {
				t.Errorf("%s as %s: %d with the challenge %q", path, token.name, got.status, challenge)
			}
		}
	}
	vigietest.Golden(t, "testdata/tokens.golden", b.String()+"\n")
}

// TestTokenOfNobody: what is not exactly one token opens nothing, and no cookie does.
func TestTokenOfNobody(t *testing.T) {
	h := newHouse(t)
	session, err := h.auth.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	secret := session.Secret.Reveal()
	for _, headers := range [][]string{
		{"Cookie", "s-loopback=" + secret},
		{"Cookie", "__Host-s=" + secret},
		{"Authorization", "Bearer vigie_" + secret},
		{"Authorization", "Bearer " + secret},
		{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("a:"+h.curating))},
		{"Authorization", h.curating},
		{"Authorization", "Bearer"},
		{"Authorization", ""},
		{"Authorization", "Bearer " + h.curating + "A"},
		{"Authorization", "Bearer " + strings.ToUpper(h.curating)},
		{"Authorization", "Bearer " + h.curating[:len(h.curating)-1]},
		{"Authorization", "Bearer " + h.curating, "Authorization", "Bearer " + h.curating},
		{"Authorization", "Bearer " + strings.Repeat("vigie_", 900)},
		{"X-Api-Key", h.curating},
	} {
		if got := h.get(t, "/search", "", headers...); got.status != http.StatusUnauthorized {
			t.Errorf("%.80q: %d", headers, got.status)
		}
	}
	if got := h.get(t, "/search", "", "Authorization", "bEARER  "+h.curating); got.status != http.StatusOK {
		t.Errorf("another case of letters: %d", got.status)
	}
	if got := h.get(t, "/syntheses", "bad"); got.status != http.StatusUnauthorized {
		t.Errorf("a bad token for what is public: %d", got.status)
	}
}

func TestNegotiation(t *testing.T) {
	h := newHouse(t)
	for accept, want := range map[string]int{
		"": 406, "*/*": 200, "application/json": 200, "APPLICATION/JSON; charset=utf-8": 200, "text/html": 406, "text/html, application/*;q=.1": 200, "application/json;q=0, */*": 406,
		"application/xml, */*;q=0.1": 200, "application/json;q=x": 406, ",;,": 406, "application/jsonp": 406, "*/*;q=0": 406, strings.Repeat("a/b,", 500) + "*/*": 200,
	} {
		if got := h.get(t, "/syntheses", "", "Accept", accept); got.status != want {
			t.Errorf("Accept %.60q: %d, want %d", accept, got.status, want)
		}
	}
	first := h.get(t, "/syntheses", "")
	tag := first.header.Get("ETag")
	if tag == "" || first.header.Get("Cache-Control") != "public, no-cache" || first.header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", first.header)
	}
	for sent, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200, tag[:5]: 200} {
		got := h.get(t, "/syntheses", "", "If-None-Match", sent)
		if got.status != want || got.status == http.StatusNotModified && (got.body != "" || got.header.Get("ETag") != tag) {
			t.Errorf("If-None-Match %q: %d %q, want %d", sent, got.status, got.body, want)
		}
	}
	if got := h.get(t, "/search", h.reading); got.header.Get("Cache-Control") != "private, no-cache" || !strings.Contains(got.header.Get("Vary"), "Authorization") {
		t.Errorf("what is private: %v", got.header)
	}
	head := h.ask(t, http.MethodHead, "/syntheses", "")
	if head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != tag || head.header.Get("Content-Length") != strconv.Itoa(len(first.body)) {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
}

// TestOtherSites: pages of other sites may read what is public, and nothing else.
func TestOtherSites(t *testing.T) {
	h := newHouse(t)
	for path, open := range map[string]bool{"/syntheses": true, "/indicators/internautes/observations": true, "/openapi.json": true, "/search": false, "/sources": false, "/searches": false} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			got := h.ask(t, method, path, "", "Origin", "https://ailleurs.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization")
			allowed := got.header.Get("Access-Control-Allow-Origin")
			if (allowed == "*") != open || allowed != "" && !open || got.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s %s: Access-Control-Allow-Origin %q", method, path, allowed)
			}
			if strings.Contains(strings.ToLower(got.header.Get("Access-Control-Allow-Headers")), "authorization") {
				t.Errorf("%s %s lets other sites send tokens", method, path)
			}
			if method == http.MethodOptions && (got.status != http.StatusNoContent || got.header.Get("Allow") != "GET, HEAD, OPTIONS") {
				t.Errorf("OPTIONS %s: %d, Allow %q", path, got.status, got.header.Get("Allow"))
			}
		}
	}
	if got := h.ask(t, http.MethodOptions, "/nowhere", ""); got.status != http.StatusNotFound {
		t.Errorf("OPTIONS of nothing: %d", got.status)
	}
}

// TestRates: who asks too often waits, and nobody else does.
func TestRates(t *testing.T) {
	h := newHouse(t)
	wait := func(token string) (int, answer) {
		for n := range 2000 {
			if got := h.get(t, "/openapi.json", token, "If-None-Match", "*"); got.status == http.StatusTooManyRequests {
				return n, got
			}
		}
		return 0, answer{}
	}
	n, got := wait("")
	if n != 300 || got.header.Get("Retry-After") != "1" || got.problem(t).Status != http.StatusTooManyRequests {
		t.Errorf("after %d: %v %s", n, got.header, got.body)
	}
	if got := h.get(t, "/openapi.json", h.reading); got.status != http.StatusOK {
		t.Errorf("somebody with a token: %d", got.status)
	}
	if got := h.get(t, "/openapi.json", "vigie_guess"); got.status != http.StatusTooManyRequests {
		t.Errorf("guesses are free: %d", got.status)
	}
	h.clock.Forward(time.Second)
	if n, _ := wait(""); n != 2 {
		t.Errorf("a second later: %d", n)
	}
}

// TestFaultsOfQueries: the characters at fault are named.
func TestFaultsOfQueries(t *testing.T) {
	h := newHouse(t)
	h.crowd(t)
	for line, want := range map[string]api.Problem{
		"fibre aa*":               {Key: "prefix"}, // too many words begin so
		"fibre a*":                {Key: "prefix", At: 6, End: 8},
		`fibre "Maroc`:            {Key: "quote", At: 6, End: 7},
		"fibre lang:xxxxxxxxxxx":  {Key: "lang", At: 11, End: 22},
		"(a":                      {Key: "open", At: 0, End: 1},
		strings.Repeat("a", 5000): {Key: "long"},
	} {
		got := h.get(t, "/search?q="+url.QueryEscape(line), h.reading)
		p := got.problem(t)
		if got.status != http.StatusBadRequest || p.Key != want.Key || p.At != want.At || p.End != want.End || p.Parameter != "q" {
			t.Errorf("%.40q: %+v", line, p)
		}
	}
	for _, path := range []string{"/search?limit=0", "/search?limit=101", "/search?limit=-1", "/search?limit=1e1", "/search?limit=", "/search?sort=score", "/search?into=fr,,", "/search?q=%ff", "/syntheses?lang=!", "/search?q=" + strings.Repeat("a", 9000)} {
		if got := h.get(t, path, h.reading); got.status != http.StatusBadRequest {
			t.Errorf("%.40s: %d %s", path, got.status, got.body)
		}
	}
}

// TestHostileLines gives collected hostile words to the query and to identities.
func TestHostileLines(t *testing.T) {
	h := newHouse(t)
	for i, line := range vigietest.HostileLines(t, "blns.json") {
		if i%5 != 0 {
			continue
		}
		for _, path := range []string{"/search?q=" + url.QueryEscape(line), "/documents/" + url.PathEscape(line), "/indicators/" + url.PathEscape(line), "/syntheses?cursor=" + url.QueryEscape(line)} {
			if got := h.get(t, path, h.reading); got.status >= 500 || strings.Contains(got.body, "<script") {
				t.Errorf("%.80s: %d %.200s", path, got.status, got.body)
			}
		}
		h.clock.Forward(time.Minute)
	}
}

// TestPages: every list in pages of one is the list.
func TestPages(t *testing.T) {
	h := newHouse(t)
	for path, name := range map[string]string{
		"/search?q=r%C3%A9seaux": "hits", "/search": "hits", "/sources": "sources", "/syntheses": "syntheses", "/indicators": "indicators", "/indicators/internautes/observations": "observations", "/documents": "changes",
	} {
		all := list(t, h.get(t, path+mark(path)+"limit=100", h.curating), name)
		var paged []any
		next := path + mark(path) + "limit=1"
		for range len(all) + 5 {
			got := h.get(t, next, h.curating)
			paged = append(paged, list(t, got, name)...)
			cursor, _ := decoded(t, got.body).(map[string]any)["next"].(string)
			if more, says := decoded(t, got.body).(map[string]any)["more"].(bool); cursor == "" || says && !more {
				break
			}
			next = withCursor(path+mark(path)+"limit=1", cursor)
		}
		ids := func(l []any) (out []string) {
			for _, each := range l {
				m, _ := each.(map[string]any)
				text := fmt.Sprint(m["id"], m["lang"], m["ref_area"], m["time_period"], m["breakdowns"])
				if name != "changes" || !slices.Contains(out, text) { // which may tell a document once more, on another page
					out = append(out, text)
				}
			}
			return out
		}
		if len(all) < 2 || !slices.Equal(ids(all), ids(paged)) {
			t.Errorf("%s: %q in pages is %q", path, ids(all), ids(paged))
		}
	}
}

func mark(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

func list(t testing.TB, a answer, name string) []any {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	m, _ := decoded(t, a.body).(map[string]any)
	out, ok := m[name].([]any)
	if !ok {
		t.Fatalf("there are no %s: %s", name, a.body)
	}
	return out
}

// TestChanges follows the log: what changes after a cursor is told after it, once.
func TestChanges(t *testing.T) {
	h := newHouse(t)
	all := read[api.Changes](t, h.get(t, "/documents?limit=100", h.reading))
	if all.More || len(all.Changes) < len(h.docs) {
		t.Fatalf("%+v", all)
	}
	after := "/documents?changed_after=" + all.Next
	if none := read[api.Changes](t, h.get(t, after, h.reading)); len(none.Changes) != 0 || none.More {
		t.Errorf("nothing changed: %+v", none)
	}
	h.update(t, func(tx *store.Tx) error {
		if _, err := tx.Decide(vigie.Decision{Document: h.docs[1], Act: vigie.Drop, By: string(h.curator.ID), At: h.clock.Now()}); err != nil {
			return err
		}
		return tx.RemoveDocument(h.docs[3], "removed")
	})
	some := read[api.Changes](t, h.get(t, after, h.reading))
	if len(some.Changes) != 2 || some.Changes[0].ID != h.docs[1] || some.Changes[0].Document.Status != "dropped" || some.Changes[1].ID != h.docs[3] || !some.Changes[1].Gone {
		t.Errorf("%+v", some)
	}
	if got := h.get(t, after+"A", h.reading).problem(t); got.Status != http.StatusBadRequest || got.Parameter != "changed_after" {
		t.Errorf("a cursor that was altered: %+v", got)
	}
	if got := h.get(t, "/search?cursor="+all.Next, h.reading); got.status != http.StatusBadRequest {
		t.Errorf("the cursor of another list: %d", got.status)
	}
	h.open(t) // a restart
	if got := read[api.Changes](t, h.get(t, after, h.reading)); len(got.Changes) != 2 {
		t.Errorf("after a restart: %+v", got)
	}
}

// TestRestored: after a restore no token works, and a cursor of the log says that it is
// of another one.
func TestRestored(t *testing.T) {
	h := newHouse(t)
	changes := read[api.Changes](t, h.get(t, "/documents", h.reading))
	dir := t.TempDir()
	file, err := os.Create(dir + "/backup.tar")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := h.db.Backup(t.Context(), file, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(t.Context(), file, dir+"/data", store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dir+"/data", store.Options{Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.db, h.index = db, nil
	if h.auth, err = auth.New(db, auth.Options{}); err != nil {
		t.Fatal(err)
	}
	h.open(t)
	if got := h.get(t, "/documents", h.reading); got.status != http.StatusUnauthorized {
		t.Errorf("a token of before: %d", got.status)
	}
	token := h.token(t, h.reader, auth.ItemsScope)
	if got := h.get(t, "/documents?changed_after="+changes.Next, token); got.status != http.StatusGone || got.problem(t).Parameter != "changed_after" {
		t.Errorf("a cursor of before: %d %s", got.status, got.body)
	}
	if got := h.get(t, "/search", token); got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
		t.Errorf("without an index: %d", got.status)
	}
}

// FuzzCursor gives texts as cursors: only our own are taken.
func FuzzCursor(f *testing.F) {
	h := newHouse(f)
	first := read[api.Syntheses](f, h.get(f, "/syntheses?limit=1", ""))
	body, err := base64.RawURLEncoding.DecodeString(first.Next)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(first.Next)
	f.Add(first.Next[:len(first.Next)-1])
	f.Add(base64.RawURLEncoding.EncodeToString(append(make([]byte, 16), body[16:]...)))
	f.Add(base64.RawURLEncoding.EncodeToString(body[:16]))
	f.Add(base64.URLEncoding.EncodeToString(body) + "==")
	f.Add("{}")
	f.Fuzz(func(t *testing.T, cursor string) {
		h.clock.Forward(time.Second)
		want := http.StatusBadRequest
		if cursor == first.Next || cursor == "" {
			want = http.StatusOK
		}
		if got := h.get(t, "/syntheses?limit=1&cursor="+url.QueryEscape(cursor), ""); got.status != want {
			t.Errorf("%q: %d %s", cursor, got.status, got.body)
		}
	})
}
