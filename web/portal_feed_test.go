package web_test

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/feeds"
)

// feed reads a feed of the portal as readers do.
func (n *portal) feed(t *testing.T, path string) feeds.Channel {
	t.Helper()
	a := n.ask(t, "GET", path)
	if a.Code != http.StatusOK || a.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%s: %d, %s", path, a.Code, a.Header.Get("Content-Type"))
	}
	return parsed(t, a.Body)
}

func TestAtom(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	before := n.feed(t, "/fr/atom.xml")
	if before.Title != "Observatoire du numérique" || before.Lang != "fr" || len(before.Faults) != 0 || len(before.Entries) != 2 {
		t.Fatalf("%+v", before)
	}
	whole := before.Entries[1] // the newest comes first
	if whole.Title != "La fibre progresse" || whole.Link != "https://observatoire.example/fr/syntheses/"+string(p.whole)+"-la-fibre-progresse" {
		t.Errorf("%q at %s", whole.Title, whole.Link)
	}
	if whole.Updated <= whole.Published {
		t.Errorf("the second edition of %s is of %s", whole.Published, whole.Updated)
	}
	for _, words := range []string{"Les foyers", "un foyer sur trois", "Régulateur"} {
		if !strings.Contains(whole.Content, words) {
			t.Errorf("the text lacks %q: %s", words, whole.Content)
		}
	}
	// A new edition keeps the identity and is newer; another language is another entry.
	n.publish(t, p.whole, "fr", "Encore la fibre", "Troisième.")
	after := n.feed(t, "/fr/atom.xml")
	if after.Entries[0].ID != whole.ID || after.Entries[0].Updated <= whole.Updated || after.Entries[0].Published != whole.Published {
		t.Errorf("from %+v to %+v", whole, after.Entries[0])
	}
	if after.Updated != after.Entries[0].Updated || after.Updated <= before.Updated {
		t.Errorf("the feed is of %s, its newest entry of %s", after.Updated, after.Entries[0].Updated)
	}
	if english := n.feed(t, "/en/atom.xml"); len(english.Entries) != 2 || english.Entries[1].ID == whole.ID || english.Lang != "en" {
		t.Errorf("%+v", english)
	}
	if topic := n.feed(t, "/ar/themes/reseaux/atom.xml"); len(topic.Entries) != 1 || topic.Title != "مرصد الرقمنة, الشبكات" {
		t.Errorf("%+v", topic)
	}
	ids := map[string]bool{}
	for _, path := range []string{"/fr/atom.xml", "/ar/atom.xml", "/en/atom.xml", "/fr/themes/usages/atom.xml"} {
		var f struct {
			ID string `xml:"http://www.w3.org/2005/Atom id"`
		}
		if err := xml.Unmarshal([]byte(n.ask(t, "GET", path).Body), &f); err != nil || !strings.HasPrefix(f.ID, "urn:uuid:") || ids[f.ID] {
			t.Errorf("%s: %q, %v", path, f.ID, err)
		}
		ids[f.ID] = true
	}
}

func TestSitemap(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	var got struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []struct {
			Loc string    `xml:"loc"`
			Mod time.Time `xml:"lastmod"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal([]byte(n.ask(t, "GET", "/sitemap.xml").Body), &got); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, u := range got.URLs {
		path, ok := strings.CutPrefix(u.Loc, "https://observatoire.example")
		if !ok {
			t.Errorf("%s is elsewhere", u.Loc)
		}
		a := n.ask(t, "GET", path)
		if a.Code != http.StatusOK || strings.Contains(a.Body, "noindex") || !strings.Contains(a.Body, `rel="canonical" href="`+u.Loc+`"`) {
			t.Errorf("%s: %d, or not the page's own address", u.Loc, a.Code)
		}
		all = append(all, path)
	}
	for _, want := range []string{
		"/fr/", "/ar/syntheses", "/en/indicateurs/internautes", "/fr/a-propos", "/fr/themes/reseaux",
		"/fr/syntheses/" + string(p.whole) + "-la-fibre-progresse", "/en/syntheses/" + string(p.half) + "-half-a-text",
	} {
		if !slices.Contains(all, want) {
			t.Errorf("%s is missing", want)
		}
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != len(got.URLs) {
		t.Error("an address is there twice")
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	says(t, "robots.txt", n.ask(t, "GET", "/robots.txt"), []string{"Disallow: /fr/bureau/\n", "Disallow: /ar/recherche\n", "Sitemap: https://observatoire.example/sitemap.xml\n"}, []string{"Disallow: /\n"})
	settle(t, n.o.DB, func(s *vigie.Settings) { s.Sample = true })
	if got := n.ask(t, "GET", "/robots.txt").Body; got != "User-agent: *\nDisallow: /\n" {
		t.Errorf("with sample data: %q", got)
	}
	says(t, "home with sample data", n.ask(t, "GET", "/fr/"), []string{`<meta name="robots" content="noindex, nofollow">`, `class="banner"`}, []string{"canonical"})
}

// TestPortalOverHTTP asks over the network, as browsers and readers of feeds do.
func TestPortalOverHTTP(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	http1 := httptest.NewServer(n.s)
	defer http1.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	get := func(method, path string, header ...string) answer {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, http1.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "observatoire.example"
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		a, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = a.Body.Close() }()
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{Code: a.StatusCode, Header: a.Header, Body: string(body)}
	}
	for _, path := range []string{"/fr/", "/fr/syntheses/" + string(p.whole) + "-la-fibre-progresse", "/fr/atom.xml", "/sitemap.xml", "/ar/syntheses", "/en/recherche?q=fibre"} {
		a := get("GET", path)
		tag := a.Header.Get("ETag")
		if a.Code != http.StatusOK || tag == "" || a.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %d, %q, %v", path, a.Code, tag, a.Header)
		}
		zipped := get("GET", path, "Accept-Encoding", "br, gzip")
		if zipped.Header.Get("Content-Encoding") != "gzip" || unzip(t, zipped.Body) != a.Body || len(zipped.Body) >= len(a.Body) || zipped.Header.Get("ETag") != tag {
			t.Errorf("%s: compressed it is another page", path)
		}
		if get("GET", path, "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: compressed for who does not take it", path)
		}
		for _, has := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
			if again := get("GET", path, "If-None-Match", has); again.Code != http.StatusNotModified || again.Body != "" || again.Header.Get("ETag") != tag {
				t.Errorf("%s, for who has %s: %d", path, has, again.Code)
			}
		}
		if again := get("GET", path, "If-None-Match", `"x"`); again.Code != http.StatusOK {
			t.Errorf("%s, for who has another: %d", path, again.Code)
		}
		if head := get("HEAD", path); head.Code != http.StatusOK || head.Body != "" || head.Header.Get("ETag") != tag || head.Header.Get("Content-Length") != strconv.Itoa(len(a.Body)) {
			t.Errorf("HEAD %s: %d, %s bytes of %d", path, head.Code, head.Header.Get("Content-Length"), len(a.Body))
		}
	}
	if a := get("POST", "/fr/", "Sec-Fetch-Site", "same-origin"); a.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", a.Code)
	}
}

// TestSignedInPagesAreTheirs: what somebody sees who is signed in is kept by no cache.
func TestSignedInPagesAreTheirs(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	_, as := signed(t, n.o, vigie.Editor)
	for _, path := range []string{"/fr/", "/fr/syntheses/" + string(p.whole) + "-la-fibre-progresse", "/fr/a-propos"} {
		a := n.ask(t, "GET", path, as)
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("ETag") != "" || !strings.Contains(a.Body, "Camille editor") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

func unzip(t *testing.T, packed string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// parsed is what our own reader of feeds makes of one.
func parsed(t *testing.T, text string) feeds.Channel {
	t.Helper()
	f, err := feeds.Parse([]byte(text), "application/atom+xml; charset=utf-8", nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
