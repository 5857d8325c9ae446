package feeds_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
)

// enclosing adds an enclosure and a date to an entry.
func enclosing(entry, url, kind string) string {
	return strings.Replace(entry, "</item>", fmt.Sprintf("<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><enclosure url='%s' type='%s' length='9'/></item>", url, kind), 1)
}

// TestReports takes the reports that items come with, each once.
func TestReports(t *testing.T) {
	const pdf = "%PDF-1.4 a report"
	for _, tt := range []struct {
		name  string
		mode  vigie.FullText
		items []string
		want  []string // what is found, by the end of its address or its guid
	}{
		{"enclosure", "", []string{enclosing(entry("1", "One", "http://bulletin.test/one", long), "http://files.test/a.pdf", "application/pdf")}, []string{"1", "/a.pdf"}},
		{"another enclosure", "", []string{enclosing(entry("1", "One", "http://bulletin.test/one", long), "http://files.test/a.mp3", "audio/mpeg")}, []string{"1"}},
		{"link in the text", "", []string{entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/b.pdf">The report</a> <a href="http://files.test/a.pdf">of others</a>`)}, []string{"1", "/r/b.pdf"}},
		{"link on the page", vigie.FullTextAlways, []string{entry("1", "One", "http://bulletin.test/leads", long)}, []string{"1", "/r/b.pdf"}},
		{"the same of two", "", []string{
			entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/b.pdf">The report</a>`), entry("2", "Two", "http://bulletin.test/two", long+`<a href="/r/b.pdf#page=2">The report</a>`),
		}, []string{"1", "/r/b.pdf", "2"}},
		{"an item of its own", "", []string{
			entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/b.pdf">The report</a>`), entry("2", "Two", "http://bulletin.test/r/b.pdf", "An extract."),
		}, []string{"1", "2"}},
		{"many", "", []string{entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/1.pdf">x</a><a href="/r/2.pdf">x</a><a href="/r/3.pdf">x</a><a href="/r/b.pdf">x</a>`)}, []string{"1", "/r/1.pdf", "/r/2.pdf", "/r/3.pdf"}},
		{"no PDF behind it", "", []string{entry("1", "One", "http://bulletin.test/one", long+`<a href="/leads">PDF</a>`)}, []string{"1"}},
		{"gone", "", []string{entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/gone.pdf">x</a>`)}, []string{"1"}},
		{"never", vigie.FullTextNever, []string{enclosing(entry("1", "One", "http://bulletin.test/one", long), "http://files.test/a.pdf", "application/pdf")}, []string{"1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.source.FullText = tt.mode
			d.web.Set("files.test", "/a.pdf", crawltest.Page{Type: "application/octet-stream", Body: pdf})
			for _, name := range []string{"b", "1", "2", "3"} {
				d.web.Set("bulletin.test", "/r/"+name+".pdf", crawltest.Page{Type: "application/pdf", Body: pdf})
			}
			d.web.Set("bulletin.test", "/leads", crawltest.Page{Body: strings.Replace(page("leads"), "</article>", `<p><a href="/r/b.pdf">The report</a></p></article>`, 1)})
			d.serve(feedOf(tt.items...))
			r := d.read()
			var got []string
			for _, f := range r.Findings {
				name := f.GUID
				if len(name) > 1 {
					name = name[strings.Index(name[8:], "/")+8:]
				}
				got = append(got, name)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("found %q, want %q; faults %q", got, tt.want, r.Faults)
			}
			before := len(paths(d))
			d.serve(feedOf(tt.items...) + " ")
			if again := d.read(); len(again.Findings) != 0 || len(paths(d)) != before+1 {
				t.Errorf("the next reading found %d, and asked for %q", len(again.Findings), paths(d)[before:])
			}
		})
	}
}

// TestReportSays: what is known of a report beside what it says.
func TestReportSays(t *testing.T) {
	d := newDesk(t)
	d.web.Set("files.test", "/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4"})
	d.serve(feedOf(enclosing(entry("1", "One", "http://bulletin.test/one", long), "http://files.test/a.pdf", "application/pdf")))
	got := d.read().Findings[1]
	if doc := got.Document; doc.Title != "One" || doc.Published.String() != "2026-11-20T08:00:00Z" || doc.Publisher != "Bulletin" ||
		doc.MediaType != "application/pdf" || doc.URL != d.web.URL("files.test", "/a.pdf") || got.Capture.URL != doc.URL {
		t.Errorf("%+v", doc)
	}
}

// TestReportLater: a report that is not there is asked for again, and the item with it.
func TestReportLater(t *testing.T) {
	d := newDesk(t)
	d.web.Set("bulletin.test", "/r/a.pdf", crawltest.Page{Status: http.StatusInternalServerError})
	d.serve(feedOf(entry("1", "One", "http://bulletin.test/one", long+`<a href="/r/a.pdf">The report</a>`)))
	if r := d.read(); len(r.Findings) != 1 || len(r.Faults) == 0 {
		t.Fatalf("%d findings, faults %q", len(r.Findings), r.Faults)
	}
	d.web.Set("bulletin.test", "/r/a.pdf", crawltest.Page{Type: "application/pdf", Body: "%PDF-1.4"})
	d.now = d.now.Add(7 * time.Hour)
	if r := d.read(); len(r.Findings) != 2 || !strings.HasSuffix(r.Findings[1].GUID, "/r/a.pdf") {
		t.Errorf("after seven hours: %d findings, faults %q", len(r.Findings), r.Faults)
	}
	if r := d.read(); len(r.Findings) != 0 || !r.NotModified {
		t.Errorf("at last: %d findings", len(r.Findings))
	}
}
