package vigie

import (
	"math"
	"slices"
	"time"
)

// The bounds of what is learnt.
const (
	mostTimes  = 64
	mostWeeks  = 26
	recentGaps = 20
	oneBatch   = 15 * time.Minute
	// oldestTime is how long ago an item may have come out to tell something of the
	// rhythm of today.
	oldestTime = 3 * 366 * 24 * time.Hour
	// leastLate and mostLate bound the silence that is no news.
	leastLate = 2 * day
	mostLate  = 400 * day
	day       = 24 * time.Hour
	week      = 7 * day
)

// learn returns the rhythm after a reading at now. Items without a plausible date
// count by their arrival, unless they belong to the stock that a source had before.
func (r Rhythm) learn(findings []Finding, stock bool, now time.Time) Rhythm {
	if r.First.IsZero() {
		r.First = monday(now)
	}
	var last time.Time
	if len(r.Times) > 0 {
		last = r.Times[len(r.Times)-1]
	}
	learnt := false
	r.Times = slices.Clone(r.Times)
	for _, f := range findings {
		at, ok := cameOut(f.Document.Published, stock, now)
		if !ok {
			continue
		}
		learnt = true
		r.Times = append(r.Times, at)
		r = r.count(at, now)
	}
	if !learnt {
		return r
	}
	r.Times = batches(r.Times, oneBatch)
	if from := len(r.Times) - mostTimes; from > 0 {
		r.Times = slices.Delete(r.Times, 0, from)
	}
	return r.measure(last)
}

// cameOut says when an item was published, as far as that can be believed.
func cameOut(published Date, stock bool, now time.Time) (time.Time, bool) {
	at := published.Time.UTC()
	switch {
	case published.Precision >= Day && !at.After(now):
		return at, now.Sub(at) <= oldestTime
	case stock:
		return time.Time{}, false
	case published.Precision > Unknown && now.Sub(at) > oldestTime:
		return time.Time{}, false
	}
	return now.UTC().Truncate(time.Second), true
}

// batches sorts times and leaves out those that come sooner than apart after the one
// before: what comes together comes once.
func batches(times []time.Time, apart time.Duration) []time.Time {
	times = slices.SortedFunc(slices.Values(times), time.Time.Compare)
	out := times[:0]
	for _, t := range times {
		if len(out) == 0 || t.Sub(out[len(out)-1]) >= apart {
			out = append(out, t)
		}
	}
	return out
}

// count adds an item to its week.
func (r Rhythm) count(at, now time.Time) Rhythm {
	oldest := monday(now).Add(-(mostWeeks - 1) * week)
	of := monday(at)
	if of.Before(oldest) {
		return r
	}
	first := r.First
	if of.Before(first) {
		first = of
	}
	if first.Before(oldest) {
		first = oldest
	}
	weeks := make([]int, int(monday(now).Sub(first)/week)+1)
	for i, n := range r.Weeks {
		if j := i + int(r.First.Sub(first)/week); j >= 0 && j < len(weeks) {
			weeks[j] = n
		}
	}
	weeks[int(of.Sub(first)/week)]++
	r.Weeks, r.First = weeks, first
	return r
}

// WeeksUntil returns how many items came out in each of the 26 weeks that end with
// that of now, the oldest first.
func (r Rhythm) WeeksUntil(now time.Time) []int {
	out := make([]int, mostWeeks)
	first := monday(now).Add(-(mostWeeks - 1) * week)
	for i, n := range r.Weeks {
		if j := i + int(r.First.Sub(first)/week); j >= 0 && j < mostWeeks {
			out[j] = n
		}
	}
	return out
}

// monday is the first instant of the week of t, in UTC.
func monday(t time.Time) time.Time {
	t = t.UTC().Truncate(day)
	return t.Add(-time.Duration((int(t.Weekday())+6)%7) * day)
}

// gapsOf are the waits between times that follow each other.
func gapsOf(times []time.Time) []time.Duration {
	var out []time.Duration
	for i := 1; i < len(times); i++ {
		out = append(out, times[i].Sub(times[i-1]))
	}
	return out
}

// measure sets Gap and Late from the times; last is the newest time before.
func (r Rhythm) measure(last time.Time) Rhythm {
	gaps := gapsOf(r.Times)
	if len(gaps) < 2 {
		return r
	}
	r.Gap = usual(gaps[max(0, len(gaps)-recentGaps):])
	late := r.longest()
	// What was usual once in a year, such as the silence of a summer, is remembered
	// longer than the times are; it fades by half in a year.
	if newest := r.Times[len(r.Times)-1]; r.Late > late && !last.IsZero() {
		faded := time.Duration(float64(r.Late) * math.Exp2(-float64(newest.Sub(last))/float64(365*day)))
		late = max(late, min(faded, 4*late))
	}
	r.Late = late
	return r
}

// longest is the longest wait that is still usual, by the days with items and the
// weeks that are known: the longest gap with a margin, that is the wider the fewer
// there are of its kind. One that stands alone is a holiday, which the next will
// hardly exceed.
func (r Rhythm) longest() time.Duration {
	const few, alone = 8, 2
	gaps := gapsOf(batches(r.Times, day/2))
	if len(gaps) == 0 {
		return leastLate
	}
	most := slices.Max(gaps)
	alike := 0
	for _, g := range gaps {
		if g >= most/4 {
			alike++
		}
	}
	late := most + most/2
	switch {
	case len(gaps) < few/2:
		late = 3 * most
	case len(gaps) < few, alike > alone && alike < few:
		late = 2 * most
	case alike <= alone:
		late = most + most/4
	}
	silent, run := 0, -1 // weeks without anything; -1 before the first with something
	for _, n := range r.Weeks {
		switch {
		case n > 0:
			silent, run = max(silent, run), 0
		case run >= 0:
			run++
		}
	}
	if silent > 0 {
		late = max(late, time.Duration(silent+1)*week)
	}
	return min(max(late, 2*r.Gap, leastLate), mostLate)
}

// usual is the median of gaps, the newer ones weighing more.
func usual(gaps []time.Duration) time.Duration {
	const fade = 0.9
	type weighed struct {
		gap    time.Duration
		weight float64
	}
	all, total := make([]weighed, len(gaps)), 0.0
	for i, g := range gaps {
		w := math.Pow(fade, float64(len(gaps)-1-i))
		all[i], total = weighed{g, w}, total+w
	}
	slices.SortFunc(all, func(a, b weighed) int { return int(a.gap/time.Second) - int(b.gap/time.Second) })
	sum := 0.0
	for _, g := range all {
		if sum += g.weight; sum >= total/2 {
			return g.gap
		}
	}
	return gaps[len(gaps)-1]
}
