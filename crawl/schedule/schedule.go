// Package schedule runs named jobs at set times: read the sources that are due
// every minute, take a backup at three in the morning. It knows nothing of what
// the jobs do.
//
// A [Job] is a name, a time in the words of cron and a function. [New] checks
// them all, [Scheduler.Run] runs them until its context is done and returns when
// the last one has returned. [Scheduler.Now] runs one at once, and
// [Scheduler.Status] tells what each of them did and will do.
//
//	s, err := schedule.New(log, schedule.Options{}, schedule.Job{
//		Name: "gather", Spec: "@every 1m", Run: gather,
//	})
//
// Times are those of cron: five fields (minute, hour, day of the month, number
// of the month, day of the week), "@hourly", "@daily", "@weekly", "@monthly", "@yearly", or
// "@every" and a duration of at least a second.
//
// # Caveats
//
// A job never runs twice at once: a time that comes while it still runs, whoever
// started it, is passed over and counted. A job that panics is recorded as
// failed and runs again at its next time. Times that passed while the program
// was stopped are not made up for; "@every" counts from the start of Run.
//
// The library's own guard (SkipIfStillRunning) never lets a job run again after
// a panic (robfig/cron issue 366), and its "run now" goes around the guard
// (issue 551). Both are therefore done here, and the library only ticks.
package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"vigie"
)

// Job is something to do at set times.
type Job struct {
	// Name is unique among the jobs, for example "gather".
	Name string
	// Spec says when, for example "0 3 * * *"; see the package comment. "" means
	// never by itself, only by [Scheduler.Now].
	Spec string
	// Run does it. Its context ends when the scheduler stops.
	Run func(context.Context) error
}

// Cause says why a job ran.
type Cause string

// The causes of a run.
const (
	// Timed is a run at the job's time.
	Timed Cause = "timed"
	// Asked is a run that somebody asked for with [Scheduler.Now].
	Asked Cause = "asked"
)

// Run is one finished run of a job.
type Run struct {
	Job   string
	Cause Cause
	// Started and Ended are in UTC.
	Started, Ended time.Time
	// Err is what the job returned, or its panic. It is the context's error for a
	// job that was stopped.
	Err error
}

// Options are the choices that [New] can do without.
type Options struct {
	// Record is told of every finished run, in order for each job, before the job
	// can run again. It is called from several goroutines; nil records nothing.
	Record func(Run)
	// Location is where the fields of a Spec are read; nil means [time.Local].
	Location *time.Location
}

// Scheduler runs jobs. Make one with [New]; its methods may be called
// concurrently, except that Run is called once.
type Scheduler struct {
	log    *slog.Logger
	record func(Run)
	cron   *cron.Cron
	jobs   []*entry // never changed after New, in the order given

	running sync.WaitGroup // one for each running job; grows only under mu, while open

	mu      sync.Mutex // guards what follows, and the changing part of each entry
	started bool
	stopped bool
}

// New returns a scheduler of the jobs. A name that is missing or given twice, a
// missing function and a Spec that cannot be are errors of kind
// [vigie.ErrInvalid].
func New(log *slog.Logger, o Options, jobs ...Job) (*Scheduler, error) {
	location := o.Location
	if location == nil {
		location = time.Local
	}
	s := &Scheduler{
		log:    log,
		record: o.Record,
		cron:   cron.New(cron.WithLocation(location), cron.WithLogger(cron.DiscardLogger)),
	}
	for _, job := range jobs {
		e, err := newEntry(job, location)
		if err == nil && s.find(job.Name) != nil {
			err = &vigie.InvalidError{Field: "name", Reason: "given twice"}
		}
		if err != nil {
			return nil, fmt.Errorf("schedule job %q: %w", job.Name, err)
		}
		s.jobs = append(s.jobs, e)
	}
	return s, nil
}

// Run runs the jobs at their times until ctx is done; then it starts no more,
// ends the context of those that run, and returns when all have returned. It
// returns nil after a clean stop, and an error of kind [vigie.ErrConflict] when
// it was called before.
func (s *Scheduler) Run(ctx context.Context) error {
	if err := s.start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	s.stop()
	return nil
}

func (s *Scheduler) start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started {
		return fmt.Errorf("run the scheduler a second time: %w", vigie.ErrConflict)
	}
	s.started = true
	for _, e := range s.jobs {
		if e.schedule != nil {
			e.id = s.cron.Schedule(e.schedule, cron.FuncJob(func() { s.timed(ctx, e) }))
		}
	}
	s.cron.Start()
	return nil
}

// stop lets no job begin, ends the contexts of those that run and waits for them.
func (s *Scheduler) stop() {
	ticks := s.cron.Stop()
	s.mu.Lock()
	s.stopped = true
	for _, e := range s.jobs {
		if e.cancel != nil {
			e.cancel()
		}
	}
	s.mu.Unlock()
	s.running.Wait()
	<-ticks.Done()
}

// Now runs the named job at once and returns its error. The run ends with ctx
// and with the scheduler. The error is of kind [vigie.ErrNotFound] for a name
// that is not there, [vigie.ErrBusy] while the job runs, and
// [vigie.ErrConflict] once the scheduler has stopped. It works before
// [Scheduler.Run] too.
func (s *Scheduler) Now(ctx context.Context, name string) error {
	e := s.find(name)
	if e == nil {
		return fmt.Errorf("run job %q: %w", name, vigie.ErrNotFound)
	}
	if err := s.execute(ctx, e, Asked); err != nil {
		return fmt.Errorf("run job %q: %w", name, err)
	}
	return nil
}

// Status tells about every job, in the order given to [New].
func (s *Scheduler) Status() []Status {
	next := make(map[cron.EntryID]time.Time)
	for _, t := range s.cron.Entries() {
		next[t.ID] = t.Next
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Status, len(s.jobs))
	for i, e := range s.jobs {
		all[i] = e.status
		if t := next[e.id]; e.id != 0 && !s.stopped && !t.IsZero() {
			all[i].Next = t.UTC()
		}
	}
	return all
}

func (s *Scheduler) find(name string) *entry {
	i := slices.IndexFunc(s.jobs, func(e *entry) bool { return e.job.Name == name })
	if i < 0 {
		return nil
	}
	return s.jobs[i]
}
