package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
	"vigie/vigietest"
	"vigie/web/api"
	"vigie/web/auth"
)

// marked stands in everything that no answer may show.
const marked = "loutrebleue"

const password = "neuf petites lanternes bleues"

// house is an observatory where everything happened once, and the API over it.
type house struct {
	db     *store.DB
	clock  *vigietest.Clock
	auth   *auth.Authenticator
	index  *index.Index
	api    *api.API
	server *httptest.Server

	// The people: a reader and a curator, and their tokens for everything.
	reader, curator   vigie.User
	reading, curating string

	docs                 []vigie.DocumentID // the last one was withdrawn
	story                vigie.StoryID
	source               vigie.SourceID
	search, others       vigie.SearchID
	whole, draft, undone vigie.SynthesisID
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{clock: vigietest.NewClock(time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC))}
	h.db = storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: h.clock.Now})
	var err error
	if h.auth, err = auth.New(h.db, auth.Options{Cost: auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}}); err != nil {
		t.Fatal(err)
	}
	h.reader, h.curator = h.person(t, "Awa Diallo", vigie.Reader), h.person(t, "Yto Naji", vigie.Curator)
	h.furnishDocuments(t)
	h.furnishDesk(t)
	h.furnishPublic(t)
	h.index, err = index.Open(t.Context(), t.TempDir(), h.db, index.Options{Log: slog.New(slog.DiscardHandler), Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	opened := h.index
	t.Cleanup(func() { _ = opened.Close() })
	if _, err := h.index.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	h.open(t)
	h.reading, h.curating = h.token(t, h.reader, auth.Scopes()...), h.token(t, h.curator, auth.Scopes()...)
	return h
}

// open makes the API and a server of it.
func (h *house) open(t testing.TB) {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	h.api, err = api.New(api.Options{
		DB: h.db, Auth: h.auth, Desk: curate.New(h.db, c, curate.Options{Now: h.clock.Now}), Locales: c, Found: h.index,
		PublicURL: "https://observatoire.example", Version: "0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(handler(h.api))
	t.Cleanup(h.server.Close)
}

// handler serves the routes as package web does.
func handler(a *api.API) http.Handler {
	mux := http.NewServeMux()
	for _, route := range a.Routes() {
		mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
			err := route.Handle(w, r)
			switch {
			case errors.Is(err, vigie.ErrNotFound):
				a.Refuse(w, http.StatusNotFound)
			case err != nil:
				a.Refuse(w, http.StatusInternalServerError)
			}
		})
	}
	return mux
}

func (h *house) update(t testing.TB, change func(*store.Tx) error) {
	t.Helper()
	if err := h.db.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func (h *house) person(t testing.TB, name string, role vigie.Role) vigie.User {
	t.Helper()
	u, err := h.auth.CreateUser(t.Context(), auth.Operator(), vigie.User{Name: name, Email: marked + string(role) + "@litt.example", Role: role})
	if err == nil {
		err = h.auth.SetPassword(t.Context(), auth.Operator(), u.ID, password)
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// token makes a token of somebody, as programs send it.
func (h *house) token(t testing.TB, of vigie.User, scopes ...auth.Scope) string {
	t.Helper()
	token, err := h.auth.MakeToken(t.Context(), auth.Actor{User: of.ID}, marked, scopes, 30)
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) problem(t testing.TB) (p api.Problem) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the problem is %q: %s", got, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	if p.Status != a.status || p.Title == "" || !strings.HasPrefix(p.Type, "/api/v1/openapi.json#/x-problems/") {
		t.Errorf("status %d, problem %+v", a.status, p)
	}
	return p
}

// read puts a body into a view.
func read[V any](t testing.TB, a answer) (v V) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// ask sends a request with a token, "" for none, and other headers as pairs.
func (h *house) ask(t testing.TB, method, path, token string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.server.URL+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	got, err := h.server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{got.StatusCode, got.Header, string(body)}
}

func (h *house) get(t testing.TB, path, token string, headers ...string) answer {
	t.Helper()
	return h.ask(t, http.MethodGet, path, token, headers...)
}

// id makes the nth identity of a test.
func id[T ~string](n int) T { return T(fmt.Sprintf("01JD00000000000000000000%02d", n)) }
