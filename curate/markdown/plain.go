package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// words returns the text within a node on one line or more, without citations.
func (p *page) words(n ast.Node) string {
	var b strings.Builder
	p.inline(&b, n, false)
	return b.String()
}

// inline writes the text of a node. With notes, citations and the addresses of
// links are written too.
func (p *page) inline(b *strings.Builder, n ast.Node, notes bool) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Segment.Value(p.source)
		if n.Parent() == nil || n.Parent().Kind() != ast.KindCodeSpan {
			value = util.UnescapePunctuations(util.ResolveNumericReferences(util.ResolveEntityNames(value)))
		}
		b.Write(value)
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte('\n')
		}
	case *ast.AutoLink:
		b.Write(n.Label(p.source))
	case *citation:
		if n.note == nil {
			b.WriteString(n.token())
		} else if notes {
			if s := b.String(); s != "" && !strings.ContainsAny(s[len(s)-1:], " \n\t") {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "[%d]", n.note.N)
		}
	case *figure:
		if n.known {
			b.WriteString(n.fragment.text)
		} else {
			fmt.Fprintf(b, "{{figure %s %s}}", n.token.Indicator, n.token.Area)
		}
	case *broken:
		b.WriteString(n.text)
	case *ast.RawHTML:
	case *ast.Link:
		p.children(b, n, notes)
		if to := address(util.URLEscape(n.Destination, true)); notes && to != "" && !strings.HasSuffix(b.String(), to) {
			fmt.Fprintf(b, " <%s>", strings.TrimPrefix(to, "mailto:"))
		}
	default:
		p.children(b, n, notes)
	}
}

func (p *page) children(b *strings.Builder, n ast.Node, notes bool) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p.inline(b, c, notes)
	}
}

// plain writes a text without marks: blocks parted by an empty line.
func (p *page) plain(doc ast.Node) string {
	var b strings.Builder
	p.blocks(&b, doc, "")
	return strings.TrimRight(b.String(), "\n")
}

// blocks writes the blocks within n; prefix stands before the first of them.
func (p *page) blocks(b *strings.Builder, n ast.Node, prefix string) {
	number := 0
	if l, ok := n.(*ast.List); ok && l.IsOrdered() {
		number = l.Start
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.ListItem:
			mark := "- "
			if l, ok := n.(*ast.List); ok && l.IsOrdered() {
				mark = fmt.Sprintf("%d. ", number)
				number++
			}
			p.blocks(b, c, prefix+mark)
		case *ast.Blockquote, *ast.List:
			p.blocks(b, c, prefix)
		case *extast.Table:
			p.table(b, c)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b.Write(c.Lines().Value(p.source))
			b.WriteByte('\n')
		case *ast.HTMLBlock, *ast.LinkReferenceDefinition:
		case *ast.ThematicBreak:
			b.WriteString("* * *\n\n")
		default:
			b.WriteString(prefix)
			p.children(b, c, true)
			b.WriteString("\n\n")
		}
		prefix = ""
	}
}

func (p *page) table(b *strings.Builder, t ast.Node) {
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if cell != row.FirstChild() {
				b.WriteByte('\t')
			}
			p.children(b, cell, true)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
}
