package harvest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// publisher is a simulated one: times says when it publishes, in order.
type publisher struct {
	name  string
	times func(r *rand.Rand, from, to time.Time) []time.Time
}

// simulated is the time that the simulations take: the first year is learnt from,
// and shown by the sources when they are first read, the second is measured.
func simulated() (from, measured, to time.Time) {
	from = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return from, from.AddDate(1, 0, 0), from.AddDate(2, 0, 0)
}

const (
	hour = time.Hour
	day  = 24 * hour
	week = 7 * day
)

// publishers are those of the issue; each is simulated several times, in time zones
// from five hours west to three hours east of Greenwich.
func publishers() []publisher {
	return []publisher{
		{"hourly", func(r *rand.Rand, from, to time.Time) []time.Time {
			return every(r, from, to, hour, 20*time.Minute)
		}},
		{"office hours", func(r *rand.Rand, from, to time.Time) []time.Time {
			return weekdays(r, from, to, func(noon time.Time) (out []time.Time) {
				for range poisson(r, 6) {
					out = append(out, noon.Add(time.Duration(r.Int64N(int64(9*hour)))-4*hour))
				}
				return out
			})
		}},
		{"daily", func(r *rand.Rand, from, to time.Time) []time.Time {
			return weekdays(r, from, to, func(noon time.Time) []time.Time {
				return []time.Time{around(r, noon.Add(-2*hour), hour)}
			})
		}},
		{"holidays", func(r *rand.Rand, from, to time.Time) []time.Time {
			return weekdays(r, from, to, func(noon time.Time) []time.Time {
				if isHoliday(noon) {
					return nil
				}
				return []time.Time{around(r, noon.Add(3*hour), hour)}
			})
		}},
		{"weekly", func(r *rand.Rand, from, to time.Time) []time.Time {
			return weekdays(r, from, to, func(noon time.Time) []time.Time {
				if noon.Weekday() != time.Tuesday || r.IntN(20) == 0 {
					return nil
				}
				return []time.Time{around(r, noon, 2*hour)}
			})
		}},
		{"quarterly", func(r *rand.Rand, from, to time.Time) (out []time.Time) {
			zone := zoneOf(r)
			for at := from.Add(-3 * 365 * day); at.Before(to); at = at.Add(around(r, from, 8*day).Sub(from) + 91*day) {
				noon := at.Truncate(day).Add(12*hour + zone)
				for noon.Weekday() == time.Saturday || noon.Weekday() == time.Sunday {
					noon = noon.Add(day)
				}
				out = append(out, around(r, noon, 2*hour))
			}
			return out
		}},
		{"bursts", func(r *rand.Rand, from, to time.Time) (out []time.Time) {
			return weekdays(r, from, to, func(noon time.Time) (out []time.Time) {
				if r.IntN(8) > 0 {
					return nil
				}
				start := noon.Add(time.Duration(r.Int64N(int64(6*hour))) - 3*hour)
				for range 4 + r.IntN(12) {
					out = append(out, start.Add(time.Duration(r.Int64N(int64(2*hour)))))
				}
				return out
			})
		}},
		{"at any time", func(r *rand.Rand, from, to time.Time) (out []time.Time) {
			for at := from; at.Before(to); at = at.Add(time.Duration(r.ExpFloat64() * float64(84*hour))) {
				out = append(out, at)
			}
			return out
		}},
	}
}

// every publishes in steps, each a little early or late.
func every(r *rand.Rand, from, to time.Time, step, spread time.Duration) (out []time.Time) {
	for at := from; at.Before(to); at = at.Add(step) {
		out = append(out, around(r, at, spread))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// weekdays asks for the times of each day from Monday to Friday, by its noon in the
// time zone of the publisher.
func weekdays(r *rand.Rand, from, to time.Time, times func(noon time.Time) []time.Time) (out []time.Time) {
	zone := zoneOf(r)
	for at := from.Truncate(day); at.Before(to); at = at.Add(day) {
		if d := at.Weekday(); d != time.Saturday && d != time.Sunday {
			out = append(out, times(at.Add(12*hour+zone))...)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

func zoneOf(r *rand.Rand) time.Duration { return time.Duration(r.IntN(9)-3) * hour }

// around is a time that is off by the spread or less in two of three cases.
func around(r *rand.Rand, at time.Time, spread time.Duration) time.Time {
	off := max(-2, min(2, r.NormFloat64()))
	return at.Add(time.Duration(off * float64(spread))).Truncate(time.Second)
}

func poisson(r *rand.Rand, mean float64) (n int) {
	for p := r.Float64(); p > math.Exp(-mean); p *= r.Float64() {
		n++
	}
	return n
}

// isHoliday knows the two weeks around the new year, August, and a few single days.
func isHoliday(t time.Time) bool {
	d := t.YearDay()
	return t.Month() == time.August || d < 5 || d > 355 || d == 121 || d == 128 || d == 195 || d == 305
}
