package locale

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"vigie"
)

// longestAgo is how far a moment may be for [Printer.Ago] to count its distance.
const longestAgo = 30 * 24 * time.Hour

// Number returns n with its digits in groups of three: "12 345" in French, with a
// narrow space that does not break (U+202F).
func (p *Printer) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = p.signed("\u2212"), digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(p.file.Group)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Date returns d as far as it is known: "2026", "novembre 2026", "21 novembre
// 2026", or the day with its time in UTC. An unknown date is "".
func (p *Printer) Date(d vigie.Date) string {
	t := d.Time.UTC()
	switch d.Precision {
	case vigie.Year:
		return fmt.Sprintf("%04d", t.Year())
	case vigie.Month:
		return p.pattern(p.file.Dates.Month, t)
	case vigie.Day:
		return p.day(t)
	case vigie.Instant:
		return p.Time(t)
	default:
		return ""
	}
}

// Time returns day and time of t in t's own zone, to the minute. The zero time
// is "".
func (p *Printer) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strings.NewReplacer("{date}", p.day(t), "{time}", t.Format("15:04")).Replace(p.file.Dates.Instant)
}

func (p *Printer) day(t time.Time) string {
	if t.Day() == 1 && p.file.Dates.First != "" {
		return p.pattern(p.file.Dates.First, t)
	}
	return p.pattern(p.file.Dates.Day, t)
}

func (p *Printer) pattern(pattern string, t time.Time) string {
	return strings.NewReplacer(
		"{year}", fmt.Sprintf("%04d", t.Year()),
		"{month}", p.file.Months[t.Month()-1],
		"{day}", strconv.Itoa(t.Day()),
	).Replace(pattern)
}

// Duration returns the length of d in its largest unit, rounded down: "3 minutes".
func (p *Printer) Duration(d time.Duration) string {
	unit, n := largest(d.Abs())
	return Plain(p.Plural("duration."+unit, n))
}

// Ago returns where t lies, seen from now: "il y a 3 minutes", "dans 2 jours",
// "maintenant" within a second, and the day where it is more than thirty days
// away. The zero time is "".
func (p *Printer) Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := now.Sub(t)
	unit, n := largest(d.Abs())
	switch {
	case d.Abs() > longestAgo:
		return p.day(t)
	case unit == "second" && n == 0:
		return Plain(p.Phrase("now"))
	case d < 0:
		return Plain(p.Plural("in."+unit, n))
	default:
		return Plain(p.Plural("ago."+unit, n))
	}
}

func largest(d time.Duration) (unit string, n int) {
	switch {
	case d < time.Minute:
		return "second", int(d / time.Second)
	case d < time.Hour:
		return "minute", int(d / time.Minute)
	case d < 24*time.Hour:
		return "hour", int(d / time.Hour)
	default:
		return "day", int(d / (24 * time.Hour))
	}
}
