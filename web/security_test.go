package web_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vigie/index/store/storetest"
	"vigie/web"
)

// TestHeaders asks for every route, and for every way to fail, and expects the
// same headers on each answer.
func TestHeaders(t *testing.T) {
	o := options(filled(t))
	o.PublicURL = "https://observatoire.example"
	s := server(t, o)
	public := func(r *http.Request) { r.Host = "observatoire.example" }
	css := "/static/" + strings.TrimPrefix(assetWith(t, s, "css", public), "/static/")
	for _, test := range []struct {
		name, method, path string
		change             []func(*http.Request)
		status             int
		scripts            string
	}{
		{"home", "GET", "/", nil, 302, "'none'"},
		{"status", "GET", "/fr/etat", nil, 200, "'self'"},
		{"status with a slash", "GET", "/fr/etat/", nil, 404, "'none'"},
		{"head", "HEAD", "/ar/etat", nil, 200, "'self'"},
		{"static", "GET", css, nil, 200, "'none'"},
		{"healthz", "GET", "/healthz", nil, 200, "'none'"},
		{"readyz", "GET", "/readyz", nil, 200, "'none'"},
		{"metrics", "GET", "/metrics", []func(*http.Request){local}, 200, "'none'"},
		{"metrics for all", "GET", "/metrics", nil, 403, "'none'"},
		{"unknown", "GET", "/nowhere", nil, 404, "'none'"},
		{"unknown language", "GET", "/de/", nil, 404, "'none'"},
		{"unknown static", "GET", "/static/vigie.css", nil, 404, "'none'"},
		{"up the tree", "GET", "/static/..%2f..%2fweb.go", nil, 404, "'none'"},
		{"unclean", "GET", "/fr/../ar/etat", nil, 307, "'none'"},
		{"wrong method", "POST", "/fr/etat", nil, 405, "'none'"},
		{"wrong method on health", "DELETE", "/healthz", nil, 405, "'none'"},
		{"other host", "GET", "/fr/etat", []func(*http.Request){func(r *http.Request) { r.Host = "rebind.example" }}, 421, "'none'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := ask(t, s, test.method, test.path, append([]func(*http.Request){public}, test.change...)...)
			if r.Code != test.status {
				t.Errorf("status %d, want %d", r.Code, test.status)
			}
			policy := r.Header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src " + test.scripts + ";", "frame-ancestors 'none'", "base-uri 'none'", "trusted-types 'none'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("policy %q lacks %q", policy, want)
				}
			}
			if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
				t.Errorf("loose policy %q", policy)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options":       "nosniff",
				"X-Frame-Options":              "DENY",
				"Referrer-Policy":              "strict-origin-when-cross-origin",
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
				"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
			} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if r.Header.Get("Permissions-Policy") == "" || r.Header.Get("X-Request-Id") == "" || r.Header.Get("Cache-Control") == "" {
				t.Error("no permissions policy, request id or cache rule")
			}
		})
	}
}

func assetWith(t *testing.T, s http.Handler, ext string, change func(*http.Request)) string {
	t.Helper()
	return asset(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { change(r); s.ServeHTTP(w, r) }), ext)
}

func TestErrorPages(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	arabic := func(r *http.Request) { r.Header.Set("Accept-Language", "ar") }
	r := ask(t, s, "GET", "/xx/", arabic)
	if text := r.Body; r.Code != http.StatusNotFound || !strings.Contains(text, `dir="rtl"`) || !strings.Contains(text, r.Header.Get("X-Request-Id")) {
		t.Errorf("%d: not in the reader's language, or without its number:\n%s", r.Code, text)
	}
	r = ask(t, s, "PUT", "/en/etat", arabic)
	if text := r.Body; !strings.Contains(text, `lang="en"`) || r.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%d, Allow %q: not in the language of the address", r.Code, r.Header.Get("Allow"))
	}
}

func TestStaticFiles(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	for _, ext := range []string{"css", "js", "svg"} {
		path := asset(t, s, ext)
		first := ask(t, s, "GET", path)
		etag := first.Header.Get("Etag")
		if etag == "" || !strings.Contains(first.Header.Get("Cache-Control"), "immutable") || first.Header.Get("Content-Type") == "" {
			t.Errorf("%s: ETag %q, %q, %q", path, etag, first.Header.Get("Cache-Control"), first.Header.Get("Content-Type"))
		}
		again := ask(t, s, "GET", path, func(r *http.Request) { r.Header.Set("If-None-Match", etag) })
		if again.Code != http.StatusNotModified {
			t.Errorf("%s: %d for what is known, want 304", path, again.Code)
		}
	}
}

func TestHost(t *testing.T) {
	o := options(storetest.Open(t))
	o.PublicURL = "https://Observatoire.example"
	s := server(t, o)
	for host, want := range map[string]int{
		"observatoire.example":      200,
		"OBSERVATOIRE.example:443":  200,
		"observatoire.example:8443": 421,
		"127.0.0.1:8080":            421,
		"":                          421,
		"observatoire.example.evil": 421,
	} {
		if r := ask(t, s, "GET", "/fr/etat", func(r *http.Request) { r.Host = host }); r.Code != want {
			t.Errorf("host %q: %d, want %d", host, r.Code, want)
		}
	}
}

// TestRebinding asks a server on loopback for a name that is not one of loopback, as
// a page elsewhere would make a browser do.
func TestRebinding(t *testing.T) {
	s := httptest.NewServer(server(t, options(storetest.Open(t))))
	t.Cleanup(s.Close)
	for host, want := range map[string]int{"": 200, "localhost": 200, "evil.example": 421} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/fr/etat", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		answer, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("host %q: %d, want %d", host, answer.StatusCode, want)
		}
	}
}

func TestOperator(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	for _, test := range []struct {
		name, remote, host, header string
		want                       int
	}{
		{"loopback", "127.0.0.1:1", "127.0.0.1:8080", "", 200},
		{"localhost", "127.0.0.1:1", "localhost:8080", "", 200},
		{"IPv6", "[::1]:1", "[::1]:8080", "", 200},
		{"mapped", "[::ffff:127.0.0.1]:1", "localhost", "", 200},
		{"from elsewhere", "192.0.2.1:1", "127.0.0.1:8080", "", 403},
		{"another name", "127.0.0.1:1", "rebind.example", "", 403},
		{"a proxy", "127.0.0.1:1", "127.0.0.1:8080", "Via", 403},
		{"a proxy of another kind", "127.0.0.1:1", "127.0.0.1:8080", "Forwarded", 403},
		{"no address", "@", "localhost", "", 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := ask(t, s, "GET", "/metrics", func(r *http.Request) {
				r.RemoteAddr, r.Host = test.remote, test.host
				if test.header != "" {
					r.Header.Set(test.header, "x")
				}
			})
			if r.Code != test.want {
				t.Errorf("%d, want %d", r.Code, test.want)
			}
		})
	}
}

// TestOtherSites sends what a browser sends when another site makes it write.
func TestOtherSites(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	cross := func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }
	if r := ask(t, s, "POST", "/fr/etat", cross); r.Code != http.StatusForbidden {
		t.Errorf("a write from another site: %d, want 403", r.Code)
	}
	if r := ask(t, s, "GET", "/fr/etat", cross); r.Code != http.StatusOK {
		t.Errorf("a link from another site: %d, want 200", r.Code)
	}
}

// TestPanic makes something that a handler asks panic.
func TestPanic(t *testing.T) {
	o := options(storetest.Open(t))
	o.Turn = func() web.Turn { panic("planted") }
	s := server(t, o)
	r := ask(t, s, "GET", "/fr/etat")
	text := r.Body
	if r.Code != http.StatusInternalServerError || !strings.Contains(text, r.Header.Get("X-Request-Id")) || strings.Contains(text, "planted") {
		t.Errorf("%d:\n%s", r.Code, text)
	}
	if !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'none'") {
		t.Error("the page of an error may run scripts")
	}
	if r := ask(t, s, "GET", "/healthz"); r.Code != 200 {
		t.Errorf("after a panic: %d", r.Code)
	}
}

// TestServe stops a server while a request is being answered: the request ends
// well, and Serve returns nil after it.
func TestServe(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	o := options(storetest.Open(t))
	o.Turn = func() web.Turn {
		close(asked)
		<-release
		return web.Turn{}
	}
	s := server(t, o)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	answered := make(chan error, 1)
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/fr/etat", nil)
		if err != nil {
			answered <- err
			return
		}
		page, err := (&http.Client{}).Do(r)
		if err == nil {
			err = page.Body.Close()
		}
		answered <- err
	}()
	<-asked
	stop()
	close(release)
	if err := <-answered; err != nil {
		t.Errorf("the running request: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestServeSaysWhyItCannot(t *testing.T) {
	s := server(t, options(storetest.Open(t)))
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(t.Context(), ln); err == nil || !strings.Contains(err.Error(), ln.Addr().String()) {
		t.Errorf("got %v", err)
	}
}
