package indicator

import (
	"strings"
	"unicode/utf8"

	"vigie"
)

// Mark is the sign in front of decimals.
type Mark string

// The decimal marks.
const (
	Point Mark = "."
	Comma Mark = ","
)

// grouping are the signs that may stand between groups of three digits, beside
// the mark that is not the decimal one.
const grouping = " \u00a0\u202f\u2009'’٬"

// missing reports whether a cell says that there is nothing: "" and the signs
// of the World Bank (".."), of Eurostat (":") and of French tables ("nd").
func missing(cell string) bool {
	switch strings.ToLower(cell) {
	case "", "..", "...", "…", ":", "-", "–", "—", "na", "n/a", "n.a.", "nd", "n.d.", "#n/a", "null", "nan", "غ م", "غير متوفر":
		return true
	default:
		return false
	}
}

// number reads a number as people write it, with the given decimal mark. Groups
// of digits must be groups of three: "1,23" is no number where the comma groups.
func number(cell string, mark Mark) (vigie.Decimal, bool) {
	s := digitsOf(cell)
	s = strings.TrimRight(strings.TrimRight(s, "%٪"), grouping)
	s = strings.Replace(s, "\u2212", "-", 1)
	s = strings.ReplaceAll(s, "٫", string(mark))
	whole, part, pointed := strings.Cut(s, string(mark))
	whole, ok := ungrouped(whole, mark)
	if !ok || (pointed && part == "") {
		return "", false
	}
	if pointed {
		whole += "." + part
	}
	d, err := vigie.ParseDecimal(whole)
	return d, err == nil
}

// ungrouped takes the signs between groups of three digits out of a whole number.
func ungrouped(s string, mark Mark) (string, bool) {
	signs := grouping + ","
	if mark == Comma {
		signs = grouping + "."
	}
	if !strings.ContainsAny(s, signs) {
		return s, true
	}
	var groups []string
	rest := s
	sign := ""
	for {
		i := strings.IndexAny(rest, signs)
		if i < 0 {
			groups = append(groups, rest)
			break
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		here := rest[i : i+size]
		if sign != "" && here != sign {
			return "", false
		}
		sign = here
		groups, rest = append(groups, rest[:i]), rest[i+len(here):]
	}
	for i, g := range groups {
		first := strings.TrimLeft(g, "+-")
		if (i == 0 && (first == "" || len(first) > 3)) || (i > 0 && len(g) != 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// tally counts what the cells of values say about the decimal mark.
type tally struct{ point, comma, either int }

// look adds a cell.
func (t *tally) look(cell string) {
	points, commas := strings.Count(cell, "."), strings.Count(cell, ",")
	lastPoint, lastComma := strings.LastIndex(cell, "."), strings.LastIndex(cell, ",")
	switch {
	case points > 0 && commas > 0 && lastPoint > lastComma, commas > 1:
		t.point++ // "1,234.5", "1,234,567"
	case points > 0 && commas > 0, points > 1:
		t.comma++ // "1.234,5", "1.234.567"
	case points == 1 && decided(cell, lastPoint):
		t.point++
	case commas == 1 && decided(cell, lastComma):
		t.comma++
	case commas == 1:
		t.either++ // "1,234"
	}
}

// decided reports whether the sign at i can only be a decimal mark: not three
// digits behind it, or not one to three before it, or a zero.
func decided(cell string, i int) bool {
	behind := len(strings.TrimRight(cell[i+1:], "% \u00a0\u202f"))
	before := strings.TrimLeft(cell[:i], "+-\u2212")
	return behind != 3 || before == "" || len(before) > 3 || before[0] == '0'
}

// mark returns the decimal mark of a file and whether its cells left a doubt. A
// point that is never contradicted is decimal: "1.234" alone is what machines
// write.
func (t *tally) mark(separator rune) (Mark, bool) {
	switch {
	case t.comma > t.point:
		return Comma, t.point > 0
	case t.point > 0 || t.either == 0:
		return Point, t.comma > 0
	case separator == ';':
		return Comma, true
	default:
		return Point, true
	}
}
