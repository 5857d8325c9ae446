package pdfium

import "vigie"

// Layout makes paragraphs of the characters of pages, in reading order. It is pure
// and may be called concurrently; pages of any content are laid out somehow, in
// time that grows little faster than their characters.
func Layout(pages []Page) []vigie.Paragraph {
	var l layout
	for _, p := range pages {
		l.add(p)
	}
	body := l.paragraphs(nil)
	var unknown ligatures
	unknown.solve(body)
	return body
}

// layout gathers the lines of a document, page by page: what repeats on many
// pages, and which size of letter is usual, is known at the end only.
type layout struct {
	lines []line
	// mirrored counts for and against bracket characters standing for the shape
	// that is seen, as in [brackets].
	mirrored int
	// byGlyphs says that PDFium knew no characters, and so mirrored none.
	byGlyphs bool
}

// line is one line of a column, or one row of a table.
type line struct {
	page   int
	height float32 // of the page
	// text has tabs between the cells of a row.
	text string
	box  box
	// column is the block of lines that the line stands in: what is in one column
	// between two things that span the columns.
	column int
	span   box // of the whole column
	size   float32
	bold   bool
	rtl    bool
	row    bool
	// entry is the entry of the outline that the line is part of, from 1, and rank its
	// level; 0 where the outline does not name it.
	entry, rank int
}

// box is a part of a page. y is the base line of what stands in it.
type box struct{ left, right, bottom, top, y float32 }

func (b box) width() float32 { return b.right - b.left }

func (b box) with(o box) box {
	return box{
		left: min(b.left, o.left), right: max(b.right, o.right),
		bottom: min(b.bottom, o.bottom), top: max(b.top, o.top), y: b.y,
	}
}

// add lays out one page. Lines that are written in another direction than most of
// the page, like a note along its edge, come after the others.
func (l *layout) add(p Page) {
	var turned [4][]Char
	for _, c := range p.Chars {
		turned[c.Turned&3] = append(turned[c.Turned&3], c)
	}
	main := 0
	for i := range turned {
		if len(turned[i]) > len(turned[main]) {
			main = i
		}
	}
	for i := range turned {
		direction := (main + i) % 4
		l.upright(p, upright(turned[direction], direction))
	}
}

// note adds a text that stands nowhere in particular on a page, as a line of its
// own.
func (l *layout) note(p Page, text string) {
	column := 0
	if n := len(l.lines); n > 0 {
		column = l.lines[n-1].column + 1
	}
	middle := box{right: p.Width, y: p.Height / 2}
	l.lines = append(l.lines, line{
		page: p.Number, height: max(p.Height, 1), text: text, box: middle, span: middle, column: column, size: 10,
	})
}

// upright lays out characters whose lines run from left to right on the sheet.
func (l *layout) upright(p Page, chars []Char) {
	if len(chars) == 0 {
		return
	}
	units := newUnits(chars)
	pieces := l.segments(units)
	first := 0
	if n := len(l.lines); n > 0 {
		first = l.lines[n-1].column + 1
	}
	height := p.Height
	if !(height > 0) {
		height = 842
	}
	for i, column := range columns(pieces) {
		for _, found := range lines(column) {
			found.page, found.height, found.column = p.Number, height, first+i
			l.lines = append(l.lines, found)
		}
	}
}

// upright turns characters so that their line runs from left to right.
func upright(chars []Char, quarterTurns int) []Char {
	for i := range chars {
		c := &chars[i]
		for range quarterTurns { // a quarter turn with the clock: (x, y) becomes (y, -x)
			c.X, c.Y = c.Y, -c.X
			c.Left, c.Right, c.Bottom, c.Top = c.Bottom, c.Top, -c.Right, -c.Left
		}
	}
	return chars
}

func abs(x float32) float32 { return max(x, -x) }
