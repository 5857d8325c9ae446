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

// watch reads one site again and again, as a harvest does.
type watch struct {
	web    *crawltest.Web
	reader *crawl.Reader
	source vigie.Source
	visit  vigie.Visit
	filed  memory
	now    time.Time
}

func newWatch(t *testing.T, items int) *watch {
	t.Helper()
	w := &watch{web: site(t, items), filed: memory{}, now: time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)}
	w.reader, w.source = reader(w.web), source(w.web)
	w.reader.Now = func() time.Time { return w.now }
	w.source.List = vigie.ListRules{Item: "li", Title: "a"}
	return w
}

// list sets the list to links with these paths.
func (w *watch) list(paths ...string) {
	var b strings.Builder
	for _, p := range paths {
		fmt.Fprintf(&b, `<li><a href="%s">%s</a>`, p, p)
	}
	w.web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: b.String()})
}

// read reads the site and returns the requests that it took.
func (w *watch) read(t *testing.T) (vigie.Reading, []string) {
	t.Helper()
	before := len(w.web.Paths(""))
	got, err := w.reader.Read(t.Context(), w.source, w.visit, w.filed.known)
	if err != nil {
		t.Fatal(err)
	}
	w.filed.file(got.Findings)
	w.visit = got.Visit
	return got, slices.DeleteFunc(w.web.Paths("")[before:], func(p string) bool { return strings.HasSuffix(p, "robots.txt") || strings.HasSuffix(p, "tdmrep.json") })
}

func (w *watch) expect(t *testing.T, want ...string) vigie.Reading {
	t.Helper()
	got, asked := w.read(t)
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	return got
}

// TestDeadItemsAreNotInTheWay: items that are gone stand above good ones.
func TestDeadItemsAreNotInTheWay(t *testing.T) {
	w := newWatch(t, 2)
	w.source.List.Most = 2
	w.list("/dead/0", "/dead/1", "/dead/2", "/news/0.html", "/news/1.html")
	w.expect(t, "200 /liste", "404 /dead/0", "404 /dead/1")
	w.expect(t, "200 /liste", "404 /dead/2", "200 /news/0.html")
	got := w.expect(t, "200 /liste", "200 /news/1.html")
	if len(w.filed) != 2 || len(got.Faults) != 3 || len(got.Visit.Skipped) != 3 {
		t.Errorf("%d items were read, want 2; faults %q", len(w.filed), got.Faults)
	}
	for i, f := range got.Faults {
		if !strings.Contains(f, w.web.URL(host, fmt.Sprintf("/dead/%d", i))) || !strings.Contains(f, "404") || !strings.Contains(f, "not tried again") {
			t.Errorf("fault %d is %q, want it to say which item and why", i, f)
		}
	}

	// Only dead ones are left: the list has its validators, for good.
	for range 3 {
		w.now = w.now.Add(30 * 24 * time.Hour)
		if got := w.expect(t, "304 /liste"); !got.NotModified || len(got.Visit.Faults) != 3 {
			t.Errorf("got %+v", got)
		}
	}

	// A new item is read; what left the list is forgotten.
	w.web.Set(host, "/new", crawltest.Page{Body: item(3), Type: "text/html"})
	w.list("/dead/2", "/new", "/news/0.html", "/news/1.html")
	if got := w.expect(t, "200 /liste", "200 /new"); len(got.Visit.Skipped) != 1 || len(got.Faults) != 1 || got.Unchanged != 2 {
		t.Errorf("skipped %v, faults %q, %d unchanged", got.Visit.Skipped, got.Faults, got.Unchanged)
	}
}

// TestManyDeadItems: as many as one reading may fetch where nothing is set.
func TestManyDeadItems(t *testing.T) {
	w := newWatch(t, 1)
	var paths []string
	for i := range 30 {
		paths = append(paths, fmt.Sprintf("/dead/%d", i))
	}
	w.list(append(paths, "/news/0.html")...)
	if got, asked := w.read(t); len(asked) != 31 || len(got.Findings) != 0 {
		t.Errorf("%d findings, requests %q", len(got.Findings), asked)
	}
	got := w.expect(t, "200 /liste", "200 /news/0.html")
	if last := got.Faults[len(got.Faults)-1]; len(got.Faults) != 11 || !strings.HasPrefix(last, "20 more items") {
		t.Errorf("faults %q, want ten that name an item and one that counts the rest", got.Faults)
	}
	w.expect(t, "304 /liste")
}

// TestItemsAreTriedAgain: a fault that may pass is tried again, later each time,
// and after what is new.
func TestItemsAreTriedAgain(t *testing.T) {
	w := newWatch(t, 1)
	w.source.List.Most = 1
	w.web.Set(host, "/ill", crawltest.Page{Status: http.StatusInternalServerError})
	w.list("/ill")
	got := w.expect(t, "200 /liste", "500 /ill")
	if len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "500") || !strings.Contains(got.Faults[0], "2026-11-22T02:00:00Z") {
		t.Errorf("faults %q, want the reason and the time of the next try", got.Faults)
	}
	for _, hours := range []int{6, 12, 24, 48, 96, 168, 168, 168} {
		w.now = w.now.Add(time.Duration(hours)*time.Hour - time.Second)
		w.expect(t, "304 /liste")
		w.now = w.now.Add(time.Second)
		w.expect(t, "304 /liste", "500 /ill") // by itself
	}
	w.now = w.now.Add(7 * 24 * time.Hour)
	w.list("/ill", "/news/0.html")
	w.web.Set(host, "/ill", crawltest.Page{Body: item(5), Type: "text/html"})
	w.expect(t, "200 /liste", "200 /news/0.html")
	got = w.expect(t, "304 /liste", "200 /ill")
	if len(got.Findings) != 1 || len(got.Visit.Skipped) != 0 || len(got.Faults) != 0 {
		t.Errorf("%d findings, skipped %v, faults %q", len(got.Findings), got.Visit.Skipped, got.Faults)
	}
	w.expect(t, "304 /liste")
}
