package harvest_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/feeds"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

const office = "office.test"

// gatherer is a harvester as the program has it, over a small web.
func gatherer(t *testing.T, web *crawltest.Web, now func() time.Time) (*store.DB, *harvest.Harvester, harvest.Scout) {
	t.Helper()
	db := storetest.Open(t)
	door := polite.New(polite.Options{Allow: web.Allow(), PagePause: time.Millisecond, FeedPause: time.Millisecond})
	sites := &crawl.Reader{Web: door, Kept: harvest.Kept(db), Now: now}
	readers := map[vigie.Kind]harvest.Reader{vigie.Feed: &feeds.Reader{Web: door}, vigie.Site: sites, vigie.Page: sites}
	scout := harvest.Scout{Web: door, Now: now}
	readers[vigie.Auto] = &harvest.Auto{Scout: scout, Readers: maps.Clone(readers), Now: now}
	return db, harvest.New(db, readers, harvest.Options{Now: now}), scout
}

// rss is a feed of n items.
func rss(n int) crawltest.Page {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Office des réseaux</title><link>http://office.test/</link>`)
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Avis numéro %d du flux</title><link>http://office.test/avis/%[1]d</link><guid>g%[1]d</guid><pubDate>Thu, %02[2]d Nov 2026 09:30:00 GMT</pubDate><description>Texte</description></item>`, i, i+1)
	}
	return crawltest.Page{Body: b.String() + "</channel></rss>"}
}

// home is a page with a list, and what its head says.
func home(head string, blocks int) crawltest.Page {
	var b strings.Builder
	for i := range blocks {
		fmt.Fprintf(&b, `<article><h2><a href="/avis/%d">Avis numéro %[1]d de la page</a></h2><time datetime="2026-11-%02[2]d"></time></article>`, i, i+1)
	}
	return crawltest.Page{Body: `<html lang="fr"><head><title>Office</title>` + head + `</head><body><main><p>` +
		strings.Repeat("L'office veille sur les réseaux ouverts au public. ", 4) + `</p>` + b.String() + `</main></body></html>`}
}

func avis(web *crawltest.Web, n int) {
	for i := range n {
		web.Set(office, fmt.Sprintf("/avis/%d", i), crawltest.Page{Type: "text/html", Body: fmt.Sprintf(`<html lang="fr"><title>Avis %d</title><article><h1>Avis %[1]d</h1><p>%s</p></article>`,
			i, strings.Repeat("L'avis est motivé et rendu public. ", 8))})
	}
}

func sitemap(n int) crawltest.Page {
	var b strings.Builder
	b.WriteString("<urlset><url><loc>http://office.test/accueil</loc><lastmod>2024-01-01</lastmod></url>")
	for i := range n {
		fmt.Fprintf(&b, "<url><loc>http://office.test/avis/%d</loc><lastmod>2026-11-%02d</lastmod></url>", i, i+1)
	}
	return crawltest.Page{Body: b.String() + "</urlset>"}
}

func TestWays(t *testing.T) {
	const declared = `<link rel="alternate" type="application/rss+xml" href="/flux.xml">`
	for name, tc := range map[string]struct {
		pages map[string]crawltest.Page
		path  string
		want  []string // kind, path and how many items, the best first
	}{
		"a feed":           {map[string]crawltest.Page{"/flux.xml": rss(3)}, "/flux.xml", []string{"feed /flux.xml 3"}},
		"an announcement":  {map[string]crawltest.Page{"/": home(declared, 0), "/flux.xml": rss(3)}, "/", []string{"feed /flux.xml 3", "page / 1"}},
		"a usual place":    {map[string]crawltest.Page{"/": home("", 0), "/rss.xml": rss(2)}, "/", []string{"feed /rss.xml 2", "page / 1"}},
		"an empty feed":    {map[string]crawltest.Page{"/": home(declared, 4), "/flux.xml": rss(0)}, "/", []string{"site / 4", "site / 4", "page / 1", "feed /flux.xml 0"}},
		"a list":           {map[string]crawltest.Page{"/": home("", 4)}, "/", []string{"site / 4", "site / 4", "page / 1"}},
		"all of them":      {map[string]crawltest.Page{"/": home(declared, 4), "/flux.xml": rss(3), "/sitemap.xml": sitemap(5)}, "/", []string{"feed /flux.xml 3", "site / 4", "sitemap /sitemap.xml 6", "site / 4", "page / 1"}},
		"robots.txt":       {map[string]crawltest.Page{"/": home("", 0), "/robots.txt": {Body: "Sitemap: /plan.xml"}, "/plan.xml": sitemap(5)}, "/", []string{"sitemap /plan.xml 6", "page / 1"}},
		"an index":         {map[string]crawltest.Page{"/": home("", 0), "/sitemap.xml": {Body: `<sitemapindex><sitemap><loc>http://office.test/images.xml</loc></sitemap><sitemap><loc>http://office.test/news.xml</loc></sitemap></sitemapindex>`}, "/news.xml": sitemap(5)}, "/", []string{"sitemap /sitemap.xml 6", "page / 1"}},
		"the sitemap":      {map[string]crawltest.Page{"/sitemap.xml": sitemap(5)}, "/sitemap.xml", []string{"sitemap /sitemap.xml 6"}},
		"part of the site": {map[string]crawltest.Page{"/avis/": home("", 0), "/sitemap.xml": sitemap(5)}, "/avis/", []string{"sitemap /sitemap.xml 5", "page /avis/ 1"}},
		"a document":       {map[string]crawltest.Page{"/r.pdf": {Body: "%PDF-1.4", Raw: true}}, "/r.pdf", []string{"page /r.pdf 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			web := crawltest.New(t)
			for path, page := range tc.pages {
				web.Set(office, path, page)
			}
			_, _, scout := gatherer(t, web, time.Now)
			ways, err := scout.Ways(t.Context(), vigie.Source{ID: "s", Kind: vigie.Auto, URL: web.URL(office, tc.path)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range ways {
				kind := string(w.Kind)
				if w.Sitemap {
					kind = "sitemap"
				}
				got = append(got, fmt.Sprintf("%s %s %d", kind, strings.TrimPrefix(w.URL, web.URL(office, "")), w.Total))
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			asked := len(web.Log(office))
			if asked > 9 { // with the door's own look at robots.txt
				t.Errorf("%d requests: %q", asked, web.Paths(office))
			}
		})
	}
}

func TestNoWay(t *testing.T) {
	web := crawltest.New(t)
	web.Set(office, "/empty", crawltest.Page{Type: "text/html", Body: "<html><title>x</title><script>fill()</script>"})
	web.Set(office, "/x.png", crawltest.Page{Type: "image/png", Body: "\x89PNG", Raw: true})
	_, _, scout := gatherer(t, web, time.Now)
	for _, path := range []string{"/empty", "/x.png", "/gone"} {
		if ways, err := scout.Ways(t.Context(), vigie.Source{ID: "s", Kind: vigie.Auto, URL: web.URL(office, path)}); err == nil {
			t.Errorf("%s: %+v", path, ways)
		}
	}
}

// TestAutoKeepsItsWay: a server in trouble, and a site with no other way, change
// nothing.
func TestAutoKeepsItsWay(t *testing.T) {
	web := crawltest.New(t)
	web.Set(office, "/flux.xml", rss(3))
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	db, h, _ := gatherer(t, web, func() time.Time { return now })
	var s vigie.Source
	update(t, db, func(tx *store.Tx) (err error) {
		s, err = tx.AddSource(vigie.Source{Kind: vigie.Auto, URL: web.URL(office, "/flux.xml"), FullText: vigie.FullTextNever})
		return err
	})
	for i, answer := range []http.HandlerFunc{nil, serverError, serverError, http.NotFound, http.NotFound} {
		if answer != nil {
			web.Handle(office, "/flux.xml", answer)
		}
		if _, err := h.Run(t.Context(), harvest.Choice{Source: s.ID}, nil); err != nil {
			t.Fatal(err)
		}
		if f := visit(t, db, s.ID).Found; f.Kind != vigie.Feed {
			t.Errorf("turn %d: found %+v", i, f)
		}
		now = now.Add(72 * time.Hour)
	}
}

func serverError(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "broken", http.StatusInternalServerError)
}

func update(t *testing.T, db *store.DB, f func(*store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// TestOnce: what a person found is filed once, and stands in triage.
func TestOnce(t *testing.T) {
	web := crawltest.New(t)
	avis(web, 1)
	web.Set(office, "/r.pdf", crawltest.Page{Body: "%PDF-1.4", Raw: true})
	web.Set(office, "/flux.xml", rss(1))
	web.Set(office, "/empty", crawltest.Page{Type: "text/html", Body: "<html><title>x</title><script>fill()</script>"})
	db, h, _ := gatherer(t, web, time.Now)
	once := func(path string) (harvest.Once, error) { return h.Once(t.Context(), web.URL(office, path)) }
	first, err := once("/avis/0?utm_source=lettre")
	if err != nil || !first.New || first.Document.Title != "Avis 0" || first.Document.Source != vigie.ByHand {
		t.Fatalf("first time: %+v, %v", first, err)
	}
	again, err := once("/avis/0")
	if err != nil || again.New || again.Changed || again.Document.ID != first.Document.ID {
		t.Errorf("second time: %+v, %v", again, err)
	}
	web.Set(office, "/avis/0", crawltest.Page{Type: "text/html", Body: "<html><title>Avis 0</title><article><p>" + strings.Repeat("Un tout autre texte. ", 20)})
	if changed, err := once("/avis/0"); err != nil || !changed.Changed || changed.Document.Revision != 2 {
		t.Errorf("after a change: %+v, %v", changed, err)
	}
	if pdf, err := once("/r.pdf"); err != nil || !pdf.New || pdf.Document.MediaType != "application/pdf" {
		t.Errorf("a PDF: %+v, %v", pdf, err)
	}
	for _, path := range []string{"/flux.xml", "/empty", "/gone"} {
		if got, err := once(path); err == nil {
			t.Errorf("%s: %+v", path, got)
		}
	}
	update(t, db, func(tx *store.Tx) error {
		n, err := tx.QueueLength(vigie.New)
		if n != 2 {
			t.Errorf("%d documents stand in triage", n)
		}
		s, err2 := tx.Source(vigie.ByHand)
		if !s.Paused {
			t.Errorf("the source is %+v", s)
		}
		if err2 != nil {
			return err2
		}
		return err
	})
}
