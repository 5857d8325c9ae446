// Package crawltest is a small fake web for tests: sites on loopback, each on
// an address of its own, that serve files, answer conditional requests as they
// should, pack on request, and write down every request with its time, so that
// politeness itself can be asserted.
//
// How to use it: make a [Web] with [New] from txtar files, whose file names are
// a site and a path ("bulletin.test/feed.xml"), or add pages and handlers in
// code with [Web.Set] and [Web.Handle]. "http://bulletin.test" in a served text
// is replaced by the real address of that site, which [Web.URL] gives. Hand
// [Web.Allow] to polite.Options. The web ends with the test.
//
//	web := crawltest.New(t, "testdata/bulletin.txtar")
//	door := polite.New(polite.Options{Allow: web.Allow()})
//
// # Caveats
//
// Addresses of 127.0.0.0/8 other than 127.0.0.1 exist on Linux; elsewhere all
// sites share 127.0.0.1 and differ by port. Times in the log are those of the
// moment at which a request arrived.
package crawltest

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// Web is a set of sites. It is safe for concurrent use.
type Web struct {
	t       testing.TB
	lastIP  atomic.Uint32
	mu      sync.Mutex
	sites   map[string]*Site
	log     []Request
	offline bool // no sockets: for use through Handler
}

// Site is one host of a [Web].
type Site struct {
	// Name is the name in archives, for example "bulletin.test".
	Name string
	// Base is the address of the site without a final slash, for example
	// "http://127.1.0.1:40001".
	Base string

	web   *Web
	pages map[string]http.Handler // by path; guarded by web.mu
}

// Request is one request as it arrived.
type Request struct {
	Site   string
	Method string
	// Path is path and query as they were sent.
	Path   string
	Header http.Header
	At     time.Time
	// Status is what was answered; 0 while the answer is under way.
	Status int
}

// New starts a web with the sites of the given txtar files.
func New(t testing.TB, files ...string) *Web {
	t.Helper()
	w := &Web{t: t, sites: make(map[string]*Site)}
	for _, name := range files {
		a, err := txtar.ParseFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatalf("read archive %s: %v", name, err)
		}
		w.add(a)
	}
	return w
}

// Offline makes a web without sockets, whose sites are reached through
// [Web.ServeHTTP] only and have the addresses 127.1.0.1:80 and so on.
func Offline(t testing.TB) *Web {
	t.Helper()
	return &Web{t: t, sites: make(map[string]*Site), offline: true}
}

// Add adds the sites and pages of a txtar archive.
func (w *Web) Add(archive string) {
	w.t.Helper()
	w.add(txtar.Parse([]byte(archive)))
}

func (w *Web) add(a *txtar.Archive) {
	w.t.Helper()
	for _, f := range a.Files {
		site, path, ok := strings.Cut(f.Name, "/")
		if !ok || site == "" {
			w.t.Fatalf("archive file %q: want SITE/PATH", f.Name)
		}
		w.Set(site, "/"+path, Page{Body: string(f.Data)})
	}
}

// Site returns a site of the web and starts it at its first mention.
func (w *Web) Site(name string) *Site {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if s := w.sites[name]; s != nil {
		return s
	}
	s := &Site{Name: name, web: w, pages: make(map[string]http.Handler)}
	w.sites[name] = s
	n := w.lastIP.Add(1)
	addr := netip.AddrFrom4([4]byte{127, 1, byte(n >> 8), byte(n)})
	if w.offline {
		s.Base = "http://" + addr.String()
		return s
	}
	l, err := net.Listen("tcp", netip.AddrPortFrom(addr, 0).String())
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		w.t.Fatalf("start site %s: %v", name, err)
	}
	s.Base = "http://" + l.Addr().String()
	s.serve(l)
	return s
}

// serve answers until the test ends.
func (s *Site) serve(l net.Listener) {
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.web.t.Errorf("site %s: %v", s.Name, err)
		}
	}()
	s.web.t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

// URL returns the address of a path of a site, and starts the site if needed.
func (w *Web) URL(site, path string) string {
	w.t.Helper()
	return w.Site(site).Base + path
}

// Handle lets h answer for a path of a site, whatever the query. The path "*"
// stands for all paths without an answer of their own.
func (w *Web) Handle(site, path string, h http.HandlerFunc) {
	w.t.Helper()
	s := w.Site(site)
	w.mu.Lock()
	defer w.mu.Unlock()
	s.pages[path] = h
}

// Set lets a page answer for a path of a site, from now on. A path with a
// query answers for that query only.
func (w *Web) Set(site, path string, p Page) {
	w.t.Helper()
	s := w.Site(site)
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.Path == "" {
		p.Path = path
	}
	p.expand = w.Expand
	s.pages[path] = p
}

// Remove makes a path of a site answer 404 again.
func (w *Web) Remove(site, path string) {
	w.t.Helper()
	s := w.Site(site)
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(s.pages, path)
}

// Expand replaces "http://NAME" by the real address of the site NAME, for every
// site of the web.
func (w *Web) Expand(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := slices.Sorted(maps.Keys(w.sites))
	slices.Reverse(names) // of two names with the same beginning the longer goes first
	pairs := make([]string, 0, 2*len(names))
	for _, name := range names {
		pairs = append(pairs, "http://"+name, w.sites[name].Base)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Allow returns the addresses of the sites, each as a prefix of its own, as the
// operator would allow them.
func (w *Web) Allow() []netip.Prefix {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []netip.Prefix
	for _, s := range w.sites {
		host := strings.TrimPrefix(s.Base, "http://")
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		addr := netip.MustParseAddr(host)
		if p := netip.PrefixFrom(addr, addr.BitLen()); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// Log returns the requests so far, of one site or, with "", of all.
func (w *Web) Log(site string) []Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []Request
	for _, r := range w.log {
		if site == "" || r.Site == site {
			out = append(out, r)
		}
	}
	return out
}

// Paths returns "STATUS PATH" of the requests so far, for quick comparing.
func (w *Web) Paths(site string) []string {
	var out []string
	for _, r := range w.Log(site) {
		out = append(out, fmt.Sprintf("%d %s", r.Status, r.Path))
	}
	return out
}

// ServeHTTP answers for the site whose address the request names.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	var site *Site
	for _, s := range w.sites {
		if strings.TrimPrefix(s.Base, "http://") == r.Host {
			site = s
		}
	}
	w.mu.Unlock()
	if site == nil {
		http.Error(rw, "no such site", http.StatusMisdirectedRequest)
		return
	}
	site.ServeHTTP(rw, r)
}

// ServeHTTP implements http.Handler: it logs the request and answers it.
func (s *Site) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	s.web.mu.Lock()
	h := s.pages[r.URL.RequestURI()]
	if h == nil {
		h = s.pages[r.URL.Path]
	}
	if h == nil {
		h = s.pages["*"]
	}
	at := len(s.web.log)
	s.web.log = append(s.web.log, Request{
		Site: s.Name, Method: r.Method, Path: r.RequestURI, Header: r.Header.Clone(), At: time.Now(),
	})
	s.web.mu.Unlock()
	if h == nil {
		h = http.NotFoundHandler()
	}
	h.ServeHTTP(&recorder{ResponseWriter: rw, web: s.web, at: at}, r)
}

// recorder notes the status of an answer in the log.
type recorder struct {
	http.ResponseWriter
	web *Web
	at  int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.note(status)
	r.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (r *recorder) Write(p []byte) (int, error) {
	r.note(http.StatusOK)
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) note(status int) {
	r.web.mu.Lock()
	defer r.web.mu.Unlock()
	if e := &r.web.log[r.at]; e.Status == 0 {
		e.Status = status
	}
}
