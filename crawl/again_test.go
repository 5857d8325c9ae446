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
	"vigie/crawl"
	"vigie/crawl/crawltest"
)

// mapWatch reads a sitemap again and again on a clock of its own.
type mapWatch struct {
	web    *crawltest.Web
	source vigie.Source
	reader *crawl.Reader
	visit  vigie.Visit
	filed  memory
	now    time.Time
}

func watchMap(t *testing.T, dates ...string) *mapWatch {
	t.Helper()
	w := &mapWatch{filed: memory{}, now: time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)}
	w.web, w.source = mapped(t, dates...)
	w.reader = reader(w.web)
	w.reader.Now = func() time.Time { return w.now }
	return w
}

// expect reads the sitemap and compares the requests that it took.
func (w *mapWatch) expect(t *testing.T, want ...string) vigie.Reading {
	t.Helper()
	before := len(w.web.Paths(""))
	got, _ := read(t, w.reader, w.source, &w.visit, w.filed)
	asked := slices.DeleteFunc(w.web.Paths("")[before:], func(p string) bool {
		return strings.HasSuffix(p, "robots.txt") || strings.HasSuffix(p, "tdmrep.json")
	})
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	return got
}

// TestSitemapIsNotSentAgain: one item fails for long. It is asked for by itself; the
// sitemap is asked for on condition, and not sent again.
func TestSitemapIsNotSentAgain(t *testing.T) {
	w := watchMap(t, "2026-01-05", "2026-03-01", "2026-02-01")
	w.web.Set(host, "/news/1.html", crawltest.Page{Status: http.StatusServiceUnavailable - 1})
	w.expect(t, "200 /sitemap.xml", "502 /news/1.html", "200 /news/2.html", "200 /news/0.html")
	w.expect(t, "304 /sitemap.xml")
	for _, hours := range []int{6, 12, 24} {
		w.now = w.now.Add(time.Duration(hours) * time.Hour)
		got := w.expect(t, "304 /sitemap.xml", "502 /news/1.html")
		if !got.NotModified || len(got.Visit.Skipped) != 1 || len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "/news/1.html was not read") || got.Visit.ETag == "" {
			t.Errorf("got %+v", got)
		}
	}
	w.web.Set(host, "/news/1.html", crawltest.Page{Body: item(1)})
	w.now = w.now.Add(48 * time.Hour)
	got := w.expect(t, "304 /sitemap.xml", "200 /news/1.html")
	if len(got.Findings) != 1 || got.NotModified || got.Findings[0].Document.Modified.String() != "2026-03-01" || len(got.Visit.Skipped) != 0 || len(got.Faults) != 0 {
		t.Errorf("got %+v", got)
	}
	w.now = w.now.Add(7 * 24 * time.Hour)
	w.expect(t, "304 /sitemap.xml")
	// The sitemap moves on: what was read by itself is known as the sitemap has it.
	w.web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, "2026-01-05", "2026-03-01", "2026-04-01")})
	if got := w.expect(t, "200 /sitemap.xml", "200 /news/2.html"); got.Unchanged != 2 {
		t.Errorf("%d unchanged", got.Unchanged)
	}
}

// TestIndexIsNotSentAgain: nor are the files of an index; and what a file does not list
// any more is forgotten with it, also where the others never change.
func TestIndexIsNotSentAgain(t *testing.T) {
	w := watchMap(t, "-", "-", "-")
	part := func(name string) string { return `<sitemap><loc>http://` + host + `/` + name + `.xml</loc></sitemap>` }
	w.web.Set(host, "/sitemap.xml", crawltest.Page{Body: `<sitemapindex>` + part("a") + part("b") + `</sitemapindex>`})
	w.web.Set(host, "/a.xml", crawltest.Page{Body: urlset(0, "-")})
	w.web.Set(host, "/b.xml", crawltest.Page{Body: urlset(1, "-", "-")})
	w.web.Set(host, "/news/0.html", crawltest.Page{Status: 500})
	w.web.Set(host, "/news/2.html", crawltest.Page{Status: 500})
	w.expect(t, "200 /sitemap.xml", "200 /a.xml", "200 /b.xml", "500 /news/0.html", "200 /news/1.html", "500 /news/2.html")
	w.now = w.now.Add(6 * time.Hour)
	again := []string{"304 /sitemap.xml", "304 /a.xml", "304 /b.xml"}
	got, asked := w.expectAny(t)
	slices.Sort(asked[3:])
	if diff := cmp.Diff(append(slices.Clone(again), "500 /news/0.html", "500 /news/2.html"), asked); diff != "" || len(got.Visit.Skipped) != 2 {
		t.Errorf("skipped %v, requests (-want +got):\n%s", got.Visit.Skipped, diff)
	}
	// One file changes. What it does not list is forgotten, what the other lists is not.
	for i := range 40 {
		w.now = w.now.Add(time.Hour)
		w.web.Set(host, fmt.Sprintf("/news/%d.html", 10+i), crawltest.Page{Status: 404 + 96*(i%2)}) // or 500
		w.web.Set(host, "/b.xml", crawltest.Page{Body: urlset(10+i, "-")})
		if got, _ = w.expectAny(t); len(got.Visit.Skipped) != 2 {
			t.Fatalf("after change %d: %v", i, got.Visit.Skipped)
		}
	}
	// So is what stood in a file that is gone.
	w.web.Set(host, "/sitemap.xml", crawltest.Page{Body: `<sitemapindex>` + part("b") + `</sitemapindex>`})
	if got, _ = w.expectAny(t); len(got.Visit.Skipped) != 1 {
		t.Errorf("without the first file: %v", got.Visit.Skipped)
	}
}

func (w *mapWatch) expectAny(t *testing.T) (vigie.Reading, []string) {
	t.Helper()
	before := len(w.web.Paths(""))
	got, _ := read(t, w.reader, w.source, &w.visit, w.filed)
	return got, slices.DeleteFunc(w.web.Paths("")[before:], func(p string) bool { return strings.HasSuffix(p, "tdmrep.json") })
}

// TestManyFailedItems: what is remembered of items that fail is bounded; beyond, the
// list is asked for as a whole.
func TestManyFailedItems(t *testing.T) {
	w := newWatch(t, 1)
	w.source.List.Most = 1000
	w.web.Handle(host, "*", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) })
	paths := []string{"/news/0.html"}
	for i := range 220 {
		paths = append(paths, fmt.Sprintf("/ill/%d", i))
	}
	w.list(paths...)
	got, _ := w.read(t)
	alone := 0
	for _, a := range got.Visit.Skipped {
		if a.Item != nil {
			alone++
		}
	}
	if len(got.Visit.Skipped) != 220 || alone != 200 {
		t.Errorf("%d items are remembered, %d to be asked for alone", len(got.Visit.Skipped), alone)
	}
	w.now = w.now.Add(6 * time.Hour)
	if _, asked := w.read(t); len(asked) != 221 || asked[0] != "200 /liste" {
		t.Errorf("%d requests, first %q", len(asked), asked[0])
	}
}

// TestListSaysTheRest: a list that did not change keeps what was said of it, and its
// number of items, while one of them is tried again by itself.
func TestListSaysTheRest(t *testing.T) {
	w := newWatch(t, 3)
	w.source.List.Date = "em"
	w.web.Set(host, "/ill", crawltest.Page{Status: http.StatusInternalServerError})
	w.list("/ill", "/news/0.html", "/news/1.html")
	first := w.expect(t, "200 /liste", "500 /ill", "200 /news/0.html", "200 /news/1.html")
	w.visit.Items = first.Items // as the pace does
	w.now = w.now.Add(6 * time.Hour)
	w.web.Set(host, "/ill", crawltest.Page{Body: item(5), Type: "text/html"})
	got := w.expect(t, "304 /liste", "200 /ill")
	if len(first.Faults) != 2 || len(got.Faults) != 1 || got.Faults[0] != first.Faults[0] || got.Items != 3 || len(got.Findings) != 1 {
		t.Errorf("first %q, then %q; %d items, %d findings", first.Faults, got.Faults, got.Items, len(got.Findings))
	}
}
