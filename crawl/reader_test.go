package crawl_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl"
	"vigie/crawl/crawltest"
	"vigie/crawl/polite"
)

const host = "autorite.test"

// memory is a store in small: what was seen, as a reader asks for it.
type memory map[string]vigie.Hash

func (m memory) known(guid, _ string) (vigie.Hash, bool) {
	h, ok := m[guid]
	return h, ok
}

func (m memory) file(fs []vigie.Finding) {
	for _, f := range fs {
		m[f.GUID] = f.Digest
	}
}

// site returns a fake web with a list and n items under /news/.
func site(t *testing.T, n int) *crawltest.Web {
	t.Helper()
	web := crawltest.New(t)
	web.Set(host, "/robots.txt", crawltest.Page{Body: "User-agent: *\nDisallow: /private/\n"})
	var list strings.Builder
	list.WriteString(`<html lang="fr"><head><title>Autorité : actualités</title></head><body><header><a href="/">Accueil</a></header>
<nav><a href="/news/menu.html">Menu</a></nav><main><ul>`)
	for i := range n {
		fmt.Fprintf(&list, `<li class="item"><h2><a href="/news/%d.html?utm_source=liste">Titre %d de la liste</a></h2><span class="date">%d mars 2026</span></li>`, i, i, i+1)
		web.Set(host, fmt.Sprintf("/news/%d.html", i), crawltest.Page{Body: item(i)})
	}
	list.WriteString(`</ul></main><footer><a href="/legal">Mentions</a></footer></body></html>`)
	web.Set(host, "/liste", crawltest.Page{Body: list.String(), Type: "text/html; charset=utf-8"})
	return web
}

func item(i int) string {
	return fmt.Sprintf(`<html lang="fr"><head><title>Décision numéro %d</title></head><body><article><h1>Décision numéro %d</h1>
<p>%s</p></article></body></html>`, i, i, strings.Repeat("L'autorité rend une décision sur le service universel, et la motive devant le public. ", 5))
}

func reader(web *crawltest.Web) *crawl.Reader {
	return &crawl.Reader{Web: polite.New(polite.Options{
		Allow: web.Allow(), PagePause: time.Millisecond, FeedPause: time.Millisecond,
	})}
}

func source(web *crawltest.Web) vigie.Source {
	return vigie.Source{
		ID: vigie.NewID[vigie.SourceID](time.Unix(0, 0)), Kind: vigie.Site, URL: web.URL(host, "/liste"), Publisher: "Autorité",
		List: vigie.ListRules{Item: "li.item", Link: "h2 a", Title: "h2", Date: ".date"},
	}
}

func TestReadWithSelectors(t *testing.T) {
	web := site(t, 3)
	s := source(web)
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, memory{}.known)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != 3 || len(got.Faults) != 0 || got.NotModified || got.Visit.Title != "Autorité : actualités" {
		t.Fatalf("%d findings, faults %q, title %q", len(got.Findings), got.Faults, got.Visit.Title)
	}
	f := got.Findings[1]
	url := web.URL(host, "/news/1.html")
	if f.GUID != url || f.URL != url+"?utm_source=liste" || f.Digest == "" || f.Capture == nil || f.Capture.Source != s.ID {
		t.Errorf("finding %+v", f)
	}
	d := f.Document
	d.Body = nil
	want := vigie.Document{
		Source: s.ID, URL: url, Title: "Décision numéro 1", Publisher: "Autorité", Lang: "fr", MediaType: "text/html",
		Published: vigie.Date{Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Precision: vigie.Day},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if !strings.Contains(vigie.PlainText(f.Document.Body), "service universel") {
		t.Errorf("the text of the page is missing: %v", f.Document.Body)
	}
	v := got.Visit
	if v.ETag == "" || v.ValidatorsOf != s.URL || v.Body == "" {
		t.Errorf("the visit remembers no validators: %+v", v)
	}
	if len(v.Faults) != 0 || cmp.Diff([]string{
		"200 /robots.txt", "200 /liste", "200 /news/0.html?utm_source=liste", "404 /.well-known/tdmrep.json",
		"200 /news/1.html?utm_source=liste", "200 /news/2.html?utm_source=liste",
	}, web.Paths("")) != "" {
		t.Errorf("requests %q", web.Paths(""))
	}
}

func TestReadWithoutSelectors(t *testing.T) {
	web := site(t, 2)
	s := source(web)
	s.List = vigie.ListRules{}
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 2 {
		t.Fatalf("%d findings, %v: the links of the main part are the items", len(got.Findings), err)
	}

	web.Set(host, "/plat", crawltest.Page{Type: "text/html", Body: `<body><header><a href="/news/0.html">tête</a></header>
<div><a href="/news/1.html"><img></a><a href="/news/1.html">Un</a><a href="/autre">x</a></div><aside><a href="/news/0.html">y</a></aside>`})
	s.URL, s.List.Allow = web.URL(host, "/plat"), []string{"/news/"}
	got, err = reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 1 || got.Findings[0].GUID != web.URL(host, "/news/1.html") {
		t.Fatalf("%d findings, %v: want the one link of the body under /news/", len(got.Findings), err)
	}
}

func TestSecondReading(t *testing.T) {
	web := site(t, 3)
	r, s, m := reader(web), source(web), memory{}
	first, err := r.Read(t.Context(), s, vigie.Visit{}, m.known)
	if err != nil {
		t.Fatal(err)
	}
	m.file(first.Findings)
	before := len(web.Paths(""))
	second, err := r.Read(t.Context(), s, first.Visit, m.known)
	if err != nil || !second.NotModified || len(second.Findings) != 0 {
		t.Errorf("got %+v, %v", second, err)
	}
	if diff := cmp.Diff([]string{"304 /liste"}, web.Paths("")[before:]); diff != "" {
		t.Errorf("requests of the second reading (-want +got):\n%s", diff)
	}

	// Without validators the same bytes are known by their hash.
	v := first.Visit
	v.ETag, v.LastModified = "", ""
	if third, err := r.Read(t.Context(), s, v, m.known); err != nil || !third.NotModified || third.Visit.ETag == "" {
		t.Errorf("got %+v, %v", third, err)
	}

	// A new item, and a changed row: two requests, the rest is unchanged.
	web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: `<ul><li class=item><h2><a href="/news/new.html">Neuf</a></h2>
<li class=item><h2><a href="/news/0.html">Titre 0, corrigé</a></h2><i class=date>1 mars 2026</i>
<li class=item><h2><a href="/news/1.html">Titre 1 de la liste</a></h2><i class=date>2 mars 2026</i></ul>`})
	web.Set(host, "/news/new.html", crawltest.Page{Body: item(9)})
	before = len(web.Paths(""))
	fourth, err := r.Read(t.Context(), s, first.Visit, m.known)
	if err != nil || len(fourth.Findings) != 2 || fourth.Unchanged != 1 || fourth.NotModified {
		t.Errorf("got %+v, %v", fourth, err)
	}
	if diff := cmp.Diff([]string{"200 /liste", "200 /news/new.html", "200 /news/0.html"}, web.Paths("")[before:]); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestBudget(t *testing.T) {
	web := site(t, 7)
	r, s, m := reader(web), source(web), memory{}
	s.List.Most = 3
	var v vigie.Visit
	for i, want := range []struct{ findings, unchanged int }{{3, 0}, {3, 3}, {1, 6}} {
		got, err := r.Read(t.Context(), s, v, m.known)
		if err != nil || len(got.Findings) != want.findings || got.Unchanged != want.unchanged || got.NotModified {
			t.Fatalf("reading %d: %d findings, %d unchanged, %v; want %+v", i, len(got.Findings), got.Unchanged, err, want)
		}
		if last := i == 2; (got.Visit.Body != "") != last || (got.Visit.ETag != "") != last {
			t.Errorf("reading %d leaves items (%v) but remembers the list: %+v", i, !last, got.Visit)
		}
		if i < 2 && (len(got.Faults) != 1 || !strings.Contains(got.Faults[0], "left for the next reading")) {
			t.Errorf("reading %d says %q", i, got.Faults)
		}
		m.file(got.Findings)
		v = got.Visit
	}
	if got, err := r.Read(t.Context(), s, v, m.known); err != nil || !got.NotModified {
		t.Errorf("the reading after the last item gives %+v, %v", got, err)
	}
}

func TestItemsThatFail(t *testing.T) {
	web := site(t, 1)
	web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: `<ul><li class=item><h2><a href="/private/1">Interdit</a></h2>
<li class=item><h2><a href="/gone">Parti</a></h2><li class=item><h2><a href="/home">Retour</a></h2>
<li class=item><h2><a href="/report.pdf">Rapport</a></h2><li class=item><h2><a href="/news/0.html">Bon</a></h2></ul>`})
	web.Set(host, "/home", crawltest.Page{Location: "/"})
	web.Set(host, "/", crawltest.Page{Body: item(1)})
	web.Set(host, "/report.pdf", crawltest.Page{Body: "%PDF-1.7 x", Raw: true})
	r, s, m := reader(web), source(web), memory{}
	s.List.Date = ""
	got, err := r.Read(t.Context(), s, vigie.Visit{}, m.known)
	if err != nil || len(got.Findings) != 2 || len(got.Faults) != 3 || got.Visit.Body == "" || got.Visit.ETag == "" || len(got.Visit.Skipped) != 3 {
		t.Fatalf("%d findings, faults %q, %v, visit %+v", len(got.Findings), got.Faults, err, got.Visit)
	}
	for i, want := range []string{"robots.txt", "404", "leads back"} {
		if !strings.Contains(got.Faults[i], want) {
			t.Errorf("fault %d is %q, want it to say %q", i, got.Faults[i], want)
		}
	}
	pdf := got.Findings[0]
	if pdf.Document.Title != "Rapport" || pdf.Document.MediaType != "application/pdf" || pdf.Document.Body != nil || len(pdf.Capture.Body) == 0 {
		t.Errorf("the file is kept as %+v", pdf)
	}
	for _, p := range web.Paths("") {
		if strings.Contains(p, "/private/") {
			t.Errorf("robots.txt was not obeyed: %s", p)
		}
	}
}

func TestHostThatRests(t *testing.T) {
	web := site(t, 3)
	web.Handle(host, "/news/0.html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	got, err := reader(web).Read(t.Context(), source(web), vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 0 || len(got.Faults) != 2 || got.Visit.Body != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	if n := len(web.Paths("")); n != 3 {
		t.Errorf("%d requests, want robots.txt, the list and one item: %q", n, web.Paths(""))
	}
}

func TestAliases(t *testing.T) {
	web := site(t, 0)
	page := func(canonical string) crawltest.Page {
		return crawltest.Page{Type: "text/html", Body: `<link rel=canonical href="` + canonical + `">` + item(1)}
	}
	web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: `<li class=item><a href="/old">Un</a>
<li class=item><a href="/b">Deux</a><li class=item><a href="/c">Trois</a><li class=item><a href="/d">Quatre</a><li class=item><a href="/shut">Cinq</a>`})
	web.Set(host, "/old", crawltest.Page{Location: "/new?id=1", Status: http.StatusMovedPermanently})
	web.Set(host, "/shut", crawltest.Page{Location: "/login?id=1"})
	web.Set(host, "/login?id=1", page("/login"))
	web.Set(host, "/new?id=1", page("/canonical"))
	web.Set(host, "/b", page("http://elsewhere.test/x"))
	web.Set(host, "/c", page("/same"))
	web.Set(host, "/d", page("/same"))
	s := source(web)
	s.List = vigie.ListRules{Item: ".item"}
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 5 {
		t.Fatalf("%d findings, %v", len(got.Findings), err)
	}
	for i, want := range [][]string{{"/new?id=1", "/canonical"}, nil, nil, nil, nil} {
		var paths []string
		for _, a := range got.Findings[i].Aliases {
			paths = append(paths, strings.TrimPrefix(a, web.URL(host, "")))
		}
		if diff := cmp.Diff(want, paths); diff != "" {
			t.Errorf("aliases of item %d (-want +got):\n%s", i, diff)
		}
	}
	if c := got.Findings[0].Capture; len(c.Hops) != 1 || c.Hops[0].Status != http.StatusMovedPermanently {
		t.Errorf("the redirect is not in the capture: %+v", c)
	}
}

func TestHostileLinks(t *testing.T) {
	web := site(t, 1)
	web.Set("evil.test", "/news/1.html", crawltest.Page{Body: item(1)})
	evil := strings.TrimPrefix(web.URL("evil.test", ""), "http:")
	var list strings.Builder
	list.WriteString(`<main><base href="http:` + evil + `/">`) // a second host for all relative links
	for _, href := range []string{
		"javascript:alert(1)", "data:text/html,x", evil + "/news/1.html", "mailto:a@b.test", "#top", "", "http://user:pass@" + strings.TrimPrefix(web.URL(host, "/x"), "http://"),
		"http://[::1]/", "\\\\evil\\x", "http://%zz/", "tel:+1", "ftp://autorite.test/x", "/news/relative.html", strings.Repeat("a", 5000),
		web.URL(host, "/liste"), web.URL(host, "/"), web.URL(host, "/liste#x"), web.URL(host, "/news/0.html"),
	} {
		list.WriteString(`<a href="` + href + `">Lien</a>`)
	}
	web.Set(host, "/liste", crawltest.Page{Type: "text/html", Body: list.String()})
	s := source(web)
	s.List = vigie.ListRules{}
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 1 || got.Findings[0].GUID != web.URL(host, "/news/0.html") {
		t.Errorf("%d findings, %v, faults %q", len(got.Findings), err, got.Faults)
	}
	if n := len(web.Log("evil.test")); n != 0 {
		t.Errorf("%d requests to another host", n)
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	for _, tc := range []struct {
		name  string
		page  crawltest.Page
		rules vigie.ListRules
		want  string
	}{
		{"item selector", crawltest.Page{Body: "<a href=/x>x</a>"}, vigie.ListRules{Item: ".gone"}, `the selector ".gone" matches nothing on`},
		{"link selector", crawltest.Page{Body: "<li><a href=/x>x</a>"}, vigie.ListRules{Item: "li", Link: "h9"}, `the selector "h9" matches nothing on`},
		{"no selector at all", crawltest.Page{Body: "<a href=/x>x</a>"}, vigie.ListRules{Item: "li["}, "no CSS selector"},
		{"allow", crawltest.Page{Body: "<a href=/x>x</a>"}, vigie.ListRules{Allow: []string{"/news/"}}, `begins with one of ["/news/"]`},
		{"no links", crawltest.Page{Body: "<p>x"}, vigie.ListRules{}, "there is no link"},
		{"only other hosts", crawltest.Page{Body: "<a href=http://b.example/x>x</a>"}, vigie.ListRules{}, "leads to another page"},
		{"empty", crawltest.Page{Body: " "}, vigie.ListRules{}, "empty page"},
		{"a feed", crawltest.Page{Body: "<rss>", Type: "application/rss+xml"}, vigie.ListRules{}, "kind of the source to feed"},
		{"too deep", crawltest.Page{Body: strings.Repeat("<div>", 5000)}, vigie.ListRules{}, "512"},
		{"missing", crawltest.Page{Status: 404}, vigie.ListRules{}, "404"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			web := site(t, 0)
			if tc.page.Type == "" {
				tc.page.Type = "text/html"
			}
			web.Set(host, "/liste", tc.page)
			s := source(web)
			s.List = tc.rules
			got, err := reader(web).Read(t.Context(), s, vigie.Visit{Title: "avant"}, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), s.URL) {
				t.Errorf("got %v, want an error that says %q", err, tc.want)
			}
			if got.Visit.Title != "avant" || got.Visit.ETag != "" || got.Visit.Body != "" || len(got.Findings) != 0 {
				t.Errorf("reading %+v", got)
			}
		})
	}
}

func TestSelectorsThatMatchNothingInRows(t *testing.T) {
	web := site(t, 1)
	s := source(web)
	s.List.Title, s.List.Date = ".t", ".d"
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 1 || len(got.Faults) != 2 || !strings.Contains(got.Faults[1], `".d" matches nothing`) {
		t.Errorf("faults %q, %v", got.Faults, err)
	}
}

func TestArabicListInAnOldCharset(t *testing.T) {
	web := site(t, 1)
	// "خبر" in windows-1256, announced by a meta element only.
	web.Set(host, "/liste", crawltest.Page{
		Type: "text/html", Raw: true,
		Body: "<html><head><meta charset=windows-1256><title>\xce\xc8\xd1</title></head><body><li class=item><a href=/doc>\xce\xc8\xd1</a></li></body></html>",
	})
	web.Set(host, "/doc", crawltest.Page{Type: "text/html", Body: "<p>5G</p>"})
	s := source(web)
	s.Lang, s.List = "ar", vigie.ListRules{Item: ".item", Title: "a"}
	got, err := reader(web).Read(t.Context(), s, vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 1 || got.Visit.Title != "خبر" || got.Findings[0].Document.Title != "خبر" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	web := site(t, 5)
	ctx, cancel := context.WithCancel(t.Context())
	web.Handle(host, "/news/1.html", func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	got, err := reader(web).Read(ctx, source(web), vigie.Visit{}, nil)
	if !errors.Is(err, context.Canceled) || got.Visit.Body != "" || got.Visit.ETag != "" {
		t.Errorf("got %+v, %v", got.Visit, err)
	}
}

// TestEnvironmentOfColly: variables that change colly's settings change nothing
// here.
func TestEnvironmentOfColly(t *testing.T) {
	for k, v := range map[string]string{
		"COLLY_IGNORE_ROBOTSTXT": "n", "COLLY_MAX_BODY_SIZE": "10", "COLLY_DISALLOWED_DOMAINS": "127.1.0.1", "COLLY_ALLOWED_DOMAINS": "x.example",
		"COLLY_CACHE_DIR": t.TempDir(), "COLLY_DETECT_CHARSET": "y", "COLLY_MAX_DEPTH": "1",
	} {
		t.Setenv(k, v)
	}
	web := site(t, 1)
	got, err := reader(web).Read(t.Context(), source(web), vigie.Visit{}, nil)
	if err != nil || len(got.Findings) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}
