package pdfium

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Measures of a line, in sizes of its letters.
const (
	// baseTolerance is how far from the base line of its row a letter may stand.
	baseTolerance = 0.35
	// wordGap parts words where the file has no space there, spaceGap where it has.
	wordGap, spaceGap = 0.16, -0.25
	// guessedGap is spaceGap where the space is PDFium's guess.
	guessedGap = 0.12
	// leftwardGap is wordGap between letters of right-to-left script, whose boxes are
	// narrower than their strokes.
	leftwardGap = 0.22
	// endGap is leftwardGap behind letters that end a word.
	endGap = -0.1
	// scriptGap is wordGap where one script, or digits, meet another.
	scriptGap = 0.12
	// cellGap parts what may be cells of a table, or two columns.
	cellGap = 0.9
)

// segment is a piece of a line without a wide gap in it.
type segment struct {
	units []unit // from left to right
	box   box
	size  float32
	bold  bool
	rtl   bool
	text  string
	// mirrored is how text was read.
	mirrored mirrors
}

// segments makes pieces of lines of the units of a page.
func (l *layout) segments(units []unit) []segment {
	rtl := mostlyLeftward(units)
	var pieces []segment
	for _, row := range rows(units) {
		pieces = append(pieces, split(row)...)
	}
	for i := range pieces {
		pieces[i].measure(rtl)
		if pieces[i].rtl {
			l.mirrored += brackets(pieces[i].units)
		}
	}
	for i := range pieces {
		pieces[i].mirrored = mirrors{brackets: l.mirrored > 0, quotes: l.byGlyphs}
		pieces[i].text = pieces[i].read(pieces[i].mirrored)
	}
	return slices.DeleteFunc(pieces, func(s segment) bool { return s.text == "" })
}

// mostlyLeftward reports whether most letters are of a right-to-left script.
func mostlyLeftward(units []unit) bool {
	balance := 0
	for i := range units {
		switch units[i].kind() {
		case leftward:
			balance++
		case rightward:
			balance--
		default:
		}
	}
	return balance > 0
}

// rows gathers units that stand on one base line, each row from left to right, the
// highest row first. What is raised or lowered, a note's number, joins the row
// that it leans on.
func rows(units []unit) [][]unit {
	sorted := slices.Clone(units)
	slices.SortFunc(sorted, func(a, b unit) int { return cmp.Or(cmp.Compare(b.box.y, a.box.y), a.order-b.order) })
	usual := usualSize(sorted)
	var found [][]unit
	var small []unit
	for _, u := range sorted {
		if u.size < 0.8*usual || u.isMark() {
			small = append(small, u)
			continue
		}
		found = place(found, u)
	}
	found = lean(found, small)
	for i := range found {
		// Rows are nearly in order, most of them.
		slices.SortStableFunc(found[i], func(a, b unit) int { return cmp.Compare(a.middle(), b.middle()) })
		found[i] = withMarks(found[i])
	}
	slices.SortStableFunc(found, func(a, b []unit) int { return cmp.Compare(anchor(b).y, anchor(a).y) })
	return found
}

// anchor is the box of the largest unit of a row.
func anchor(row []unit) box {
	largest := 0
	for i := range row {
		if row[i].size > row[largest].size {
			largest = i
		}
	}
	return row[largest].box
}

// place adds a unit to the last row, or begins one.
func place(found [][]unit, u unit) [][]unit {
	if n := len(found); n > 0 {
		first := &found[n-1][0]
		if first.box.y-u.box.y <= baseTolerance*min(first.size, u.size) {
			found[n-1] = append(found[n-1], u)
			return found
		}
	}
	return append(found, []unit{u})
}

// lean puts small units on the rows that they touch; what touches none makes rows
// of its own. Both are sorted from the top.
func lean(found [][]unit, small []unit) [][]unit {
	type reach struct{ left, right float32 }
	reaches := make([]reach, len(found))
	for i, row := range found {
		reaches[i] = reach{row[0].box.left, row[0].box.right}
		for j := range row {
			reaches[i].left, reaches[i].right = min(reaches[i].left, row[j].box.left), max(reaches[i].right, row[j].box.right)
		}
	}
	var own [][]unit
	row := 0
	for _, u := range small {
		for row < len(found) && found[row][0].box.y-0.45*found[row][0].size > u.box.y {
			row++
		}
		if row < len(found) {
			first := &found[row][0]
			rise := u.box.y - first.box.y
			near := u.box.left < reaches[row].right+first.size/2 && u.box.right > reaches[row].left-first.size/2
			if near && rise < 0.6*first.size && rise > -0.45*first.size {
				found[row] = append(found[row], u)
				reaches[row].right = max(reaches[row].right, u.box.right)
				continue
			}
		}
		own = place(own, u)
	}
	return append(found, own...)
}

// usualSize is the size of most letters.
func usualSize(units []unit) float32 {
	type tally struct{ size, count int }
	counts := make([]tally, 0, 8) // a page has few
	for i := range units {
		if units[i].isSpace() {
			continue
		}
		size := int(2 * units[i].size)
		at := slices.IndexFunc(counts, func(t tally) bool { return t.size == size })
		if at < 0 {
			at = len(counts)
			counts = append(counts, tally{size: size})
		}
		counts[at].count++
	}
	var best tally
	for _, t := range counts {
		if t.count > best.count || t.count == best.count && t.size < best.size {
			best = t
		}
	}
	return float32(best.size) / 2
}

// split parts a row at its wide gaps and at runs of dots that lead the eye.
func split(row []unit) []segment {
	var pieces []segment
	begin := 0
	end := func(to int) {
		if to > begin {
			pieces = append(pieces, segment{units: row[begin:to:to]})
		}
	}
	even := evenGaps(row)
	var right float32
	last := -1
	for i := range row {
		if i < begin {
			continue
		}
		u := &row[i]
		if n := leaders(row[i:]); n > 0 {
			end(i)
			begin, last = i+n, -1
			continue
		}
		if u.isSpace() {
			continue
		}
		if gap := u.box.left - right; last >= 0 && gap > cellGap*max(u.size, row[last].size) && !even.has(gap) {
			end(i)
			begin = i
		}
		if last < 0 || u.box.right > right || i == begin {
			right = u.box.right
		}
		last = i
	}
	end(len(row))
	return pieces
}

// gaps are how far apart the words of a row are, in ascending order.
type gaps []float32

// evenGaps returns the gaps of a row that part words. In a line that is stretched to
// fill its column many are the same; those of a table are not, but for numbers, which
// stand under each other.
func evenGaps(row []unit) gaps {
	var found gaps
	var before *unit
	var right float32
	for i := range row {
		u := &row[i]
		if u.isSpace() {
			continue
		}
		if before != nil && u.box.left-right > wordGap*u.size && (u.isLetter() || before.isLetter()) {
			found = append(found, u.box.left-right)
		}
		if before == nil || u.box.right > right {
			right = u.box.right
		}
		before = u
	}
	slices.Sort(found)
	return found
}

// has reports whether a gap is one of several of its width.
func (g gaps) has(gap float32) bool {
	const tolerance = 0.35 // points: boxes are where the pen is, letters are not
	from, _ := slices.BinarySearch(g, gap-tolerance)
	to, _ := slices.BinarySearch(g, gap+tolerance)
	return to-from >= 3 || to-from == 2 && len(g) <= 3
}

// leaders returns how many units at the beginning of a row are dots that lead to a
// page number: five or more, spaces not counted.
func leaders(row []unit) int {
	dots := 0
	for i := range row {
		switch {
		case len(row[i].runes) == 1 && strings.ContainsRune(".·…_", row[i].runes[0]):
			dots++
		case !row[i].isSpace() || i == 0:
			if dots >= 5 {
				return i
			}
			return 0
		}
	}
	if dots >= 5 {
		return len(row)
	}
	return 0
}

// measure finds the box, the size and the direction of a segment on a page that is
// mostly right-to-left or not.
func (s *segment) measure(pageRTL bool) {
	s.box = box{left: farthest, right: -farthest, bottom: farthest, top: -farthest}
	s.size = usualSize(s.units)
	letters, bold, left, right := 0, 0, 0, 0
	for i := range s.units {
		u := &s.units[i]
		if u.isSpace() {
			continue
		}
		if letters == 0 || u.size > s.size*0.9 && u.size < s.size*1.1 {
			s.box.y = u.box.y
		}
		s.box = s.box.with(u.box)
		letters++
		if u.bold {
			bold++
		}
		switch u.kind() {
		case leftward:
			left++
		case rightward:
			right++
		default:
		}
	}
	s.bold = letters > 0 && 10*bold >= 9*letters
	s.rtl = left > right
	if pageRTL {
		s.rtl = 6*left >= right
	}
}

// read returns the text of a segment in the order in which it is read.
func (s *segment) read(mirrored mirrors) string {
	spaced := make([]unit, 0, len(s.units)+8)
	var right float32
	asked := float32(farthest)
	for _, u := range s.units {
		if u.isSpace() {
			if u.box.width() > 0 {
				asked = spaceGap
			} else { // PDFium's guess
				asked = min(asked, guessedGap)
			}
			continue
		}
		if n := len(spaced); n > 0 {
			if u.box.left-right > min(least(&spaced[n-1], &u), asked*u.size) {
				spaced = append(spaced, unit{runes: []rune{' '}, size: u.size})
			}
		}
		if len(spaced) == 0 || u.box.right > right {
			right = u.box.right
		}
		spaced = append(spaced, u)
		asked = farthest
	}
	return s.order(spaced, mirrored)
}

// order returns the text of units that stand from left to right with spaces.
func (s *segment) order(spaced []unit, mirrored mirrors) string {
	text := write(logical(spaced, s.rtl, mirrored))
	first := slices.IndexFunc(spaced, func(u unit) bool { return u.kind() != neutral })
	if !s.rtl || first < 0 || spaced[first].kind() == leftward {
		return text
	}
	// WeasyPrint takes the direction of a line from its first word.
	if misplaced := misplacedStops(text); misplaced > 0 {
		if other := write(logical(spaced, false, mirrored)); misplacedStops(other) < misplaced {
			return other
		}
	}
	return text
}

// misplacedStops counts the marks that begin a word which they should follow.
func misplacedStops(s string) int {
	count := 0
	for word := range strings.FieldsSeq(s) {
		first, size := utf8.DecodeRuneInString(word)
		if strings.ContainsRune(".،؛:؟!", first) && size < len(word) && first != rune(word[size]) {
			count++
		}
	}
	return count
}

// least returns the smallest gap, in points, that parts two units as words.
func least(before, u *unit) float32 {
	gap := wordGap * min(before.size, u.size)
	switch was, is := before.kind(), u.kind(); {
	case was == leftward && u.endsWord():
		gap = endGap * u.size
	case was == leftward && is == leftward:
		gap *= leftwardGap / wordGap
	case was != is && was != neutral && is != neutral:
		gap *= scriptGap / wordGap
	}
	if u.isPunctuation() || before.isPunctuation() {
		gap *= 2
	}
	return gap
}
