package crawl_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/crawltest"
)

// shelf reads a site whose one page leads to reports, again and again, on a clock of its
// own, and keeps what it finds.
type shelf struct {
	web   *crawltest.Web
	s     vigie.Source
	visit vigie.Visit
	filed memory
	kept  map[string]vigie.Capture
	now   time.Time
	turns int
}

// newShelf returns a shelf for a page with some links.
func newShelf(t *testing.T, links string) *shelf {
	t.Helper()
	web := crawltest.New(t)
	s := &shelf{web: web, s: source(web), filed: memory{}, kept: map[string]vigie.Capture{}, now: time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)}
	s.s.List.Date = ""
	web.Set(host, "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /private/\n"})
	web.Set(host, "/news/1.html", crawltest.Page{Body: strings.Replace(item(1), "</article>", "<p>"+links+"</p></article>", 1)})
	return s
}

// expect reads the site after some hours, with another row of the page, and compares the
// reports that were asked for.
func (s *shelf) expect(t *testing.T, hours int, want ...string) vigie.Reading {
	t.Helper()
	s.now = s.now.Add(time.Duration(hours) * time.Hour)
	s.turns++
	s.web.Set(host, "/liste", crawltest.Page{Body: fmt.Sprintf(`<main><ul><li class="item"><h2><a href="/news/1.html">Version %d</a></h2></ul></main>`, s.turns)})
	r := reader(s.web)
	r.Now = func() time.Time { return s.now }
	r.Kept = func(_ context.Context, _ vigie.SourceID, address string) (vigie.Capture, error) {
		if c, ok := s.kept[address]; ok {
			return c, nil
		}
		return vigie.Capture{}, vigie.ErrNotFound
	}
	before := len(s.web.Paths(host))
	got, err := r.Read(t.Context(), s.s, s.visit, s.filed.known)
	if err != nil {
		t.Fatal(err)
	}
	s.visit = got.Visit
	s.filed.file(got.Findings)
	for _, f := range got.Findings {
		if f.Capture != nil {
			c := *f.Capture
			c.Fetched = s.now
			s.kept[f.GUID] = c
		}
	}
	asked := slices.DeleteFunc(s.web.Paths(host)[before:], func(p string) bool { return !strings.Contains(p, "/r/") && !strings.Contains(p, "/private/") })
	if diff := cmp.Diff(want, asked); diff != "" && len(want)+len(asked) > 0 {
		t.Errorf("requests for reports (-want +got):\n%s", diff)
	}
	return got
}

// TestReportsRefused: what is refused for good, or is no report, is asked for once.
func TestReportsRefused(t *testing.T) {
	s := newShelf(t, `<a href="/r/gone.pdf">a</a> <a href="/r/none.pdf">b</a> <a href="/private/x.pdf">c</a>`)
	s.web.Set(host, "/r/none.pdf", crawltest.Page{Body: item(3)})
	if got := s.expect(t, 0, "404 /r/gone.pdf", "200 /r/none.pdf"); len(got.Faults) != 1 {
		t.Errorf("faults %q", got.Faults)
	}
	for range 3 {
		if got := s.expect(t, 48); len(got.Faults) != 0 || len(got.Findings) != 1 || len(s.visit.Skipped) != 3 {
			t.Errorf("faults %q, %d findings, %+v", got.Faults, len(got.Findings), s.visit.Skipped)
		}
	}
}

// TestReportReplaced: a report is asked for again when the page that leads to it changed,
// once a day at most, and is found again when it is another.
func TestReportReplaced(t *testing.T) {
	s := newShelf(t, `<a href="/r/a.pdf">a</a>`)
	s.web.Set(host, "/r/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4 first"})
	s.expect(t, 0, "200 /r/a.pdf")
	s.expect(t, 2)
	s.expect(t, 24, "304 /r/a.pdf")
	s.expect(t, 12)
	s.web.Set(host, "/r/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4 second"})
	s.expect(t, 11)
	got := s.expect(t, 1, "200 /r/a.pdf")
	if len(got.Findings) != 2 || string(got.Findings[1].Capture.Body) != "%PDF-1.4 second" || got.Findings[1].GUID != s.web.URL(host, "/r/a.pdf") {
		t.Errorf("found %s", listing(s.web, got.Findings))
	}
	s.web.Set(host, "/r/a.pdf", crawltest.Page{Body: item(4)})
	if got = s.expect(t, 30, "200 /r/a.pdf"); len(got.Findings) != 1 {
		t.Errorf("a page in place of the report: %s", listing(s.web, got.Findings))
	}
	s.web.Remove(host, "/r/a.pdf")
	if got = s.expect(t, 30, "404 /r/a.pdf"); len(got.Findings) != 1 || len(got.Faults) != 0 {
		t.Errorf("without the report: %s, faults %q", listing(s.web, got.Findings), got.Faults)
	}
}
