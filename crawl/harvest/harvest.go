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
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"vigie"
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
