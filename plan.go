package vigie

import (
	"math"
	"slices"
	"time"
)

// How a plan weighs requests against delay.
const (
	// requestCost is what a request may cost, in item-hours: it is worth its while
	// when it spares so many hours of delay to an item.
	requestCost = 0.5
	// planned is how far ahead a plan looks.
	planned = 7 * 24 // hours
)

// wait says how long to leave a source alone at now, at least floor. It weighs what
// a reading costs against how late the items are that are to be expected, hour by
// hour, and takes the sequence of readings that costs least: often in the hours in
// which the source publishes, seldom in the others.
func (r Rhythm) wait(now time.Time, floor time.Duration) time.Duration {
	most := longestPause
	if r.dormant(now) {
		most = longestDormant
	}
	if floor >= most {
		return floor
	}
	return max(floor, cheapest(r.expected(now), int(max(1, (floor+time.Hour-1)/time.Hour)), int(most/time.Hour)))
}

// dormant reports whether nothing came for a month, and nothing is to be expected
// today: a quarterly publisher is not dormant when its quarter is over.
func (r Rhythm) dormant(now time.Time) bool {
	if len(r.Times) == 0 {
		return !r.First.IsZero() && now.Sub(r.First) >= dormantAfter
	}
	silence := now.Sub(r.Times[len(r.Times)-1])
	awaited := r.Late > 0 && now.After(r.quietUntil()) && silence <= r.Late
	return silence >= dormantAfter && !awaited
}

// quietUntil is when something new came at the earliest so far, by the last gaps; the
// zero time while few are known.
func (r Rhythm) quietUntil() time.Time {
	const few = 8
	gaps := gapsOf(r.Times)
	if len(gaps) < few {
		return time.Time{}
	}
	shortest := slices.Min(gaps[max(0, len(gaps)-recentGaps):])
	return r.Times[len(r.Times)-1].Add(shortest * 4 / 5)
}

// cheapest returns the first wait of the cheapest plan: rates are the items to be
// expected in each hour from now, and two readings are from least to most hours
// apart.
func cheapest(rates []float64, least, most int) time.Duration {
	// sums[i] are the items of the hours before i, moments[i] the same times their
	// hour, so that the delay of what comes out between two readings is found at once.
	sums, moments := make([]float64, len(rates)+1), make([]float64, len(rates)+1)
	for i, rate := range rates {
		sums[i+1] = sums[i] + rate
		moments[i+1] = moments[i] + rate*(float64(i)+0.5)
	}
	cost := make([]float64, len(rates)+1) // of the best plan from hour i on
	best := 0
	for i := len(rates) - least; i >= 0; i-- {
		cost[i] = math.Inf(1)
		for j := i + least; j <= min(i+most, len(rates)); j++ {
			delay := float64(j)*(sums[j]-sums[i]) - (moments[j] - moments[i])
			if c := requestCost + delay + cost[j]; c < cost[i] {
				cost[i], best = c, j
			}
		}
	}
	return time.Duration(best) * time.Hour
}

// expected returns how many items are to be expected in each hour from now.
func (r Rhythm) expected(now time.Time) []float64 {
	out := make([]float64, planned)
	rate := r.rate(now)
	hours, days := r.profile(now)
	quiet := r.quietUntil()
	for i := range out {
		at := now.Add(time.Duration(i)*time.Hour + 30*time.Minute).UTC()
		out[i] = rate * hours[at.Hour()] * days[at.Weekday()]
		if at.Before(quiet) {
			out[i] *= 0.25 // it never followed so soon
		}
	}
	return out
}

// rate is how many items an hour a source has given lately, the silence since the
// last one included: over the last twenty, and no less than a week.
func (r Rhythm) rate(now time.Time) float64 {
	if len(r.Times) < 3 {
		// One a day is expected of a source of which nothing is known, and less and
		// less while nothing comes.
		known := max(now.Sub(r.First), 0)
		if r.First.IsZero() {
			known = 0
		}
		return float64(len(r.Times)+3) / (known + 3*day).Hours()
	}
	from := r.Times[max(0, len(r.Times)-recentGaps)]
	if since := now.Add(-week); from.After(since) {
		from = since
		if r.Times[0].After(since) {
			from = r.Times[0]
		}
	}
	n := 0
	for _, t := range r.Times {
		if !t.Before(from) {
			n++
		}
	}
	return float64(n) / max(now.Sub(from), day).Hours()
}

// profile says how much more than usual comes out in each hour of the day (in UTC)
// and on each day of the week. Where little is known yet, institutions are expected
// to publish in their office hours; where nothing is, at any time.
func (r Rhythm) profile(now time.Time) (hours [24]float64, days [7]float64) {
	if len(r.Times) < 3 {
		for h := range hours {
			hours[h] = 1
		}
		for d := range days {
			days[d] = 1
		}
		return hours, days
	}
	for h := range hours {
		hours[h] = 0.2
		if h >= 6 && h < 18 {
			hours[h] = 1.8
		}
	}
	for d := range days {
		days[d] = 1.3
		if d == int(time.Sunday) || d == int(time.Saturday) {
			days[d] = 0.25
		}
	}
	r.shape(now, &hours, &days)
	return hours, days
}

// shape moves a profile from what is expected of anybody to what was seen.
func (r Rhythm) shape(now time.Time, hours *[24]float64, days *[7]float64) {
	const hourDoubt, dayDoubt = 0.25, 0.5 // items that the expectation counts for
	var atHour [24]float64
	var onDay [7]float64
	timed := 0.0
	for _, t := range r.Times {
		onDay[t.Weekday()]++
		if t.Equal(t.Truncate(day)) {
			continue // the hour is not known
		}
		timed++
		h := t.Hour()
		for i, share := range [...]float64{0.1, 0.2, 0.4, 0.2, 0.1} {
			atHour[(h+22+i)%24] += share
		}
	}
	// What came is compared with what would have come at any time alike, in the
	// hours and days that there were since the first item.
	hourly := max(now.Sub(r.Times[0]), day).Hours()
	atHours, onDays := exposed(r.Times[0], now)
	for h := range hours {
		hours[h] = (atHour[h] + hourDoubt*hours[h]) / (timed*atHours[h]/hourly + hourDoubt)
	}
	for d := range days {
		days[d] = (onDay[d] + dayDoubt*days[d]) / (float64(len(r.Times))*onDays[d]/hourly + dayDoubt)
	}
}

// exposed says how many hours between two times lie in each hour of the day, and on
// each day of the week.
func exposed(from, to time.Time) (atHours [24]float64, onDays [7]float64) {
	whole := to.Sub(from).Truncate(week)
	weeks := float64(whole / week)
	for h := range atHours {
		atHours[h] = 7 * weeks
	}
	for d := range onDays {
		onDays[d] = 24 * weeks
	}
	for at := from.Add(whole).UTC(); at.Before(to); {
		next := at.Truncate(time.Hour).Add(time.Hour)
		if next.After(to) {
			next = to
		}
		atHours[at.Hour()] += next.Sub(at).Hours()
		onDays[at.Weekday()] += next.Sub(at).Hours()
		at = next
	}
	return atHours, onDays
}
