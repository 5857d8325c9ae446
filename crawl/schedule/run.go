package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"vigie"
)

// Status is what a job is doing, did last and will do next. Times are in UTC;
// the zero time means not running, never, and not planned.
type Status struct {
	Name         string    `json:"name"`
	Spec         string    `json:"spec"`
	RunningSince time.Time `json:"running_since,omitzero"`
	Next         time.Time `json:"next,omitzero"`
	// LastStart, LastEnd, LastTook and LastError are about the last finished run;
	// LastError is "" after a success.
	LastStart time.Time     `json:"last_start,omitzero"`
	LastEnd   time.Time     `json:"last_end,omitzero"`
	LastTook  time.Duration `json:"last_took_ns,omitempty"`
	LastError string        `json:"last_error,omitempty"`
	// Runs counts finished runs, Failures those with an error, and Skipped the
	// times that came while the job still ran.
	Runs     int `json:"runs"`
	Failures int `json:"failures"`
	Skipped  int `json:"skipped"`
}

// PanicError is the error of a run that panicked.
type PanicError struct {
	// Value is what was given to panic.
	Value any
	// Stack is the goroutine's stack at that moment.
	Stack string
}

// Error implements error. The stack is left out.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value if it is an error, and nil otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// entry is a job and its state.
type entry struct {
	job      Job
	schedule cron.Schedule // nil without a Spec

	// Guarded by Scheduler.mu.
	id     cron.EntryID       // 0 until Run
	status Status             // without Next, which the library knows
	cancel context.CancelFunc // not nil exactly while the job runs
}

// newEntry checks the job.
func newEntry(job Job, location *time.Location) (*entry, error) {
	if job.Name == "" {
		return nil, &vigie.InvalidError{Field: "name", Reason: "missing"}
	}
	if job.Run == nil {
		return nil, &vigie.InvalidError{Field: "run", Reason: "missing"}
	}
	e := &entry{job: job, status: Status{Name: job.Name, Spec: job.Spec}}
	if job.Spec == "" {
		return e, nil
	}
	schedule, err := parse(job.Spec, location)
	if err != nil {
		return nil, &vigie.InvalidError{Field: "spec", Reason: fmt.Sprintf("%q: %v", job.Spec, err)}
	}
	e.schedule = schedule
	return e, nil
}

// maxSpec bounds a Spec in bytes.
const maxSpec = 100

// parse reads a Spec. Over the library's parser it refuses a time zone within
// the Spec (its parser panics on "TZ=UTC", and the zone is the scheduler's),
// intervals that it would silently change, and days that never come.
//
//nolint:ireturn // Schedule is how the library names the result of a Spec.
func parse(spec string, location *time.Location) (cron.Schedule, error) {
	if len(spec) > maxSpec {
		return nil, fmt.Errorf("longer than %d bytes", maxSpec)
	}
	if strings.Contains(spec, "=") {
		return nil, errors.New("a time zone cannot be given here")
	}
	if every, ok := strings.CutPrefix(spec, "@every "); ok {
		d, err := time.ParseDuration(every)
		if err != nil {
			return nil, errors.New(`allowed: "@every" and a duration, such as "@every 5m"`)
		}
		if d < time.Second || d != d.Truncate(time.Second) {
			return nil, errors.New("allowed: whole seconds, at least one")
		}
	}
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return nil, fmt.Errorf(`%w; allowed: five fields such as "0 3 * * *", "@hourly", "@daily", or "@every 5m"`, err)
	}
	// Any moment will do: the library looks five years ahead.
	if schedule.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, location)).IsZero() {
		return nil, errors.New("a day that never comes")
	}
	return schedule, nil
}

// timed runs a job whose time has come, and logs how that went: nobody else
// hears of its error.
func (s *Scheduler) timed(ctx context.Context, e *entry) {
	log := s.log.With("job", e.job.Name)
	start := time.Now()
	err := s.execute(ctx, e, Timed)
	took := time.Since(start)
	panicked, isPanic := errors.AsType[*PanicError](err)
	switch {
	case err == nil:
		log.DebugContext(ctx, "job done", "took", took)
	case errors.Is(err, errRunning):
		s.mu.Lock()
		e.status.Skipped++
		s.mu.Unlock()
		log.WarnContext(ctx, "job passed over, it still runs")
	case isPanic:
		log.ErrorContext(ctx, "job panicked", "took", took, "err", err, "stack", panicked.Stack)
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, errStopped)):
		log.InfoContext(ctx, "job stopped", "took", took)
	default:
		log.ErrorContext(ctx, "job failed", "took", took, "err", err)
	}
}

var (
	// errRunning is the guard's no.
	errRunning = fmt.Errorf("it is running already: %w", vigie.ErrBusy)
	// errStopped is the answer after a stop.
	errStopped = fmt.Errorf("the scheduler has stopped: %w", vigie.ErrConflict)
	// errAborted is the error of a job that ended its goroutine instead of
	// returning.
	errAborted = errors.New("the job ended its goroutine")
)

// execute is the one way to a job's function: it holds the guard from before the
// run until after its record, catches a panic, and keeps the status.
func (s *Scheduler) execute(ctx context.Context, e *entry, cause Cause) error {
	ctx, err := s.begin(ctx, e)
	if err != nil {
		return err
	}
	defer s.running.Done()
	run := Run{Job: e.job.Name, Cause: cause, Started: time.Now().UTC(), Err: errAborted}
	// Deferred, so that not even a job that calls runtime.Goexit keeps the guard.
	defer func() {
		run.Ended = time.Now().UTC()
		defer s.end(e, run)
		if s.record != nil {
			s.record(run)
		}
	}()
	run.Err = call(ctx, e.job)
	return run.Err
}

// begin takes the guard of e and returns the context of the run.
func (s *Scheduler) begin(ctx context.Context, e *entry) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopped:
		return nil, errStopped
	case e.cancel != nil:
		return nil, errRunning
	}
	ctx, e.cancel = context.WithCancel(ctx)
	e.status.RunningSince = time.Now().UTC()
	s.running.Add(1)
	return ctx, nil
}

// end puts the run into the status and lets go of the guard.
func (s *Scheduler) end(e *entry, run Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.cancel()
	e.cancel = nil
	st := &e.status
	st.RunningSince = time.Time{}
	st.LastStart, st.LastEnd, st.LastTook = run.Started, run.Ended, run.Ended.Sub(run.Started)
	st.LastError = ""
	st.Runs++
	if run.Err != nil {
		st.LastError = run.Err.Error()
		st.Failures++
	}
}

// call runs the job's function and turns a panic into an error.
func call(ctx context.Context, job Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: string(debug.Stack())}
		}
	}()
	return job.Run(ctx)
}
