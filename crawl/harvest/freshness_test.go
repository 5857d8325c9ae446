package harvest_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
)

// policy says when a source is read next, after a reading at now that saw what was
// published until then.
type policy interface {
	next(shown []time.Time, now time.Time) time.Time
}

// fixed reads in equal steps.
type fixed time.Duration

func (f fixed) next(_ []time.Time, now time.Time) time.Time { return now.Add(time.Duration(f)) }

// miniflux is the formula of Miniflux ("entry_frequency", factor 1): a week divided
// by the number of items of a week, which is found from the mean gap between those
// of the last seven days; between five minutes and a day.
type miniflux struct{}

func (miniflux) next(shown []time.Time, now time.Time) time.Time {
	n := 0
	for n < len(shown) && now.Sub(shown[len(shown)-1-n]) < week {
		n++
	}
	wait := day
	if n >= 2 {
		gap := shown[len(shown)-1].Sub(shown[len(shown)-n]) / time.Duration(n-1)
		weekly := math.Ceil(float64(week) / max(1, float64(gap)))
		wait = min(max(time.Duration(float64(week)/weekly), 5*time.Minute), day)
	}
	return now.Add(wait)
}

// ours is the pace of this program.
type ours struct {
	source vigie.Source
	visit  vigie.Visit
	known  int
}

func (o *ours) next(shown []time.Time, now time.Time) time.Time {
	const page = 20 // items that a feed shows
	r := vigie.Reading{Visit: o.visit, Items: page, NotModified: o.known == len(shown)}
	for _, at := range shown[max(o.known, len(shown)-page):] {
		r.Findings = append(r.Findings, vigie.Finding{Document: vigie.Document{Published: vigie.InstantOf(at)}})
	}
	o.known = len(shown)
	o.visit = vigie.Pace{}.Succeeded(o.source, r, now)
	return o.visit.NextRead
}

// result is what a policy costs and gives.
type result struct {
	requests int
	weeks    float64
	delays   []time.Duration
}

func (a result) add(b result) result {
	return result{requests: a.requests + b.requests, weeks: a.weeks + b.weeks, delays: append(a.delays, b.delays...)}
}

func (a result) perWeek() float64 { return float64(a.requests) / a.weeks }

// at returns the delay that a share of the items does not exceed.
func (a result) at(share float64) time.Duration {
	slices.Sort(a.delays)
	return a.delays[min(int(share*float64(len(a.delays))), len(a.delays)-1)]
}

// simulate reads a publisher for a year, after some months of learning.
func simulate(p policy, times []time.Time, phase time.Duration) (out result) {
	_, measured, to := simulated()
	start := measured.Add(-120*day + phase)
	out.weeks = to.Sub(measured).Hours() / week.Hours()
	seen, _ := slices.BinarySearchFunc(times, start, time.Time.Compare)
	for now := start; now.Before(to); {
		shown, _ := slices.BinarySearchFunc(times, now, time.Time.Compare)
		if !now.Before(measured) {
			out.requests++
			for _, at := range times[seen:shown] {
				if !at.Before(measured) {
					out.delays = append(out.delays, now.Sub(at))
				}
			}
		}
		seen = shown
		now = p.next(times[:shown], now)
	}
	return out
}

// TestFreshness compares, over a simulated year, how late items come to the desk and
// how many requests that takes: reading once an hour, the formula of Miniflux, ours,
// and reading in equal steps with as many requests as ours. Each column is requests
// a week and source, then the median and the 95th percentile of the delay.
//
// Nothing that asks once an hour at most can be quicker than asking once an hour, and
// one that asks less is slower by its nature. So what is demanded over all publishers
// together is: fewer requests and a lower p95 than Miniflux; a quarter of the requests
// of hourly reading; and, with the same requests, a p95 below half of that of equal
// steps. Of single publishers: never more than a fifth above the p95 of Miniflux where
// that asks more, and never more requests than hourly reading.
func TestFreshness(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const simulations = 3
	from, _, to := simulated()
	var table strings.Builder
	fmt.Fprintf(&table, "%-13s | %-24s | %-24s | %-24s | %s\n", "", "hourly", "Miniflux", "ours", "equal steps, as many")
	total := make([]result, 4)
	for _, p := range publishers() {
		results := make([]result, len(total))
		for i := range simulations {
			times := p.times(rand.New(rand.NewPCG(uint64(i), 1)), from, to)
			phase := time.Duration(i) * 7 * time.Minute
			mine := simulate(&ours{source: vigie.Source{ID: vigie.SourceID(fmt.Sprint(p.name, i))}}, times, phase)
			equal := fixed(mine.weeks * float64(week) / float64(mine.requests))
			for j, r := range []result{simulate(fixed(hour), times, phase), simulate(miniflux{}, times, phase), mine, simulate(equal, times, phase)} {
				results[j] = results[j].add(r)
			}
		}
		row(&table, p.name, results)
		if mini, mine := results[1], results[2]; mine.requests > results[0].requests || mini.requests > mine.requests && mine.at(0.95) > mini.at(0.95)*6/5 {
			t.Errorf("%s: ours asks %.1f times a week with a p95 of %s", p.name, mine.perWeek(), mine.at(0.95))
		}
		for j := range total {
			total[j] = total[j].add(results[j])
		}
	}
	row(&table, "all", total)
	hourly, mini, mine, equal := total[0], total[1], total[2], total[3]
	if mine.requests >= mini.requests || mine.at(0.95) >= mini.at(0.95) || 4*mine.requests > hourly.requests || 2*mine.at(0.95) > equal.at(0.95) {
		t.Error("ours is not better")
	}
	golden(t, "freshness", table.String())
}

func row(b *strings.Builder, name string, results []result) {
	fmt.Fprintf(b, "%-13s", name)
	for _, r := range results {
		fmt.Fprintf(b, " | %6.1f %8s %8s", r.perWeek(), short(r.at(0.5)), short(r.at(0.95)))
	}
	b.WriteByte('\n')
}

// short writes a duration to the minute.
func short(d time.Duration) string {
	return fmt.Sprintf("%dh%02dm", d/hour, d%hour/time.Minute)
}
