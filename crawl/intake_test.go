package crawl_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

// endless is a site whose pages show n links each that nobody ever saw.
func endless(t *testing.T, n *int) *crawltest.Web {
	t.Helper()
	web, made := crawltest.New(t), 0
	web.Handle(host, "*", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/robots") || strings.HasPrefix(r.URL.Path, "/.well-known") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "<html><title>%s</title><body><main><p>%s</p><ul>", r.URL.Path, strings.Repeat("Une page qui en annonce d'autres sans fin. ", 8))
		if r.URL.Path == "/s/liste" {
			for range *n {
				made++
				_, _ = fmt.Fprintf(w, `<li><a href="/s/%d">Une nouvelle numéro %[1]d</a></li>`, made)
			}
		}
		_, _ = w.Write([]byte("</ul></main></body></html>"))
	})
	return web
}

// TestEndlessList: a page that makes up links for ever brings its stock and then what can
// be news in a week, and says so.
func TestEndlessList(t *testing.T) {
	for name, rules := range map[string]vigie.ListRules{
		"list": {Most: 60}, "deep": {Most: 60, Depth: 2},
	} {
		t.Run(name, func(t *testing.T) {
			n := 40
			web := endless(t, &n)
			now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
			r, k := keeping(web)
			r.Now = func() time.Time { return now }
			s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/s/liste"), List: rules}
			v, m := vigie.Visit{}, memory{}
			next := func() vigie.Reading {
				got, _ := read(t, r, s, &v, m)
				k.file(got.Findings)
				now = now.Add(time.Hour)
				// The list itself is a page of a deep site, and never the same.
				got.Findings = slices.DeleteFunc(got.Findings, func(f vigie.Finding) bool { return f.URL == s.URL })
				return got
			}
			if got := next(); len(got.Findings) != 40 || got.Left {
				t.Fatalf("the stock: %d findings, left %v", len(got.Findings), got.Left)
			}
			if v.Intake.Week.IsZero() || name == "list" && v.Intake.Stock != 0 {
				t.Fatalf("after the stock: %+v", v.Intake)
			}
			v.Intake.Stock, v.Intake.Taken = 0, 975 // a few hours later
			got := next()
			if len(got.Findings) != 25 || got.Left || v.Intake.Held != 15 {
				t.Errorf("%d findings, left %v, %+v", len(got.Findings), got.Left, v.Intake)
			}
			if len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "more new links than can be news: only 1000 were taken this week, and 15 wait") {
				t.Errorf("faults %q", got.Faults)
			}
			for range 3 {
				if got := next(); len(got.Findings) != 0 || got.Left || len(v.Faults) != 1 {
					t.Errorf("later that week: %d findings, left %v, faults %q", len(got.Findings), got.Left, v.Faults)
				}
			}
			now = now.Add(7 * 24 * time.Hour)
			n = 5
			if got := next(); len(got.Findings) != 5 || len(v.Faults) != 0 || v.Intake.Taken != 5 || v.Intake.Held != 0 {
				t.Errorf("the next week: %d findings, faults %q, %+v", len(got.Findings), v.Faults, v.Intake)
			}
		})
	}
}

// TestHeldIsNotForgotten: what was held back of a list that did not change since comes
// in the next week, and the list is not sent before.
func TestHeldIsNotForgotten(t *testing.T) {
	for name, address := range map[string]string{"list": "/liste", "sitemap": "/sitemap.xml"} {
		t.Run(name, func(t *testing.T) {
			w := newWatch(t, 3)
			w.web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, "-", "-", "-")})
			if name == "sitemap" {
				w.source.List = vigie.ListRules{Sitemap: w.web.URL(host, "/sitemap.xml"), Allow: []string{"/news/"}}
			}
			w.visit.Intake = vigie.Intake{Week: w.now.Add(-time.Hour), Taken: 999}
			w.list("/news/0.html", "/news/1.html", "/news/2.html")
			w.expect(t, "200 "+address, "200 /news/0.html")
			if w.visit.Intake.Held != 2 || len(w.visit.Faults) != 1 {
				t.Errorf("%+v, faults %q", w.visit.Intake, w.visit.Faults)
			}
			for range 2 {
				w.now = w.now.Add(24 * time.Hour)
				w.expect(t, "304 "+address)
				if w.visit.Intake.Held != 2 || len(w.visit.Faults) != 1 {
					t.Errorf("unchanged: %+v, faults %q", w.visit.Intake, w.visit.Faults)
				}
			}
			w.now = w.now.Add(6 * 24 * time.Hour)
			w.expect(t, "200 "+address, "200 /news/1.html", "200 /news/2.html")
			if w.visit.Intake.Held != 0 || len(w.visit.Faults) != 0 {
				t.Errorf("released: %+v, faults %q", w.visit.Intake, w.visit.Faults)
			}
		})
	}
}

// TestStockComesWhole: a sitemap of more pages than can be news in a week is read as a
// whole, as fast as Most allows.
func TestStockComesWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a thousand pages, one after the other")
	}
	const pages = 1050
	web := crawltest.New(t)
	web.Handle(host, "*", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Tdm-Reservation", "0")
		_, _ = w.Write([]byte(item(1)))
	})
	dates := make([]string, pages)
	for i := range dates {
		dates[i] = "-"
	}
	web.Set(host, "/robots.txt", crawltest.Page{Status: http.StatusNotFound})
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, dates...)})
	s := source(web)
	s.List = vigie.ListRules{Sitemap: web.URL(host, "/sitemap.xml"), Allow: []string{"/news/"}, Most: 600}
	v, m := vigie.Visit{}, memory{}
	r := reader(web)
	read(t, r, s, &v, m)
	read(t, r, s, &v, m)
	if len(m) != pages || v.Intake.Stock != 0 || v.Intake.Taken != 0 || v.Intake.Held != 0 {
		t.Errorf("%d pages came, %+v, faults %q", len(m), v.Intake, v.Faults)
	}
	web.Set(host, "/sitemap.xml", crawltest.Page{Body: urlset(0, slices.Concat(dates, []string{"-", "-"})...)})
	if read(t, r, s, &v, m); len(m) != pages+2 || v.Intake.Taken != 2 {
		t.Errorf("then %d pages, %+v", len(m), v.Intake)
	}
}

// TestBeyondTheShare: when we have had our share of a host today, its items are left as
// they are: nothing is wrong with them.
func TestBeyondTheShare(t *testing.T) {
	for name, rules := range map[string]vigie.ListRules{
		"list": {Item: "li", Most: 10}, "deep": {Depth: 2, Most: 10},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatch(t, 8)
			var paths []string
			for i := range 8 {
				paths = append(paths, fmt.Sprintf("/news/%d.html", i))
			}
			w.list(paths...)
			w.source.List = rules
			w.reader = &crawl.Reader{Now: func() time.Time { return w.now }, Web: polite.New(polite.Options{
				Allow: w.web.Allow(), PagePause: time.Millisecond, FeedPause: time.Millisecond, DailyBytes: 700,
				Now: func() time.Time { return w.now },
			})}
			got, paths := read(t, w.reader, w.source, &w.visit, w.filed)
			if len(paths) == 0 || len(paths) > 6 || !got.Left || len(got.Visit.Skipped) != 0 {
				t.Fatalf("read %v, left %v, remembers %+v, faults %q", paths, got.Left, got.Visit.Skipped, got.Faults)
			}
			w.now = w.now.Add(24 * time.Hour)
			if got, more := read(t, w.reader, w.source, &w.visit, w.filed); len(more) == 0 || len(got.Visit.Skipped) != 0 {
				t.Errorf("the next day it read %v, remembers %+v, faults %q", more, got.Visit.Skipped, got.Faults)
			}
		})
	}
}
