package pdfium

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// unit is what is drawn at one place: a letter, a ligature of several, a letter
// with the marks above and below it.
type unit struct {
	runes []rune
	box   box
	size  float32
	bold  bool
	// order is the place in the file.
	order int
	// parted means that PDFium gave each character its part of the box.
	parted bool
	// reach is the part of the box that is a guess.
	reach float32
	// turned means that the unit is part of right-to-left text.
	turned bool
}

// kind tells the directions apart that matter in a line.
type kind uint8

const (
	neutral kind = iota
	leftward
	rightward
	number
)

// kindOf returns the direction of a character (UAX #9), coarsely.
func kindOf(r rune) kind {
	if r < 0x80 {
		switch {
		case r >= '0' && r <= '9':
			return number
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return rightward
		}
		return neutral
	}
	if isStrange(r) {
		return leftward
	}
	p, _ := bidi.LookupRune(r)
	switch p.Class() {
	case bidi.R, bidi.AL:
		return leftward
	case bidi.L:
		return rightward
	case bidi.EN, bidi.AN:
		return number
	default:
		return neutral
	}
}

// kind returns the direction of a unit: that of its first character that has one.
func (u *unit) kind() kind {
	for _, r := range u.runes {
		if k := kindOf(r); k != neutral {
			return k
		}
	}
	return neutral
}

// isLetter reports whether a unit is a letter of any script.
func (u *unit) isLetter() bool {
	k := u.kind()
	return k == leftward || k == rightward
}

// isSpace reports whether nothing of the unit shows.
func (u *unit) isSpace() bool {
	return !slices.ContainsFunc(u.runes, func(r rune) bool { return !unicode.IsSpace(r) && r != 0xa0 })
}

// newUnits gathers characters drawn at one place into units, and drops what is
// drawn twice to look bold.
func newUnits(chars []Char) []unit {
	units := make([]unit, 0, len(chars))
	runes := make([]rune, len(chars)) // one piece of memory for all
	for i, c := range chars {
		if isInvisible(c.Rune) || c.Rune < ' ' {
			continue
		}
		size := min(max(c.Size, 1), 500)
		runes[i] = c.Rune
		u := unit{
			runes: runes[i : i+1 : i+1], size: size, bold: c.Bold, order: i,
			// Some fonts give the ink only: the pen was at least where it began.
			box: box{left: min(c.Left, c.Right, c.X), right: max(c.Left, c.Right), bottom: c.Bottom, top: c.Top, y: c.Y},
		}
		if n := len(units); n > 0 {
			before := &units[n-1]
			if joins(before, c, chars[before.order]) {
				before.runes = append(before.runes, c.Rune)
				before.parted = before.parted || abs(c.Left-chars[before.order].Left) > size/20
				before.box = before.box.with(u.box)
				continue
			}
			if sameAgain(before, &u) {
				continue
			}
		}
		units = append(units, u)
	}
	for i := range units {
		units[i].sort(units, i)
		if u := &units[i]; u.parted && u.kind() == leftward && unicode.Is(unicode.Mn, u.runes[len(u.runes)-1]) {
			// The place is that of the mark; its letter reaches further.
			u.reach = 0.45 * u.size
			u.box.right += u.reach
		}
	}
	return units
}

// joins reports whether a character is drawn at the point of the unit before it.
func joins(before *unit, c, first Char) bool {
	return c.X == first.X && c.Y == first.Y && len(before.runes) < 20 &&
		!unicode.IsSpace(c.Rune) && !unicode.IsSpace(first.Rune)
}

// endsWord reports whether a unit is an alef with fathatan: no letter follows it.
func (u *unit) endsWord() bool {
	return slices.Contains(u.runes, 0x64b) && slices.Contains(u.runes, 'ا')
}

// middle is twice the middle of a unit on its line.
func (u *unit) middle() float32 { return u.box.left + u.box.right - u.reach }

// isMark reports whether a unit is nothing but marks that belong on a letter.
func (u *unit) isMark() bool {
	return !slices.ContainsFunc(u.runes, func(r rune) bool { return !unicode.Is(unicode.Mn, r) })
}

// withMarks puts marks on the letters of a row, from left to right, that they stand
// above or below: the file may draw them before their letter or behind it.
func withMarks(row []unit) []unit {
	if !slices.ContainsFunc(row, func(u unit) bool { return u.isMark() }) {
		return row
	}
	const reach = 4 // how many units away a letter is looked for
	gone := make(map[int]bool)
	for i := range row {
		if !row[i].isMark() {
			continue
		}
		best, bestAway := -1, 2*row[i].size
		for j := max(i-reach, 0); j < min(i+reach+1, len(row)); j++ {
			if !row[i].fits(&row[j]) {
				continue
			}
			if away := row[i].away(&row[j]); away < bestAway {
				best, bestAway = j, away
			}
		}
		if best >= 0 {
			row[best].runes = append(slices.Clip(row[best].runes), row[i].runes...)
			gone[i] = true
		}
	}
	kept := row[:0:0]
	for i := range row {
		if !gone[i] {
			kept = append(kept, row[i])
		}
	}
	return kept
}

// fits reports whether a mark can belong on a letter.
func (u *unit) fits(letter *unit) bool {
	if letter.isMark() || letter.isSpace() {
		return false
	}
	return !unicode.Is(unicode.Arabic, u.runes[0]) && !isHarakat(u.runes[0]) || letter.kind() == leftward
}

// isHarakat reports whether r is a vowel sign of Arabic, which Unicode shares among
// scripts.
func isHarakat(r rune) bool { return r >= 0x64b && r <= 0x655 || r == 0x670 }

// away returns how far the middle of a mark is from a letter, in points. Above the
// letter, the distance of their middles counts a little.
func (u *unit) away(letter *unit) float32 {
	middle := (u.box.left + u.box.right) / 2
	beside := max(letter.box.left-middle, middle-letter.box.right, 0)
	return beside + abs(2*middle-letter.box.left-letter.box.right)/20
}

// sameAgain reports whether u is the unit before it, drawn again a hair aside.
func sameAgain(before, u *unit) bool {
	return slices.Equal(before.runes, u.runes) && !u.isSpace() &&
		abs(before.box.left-u.box.left) < u.size/12 && abs(before.box.y-u.box.y) < u.size/12
}

// sort puts the characters of one unit of a right-to-left script in the order in
// which they are read. PDFium gives them in the order of the file, or backwards
// where it took the line for one that is written from the left.
func (u *unit) sort(units []unit, at int) {
	if len(u.runes) < 2 || u.kind() != leftward {
		return
	}
	if !u.parted && backwards(units, at) {
		slices.Reverse(u.runes)
	}
	// There is no ligature of alef and lam, in this order; of lam and alef there is.
	if letters := withoutMarks(u.runes); len(letters) == 2 && isAlef(letters[0]) && letters[1] == 'ل' {
		slices.Reverse(u.runes)
	}
	// Marks follow their letter.
	first := slices.IndexFunc(u.runes, func(r rune) bool { return !unicode.Is(unicode.Mn, r) })
	if first > 0 {
		u.runes = slices.Concat(u.runes[first:], u.runes[:first])
	}
}

func withoutMarks(runes []rune) []rune {
	return slices.DeleteFunc(slices.Clone(runes), func(r rune) bool { return unicode.Is(unicode.Mn, r) })
}

func isAlef(r rune) bool { return strings.ContainsRune("اأإآٱ", r) }

// backwards reports whether the right-to-left letters beside a unit come in the
// order of their places on the line from the left, which is the wrong one.
func backwards(units []unit, at int) bool {
	wrong, right := 0, 0
	for i := max(at-6, 0); i < min(at+6, len(units)-1); i++ {
		a, b := &units[i], &units[i+1]
		if a.kind() != leftward || b.kind() != leftward || abs(a.box.y-b.box.y) > a.size/4 {
			continue
		}
		if gap := b.box.left - a.box.left; gap > 0 && gap < 3*a.size {
			wrong++
		} else if gap < 0 && gap > -3*a.size {
			right++
		}
	}
	return wrong > right
}
