package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// readerFunc lets each test say what its sources answer.
type readerFunc func(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error)

func (f readerFunc) Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
	return f(ctx, s, v, known)
}

// items answers with documents of the given titles, as a feed reader would.
func items(s vigie.Source, v vigie.Visit, known vigie.Known, titles ...string) vigie.Reading {
	v.ETag = `"a state"` // who gives none is asked once a day
	r := vigie.Reading{Visit: v}
	for _, title := range titles {
		digest := vigie.HashOf([]byte(title))
		if had, ok := known(title, ""); ok && had == digest {
			r.Unchanged++
			continue
		}
		r.Findings = append(r.Findings, vigie.Finding{
			GUID: title, URL: s.URL + title, Digest: digest, Document: vigie.Document{URL: s.URL + "/" + title, Title: title},
		})
	}
	return r
}

func newHarvester(db *store.DB, o harvest.Options, read readerFunc) *harvest.Harvester {
	return harvest.New(db, map[vigie.Kind]harvest.Reader{vigie.Feed: read}, o)
}

// visit returns what is remembered of a source.
func visit(t *testing.T, db *store.DB, id vigie.SourceID) (v vigie.Visit) {
	t.Helper()
	if err := db.View(func(tx *store.Tx) error {
		var err error
		v, err = tx.Visit(id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// counts strips what differs from run to run.
func counts(r harvest.Report) harvest.Report {
	r.Start, r.End = time.Time{}, time.Time{}
	return r
}

func TestTurns(t *testing.T) {
	db := storetest.Open(t)
	a := storetest.Source(t, db, "https://one.example/feed")
	storetest.Source(t, db, "https://two.example/feed")
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	titles := []string{"first", "second"}
	h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		return items(s, v, known, titles...), nil
	})
	turns := []struct {
		name   string
		wait   time.Duration
		choice harvest.Choice
		more   string
		want   harvest.Report
	}{
		{name: "a source just added is due", want: harvest.Report{Sources: 2, Read: 2, New: 4, Failed: []harvest.Failure{}}},
		{name: "then nothing is", wait: 50 * time.Minute, want: harvest.Report{Failed: []harvest.Failure{}}},
		{name: "one on demand", choice: harvest.Choice{Source: a.ID}, want: harvest.Report{Sources: 1, Read: 1, Unchanged: 2, Failed: []harvest.Failure{}}},
		{name: "all on demand", choice: harvest.Choice{All: true}, more: "third", want: harvest.Report{Sources: 2, Read: 2, New: 2, Unchanged: 4, Failed: []harvest.Failure{}}},
		{name: "due again after the interval", wait: 9 * time.Hour, want: harvest.Report{Sources: 2, Read: 2, Unchanged: 6, Failed: []harvest.Failure{}}},
	}
	for _, turn := range turns {
		now = now.Add(turn.wait)
		if turn.more != "" {
			titles = append(titles, turn.more)
		}
		before := db.Last()
		got, err := h.Run(t.Context(), turn.choice, nil)
		if err != nil {
			t.Fatalf("%s: %v", turn.name, err)
		}
		if diff := cmp.Diff(turn.want, counts(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", turn.name, diff)
		}
		if turn.want.New == 0 && db.Last() != before {
			t.Errorf("%s: the change log grew", turn.name)
		}
	}
	if v := visit(t, db, a.ID); !v.NextRead.After(now) || !v.LastSuccess.Equal(now) {
		t.Errorf("visit %+v at %s", v, now)
	}
}

func TestFailures(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	until := now.Add(26 * time.Hour)
	tests := []struct {
		name   string
		read   readerFunc
		reason string
		next   time.Time
	}{
		{
			name: "an error is remembered in words",
			read: func(context.Context, vigie.Source, vigie.Visit, vigie.Known) (vigie.Reading, error) {
				return vigie.Reading{}, errors.New("the page is gone")
			},
			reason: "the page is gone",
		},
		{
			name: "a panic costs one reading",
			read: func(context.Context, vigie.Source, vigie.Visit, vigie.Known) (vigie.Reading, error) {
				panic("odd answer")
			},
			reason: "read https://bad.example/feed: vigie itself failed on this answer (odd answer); please report it with the address",
		},
		{
			name: "Retry-After is obeyed beyond a day",
			read: func(context.Context, vigie.Source, vigie.Visit, vigie.Known) (vigie.Reading, error) {
				return vigie.Reading{}, fmt.Errorf("read: %w", &polite.RetryError{Status: 429, Until: until})
			},
			next: until,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			db := storetest.Open(t)
			bad := storetest.Source(t, db, "https://bad.example/feed")
			storetest.Source(t, db, "https://good.example/feed")
			h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
				if s.ID == bad.ID {
					return test.read(ctx, s, v, known)
				}
				return items(s, v, known, "x"), nil
			})
			got, err := h.Run(t.Context(), harvest.Choice{}, nil)
			if err != nil || got.Read != 1 || got.New != 1 || len(got.Failed) != 1 {
				t.Fatalf("report %+v, %v: the healthy source must be read", got, err)
			}
			v := visit(t, db, bad.ID)
			if v.Failures != 1 || v.LastError != got.Failed[0].Reason || (test.reason != "" && v.LastError != test.reason) {
				t.Errorf("visit %+v", v)
			}
			if !v.NextRead.After(now) || (!test.next.IsZero() && !v.NextRead.Equal(test.next)) {
				t.Errorf("next reading %s", v.NextRead)
			}
		})
	}
}

// TestHosts reads ten sources on two hosts: never two of one host at once, and the
// two hosts beside each other.
func TestHosts(t *testing.T) {
	db := storetest.Open(t)
	for i := range 5 {
		storetest.Source(t, db, fmt.Sprintf("https://one.example/%d", i))
		storetest.Source(t, db, fmt.Sprintf("https://two.example/%d", i))
	}
	var mu sync.Mutex
	busy := map[string]int{}
	both := make(chan struct{})
	h := newHarvester(db, harvest.Options{}, func(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		host := s.URL[:len("https://one")]
		mu.Lock()
		busy[host]++
		if busy[host] > 1 {
			t.Errorf("%d readings of %s at once", busy[host], host)
		}
		if len(busy) == 2 {
			select {
			case <-both:
			default:
				close(both)
			}
		}
		mu.Unlock()
		select {
		case <-both: // the other host is being read as well
		case <-ctx.Done():
		}
		mu.Lock()
		busy[host]--
		mu.Unlock()
		return items(s, v, known, s.URL), nil
	})
	seen := 0
	got, err := h.Run(t.Context(), harvest.Choice{}, func(e harvest.Event) {
		if seen++; e.Done != seen || e.All != 10 {
			t.Errorf("event %d of %d after %d events", e.Done, e.All, seen)
		}
	})
	if err != nil || got.New != 10 {
		t.Fatalf("%+v, %v", got, err)
	}
}

// TestStop ends a turn in the middle: a source that was asked is left alone for its
// interval, as if it had answered, and nothing else is held against it.
func TestStop(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://slow.example/feed")
	ctx, stop := context.WithCancel(t.Context())
	h := newHarvester(db, harvest.Options{}, func(ctx context.Context, _ vigie.Source, v vigie.Visit, _ vigie.Known) (vigie.Reading, error) {
		stop()
		<-ctx.Done()
		return vigie.Reading{Visit: v}, ctx.Err()
	})
	if _, err := h.Run(ctx, harvest.Choice{}, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	v := visit(t, db, s.ID)
	if v.Failures != 0 || v.LastError != "" {
		t.Errorf("the person's stop was held against the source: %+v", v)
	}
	if now := time.Now(); v.Due(s, now) || v.NextRead.Sub(now) > 2*time.Hour {
		t.Errorf("it was asked and is due at %s: it must be left alone for its interval", v.NextRead)
	}
}

// TestOverlap runs two turns over everything at once: a source is read by one of
// them only, and what is being read is told meanwhile.
func TestOverlap(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://slow.example/feed")
	var calls atomic.Int32
	started, release := make(chan struct{}, 2), make(chan struct{})
	h := newHarvester(db, harvest.Options{}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		calls.Add(1)
		started <- struct{}{}
		<-release
		return items(s, v, known, "x"), nil
	})
	reports := make(chan harvest.Report, 2)
	for range 2 {
		go func() {
			r, err := h.Run(t.Context(), harvest.Choice{All: true}, nil)
			if err != nil {
				t.Error(err)
			}
			reports <- r
		}()
	}
	<-started
	if now := h.Now(); len(now) != 1 || now[0].Source.ID != s.ID {
		t.Errorf("being read: %v", now)
	}
	close(release)
	a, b := <-reports, <-reports
	if calls.Load() != 1 || a.Read+b.Read != 1 || a.Sources+b.Sources != 1 {
		t.Errorf("read %d times; reports %+v and %+v", calls.Load(), a, b)
	}
	if len(h.Now()) != 0 || h.Last().Read != 1 {
		t.Errorf("after the turns: %v, %+v", h.Now(), h.Last())
	}
}

// TestBeside wants a slow host to hold up nobody: a second turn reads what else is
// due, leaves the slow one alone, and ends first.
func TestBeside(t *testing.T) {
	db := storetest.Open(t)
	slow := storetest.Source(t, db, "https://slow.example/feed")
	started, release := make(chan struct{}), make(chan struct{})
	h := newHarvester(db, harvest.Options{}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		if s.ID == slow.ID {
			close(started)
			<-release
		}
		return items(s, v, known, "x"), nil
	})
	first := make(chan harvest.Report)
	go func() {
		r, err := h.Run(t.Context(), harvest.Choice{}, nil)
		if err != nil {
			t.Error(err)
		}
		first <- r
	}()
	<-started
	storetest.Source(t, db, "https://quick.example/feed")
	second, err := h.Run(t.Context(), harvest.Choice{}, nil)
	if err != nil || second.Sources != 1 || second.Read != 1 {
		t.Errorf("the second turn: %+v, %v", second, err)
	}
	close(release)
	if r := <-first; r.Read != 1 {
		t.Errorf("the first turn: %+v", r)
	}
}

// TestRemoved removes a source while it is read: it is not brought back.
func TestRemoved(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://gone.example/feed")
	h := newHarvester(db, harvest.Options{}, func(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		if err := db.Update(ctx, func(tx *store.Tx) error { return tx.RemoveSource(s.ID) }); err != nil {
			t.Error(err)
		}
		return items(s, v, known, "x"), nil
	})
	got, err := h.Run(t.Context(), harvest.Choice{}, nil)
	if err != nil || len(got.Failed) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	err = db.View(func(tx *store.Tx) error {
		_, err := tx.Source(s.ID)
		return err
	})
	if !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the source came back: %v", err)
	}
}
