package crawl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
)

// mapped is a site with items and a sitemap of them; dates gives lastmod of each,
// "-" none.
func mapped(t *testing.T, dates ...string) (*crawltest.Web, vigie.Source) {
	t.Helper()
	web := crawltest.New(t)
	for i := range dates {
		web.Set(host, fmt.Sprintf("/news/%d.html", i), crawltest.Page{Body: item(i)})
	}
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, dates...)})
	s := vigie.Source{
		ID: vigie.NewID[vigie.SourceID](time.Unix(0, 0)), Kind: vigie.Site, URL: web.URL(host, "/"),
		List: vigie.ListRules{Sitemap: web.URL(host, "/sitemap.xml"), Allow: []string{"/news/"}},
	}
	return web, s
}

func urlset(first int, dates ...string) string {
	var b strings.Builder
	b.WriteString(`<urlset><url><loc>http://` + host + `/about</loc></url><url><loc>http://elsewhere.test/news/1</loc></url>`)
	for i, d := range dates {
		fmt.Fprintf(&b, "<url><loc>http://%s/news/%d.html</loc>", host, first+i)
		if d != "-" {
			fmt.Fprintf(&b, "<lastmod>%s</lastmod>", d)
		}
		b.WriteString("</url>")
	}
	return b.String() + "</urlset>"
}

// read visits a source, files what came, and gives the paths of the findings.
func read(t *testing.T, r *crawl.Reader, s vigie.Source, v *vigie.Visit, m memory) (vigie.Reading, []string) {
	t.Helper()
	got, err := r.Read(t.Context(), s, *v, m.known)
	if err != nil {
		t.Fatal(err)
	}
	*v = got.Visit
	m.file(got.Findings)
	var paths []string
	for _, f := range got.Findings {
		paths = append(paths, f.URL[strings.Index(f.URL[8:], "/")+8:])
	}
	return got, paths
}

func TestSitemapNewestFirst(t *testing.T) {
	web, s := mapped(t, "2026-01-05", "2026-03-01", "2026-02-01", "-")
	r, v, m := reader(web), vigie.Visit{}, memory{}
	s.List.Most = 3
	got, paths := read(t, r, s, &v, m)
	if diff := cmp.Diff([]string{"/news/1.html", "/news/2.html", "/news/0.html"}, paths); diff != "" {
		t.Errorf("first reading (-want +got):\n%s", diff)
	}
	if !got.Left || got.Items != 4 || v.ETag != "" {
		t.Errorf("left %v, items %d, etag %q", got.Left, got.Items, v.ETag)
	}
	got, paths = read(t, r, s, &v, m)
	if diff := cmp.Diff([]string{"/news/3.html"}, paths); diff != "" || got.Left || got.Unchanged != 3 {
		t.Errorf("second reading: %v, left %v, unchanged %d", paths, got.Left, got.Unchanged)
	}
	if got, _ = read(t, r, s, &v, m); !got.NotModified {
		t.Error("the third reading is not a 304")
	}
	if d := got.Findings; len(d) != 0 {
		t.Errorf("it brought %v", d)
	}
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, "2026-01-05", "2026-03-01", "2026-04-01", "-")})
	got, paths = read(t, r, s, &v, m)
	if diff := cmp.Diff([]string{"/news/2.html"}, paths); diff != "" {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
	if d := got.Findings[0].Document.Modified.String(); d != "2026-04-01" {
		t.Errorf("modified %q", d)
	}
}

// TestSitemapThatAlwaysSaysNow: dates that say nothing bring nothing.
func TestSitemapThatAlwaysSaysNow(t *testing.T) {
	stamp := func(at string) []string { return []string{at, at, at} }
	web, s := mapped(t, stamp("2026-11-20T10:00:00Z")...)
	r, v, m := reader(web), vigie.Visit{}, memory{}
	if _, paths := read(t, r, s, &v, m); len(paths) != 3 {
		t.Fatalf("first reading: %v", paths)
	}
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, stamp("2026-11-21T10:00:00Z")...)})
	got, paths := read(t, r, s, &v, m)
	if len(paths) != 0 || got.Unchanged != 3 || got.NotModified {
		t.Errorf("second reading: %v, unchanged %d", paths, got.Unchanged)
	}
}

// TestSitemapIndex: only the parts that changed are asked for, on condition where
// the index does not say when they changed.
func TestSitemapIndex(t *testing.T) {
	web, s := mapped(t, "-", "-", "-", "-")
	index := func(a, b string) crawltest.Page {
		return crawltest.Page{Body: fmt.Sprintf(`<sitemapindex><sitemap><loc>http://%[1]s/a.xml.gz</loc>%[2]s</sitemap>
<sitemap><loc>http://%[1]s/b.xml</loc>%[3]s</sitemap><sitemap><loc>http://elsewhere.test/c.xml</loc></sitemap></sitemapindex>`, host, a, b)}
	}
	web.Set(host, "/sitemap.xml", index("", ""))
	web.Set(host, "/a.xml.gz", crawltest.Page{Body: packed(web.Expand(urlset(0, "-", "-"))), Raw: true})
	web.Set(host, "/b.xml", crawltest.Page{Body: urlset(2, "-")})
	r, v, m := reader(web), vigie.Visit{}, memory{}
	if _, paths := read(t, r, s, &v, m); len(paths) != 3 || len(v.Parts) != 2 {
		t.Fatalf("first reading: %v, parts %v", paths, v.Parts)
	}
	steps := []struct {
		name  string
		do    func()
		paths string
		asked string
		same  bool
	}{
		{"nothing changed", func() {}, "", "304 /sitemap.xml 304 /a.xml.gz 304 /b.xml", true},
		{"a part changed", func() { web.Set(host, "/b.xml", crawltest.Page{Body: urlset(2, "-", "-")}) }, "/news/3.html", "304 /sitemap.xml 304 /a.xml.gz 200 /b.xml 200 /news/3.html", false},
		{"it says when", func() {
			web.Set(host, "/sitemap.xml", index("<lastmod>2026-03-01</lastmod>", "<lastmod>2026-02-01</lastmod>"))
		}, "", "200 /sitemap.xml 304 /a.xml.gz 304 /b.xml", true},
		{"and it does not change", func() {}, "", "304 /sitemap.xml", true},
		{"and one changes", func() {
			web.Set(host, "/sitemap.xml", index("<lastmod>2026-03-01</lastmod>", "<lastmod>2026-04-01</lastmod>"))
			web.Remove(host, "/b.xml")
		}, "", "200 /sitemap.xml 404 /b.xml", true},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			before := len(web.Log(host))
			got, paths := read(t, r, s, &v, m)
			asked := strings.Join(web.Paths(host)[before:], " ")
			if diff := cmp.Diff([]string{step.paths, step.asked}, []string{strings.Join(paths, " "), asked}); diff != "" || got.NotModified != step.same {
				t.Errorf("same %v (-want +got):\n%s", got.NotModified, diff)
			}
		})
	}
}

// TestSitemapIndexLeavesItems: what is left stands in one part, and only that part
// is read again.
func TestSitemapIndexLeavesItems(t *testing.T) {
	web, s := mapped(t, "-", "-", "-")
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: `<sitemapindex><sitemap><loc>http://` + host + `/a.xml</loc></sitemap><sitemap><loc>http://` + host + `/b.xml</loc></sitemap></sitemapindex>`})
	web.Set(host, "/a.xml", crawltest.Page{Body: urlset(0, "-")})
	web.Set(host, "/b.xml", crawltest.Page{Body: urlset(1, "-", "-")})
	s.List.Most = 2
	r, v, m := reader(web), vigie.Visit{}, memory{}
	if got, paths := read(t, r, s, &v, m); len(paths) != 2 || !got.Left {
		t.Fatalf("first reading: %v, left %v", paths, got.Left)
	}
	before := len(web.Log(host))
	got, _ := read(t, r, s, &v, m)
	want := "200 /sitemap.xml 304 /a.xml 200 /b.xml 200 /news/2.html"
	if asked := strings.Join(web.Paths(host)[before:], " "); asked != want || got.Left {
		t.Errorf("second reading asked %q, want %q", asked, want)
	}
}

// TestSitemapPartComesBack lets one file of an index fail once: it is asked for again
// although the index stays as it was.
func TestSitemapPartComesBack(t *testing.T) {
	web, s := mapped(t)
	m := memory{}
	part := `<urlset><url><loc>http://` + host + `/news/%d.html</loc></url></urlset>`
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: `<sitemapindex><sitemap><loc>http://` + host + `/a.xml</loc></sitemap><sitemap><loc>http://` + host + `/c.xml</loc></sitemap></sitemapindex>`})
	web.Set(host, "/a.xml", crawltest.Page{Body: fmt.Sprintf(part, 1)})
	web.Set(host, "/c.xml", crawltest.Page{Status: 500})
	r := reader(web)
	first, err := r.Read(t.Context(), s, vigie.Visit{}, m.known)
	if err != nil || !strings.Contains(strings.Join(first.Faults, "; "), "c.xml was not read") {
		t.Fatalf("faults %q, error %v", first.Faults, err)
	}
	web.Set(host, "/c.xml", crawltest.Page{Body: fmt.Sprintf(part, 2)})
	before := len(web.Log(host))
	if _, err := r.Read(t.Context(), s, first.Visit, m.known); err != nil {
		t.Fatal(err)
	}
	if asked := strings.Join(web.Paths(host)[before:], " "); !strings.Contains(asked, "200 /c.xml") {
		t.Errorf("the second reading asked %q", asked)
	}
}

func TestSitemapTroubles(t *testing.T) {
	nested := `<sitemapindex><sitemap><loc>http://` + host + `/%s.xml</loc></sitemap></sitemapindex>`
	for name, tc := range map[string]struct{ body, fault, err string }{
		"a page":          {body: "<html><p>x", err: "it is no sitemap"},
		"no address":      {body: "<urlset><url><loc>http://elsewhere.test/</loc></url></urlset>", err: "none of the 1 addresses"},
		"nested for ever": {body: fmt.Sprintf(nested, "deep"), fault: "is an index within an index within an index"},
		"a part is gone":  {body: fmt.Sprintf(nested, "gone"), err: "gone.xml was not read: "},
	} {
		t.Run(name, func(t *testing.T) {
			web, s := mapped(t)
			web.Set(host, "/sitemap.xml", crawltest.Page{Body: tc.body})
			web.Set(host, "/deep.xml", crawltest.Page{Body: fmt.Sprintf(nested, "deeper")})
			web.Set(host, "/deeper.xml", crawltest.Page{Body: fmt.Sprintf(nested, "deepest")})
			got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, memory{}.known)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil || !strings.Contains(strings.Join(got.Faults, "; "), tc.fault) {
				t.Errorf("faults %q, error %v", got.Faults, err)
			}
		})
	}
}
