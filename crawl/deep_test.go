package crawl_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/crawltest"
)

// chapter is a page with some text and links.
func chapter(title string, links ...string) crawltest.Page {
	var b strings.Builder
	fmt.Fprintf(&b, `<html lang="fr"><head><title>%s</title></head><body><nav><a href="/manuel/index.html">Sommaire</a></nav><article><h1>%[1]s</h1><p>%s</p></article><nav>`,
		title, strings.Repeat("Ce chapitre du manuel explique comment tenir un registre ouvert au public. ", 5))
	for _, l := range links {
		fmt.Fprintf(&b, `<a href="%s">%s</a> `, l, "Suite "+l)
	}
	return crawltest.Page{Body: b.String() + "</nav></body></html>"}
}

// manual is a site of some depth.
func manual(t *testing.T) (*crawltest.Web, vigie.Source) {
	t.Helper()
	web := crawltest.New(t)
	web.Set(host, "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /manuel/prive\n"})
	for path, links := range map[string][]string{
		"index.html": {"1.html", "2.html", "#top", "/ailleurs.html", "http://elsewhere.test/manuel/x.html", "schema.png", "prive.html"},
		"1.html":     {"1-1.html", "2.html?utm_source=x", "annexe.pdf"},
		"2.html":     {"2-1.html", "mailto:a@example.org"},
		"1-1.html":   {"1-1-1.html"},
		"2-1.html":   {"1.html"},
		"1-1-1.html": {"trop-loin.html"},
	} {
		web.Set(host, "/manuel/"+path, chapter("Chapitre "+path, links...))
	}
	web.Set(host, "/manuel/annexe.pdf", crawltest.Page{Body: "%PDF-1.4", Raw: true})
	return web, vigie.Source{
		ID: vigie.NewID[vigie.SourceID](time.Unix(0, 0)), Kind: vigie.Site, URL: web.URL(host, "/manuel/index.html"),
		List: vigie.ListRules{Depth: 3},
	}
}

func TestDeepOnceWhole(t *testing.T) {
	web, s := manual(t)
	r, k := keeping(web)
	v, m := vigie.Visit{}, memory{}
	got, paths := read(t, r, s, &v, m)
	k.file(got.Findings)
	want := []string{"index.html", "1.html", "2.html", "1-1.html", "annexe.pdf", "2-1.html", "1-1-1.html"}
	for i := range want {
		want[i] = "/manuel/" + want[i]
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Fatalf("first reading (-want +got):\n%s", diff)
	}
	if got.Left || got.Visit.Title != "Chapitre index.html" || got.Items != 8 {
		t.Errorf("left %v, title %q, items %d", got.Left, got.Visit.Title, got.Items)
	}
	if d := got.Findings[4].Document; d.Title != "Suite annexe.pdf" || d.MediaType != "application/pdf" {
		t.Errorf("the file is %+v", d)
	}
	if len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "prive.html was not read") {
		t.Errorf("faults %q", got.Faults)
	}

	before := len(web.Log(host))
	got, paths = read(t, r, s, &v, m)
	if len(paths) != 0 || !got.NotModified || got.Unchanged != 7 {
		t.Errorf("second reading: %v, same %v, unchanged %d", paths, got.NotModified, got.Unchanged)
	}
	for _, asked := range web.Log(host)[before:] {
		if asked.Status != http.StatusNotModified {
			t.Errorf("the second reading asked %d %s", asked.Status, asked.Path)
		}
	}

	web.Set(host, "/manuel/1-1.html", chapter("Chapitre refondu", "1-1-1.html", "1-1-2.html"))
	web.Set(host, "/manuel/1-1-2.html", chapter("Chapitre nouveau"))
	got, paths = read(t, r, s, &v, m)
	if diff := cmp.Diff([]string{"/manuel/1-1.html", "/manuel/1-1-2.html"}, paths); diff != "" || got.NotModified {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
}

// TestDeepByBudget: a small budget reads the site over several readings, and then
// asks of all its pages, turn by turn, whether they changed.
func TestDeepByBudget(t *testing.T) {
	web, s := manual(t)
	s.List.Most = 2
	r, k := keeping(web)
	v, m := vigie.Visit{}, memory{}
	for i := range 6 {
		got, paths := read(t, r, s, &v, m)
		k.file(got.Findings)
		if got.Left != (i < 5) || len(paths) == 0 || len(paths) > 2 {
			t.Errorf("reading %d: %v, left %v", i, paths, got.Left)
		}
	}
	if len(m) != 7 {
		t.Fatalf("%d pages were read: %v", len(m), m)
	}
	before := len(web.Log(host))
	for range 6 { // the page of the source and one more, each time
		if got, paths := read(t, r, s, &v, m); len(paths) != 0 || got.Left {
			t.Errorf("a later reading brought %v, left %v", paths, got.Left)
		}
	}
	asked := map[string]int{}
	for _, p := range web.Log(host)[before:] {
		asked[p.Path]++
	}
	if len(asked) != 7 || asked["/manuel/index.html"] != 6 || asked["/manuel/1-1-1.html"] != 1 {
		t.Errorf("asked %v", asked)
	}
}

// TestDeepIsBounded: sites that make up links for ever.
func TestDeepIsBounded(t *testing.T) {
	link := func(path string) string { return `<a href="` + path + `">la suite</a>` }
	many := 1000
	if testing.Short() {
		many = 100 // as many as may be read
	}
	text := strings.Repeat("Une page comme une autre, dont le texte ne dit rien de plus que les précédentes. ", 4)
	for name, tc := range map[string]struct {
		links func(r *http.Request) string
		most  int // pages that may be asked
	}{
		"deeper and deeper": {func(r *http.Request) string { return link(r.URL.Path + "/a") }, 12},
		"the same again":    {func(r *http.Request) string { return link("/s/" + strings.TrimPrefix(r.URL.Path, "/s") + "/x/y") }, 12},
		"a calendar":        {func(*http.Request) string { return link(fmt.Sprintf("/s/cal?m=%d", time.Now().UnixNano())) }, 40},
		"a sieve": {func(r *http.Request) string {
			var b strings.Builder
			for i := range many / 2 {
				b.WriteString(link(fmt.Sprintf("/s/filter?%s&f=%d", r.URL.RawQuery, i)))
			}
			return b.String()
		}, 40},
		"many each": {func(*http.Request) string {
			var b strings.Builder
			for i := range many {
				b.WriteString(link(fmt.Sprintf("/s/%d-%x", i, time.Now().UnixNano())))
			}
			return b.String()
		}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Handle(host, "*", func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/html")
				_, _ = fmt.Fprintf(w, "<html><title>Page</title><body><p>%s</p>%s</body></html>", text, tc.links(r))
			})
			r, k := keeping(web)
			s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/s/"), List: vigie.ListRules{Depth: 10, Most: 100}}
			got, err := r.Read(t.Context(), s, vigie.Visit{}, memory{}.known)
			if err != nil {
				t.Fatal(err)
			}
			k.file(got.Findings)
			if n := len(web.Log(host)) - 2; n > tc.most || got.Items > 2000 {
				t.Errorf("%d requests, %d items", n, got.Items)
			}
		})
	}
}

// TestDeepHonoursWishes: links that a page asks not to follow are not followed.
func TestDeepHonoursWishes(t *testing.T) {
	web := crawltest.New(t)
	web.Set(host, "/d/index.html", crawltest.Page{Body: strings.ReplaceAll(chapter("Sommaire", "a.html", "b.html", "c.html").Body, `<a href="b.html"`, `<a rel="external nofollow" href="b.html"`)})
	a := chapter("A", "a1.html")
	a.Body = strings.Replace(a.Body, "<head>", `<head><meta name="robots" content="index, NoFollow">`, 1)
	web.Set(host, "/d/a.html", a)
	c := chapter("C", "c1.html")
	c.Header = map[string]string{"X-Robots-Tag": "nofollow"}
	web.Set(host, "/d/c.html", c)
	r, _ := keeping(web)
	s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/d/index.html"), List: vigie.ListRules{Depth: 3}}
	_, paths := read(t, r, s, &vigie.Visit{}, memory{})
	slices.Sort(paths)
	if diff := cmp.Diff([]string{"/d/a.html", "/d/c.html", "/d/index.html"}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
