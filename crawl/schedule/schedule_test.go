package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/schedule"
)

// start runs a scheduler of the jobs until the test, or stop, ends it.
func start(t *testing.T, o schedule.Options, jobs ...schedule.Job) (s *schedule.Scheduler, stop func()) {
	t.Helper()
	s, err := schedule.New(slog.New(slog.DiscardHandler), o, jobs...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	synctest.Wait()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v", err)
		}
	}
	return s, stop
}

func TestRunsAtItsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock starts at 2000-01-01 00:00 UTC
		var runs []schedule.Run
		o := schedule.Options{Location: time.UTC, Record: func(r schedule.Run) { runs = append(runs, r) }}
		s, stop := start(t, o,
			schedule.Job{Name: "nightly", Spec: "0 3 * * *", Run: func(context.Context) error {
				time.Sleep(time.Minute)
				return nil
			}},
			schedule.Job{Name: "never", Run: func(context.Context) error { return nil }},
		)
		begin := time.Now().UTC()
		if next := s.Status()[0].Next; !next.Equal(begin.Add(3 * time.Hour)) {
			t.Errorf("next = %v before the first run", next)
		}
		time.Sleep(3*time.Hour + 30*time.Second)
		synctest.Wait()
		if since := s.Status()[0].RunningSince; !since.Equal(begin.Add(3 * time.Hour)) {
			t.Errorf("running since %v", since)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		stop()

		first := begin.Add(3 * time.Hour)
		want := []schedule.Run{
			{Job: "nightly", Cause: schedule.Timed, Started: first, Ended: first.Add(time.Minute)},
		}
		if diff := cmp.Diff(want, runs[:1]); diff != "" {
			t.Errorf("first run (-want +got):\n%s", diff)
		}
		second := first.Add(24 * time.Hour)
		wantStatus := []schedule.Status{
			// The second run was stopped half way, and its function did not care.
			{Name: "nightly", Spec: "0 3 * * *", LastStart: second, LastEnd: second.Add(time.Minute), LastTook: time.Minute, Runs: 2},
			{Name: "never"},
		}
		if diff := cmp.Diff(wantStatus, s.Status()); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
	})
}

func TestEveryMinuteForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		_, stop := start(t, schedule.Options{}, schedule.Job{Name: "gather", Spec: "@every 1m", Run: func(context.Context) error {
			runs.Add(1)
			return nil
		}})
		time.Sleep(10*time.Minute + time.Second)
		stop()
		if runs.Load() != 10 {
			t.Errorf("%d runs, want 10", runs.Load())
		}
	})
}

// TestPanicRunsAgain holds against robfig/cron issue 366, where a job that
// panicked once under the library's guard never ran again.
func TestPanicRunsAgain(t *testing.T) {
	end := map[string]func() error{
		"panic":  func() error { panic("out of cheese") },
		"goexit": func() error { runtime.Goexit(); return nil },
		"error":  func() error { return errors.New("no luck") },
	}
	for name, how := range end {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, stop := start(t, schedule.Options{}, schedule.Job{Name: "shaky", Spec: "@every 1m", Run: func(context.Context) error { return how() }})
				time.Sleep(10*time.Minute + time.Second)
				stop()
				if st := s.Status()[0]; st.Runs != 10 || st.Failures != 10 || st.Skipped != 0 || st.LastError == "" {
					t.Errorf("status = %+v, want 10 failed runs", st)
				}
			})
		})
	}
}

func TestNeverTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int32
		s, stop := start(t, schedule.Options{}, schedule.Job{Name: "slow", Spec: "@every 1m", Run: func(context.Context) error {
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(150 * time.Second)
			inside.Add(-1)
			return nil
		}})
		time.Sleep(61 * time.Second) // in the first run
		if err := s.Now(t.Context(), "slow"); !errors.Is(err, vigie.ErrBusy) {
			t.Errorf("Now while it runs = %v, want ErrBusy", err)
		}
		time.Sleep(8*time.Minute + 58*time.Second) // ticks at 1, 2, ... 9 minutes: runs at 1, 4, 7
		stop()
		if st := s.Status()[0]; most.Load() != 1 || st.Runs != 3 || st.Skipped != 6 {
			t.Errorf("%d at once, status %+v; want 1 at once, 3 runs, 6 skipped", most.Load(), st)
		}
	})
}

func TestNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no luck")
		var cause schedule.Cause
		o := schedule.Options{Record: func(r schedule.Run) { cause = r.Cause }}
		s, stop := start(t, o,
			schedule.Job{Name: "fails", Run: func(context.Context) error { return failure }},
			schedule.Job{Name: "panics", Run: func(context.Context) error { panic(failure) }},
			schedule.Job{Name: "waits", Run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		)
		if err := s.Now(t.Context(), "fails"); !errors.Is(err, failure) || cause != schedule.Asked {
			t.Errorf("Now(fails) = %v, recorded as %q", err, cause)
		}
		err := s.Now(t.Context(), "panics")
		if p, ok := errors.AsType[*schedule.PanicError](err); !ok || !errors.Is(err, failure) || !strings.Contains(p.Stack, "schedule_test") {
			t.Errorf("Now(panics) = %v", err)
		}
		if err := s.Now(t.Context(), "nobody"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("Now(nobody) = %v", err)
		}

		// It ends with the caller, and with the scheduler.
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Now(short, "waits"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Now(waits) with a deadline = %v", err)
		}
		answer := make(chan error, 1)
		go func() { answer <- s.Now(t.Context(), "waits") }()
		synctest.Wait()
		stop()
		if err := <-answer; !errors.Is(err, context.Canceled) {
			t.Errorf("Now(waits) at a stop = %v", err)
		}
		if err := s.Now(t.Context(), "fails"); !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("Now after a stop = %v", err)
		}
		if err := s.Run(t.Context()); !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("Run a second time = %v", err)
		}
	})
}

func TestStopWaitsForTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var recorded atomic.Bool
		o := schedule.Options{Record: func(schedule.Run) {
			time.Sleep(time.Minute)
			recorded.Store(true)
		}}
		_, stop := start(t, o, schedule.Job{Name: "tidy", Spec: "@every 1m", Run: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Minute) // tidying up
			return ctx.Err()
		}})
		time.Sleep(90 * time.Second)
		stop()
		if !recorded.Load() {
			t.Error("Run returned before the run was recorded")
		}
	})
}

func TestNewRefuses(t *testing.T) {
	run := func(context.Context) error { return nil }
	tests := map[string]struct {
		jobs []schedule.Job
		want string
	}{
		"no name":       {[]schedule.Job{{Run: run}}, "name: missing"},
		"no function":   {[]schedule.Job{{Name: "a"}}, "run: missing"},
		"twice":         {[]schedule.Job{{Name: "a", Run: run}, {Name: "a", Run: run}}, "given twice"},
		"words":         {[]schedule.Job{{Name: "a", Spec: "each day", Run: run}}, `allowed: five fields`},
		"six fields":    {[]schedule.Job{{Name: "a", Spec: "0 0 3 * * *", Run: run}}, `allowed: five fields`},
		"zone":          {[]schedule.Job{{Name: "a", Spec: "TZ=UTC", Run: run}}, "time zone"},
		"too often":     {[]schedule.Job{{Name: "a", Spec: "@every 10ms", Run: run}}, "at least one"},
		"backwards":     {[]schedule.Job{{Name: "a", Spec: "@every -5m", Run: run}}, "at least one"},
		"no duration":   {[]schedule.Job{{Name: "a", Spec: "@every day", Run: run}}, "@every 5m"},
		"never comes":   {[]schedule.Job{{Name: "a", Spec: "0 0 30 2 *", Run: run}}, "never comes"},
		"out of bounds": {[]schedule.Job{{Name: "a", Spec: "61 * * * *", Run: run}}, "allowed"},
		"long":          {[]schedule.Job{{Name: "a", Spec: strings.Repeat("1,", 200), Run: run}}, "longer than"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := schedule.New(slog.New(slog.DiscardHandler), schedule.Options{}, tt.jobs...)
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want ErrInvalid with %q", err, tt.want)
			}
		})
	}
}

func FuzzSpec(f *testing.F) {
	for _, spec := range []string{"@every 1m", "0 3 * * *", "*/5 1-3,7 * jan mon-fri", "@weekly", "TZ=UTC", "CRON_TZ=", "@every", "? ? ? ? ?", "1-0 * * * *", "*/0 * * * *"} {
		f.Add(spec)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		job := schedule.Job{Name: "fuzz", Spec: spec, Run: func(context.Context) error { return nil }}
		_, err := schedule.New(slog.New(slog.DiscardHandler), schedule.Options{Location: time.UTC}, job)
		if err != nil && !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("not of kind ErrInvalid: %v", err)
		}
	})
}

func ExampleScheduler_Now() {
	s, err := schedule.New(slog.New(slog.DiscardHandler), schedule.Options{}, schedule.Job{
		Name: "gather", Spec: "@every 1m",
		Run: func(context.Context) error {
			fmt.Println("gathering")
			return nil
		},
	})
	fmt.Println(err)
	fmt.Println(s.Now(context.Background(), "gather"), s.Status()[0].Runs)
	// Output:
	// <nil>
	// gathering
	// <nil> 1
}
