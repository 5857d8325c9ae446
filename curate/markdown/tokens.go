package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The longest parts of a token, in bytes.
const (
	maxRef       = 32
	maxIndicator = 80
	maxArea      = 32
)

// citation is a node for [@ref].
type citation struct {
	ast.BaseInline
	ref  string
	note *Note
	// first is set on the first citation of its note.
	first bool
}

// figure is a node for {{figure indicator area}}.
type figure struct {
	ast.BaseInline
	token    Token
	fragment Fragment
	known    bool
}

// broken is a node for what begins as a token and is none.
type broken struct {
	ast.BaseInline
	text string
}

// The library gives out kinds of node from a counter of the whole process. The
// three nodes do without: they are of the kind of ast.String, which no parser in
// use makes, and are told apart by their Go types.

// Kind implements ast.Node.
func (*citation) Kind() ast.NodeKind { return ast.KindString }

// Kind implements ast.Node.
func (*figure) Kind() ast.NodeKind { return ast.KindString }

// Kind implements ast.Node.
func (*broken) Kind() ast.NodeKind { return ast.KindString }

// Dump implements ast.Node.
func (c *citation) Dump(source []byte, level int) { ast.DumpHelper(c, source, level, nil, nil) }

// Dump implements ast.Node.
func (f *figure) Dump(source []byte, level int) { ast.DumpHelper(f, source, level, nil, nil) }

// Dump implements ast.Node.
func (b *broken) Dump(source []byte, level int) { ast.DumpHelper(b, source, level, nil, nil) }

func (c *citation) token() string { return "[@" + c.ref + "]" }

// tokenParser finds tokens. They stand on one line.
type tokenParser struct{}

// Trigger implements parser.InlineParser.
func (tokenParser) Trigger() []byte { return []byte{'[', '{'} }

// Parse implements parser.InlineParser.
func (tokenParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node { //nolint:ireturn // the signature is the library's
	line, _ := block.PeekLine()
	switch {
	case bytes.HasPrefix(line, []byte("[@")):
		n := word(line[2:], maxRef)
		if n == 0 || len(line) <= 2+n || line[2+n] != ']' {
			return nil // "[@name](…)" may be a link
		}
		block.Advance(n + 3)
		return &citation{ref: string(line[2 : 2+n])}
	case bytes.HasPrefix(line, []byte("{{figure")):
		end := bytes.Index(line[:min(len(line), maxIndicator+maxArea+32)], []byte("}}"))
		if end < 0 {
			block.Advance(len("{{figure"))
			return &broken{text: "{{figure"}
		}
		block.Advance(end + 2)
		inner := string(line[len("{{figure"):end])
		parts := strings.Fields(inner)
		if len(parts) != 2 || !strings.HasPrefix(inner, " ") || !whole(parts[0], maxIndicator) || !whole(parts[1], maxArea) {
			return &broken{text: string(line[:end+2])}
		}
		return &figure{token: Token{Indicator: parts[0], Area: parts[1]}}
	}
	return nil
}

// word returns the length of the letters, digits, points, dashes and low lines
// of ASCII that b begins with, at most most; 0 when there are more.
func word(b []byte, most int) int {
	for i, c := range b {
		isPart := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-' || c == '_'
		switch {
		case !isPart:
			return i
		case i == most:
			return 0
		}
	}
	return len(b)
}

func whole(s string, most int) bool { return s != "" && word([]byte(s), most) == len(s) }
