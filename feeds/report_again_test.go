package feeds_test

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

// changed reads the feed after some hours with the item changed, and compares the reports
// that were asked for.
func (d *desk) changed(hours int, links string, want ...string) vigie.Reading {
	d.t.Helper()
	d.now = d.now.Add(time.Duration(hours) * time.Hour)
	before := len(paths(d))
	d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feedOf(entry("1", "One", "http://bulletin.test/one", long+links+fmt.Sprintf(" Version %s.", d.now)))})
	got := d.read()
	for guid, c := range d.kept {
		if slices.ContainsFunc(got.Findings, func(f vigie.Finding) bool { return f.GUID == guid }) {
			c.Fetched = d.now
			d.kept[guid] = c
		}
	}
	asked := slices.DeleteFunc(slices.Clone(paths(d)[before:]), func(p string) bool { return !strings.Contains(p, "/r/") })
	if diff := cmp.Diff(want, asked); diff != "" && len(want)+len(asked) > 0 {
		d.t.Errorf("requests for reports (-want +got):\n%s", diff)
	}
	return got
}

// TestReportsRefused: what is refused for good, or is no report, is asked for once.
func TestReportsRefused(t *testing.T) {
	d := newDesk(t)
	d.web.Set("bulletin.test", "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /private/\n"})
	d.web.Set("bulletin.test", "/r/none.pdf", crawltest.Page{Body: page("none")})
	const links = `<a href="/r/gone.pdf">x</a> <a href="/r/none.pdf">x</a> <a href="/private/x.pdf">x</a>`
	if got := d.changed(0, links, "404 /r/gone.pdf", "200 /r/none.pdf"); len(got.Faults) != 2 {
		t.Errorf("faults %q", got.Faults)
	}
	for range 3 {
		if got := d.changed(48, links); len(got.Faults) != 0 || len(got.Findings) != 1 || len(d.visit.Skipped) != 3 {
			t.Errorf("faults %q, %d findings, %+v", got.Faults, len(got.Findings), d.visit.Skipped)
		}
	}
}

// TestReportReplaced: a report is asked for again when the item that leads to it changed,
// once a day at most, and is found again when it is another.
func TestReportReplaced(t *testing.T) {
	d := newDesk(t)
	const links = `<a href="/r/a.pdf">x</a>`
	d.web.Set("bulletin.test", "/r/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4 first"})
	d.changed(0, links, "200 /r/a.pdf")
	d.changed(2, links)
	d.changed(24, links, "304 /r/a.pdf")
	d.changed(12, links)
	d.web.Set("bulletin.test", "/r/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4 second"})
	d.changed(11, links)
	got := d.changed(1, links, "200 /r/a.pdf")
	if len(got.Findings) != 2 || string(got.Findings[1].Capture.Body) != "%PDF-1.4 second" || !strings.HasSuffix(got.Findings[1].GUID, "/r/a.pdf") {
		t.Errorf("found %q", guids(got))
	}
	d.web.Set("bulletin.test", "/r/a.pdf", crawltest.Page{Body: page("a")})
	if got = d.changed(30, links, "200 /r/a.pdf"); len(got.Findings) != 1 {
		t.Errorf("a page in place of the report: %q", guids(got))
	}
	d.web.Remove("bulletin.test", "/r/a.pdf")
	if got = d.changed(30, links, "404 /r/a.pdf"); len(got.Findings) != 1 || len(got.Faults) != 0 {
		t.Errorf("without the report: %q, faults %q", guids(got), got.Faults)
	}
}

// TestReportTooLarge: a report that is too large is a document, also where its address
// does not say that it is one, and is asked for once.
func TestReportTooLarge(t *testing.T) {
	d := newDesk(t)
	d.web.Handle("bulletin.test", "/r/17", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", "314572800")
		_, _ = w.Write([]byte("%PDF-1.4\n"))
	})
	enclosed := enclosing(entry("1", "One", "http://bulletin.test/one", long), "http://bulletin.test/r/17", "application/pdf")
	d.serve(feedOf(enclosed))
	r := d.read()
	if len(r.Findings) != 2 || r.Findings[1].Document.Obstacle != vigie.TooLarge || r.Findings[1].Document.MediaType != "application/pdf" || len(r.Faults) != 0 {
		t.Fatalf("%+v", r)
	}
	for hours := range 3 {
		d.now = d.now.Add(time.Duration(30*hours) * time.Hour)
		changed := strings.Replace(enclosed, "<title>One", fmt.Sprintf("<title>Version %d", hours), 1)
		d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feedOf(changed)})
		if got := d.read(); len(got.Findings) != 1 {
			t.Errorf("found %q", guids(got))
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(paths(d)), func(p string) bool { return !strings.HasSuffix(p, "/r/17") })); n != 1 {
		t.Errorf("it was asked for %d times", n)
	}
}
