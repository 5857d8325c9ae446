package crawl_test

import (
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl"
)

func TestPanicInCallback(t *testing.T) {
	if err := crawl.VisitAndPanic(t.Context()); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("got %v, want an error that says what happened", err)
	}
}

func FuzzList(f *testing.F) {
	f.Add(`<main><a href="/a">A</a><a href="//b.example/c">B</a><base href="x"></main>`, "", "")
	f.Add(`<ul><li class="item"><h2><a href="?p=1#x">A</a></h2><time datetime="2026-01-02">x</time></ul>`, ".item", "time")
	f.Fuzz(func(t *testing.T, page, item, date string) {
		const list = "https://a.example/liste"
		links, err := crawl.FindLinks(t.Context(), list, []byte(page), vigie.ListRules{Item: item, Date: date})
		if err != nil && strings.Contains(err.Error(), "broke the reader") {
			t.Fatal(err)
		}
		for _, l := range links {
			u, err := url.Parse(l)
			if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host != "a.example" || l == list {
				t.Fatalf("the link %q is followed from %s", l, list)
			}
		}
	})
}

// TestTangledSelectors refuses what a matcher would never be done with.
func TestTangledSelectors(t *testing.T) {
	for selector, good := range map[string]bool{
		"main article h2 a": true, "ul.news > li.item > a[title~=x]": true, "a, b c, d e f": true, "div:not(.x) a": true,
		"q * * * * * * *": false, "main div section p a": false, "div:has(p:has(a:not(b)))": false,
	} {
		if err := crawl.CheckSelectors(vigie.ListRules{Item: selector}); (err == nil) != good {
			t.Errorf("%s: %v", selector, err)
		}
	}
}
