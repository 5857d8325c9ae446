package extract

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
)

// The sizes, in characters, from which the library trusts its own reading. Below
// them it falls back on all the words of the page, glued together.
const (
	usualSize = 250 // its default
	anySize   = 1
)

// maxArticles is how many articles of a page are looked into.
const maxArticles = 100

// probe is the text of a script that a page is given before the library reads
// it. Only the library's fallback takes a text from there, and first of all from
// there if it is longer than 100 characters: where it comes out, the fallback
// was used.
const probe = "vigie: this text stands in no page. When it comes out again, the page had too little text for the library, which then took all there was."

// readContent fills the body and returns what the library understood of the
// rest, which are guesses. Where the page holds little text and its JSON-LD much
// more, it is a page that fills itself by script.
func (a *Article) readContent(doc *html.Node, base *url.URL, inScript string) trafilatura.Metadata {
	doc = prepare(doc)
	body, guess := understand(doc, base, usualSize)
	dense := densest(doc)
	if body != nil && 10*textSize(body) < 3*dense.size && dense.pure() {
		body = dense.paragraphs()
	}
	if body == nil {
		body = shortBody(doc, base, dense)
		if told := Paragraphs(inScript); textSize(told) > 2*textSize(body) {
			body = told
		}
	}
	a.Body = body
	return guess
}

// understand lets the library read a page. There is no body where it found fewer
// characters than size.
func understand(doc *html.Node, base *url.URL, size int) ([]vigie.Paragraph, trafilatura.Metadata) {
	script := &html.Node{
		Type: html.ElementNode, Data: "script", DataAtom: atom.Script,
		Attr: []html.Attribute{{Key: "type", Val: "application/ld+json"}},
	}
	script.AppendChild(&html.Node{Type: html.TextNode, Data: `{"articleBody":"` + probe + `"}`})
	doc.AppendChild(script)
	defer doc.RemoveChild(script)

	config := trafilatura.DefaultConfig()
	config.MinExtractedSize = size
	res, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		Config: config, OriginalURL: base, ExcludeComments: true, HtmlDateMode: trafilatura.Disabled,
	})
	if err != nil || res == nil {
		return nil, trafilatura.Metadata{}
	}
	if strings.Contains(res.ContentText, probe) {
		return nil, res.Metadata
	}
	return paragraphsOf(res.ContentNode), res.Metadata
}

// shortBody returns the text of a page that has little of it, or has it where
// the library does not look: what stands in its article or main element, else
// what the library finds when it is content with a few words, else all but what
// surrounds the content.
func shortBody(doc *html.Node, base *url.URL, dense denseText) []vigie.Paragraph {
	if body := paragraphsOf(inner(mainElement(doc))); len(body) > 0 && 10*textSize(body) > 4*dense.size {
		return body
	}
	if body := dense.paragraphs(); len(body) > 0 {
		return body
	}
	all := paragraphsOf(inner(doc))
	if found, _ := understand(doc, base, anySize); 4*textSize(found) > textSize(all) {
		return found
	}
	if len(all) == 0 {
		return paragraphsOf(doc) // a page that is all header, or all form
	}
	return all
}

func textSize(body []vigie.Paragraph) int {
	n := 0
	for _, p := range body {
		n += len(p.Text)
	}
	return n
}

func paragraphsOf(n *html.Node) []vigie.Paragraph {
	if n == nil {
		return nil
	}
	var b bytes.Buffer
	if err := html.Render(&b, n); err != nil {
		return nil
	}
	return Paragraphs(b.String())
}

// mainElement returns the article of a page: the only one, or the only one with
// a first heading among those of other items; else the main element; else nil.
func mainElement(doc *html.Node) *html.Node {
	var articles, headed []*html.Node
	var main *html.Node
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.Article && len(articles) < maxArticles:
			articles = append(articles, n)
			if holds(n, atom.H1) {
				headed = append(headed, n)
			}
		case main == nil && (n.DataAtom == atom.Main || attr(n, "role") == "main"):
			main = n
		}
	}
	switch {
	case len(headed) == 1:
		return headed[0]
	case len(articles) == 1:
		return articles[0]
	}
	return main
}

func holds(n *html.Node, kinds ...atom.Atom) bool {
	for d := range n.Descendants() {
		if d.DataAtom != 0 && slices.Contains(kinds, d.DataAtom) {
			return true
		}
	}
	return false
}

// inner copies a piece of a page without what surrounds the content.
func inner(n *html.Node) *html.Node {
	if n == nil || surrounds(n) {
		return nil
	}
	out := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: n.Attr}
	for c := range n.ChildNodes() {
		if k := inner(c); k != nil {
			out.AppendChild(k)
		}
	}
	return out
}

// surrounds reports whether an element holds no content. Some pages are one form
// from head to foot (ASP.NET).
func surrounds(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Script, atom.Style, atom.Head:
		return true
	case atom.Form:
		return !holds(n, atom.H1, atom.Main, atom.Article)
	}
	switch attr(n, "role") {
	case "navigation", "banner", "contentinfo", "complementary", "search":
		return true
	}
	return false
}
