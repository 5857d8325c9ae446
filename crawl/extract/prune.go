package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxChunks is how many pieces of one article are joined.
const maxChunks = 50

// prepare gives the library a page that it reads better: a copy where the pieces
// of one article stand together, words within sentences are kept, and paragraphs
// that only lead elsewhere are left out.
func prepare(doc *html.Node) *html.Node {
	doc = cloneOf(doc)
	nameParagraphs(doc)
	wrapText(doc)
	joinChunks(doc)
	keepWords(doc)
	dropPointers(doc)
	return doc
}

func cloneOf(n *html.Node) *html.Node {
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := range n.ChildNodes() {
		out.AppendChild(cloneOf(c))
	}
	return out
}

// joinChunks brings together an article whose text stands in several elements of
// the same class, with advertisements in between: the library reads the first.
func joinChunks(doc *html.Node) {
	chunks := chunksOf(doc)
	if len(chunks) < 2 {
		return
	}
	first := chunks[0]
	for _, c := range chunks[1:] {
		for k := c.FirstChild; k != nil; k = c.FirstChild {
			c.RemoveChild(k)
			first.AppendChild(k)
		}
	}
}

// chunksOf returns the elements that hold text of the same article as the first
// of them: with the same name in their class, within the same article element,
// and before the next headline. One that leads elsewhere is that of an item in a
// list.
func chunksOf(doc *html.Node) []*html.Node {
	var chunks []*html.Node
	name := ""
	for n := range doc.Descendants() {
		if len(chunks) == 0 {
			if name = bodyClass(n); name != "" && hasParagraph(n) {
				chunks = append(chunks, n)
			}
			continue
		}
		last := chunks[len(chunks)-1]
		if isWithin(n, last) {
			continue
		}
		if isHeadline(n) || len(chunks) == maxChunks {
			break
		}
		if bodyClass(n) == name && hasParagraph(n) && ancestor(n, atom.Article) == ancestor(last, atom.Article) {
			chunks = append(chunks, n)
		}
	}
	return chunks
}

func isHeadline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1:
		return true
	case atom.H2, atom.H3:
		return holds(n, atom.A)
	}
	return false
}

// bodyClass returns the name in the class of an element which says that it holds
// the text of an article, "" for none.
func bodyClass(n *html.Node) string {
	if n.DataAtom != atom.Div && n.DataAtom != atom.Section {
		return ""
	}
	for class := range strings.FieldsSeq(strings.ToLower(attr(n, "class"))) {
		for _, name := range []string{
			"article-body", "article__body", "articlebody", "article-content", "article__content",
			"article-text", "post-content", "post-body", "entry-content", "story-body", "story-content", "body-text",
		} {
			if strings.Contains(class, name) {
				return class
			}
		}
	}
	return ""
}

func hasParagraph(n *html.Node) bool {
	for c := range n.ChildNodes() {
		if c.DataAtom == atom.P {
			return true
		}
	}
	return false
}

func isWithin(n, outer *html.Node) bool {
	for p := range n.Ancestors() {
		if p == outer {
			return true
		}
	}
	return false
}

func ancestor(n *html.Node, kind atom.Atom) *html.Node {
	for p := range n.Ancestors() {
		if p.DataAtom == kind {
			return p
		}
	}
	return nil
}

// keepWords makes plain spans of the elements within sentences that the library
// throws away, their words with them: a sentence would lose its date.
func keepWords(doc *html.Node) {
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Time, atom.Ins, atom.Label, atom.Output:
		case atom.Span:
			if len(n.Attr) == 0 || isUnseen(n) {
				continue
			}
		default:
			continue
		}
		if inSentence(n) {
			n.DataAtom, n.Data, n.Attr = atom.Span, "span", nil
		}
	}
}

// isUnseen reports whether an element says that it is not for the eyes of all.
func isUnseen(n *html.Node) bool {
	if isHidden(n) {
		return true
	}
	class := strings.ToLower(attr(n, "class"))
	for _, name := range []string{"hid", "sr-only", "screen-reader", "noprint", "print-only"} {
		if strings.Contains(class, name) {
			return true
		}
	}
	return false
}

// inSentence reports whether an element of a paragraph has words beside it.
func inSentence(n *html.Node) bool {
	p := n.Parent
	for p != nil && isInline(p.DataAtom) {
		p = p.Parent
	}
	if p == nil || p.DataAtom != atom.P && p.DataAtom != atom.Li && p.DataAtom != atom.Td && p.DataAtom != atom.Dd {
		return false
	}
	for _, s := range []*html.Node{n.PrevSibling, n.NextSibling} {
		if s != nil && s.Type == html.TextNode && strings.TrimSpace(s.Data) != "" {
			return true
		}
	}
	return false
}

// dropPointers removes the paragraphs that consist of links, with a label before
// them at most ("Read more:"). Where a page has much of its text in links, all
// stay.
func dropPointers(doc *html.Node) {
	var pointers []*html.Node
	all, dropped := 0, 0
	for n := range doc.Descendants() {
		if n.DataAtom != atom.P {
			continue
		}
		words, linked := linkedSize(n)
		all += words
		if linked >= 20 && 4*linked >= 3*words && !showsAddress(n) {
			pointers = append(pointers, n)
			dropped += words
		}
	}
	if 3*dropped > all {
		return
	}
	for _, n := range pointers {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// linkedSize counts the letters of an element, and those of them in links.
func linkedSize(n *html.Node) (all, linked int) {
	var walk func(n *html.Node, inLink bool)
	walk = func(n *html.Node, inLink bool) {
		switch {
		case n.Type == html.TextNode:
			size := utf8.RuneCountInString(strings.TrimSpace(n.Data))
			all += size
			if inLink {
				linked += size
			}
			return
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return
		case n.DataAtom == atom.A && attr(n, "href") != "":
			inLink = true
		}
		for c := range n.ChildNodes() {
			walk(c, inLink)
		}
	}
	walk(n, false)
	return all, linked
}

// showsAddress reports whether a text spells an address out, as references do.
func showsAddress(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.Type == html.TextNode && (strings.Contains(d.Data, "://") || strings.Contains(d.Data, "www.") || strings.Contains(d.Data, "@")) {
			return true
		}
	}
	return false
}

// wrapText makes paragraphs of the text that stands beside blocks in one element,
// where a run of it is as long as a paragraph: the library passes over the first.
func wrapText(doc *html.Node) {
	var mixed []*html.Node
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Div, atom.Section, atom.Article, atom.Main:
			if hasLongRun(n) {
				mixed = append(mixed, n)
			}
		}
	}
	for _, n := range mixed {
		wrapRuns(n)
	}
}

// hasLongRun reports whether an element has text of its own, as long as a
// paragraph and not mostly links.
func hasLongRun(n *html.Node) bool {
	run, linked := 0, 0
	for c := range n.ChildNodes() {
		switch {
		case isPhrase(c):
			all, l := linkedSize(c)
			run, linked = run+all, linked+l
		case c.Type == html.ElementNode:
			run, linked = 0, 0
		}
		if run >= longEnough && 2*linked < run {
			return true
		}
	}
	return false
}

// isPhrase reports whether a node is text within a line.
func isPhrase(n *html.Node) bool {
	return n.Type == html.TextNode || n.Type == html.ElementNode && isInline(n.DataAtom) && !holdsBlock(n)
}

// wrapRuns puts each run of text into a paragraph; two line breaks part runs.
func wrapRuns(n *html.Node) {
	var p *html.Node
	breaks := 0
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.DataAtom == atom.Br:
			if breaks++; breaks == 2 {
				p = nil
			}
		case c.Type == html.TextNode && strings.TrimSpace(c.Data) == "":
		case isPhrase(c):
			breaks = 0
		default:
			p, breaks = nil, 0
		}
		if isPhrase(c) && (p != nil || breaks == 0 && (c.Type != html.TextNode || strings.TrimSpace(c.Data) != "")) {
			if p == nil {
				p = &html.Node{Type: html.ElementNode, DataAtom: atom.P, Data: "p"}
				n.InsertBefore(p, c)
			}
			n.RemoveChild(c)
			p.AppendChild(c)
		}
		c = next
	}
}
