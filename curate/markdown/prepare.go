package markdown

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// prepare goes through the tree once: it asks the caller what tokens stand for,
// gives ids and directions, and notes what will not be shown.
func (p *page) prepare(doc ast.Node) error {
	return ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.visit(n)
		} else if h, ok := n.(*ast.Heading); ok {
			p.heading(h) // now that its citations are known
		}
		return ast.WalkContinue, nil
	})
}

func (p *page) visit(n ast.Node) {
	switch n := n.(type) {
	case *citation:
		p.cite(n)
	case *figure:
		if p.Figure != nil {
			n.fragment, n.known = p.Figure(n.token.Indicator, n.token.Area)
		}
		if !n.known {
			p.problem(n.Pos(), UnknownFigure, p.words(n))
			return
		}
		if !p.shown[n.token] {
			p.shown[n.token] = true
			p.out.Figures = append(p.out.Figures, n.token)
		}
	case *broken:
		p.problem(n.Pos(), BrokenToken, n.text)
	case *ast.Link:
		if address(util.URLEscape(n.Destination, true)) == "" {
			p.problem(n.Pos(), DroppedLink, string(n.Destination))
		}
	case *ast.AutoLink:
		if address(autoURL(n, p.source)) == "" {
			p.problem(n.Pos(), DroppedLink, string(n.URL(p.source)))
		}
	case *ast.Image:
		p.problem(n.Pos(), DroppedImage, string(n.Destination))
	case *ast.RawHTML:
		p.problem(n.Pos(), DroppedHTML, string(n.Segments.Value(p.source)))
	case *ast.HTMLBlock:
		p.problem(n.Pos(), DroppedHTML, string(n.Lines().Value(p.source)))
	case *ast.Paragraph:
		// Lists, quotations and tables keep the direction of the page: HTML finds that of
		// an element in its own words, passes over what has a dir, and takes a number, or
		// an element that holds only such, for left to right.
		n.SetAttributeString("dir", []byte("auto"))
	case *extast.TableCell:
		n.SetAttributeString("dir", []byte("auto"))
		switch n.Alignment {
		case extast.AlignRight:
			n.SetAttributeString("class", []byte("end"))
		case extast.AlignCenter:
			n.SetAttributeString("class", []byte("center"))
		case extast.AlignLeft, extast.AlignNone:
		}
	}
}

// cite numbers a source at its first citation.
func (p *page) cite(c *citation) {
	note, asked := p.cited[c.ref]
	if !asked {
		source, ok := Source{}, false
		if p.Cite != nil {
			source, ok = p.Cite(c.ref)
		}
		if ok {
			n := len(p.out.Notes) + 1
			note = &Note{N: n, Ref: c.ref, Source: source, NoteID: fmt.Sprintf("note-%s%d", p.Prefix, n), CiteID: fmt.Sprintf("cite-%s%d", p.Prefix, n)}
			p.out.Notes = append(p.out.Notes, *note)
			c.first = true
		}
		p.cited[c.ref] = note
	}
	if c.note = note; note == nil {
		p.problem(c.Pos(), UnknownCitation, c.token())
		return
	}
	p.attach(c)
}

// attach takes the space before a citation away, so that its number follows the
// word: people write "word [@1]", and a line could break between the two.
func (p *page) attach(c *citation) {
	if before, ok := c.PreviousSibling().(*ast.Text); ok && !before.HardLineBreak() {
		before.Segment = before.Segment.TrimRightSpace(p.source)
		before.SetSoftLineBreak(false)
	}
}

// heading shifts a heading and gives it an id of its own.
func (p *page) heading(h *ast.Heading) {
	h.Level = min(max(h.Level+p.Shift, 1), 6)
	title := strings.Join(strings.Fields(p.words(h)), " ")
	base := "s-" + p.Prefix + Slug(title)
	id := base
	for p.ids[id] > 0 { // a title that was there before: number it
		p.ids[base]++
		id = fmt.Sprintf("%s-%d", base, p.ids[base])
	}
	p.ids[id]++
	h.SetAttributeString("id", []byte(id))
	h.SetAttributeString("dir", []byte("auto"))
	p.out.Headings = append(p.out.Headings, Heading{Level: h.Level, Text: title, ID: id})
}

func autoURL(n *ast.AutoLink, source []byte) []byte {
	u := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(string(u)), "mailto:") {
		u = append([]byte("mailto:"), u...)
	}
	return util.URLEscape(u, false)
}

// address returns where a link may lead, "" for nowhere: an absolute address
// with a host, or one that mail is sent to.
func address(raw []byte) string {
	s := string(raw)
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" || u.User != nil {
			return ""
		}
	case "mailto":
		if !strings.Contains(u.Opaque, "@") {
			return ""
		}
	default:
		return ""
	}
	return u.String()
}
