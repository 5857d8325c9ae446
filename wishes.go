package vigie

import (
	"slices"
	"time"
)

// Open reports whether the publisher wants to be read in the hour of t: RSS 2.0 lets
// a channel name hours and days, in GMT, in which it is not. Wishes that leave no
// hour or no day are none.
func (w Wishes) Open(t time.Time) bool {
	t = t.UTC()
	return !slices.Contains(w.hours(), t.Hour()) && !slices.Contains(w.days(), t.Weekday())
}

// hours are the hours to skip; RSS 0.91 counted them from 1 to 24.
func (w Wishes) hours() []int {
	var skipped [24]bool
	var out []int
	for _, h := range w.SkipHours {
		if h == 24 {
			h = 0
		}
		if h >= 0 && h < 24 && !skipped[h] {
			skipped[h] = true
			out = append(out, h)
		}
	}
	if len(out) == 24 {
		return nil
	}
	return out
}

func (w Wishes) days() []time.Weekday {
	var skipped [7]bool
	var out []time.Weekday
	for _, d := range w.SkipDays {
		if d >= time.Sunday && d <= time.Saturday && !skipped[d] {
			skipped[d] = true
			out = append(out, d)
		}
	}
	if len(out) == 7 {
		return nil
	}
	return out
}

// skip returns at, or the first moment after it at which the publisher wants to be
// read, with a few minutes that are the source's own.
func (w Wishes) skip(at time.Time, s Source) time.Time {
	if w.Open(at) {
		return at
	}
	const hoursOfTwoWeeks = 2 * 7 * 24
	open := at.UTC().Truncate(time.Hour)
	for range hoursOfTwoWeeks {
		open = open.Add(time.Hour)
		if w.Open(open) {
			return open.Add(s.spread(time.Hour))
		}
	}
	return at
}
