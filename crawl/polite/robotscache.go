package polite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// How long a copy of robots.txt is used (RFC 9309 sections 2.3.1.4 and 2.4).
const (
	robotsFresh = 24 * time.Hour
	// robotsLost is how long a file that was never read and cannot be read forbids
	// everything; after that it counts as one that is not there. A copy stands in for
	// as long as it takes.
	robotsLost = 30 * 24 * time.Hour
	// robotsRetry is the time between two tries at a file that cannot be read; it
	// doubles up to robotsRetries.
	robotsRetry   = 5 * time.Minute
	robotsRetries = 6 * time.Hour
)

// The bounds of the copies in memory.
const (
	maxOrigins     = 1024
	maxRobotsBytes = 8 << 20 // as files; parsed they take a few times that
)

// robotsFile is one copy of a robots.txt file: the record that is persisted. A
// status of 4xx stands for "no rules", and 0 for a file that was never read.
type robotsFile struct {
	Fetched time.Time `json:"fetched,omitzero"`
	Status  int       `json:"status,omitempty"`
	Body    []byte    `json:"body,omitempty"`
	// Failing is since when it cannot be read; zero while it can.
	Failing time.Time `json:"failing,omitzero"`
	// Tried is when that was seen last, of a file that is asked for once a day.
	Tried time.Time `json:"tried,omitzero"`
}

// robotsCache knows the rules of the origins that were asked lately, as their
// robots.txt files have them, or their tdmrep.json files.
type robotsCache struct {
	fetch func(ctx context.Context, origin string) (robotsFile, error)
	parse func(file []byte) Rules
	// path is where the file lies; what was read is kept under it, that of robots.txt
	// under the mere origin.
	path string
	// retry and retries bound the time between two tries at a file that cannot be read.
	retry, retries time.Duration
	// lenient says that a file which cannot be read counts as one that is not there.
	lenient bool
	Options

	mu     sync.Mutex
	known  map[string]*robotsEntry
	weight int // bytes of all bodies
}

// robotsEntry is what is known of one origin; guarded by robotsCache.mu.
type robotsEntry struct {
	robotsState
	flight chan struct{} // closed when the asking that is under way ends; else nil
	loaded bool          // the persisted record was looked for
}

// robotsState is an immutable copy of what is known.
type robotsState struct {
	rules   Rules
	fetched time.Time // zero while there is no copy
	weight  int
	cause   error // why the last try failed, nil when it did not
	retry   time.Time
	tries   int       // that failed in a row
	failing time.Time // since when, zero while none did
}

func newRobotsCache(o Options, fetch func(context.Context, string) (robotsFile, error)) *robotsCache {
	return &robotsCache{
		fetch: fetch, parse: ParseRobots, retry: robotsRetry, retries: robotsRetries,
		Options: o, known: make(map[string]*robotsEntry),
	}
}

// check returns the Crawl-delay that the origin of u asks of us, or a
// [RobotsError] when it does not want u to be fetched.
func (c *robotsCache) check(ctx context.Context, u *url.URL) (time.Duration, error) {
	path := robotsPath(u.String())
	if path == "/robots.txt" {
		return 0, nil
	}
	origin := originOf(u)
	state, err := c.get(ctx, origin)
	if err != nil {
		return 0, fmt.Errorf("read robots.txt of %s: %w", origin, err)
	}
	if err := state.verdict(origin, path, c.Now()); err != nil {
		return 0, err
	}
	return state.rules.CrawlDelay([]string{product}), nil
}

// verdict returns a [RobotsError] when the origin does not want a path to be fetched.
func (s robotsState) verdict(origin, path string, now time.Time) error {
	if s.cause != nil && s.fetched.IsZero() && now.Sub(s.failing) <= robotsLost {
		return &RobotsError{Origin: origin, Path: path, Cause: s.cause}
	}
	if by, ok := s.rules.decide(product, path); !ok {
		return &RobotsError{Origin: origin, Path: path, Line: by.line, Rule: by.String()}
	}
	return nil
}

// originOf returns scheme, host and port: each has a robots.txt of its own (RFC
// 9309 section 2.3).
func originOf(u *url.URL) string {
	host := u.Host
	if u.Port() == "" {
		host += map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	}
	return u.Scheme + "://" + host
}

// get returns what is known of an origin, and asks for it if that is nothing or
// old. Of several callers one asks; if it is interrupted another goes on.
func (c *robotsCache) get(ctx context.Context, origin string) (robotsState, error) {
	for {
		c.mu.Lock()
		e := c.known[origin]
		if e == nil {
			e = &robotsEntry{}
			c.known[origin] = e
		}
		if e.flight == nil {
			if c.usable(e.robotsState) {
				state := e.robotsState
				c.mu.Unlock()
				return state, nil
			}
			e.flight = make(chan struct{})
			c.mu.Unlock()
			return c.ask(ctx, origin, e)
		}
		flight := e.flight
		c.mu.Unlock()
		select {
		case <-flight:
		case <-ctx.Done():
			return robotsState{}, context.Cause(ctx)
		}
	}
}

// usable reports whether a state needs no asking now. A copy from the
// future is none: the clock was moved.
func (c *robotsCache) usable(s robotsState) bool {
	now := c.Now()
	if s.cause != nil {
		return now.Before(s.retry) && s.retry.Sub(now) <= c.retries
	}
	age := now.Sub(s.fetched)
	return !s.fetched.IsZero() && age >= 0 && age < robotsFresh
}

// ask brings an entry up to date; the caller made its flight.
func (c *robotsCache) ask(ctx context.Context, origin string, e *robotsEntry) (robotsState, error) {
	c.mu.Lock()
	old, loaded := e.robotsState, e.loaded
	c.mu.Unlock()
	if !loaded {
		old = c.state(c.kept(ctx, origin))
	}
	state, err := old, error(nil)
	if loaded || !c.usable(old) {
		state, err = c.read(ctx, origin, old)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	close(e.flight)
	e.flight = nil
	e.loaded = true
	if err != nil {
		state = old
	}
	c.weight += state.weight - e.weight
	e.robotsState = state
	c.evict(e)
	return state, err
}

// read fetches the file. An error says that nothing was learnt: the caller gave
// up, the address policy refused, or the host wants to be left alone.
func (c *robotsCache) read(ctx context.Context, origin string, old robotsState) (robotsState, error) {
	file, err := c.fetch(ctx, origin)
	var retry *RetryError
	var budget *BudgetError
	switch {
	case ctx.Err() != nil:
		return robotsState{}, context.Cause(ctx)
	case errors.Is(err, ErrAddress), errors.As(err, &retry), errors.As(err, &budget):
		return robotsState{}, err
	case err == nil && (file.Status >= 500 || file.Status == http.StatusTooManyRequests):
		err = &StatusError{Code: file.Status}
	}
	switch {
	case err == nil:
	case c.lenient && old.fetched.IsZero():
		file = robotsFile{Fetched: c.Now().UTC(), Status: http.StatusNotFound}
	default:
		return c.failed(ctx, origin, old, err), nil
	}
	c.save(ctx, origin, file)
	return c.state(file), nil
}

// failed returns the state after one more try that did not work, and keeps since
// when none does.
func (c *robotsCache) failed(ctx context.Context, origin string, s robotsState, cause error) robotsState {
	now := c.Now().UTC()
	if s.failing.IsZero() || s.failing.After(now) || c.lenient {
		s.failing = now
		file := c.kept(ctx, origin)
		file.Failing = now
		if c.lenient {
			file.Tried = now
		}
		c.save(ctx, origin, file)
	}
	wait := c.retry
	for range min(s.tries, 16) {
		wait = min(2*wait, c.retries)
	}
	s.cause, s.tries, s.retry = cause, s.tries+1, now.Add(wait)
	return s
}

// save persists a copy.
func (c *robotsCache) save(ctx context.Context, origin string, file robotsFile) {
	if c.SaveRobots == nil {
		return
	}
	record, err := json.Marshal(file)
	if err == nil {
		err = c.SaveRobots(ctx, origin+c.path, record)
	}
	if err != nil {
		c.Log.Warn("what a site allows was not kept", "origin", origin+c.path, "err", err)
	}
}

// kept returns the persisted copy; the zero one where there is none.
func (c *robotsCache) kept(ctx context.Context, origin string) (file robotsFile) {
	if c.LoadRobots == nil {
		return robotsFile{}
	}
	record, err := c.LoadRobots(ctx, origin+c.path)
	if err == nil && len(record) == 0 || len(record) > 2*maxRobots {
		return robotsFile{}
	}
	if err == nil {
		err = json.Unmarshal(record, &file)
	}
	if err != nil {
		c.Log.Warn("what was kept of what a site allows was not read", "origin", origin+c.path, "err", err)
		return robotsFile{}
	}
	return file
}

func (c *robotsCache) state(f robotsFile) robotsState {
	s := robotsState{fetched: f.Fetched, failing: f.Failing, weight: len(f.Body)}
	if f.Status >= 200 && f.Status < 300 {
		s.rules = c.parse(f.Body)
	}
	if !f.Tried.IsZero() {
		s.cause, s.retry = errors.New("it could not be read"), f.Tried.Add(c.retry)
	}
	return s
}

// evict forgets the oldest entries, a quarter more than needed, when there are
// too many; c.mu is held. What was persisted is read again when it is needed.
func (c *robotsCache) evict(keep *robotsEntry) {
	if len(c.known) <= maxOrigins && c.weight <= maxRobotsBytes {
		return
	}
	oldest := slices.SortedFunc(maps.Keys(c.known), func(a, b string) int {
		return c.known[a].fetched.Compare(c.known[b].fetched)
	})
	for _, origin := range oldest {
		if len(c.known) <= maxOrigins*3/4 && c.weight <= maxRobotsBytes*3/4 {
			return
		}
		if e := c.known[origin]; e != keep && e.flight == nil {
			c.weight -= e.weight
			delete(c.known, origin)
		}
	}
}

// String returns the line of the rule, shortened.
func (ru rule) String() string {
	key := "Disallow: "
	if ru.allow {
		key = "Allow: "
	}
	return fmt.Sprintf("%s%.100s", key, ru.pattern)
}
