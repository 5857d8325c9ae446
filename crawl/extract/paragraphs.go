package extract

import (
	"strings"

	"golang.org/x/net/html"

	"vigie"
)

// The most that [Paragraphs] gives of one text. A thousand printed pages are
// about 3 MB; what is longer is a data dump.
const (
	maxParagraphs = 20_000
	maxText       = 1 << 20 // bytes
)

// Paragraphs reduces a piece of HTML to its blocks of text in reading order:
// headings, list items, table rows (cells parted by tabs), quotes, code and
// plain paragraphs. Scripts, styles, drawings and form controls are dropped,
// entities decoded, white space folded, the text in Unicode form NFC. Text
// without any tag is plain text, where blank lines part paragraphs.
//
// It reads tokens and builds no tree: the time grows with the length of the
// input and the depth of its elements does not matter. It gives at most 20,000
// paragraphs and 1 MiB of text and leaves out the rest.
func Paragraphs(htm string) []vigie.Paragraph {
	return blocks(htm, false)
}

// blocks is [Paragraphs]; for a whole page it leaves out what surrounds the
// content as well: navigation, footers, forms.
func blocks(htm string, wholePage bool) []vigie.Paragraph {
	if !hasTag(htm) {
		return plainParagraphs(htm)
	}
	w := blockWriter{wholePage: wholePage}
	z := html.NewTokenizer(strings.NewReader(htm))
	for !w.full() {
		switch z.Next() {
		case html.ErrorToken:
			w.end()
			return w.out
		case html.TextToken:
			w.text(z.Text())
		case html.StartTagToken:
			name, _ := z.TagName()
			w.start(string(name), false)
		case html.SelfClosingTagToken:
			name, _ := z.TagName()
			w.start(string(name), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			w.close(string(name))
		}
	}
	w.end()
	return w.out
}

// hasTag reports whether the HTML tokenizer would see anything but text in s.
func hasTag(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+1 == len(s) {
			return false
		}
		c := s[i+1]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == '/' || c == '!' || c == '?' {
			return true
		}
		s = s[i+1:]
	}
}

func plainParagraphs(s string) []vigie.Paragraph {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	var w blockWriter
	for line := range strings.Lines(s) {
		if w.full() {
			break
		}
		if strings.TrimSpace(line) == "" {
			w.end()
			continue
		}
		w.text([]byte(line))
	}
	w.end()
	return w.out
}

// blockWriter collects text into paragraphs. It counts open elements instead of
// keeping a stack of them, so that no input makes it grow but text.
type blockWriter struct {
	out       []vigie.Paragraph
	size      int // bytes of text in out
	line      folder
	wholePage bool

	skip      string // the element whose content is left out, "" for none
	skipDepth int
	heading   int // level, 0 outside
	lists     int // open lists
	item      bool
	quotes    int
	pre       int
	row       bool
	inCell    bool // a cell of the row has begun
	cells     int  // non-empty cells before the current one
	cellStart int  // where the current cell begins in the line
	broke     bool // the last thing seen was a line break
}

func (w *blockWriter) full() bool {
	return len(w.out) >= maxParagraphs || w.size+len(w.line.buf) >= maxText
}

func (w *blockWriter) text(b []byte) {
	if w.skip != "" {
		return
	}
	room := max(maxText-w.size-len(w.line.buf), 0)
	w.line.keepLines = w.pre > 0 && !w.row
	before := len(w.line.buf)
	w.line.write(b, room)
	if len(w.line.buf) > before {
		w.broke = false
	}
}

// end closes the paragraph that is being written.
func (w *blockWriter) end() {
	p := vigie.Paragraph{Kind: w.kind(), Text: w.line.take()}
	switch p.Kind {
	case vigie.Heading:
		p.Level = w.heading
	case vigie.Row: // empty cells keep their place
	default:
		p.Text = strings.Trim(p.Text, "\t ")
	}
	w.inCell, w.cells, w.cellStart, w.broke = false, 0, 0, false
	if p.Text == "" || len(w.out) >= maxParagraphs {
		return
	}
	w.size += len(p.Text)
	w.out = append(w.out, p)
}

func (w *blockWriter) kind() vigie.ParagraphKind {
	switch {
	case w.row && w.filledCells() > 1:
		return vigie.Row // one cell alone is a table used for layout
	case w.heading > 0:
		return vigie.Heading
	case w.pre > 0:
		return vigie.Code
	case w.item:
		return vigie.Item
	case w.quotes > 0:
		return vigie.Quote
	}
	return vigie.Plain
}

func (w *blockWriter) filledCells() int {
	if len(w.line.buf) > w.cellStart {
		return w.cells + 1
	}
	return w.cells
}

func (w *blockWriter) start(name string, selfClosing bool) {
	if w.skip != "" {
		if name == w.skip && !selfClosing {
			w.skipDepth++
		}
		return
	}
	if skipped(name, w.wholePage) {
		if !selfClosing || isRawText(name) {
			w.skip, w.skipDepth = name, 1
		}
		return
	}
	switch name {
	case "br":
		w.lineBreak()
	case "td", "th":
		w.cell()
	case "p", "div", "center":
		w.softBreak()
	default:
		if !isBlock(name) {
			return
		}
		w.end()
		w.open(name)
	}
}

// open notes which block begins.
func (w *blockWriter) open(name string) {
	switch name {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.heading, w.row = int(name[1]-'0'), false
	case "ul", "ol", "menu", "dir", "dl":
		w.lists++
		w.row = false
	case "li", "dt", "dd":
		w.item = true
	case "blockquote":
		w.quotes++
	case "pre":
		w.pre++
	case "table":
		w.row = false
	case "tr":
		w.row = true
	}
}

func (w *blockWriter) close(name string) {
	if w.skip != "" {
		if name == w.skip {
			if w.skipDepth--; w.skipDepth == 0 {
				w.skip = ""
			}
		}
		return
	}
	switch name {
	case "br":
		w.lineBreak()
		return
	case "td", "th":
		return
	case "p", "div", "center":
		w.softBreak()
		return
	}
	if !isBlock(name) {
		return
	}
	w.end()
	switch name {
	case "h1", "h2", "h3", "h4", "h5", "h6":
		w.heading = 0
	case "ul", "ol", "menu", "dir", "dl":
		w.lists = max(w.lists-1, 0)
		w.item = w.lists > 0
	case "li", "dt", "dd":
		w.item = w.lists > 1
	case "blockquote":
		w.quotes = max(w.quotes-1, 0)
	case "pre":
		w.pre = max(w.pre-1, 0)
	case "tr", "table":
		w.row = false
	}
}

// softBreak ends a paragraph, but within a table row, where blocks only part
// words: many pages put every cell into a paragraph of its own.
func (w *blockWriter) softBreak() {
	if w.row {
		w.line.space()
		return
	}
	w.end()
}

// lineBreak folds one line break to a space; two of them part paragraphs.
func (w *blockWriter) lineBreak() {
	switch {
	case w.pre > 0:
		w.line.write([]byte{'\n'}, 1)
	case w.broke && !w.row:
		w.end()
	default:
		w.line.space()
		w.broke = true
	}
}

// cell begins a cell of a table row.
func (w *blockWriter) cell() {
	if !w.row {
		w.end()
		w.row = true
	}
	w.cells = w.filledCells()
	if w.inCell {
		w.line.tab()
	}
	w.inCell = true
	w.cellStart = len(w.line.buf)
}

// skipped reports whether the content of an element is no text for reading.
func skipped(name string, wholePage bool) bool {
	switch name {
	case "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "canvas",
		"audio", "video", "select", "textarea", "button", "title", "noembed", "noframes", "head":
		return name != "embed" && (name != "head" || wholePage)
	case "nav", "footer", "aside", "form":
		return wholePage
	}
	return false
}

// isRawText reports whether the tokenizer takes what follows the tag as text up
// to the end tag, even if the tag closes itself.
func isRawText(name string) bool {
	switch name {
	case "script", "style", "iframe", "textarea", "title", "noembed", "noframes":
		return true
	}
	return false
}

// isBlock reports whether an element begins a new line (HTML Living Standard,
// section 15.3.3, flow content); br, p, div, td and th are told apart before.
func isBlock(name string) bool {
	switch name {
	case "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "dir", "dl",
		"dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
		"hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "pre", "search",
		"section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul":
		return true
	}
	return false
}
