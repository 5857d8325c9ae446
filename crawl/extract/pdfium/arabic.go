package pdfium

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// mirrors say which characters of right-to-left text stand for the shape that is seen,
// not for the meaning: brackets by the producer's custom; quotation marks not, for
// Unicode does not mirror them, but PDFium does where it sees characters.
type mirrors struct{ brackets, quotes bool }

// logical puts the units of a line, which stand from left to right, in the order in
// which they are read: the inverse of what the bidirectional algorithm (UAX #9) did
// to show them. Numbers and pieces of left-to-right script keep their order.
func logical(units []unit, rtl bool, mirrored mirrors) []unit {
	if !rtl && !slices.ContainsFunc(units, func(u unit) bool { return u.kind() == leftward }) {
		return units
	}
	forward := islands(units, rtl)
	out := make([]unit, 0, len(units))
	turn := func(from, to int) { // a piece that is read from the right
		for i := to - 1; i >= from; i-- {
			u := units[i]
			u.turned = true
			out = append(out, u)
		}
	}
	if rtl {
		end := len(units)
		for _, island := range slices.Backward(forward) {
			turn(island.to, end)
			out = append(out, units[island.from:island.to]...)
			end = island.from
		}
		turn(0, end)
		fitBrackets(out, mirrored)
		return out
	}
	begin := 0
	for _, island := range forward {
		out = append(out, units[begin:island.from]...)
		out = append(out, logical(units[island.from:island.to], true, mirrored)...)
		begin = island.to
	}
	return append(out, units[begin:]...)
}

// island is a piece of a line that is read in the other direction.
type island struct{ from, to int }

// islands finds the pieces that run against the line. In a right-to-left line,
// these are words of other scripts with what stands between them, and numbers with
// the marks within them; in other lines, words of right-to-left script with what
// stands between them.
func islands(units []unit, rtl bool) []island {
	var found []island
	begin, last, letters := -1, -1, false
	end := func() {
		switch {
		case begin < 0:
		case rtl && letters:
			found = append(found, measures(units, begin, last+1)...)
		case letters:
			found = append(found, island{begin, last + 1})
		case rtl:
			found = append(found, numbers(units, begin, last+1)...)
		}
		begin, letters = -1, false
	}
	for i := range units {
		k := units[i].kind()
		if isStrange(units[i].runes[0]) {
			k = neutral // it may be a mark in an address
		}
		against := k == rightward || k == number
		breaks := k == leftward
		if !rtl {
			against, breaks = k == leftward, k == rightward
		}
		if breaks {
			end()
			continue
		}
		if against {
			if begin < 0 {
				begin = i
			}
			last = i
			letters = letters || k != number
		}
	}
	end()
	return found
}

// unitsOfMeasure follow their number, in any language.
const unitsOfMeasure = " bps kbps mbps gbps tbps b kb mb gb tb pb kib mib gib hz khz mhz ghz thz w kw mw gw kwh mwh gwh " +
	"mm cm m km ms dbm usd eur gbp dzd sar aed egp mad tnd "

// measures returns a piece of other script in a right-to-left line, in two where it
// is a unit of measure beside its number: what was written "100 Mbps" stands there
// as "Mbps 100", just like what was written "Mbps 100", which nobody writes.
func measures(units []unit, from, to int) []island {
	word := from
	var name strings.Builder
	for word < to && units[word].kind() == rightward {
		name.WriteString(strings.ToLower(string(units[word].runes)))
		word++
	}
	digits := word
	for digits < to && units[digits].isSpace() {
		digits++
	}
	rest := slices.ContainsFunc(units[digits:to], func(u unit) bool { return u.kind() == rightward })
	if digits == word || rest || !strings.Contains(unitsOfMeasure, " "+name.String()+" ") {
		return []island{{from, to}}
	}
	return append([]island{{from, word}}, numbers(units, digits, to)...)
}

// numbers parts a piece without letters into its numbers: digits, with the marks
// between two of them that belong to a number (class CS of UAX #9).
func numbers(units []unit, from, to int) []island {
	var found []island
	for i := from; i < to; i++ {
		if units[i].kind() != number {
			continue
		}
		end := i + 1
		for end < to && (units[end].kind() == number || end+1 < to && units[end+1].kind() == number && partsDigits(units[end].runes)) {
			end++
		}
		found = append(found, island{i, end})
		i = end - 1
	}
	return found
}

func partsDigits(runes []rune) bool {
	if len(runes) != 1 {
		return false
	}
	p, _ := bidi.LookupRune(runes[0])
	return p.Class() == bidi.CS
}

// fitBrackets makes the brackets of right-to-left text opening or closing ones.
// Producers write the shape that is seen or the character that is meant, and some
// both in one line: what stands beside a bracket says more. Where it says nothing,
// mirrored decides. Quotation marks open with another shape in each language.
func fitBrackets(units []unit, mirrored mirrors) {
	const opening, closing = "([{<«‹≤", ")]}>»›≥"
	blank := func(i int) bool {
		return i < 0 || i >= len(units) || units[i].isSpace() || units[i].isPunctuation()
	}
	for i := range units {
		u := &units[i]
		if !u.turned || len(u.runes) != 1 {
			continue
		}
		if !mirrored.quotes && strings.ContainsRune("“”‘’", u.runes[0]) {
			u.runes = mirror(u.runes)
			continue
		}
		opens := strings.ContainsRune(opening, u.runes[0])
		if !opens && !strings.ContainsRune(closing, u.runes[0]) {
			continue
		}
		want := opens != mirrored.brackets
		if before, after := blank(i-1), blank(i+1); before != after {
			want = before
		}
		if want != opens {
			u.runes = mirror(u.runes)
		}
	}
}

// isPunctuation reports whether a unit is a mark that may follow a closing bracket.
func (u *unit) isPunctuation() bool {
	return len(u.runes) == 1 && strings.ContainsRune(".,;:!?،؛؟…", u.runes[0])
}

// mirror returns brackets as their other half.
func mirror(runes []rune) []rune {
	if len(runes) != 1 {
		return runes
	}
	const pairs = "()[]{}<>«»‹›≤≥“”‘’"
	at := strings.IndexRune(pairs, runes[0])
	if at < 0 {
		return runes
	}
	all := []rune(pairs)
	i := slices.Index(all, runes[0])
	return []rune{all[i^1]}
}

// brackets looks at the brackets of a right-to-left line: it is above zero where
// they fit once turned, below where they fit as they are.
func brackets(units []unit) int {
	vote, open := 0, 0
	for _, u := range logical(units, true, mirrors{}) {
		if len(u.runes) != 1 {
			continue
		}
		switch u.runes[0] {
		case '(', '[', '«', '{':
			if open < 0 { // a closing one came first
				vote++
			}
			open++
		case ')', ']', '»', '}':
			if open > 0 {
				vote--
			}
			open--
		default:
			continue
		}
		open = min(max(open, -1), 1)
	}
	return vote
}

// write returns the text of units: in normal form, without the strokes that
// stretch Arabic words, without spaces at its ends and before closing marks.
func write(units []unit) string {
	var b strings.Builder
	for i := range units {
		for _, r := range units[i].runes {
			switch {
			case r == 0x640 && between(units, i):
			case unicode.IsSpace(r):
				b.WriteByte(' ')
			default:
				writeNormal(&b, r)
			}
		}
	}
	return norm.NFC.String(strings.Join(strings.Fields(b.String()), " "))
}

// between reports whether a unit stands between two of right-to-left script.
func between(units []unit, i int) bool {
	return i > 0 && i+1 < len(units) && units[i-1].kind() == leftward && units[i+1].kind() == leftward
}
