package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// longEnough is the length of a text, in bytes, that is a paragraph and no label.
const longEnough = 80

// nameParagraphs makes p elements of the div elements that hold a paragraph: words
// of their own and nothing but inline elements, where a page writes most of its text
// so. DocBook does, and editors of old; the library passes over such text as soon as
// the page has a few p elements, of a box beside the text say. What is short is a
// paragraph where a long one has the same class.
func nameParagraphs(doc *html.Node) {
	var divs []*html.Node
	classes := map[string]bool{}
	inDivs, inParagraphs := 0, 0
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.P:
			inParagraphs += len(textOf(n))
		case atom.Div:
			size, ok := paragraphSize(n)
			if !ok {
				continue
			}
			divs = append(divs, n)
			if size >= longEnough {
				classes[attr(n, "class")] = true
				inDivs += size
			}
		}
	}
	if inDivs <= inParagraphs {
		return
	}
	for _, n := range divs {
		if classes[attr(n, "class")] {
			n.DataAtom, n.Data = atom.P, "p"
		}
	}
}

// paragraphSize returns the length of the words of an element that holds inline
// elements only, and other words than those of links.
func paragraphSize(n *html.Node) (size int, ok bool) {
	linked := 0
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode:
			words := len(strings.TrimSpace(d.Data))
			size += words
			if d.Parent.DataAtom == atom.A {
				linked += words
			}
		case d.Type == html.ElementNode && !isInline(d.DataAtom):
			return 0, false
		}
	}
	return size, size > 0 && 2*linked < size
}

func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Br, atom.Cite, atom.Code, atom.Data, atom.Dfn, atom.Del, atom.Em,
		atom.Font, atom.I, atom.Img, atom.Ins, atom.Kbd, atom.Mark, atom.Q, atom.S, atom.Samp, atom.Small, atom.Span,
		atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}
