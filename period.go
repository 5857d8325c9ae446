package vigie

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Frequency says how often a series has a value. The letters are those of the
// code list CL_FREQ of SDMX.
type Frequency string

// The frequencies that vigie knows.
const (
	Annual     Frequency = "A"
	HalfYearly Frequency = "S"
	Quarterly  Frequency = "Q"
	Monthly    Frequency = "M"
)

// PerYear returns how many periods of f make a year, and 0 for a frequency that
// is not known.
func (f Frequency) PerYear() int {
	switch f {
	case Annual:
		return 1
	case HalfYearly:
		return 2
	case Quarterly:
		return 4
	case Monthly:
		return 12
	default:
		return 0
	}
}

// lastYear is the last year that four digits write.
const lastYear = 9999

// Period is the year, or the part of a year, that a value speaks of. In text
// and JSON it is "2024", "2024-S1", "2024-Q3" or "2024-11" (TIME_PERIOD of
// SDMX). The zero value is no period and is written "". Periods are comparable.
type Period struct {
	year int16
	part uint8 // from 1; 0 in the zero period
	freq Frequency
}

// NewPeriod returns the part-th period of a year, counted from one; the part of
// an annual period is 1. The error is an [InvalidError].
func NewPeriod(year int, freq Frequency, part int) (Period, error) {
	if year < 0 || year > lastYear || part < 1 || part > freq.PerYear() {
		return Period{}, &InvalidError{Field: "period", Reason: fmt.Sprintf("there is no period %d of frequency %q in the year %d", part, string(freq), year)}
	}
	return Period{year: int16(year), part: uint8(part), freq: freq}, nil
}

// ParsePeriod reads the text form of a period; "" is the zero period.
func ParsePeriod(s string) (Period, error) {
	if s == "" {
		return Period{}, nil
	}
	year, part, divided := strings.Cut(s, "-")
	freq, n := Annual, 1
	if divided {
		freq = Monthly
		switch {
		case strings.HasPrefix(part, "S"):
			freq, part = HalfYearly, part[1:]
		case strings.HasPrefix(part, "Q"):
			freq, part = Quarterly, part[1:]
		}
		n = digits(part, map[Frequency]int{Monthly: 2, HalfYearly: 1, Quarterly: 1}[freq])
	}
	y := digits(year, 4)
	if p, err := NewPeriod(y, freq, n); err == nil {
		return p, nil
	}
	return Period{}, &InvalidError{Field: "period", Reason: fmt.Sprintf("%.40q is none of 2024, 2024-S1, 2024-Q3, 2024-11", s)}
}

// digits returns the number that exactly n digits write, or -1.
func digits(s string, n int) int {
	if len(s) != n {
		return -1
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
	}
	v, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return v
}

// IsZero reports whether p is no period.
func (p Period) IsZero() bool { return p.part == 0 }

// Year returns the year in which p lies.
func (p Period) Year() int { return int(p.year) }

// Part returns the place of p in its year, counted from one.
func (p Period) Part() int { return int(p.part) }

// Frequency returns the frequency of which p is a period.
func (p Period) Frequency() Frequency { return p.freq }

// String returns the text form.
func (p Period) String() string {
	switch p.freq {
	case Annual:
		return fmt.Sprintf("%04d", p.year)
	case HalfYearly, Quarterly:
		return fmt.Sprintf("%04d-%s%d", p.year, p.freq, p.part)
	case Monthly:
		return fmt.Sprintf("%04d-%02d", p.year, p.part)
	default:
		return ""
	}
}

// FirstMonth returns the month of the year with which p begins.
func (p Period) FirstMonth() time.Month {
	if p.IsZero() {
		return 0
	}
	return time.Month((int(p.part)-1)*12/p.freq.PerYear() + 1)
}

// Shift returns the period n periods of the same frequency later, or earlier
// where n is negative. Outside the years 0 to 9999 it is the zero period, and so
// is what a zero period is shifted to.
func (p Period) Shift(n int) Period {
	if p.IsZero() || n > 12*lastYear || n < -12*lastYear {
		return Period{}
	}
	per := p.freq.PerYear()
	at := int(p.year)*per + int(p.part) - 1 + n
	if at < 0 {
		return Period{}
	}
	q, err := NewPeriod(at/per, p.freq, at%per+1)
	if err != nil {
		return Period{}
	}
	return q
}

// Compare returns -1, 0 or 1: periods are in the order of their first days, and
// of two that begin together the longer one comes first.
func (p Period) Compare(q Period) int {
	a, b := p.rank(), q.rank()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// Equal reports whether p and q are the same period.
func (p Period) Equal(q Period) bool { return p == q }

// rank orders periods; the zero period comes before all others.
func (p Period) rank() int {
	if p.IsZero() {
		return -1
	}
	return (int(p.year)*12+int(p.FirstMonth()))*100 + p.freq.PerYear()
}

// MarshalText writes the text form, for JSON too.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the text form.
func (p *Period) UnmarshalText(b []byte) error {
	got, err := ParsePeriod(string(b))
	if err != nil {
		return err
	}
	*p = got
	return nil
}
