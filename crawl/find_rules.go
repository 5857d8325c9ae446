package crawl

import (
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"vigie"
	"vigie/crawl/extract"
)

// suggestion makes rules of a group of blocks, and reads the page by them.
func (g group) suggestion(at *url.URL) (Suggestion, bool) {
	items := g.items(at)
	if len(items) < 2 || len(items)*2 < len(g.blocks) {
		return Suggestion{}, false
	}
	s := Suggestion{Rules: vigie.ListRules{Item: g.selector}}
	s.Rules.Link = linkSelector(items, at)
	s.Rules.Title = titleSelector(items, at)
	s.Rules.Date = dateSelector(items)
	f := finder{rules: s.Rules, asked: at.String()}
	seen := map[string]bool{}
	words := 0
	for _, b := range items {
		a := f.linkOf(b)
		if a == nil {
			continue
		}
		to, ok := linkTo(a, at)
		if !ok || seen[canonicalOr(to)] {
			continue
		}
		seen[canonicalOr(to)] = true
		l := Listed{URL: to, Title: extract.PlainLine(a.Text())}
		if s.Rules.Title != "" {
			l.Title = f.within(b, s.Rules.Title)
		}
		if s.Rules.Date != "" {
			l.Date = f.dateOf(b)
		}
		if !l.Date.IsZero() {
			s.Dated++
		}
		words += min(len(strings.Fields(l.Title)), 12)
		s.Items = append(s.Items, l)
	}
	if len(s.Items) < 2 || len(s.Items)*2 < len(items) {
		return Suggestion{}, false
	}
	s.Sure = sureness(s, words, g.headed(items))
	return s, true
}

// sureness weighs a list: items with dates, titles of several words and headings
// are what news look like; single words are a menu.
func sureness(s Suggestion, words int, headed bool) int {
	n := len(s.Items)
	sure := min(n, 10) * 2
	sure += 40 * s.Dated / n
	sure += min(25, 5*words/n)
	if headed {
		sure += 10
	}
	if n < leastBlocks {
		sure -= 20
	}
	if words < 2*n {
		sure -= 30 // a menu
	}
	return min(max(sure, 1), 100)
}

// headed reports whether most blocks have a heading.
func (g group) headed(items []*goquery.Selection) bool {
	n := 0
	for _, b := range items {
		if b.Find("h1, h2, h3, h4, h5, h6").Length() > 0 || b.Closest("h2, h3, h4").Length() > 0 {
			n++
		}
	}
	return n*2 > len(items)
}

// most reports whether something holds for nearly all blocks.
func most(items []*goquery.Selection, holds func(*goquery.Selection) bool) bool {
	n := 0
	for _, b := range items {
		if holds(b) {
			n++
		}
	}
	return n*10 >= len(items)*8
}

// linkSelector finds the link that names the item; "" is the first of the block.
func linkSelector(items []*goquery.Selection, at *url.URL) string {
	fits := func(selector string) bool {
		f := finder{rules: vigie.ListRules{Link: selector}}
		return most(items, func(b *goquery.Selection) bool {
			want := best(b, at)
			got := f.linkOf(b)
			return got != nil && want != nil && got.AttrOr("href", "") == want.AttrOr("href", "")
		})
	}
	candidates := []string{"", "h2 a", "h3 a", "h4 a", "h1 a", "h5 a"}
	for _, b := range items[:min(len(items), 3)] {
		if a := best(b, at); a != nil {
			if class := classOf(a.Nodes[0]); class != "" {
				candidates = append(candidates, "a."+class)
			}
			if p := a.Nodes[0].Parent; p != nil && p.Type == html.ElementNode && classOf(p) != "" {
				candidates = append(candidates, nameOf(p)+" a")
			}
		}
	}
	for _, c := range candidates {
		if fits(c) {
			return c
		}
	}
	return ""
}

// titleSelector finds the heading of the item where the link does not say it.
func titleSelector(items []*goquery.Selection, at *url.URL) string {
	for _, c := range []string{"h2", "h3", "h4", "h1", "h5"} {
		if most(items, func(b *goquery.Selection) bool { return extract.PlainLine(b.Find(c).First().Text()) != "" }) {
			return c
		}
	}
	// "Read more" is no title: some element named after it may be.
	if most(items, func(b *goquery.Selection) bool {
		a := best(b, at)
		return a != nil && len(strings.Fields(a.Text())) > 2
	}) {
		return ""
	}
	for _, c := range []string{"[class*=title]", "[class*=titre]", "[class*=titulo]", "strong", "b"} {
		if most(items, func(b *goquery.Selection) bool { return len(strings.Fields(b.Find(c).First().Text())) > 2 }) {
			return c
		}
	}
	return ""
}

// maxDateWords is how many bytes an element with a date may have.
const maxDateWords = 80

// dateSelector finds the element of the blocks that holds their date.
func dateSelector(items []*goquery.Selection) string {
	var candidates []string
	for _, b := range items[:min(len(items), 4)] {
		for _, n := range b.Find("*").Nodes[:min(b.Find("*").Length(), 200)] {
			if c, ok := datedName(n); ok && !slices.Contains(candidates, c) {
				candidates = append(candidates, c)
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b string) int { return dateLike(b) - dateLike(a) })
	for _, c := range candidates {
		f := finder{rules: vigie.ListRules{Date: c}}
		if most(items, func(b *goquery.Selection) bool { return f.dateOf(b).Precision >= vigie.Day }) {
			return c
		}
	}
	return ""
}

// datedName names an element whose own words are a date.
func datedName(n *html.Node) (string, bool) {
	if n.Data == "time" || attrOf(n, "datetime") != "" {
		return n.Data, true
	}
	if n.Data == "a" || n.Data == "script" || n.Data == "style" {
		return "", false
	}
	text := extract.PlainLine(goquery.NewDocumentFromNode(n).Text())
	if len(text) > maxDateWords || extract.Date(text).Precision < vigie.Day {
		return "", false
	}
	return nameOf(n), true
}

// dateLike prefers elements that say that they are dates.
func dateLike(selector string) int {
	switch {
	case selector == "time":
		return 3
	case strings.Contains(selector, "date"):
		return 2
	case strings.Contains(selector, "."):
		return 1
	}
	return 0
}
