package pdfium

import (
	"context"
	"math"
	"strings"
	"unicode"
)

// font is what the characters of one text object have in common.
type font struct {
	object uint64
	size   float32
	turned uint8
	bold   bool
}

// text reads the characters of a page. Those that PDFium made up, spaces and ends of
// lines, are left out: [Layout] makes its own. So is what stands beside the sheet.
func (r *reading) text(ctx context.Context, page uint64, number int, sheet box) []Char {
	text := r.call(ctx, "FPDFText_LoadPage", page)
	if text == 0 {
		return nil
	}
	defer r.call(ctx, "FPDFText_ClosePage", text)
	count := r.number(ctx, "FPDFText_CountChars", text)
	if most := min(r.limits.PageChars, r.limits.Chars-r.chars); count > most {
		r.faultf("page %d: only %d of %d characters were read", number, most, count)
		count = most
	}
	r.chars += max(count, 0)
	chars := make([]Char, 0, max(count, 0))
	var f font
	for i := range count {
		index := uint64(i)
		if r.call(ctx, "FPDFText_IsGenerated", text, index) == 1 {
			continue
		}
		object := r.call(ctx, "FPDFText_GetTextObject", text, index)
		c := Char{Rune: r.character(ctx, text, index, object)}
		if c.Rune < ' ' {
			continue
		}
		// Spaces that PDFium guesses, and numbers that it moved, have no object: they
		// are taken to be like what stands before them.
		if object != 0 && object != f.object {
			f = r.font(ctx, text, index)
			f.object = object
		}
		c.Size, c.Turned, c.Bold = f.size, f.turned, f.bold
		if r.place(ctx, text, index, &c) && c.moveTo(sheet) {
			if c.Size == 0 {
				c.Size = max(c.Top-c.Bottom, c.Right-c.Left)
			}
			chars = append(chars, c)
			r.watch(chars)
		}
		if r.err != nil {
			return nil
		}
	}
	if r.garbled > 0 && !r.byGlyphs {
		r.ligatures.listen(chars)
	}
	return chars
}

// character reads which character stands at an index, 0 where none does.
func (r *reading) character(ctx context.Context, text, index, object uint64) rune {
	c := rune(r.call(ctx, "FPDFText_GetUnicode", text, index))
	switch {
	case r.byGlyphs:
		return r.name(ctx, object, c)
	case isStrange(c):
		return 0
	case c == 2 || c == 0xfffe: // what PDFium makes of a hyphen at the end of a line
		return '-'
	}
	return c
}

// watch notes where more characters stand at one place than any ligature is made
// of.
func (r *reading) watch(chars []Char) {
	n := len(chars)
	if n < garbledUnit {
		return
	}
	first, last := &chars[n-garbledUnit], &chars[n-1]
	if first.X == last.X && first.Y == last.Y && first.Left == last.Left && last.Rune != ' ' {
		r.garbled++
	}
}

// name returns what a glyph stands for in its font, a strange character where that is
// not known.
func (r *reading) name(ctx context.Context, object uint64, glyph rune) rune {
	if object == 0 {
		return 0
	}
	face, handle := r.faceOf(ctx, object)
	found, ok := face.named(glyph)
	if !ok {
		r.unnamed++
		if glyph <= 0 || glyph > 0xffff {
			return 0
		}
		return r.ligatures.strange(glyphOfFont{handle, glyph}, face.moves(uint16(glyph)))
	}
	r.named++
	return found
}

// font reads what a character shares with others of its text object.
func (r *reading) font(ctx context.Context, text, index uint64) font {
	var f font
	size := math.Float64frombits(r.call(ctx, "FPDFText_GetFontSize", text, index))
	var m [6]float32
	if r.call(ctx, "FPDFText_GetMatrix", text, index, uint64(r.scratch)) != 0 {
		r.floats(m[:])
		f.turned = quarters(m[0], m[1])
		size *= math.Hypot(float64(m[2]), float64(m[3]))
	}
	f.size = float32(math.Abs(size))
	if !(f.size > 0.1 && f.size < 2000) {
		f.size = 10
	}
	const nameSize = 256
	at := uint64(r.scratch)
	written := r.number(ctx, "FPDFText_GetFontInfo", text, index, at, nameSize, at+nameSize)
	if name := strings.ToLower(r.narrow(min(written, nameSize))); name != "" {
		f.bold = strings.Contains(name, "bold") || strings.Contains(name, "black") || strings.Contains(name, "heavy")
	}
	return f
}

// quarters returns how many quarter turns the direction (x, y) makes, the nearest.
func quarters(x, y float32) uint8 {
	switch {
	case abs(x) >= abs(y) && x >= 0:
		return 0
	case abs(x) < abs(y) && y > 0:
		return 1
	case abs(x) >= abs(y):
		return 2
	}
	return 3
}

// place reads where a character stands, and reports whether it stands anywhere.
func (r *reading) place(ctx context.Context, text, index uint64, c *Char) bool {
	at := uint64(r.scratch)
	if r.call(ctx, "FPDFText_GetLooseCharBox", text, index, at) == 0 {
		return false
	}
	var box [4]float32 // left, top, right, bottom
	r.floats(box[:])
	c.Left, c.Top, c.Right, c.Bottom = box[0], box[1], box[2], box[3]
	if r.call(ctx, "FPDFText_GetCharOrigin", text, index, at, at+8) == 0 {
		return false
	}
	x, okX := r.module.Memory().ReadFloat64Le(r.scratch)
	y, okY := r.module.Memory().ReadFloat64Le(r.scratch + 8)
	c.X, c.Y = float32(x), float32(y)
	return okX && okY && sane(c.Left, c.Right, c.Bottom, c.Top, c.X, c.Y)
}

// moveTo counts the place of a character from the corner of the sheet, and reports
// whether any of it shows there.
func (c *Char) moveTo(sheet box) bool {
	if max(c.Left, c.Right) < sheet.left || min(c.Left, c.Right) > sheet.right || c.Top < sheet.bottom || c.Bottom > sheet.top {
		return false
	}
	c.X, c.Left, c.Right = c.X-sheet.left, c.Left-sheet.left, c.Right-sheet.left
	c.Y, c.Bottom, c.Top = c.Y-sheet.bottom, c.Bottom-sheet.bottom, c.Top-sheet.bottom
	return true
}

// farthest is how far from the origin of a page a character may stand, in points.
const farthest = 100_000

// sane reports whether all numbers are usable: no infinity, no NaN, not far off.
func sane(numbers ...float32) bool {
	for _, n := range numbers {
		if !(n > -farthest && n < farthest) {
			return false
		}
	}
	return true
}

// visible counts the characters that show.
func visible(chars []Char) int {
	count := 0
	for _, c := range chars {
		if !unicode.IsSpace(c.Rune) {
			count++
		}
	}
	return count
}
