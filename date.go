package vigie

import (
	"encoding/json"
	"fmt"
	"time"
)

// Precision says how much of a [Date] is known.
type Precision uint8

// The precisions, from nothing to an instant.
const (
	Unknown Precision = iota
	Year
	Month
	Day
	Instant
)

// Date is a moment as its publisher gave it: a report is often dated by its
// year or month only, and vigie never invents the rest. The zero value is an
// unknown date. In text and JSON it is "2026", "2026-11", "2026-11-21",
// "2026-11-21T20:40:00Z" or "" (the profile of ISO 8601 of RFC 3339, cut where
// knowledge ends).
type Date struct {
	// Time is the first instant of what is known, in UTC.
	Time time.Time
	// Precision says how much of Time is known.
	Precision Precision
}

// dateLayouts gives the text form of each precision.
func dateLayouts() [5]string {
	return [5]string{"", "2006", "2006-01", "2006-01-02", time.RFC3339}
}

// InstantOf returns t as a date known to the second; the zero time, and one that
// RFC 3339 cannot write (years before 0 and after 9999), is unknown.
func InstantOf(t time.Time) Date {
	t = t.UTC()
	if t.IsZero() || !writable(t) {
		return Date{}
	}
	return Date{Time: t.Truncate(time.Second), Precision: Instant}
}

func writable(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

// ParseDate reads the text form of a date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	for p, layout := range dateLayouts() {
		if p == 0 || (p < int(Instant) && len(s) != len(layout)) {
			continue
		}
		t, err := time.Parse(layout, s)
		if t = t.UTC(); err == nil && writable(t) {
			return Date{Time: t.Truncate(time.Second), Precision: Precision(p)}, nil
		}
	}
	return Date{}, &InvalidError{Field: "date", Reason: fmt.Sprintf("%q is none of 2026, 2026-11, 2026-11-21, 2026-11-21T20:40:00Z", s)}
}

// IsZero reports whether the date is unknown.
func (d Date) IsZero() bool { return d.Precision == Unknown }

// String returns the text form.
func (d Date) String() string {
	if d.Precision > Instant {
		return ""
	}
	layout := dateLayouts()[d.Precision]
	if t := d.Time.UTC(); layout != "" && writable(t) {
		return t.Format(layout)
	}
	return ""
}

// MarshalJSON writes the text form.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the text form.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("read date: %w", err)
	}
	got, err := ParseDate(s)
	if err != nil {
		return err
	}
	*d = got
	return nil
}
