package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// densePart is the share of a page's running text that an element must hold to be
// its content, in percent.
const densePart = 80

// denseText is the part of a page with the running text.
type denseText struct {
	node *html.Node
	sums map[*html.Node]extent
	size int // letters of running text
	all  int // letters of the node
}

// pure reports whether there is little beside the running text.
func (d denseText) pure() bool { return 10*d.size >= 5*d.all }

// paragraphs returns the text. Where there is much beside it, what stands before
// the first long paragraph and after the last is left out.
func (d denseText) paragraphs() []vigie.Paragraph {
	body := paragraphsOf(content(d.node, d.sums))
	if d.pure() {
		return body
	}
	first := slices.IndexFunc(body, isLong)
	if first < 0 {
		return body
	}
	last := len(body)
	for !isLong(body[last-1]) {
		last--
	}
	for first > 0 && body[first-1].Kind == vigie.Heading {
		first--
	}
	return body[first:last]
}

func isLong(p vigie.Paragraph) bool { return len(p.Text) >= longEnough && p.Kind != vigie.Heading }

// densest returns the smallest element that holds nearly all running text of a
// page, without what surrounds the content and without lists of links, and the
// length of that text. There is no node where there is no running text.
func densest(doc *html.Node) denseText {
	sums := map[*html.Node]extent{}
	measure(doc, false, sums)
	sizes := map[*html.Node]int{}
	out := denseText{sums: sums, size: runningText(doc, sums, sizes)}
	if out.size == 0 {
		return denseText{}
	}
	for n := doc; n != nil; {
		out.node = n
		var next *html.Node
		for c := range n.ChildNodes() {
			if 100*sizes[c] >= densePart*out.size {
				next = c
			}
		}
		if next == nil || isInline(next.DataAtom) || next.DataAtom == atom.P || next.DataAtom == atom.Tr {
			break
		}
		n = next
	}
	out.all = sums[out.node].letters
	return out
}

// runningText notes for each element how much running text it holds: runs of
// inline text with the length of a paragraph and not mostly links.
func runningText(n *html.Node, sums map[*html.Node]extent, sizes map[*html.Node]int) int {
	if isAround(n, sums[n]) {
		return 0
	}
	total, run, linked := 0, 0, 0
	flush := func() {
		if run >= longEnough && 2*linked < run {
			total += run
		}
		run, linked = 0, 0
	}
	for c := range n.ChildNodes() {
		switch {
		case c.Type == html.TextNode || c.Type == html.ElementNode && isInline(c.DataAtom) && !holdsBlock(c):
			all, l := linkedSize(c)
			run, linked = run+all, linked+l
		case c.Type == html.ElementNode:
			flush()
			total += runningText(c, sums, sizes)
		}
	}
	flush()
	sizes[n] = total
	return total
}

func holdsBlock(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && !isInline(d.DataAtom) {
			return true
		}
	}
	return false
}

// content copies a piece of a page without what is around the content.
func content(n *html.Node, sums map[*html.Node]extent) *html.Node {
	if n == nil || isAround(n, sums[n]) {
		return nil
	}
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := range n.ChildNodes() {
		if k := content(c, sums); k != nil {
			out.AppendChild(k)
		}
	}
	return out
}

// isAround reports whether an element surrounds the content, stands beside it, is
// hidden, or is a list of links.
func isAround(n *html.Node, e extent) bool {
	return n.Type == html.ElementNode && (surrounds(n) || isBeside(n) || isHidden(n) || isIndex(n, e))
}

func isHidden(n *html.Node) bool {
	style := strings.ReplaceAll(strings.ToLower(attr(n, "style")), " ", "")
	return strings.Contains(style, "display:none") || attr(n, "aria-hidden") == "true"
}

// extent says how much an element holds.
type extent struct {
	letters, linked, links int
	long                   bool // a text of the length of a paragraph, not in a link
}

// measure notes the extent of each element below n.
func measure(n *html.Node, inLink bool, sums map[*html.Node]extent) extent {
	if n.Type == html.TextNode {
		e := extent{letters: utf8.RuneCountInString(strings.TrimSpace(n.Data))}
		if inLink {
			e.linked = e.letters
		}
		e.long = !inLink && e.letters >= longEnough
		return e
	}
	if n.DataAtom == atom.Script || n.DataAtom == atom.Style {
		return extent{}
	}
	var e extent
	if n.DataAtom == atom.A && attr(n, "href") != "" {
		inLink = true
		e.links++
	}
	for c := range n.ChildNodes() {
		k := measure(c, inLink, sums)
		e.letters, e.linked, e.links, e.long = e.letters+k.letters, e.linked+k.linked, e.links+k.links, e.long || k.long
	}
	sums[n] = e
	return e
}

// isIndex reports whether an element is a list of links, or of teasers.
func isIndex(n *html.Node, e extent) bool {
	switch n.DataAtom {
	case atom.Ul, atom.Ol:
		if isTeaserList(n) {
			return true
		}
	case atom.Dl, atom.Table, atom.Div, atom.Section:
	default:
		return false
	}
	return !e.long && e.links > 1 && 10*e.linked >= 6*e.letters
}

// isTeaserList reports whether each of several items leads elsewhere.
func isTeaserList(list *html.Node) bool {
	items := 0
	for c := range list.ChildNodes() {
		if c.DataAtom != atom.Li {
			continue
		}
		if items++; !holds(c, atom.A) {
			return false
		}
	}
	return items >= 3
}
