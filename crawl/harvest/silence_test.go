package harvest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
)

// fault is what is planted into a publisher on a day of the measured year.
type fault struct {
	name string
	// times changes what is published from at on.
	times func(times []time.Time, at time.Time) []time.Time
	// code is the alarm that is called for, must that it has to come.
	code string
	must bool
}

func faults() []fault {
	until := func(times []time.Time, at time.Time) int {
		n, _ := slices.BinarySearchFunc(times, at, time.Time.Compare)
		return n
	}
	rarer := func(by int) func([]time.Time, time.Time) []time.Time {
		return func(times []time.Time, at time.Time) []time.Time {
			n := until(times, at)
			out := slices.Clone(times[:n])
			for i := n; i < len(times); i += by {
				out = append(out, times[i])
			}
			return out
		}
	}
	return []fault{
		{name: "silent", code: harvest.AlarmSilent, must: true, times: func(times []time.Time, at time.Time) []time.Time {
			return times[:until(times, at)]
		}},
		{name: "a tenth as often", code: harvest.AlarmSilent, times: rarer(10)},
		{name: "a fifth, told of", code: harvest.AlarmSlowed, times: rarer(5)},
	}
}

// patience is how long after a fault an alarm still counts as about it.
const patience = 150 * day

// healthy reads a publisher until the given time, and counts the alarms: none was
// called for.
func healthy(o *ours, times []time.Time, from, until time.Time) (wrong int) {
	ringing := false
	for now := from; now.Before(until); now = o.visit.NextRead {
		shown, _ := slices.BinarySearchFunc(times, now, time.Time.Compare)
		o.next(times[:shown], now)
		rings := len(harvest.Alarms(o.source, o.visit, now)) > 0
		if rings && !ringing {
			wrong++
		}
		ringing = rings
	}
	return wrong
}

// broken reads on with the fault, and returns how long its alarm took.
func broken(o ours, times []time.Time, f fault, at time.Time) (took time.Duration, found bool) {
	times = f.times(times, at)
	for now := o.visit.NextRead; now.Before(at.Add(patience)); now = o.visit.NextRead {
		shown, _ := slices.BinarySearchFunc(times, now, time.Time.Compare)
		o.next(times[:shown], now)
		alarms := harvest.Alarms(o.source, o.visit, now)
		if slices.ContainsFunc(alarms, func(a harvest.Alarm) bool { return a.Code == f.code }) {
			return now.Sub(at), true
		}
	}
	return 0, false
}

// learning is a publisher that was read for a year, until at.
type learning struct {
	ours   *ours
	times  []time.Time
	at     time.Time
	wrong  int // alarms
	months float64
}

// learned simulates a publisher some times.
func learned(p publisher, simulations int) (out []learning) {
	from, measured, to := simulated()
	for i := range simulations {
		l := learning{times: p.times(rand.New(rand.NewPCG(uint64(i), 2)), from, to)}
		start := from.Add(time.Duration(i) * week)
		l.at = measured.Add(time.Duration(i)*53*day + 40*day)
		l.ours = &ours{source: vigie.Source{ID: vigie.SourceID(fmt.Sprint(p.name, i))}}
		l.wrong, l.months = healthy(l.ours, l.times, start, l.at), l.at.Sub(start).Hours()/24/30.44
		out = append(out, l)
	}
	return out
}

// TestSilence plants silences, redesigns and slow-downs into publishers that were
// read for a year, and counts the days until an alarm (the median and the most), and
// the false alarms before. Nothing is told to the program but what is read: it does
// not know the holidays of the year. A source that publishes a tenth as often as
// before is silent only where that is longer than it ever was. One that goes on at a
// fifth is told of once that is sure, where some silence of a day or more shows it.
func TestSilence(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const simulations = 3
	var table strings.Builder
	fmt.Fprintf(&table, "%-13s %12s", "", "false/month")
	for _, f := range faults() {
		fmt.Fprintf(&table, " | %-17s", f.name)
	}
	table.WriteByte('\n')
	designs := newRedesigned(t)
	for _, p := range publishers() {
		wrong, months := 0, 0.0
		took := make([][]time.Duration, len(faults()))
		read := learned(p, simulations)
		designs.row(p.name, read)
		for _, l := range read {
			wrong, months = wrong+l.wrong, months+l.months
			for j, f := range faults() {
				if d, ok := broken(*l.ours, l.times, f, l.at); ok {
					took[j] = append(took[j], d)
				}
			}
		}
		fmt.Fprintf(&table, "%-13s %12.3f", p.name, float64(wrong)/months)
		for j, f := range faults() {
			fmt.Fprintf(&table, " | %-17s", inDays(took[j], simulations))
			if len(took[j]) < simulations && f.must {
				t.Errorf("%s: it was %s, and that was found %d times of %d", p.name, f.name, len(took[j]), simulations)
			}
		}
		table.WriteByte('\n')
		if float64(wrong)/months > 0.1 {
			t.Errorf("%s: %d false alarms in %.0f months", p.name, wrong, months)
		}
	}
	golden(t, "silence", table.String())
	golden(t, "redesigns", designs.table.String())
}

// inDays writes how often something was found, and the median and the most days that
// it took.
func inDays(took []time.Duration, of int) string {
	slices.Sort(took)
	if len(took) == 0 {
		return fmt.Sprintf("%d/%d", len(took), of)
	}
	return fmt.Sprintf("%d/%d %5.1f %5.1f", len(took), of, took[len(took)/2].Hours()/24, took[len(took)-1].Hours()/24)
}
