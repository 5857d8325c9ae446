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
// there are of its kind, and narrow for who publishes by the calendar. One that stands alone is a holiday, which the next will
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
	late := max(most+most/2, 2*r.Gap)
	spread, even := evenness(gaps)
	switch {
	case len(gaps) < few/2:
		late = 3 * most
	case even:
		late = most + max(2*spread, r.Gap/4)
	case len(gaps) < few, alike > alone && alike < few:
		late = 2 * most
	case alike <= alone:
		late = max(most+most/4, 2*r.Gap)
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
	return min(max(late, leastLate), mostLate)
}

// evenness returns how far gaps are from their mean, as a rule (the standard deviation),
// and whether that is so little that a publisher keeps a calendar: of a quarterly one
// three weeks are late, where of one that publishes as it comes three months may not be.
// The fewer gaps are known, the less is their spread to be trusted.
func evenness(gaps []time.Duration) (spread time.Duration, even bool) {
	const most = 0.2
	m := mean(gaps)
	sum := 0.0
	for _, g := range gaps {
		sum += math.Pow(float64(g-m), 2)
	}
	spread = time.Duration(math.Sqrt(sum / float64(len(gaps))))
	return spread + m/time.Duration(2*len(gaps)), spread < time.Duration(most*float64(m))
}

// Slowing is how a source came to publish less often.
type Slowing struct {
	// Was and Now are the mean times between two days with items, before Since and
	// after.
	Was, Now time.Duration
	Since    time.Time
}

// Slowed reports whether the last gaps, from three to six of them, are longer than
// those before in a way that chance does not explain, and since when. After six gaps
// the new rhythm is the usual one.
func (r Rhythm) Slowed() (Slowing, bool) {
	const fewest, most, before = 3, 6, 6
	times := batches(slices.Clone(r.Times), day/2)
	gaps := gapsOf(times)
	for n := min(most, len(gaps)-before); n >= fewest; n-- {
		from := len(gaps) - n
		old, late := gaps[:from], gaps[from:]
		s := Slowing{Was: mean(old), Now: mean(late), Since: times[from]}
		// Where items come at random, so long a wait for n of them happens in less than
		// one of a thousand cases.
		if slices.Min(late) > almostLongest(old) && s.Now*time.Duration(n) >= s.Was*time.Duration(6+2*n) {
			return s, true
		}
	}
	return Slowing{}, false
}

// almostLongest is the longest of gaps, but for one in ten: those are holidays.
func almostLongest(gaps []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(gaps))
	return sorted[len(sorted)-1-min(len(sorted)/10, 3)]
}

func mean(gaps []time.Duration) (sum time.Duration) {
	for _, g := range gaps {
		sum += g
	}
	return sum / time.Duration(len(gaps))
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
