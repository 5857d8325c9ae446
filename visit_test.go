package vigie_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"vigie"
)

const day = 24 * time.Hour

// reading is an answer that changed nothing.
func reading(v vigie.Visit) vigie.Reading { return vigie.Reading{Visit: v, NotModified: true} }

func status(code int) vigie.Trouble {
	return vigie.Trouble{Code: vigie.TroubleStatus, Status: code}
}

// randomTrouble is anything that may go wrong without stopping the reading.
func randomTrouble(r *rand.Rand, now time.Time) vigie.Trouble {
	switch r.IntN(6) {
	case 0:
		return vigie.Trouble{Code: vigie.TroubleRetry, Until: now.Add(time.Duration(r.Int64N(1 << uint(r.IntN(62)+1))))}
	case 1:
		return vigie.Trouble{Code: vigie.TroubleBudget, Until: now.Add(time.Duration(r.Int64N(1 << uint(r.IntN(62)+1))))}
	case 2:
		return vigie.Trouble{Code: vigie.TroubleRobots}
	case 3:
		return status(404)
	case 4:
		return status(500)
	}
	return vigie.Trouble{Code: vigie.TroubleNotFeed}
}

func randomWishes(r *rand.Rand) (w vigie.Wishes) {
	w.Fresh = time.Duration(r.Int64N(1<<uint(r.IntN(62)+1))) - 10
	w.Every = time.Duration(r.Int64N(1<<uint(r.IntN(62)+1))) - 10
	for range r.IntN(30) {
		w.SkipHours = append(w.SkipHours, r.IntN(30)-2)
	}
	for range r.IntN(9) {
		w.SkipDays = append(w.SkipDays, time.Weekday(r.IntN(9)-1))
	}
	return w
}

// TestVisitIsAlwaysDueLater walks random histories: whatever happens, the next
// reading lies in the future, within bounds, never before the server's wish, and
// somebody says why.
func TestVisitIsAlwaysDueLater(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 1000 {
		s := vigie.Source{ID: vigie.NewID[vigie.SourceID](at(0)), Every: time.Duration(r.Int64N(1 << uint(r.IntN(62)+1)))}
		if r.IntN(2) == 0 {
			s.Every = 0
		}
		pace := vigie.Pace{Floor: time.Duration(r.Int64N(1 << uint(r.IntN(62)+1)))}
		var v vigie.Visit
		now := at(0)
		for range 1 + r.IntN(40) {
			asked := pace.Asking(s, v, now)
			if !asked.NextRead.After(now) {
				t.Fatalf("seed %d: who is killed while asking asks again at once", seed)
			}
			var trouble vigie.Trouble
			left := false
			if r.IntN(3) == 0 {
				v.Wishes = randomWishes(r)
				read := reading(v)
				if r.IntN(2) == 0 {
					left = r.IntN(4) == 0
					read.NotModified, read.Left = false, left
					for range r.IntN(5) {
						published := vigie.InstantOf(now.Add(-time.Duration(r.Int64N(1 << uint(r.IntN(60)+1)))))
						read.Findings = append(read.Findings, vigie.Finding{Document: vigie.Document{Published: published}})
					}
				}
				v = pace.Succeeded(s, read, now)
			} else {
				trouble = randomTrouble(r, now)
				v = pace.Failed(s, v, "no answer", trouble, now)
			}
			most := 2 * 366 * day
			floor := min(pace.Floor, 366*day)
			if s.Every > 0 {
				floor = min(s.Every, 366*day)
			}
			switch wait := v.NextRead.Sub(now); {
			case wait <= 0, wait > most:
				t.Fatalf("seed %d: the next reading is %v after now (%+v, %+v)", seed, wait, s, v)
			case v.Due(s, now):
				t.Fatalf("seed %d: the source is due at once", seed)
			case v.Source != s.ID || !v.LastRead.Equal(now) || v.Why == "":
				t.Fatalf("seed %d: the visit is %+v", seed, v)
			case trouble.Code == vigie.TroubleRetry && trouble.Until.Sub(now) < 300*day && v.NextRead.Before(trouble.Until):
				t.Fatalf("seed %d: the next reading is before the server's wish", seed)
			case trouble.Code == "" && !left && wait < floor:
				t.Fatalf("seed %d: the next reading is after %v, the least is %v", seed, wait, floor)
			case trouble.Code == "" && !v.Wishes.Open(v.NextRead) && v.Why != vigie.ByRetry:
				t.Fatalf("seed %d: the next reading is at %s, but the wishes are %+v", seed, v.NextRead, v.Wishes)
			}
			now = v.NextRead.Add(time.Duration(r.Int64N(int64(time.Hour))))
			if v.NotBefore.After(now) || !v.Due(s, now) {
				t.Fatalf("seed %d: the source is not due at its time", seed)
			}
		}
	}
}

func TestVisitBacksOff(t *testing.T) {
	s := vigie.Source{ID: sourceID}
	var pace vigie.Pace
	var v vigie.Visit
	now := at(0)
	last := time.Duration(0)
	for i := range 30 {
		v = pace.Failed(s, v, fmt.Sprintf("reason %d", i), status(502), now)
		wait := v.NextRead.Sub(now)
		most := 25 * time.Hour
		if now.Sub(at(0)) >= 7*day {
			most = 73 * time.Hour
		}
		if wait < last || wait > most || v.Why != vigie.ByBackOff || v.Standing != vigie.Failing {
			t.Errorf("after %d failures the wait is %v, before it was %v: %+v", i+1, wait, last, v)
		}
		last = wait
		now = v.NextRead
	}
	if v.Failures != 30 || v.LastError != "reason 29" || last < 72*time.Hour || !v.FailingSince.Equal(at(0)) || !v.Trouble.Since.Equal(at(0)) {
		t.Errorf("after a month of failures, wait %v: %+v", last, v)
	}
	v = pace.Succeeded(s, reading(v), now)
	if v.Failures != 0 || v.LastError != "" || v.Trouble != (vigie.Trouble{}) || v.Standing != "" || !v.FailingSince.IsZero() ||
		!v.LastNew.IsZero() || !v.LastSuccess.Equal(now) || v.NextRead.Sub(now) > 25*time.Hour {
		t.Errorf("after a success: %+v", v)
	}
}

// TestStandings follows the answers that end the reading, or nearly.
func TestStandings(t *testing.T) {
	s := vigie.Source{ID: sourceID}
	var pace vigie.Pace
	for code, want := range map[int]vigie.Standing{410: vigie.Gone, 401: vigie.Refused, 403: vigie.Refused, 451: vigie.Refused, 404: vigie.Failing, 500: vigie.Failing} {
		v := pace.Failed(s, vigie.Visit{}, "no", status(code), at(0))
		if v.Standing != want || v.Due(s, at(0).Add(1000*day)) != (want == vigie.Failing) {
			t.Errorf("after %d: %+v", code, v)
		}
		v = v.Retried()
		if !v.Due(s, at(0)) || v.Why != vigie.ByPerson {
			t.Errorf("after %d and a person's word: %+v", code, v)
		}
	}
	var v vigie.Visit
	now := at(0)
	for v.Standing != vigie.Suspended {
		v = pace.Failed(s, v, "not found", status(404), now)
		if now = v.NextRead; v.LastRead.Sub(at(0)) > 12*day {
			t.Fatalf("not suspended after %s: %+v", now.Sub(at(0)), v)
		}
	}
	if v.LastRead.Sub(at(0)) < 7*day || v.NextRead.Sub(v.LastRead) < 30*day || v.Why != vigie.ByProbe {
		t.Errorf("suspended: %+v", v)
	}
	if again := pace.Failed(s, v, "not found", status(404), now); again.NextRead.Sub(now) < 30*day {
		t.Errorf("the probe failed: %+v", again)
	}
	if other := pace.Failed(s, v, "broken", status(500), now); other.Standing != vigie.Failing || other.NextRead.Sub(now) > 80*time.Hour {
		t.Errorf("the probe found it broken: %+v", other)
	}
	if well := pace.Succeeded(s, reading(v), now); well.Standing != "" || well.NextRead.Sub(now) > 25*time.Hour {
		t.Errorf("the probe found it well: %+v", well)
	}
}

// TestRetryAfterHolds: no person's word is above what the server asked for.
func TestRetryAfterHolds(t *testing.T) {
	s := vigie.Source{ID: sourceID}
	until := at(0).Add(3 * day)
	v := vigie.Pace{}.Failed(s, vigie.Visit{}, "busy", vigie.Trouble{Code: vigie.TroubleRetry, Until: until}, at(0)).Retried()
	if v.Due(s, until.Add(-time.Second)) || !v.Due(s, until) {
		t.Errorf("%+v", v)
	}
}

func TestVisitIsDue(t *testing.T) {
	now := at(0)
	for name, tc := range map[string]struct {
		source vigie.Source
		visit  vigie.Visit
		want   bool
	}{
		"just added":       {want: true},
		"paused":           {source: vigie.Source{Paused: true}},
		"later":            {visit: vigie.Visit{NextRead: now.Add(time.Second)}},
		"now":              {visit: vigie.Visit{NextRead: now, NotBefore: now}, want: true},
		"the server waits": {visit: vigie.Visit{NotBefore: now.Add(time.Second)}},
		"failing":          {visit: vigie.Visit{Standing: vigie.Failing}, want: true},
		"suspended":        {visit: vigie.Visit{Standing: vigie.Suspended}, want: true},
		"gone":             {visit: vigie.Visit{Standing: vigie.Gone}},
		"refused":          {visit: vigie.Visit{Standing: vigie.Refused}},
	} {
		if got := tc.visit.Due(tc.source, now); got != tc.want {
			t.Errorf("%s: due is %v", name, got)
		}
	}
}

// TestSourcesSpread: sources that were added together do not stay together, and none
// comes before its time.
func TestSourcesSpread(t *testing.T) {
	times := map[time.Time]bool{}
	for range 100 {
		s := vigie.Source{ID: vigie.NewID[vigie.SourceID](at(0)), Every: time.Hour}
		next := vigie.Pace{}.Succeeded(s, vigie.Reading{}, at(0)).NextRead
		if wait := next.Sub(at(0)); wait < time.Hour || wait > 66*time.Minute {
			t.Errorf("after %s", wait)
		}
		times[next] = true
	}
	if len(times) < 50 {
		t.Errorf("100 sources are due at %d different times", len(times))
	}
}
