package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
)

// now is the clock of all tests.
func now() time.Time { return time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC) }

// filled is a store with four sources: one that was read, one that fails, and two
// that are due, one of them without a name.
func filled(t *testing.T) *store.DB {
	t.Helper()
	return filledAt(t, t.TempDir())
}

// filledAt is filled in a folder of its own.
func filledAt(t *testing.T, dir string) *store.DB {
	t.Helper()
	db := storetest.OpenAt(t, dir, store.Options{Command: "test", Now: now})
	good := source(t, db, "Régulateur des télécoms", "https://regulateur.example/flux.xml")
	bad := source(t, db, "Revue de l’internet", "https://revue.example/rss?page=1&lang=fr")
	source(t, db, "وكالة التنمية الرقمية", "https://wikala.example/akhbar-al-ittisalat-wal-tiknolojia/khulasa-yawmiya/rss.xml")
	source(t, db, "", "https://sans-nom.example/atom.xml")
	storetest.File(t, db, good, vigie.Document{URL: "https://regulateur.example/1", Title: "Rapport", Lang: vigie.French})
	visit(t, db, vigie.Pace{}.Succeeded(good, vigie.Reading{Visit: vigie.Visit{Source: good.ID, Title: "Régulateur"}}, now().Add(-2*time.Minute)))
	failed := vigie.Visit{Source: bad.ID}
	for range 3 {
		failed = vigie.Pace{}.Failed(bad, failed, "the server answered 503 (Service Unavailable)", vigie.Trouble{}, now().Add(-time.Hour))
	}
	visit(t, db, failed)
	return db
}

// source adds a source with a name that somebody gave it; "" for none.
func source(t *testing.T, db *store.DB, name, url string) vigie.Source {
	t.Helper()
	s := storetest.Source(t, db, url)
	s.Name = name
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(s) }); err != nil {
		t.Fatal(err)
	}
	return s
}

func visit(t *testing.T, db *store.DB, v vigie.Visit) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutVisit(v) }); err != nil {
		t.Fatal(err)
	}
}

// options of a server where everything is told.
func options(db *store.DB) web.Options {
	return web.Options{
		DB: db,
		Reading: func() []web.Reading {
			return []web.Reading{{Name: "هيئة الاتصالات", URL: "https://lue.example/rss", Since: now().Add(-3 * time.Second)}}
		},
		Turn: func() web.Turn { return web.Turn{End: now().Add(-2 * time.Minute), New: 12, Failed: 1} },
		Jobs: func() []web.Job {
			return []web.Job{
				{Name: "gather", Last: now().Add(-time.Minute), Next: now().Add(time.Minute)},
				{Name: "backup", Last: now().Add(-17 * time.Hour), Next: now().Add(7 * time.Hour), LastError: "write /data/backup.tar: no space left on device"},
			}
		},
		Index:   func() web.IndexState { return web.IndexState{Ready: true, Lag: 2} },
		Totals:  func() web.Totals { return web.Totals{Readings: 9, Failed: 2, Requests: 20, FetchBytes: 4096} },
		Version: "0.1.0",
		Now:     now,
	}
}

func server(t testing.TB, o web.Options) *web.Server {
	t.Helper()
	s, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// answer is what came back.
type answer struct {
	Code   int
	Header http.Header
	Body   string
}

// ask sends one request as somebody out there would, changed by change.
func ask(t testing.TB, s http.Handler, method, path string, change ...func(*http.Request)) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{Code: w.Code, Header: w.Header(), Body: w.Body.String()}
}

// local makes a request one of this machine.
func local(r *http.Request) {
	r.RemoteAddr = "127.0.0.1:40000"
	r.Host = "127.0.0.1:8080"
}

// asset finds a static file that the status page points to.
func asset(t *testing.T, s http.Handler, ext string) string {
	t.Helper()
	m := regexp.MustCompile(`/static/[a-z.0-9]+\.` + ext).FindString(ask(t, s, "GET", "/fr/etat").Body)
	if m == "" {
		t.Fatalf("the page points to no .%s", ext)
	}
	return m
}

func TestZeroPermissionIsClosed(t *testing.T) {
	for _, role := range append(vigie.Roles(), vigie.Anonymous) {
		if role.May(web.Route{}.Permission) {
			t.Errorf("a route without a permission is for %q", role)
		}
	}
}

func TestHome(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	for _, test := range []struct{ accept, want string }{
		{"", "/fr/"}, {"ar-MA", "/ar/"}, {"en-GB;q=0.8", "/en/"}, {"ja", "/fr/"},
	} {
		r := ask(t, s, "GET", "/", func(r *http.Request) { r.Header.Set("Accept-Language", test.accept) })
		if r.Code != http.StatusFound || r.Header.Get("Location") != test.want || r.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%q: %d to %q, want 302 to %s", test.accept, r.Code, r.Header.Get("Location"), test.want)
		}
	}
}

func TestStatusPage(t *testing.T) {
	o := options(filled(t))
	people(t, &o)
	s := server(t, o)
	_, reader := signed(t, o, vigie.Reader)
	page := ask(t, s, "GET", "/en/etat", reader).Body
	for _, want := range []string{
		`<bdi>1</bdi> source is being read now.`, "هيئة الاتصالات", "3 seconds ago",
		"the server answered 503 (Service Unavailable)", `<bdi>3</bdi> failed tries`,
		`<bdi>2</bdi> pending`, `<bdi>12</bdi> new documents`, "Reading the sources",
		"khulasa-yawmiya", "to be read now",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	open := ask(t, s, "GET", "/en/etat").Body
	for _, private := range []string{"answered 503", "no space left", "page=1", "Rapport"} {
		if strings.Contains(open, private) {
			t.Errorf("everybody is told %q", private)
		}
	}
	if strings.Contains(page, "Rapport") {
		t.Error("the status page shows a document")
	}
}

func TestNothingTold(t *testing.T) {
	s := server(t, web.Options{DB: storetest.Open(t)})
	if r := ask(t, s, "GET", "/fr/etat"); r.Code != http.StatusOK || !strings.Contains(r.Body, "vigie sources add") {
		t.Errorf("an empty service answers %d, or does not say what to do", r.Code)
	}
	if r := ask(t, s, "GET", "/readyz"); r.Code != http.StatusServiceUnavailable {
		t.Errorf("without an index: %d, want 503", r.Code)
	}
	if got := ask(t, s, "GET", "/healthz").Body; !strings.Contains(got, `"last_success":null`) || !strings.Contains(got, `"index_lag_changes":null`) {
		t.Errorf("unknown is not null: %s", got)
	}
}

func TestHealth(t *testing.T) {
	o := options(filled(t))
	ready := true
	o.Index = func() web.IndexState { return web.IndexState{Ready: ready, Lag: 2} }
	s := server(t, o)
	var got map[string]any
	if err := json.Unmarshal([]byte(ask(t, s, "GET", "/healthz").Body), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"status": "ok", "version": "0.1.0", "uptime_seconds": 0.0, "last_success": "2026-11-21T20:38:00Z",
		"last_success_age_seconds": 120.0, "index_lag_changes": 2.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("healthz (-want +got):\n%s", diff)
	}
	if r := ask(t, s, "GET", "/readyz"); r.Code != http.StatusOK {
		t.Errorf("readyz: %d", r.Code)
	}
	ready = false
	if r := ask(t, s, "GET", "/readyz"); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body, "the index is not ready") {
		t.Errorf("readyz without an index: %d", r.Code)
	}
}

func TestMetrics(t *testing.T) {
	s := server(t, options(filled(t)))
	text := ask(t, s, "GET", "/metrics", local).Body
	for _, want := range []string{
		"vigie_sources 4", "vigie_documents 1", "vigie_sources_failing 1", "vigie_index_lag_changes 2", "vigie_index_ready 1",
		`vigie_readings_total{result="ok"} 7`, `vigie_readings_total{result="failed"} 2`, "vigie_fetch_bytes_total 4096",
		`vigie_build_info{version="0.1.0"} 1`, "go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestOptions(t *testing.T) {
	db := storetest.Open(t)
	for _, o := range []web.Options{
		{},
		{DB: db, PublicURL: "observatoire.example"},
		{DB: db, PublicURL: "ftp://observatoire.example"},
		{DB: db, PublicURL: "https://observatoire.example/veille"},
	} {
		if _, err := web.New(o); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%+v: %v, want an invalid error", o.PublicURL, err)
		}
	}
}
