package crawl_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/extract"
	"vigie/crawl/extract/reporttest"
	"vigie/vigietest"
)

func TestMain(m *testing.M) { os.Exit(reporttest.Main(m)) }

// library is a fake web whose site lists good reports, hostile ones and pages that lead
// to others.
func library(t *testing.T) *crawltest.Web {
	t.Helper()
	web := crawltest.New(t)
	pdf := func(body []byte) crawltest.Page {
		return crawltest.Page{Type: "application/pdf", Body: string(body)}
	}
	good := func(title string) crawltest.Page {
		return pdf(reporttest.PDF(title, "The regulator opened the ducts of the country to all operators: "+title+"."))
	}
	web.Set(host, "/d/state.pdf", good("The state of the ducts"))
	web.Set(host, "/d/layout", crawltest.Page{Type: "application/octet-stream", Body: string(reporttest.PDF("final_v3", "A report whose own title says nothing."))})
	web.Set(host, "/d/panic.pdf", pdf(reporttest.Planted(reporttest.Panic)))
	web.Set(host, "/d/memory.pdf", pdf(reporttest.Planted(reporttest.Memory)))
	web.Set(host, "/d/garbage.pdf", pdf(reporttest.Planted(reporttest.Garbage)))
	web.Set(host, "/d/broken.pdf", pdf([]byte("%PDF-1.4\nnothing")))
	web.Handle(host, "/d/huge.pdf", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", "314572800")
		_, _ = w.Write([]byte("%PDF-1.4\n"))
	})
	web.Set(host, "/d/page.pdf", pdf([]byte(item(7))))
	web.Set(host, "/d/sheet.xlsx", crawltest.Page{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: "PK"})
	web.Set(host, "/news/launch.html", crawltest.Page{Body: strings.Replace(item(1), "</article>",
		`<p>Voir <a href="/r/one.pdf">le rapport complet</a>, <a href="/r/two.pdf">les annexes du rapport</a>, <a href="/r/three.pdf">la note</a>,
		<a href="/d/state.pdf">celui de la liste</a>, <a href="http://ailleurs.test/r/off.pdf">un autre site</a>,</p></article>`, 1)})
	web.Set(host, "/news/more.html", crawltest.Page{Body: strings.Replace(item(2), "</article>",
		`<p><a href="/r/one.pdf">le même</a> <a href="/r/gone.pdf">un rapport parti</a> <a href="/r/later.pdf">un rapport lent</a></p></article>`, 1)})
	for _, name := range []string{"one", "two", "three"} {
		web.Set(host, "/r/"+name+".pdf", good("Report "+name))
	}
	web.Set(host, "/r/later.pdf", crawltest.Page{Status: http.StatusInternalServerError})
	web.Set("ailleurs.test", "/r/off.pdf", good("Off the site"))
	var list strings.Builder
	list.WriteString("<main><ul>")
	for _, path := range []string{
		"/d/panic.pdf", "/d/memory.pdf", "/d/garbage.pdf", "/d/broken.pdf", "/d/huge.pdf", "/d/page.pdf", "/d/sheet.xlsx",
		"/d/state.pdf", "/d/layout", "/news/launch.html", "/news/more.html",
	} {
		fmt.Fprintf(&list, `<li class="item"><h2><a href="%s">Ligne %s</a></h2><span class="date">3 mars 2026</span></li>`, path, strings.Trim(path, "/"))
	}
	web.Set(host, "/liste", crawltest.Page{Body: list.String() + "</ul></main>"})
	return web
}

// listing writes what a reading found, one document a line.
func listing(web *crawltest.Web, fs []vigie.Finding) string {
	var b strings.Builder
	for _, f := range fs {
		d := f.Document
		kept := "kept"
		if f.Capture == nil {
			kept = "not kept"
		}
		fmt.Fprintf(&b, "%s\n  %q %s %s %d pages, %d paragraphs, obstacle %q, %s, parser %v\n", strings.ReplaceAll(d.URL, web.URL(host, ""), ""),
			d.Title, d.Published, d.MediaType, d.Pages, len(d.Body), d.Obstacle, kept, f.Parser > 0)
	}
	return b.String()
}

// TestReports reads a site with good and hostile reports: each hostile one costs itself
// and is a document all the same, and nothing is fetched twice.
func TestReports(t *testing.T) {
	web := library(t)
	r := reader(web)
	r.Reports = reporttest.New(t, extract.ReportOptions{})
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	r.Now = func() time.Time { return now }
	s := source(web)
	known := memory{}
	got, err := r.Read(t.Context(), s, vigie.Visit{}, known.known)
	if err != nil {
		t.Fatal(err)
	}
	vigietest.Golden(t, "testdata/reports.golden", listing(web, got.Findings)+strings.Join(got.Faults, "\n"))
	known.file(got.Findings)

	// Nothing is asked for again but the list, until the report that was not there is due.
	before := len(web.Paths(host))
	if got, err = r.Read(t.Context(), s, got.Visit, known.known); err != nil || len(got.Findings) != 0 {
		t.Errorf("the second reading: %v, %d findings", err, len(got.Findings))
	}
	if asked := web.Paths(host)[before:]; !slices.Equal(asked, []string{"304 /liste"}) {
		t.Errorf("the second reading asked for %q", asked)
	}
	web.Set(host, "/r/later.pdf", crawltest.Page{Type: "application/pdf", Body: string(reporttest.PDF("A late report", "It was not there before."))})
	web.Set(host, "/liste", crawltest.Page{Body: "<main><ul><li class=item><h2><a href='/d/state.pdf'>Ligne</a></h2></ul></main>"}) // all else has left the list
	now = now.Add(7 * time.Hour)
	if got, err = r.Read(t.Context(), s, got.Visit, known.known); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(got.Findings, func(f vigie.Finding) bool { return f.Document.Title == "A late report" }) {
		t.Errorf("the report that came late was not read:\n%s", listing(web, got.Findings))
	}
}

// TestEndlessReport has one site's report loop: another site is read meanwhile.
func TestEndlessReport(t *testing.T) {
	web := library(t)
	web.Set("boucle.test", "/liste", crawltest.Page{Body: `<main><ul><li class="item"><h2><a href="/endless.pdf">Sans fin</a></h2></ul></main>`})
	web.Set("boucle.test", "/endless.pdf", crawltest.Page{Type: "application/pdf", Body: string(reporttest.Planted(reporttest.Loop))})
	web.Set(host, "/liste", crawltest.Page{Body: `<main><ul><li class="item"><h2><a href="/d/state.pdf">Rapport</a></h2></ul></main>`})
	r := reader(web)
	r.Reports = reporttest.New(t, extract.ReportOptions{Timeout: 4 * time.Second})
	healthy, endless := source(web), source(web)
	endless.URL = web.URL("boucle.test", "/liste")
	type end struct {
		name    string
		reading vigie.Reading
		err     error
	}
	ends := make(chan end)
	read := func(r *crawl.Reader, name string, s vigie.Source) {
		reading, err := r.Read(t.Context(), s, vigie.Visit{}, memory{}.known)
		ends <- end{name, reading, err}
	}
	if _, err := r.Read(t.Context(), healthy, vigie.Visit{}, memory{}.known); err != nil { // the engine is compiled once
		t.Fatal(err)
	}
	go read(r, "endless", endless)
	go read(r, "healthy", healthy)
	for _, want := range []struct {
		name     string
		obstacle vigie.Obstacle
	}{{"healthy", ""}, {"endless", vigie.TooSlow}} {
		e := <-ends
		if e.name != want.name || e.err != nil || len(e.reading.Findings) != 1 || e.reading.Findings[0].Document.Obstacle != want.obstacle {
			t.Errorf("%s ended with %v and %s; want %s, obstacle %q", e.name, e.err, listing(web, e.reading.Findings), want.name, want.obstacle)
		}
	}
}

// TestWatchedReports: what a watched page leads to is taken, and what a person found by
// hand comes alone.
func TestWatchedReports(t *testing.T) {
	web := library(t)
	for _, c := range []struct {
		id   vigie.SourceID
		want int
	}{{"s", 4}, {vigie.ByHand, 1}} {
		s := vigie.Source{ID: c.id, Kind: vigie.Page, URL: web.URL(host, "/news/launch.html")}
		got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, memory{}.known)
		if err != nil || len(got.Findings) != c.want {
			t.Errorf("source %s: %v, %s", c.id, err, listing(web, got.Findings))
		}
	}
}
