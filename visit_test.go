package vigie_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"vigie"
)

// TestVisitIsAlwaysDueLater walks random histories: whatever happens, the next
// reading lies in the future, within bounds, and never before the server's wish.
func TestVisitIsAlwaysDueLater(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for range 2000 {
		s := vigie.Source{ID: vigie.NewID[vigie.SourceID](at(0)), Every: time.Duration(r.Int64N(1 << uint(r.IntN(62)+1)))}
		var v vigie.Visit
		now := at(0)
		for range 1 + r.IntN(40) {
			var wish time.Time
			if r.IntN(3) == 0 {
				v = v.Succeeded(s, now, r.IntN(2) == 0)
			} else {
				if r.IntN(3) == 0 {
					wish = now.Add(time.Duration(r.Int64N(1 << uint(r.IntN(62)+1))))
				}
				v = v.Failed(s, now, "no answer", wish)
			}
			every := s.Every
			if every == 0 {
				every = vigie.DefaultEvery
			}
			most := 2 * 366 * 24 * time.Hour
			switch {
			case !v.NextRead.After(now), v.NextRead.Sub(now) > most:
				t.Fatalf("seed %d: the next reading is %v after now (every %v)", seed, v.NextRead.Sub(now), s.Every)
			case v.Due(s, now):
				t.Fatalf("seed %d: the source is due at once", seed)
			case v.Source != s.ID || !v.LastRead.Equal(now):
				t.Fatalf("seed %d: the visit is %+v", seed, v)
			case !wish.IsZero() && wish.Sub(now) < 300*24*time.Hour && v.NextRead.Before(wish):
				t.Fatalf("seed %d: the next reading is before the server's wish", seed)
			case v.NotBefore.IsZero() && v.NextRead.Sub(now) < min(every, 366*24*time.Hour):
				t.Fatalf("seed %d: the next reading is after %v, the wish was %v", seed, v.NextRead.Sub(now), every)
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
	var v vigie.Visit
	now := at(0)
	last := time.Duration(0)
	for i := range 10 {
		v = v.Failed(s, now, fmt.Sprintf("reason %d", i), time.Time{})
		wait := v.NextRead.Sub(now)
		if wait < last || wait > 24*time.Hour || (wait == last && wait != 24*time.Hour) {
			t.Errorf("after %d failures the wait is %v, before it was %v", i+1, wait, last)
		}
		last = wait
	}
	if v.Failures != 10 || v.LastError != "reason 9" || last != 24*time.Hour {
		t.Errorf("after ten failures: %+v", v)
	}
	v = v.Succeeded(s, now, false)
	if v.Failures != 0 || v.LastError != "" || !v.LastNew.IsZero() || !v.LastSuccess.Equal(now) || v.NextRead.Sub(now) > 66*time.Minute {
		t.Errorf("after a success: %+v", v)
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
	} {
		if got := tc.visit.Due(tc.source, now); got != tc.want {
			t.Errorf("%s: due is %v", name, got)
		}
	}
}

// TestSourcesSpread: sources that were added together do not stay together.
func TestSourcesSpread(t *testing.T) {
	times := map[time.Time]bool{}
	for range 100 {
		s := vigie.Source{ID: vigie.NewID[vigie.SourceID](at(0))}
		times[vigie.Visit{}.Succeeded(s, at(0), false).NextRead] = true
	}
	if len(times) < 50 {
		t.Errorf("100 sources are due at %d different times", len(times))
	}
}
