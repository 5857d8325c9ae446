package web_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"vigie"
	"vigie/index"
	"vigie/index/store"
)

// mostCrawled bounds a crawl; more than it would hide a page that leads to ever
// new ones.
const mostCrawled = 600

// crawlPortal asks for the paths and for everything on the same server that their
// answers lead to, as anybody could, and returns all answers by their paths.
func crawlPortal(t *testing.T, h http.Handler, start ...string) map[string]answer {
	t.Helper()
	got := map[string]answer{}
	for todo := slices.Clone(start); len(todo) > 0; {
		path := todo[0]
		todo = todo[1:]
		if _, done := got[path]; done {
			continue
		}
		if len(got) == mostCrawled {
			t.Fatalf("more than %d addresses; the next is %s", mostCrawled, path)
		}
		got[path] = ask(t, h, http.MethodGet, path, atHome)
		for _, link := range links(t, path, got[path]) {
			if to := sameServer(t, path, link); to != "" {
				todo = append(todo, to)
			}
		}
	}
	return got
}

// sameServer is where a link on a page leads, "" for another server.
func sameServer(t *testing.T, path, link string) string {
	t.Helper()
	base, err := url.Parse("https://observatoire.example" + path)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(link)
	if err != nil {
		t.Errorf("%s leads to %q: %v", path, link, err)
		return ""
	}
	if to.Host != base.Host || to.Scheme != "https" {
		return ""
	}
	return to.RequestURI()
}

// links are the addresses that an answer leads to, or that browsers fetch with it.
func links(t *testing.T, path string, a answer) []string {
	t.Helper()
	if to := a.Header.Get("Location"); to != "" {
		return []string{to}
	}
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	switch {
	case kind == "text/html":
		return htmlLinks(a.Body)
	case strings.HasSuffix(kind, "xml") && kind != "image/svg+xml":
		return xmlLinks(t, path, a.Body)
	}
	return nil
}

func htmlLinks(page string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Data == "form" && slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "method" && a.Val == "post" }) {
			continue
		}
		for _, a := range token.Attr {
			if a.Key == "href" || a.Key == "src" || a.Key == "action" {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// xmlLinks are those of a feed or a sitemap.
func xmlLinks(t *testing.T, path, text string) []string {
	t.Helper()
	var out []string
	location := false
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Errorf("%s is no XML: %v", path, err)
			return out
		}
		switch x := token.(type) {
		case xml.StartElement:
			location = x.Name.Local == "loc"
			for _, a := range x.Attr {
				if a.Name.Local == "href" {
					out = append(out, a.Value)
				}
			}
		case xml.CharData:
			if location {
				out = append(out, string(x))
			}
		case xml.EndElement:
			location = false
		}
	}
}

// TestPublicSees: whatever anybody can reach on the portal shows nothing private,
// and every link leads somewhere.
func TestPublicSees(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	if _, err := n.o.Public.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	start := []string{"/", "/sitemap.xml", "/robots.txt", "/healthz"}
	for _, lang := range []string{"fr", "ar", "en"} {
		for _, words := range []string{secret, "fibre", "الألياف", "corps", "Brouillon"} {
			start = append(start, "/"+lang+"/recherche?"+url.Values{"q": {words}}.Encode(), "/"+lang+"/recherche?langue=toutes&"+url.Values{"q": {words}}.Encode())
		}
		for _, id := range []vigie.SynthesisID{p.whole, p.french, p.half, p.gone} {
			start = append(start, "/"+lang+"/syntheses/"+string(id), "/"+lang+"/syntheses/"+string(id)+"-revision-"+"x")
		}
	}
	got := crawlPortal(t, n.s, start...)
	for path, a := range got {
		if a.Code != http.StatusOK && a.Code != http.StatusMovedPermanently && a.Code != http.StatusFound && a.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", path, a.Code)
		}
		if words := strings.ReplaceAll(a.Body, asked(path), ""); strings.Contains(strings.ToLower(words), secret) || strings.Contains(a.Header.Get("Location"), secret) {
			t.Errorf("%s shows what is private", path)
		}
		if strings.Contains(path, "/bureau/") {
			t.Errorf("a page leads to the desk: %s", path)
		}
	}
	for _, lang := range []string{"fr", "ar", "en"} {
		for _, page := range []string{"", "syntheses", "themes/usages", "atom.xml", "themes/usages/atom.xml", "a-propos", "lettre", "indicateurs/internautes"} {
			if got["/"+lang+"/"+page].Code != http.StatusOK {
				t.Errorf("nothing leads to /%s/%s, or it is not there", lang, page)
			}
		}
	}
}

// asked are the words that a search repeats because they were asked for.
func asked(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Query().Get("q") == "" {
		return "\x00"
	}
	return u.Query().Get("q")
}

// TestPublicIndex walks the public index: it holds what is public, and that alone.
func TestPublicIndex(t *testing.T) {
	t.Parallel()
	n := newPortal(t)
	p := n.furnish(t)
	if _, err := n.o.Public.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := n.o.Public.Walk(t.Context(), func(kind index.PublicKind, id string, lang vigie.Lang) error {
		got = append(got, fmt.Sprintf("%s %s %s", kind, id, lang))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"indicator internautes ar", "indicator internautes en", "indicator internautes fr", "indicator sans-valeurs fr", "page a-propos fr",
		"synthesis " + string(p.whole) + " ar", "synthesis " + string(p.whole) + " en", "synthesis " + string(p.whole) + " fr",
		"synthesis " + string(p.french) + " fr", "synthesis " + string(p.half) + " en",
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the public index (-want +got):\n%s", diff)
	}
	// What vigie.Visible lets an anonymous reader see is the same, told by the store.
	var visible []string
	err = n.o.DB.View(func(tx *store.Tx) error {
		for s, err := range tx.Syntheses() {
			if err != nil {
				return err
			}
			for lang := range s.Versions {
				if vigie.Visible(vigie.User{}, s.Thing(lang)) {
					visible = append(visible, fmt.Sprintf("synthesis %s %s", s.ID, lang))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(visible)
	if diff := cmp.Diff(visible, slices.DeleteFunc(got, func(line string) bool { return !strings.HasPrefix(line, "synthesis") })); diff != "" {
		t.Errorf("what is visible (-) and what is indexed (+):\n%s", diff)
	}
}
