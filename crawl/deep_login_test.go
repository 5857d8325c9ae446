package crawl_test

import (
	"net/http"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/crawltest"
)

// TestDeepBehindLogin: pages that lead to one form for logging in are pages of their
// own, read in one turn or in several, and show what they hold once they are open.
func TestDeepBehindLogin(t *testing.T) {
	for name, tc := range map[string]struct {
		status, most int
	}{
		"for the time being":        {http.StatusFound, 30},
		"one at a time":             {http.StatusFound, 2},
		"it says so for good":       {http.StatusMovedPermanently, 30},
		"the form names an address": {http.StatusSeeOther, 2},
	} {
		t.Run(name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Set(host, "/d/index.html", chapter("Sommaire", "a.html", "b.html", "c.html"))
			form := chapter("Connexion")
			form.Body = strings.Replace(form.Body, "<head>", `<head><link rel="canonical" href="/d/login">`, 1)
			web.Set(host, "/d/login", form)
			shut := []string{"/d/a.html", "/d/b.html", "/d/c.html"}
			for _, path := range shut {
				web.Set(host, path, crawltest.Page{Status: tc.status, Location: "http://" + host + "/d/login"})
			}
			r, k := keeping(web)
			s := vigie.Source{ID: "s", Kind: vigie.Site, URL: web.URL(host, "/d/index.html"), List: vigie.ListRules{Depth: 2, Most: tc.most}}
			v, m := vigie.Visit{}, memory{}
			for range 4 {
				got, _ := read(t, r, s, &v, m)
				k.file(got.Findings)
				for _, f := range got.Findings {
					if len(f.Aliases) > 0 {
						t.Errorf("%s is known as %v", f.URL, f.Aliases)
					}
				}
			}
			for _, path := range shut {
				if _, ok := m[web.URL(host, path)]; !ok {
					t.Errorf("%s is no document: %v", path, m)
				}
				web.Set(host, path, chapter("Chapitre "+path))
			}
			open := map[string]bool{}
			for range 4 {
				got, _ := read(t, r, s, &v, m)
				k.file(got.Findings)
				for _, f := range got.Findings {
					open[f.Document.Title] = true
				}
			}
			if len(open) != 3 {
				t.Errorf("once they are open, there are %v", open)
			}
		})
	}
}

// TestLargeDocument: a document of more than five megabytes is fetched although its
// address does not say that it is one; of a page of that length only the obstacle is kept.
func TestLargeDocument(t *testing.T) {
	web := crawltest.New(t)
	large := strings.Repeat("0123456789abcdef", 6<<16)
	web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: `<main><ul><li><a href="/get?id=1">Rapport annuel</a><li><a href="/get?id=2">Page sans fin</a><li><a href="/get?id=3">Rapport mal nommé</a></ul></main>`})
	web.Handle(host, "/get", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("id") {
		case "1":
			w.Header().Set("Content-Type", "application/pdf")
		case "2":
			w.Header().Set("Content-Type", "text/html")
		default:
			w.Header().Set("Content-Type", "application/octet-stream")
			_, _ = w.Write([]byte("%PDF-1.7\n"))
		}
		_, _ = w.Write([]byte(large))
	})
	s := source(web)
	s.List = vigie.ListRules{Item: "li"}
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, memory{}.known)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != 3 || len(got.Faults) != 0 {
		t.Fatalf("%d findings, faults %q", len(got.Findings), got.Faults)
	}
	for _, f := range got.Findings {
		if strings.HasSuffix(f.URL, "id=2") {
			if f.Document.Obstacle != vigie.TooLarge || f.Capture != nil || f.Document.Title != "Page sans fin" {
				t.Errorf("the endless page is %+v", f.Document)
			}
			continue
		}
		if len(f.Capture.Body) < len(large) {
			t.Errorf("%s has %d bytes", f.URL, len(f.Capture.Body))
		}
	}
}

// TestItemsReserved: what a site reserves as a whole counts for its pages, in a list, in
// a deep site and for a page that is watched; nobody asks for the sake of a list.
func TestItemsReserved(t *testing.T) {
	for name, s := range map[string]vigie.Source{
		"list": {Kind: vigie.Site, URL: "/d/index.html", List: vigie.ListRules{Item: "nav a"}},
		"deep": {Kind: vigie.Site, URL: "/d/index.html", List: vigie.ListRules{Depth: 2}},
		"page": {Kind: vigie.Page, URL: "/d/a.html"},
	} {
		t.Run(name, func(t *testing.T) {
			web := crawltest.New(t)
			web.Set(host, "/d/index.html", chapter("Sommaire"))
			web.Set(host, "/d/a.html", chapter("A"))
			web.Set(host, "/.well-known/tdmrep.json", crawltest.Page{Body: `[{"location": "/d/a", "tdm-reservation": 1}]`})
			r, _ := keeping(web)
			s.ID, s.URL = "s", web.URL(host, s.URL)
			asked := func() (n int) {
				for _, path := range web.Paths(host) {
					if strings.HasSuffix(path, "tdmrep.json") {
						n++
					}
				}
				return n
			}
			if name == "list" {
				web.Set(host, "/d/index.html", crawltest.Page{Body: "<nav>" + strings.Repeat("<a href='/d/none'>A</a>", 2) + "</nav>"})
				if _, err := r.Read(t.Context(), s, vigie.Visit{}, memory{}.known); err != nil || asked() != 0 {
					t.Errorf("asked %d times for a list: %v", asked(), err)
				}
			}
			web.Set(host, "/d/index.html", chapter("Sommaire", "/d/a.html"))
			got, err := r.Read(t.Context(), s, vigie.Visit{}, memory{}.known)
			if err != nil || asked() != 1 {
				t.Fatalf("asked %d times: %v", asked(), err)
			}
			reserved := 0
			for _, f := range got.Findings {
				if f.Capture.Reserved != strings.HasSuffix(f.URL, "/a.html") {
					t.Errorf("%s: reserved %v", f.URL, f.Capture.Reserved)
				}
				if f.Capture.Reserved {
					reserved++
				}
			}
			if reserved != 1 {
				t.Errorf("%d items are reserved", reserved)
			}
		})
	}
}
