package pdfium

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

const (
	// maxHalvings is how often a page is cut in two, side by side.
	maxHalvings = 3
	// wideLine is the part of a page that a line fills which spans the columns.
	wideLine = 0.6
	// whiteLine is how much white space between two lines parts them, in sizes of
	// letters.
	whiteLine = 0.75
	// maxBegin is how many segments may stand before white space at the head of columns.
	maxBegin = 6
	// minColumnLines is how many lines both of two columns must have, and
	// minUnevenLines where none stands on the base line of one of the other.
	minColumnLines, minUnevenLines = 4, 2
)

// columns cuts a page into blocks in the order in which they are read: what spans
// the page, and columns between. The segments of each block stand from the top.
func columns(pieces []segment) [][]segment {
	slices.SortStableFunc(pieces, func(a, b segment) int { return cmp.Compare(b.box.y, a.box.y) })
	return cut(pieces, 0)
}

// band is a part of a page from edge to edge; where it has columns, they part at
// gutter.
type band struct {
	pieces []segment
	gutter float32
	parted bool
}

// cut parts segments into bands, and bands into columns, these as often as
// maxHalvings says.
func cut(pieces []segment, halvings int) [][]segment {
	if len(pieces) == 0 {
		return nil
	}
	if halvings >= maxHalvings {
		return [][]segment{pieces}
	}
	var blocks [][]segment
	whole := false // whether the last block spans the page
	for _, b := range bands(pieces) {
		switch {
		case b.parted:
			blocks = append(blocks, halves(b, halvings)...)
		case whole:
			last := len(blocks) - 1
			blocks[last] = append(blocks[last], b.pieces...)
		default:
			blocks = append(blocks, b.pieces)
		}
		whole = !b.parted
	}
	return blocks
}

// bands parts segments where a wide line or white space goes from edge to edge,
// and puts together what has the same columns.
func bands(pieces []segment) []band {
	all := pieces[0].box
	for i := range pieces {
		all = all.with(pieces[i].box)
	}
	var found []band
	begin, floor := 0, pieces[0].box.y
	flush := func(end int) {
		if end > begin {
			found = merge(found, newBand(pieces[begin:end:end]))
		}
		begin = end
	}
	wide := func(s *segment) bool { return s.box.width() > wideLine*all.width() }
	for i := range pieces {
		s := &pieces[i]
		if floor-s.box.y > (1+whiteLine)*s.size || i > 0 && (wide(s) || wide(&pieces[i-1])) && wide(s) != wide(&pieces[i-1]) {
			flush(i)
		}
		floor = s.box.y
	}
	flush(len(pieces))
	return found
}

func newBand(pieces []segment) band {
	b := band{pieces: pieces}
	b.gutter, b.parted = gutter(pieces)
	return b
}

// merge adds a band, to the last one where it goes on with its columns. A few pieces
// before it belong to its columns too: white space may part the first lines of them.
func merge(found []band, b band) []band {
	if n := len(found); n > 0 && found[n-1].parted {
		last := &found[n-1]
		if b.parted && abs(b.gutter-last.gutter) < 2*b.pieces[0].size || !b.parted && (b.respects(last.gutter) || b.goesOn(last)) {
			last.pieces = append(slices.Clip(last.pieces), b.pieces...)
			return found
		}
	}
	for b.parted && len(found) > 0 {
		last := &found[len(found)-1]
		if last.parted || len(last.pieces) > maxBegin || !last.respects(b.gutter) {
			break
		}
		b.pieces = append(slices.Clip(last.pieces), b.pieces...)
		found = found[:len(found)-1]
	}
	return append(found, b)
}

// respects reports whether a band has segments on both sides of a gutter, and none
// across it.
func (b *band) respects(gutter float32) bool {
	left, right := 0, 0
	for i := range b.pieces {
		switch box := b.pieces[i].box; {
		case box.right <= gutter:
			left++
		case box.left >= gutter:
			right++
		default:
			if _, _, ok := b.pieces[i].part(gutter); !ok {
				return false
			}
			left, right = left+1, right+1
		}
	}
	return left > 0 && right > 0
}

// goesOn reports whether a band is the end of the left one of two columns, where the
// right one ended before: its lines fill the column.
func (b *band) goesOn(columns *band) bool {
	edge := columns.gutter
	for i := range columns.pieces {
		edge = min(edge, columns.pieces[i].box.left)
	}
	for i := range b.pieces {
		if b.pieces[i].box.right > columns.gutter {
			return false
		}
	}
	return b.pieces[0].box.width() > 0.8*(columns.gutter-edge)
}

// halves parts a band at its gutter. What stands across it, a heading, parts the
// columns above it from those below.
func halves(b band, halvings int) [][]segment {
	var blocks [][]segment
	var left, right []segment
	flush := func() {
		first, second := cut(left, halvings+1), cut(right, halvings+1)
		if rtlShare(b.pieces) > 0.5 {
			first, second = second, first
		}
		blocks = append(append(blocks, first...), second...)
		left, right = nil, nil
	}
	for _, s := range b.pieces {
		switch {
		case s.box.right <= b.gutter:
			left = append(left, s)
		case s.box.left >= b.gutter:
			right = append(right, s)
		default:
			if before, after, ok := s.part(b.gutter); ok {
				left, right = append(left, before), append(right, after)
				continue
			}
			flush()
			blocks = append(blocks, []segment{s})
		}
	}
	flush()
	return blocks
}

// part cuts a segment at a gutter, where a gap in it says that it may be cut: those of
// a stretched line can be as wide as the gutter.
func (s *segment) part(gutter float32) (before, after segment, ok bool) {
	at := slices.IndexFunc(s.units, func(u unit) bool { return !u.isSpace() && u.box.left >= gutter })
	if at <= 0 {
		return segment{}, segment{}, false
	}
	before, after = segment{units: s.units[:at:at]}, segment{units: s.units[at:]}
	for _, half := range []*segment{&before, &after} {
		half.measure(s.rtl)
		if half.text = half.read(s.mirrored); half.text == "" {
			return segment{}, segment{}, false
		}
	}
	return before, after, before.box.right <= gutter && after.box.left-before.box.right > cellGap*s.size
}

// rtlShare is the share of segments of right-to-left script.
func rtlShare(pieces []segment) float32 {
	count := 0
	for i := range pieces {
		if pieces[i].rtl {
			count++
		}
	}
	return float32(count) / float32(max(len(pieces), 1))
}

// bins is how finely a page is searched for a gutter.
const bins = 400

// gutter finds where a page parts into two columns of running text: a strip that
// few lines cross, with enough lines that fill their side on both sides of it. A
// table has such strips too, but its cells do not fill their columns.
func gutter(pieces []segment) (x float32, found bool) {
	all := pieces[0].box
	for i := range pieces {
		all = all.with(pieces[i].box)
	}
	if len(pieces) < 2*minUnevenLines || all.width() < 100 {
		return 0, false
	}
	step := all.width() / bins
	var cover [bins + 2]int
	for i := range pieces {
		from := int((pieces[i].box.left - all.left) / step)
		to := int((pieces[i].box.right - all.left) / step)
		cover[min(max(from, 0), bins)]++
		cover[min(max(to, 0), bins)+1]--
	}
	for i := 1; i < len(cover); i++ {
		cover[i] += cover[i-1]
	}
	// The widest strip of those that the fewest lines cross, away from the edges.
	best, bestWidth := 0, 0
	for i := bins / 6; i < bins-bins/6; {
		j := i
		for j < bins-bins/6 && cover[j] == cover[i] {
			j++
		}
		if better(cover[i], j-i, cover[best], bestWidth) {
			best, bestWidth = i, j-i
		}
		i = j
	}
	if bestWidth == 0 {
		return 0, false
	}
	x = all.left + step*(float32(best)+float32(bestWidth)/2)
	return x, areColumns(pieces, x, cover[best])
}

func better(cover, width, bestCover, bestWidth int) bool {
	if bestWidth == 0 || cover != bestCover {
		return bestWidth == 0 || cover < bestCover
	}
	return width > bestWidth
}

// areColumns reports whether the segments on both sides of x are lines of running
// text.
func areColumns(pieces []segment, x float32, crossing int) bool {
	var sides [2]side
	for i := range pieces {
		switch b := pieces[i].box; {
		case b.right <= x:
			sides[0].add(&pieces[i])
		case b.left >= x:
			sides[1].add(&pieces[i])
		}
	}
	fewest := min(sides[0].lines, sides[1].lines)
	least := minColumnLines
	if uneven(pieces, x) {
		least = minUnevenLines
	}
	return fewest >= least && 2*crossing <= fewest && sides[0].isText() && sides[1].isText()
}

// uneven reports whether no segment stands beside one on the other side of x, as the
// cells of a table do. Segments stand from the top.
func uneven(pieces []segment, x float32) bool {
	for i := 1; i < len(pieces); i++ {
		a, b := &pieces[i-1], &pieces[i]
		if (a.box.left < x) != (b.box.left < x) && a.box.y-b.box.y < baseTolerance*min(a.size, b.size) {
			return false
		}
	}
	return true
}

// side is what stands on one side of a gutter.
type side struct {
	lines, letters int
	filled         float32
	box            box
}

func (s *side) add(piece *segment) {
	if s.lines == 0 {
		s.box = piece.box
	}
	s.lines++
	s.letters += utf8.RuneCountInString(piece.text)
	s.filled += piece.box.width()
	s.box = s.box.with(piece.box)
}

// isText reports whether lines fill their column as running text does.
func (s *side) isText() bool {
	return s.letters >= 15*s.lines && s.filled >= 0.55*float32(s.lines)*s.box.width()
}
