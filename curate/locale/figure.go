package locale

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vigie"
)

// Decimal returns d rounded to the given number of decimals, with digits in
// groups of three: "1 234,50" in French. Negative places keep the digits that d
// has. What is no number is returned as it is.
func (p *Printer) Decimal(d vigie.Decimal, places int) string {
	if !d.Valid() {
		return string(d)
	}
	if places >= 0 {
		d = d.Round(places)
	}
	whole, part, pointed := strings.Cut(string(d), ".")
	whole, negative := strings.CutPrefix(whole, "-")
	var b strings.Builder
	if negative {
		b.WriteString(p.signed("\u2212"))
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.file.Group)
		}
		b.WriteRune(digit)
	}
	if pointed {
		b.WriteString(cmp.Or(p.file.Decimal, ".") + part)
	}
	return b.String()
}

// signed is a sign for the front of a number. Where words run from right to left
// an invisible mark (U+200E) keeps it there: Unicode puts a sign at the far side of
// digits otherwise.
func (p *Printer) signed(sign string) string {
	if p.Dir() == "rtl" {
		return "\u200e" + sign
	}
	return sign
}

// Change returns d as [Printer.Decimal] does, with its sign even where it is plus.
func (p *Printer) Change(d vigie.Decimal, places int) string {
	s := p.Decimal(d, places)
	if r := d.Round(max(places, 0)).Rat(); r != nil && r.Sign() > 0 {
		return p.signed("+") + s
	}
	return s
}

// Period returns p in words: "2024", "3e trimestre 2024", "novembre 2024". The
// zero period is "".
func (p *Printer) Period(when vigie.Period) string {
	switch when.Frequency() {
	case vigie.Annual:
		return when.String()
	case vigie.Monthly:
		return p.Date(vigie.Date{
			Time: time.Date(when.Year(), when.FirstMonth(), 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month,
		})
	case vigie.HalfYearly, vigie.Quarterly:
		part := string(when.Frequency()) + strconv.Itoa(when.Part())
		return Plain(p.Phrase("period."+part, "year", fmt.Sprintf("%04d", when.Year())))
	default:
		return ""
	}
}
