package crawl

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
	"vigie/crawl/extract"
)

// The limits on the search for the list of a page.
const (
	maxSearched    = 5 << 20 // bytes
	maxElements    = 60_000
	maxGroups      = 60 // sets of blocks that are weighed, the largest
	maxSuggestions = 5
	maxClimb       = 5 // elements from a link up to its block
	leastBlocks    = 3
)

// Suggestion is a way to read the list of a page, and what it gives.
type Suggestion struct {
	Rules vigie.ListRules
	Items []Listed
	// Dated counts the items that have a date.
	Dated int
	// Sure is how sure it is that these are the items, from 0 to 100.
	Sure int
}

// Suggest finds the lists of a page: blocks that repeat, each with a link and, at
// best, a heading and a date. The best comes first; none comes where nothing
// repeats. base is the address of the page, which is UTF-8.
func Suggest(page []byte, base string) []Suggestion {
	doc, at, err := treeOf(page, base)
	if err != nil {
		return nil
	}
	return suggest(doc.Selection, at)
}

func suggest(doc *goquery.Selection, at *url.URL) []Suggestion {
	var out []Suggestion
	taken := map[string]bool{}
	for _, g := range groupsOf(doc, at) {
		if s, ok := g.suggestion(at); ok && !taken[s.first()] {
			taken[s.first()] = true
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Sure, a.Sure) })
	return out[:min(len(out), maxSuggestions)]
}

// first names a suggestion by what it gives, so that one list is not offered by two
// selectors.
func (s Suggestion) first() string {
	return fmt.Sprint(len(s.Items), " ", s.Items[0].URL, " ", s.Items[len(s.Items)-1].URL)
}

// SelectorsAt returns the rules of the list that an example stands in: a person
// pointed at one item of the page, whose link leads to item. Where the link stands
// in no block that repeats it returns vigie.ErrNotFound.
func SelectorsAt(page []byte, base, item string) (Suggestion, error) {
	doc, at, err := treeOf(page, base)
	if err != nil {
		return Suggestion{}, err
	}
	want, err := vigie.CanonicalURL(item)
	if err != nil {
		return Suggestion{}, err
	}
	var best Suggestion
	for _, g := range groupsOf(doc.Selection, at) {
		s, ok := g.suggestion(at)
		if !ok || s.Sure <= best.Sure && len(best.Items) > 0 {
			continue
		}
		if slices.ContainsFunc(s.Items, func(i Listed) bool { return canonicalOr(i.URL) == want }) {
			best = s
		}
	}
	if len(best.Items) == 0 {
		return best, fmt.Errorf("find the list that %s stands in: %w", want, vigie.ErrNotFound)
	}
	return best, nil
}

// treeOf parses a page.
func treeOf(page []byte, base string) (*goquery.Document, *url.URL, error) {
	at, err := url.Parse(base)
	if err != nil || at.Host == "" {
		return nil, nil, &vigie.InvalidError{Field: "address", Reason: "of the page cannot be read"}
	}
	if len(page) > maxSearched || bytes.Count(page, []byte("<")) > 2*maxElements {
		return nil, nil, &vigie.InvalidError{Field: "page", Reason: "is too large to search"}
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, nil, fmt.Errorf("parse the page: %w", err)
	}
	doc := goquery.NewDocumentFromNode(root)
	if href := doc.Find("base[href]").First().AttrOr("href", ""); href != "" {
		if u, err := at.Parse(strings.TrimSpace(href)); err == nil && isWeb(u.String()) {
			at = u
		}
	}
	return doc, at, nil
}

// group is a set of blocks that look alike.
type group struct {
	selector string
	blocks   []*goquery.Selection
}

// place is where blocks of a name stand: beside each other in one element.
type place struct {
	parent *html.Node
	name   string
}

// placesOf counts the elements around the links of the main part by their place,
// the places with the most elements first.
func placesOf(doc *goquery.Selection, at *url.URL) (order []place, count map[place]int) {
	count = map[place]int{}
	seen := map[*html.Node]bool{}
	for _, a := range mainLinks(doc) {
		if _, ok := linkTo(a, at); !ok {
			continue
		}
		n := a.Nodes[0]
		for range maxClimb {
			if n.Parent == nil || n.DataAtom == atom.Body || n.DataAtom == atom.Main {
				break
			}
			p := place{n.Parent, nameOf(n)}
			if !seen[n] {
				count[p]++
			}
			if !seen[n] && count[p] == 1 {
				order = append(order, p)
			}
			seen[n] = true
			n = n.Parent
		}
	}
	slices.SortStableFunc(order, func(a, b place) int { return cmp.Compare(count[b], count[a]) })
	return order, count
}

// groupsOf finds the elements around the links of the main part that come again
// beside each other under the same name.
func groupsOf(doc *goquery.Selection, at *url.URL) []group {
	order, count := placesOf(doc, at)
	var out []group
	used := map[string]bool{}
	for _, p := range order {
		if count[p] < leastBlocks && !listLike(p.name) || count[p] < 2 || len(out) == maxGroups {
			continue
		}
		selector := selectorOf(doc, p.parent, p.name, count[p])
		if used[selector] || len(selector) > maxSelector {
			continue
		}
		used[selector] = true
		g := group{selector: selector}
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) { g.blocks = append(g.blocks, s) })
		out = append(out, g)
	}
	return out
}

// listLike reports whether elements of a name make a list, even if there are two.
func listLike(name string) bool {
	return strings.HasPrefix(name, "article") || strings.HasPrefix(name, "li") || strings.Contains(name, "item")
}

// linkTo returns where a link leads, if that is a page of the same host with some
// words to it.
func linkTo(a *goquery.Selection, at *url.URL) (string, bool) {
	u, err := at.Parse(strings.TrimSpace(a.AttrOr("href", "")))
	if err != nil {
		return "", false
	}
	u.Fragment = ""
	f := finder{asked: at.String()}
	address, err := vigie.CanonicalURL(u.String())
	if err != nil || !f.follows(address, at) || isThing(address) {
		return "", false
	}
	return u.String(), true
}

// nameOf names an element as a selector does: its tag, and the class that says most.
func nameOf(n *html.Node) string {
	if class := classOf(n); class != "" {
		return n.Data + "." + class
	}
	return n.Data
}

// classOf returns the first class of an element that a selector can write plainly,
// and that does not number it.
func classOf(n *html.Node) string {
	for class := range strings.FieldsSeq(attrOf(n, "class")) {
		if plainName(class) && !numbering(class) {
			return class
		}
	}
	return ""
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// plainName reports whether a selector can write a name without escapes, and a
// person read it.
func plainName(name string) bool {
	if name == "" || len(name) > 40 || name[0] >= '0' && name[0] <= '9' || name[0] == '-' {
		return false
	}
	digits := 0
	for i := range len(name) {
		switch c := name[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '-' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		default:
			return false
		}
	}
	return digits <= 2
}

// numbering reports whether a class says which of its siblings an element is.
func numbering(class string) bool {
	switch class {
	case "first", "last", "odd", "even", "active", "current", "new", "row-first", "row-last", "views-row-first", "views-row-last", "clearfix":
		return true
	}
	last := class[len(class)-1]
	return last >= '0' && last <= '9'
}

// selectorOf returns the shortest selector that finds the blocks and little else.
func selectorOf(doc *goquery.Selection, parent *html.Node, name string, blocks int) string {
	if strings.Contains(name, ".") && doc.Find(name).Length() <= blocks+blocks/4 {
		return name
	}
	last := name
	for n, steps := parent, 0; n != nil && n.Type == html.ElementNode && steps < 4; n, steps = n.Parent, steps+1 {
		var prefix string
		switch id := attrOf(n, "id"); {
		case plainName(id):
			prefix = "#" + id
		case classOf(n) != "":
			prefix = nameOf(n)
		case n.DataAtom == atom.Main || n.DataAtom == atom.Body:
			prefix = n.Data
		default:
			continue
		}
		join := " "
		if n == parent {
			join = " > "
		}
		last = prefix + join + name
		if doc.Find(last).Length() <= blocks+blocks/4 {
			return last
		}
	}
	return last
}

// items returns the blocks of a group that hold a link to follow.
func (g group) items(at *url.URL) []*goquery.Selection {
	var out []*goquery.Selection
	for _, b := range g.blocks {
		if a := best(b, at); a != nil {
			out = append(out, b)
		}
	}
	return out
}

// best returns the link of a block that names its item: the one in a heading, else
// the one with the most words. nil means that there is none.
func best(block *goquery.Selection, at *url.URL) *goquery.Selection {
	var out *goquery.Selection
	most := -1
	links := block.Find("a[href]")
	if block.Is("a[href]") {
		links = block
	}
	links.EachWithBreak(func(i int, a *goquery.Selection) bool {
		if _, ok := linkTo(a, at); !ok {
			return i < 20
		}
		n := len(extract.PlainLine(a.Text()))
		if a.Closest("h1, h2, h3, h4, h5, h6").Length() > 0 || a.Find("h1, h2, h3, h4, h5, h6").Length() > 0 {
			n += 10_000
		}
		if n > most {
			out, most = a, n
		}
		return i < 20
	})
	return out
}
