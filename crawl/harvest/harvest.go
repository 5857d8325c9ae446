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
// When a source is read next is kept before it is asked, so that a crash, or a stop,
// never makes it come back early. [vigie.Pace] has the rules; [Alarms] says what a
// person should know of a source.
//
// Turns may overlap, hosts do not: a host that is being read is left out of a turn
// over what is due (its sources stay due), and waited for by a turn that somebody
// asked for. A source that fails never stops a turn; a store that cannot be written
// to does.
package harvest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
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

// hostsForEach is how many hosts a turn is at for each reader at work: while one is
// asked, the answers of others are filed, so that they share commits. A turn over
// 2,000 sources that answer 304 (BenchmarkTurn304, the medians of three beside other
// work) took 3.0 seconds of the processor with 1, 2.4 with 4 and 2.2 with 8.
const hostsForEach = 4

// Options of [New]. The zero value is good.
type Options struct {
	// Parallel is how many answers are worked on at the same time; 0 means 8. Several
	// times as many hosts are waited for.
	Parallel int
	// Every is the least time between two readings of sources without a wish of
	// their own ([vigie.Pace]); 0 means vigie.DefaultEvery.
	Every time.Duration
	Log   *slog.Logger
	Now   func() time.Time
}

// Harvester reads sources into a store. Its methods may be called concurrently.
type Harvester struct {
	db      *store.DB
	readers map[vigie.Kind]Reader
	o       Options
	slots   chan struct{} // one token for each host that a turn is at
	away    chan struct{} // one token for each host that is waited for without a slot
	asking  chan struct{} // one token for each reader at work

	mu     sync.Mutex
	busy   map[string]chan struct{}     // hosts that are being read; closed when free; under mu
	now    map[vigie.SourceID]Current   // under mu
	ended  map[vigie.SourceID]time.Time // when each was last read; under mu
	last   Report                       // under mu
	turns  map[*turn]bool               // those that go on; under mu
	listed map[vigie.SourceID]*turn     // which turn has a source still to read; under mu
	tried  int64                        // under mu
	failed int64                        // under mu
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
	hosts := hostsForEach * o.Parallel
	if o.Parallel == 1 {
		hosts = 1 // whoever wants one reader wants one after the other
	}
	return &Harvester{
		db: db, readers: readers, o: o, slots: make(chan struct{}, hosts), asking: make(chan struct{}, o.Parallel),
		away: make(chan struct{}, awayForEach*hosts),
		busy: map[string]chan struct{}{}, now: map[vigie.SourceID]Current{}, ended: map[vigie.SourceID]time.Time{}, turns: map[*turn]bool{},
		listed: map[vigie.SourceID]*turn{},
	}
}

// Choice says which sources a turn reads. The zero value means those that are
// due.
type Choice struct {
	// Source reads this one, due or not.
	Source vigie.SourceID
	// All reads every source that is not paused, due or not, but for those that
	// are gone or refused: these are asked again one by one.
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

// Progress returns how many sources the turns that go on have read, of how many;
// nothing while there is none.
func (h *Harvester) Progress() (done, all int) {
	h.mu.Lock()
	turns := slices.Collect(maps.Keys(h.turns))
	h.mu.Unlock()
	for _, t := range turns {
		t.mu.Lock()
		done, all = done+t.done, all+t.report.Sources
		t.mu.Unlock()
	}
	return done, all
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
	chosen, resting, err := h.choose(c)
	if err != nil {
		return Report{}, fmt.Errorf("choose sources: %w", err)
	}
	t := &turn{h: h, choice: c, progress: progress}
	chosen = t.list(chosen)
	defer t.unlist(chosen)
	t.report = Report{Sources: len(chosen) + len(resting), Failed: []Failure{}, Start: h.o.Now()}
	for _, r := range resting {
		t.note(r.source, vigie.Reading{}, store.Filed{}, fmt.Errorf("its server asked for a pause until %s", r.until.UTC().Format("2006-01-02 15:04 UTC")))
	}
	defer h.count(t)()
	outer := ctx
	g, ctx := errgroup.WithContext(outer)
	for _, sources := range byHost(chosen) {
		// The longest overdue go first, so slots are taken here and in this order.
		select {
		case h.slots <- struct{}{}:
		case <-ctx.Done():
			continue // Wait has the reason
		}
		g.Go(func() error {
			p := &place{h: h, slot: true}
			defer p.free()
			return t.host(ctx, p, sources)
		})
	}
	err = errors.Join(g.Wait(), outer.Err())
	t.report.End = h.o.Now()
	slices.SortFunc(t.report.Failed, func(a, b Failure) int { return strings.Compare(string(a.Source), string(b.Source)) })
	if t.report.Sources > 0 { // a turn that found nothing due is not worth telling
		h.mu.Lock()
		h.last = t.report
		h.mu.Unlock()
	}
	return t.report, err
}

// count counts a turn among those that go on, until end is called.
func (h *Harvester) count(t *turn) (end func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turns[t] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.turns, t)
	}
}

// candidate is a source that a turn may read.
type candidate struct {
	source vigie.Source
	next   time.Time
	// until is when the source may be asked again, as a server said when it was read.
	until time.Time
}

// choose lists the sources of a turn, the longest overdue first. A source whose server
// asked for a pause gets it, whoever wants to read it: resting are those that a person
// asked for all the same. The other sources of that server are chosen: the way out
// refuses them without a request, and it alone knows whose wish it was, for a redirect
// may have led to another host.
func (h *Harvester) choose(c Choice) (chosen []vigie.Source, resting []candidate, err error) {
	now := h.o.Now()
	wanted, err := h.wanted(c, now)
	if err != nil {
		return nil, nil, err
	}
	if c.Source != "" && len(wanted) == 0 {
		return nil, nil, fmt.Errorf("find source %s: %w", c.Source, vigie.ErrNotFound)
	}
	slices.SortStableFunc(wanted, func(a, b candidate) int { return a.next.Compare(b.next) })
	for _, w := range wanted {
		if w.until.After(now) {
			resting = append(resting, w)
			continue
		}
		chosen = append(chosen, w.source)
	}
	return chosen, resting, nil
}

// wanted lists the sources that a choice names.
func (h *Harvester) wanted(c Choice, now time.Time) (wanted []candidate, err error) {
	err = h.db.View(func(tx *store.Tx) error {
		for s, err := range tx.Sources() {
			if err != nil {
				return err
			}
			v, err := tx.Visit(s.ID)
			if err != nil {
				return err
			}
			if c.names(s, v, now) {
				wanted = append(wanted, candidate{source: s, next: v.NextRead, until: v.NotBefore})
			}
		}
		return nil
	})
	return wanted, err
}

// names reports whether a source is among those chosen.
func (c Choice) names(s vigie.Source, v vigie.Visit, now time.Time) bool {
	if c.Source != "" {
		return s.ID == c.Source
	}
	return v.Due(s, now) || (c.All && !s.Paused && !v.Stopped())
}

// byHost groups sources, keeping their order.
func byHost(sources []vigie.Source) [][]vigie.Source {
	at := map[string]int{}
	var out [][]vigie.Source
	for _, s := range sources {
		host := s.Host()
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
