// Package markdown turns what the desk writes into safe HTML.
//
// A synthesis is written in CommonMark with tables and struck-out text. Two
// tokens are vigie's own: [@1] cites the source numbered 1, and
// {{figure IT.NET.USER.ZS MAR}} shows a figure, as a chart where it stands alone
// in a paragraph and as its value within a sentence. What they stand for is not
// known here: the caller gives two functions.
//
//	out, err := markdown.Render(body, markdown.Options{Cite: cite, Figure: figure})
//
// The HTML is passed through an allow-list as the last step, whatever the
// Markdown was. It holds no script, no style, no frame, no form and no picture;
// links lead to http, https and mailto addresses only. HTML in the text is
// dropped and listed as a problem, as are addresses, pictures and tokens that
// cannot be used: an editor sees them before publishing, with line and column.
//
// # Caveats
//
// The result must not be parsed and rendered again. Time and memory grow with
// the length of the text, which is bounded by [MaxBytes]; nesting and the width
// of tables are bounded too, and what is beyond is shown as plain text. A body
// and the pages around it share one space of ids: all ids begin with "s-",
// "cite-" or "note-", then [Options.Prefix].
//
// Every function may be called concurrently.
package markdown

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"vigie"
)

// MaxBytes is the length of the largest text that is rendered.
const MaxBytes = vigie.MaxBodyBytes

// Options say how a text is rendered. The zero value knows no source and no
// figure and keeps headings as they are.
type Options struct {
	// Cite says what a citation leads to, false for one that does not exist. It is
	// asked once for each reference.
	Cite func(ref string) (Source, bool)
	// Figure gives a figure, false for one that does not exist.
	Figure func(indicator, area string) (Fragment, bool)
	// Shift is added to the level of every heading, up to h6: 1 below a page's h1.
	Shift int
	// Prefix is put into every id and link to it, where several texts share a
	// page. Letters and digits only.
	Prefix string
}

// Source is what a citation leads to.
type Source struct {
	// Label is shown when a reader points at the number, for example publisher,
	// title and year.
	Label string
}

// Result is a rendered text.
type Result struct {
	// HTML is safe to stand in a page as it is.
	HTML string
	// Text is the same as plain text: blocks parted by an empty line, cells by
	// tabs, citations as [1], links followed by their address.
	Text string
	// Headings are in order, with the levels of the HTML.
	Headings []Heading
	// Notes are the cited sources in the order of their first citation, which is
	// how they are numbered.
	Notes []Note
	// Figures are the figures shown, in order, each once.
	Figures []Token
	// Problems are in the order of the text.
	Problems []Problem
}

// Heading is one heading of a text.
type Heading struct {
	Level int
	Text  string
	ID    string
}

// Note is a numbered source. The page that lists the notes gives each the id
// NoteID and may lead back to CiteID, the first place that cites it.
type Note struct {
	N      int
	Ref    string
	Source Source
	NoteID string
	CiteID string
}

// Token is a figure's token.
type Token struct {
	Indicator string
	Area      string
}

// Problem is something in a text that an editor should look at. Nothing of it
// is in the HTML, except the words.
type Problem struct {
	// Line and Column count from 1, in lines and in characters.
	Line   int
	Column int
	Kind   ProblemKind
	// Token is the text in question, cut to 80 characters.
	Token string
}

// ProblemKind names a problem; the interface has a sentence for each.
type ProblemKind string

// The kinds of problem.
const (
	UnknownCitation ProblemKind = "unknown citation"
	UnknownFigure   ProblemKind = "unknown figure"
	BrokenToken     ProblemKind = "broken token"
	DroppedHTML     ProblemKind = "dropped html"
	DroppedImage    ProblemKind = "dropped image"
	DroppedLink     ProblemKind = "dropped link"
	TooDeep         ProblemKind = "too deep"
	TooWide         ProblemKind = "too wide"
)

// Render renders a text. The only error is of kind [vigie.ErrInvalid]: a text of
// more than [MaxBytes]. Everything else that is wrong with a text is a
// [Problem].
func Render(body string, o Options) (Result, error) {
	if len(body) > MaxBytes {
		return Result{}, fmt.Errorf("render Markdown: %w", &vigie.InvalidError{Field: "body", Reason: fmt.Sprintf("is larger than %d bytes", MaxBytes)})
	}
	body = strings.ReplaceAll(strings.ToValidUTF8(body, "\uFFFD"), "\r\n", "\n")
	body = strings.NewReplacer("\r", "\n", "\x00", "\uFFFD").Replace(body)
	p := &page{Options: o, cited: make(map[string]*Note), ids: make(map[string]int), shown: make(map[Token]bool)}
	p.source = p.guard([]byte(body))

	md := goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.Strikethrough, extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}))),
		goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(tokenParser{}, 150))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{p}, 100))),
	)
	doc := md.Parser().Parse(text.NewReader(p.source))
	if err := p.prepare(doc); err != nil {
		return Result{}, fmt.Errorf("read Markdown: %w", err)
	}
	if err := p.write(doc, md.Renderer()); err != nil {
		return Result{}, fmt.Errorf("render Markdown: %w", err)
	}
	p.out.Text = p.plain(doc)
	p.locate()
	return p.out, nil
}

// page is one text on its way.
type page struct {
	Options
	source []byte
	out    Result
	cited  map[string]*Note // nil for a reference without a source
	ids    map[string]int   // how often an id was given
	shown  map[Token]bool
	found  []finding
}

// finding is a problem whose line is not counted yet.
type finding struct {
	at    int // byte of the source
	kind  ProblemKind
	token string
}

func (p *page) problem(at int, kind ProblemKind, token string) {
	p.found = append(p.found, finding{at, kind, token})
}

// locate turns findings into problems, in one pass over the source.
func (p *page) locate() {
	slices.SortStableFunc(p.found, func(a, b finding) int { return a.at - b.at })
	line, begin, from := 1, 0, 0
	for _, f := range p.found {
		at := min(max(f.at, 0), len(p.source))
		before := p.source[from:at]
		if n := bytes.Count(before, []byte{'\n'}); n > 0 {
			line += n
			begin = from + bytes.LastIndexByte(before, '\n') + 1
		}
		from = at
		token := []rune(f.token)
		p.out.Problems = append(p.out.Problems, Problem{
			Line: line, Column: len([]rune(string(p.source[begin:at]))) + 1, Kind: f.kind, Token: string(token[:min(len(token), 80)]),
		})
	}
}

// write renders block by block, so that a figure's own HTML, which the last
// step would not let through, can stand between two sanitised pieces.
func (p *page) write(doc ast.Node, r renderer.Renderer) error {
	var out, piece bytes.Buffer
	last := policy(p.Prefix)
	flush := func() {
		out.Write(last.SanitizeBytes(piece.Bytes()))
		piece.Reset()
	}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if f := alone(n); f != nil && f.known {
			flush()
			out.WriteString(f.fragment.html)
			out.WriteByte('\n')
			continue
		}
		if err := r.Render(&piece, p.source, n); err != nil {
			return err
		}
	}
	flush()
	p.out.HTML = out.String()
	return nil
}

// alone returns the figure that is all of a paragraph.
func alone(n ast.Node) *figure {
	if n.Kind() != ast.KindParagraph || n.ChildCount() != 1 {
		return nil
	}
	f, _ := n.FirstChild().(*figure)
	return f
}
