package polite_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// wire starts a transport on a web whose pages do not have to wait in earnest.
func wire(web *crawltest.Web) *polite.Transport {
	return polite.New(polite.Options{Version: "1.2", Contact: "https://watch.example/bot", Allow: web.Allow(), PagePause: 1, FeedPause: 1})
}

func TestGet(t *testing.T) {
	web := crawltest.New(t)
	web.Set(site, "/feed.xml", crawltest.Page{
		Body: "<rss/>", Type: "Application/RSS+XML; charset=utf-8", ETag: `W/"a"`, LastModified: "Tue, 03 Nov 2026 10:00:00 GMT",
		Header: map[string]string{"X-Secret": "no", "Cache-Control": "max-age=60", "Set-Cookie": "a=b"},
	})
	now := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	door := polite.New(polite.Options{Version: "1.2", Contact: "https://watch.example/bot", Allow: web.Allow(), Now: func() time.Time { return now }})
	url := web.URL(site, "/feed.xml")
	got, err := door.Get(t.Context(), polite.Request{URL: url, Source: "S1"})
	if err != nil {
		t.Fatal(err)
	}
	if !vigie.ValidID(got.Capture.ID) {
		t.Errorf("capture %q", got.Capture.ID)
	}
	got.Capture.ID = ""
	date := got.Capture.Header["Date"]
	delete(got.Capture.Header, "Date")
	want := polite.Answer{
		Capture: vigie.Capture{
			Source: "S1", URL: url, Final: url, Status: 200, MediaType: "application/rss+xml", Fetched: now, Body: []byte("<rss/>"),
			Header: map[string][]string{
				"Cache-Control": {"max-age=60"}, "Content-Type": {"Application/RSS+XML; charset=utf-8"},
				"Etag": {`W/"a"`}, "Last-Modified": {"Tue, 03 Nov 2026 10:00:00 GMT"},
			},
		},
		ETag: `W/"a"`, LastModified: "Tue, 03 Nov 2026 10:00:00 GMT", ValidatorsOf: url, Fresh: time.Minute,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	if len(date) != 1 {
		t.Errorf("date %q", date)
	}
	log := web.Log(site)
	if paths := web.Paths(site); !slices.Equal(paths, []string{"404 /robots.txt", "200 /feed.xml"}) {
		t.Fatalf("requests %q", paths)
	}
	head := log[1].Header
	if ua := head.Get("User-Agent"); ua != "vigie/1.2 (+https://watch.example/bot)" {
		t.Errorf("user agent %q", ua)
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for k := range head {
			if !yield(k) {
				return
			}
		}
	})
	if !slices.Equal(names, []string{"Accept", "Accept-Encoding", "User-Agent"}) {
		t.Errorf("headers sent: %q", names)
	}
	if s := door.Stats(); s.Requests != 2 || s.Bytes == 0 || s.Refused != nil {
		t.Errorf("stats %+v", s)
	}
}

// TestValidators: what the server sent comes back octet by octet.
func TestValidators(t *testing.T) {
	for _, etag := range []string{
		`"plain"`, `W/"weak"`, `w/"lower"`, `""`, `unquoted`, `"a""b"`, `"caf` + "\u00e9" + `"`, `"a,b , c"`, `'single'`, `"sp ace"`, `W/`, "\"\xff\xfe\"", `"&amp;"`, `"tab	tab"`,
	} {
		const modified = "Mon, 2 nov 2026 9:00 +0100 (odd)"
		web := crawltest.New(t)
		web.Set(site, "/f", crawltest.Page{Body: "x", ETag: etag, LastModified: modified})
		door := wire(web)
		first, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f")})
		if err != nil || first.ETag != etag || first.LastModified != modified {
			t.Errorf("%q: remembered %q and %q (%v)", etag, first.ETag, first.LastModified, err)
			continue
		}
		again, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f"), ETag: first.ETag, LastModified: first.LastModified, ValidatorsOf: first.ValidatorsOf})
		if err != nil || !again.NotModified || again.ETag != etag || again.LastModified != modified {
			t.Errorf("%q: second answer %+v (%v)", etag, again, err)
		}
		sent := web.Log(site)[2].Header
		if !slices.Equal(sent["If-None-Match"], []string{etag}) || !slices.Equal(sent["If-Modified-Since"], []string{modified}) {
			t.Errorf("%q: sent %q and %q", etag, sent["If-None-Match"], sent["If-Modified-Since"])
		}
	}
}

func TestValidatorsRefreshed(t *testing.T) {
	web := crawltest.New(t)
	web.Handle(site, "/f", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Last-Modified", "new")
		w.WriteHeader(http.StatusNotModified)
	})
	door := wire(web)
	got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f"), ETag: `"e"`, LastModified: "old"})
	if err != nil || !got.NotModified || got.ETag != `"e"` || got.LastModified != "new" {
		t.Errorf("%+v, %v", got, err)
	}
	var status *polite.StatusError
	if _, err = door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f")}); !errors.As(err, &status) || status.Code != 304 {
		t.Errorf("304 to an unconditional request: %v", err)
	}
	if _, err = door.Get(t.Context(), polite.Request{URL: web.URL(site, "/f"), ETag: "a\r\nX: y"}); !errors.As(err, &status) {
		t.Errorf("a validator with a line end: %v", err)
	}
	if n := door.Stats().NotModified; n != 3 {
		t.Errorf("%d answers 304 counted", n)
	}
}

func TestRedirects(t *testing.T) {
	web := crawltest.New(t)
	const other = "gazette.test"
	page := func(at, path string, status int, to string) {
		web.Set(at, path, crawltest.Page{Status: status, Location: to})
	}
	web.Set(other, "/end", crawltest.Page{Body: "end", ETag: `"end"`})
	page(site, "/moved", 301, "http://gazette.test/end#part")
	page(site, "/moved2", 308, "/moved")
	page(site, "/found", 302, "/moved")
	page(site, "/5", 301, "/4")
	page(site, "/6", 301, "/5")
	page(site, "/4", 301, "/3")
	page(site, "/3", 301, "/2")
	page(site, "/2", 301, "/1")
	page(site, "/1", 301, "http://gazette.test/end")
	page(site, "/loop", 302, "/loop2")
	page(site, "/loop2", 302, "/loop#again")
	web.Set(site, "/bad", crawltest.Page{Status: 302, Location: "http://[::1"})
	for _, c := range []struct {
		path      string
		hops      []int
		permanent bool
		err       error
	}{
		{"/moved", []int{301}, true, nil},
		{"/moved2", []int{308, 301}, true, nil},
		{"/found", []int{302, 301}, false, nil},
		{"/5", []int{301, 301, 301, 301, 301}, true, nil},
		{"/6", nil, false, polite.ErrRedirect},
		{"/loop", nil, false, polite.ErrRedirect},
		{"/bad", nil, false, polite.ErrRedirect},
	} {
		door := wire(web)
		got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, c.path), ETag: `"of the first"`})
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.path, err, c.err)
			continue
		}
		if err != nil {
			continue
		}
		var hops []int
		for _, h := range got.Capture.Hops {
			hops = append(hops, h.Status)
		}
		if !slices.Equal(hops, c.hops) || got.Permanent != c.permanent || got.Capture.Final != web.URL(other, "/end") || string(got.Capture.Body) != "end" {
			t.Errorf("%s: %+v", c.path, got)
		}
		if got.Capture.Hops[0].URL != web.URL(site, c.path) {
			t.Errorf("%s: hops %+v", c.path, got.Capture.Hops)
		}
	}
	for _, r := range web.Log(other) {
		if r.Header.Get("If-None-Match") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("the redirect's end was told %v", r.Header)
		}
	}
	// Validators of the end are sent there, and only there.
	door := wire(web)
	got, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, "/found"), ETag: `"end"`, ValidatorsOf: web.URL(other, "/end")})
	if err != nil || !got.NotModified || got.ValidatorsOf != web.URL(other, "/end") {
		t.Errorf("conditional request over redirects: %+v, %v", got, err)
	}
	if log := web.Log(site); log[len(log)-1].Header.Get("If-None-Match") != "" {
		t.Error("validators were sent to the redirect")
	}
}

// TestClient: a library's client that follows redirects by itself cannot get
// around anything.
func TestClient(t *testing.T) {
	web := crawltest.New(t)
	web.Set(site, "/go", crawltest.Page{Status: 301, Location: "/private"})
	web.Set(site, "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /private"})
	web.Set(site, "/a", crawltest.Page{Status: 301, Location: "/b"})
	web.Set(site, "/b", crawltest.Page{Body: "b"})
	web.Set(site, "/round", crawltest.Page{Status: 301, Location: "/round"})
	client := http.Client{Transport: wire(web)}
	get := func(path string) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL(site, path), nil)
		if err != nil {
			return err
		}
		req.Header.Set("Cookie", "a=b")
		req.Header.Set("Authorization", "Basic eA==")
		req.Header.Set("User-Agent", "Mozilla/5.0")
		req.Header.Set("If-None-Match", `"x"`)
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
	if err := get("/go"); !errors.Is(err, polite.ErrRobots) || !strings.Contains(err.Error(), "line 2") {
		t.Error(err)
	}
	if err := get("/round"); !errors.Is(err, polite.ErrRedirect) {
		t.Error(err)
	}
	if err := get("/a"); err != nil {
		t.Error(err)
	}
	for _, r := range web.Log(site) {
		for _, name := range []string{"Cookie", "Authorization", "Referer"} {
			if v := r.Header.Get(name); v != "" {
				t.Errorf("%s: sent %s %q", r.Path, name, v)
			}
		}
		if r.Header.Get("User-Agent") != "vigie/1.2 (+https://watch.example/bot)" {
			t.Errorf("%s: user agent %q", r.Path, r.Header.Get("User-Agent"))
		}
		if got := r.Header.Get("If-None-Match"); (got != "") != (r.Path == "/a" || r.Path == "/go" || r.Path == "/round") {
			t.Errorf("%s: If-None-Match %q", r.Path, got)
		}
	}
	resp, err := client.Post(web.URL(site, "/a"), "text/plain", strings.NewReader("x"))
	if err == nil {
		_ = resp.Body.Close()
	}
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("POST: %v", err)
	}
}

func TestStatus(t *testing.T) {
	web := crawltest.New(t)
	for _, code := range []int{204, 206, 300, 400, 401, 403, 404, 410, 451, 500, 502} {
		web.Set(site, "/", crawltest.Page{Status: code})
		_, err := wire(web).Get(t.Context(), polite.Request{URL: web.URL(site, "/")})
		var status *polite.StatusError
		if code == 204 && err == nil {
			continue
		}
		if !errors.As(err, &status) || status.Code != code || len(status.Error()) < 30 {
			t.Errorf("%d: %v", code, err)
		}
	}
}

// TestSpelling: what a site wrote is what it is asked for.
func TestSpelling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := crawltest.Offline(t)
		web.Set(site, "*", crawltest.Page{})
		door := bubble(t, web, polite.Options{})
		for _, c := range []struct{ asked, sent string }{
			{"/%7ea//b/../c?z=1&a=%20&utm_source=x#f", "/%7ea//b/../c?z=1&a=%20&utm_source=x"},
			{"/\u0623?q=\u0623 b", "/%D8%A3?q=%D8%A3%20b"},
		} {
			if _, err := door.Get(t.Context(), polite.Request{URL: web.URL(site, c.asked)}); err != nil {
				t.Error(err)
			}
			if log := web.Log(site); log[len(log)-1].Path != c.sent {
				t.Errorf("%q was sent as %q, want %q", c.asked, log[len(log)-1].Path, c.sent)
			}
		}
	})
}
