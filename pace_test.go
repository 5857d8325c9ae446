package vigie_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

// history is a rhythm that was learnt from items at the given times.
func history(times ...time.Time) vigie.Rhythm {
	read := vigie.Reading{}
	for _, at := range times {
		read.Findings = append(read.Findings, vigie.Finding{Document: vigie.Document{Published: vigie.InstantOf(at)}})
	}
	slices.SortFunc(times, time.Time.Compare)
	return vigie.Pace{}.Succeeded(vigie.Source{ID: sourceID}, read, times[len(times)-1].Add(time.Minute)).Rhythm
}

// steps are n times that follow each other, the last at the given time.
func steps(last time.Time, n int, gap time.Duration) (out []time.Time) {
	for i := range n {
		out = append(out, last.Add(-time.Duration(n-1-i)*gap))
	}
	return out
}

// TestWhy says for each wish what decides, and the least and the most to wait.
func TestWhy(t *testing.T) {
	monday := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	hourly, weekly := history(steps(monday, 60, 30*time.Minute)...), history(steps(monday, 20, 7*day)...)
	tests := []struct {
		name        string
		source      vigie.Source
		visit       vigie.Visit
		left        bool
		why         vigie.Why
		least, most time.Duration
	}{
		{name: "an hourly source", visit: vigie.Visit{Rhythm: hourly}, why: vigie.ByFloor, least: time.Hour, most: 66 * time.Minute},
		{name: "a weekly source", visit: vigie.Visit{Rhythm: weekly}, why: vigie.ByRhythm, least: 2 * time.Hour, most: 25 * time.Hour},
		{name: "a person's wish replaces the rhythm", source: vigie.Source{Every: 2 * time.Hour}, visit: vigie.Visit{Rhythm: weekly}, why: vigie.ByWish, least: 2 * time.Hour, most: 2*time.Hour + 12*time.Minute},
		{name: "a person may ask for less than the floor", source: vigie.Source{Every: 10 * time.Minute}, visit: vigie.Visit{Rhythm: weekly}, why: vigie.ByWish, least: 10 * time.Minute, most: 11 * time.Minute},
		{name: "max-age is above a person's wish", source: vigie.Source{Every: 2 * time.Hour}, visit: vigie.Visit{Wishes: vigie.Wishes{Fresh: 12 * time.Hour}}, why: vigie.ByFresh, least: 12 * time.Hour, most: 13 * time.Hour},
		{name: "max-age of a year", visit: vigie.Visit{Wishes: vigie.Wishes{Fresh: 366 * day}}, why: vigie.ByFresh, least: 7 * day, most: 7*day + time.Hour},
		{name: "ttl of two days", visit: vigie.Visit{Rhythm: hourly, Wishes: vigie.Wishes{Every: 2 * day, Fresh: time.Hour}}, why: vigie.ByTTL, least: 2 * day, most: 2*day + time.Hour},
		{name: "skipped hours", visit: vigie.Visit{Rhythm: hourly, Wishes: vigie.Wishes{SkipHours: []int{10, 11, 12, 13}}}, why: vigie.BySkip, least: 5 * time.Hour, most: 5*time.Hour + 6*time.Minute},
		{name: "skipped days", visit: vigie.Visit{Rhythm: hourly, Wishes: vigie.Wishes{SkipDays: []time.Weekday{time.Monday, time.Tuesday}}}, why: vigie.BySkip, least: 39 * time.Hour, most: 39*time.Hour + 6*time.Minute},
		{name: "a pause of the server", visit: vigie.Visit{NotBefore: monday.Add(3 * day)}, why: vigie.ByRetry, least: 3 * day, most: 3 * day},
		{name: "items are left", source: vigie.Source{Every: day}, left: true, why: vigie.ByLeft, least: time.Hour, most: 66 * time.Minute},
		{name: "items are left, and max-age", left: true, visit: vigie.Visit{Wishes: vigie.Wishes{Fresh: 3 * time.Hour}}, why: vigie.ByFresh, least: 3 * time.Hour, most: 4 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.source.ID = sourceID
			test.visit.LastSuccess = monday.Add(-time.Hour)
			r := reading(test.visit)
			r.Left = test.left
			v := vigie.Pace{}.Succeeded(test.source, r, monday)
			if wait := v.NextRead.Sub(monday); v.Why != test.why || wait < test.least || wait > test.most {
				t.Errorf("after %s by %s, want %s to %s by %s", wait, v.Why, test.least, test.most, test.why)
			}
			if again := (vigie.Pace{}).Asking(test.source, test.visit, monday); !test.left && !again.NextRead.Equal(v.NextRead) {
				t.Errorf("who is killed while asking comes back at %s, not at %s", again.NextRead, v.NextRead)
			}
		})
	}
}

// TestRhythm says what is learnt from when items came out.
func TestRhythm(t *testing.T) {
	last := time.Date(2026, 6, 16, 9, 0, 0, 0, time.UTC)
	burst := steps(last, 12, 20*time.Minute)
	for i := range 5 {
		burst = append(burst, steps(last.Add(-time.Duration(i+1)*10*day), 3, 5*time.Minute)...)
	}
	holiday := append(steps(last, 30, day), steps(last.Add(-59*day), 20, day)...)
	tests := map[string]struct {
		times          []time.Time
		gap            time.Duration
		least, longest time.Duration // of Late
	}{
		"two are no rhythm":       {times: steps(last, 2, day)},
		"weekly":                  {times: steps(last, 20, 7*day), gap: 7 * day, least: 8 * day, longest: 15 * day},
		"quarterly, four known":   {times: steps(last, 4, 91*day), gap: 91 * day, least: 100 * day, longest: 280 * day},
		"hourly":                  {times: steps(last, 60, time.Hour), gap: time.Hour, least: 2 * day, longest: 3 * day},
		"a holiday of a month":    {times: holiday, gap: day, least: 31 * day, longest: 40 * day},
		"bursts":                  {times: burst, gap: 20 * time.Minute, least: 12 * day, longest: 30 * day},
		"what is old says nought": {times: append(steps(last, 3, day), last.Add(-8*366*day)), gap: day, least: 2 * day, longest: 4 * day},
	}
	for name, test := range tests {
		r := history(test.times...)
		if r.Gap != test.gap || r.Late < test.least || r.Late > test.longest || len(r.Times) > 64 {
			t.Errorf("%s: gap %s, late %s of %d times", name, r.Gap, r.Late, len(r.Times))
		}
	}
}

// TestRhythmOfStock: what has no date counts by its arrival, but not when a source is
// read for the first time, nor while its stock comes in.
func TestRhythmOfStock(t *testing.T) {
	undated := vigie.Reading{Findings: []vigie.Finding{{}, {Document: vigie.Document{Published: vigie.InstantOf(at(0).Add(400 * day))}}}}
	s := vigie.Source{ID: sourceID}
	for name, test := range map[string]struct {
		before vigie.Visit
		want   []time.Time
	}{
		"first":  {},
		"left":   {before: vigie.Visit{LastSuccess: at(0).Add(-day), Why: vigie.ByLeft}},
		"second": {before: vigie.Visit{LastSuccess: at(0).Add(-day)}, want: []time.Time{at(0)}},
	} {
		undated.Visit = test.before
		got := vigie.Pace{}.Succeeded(s, undated, at(0)).Rhythm.Times
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWeeks(t *testing.T) {
	sunday := time.Date(2026, 6, 21, 23, 59, 0, 0, time.UTC)
	r := history(sunday, sunday.Add(-time.Hour), sunday.Add(-7*day), sunday.Add(-300*day))
	want := make([]int, 26)
	want[24], want[25] = 1, 2
	if diff := cmp.Diff(want, r.WeeksUntil(sunday)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	copy(want, want[3:])
	want[23], want[24], want[25] = 0, 0, 0
	want[21], want[22] = 1, 2
	if diff := cmp.Diff(want, r.WeeksUntil(sunday.Add(15*day))); diff != "" {
		t.Errorf("two weeks later and a day (-want +got):\n%s", diff)
	}
}

// TestMoves: three answers on three days, all the same and none between them that is
// another, and the source has a new address.
func TestMoves(t *testing.T) {
	const to = "https://new.example/feed"
	for name, test := range map[string]struct {
		answers []string // one a day; "" is one without a redirect
		twice   bool
		want    bool
	}{
		"three days":        {answers: []string{to, to, to}, want: true},
		"two days":          {answers: []string{to, to}, twice: true},
		"once it was not":   {answers: []string{to, to, "", to}},
		"somewhere else":    {answers: []string{to, to, "https://other.example/"}},
		"back and to again": {answers: []string{"https://other.example/", to, to, to}, want: true},
	} {
		s := vigie.Source{ID: sourceID, Kind: vigie.Feed, URL: "https://old.example/feed"}
		v, now := vigie.Visit{}, at(0)
		for i, moved := range test.answers {
			now = at(0).Add(time.Duration(i) * day)
			v = vigie.Pace{}.Succeeded(s, vigie.Reading{Visit: v, NotModified: true, Moved: moved}, now)
			if test.twice {
				v = vigie.Pace{}.Succeeded(s, vigie.Reading{Visit: v, NotModified: true, Moved: moved}, now.Add(time.Minute))
			}
		}
		got, after := v.Adopt(s, now)
		if (got.URL == to) != test.want || (after.Adopted.From == s.URL) != test.want || test.want && after.Moved.To != "" {
			t.Errorf("%s: %+v, %+v", name, got, after)
		}
	}
	moved := vigie.Visit{Moved: vigie.Move{To: to, Days: []time.Time{at(0), at(0).Add(day), at(0).Add(2 * day)}}, Found: vigie.Found{Kind: vigie.Feed, URL: "https://old.example/feed"}}
	auto := vigie.Source{ID: sourceID, Kind: vigie.Auto, URL: "https://old.example/"}
	if s, v := moved.Adopt(auto, at(0)); s.URL != auto.URL || v.Found.URL != to {
		t.Errorf("the feed that was found moved: %+v, %+v", s, v)
	}
	site := vigie.Source{ID: sourceID, Kind: vigie.Site, URL: "https://old.example/", List: vigie.ListRules{Sitemap: "https://old.example/sitemap.xml"}}
	if s, _ := moved.Adopt(site, at(0)); s.URL != site.URL || s.List.Sitemap != to {
		t.Errorf("the sitemap moved: %+v", s)
	}
}

// TestEmpty: an answer without anything to read is noted from the first on.
func TestEmpty(t *testing.T) {
	s := vigie.Source{ID: sourceID}
	var pace vigie.Pace
	v := pace.Succeeded(s, vigie.Reading{Items: 7}, at(0))
	if v.Items != 7 || !v.EmptySince.IsZero() {
		t.Errorf("seven items: %+v", v)
	}
	v = pace.Failed(s, v, "no feed", vigie.Trouble{Code: vigie.TroublePage}, at(0).Add(day))
	v = pace.Succeeded(s, vigie.Reading{Visit: v}, at(0).Add(2*day))
	v = pace.Succeeded(s, reading(v), at(0).Add(3*day))
	if v.Items != 0 || !v.EmptySince.Equal(at(0).Add(day)) {
		t.Errorf("nothing to read: %+v", v)
	}
	if v = pace.Succeeded(s, vigie.Reading{Visit: v, Unchanged: 1}, at(0).Add(4*day)); v.Items != 1 || !v.EmptySince.IsZero() {
		t.Errorf("one item again: %+v", v)
	}
}

// TestRepaced changes the pace of sources in all states: what others asked for holds,
// and taking the change back gives the plan there was.
func TestRepaced(t *testing.T) {
	monday := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	read := vigie.Pace{}.Succeeded(vigie.Source{ID: sourceID}, reading(vigie.Visit{}), monday)
	failed := vigie.Pace{}.Failed(vigie.Source{ID: sourceID, Every: 7 * day}, read, "no", status(500), monday)
	waiting := vigie.Pace{}.Failed(vigie.Source{ID: sourceID}, read, "no", vigie.Trouble{Code: vigie.TroubleRetry, Until: monday.Add(3 * day)}, monday)
	gone := vigie.Pace{}.Failed(vigie.Source{ID: sourceID}, read, "no", status(410), monday)
	suspended := failed
	suspended.Standing, suspended.NextRead, suspended.Why = vigie.Suspended, monday.Add(30*day), vigie.ByProbe
	for name, test := range map[string]struct {
		visit vigie.Visit
		why   vigie.Why
		wait  time.Duration
	}{
		"read": {read, vigie.ByWish, 2 * time.Hour}, "failed": {failed, vigie.ByBackOff, 2 * time.Hour}, "waiting": {waiting, vigie.ByRetry, 3 * day},
		"gone": {gone, "", 0}, "suspended": {suspended, vigie.ByProbe, 30 * day}, "asked for": {read.Retried(), vigie.ByPerson, 0}, "never read": {vigie.Visit{}, "", 0},
	} {
		got := vigie.Pace{}.Repaced(vigie.Source{ID: sourceID, Every: 2 * time.Hour}, test.visit)
		want := time.Time{}
		if test.wait > 0 {
			want = monday.Add(test.wait)
		}
		if off := got.NextRead.Sub(want); got.Why != test.why || off < 0 || off > 12*time.Minute {
			t.Errorf("%s: %s because of %q, want %s because of %q", name, got.NextRead, got.Why, want, test.why)
		}
	}
	back := vigie.Pace{}.Repaced(vigie.Source{ID: sourceID}, vigie.Pace{}.Repaced(vigie.Source{ID: sourceID, Every: 9 * day}, read))
	if diff := cmp.Diff(read, back); diff != "" {
		t.Errorf("taken back (-want +got):\n%s", diff)
	}
}

// TestClockThatWentAhead has a clock that was 400 days ahead for a while.
func TestClockThatWentAhead(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s := vigie.Source{ID: "s", Kind: vigie.Feed, URL: "https://feed.example/"}
	ahead := now.Add(400 * 24 * time.Hour)
	for name, v := range map[string]vigie.Visit{
		"read": (vigie.Pace{}).Succeeded(s, vigie.Reading{}, ahead),
		"refused": (vigie.Pace{}).Failed(s, vigie.Visit{}, "429", vigie.Trouble{
			Code: vigie.TroubleRetry, Until: ahead.Add(24 * time.Hour),
		}, ahead),
	} {
		if !v.Due(s, now) {
			t.Errorf("%s: not read before %v", name, v.NextRead)
		}
		// One reading later all is as usual, and it is not read again at once.
		v = (vigie.Pace{}).Succeeded(s, vigie.Reading{Visit: (vigie.Pace{}).Asking(s, v, now)}, now)
		if v.Due(s, now.Add(time.Minute)) || !v.Due(s, now.Add(26*time.Hour)) {
			t.Errorf("%s: read next at %v, not before %v", name, v.NextRead, v.NotBefore)
		}
		// A second of difference between two machines is none.
		v.LastRead = now.Add(time.Second)
		if v.Due(s, now.Add(time.Minute)) {
			t.Errorf("%s: due although it was just read", name)
		}
	}
}
