package main_test

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestHostile gathers a web of which all sites but one are broken or hostile: each
// is told in words, the healthy one is read, and what it brought can be found.
func TestHostile(t *testing.T) {
	d := newDesk(t, "VIGIE_NETWORK_ALLOW=127.20.0.0/16")
	var touched atomic.Int64
	secret := listenOn(t, "127.0.0.1:0", func(http.ResponseWriter, *http.Request) { touched.Add(1) })
	bomb, many := 300<<20, 2_000_000
	if testing.Short() {
		bomb, many = bomb/10, many/4 // refused by how often it grows, and how deep it is
	}
	cases := []struct {
		name, reason string
		answer       http.HandlerFunc
	}{
		{"not a feed", "page", body("text/html", "<!doctype html><html><title>x</title><body><p>Hello</p></body></html>")},
		{"an empty answer", "empty", body("application/xml", "")},
		{"twelve megabytes", "too big", body("application/xml", "<rss><channel><title>"+strings.Repeat("x", 12<<20)+"</title></channel></rss>")},
		{"two million elements", "deep", body("application/xml", "<rss xmlns:q='q'><channel><item>"+strings.Repeat("<a>", many))},
		{"two million elements, packed", "100 times", packed("<rss xmlns:q='q'><channel><item>" + strings.Repeat("<q:a>", many))},
		{"a bomb", "100 times", packed(strings.Repeat(" ", bomb))},
		{"a redirect inside", "not public", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, secret+"/feed", http.StatusFound) }},
		{"a redirect loop", "redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
		}},
		{"a PDF", "PDF", body("application/rss+xml", "%PDF-1.7\n%âãÏÓ\n")},
		{"gone", "410", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }},
		{"cut off", "", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("<rss>"))
		}},
	}
	for i, c := range cases {
		address := listenOn(t, hostAddress(5000+i), feedAt(c.answer))
		d.must(t, "sources", "add", "--kind", "feed", "--name", c.name, "--full-text", "never", address+"/feed")
	}
	good := listenOn(t, hostAddress(5900), feedAt(body("application/rss+xml", `<rss version="2.0"><channel><title>Good</title><item><title>Healthy item</title><guid>1</guid></item></channel></rss>`)))
	d.must(t, "sources", "add", "--kind", "feed", "--name", "good", good+"/feed")

	var report turn
	d.decode(t, &report, "gather", "--json")
	if report.Read != 1 || report.New != 1 || len(report.Failed) != len(cases) {
		t.Errorf("read %d, new %d, failed %d of %d", report.Read, report.New, len(report.Failed), len(cases))
	}
	list := d.must(t, "sources", "list", "--json")
	for _, c := range cases {
		if !strings.Contains(list, `"name":"`+c.name+`"`) {
			t.Errorf("%s is not listed", c.name)
		}
	}
	reasons := map[string]string{}
	var sources struct {
		Sources []struct {
			Name      string
			LastError string `json:"last_error"`
		}
	}
	d.decode(t, &sources, "sources", "list", "--json")
	for _, s := range sources.Sources {
		reasons[s.Name] = s.LastError
	}
	for _, c := range cases {
		if got := reasons[c.name]; got == "" || !strings.Contains(strings.ToLower(got), strings.ToLower(c.reason)) {
			t.Errorf("%s: the reason is %q, which does not say %q", c.name, got, c.reason)
		}
		t.Logf("%s: %s", c.name, reasons[c.name])
	}
	if touched.Load() != 0 {
		t.Error("the redirect reached 127.0.0.1")
	}
	if hits := d.search(t, 3, false, "healthy"); hits[0].Total != 1 {
		t.Error("the healthy item is not found")
	}
	d.checkWhole(t)
}

// TestFullDisk fills the disk under a gathering: it ends with words, and goes on
// when there is room.
func TestFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	small := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small).CombinedOutput(); err != nil {
		t.Skipf("this machine cannot mount a tmpfs: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", small).Run() })
	d := newDesk(t)
	d.dir = filepath.Join(small, "data")
	d.env = append(d.env, "VIGIE_DATA="+d.dir, "HOME="+t.TempDir())
	ballast := filepath.Join(small, "ballast")
	web := newGrowing(t)
	for _, address := range web.feeds {
		d.must(t, "sources", "add", "--full-text", "never", address)
	}
	if err := os.WriteFile(ballast, make([]byte, 2400<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	web.generation.Store(3)
	r := d.run(t, "", "gather", "--all")
	if r.code != 1 || !strings.Contains(r.err, "disk full: free some space") {
		t.Fatalf("exit code %d\n%s%s", r.code, r.out, r.err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	finish(t, d, web)
}

// TestLocked runs two commands at once without a server: the second says who is in
// the way.
func TestLocked(t *testing.T) {
	t.Parallel() // most of it is waiting
	d := newDesk(t)
	release := make(chan struct{})
	arrived := make(chan struct{}, 1)
	slow := listenOn(t, hostAddress(5950), feedAt(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-release
	}))
	d.must(t, "sources", "add", "--kind", "feed", slow+"/feed")
	first := d.command(t.Context(), "gather")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	r := d.run(t, "", "sources", "list")
	close(release)
	if r.code != 1 || !strings.Contains(r.err, "(vigie gather, since ") || !strings.Contains(r.err, "stop it first") {
		t.Errorf("exit code %d: %s", r.code, r.err)
	}
	_ = first.Wait() // its answer does not matter
}

func body(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(text))
	}
}

func packed(text string) http.HandlerFunc {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(b.Bytes())
	}
}

// feedAt answers at /feed only: there is no robots.txt.
func feedAt(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/feed" {
			http.NotFound(w, r)
			return
		}
		answer(w, r)
	}
}

func listenOn(t *testing.T, address string, answer http.HandlerFunc) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: answer, ReadHeaderTimeout: 10 * time.Second}}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}
