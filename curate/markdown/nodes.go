package markdown

import (
	"fmt"
	stdhtml "html"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// nodes renders the nodes that must not be rendered as the library does.
type nodes struct{ *page }

// RegisterFuncs implements renderer.NodeRenderer.
func (r nodes) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindString, r.token)
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindAutoLink, r.autoLink)
	reg.Register(ast.KindImage, nothing)
	reg.Register(ast.KindRawHTML, skip)
	reg.Register(ast.KindHTMLBlock, skip)
	reg.Register(ast.KindCodeBlock, r.code)
	reg.Register(ast.KindFencedCodeBlock, r.code)
}

// nothing renders the words within a node and nothing of the node.
func nothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkContinue, nil
}

func skip(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// token renders the three nodes of vigie. A figure that comes here stands within
// a sentence, or was not found; the others are put in by [page.write].
func (r nodes) token(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	words := stdhtml.EscapeString(r.words(n))
	if f, ok := n.(*figure); ok && f.known { // its number turns nothing before it
		words = "<bdi>" + words + "</bdi>"
	}
	if c, ok := n.(*citation); ok && c.note != nil {
		words = citeHTML(c)
	}
	_, err := w.WriteString(words)
	return ast.WalkContinue, err
}

func citeHTML(c *citation) string {
	if within(c, ast.KindLink) { // links do not nest
		return fmt.Sprintf(`<sup class="cite">%d</sup>`, c.note.N)
	}
	id := ""
	if c.first {
		id = ` id="` + c.note.CiteID + `"`
	}
	title := ` title="` + stdhtml.EscapeString(c.note.Source.Label) + `"`
	return fmt.Sprintf(`<sup class="cite"><a href="#%s"%s%s>%d</a></sup>`, c.note.NoteID, id, title, c.note.N)
}

func (r nodes) link(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	l, ok := n.(*ast.Link)
	if !ok {
		return ast.WalkContinue, nil
	}
	to := address(util.URLEscape(l.Destination, true))
	switch {
	case to == "":
		return ast.WalkContinue, nil
	case !entering:
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	_, err := fmt.Fprintf(w, `<a href="%s" rel="noopener">`, stdhtml.EscapeString(to))
	return ast.WalkContinue, err
}

func (r nodes) autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	l, ok := n.(*ast.AutoLink)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	label := stdhtml.EscapeString(string(l.Label(source)))
	to := address(autoURL(l, source))
	if to == "" || within(n, ast.KindLink) {
		_, err := w.WriteString(label)
		return ast.WalkContinue, err
	}
	_, err := fmt.Fprintf(w, `<a href="%s" rel="noopener"><bdi>%s</bdi></a>`, stdhtml.EscapeString(to), label)
	return ast.WalkContinue, err
}

func (r nodes) code(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, err := fmt.Fprintf(w, "<pre dir=\"auto\"><code>%s</code></pre>\n", stdhtml.EscapeString(string(n.Lines().Value(source))))
	return ast.WalkSkipChildren, err
}

func within(n ast.Node, kind ast.NodeKind) bool {
	for up := n.Parent(); up != nil; up = up.Parent() {
		if up.Kind() == kind {
			return true
		}
	}
	return false
}
