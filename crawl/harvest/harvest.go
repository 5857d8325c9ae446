// Package harvest reads sources: it picks the ones that are due, asks the right
// reader for each, and files what they bring.
//
// Make a [Harvester] with [New] and call [Harvester.Run] for one turn. A turn goes
// over hosts, not over sources: sources of one host are read one after the other,
// as that host is owed, while other hosts go on beside it. Each reading is filed in
// one transaction together with what is to be remembered of the visit, so a turn
// may be killed anywhere and the next one takes up what is still due.
//
// # Caveats
//
// Turns of one Harvester do not overlap: a second one waits for the first. A
// source that fails never stops a turn; a store that cannot be written to does.
package harvest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie"
	"vigie/crawl/polite"
	"vigie/index/store"
)

// Reader asks one source for what it shows. known remembers what the source
// showed before.
type Reader interface {
	Read(ctx context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error)
}

// defaultParallel is how many hosts are read at the same time: the readers mostly
// wait, and two cores are kept busy by eight of them.
const defaultParallel = 8

// Options of [New]. The zero value is good.
type Options struct {
	// Parallel is how many hosts are read at the same time; 0 means 8.
	Parallel int
	// Every is the time between two readings of sources without a wish of their
	// own; 0 means vigie.DefaultEvery.
	Every time.Duration
	Log   *slog.Logger
	Now   func() time.Time
}

// Harvester reads sources into a store. Its methods may be called concurrently.
type Harvester struct {
	db      *store.DB
	readers map[vigie.Kind]Reader
	o       Options
	turn    chan struct{} // holds one token: turns do not overlap

	mu     sync.Mutex
	now    map[vigie.SourceID]Current // under mu
	last   Report                     // under mu
	tried  int64                      // under mu
	failed int64                      // under mu
}

// New returns a harvester that reads each kind of source with its reader.
func New(db *store.DB, readers map[vigie.Kind]Reader, o Options) *Harvester {
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Harvester{db: db, readers: readers, o: o, turn: make(chan struct{}, 1), now: map[vigie.SourceID]Current{}}
}

// Choice says which sources a turn reads. The zero value means those that are
// due.
type Choice struct {
	// Source reads this one, due or not.
	Source vigie.SourceID
	// All reads every source that is not paused, due or not.
	All bool
}

// Report says what a turn did.
type Report struct {
	// Sources were chosen, Read answered (NotModified of them with nothing new).
	Sources     int `json:"sources"`
	Read        int `json:"read"`
	NotModified int `json:"not_modified"`
	// New, Changed and Unchanged count items.
	New       int       `json:"new"`
	Changed   int       `json:"changed"`
	Unchanged int       `json:"unchanged"`
	Failed    []Failure `json:"failed"`
	// Start and End are when the turn ran.
	Start time.Time `json:"-"`
	End   time.Time `json:"-"`
}

// Failure is a source that could not be read, and why, in words.
type Failure struct {
	Source vigie.SourceID `json:"source"`
	URL    string         `json:"url"`
	Reason string         `json:"reason"`
}

// Event tells that one source is done.
type Event struct {
	Source    vigie.Source
	Done, All int
	Filed     store.Filed
	// Err is nil when the source was read.
	Err error
}

// Current is a source that is being read.
type Current struct {
	Source vigie.Source
	Since  time.Time
}

// Now returns what is being read at this moment, longest first.
func (h *Harvester) Now() []Current {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Current, 0, len(h.now))
	for _, c := range h.now {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Current) int { return a.Since.Compare(b.Since) })
	return out
}

// Last returns the report of the last turn that had something to read; the zero
// report before.
func (h *Harvester) Last() Report {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// Totals returns how many readings were tried since the start, and how many of
// them failed.
func (h *Harvester) Totals() (tried, failed int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tried, h.failed
}

// Run is one turn. The progress function may be nil; it is called from several
// goroutines, one call at a time. The error is not nil when the turn could not go
// on: the store refused, or ctx ended. What was filed until then stays.
func (h *Harvester) Run(ctx context.Context, c Choice, progress func(Event)) (Report, error) {
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return Report{}, ctx.Err()
	}
	chosen, err := h.choose(c)
	if err != nil {
		return Report{}, fmt.Errorf("choose sources: %w", err)
	}
	t := &turn{h: h, progress: progress, report: Report{Sources: len(chosen), Failed: []Failure{}, Start: h.o.Now()}}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(h.o.Parallel)
	for _, sources := range byHost(chosen) {
		g.Go(func() error {
			for _, s := range sources {
				if err := t.read(ctx, s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = g.Wait()
	t.report.End = h.o.Now()
	slices.SortFunc(t.report.Failed, func(a, b Failure) int { return strings.Compare(string(a.Source), string(b.Source)) })
	if t.report.Sources > 0 { // a turn that found nothing due is not worth telling
		h.mu.Lock()
		h.last = t.report
		h.mu.Unlock()
	}
	return t.report, err
}

// choose lists the sources of a turn, the longest overdue first.
func (h *Harvester) choose(c Choice) ([]vigie.Source, error) {
	type candidate struct {
		source vigie.Source
		next   time.Time
	}
	var due []candidate
	now := h.o.Now()
	err := h.db.View(func(tx *store.Tx) error {
		if c.Source != "" {
			s, err := tx.Source(c.Source)
			due = append(due, candidate{source: s})
			return err
		}
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			v, err := tx.Visit(s.ID)
			if err != nil {
				return err
			}
			if v.Due(s, now) || (c.All && !s.Paused) {
				due = append(due, candidate{s, v.NextRead})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(due, func(a, b candidate) int { return a.next.Compare(b.next) })
	out := make([]vigie.Source, len(due))
	for i, d := range due {
		out[i] = d.source
	}
	return out, nil
}

// byHost groups sources, keeping their order.
func byHost(sources []vigie.Source) [][]vigie.Source {
	at := map[string]int{}
	var out [][]vigie.Source
	for _, s := range sources {
		host := s.URL
		if u, err := url.Parse(s.URL); err == nil {
			host = u.Hostname()
		}
		i, ok := at[host]
		if !ok {
			i = len(out)
			at[host] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], s)
	}
	return out
}

// turn is one run under way.
type turn struct {
	h        *Harvester
	progress func(Event)

	mu     sync.Mutex
	done   int    // under mu
	report Report // under mu
}

// read reads and files one source. It returns an error only when the turn cannot
// go on.
func (t *turn) read(ctx context.Context, s vigie.Source) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h := t.h
	h.mu.Lock()
	h.now[s.ID] = Current{Source: s, Since: h.o.Now()}
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.now, s.ID)
		h.mu.Unlock()
	}()
	if s.Every <= 0 {
		s.Every = h.o.Every
	}
	reading, filed, err := h.visit(ctx, s)
	if ctx.Err() != nil {
		return ctx.Err() // the person, not the source, ended it
	}
	var refused *refusedError
	if errors.As(err, &refused) {
		if errors.Is(err, vigie.ErrNotFound) {
			err = errors.New("the source was removed while it was read")
		} else {
			return refused.err
		}
	}
	t.note(s, reading, filed, err)
	return nil
}

// refusedError is the store's, not the source's.
type refusedError struct{ err error }

func (e *refusedError) Error() string { return e.err.Error() }
func (e *refusedError) Unwrap() error { return e.err }

// visit asks the reader and files the answer, or remembers the failure.
func (h *Harvester) visit(ctx context.Context, s vigie.Source) (vigie.Reading, store.Filed, error) {
	var visit vigie.Visit
	err := h.db.View(func(tx *store.Tx) error {
		var err error
		visit, err = tx.Visit(s.ID)
		return err
	})
	if err != nil {
		return vigie.Reading{}, store.Filed{}, &refusedError{err}
	}
	m := &memory{db: h.db, source: s.ID}
	reading, err := h.ask(ctx, s, visit, m)
	if ctx.Err() != nil {
		return reading, store.Filed{}, ctx.Err()
	}
	if err == nil && m.err != nil {
		return reading, store.Filed{}, &refusedError{m.err}
	}
	if err != nil {
		var retry *polite.RetryError
		var notBefore time.Time
		if errors.As(err, &retry) {
			notBefore = retry.Until
		}
		if reading.Visit.Source == s.ID {
			visit = reading.Visit // the reader takes back validators of an answer that it could not use
		}
		failed := visit.Failed(s, h.o.Now(), err.Error(), notBefore)
		if e := h.db.Update(ctx, func(tx *store.Tx) error { return tx.PutVisit(failed) }); e != nil {
			return reading, store.Filed{}, &refusedError{e}
		}
		return reading, store.Filed{}, err
	}
	reading.Visit = reading.Visit.Succeeded(s, h.o.Now(), len(reading.Findings) > 0)
	filed, err := h.db.File(ctx, store.Filing{Source: s, Reading: reading, Seen: m.seen})
	if err != nil {
		return reading, filed, &refusedError{err}
	}
	return reading, filed, nil
}

// ask calls the reader; a panic in it costs this reading and nothing else.
func (h *Harvester) ask(ctx context.Context, s vigie.Source, v vigie.Visit, m *memory) (reading vigie.Reading, err error) {
	reader, ok := h.readers[s.Kind]
	if !ok {
		return reading, fmt.Errorf("read %s: no reader for sources of kind %q: %w", s.URL, s.Kind, vigie.ErrInvalid)
	}
	defer func() {
		if p := recover(); p != nil {
			h.o.Log.ErrorContext(ctx, "a reader panicked", "source", s.ID, "url", s.URL, "panic", p)
			err = fmt.Errorf("read %s: vigie itself failed on this answer (%v); please report it with the address", s.URL, p)
		}
	}()
	return reader.Read(ctx, s, v, m.known)
}

// memory answers a reader's questions about what a source showed before.
type memory struct {
	db     *store.DB
	source vigie.SourceID
	seen   []string
	err    error
}

func (m *memory) known(guid, address string) (digest vigie.Hash, ok bool) {
	err := m.db.View(func(tx *store.Tx) error {
		digest, ok = tx.Known(m.source)(guid, address)
		return nil
	})
	if err != nil {
		m.err = err
	}
	if ok {
		m.seen = append(m.seen, guid)
	}
	return digest, ok
}

// note adds one source to the report and tells the progress function.
func (t *turn) note(s vigie.Source, reading vigie.Reading, filed store.Filed, err error) {
	t.h.tally(err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if err != nil {
		t.report.Failed = append(t.report.Failed, Failure{Source: s.ID, URL: s.URL, Reason: err.Error()})
		t.h.o.Log.Debug("a source failed", "source", s.ID, "url", s.URL, "err", err)
	} else {
		t.report.Read++
		t.report.New += filed.New
		t.report.Changed += filed.Changed
		t.report.Unchanged += filed.Unchanged
		if reading.NotModified {
			t.report.NotModified++
		}
	}
	if t.progress != nil {
		t.progress(Event{Source: s, Done: t.done, All: t.report.Sources, Filed: filed, Err: err})
	}
}

// tally counts one reading.
func (h *Harvester) tally(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tried++
	if err != nil {
		h.failed++
	}
}
