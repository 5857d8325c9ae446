package polite

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// longestDelay is the largest Crawl-delay that is kept; longer wishes are a
// matter of how often a source is read.
const longestDelay = 60 * time.Second

// Beyond maxHosts, hosts that nobody uses are forgotten where nothing is owed to them
// or what is owed was kept. Those that are owed something that was not kept stay up to
// manyHosts; then the oldest debts go.
const (
	maxHosts  = 4096
	manyHosts = 4 * maxHosts
)

// hosts keeps the peace with every host: one request at a time, a pause between
// two, no more bytes a day than are decent, and silence where it was asked for.
type hosts struct {
	pause time.Duration // the longest pause that is kept, to know what to forget
	daily int64         // bytes a day; negative for any number
	now   func() time.Time
	load  func(ctx context.Context, host string) ([]byte, error) // may be nil
	save  func(ctx context.Context, host string, record []byte) error
	log   *slog.Logger

	mu    sync.Mutex
	known map[string]*host
	sweep int // how many are known when some are forgotten next
}

// host is what is known of one host name. All but turn is guarded by hosts.mu.
type host struct {
	turn  chan struct{} // holds one token while a request is under way
	users int           // who is at it now, so that it must not be forgotten
	met   bool          // the kept record was looked for
	kept  bool          // the record was handed on, and can be met again
	ended time.Time     // end of the last request that a pause follows, by the monotonic clock
	last  time.Time     // when the record changed, to tell old debts from new ones
	hostRecord
}

// quiet returns why the host is to be left alone, or nil.
func (hs *hosts) quiet(name string) error {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.known[name]
	if h == nil {
		return nil
	}
	now := hs.now()
	if now.Before(h.Until) {
		return &RetryError{Host: name, Status: h.Status, Challenge: h.Challenge, Until: h.Until}
	}
	if hs.daily >= 0 && h.Bytes >= hs.daily && h.Day == dayOf(now) {
		return &BudgetError{Host: name, Bytes: hs.daily, Until: endOfDay(now)}
	}
	return nil
}

// hush remembers that a host wants to be left alone, and returns how long. Where
// it names no time the wait doubles from one refusal to the next.
func (hs *hosts) hush(ctx context.Context, name string, status int, challenge bool, wish string) *RetryError {
	h, leave := hs.enter(ctx, name)
	defer leave()
	hs.mu.Lock()
	now := hs.now()
	until, said := retryAfter(wish, now)
	if !said {
		wait := defaultRetry
		for range min(h.Refusals, 16) {
			wait = min(2*wait, longestDoubled)
		}
		until = now.Add(wait)
		h.Refusals++
	}
	if until.After(h.Until) {
		h.Until, h.Status, h.Challenge = until, status, challenge
	}
	h.last, h.kept = now, false
	record := h.hostRecord
	hs.mu.Unlock()
	hs.keep(ctx, name, h, record)
	return &RetryError{Host: name, Status: status, Challenge: challenge, Until: record.Until}
}

// calm forgets the refusals of a host that answers again.
func (hs *hosts) calm(name string) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h := hs.known[name]; h != nil {
		h.Refusals = 0
	}
}

// take waits for the turn of the host and for the pause since the end of the
// last request; with no pause it only waits for the turn. The function that it
// returns ends the turn, is told the bytes that came, and must be called once.
// take returns the context's error as soon as the context is done.
func (hs *hosts) take(ctx context.Context, name string, pause time.Duration) (end func(bytes int64), err error) {
	h, leave := hs.enter(ctx, name)
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
	hs.mu.Lock()
	ended := h.ended
	hs.mu.Unlock()
	if err := sleep(ctx, pause-time.Since(ended)); err != nil {
		<-h.turn
		leave()
		return nil, err
	}
	return func(bytes int64) {
		hs.finish(context.WithoutCancel(ctx), name, h, pause > 0, bytes)
		<-h.turn
		leave()
	}, nil
}

// finish notes the end of a request; the caller has the host's turn, so records
// are kept in the order of what they say.
func (hs *hosts) finish(ctx context.Context, name string, h *host, paused bool, bytes int64) {
	hs.mu.Lock()
	now := hs.now().UTC()
	if paused {
		h.ended, h.Ended = time.Now(), now
	}
	if today := dayOf(now); h.Day != today {
		h.Day, h.Bytes = today, 0
	}
	h.Bytes += bytes
	h.last, h.kept = now, false
	record := h.hostRecord
	hs.mu.Unlock()
	hs.keep(ctx, name, h, record)
}

// sleep waits, or returns the context's error at once when it is done.
func sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// enter returns the entry of a host, with what was kept of it. It is not forgotten
// before leave is called: who waits for the turn of a host must find there what it
// was owed when the waiting began.
func (hs *hosts) enter(ctx context.Context, name string) (h *host, leave func()) {
	hs.mu.Lock()
	h = hs.get(name)
	h.users++
	hs.mu.Unlock()
	hs.recall(ctx, name, h)
	return h, func() {
		hs.mu.Lock()
		defer hs.mu.Unlock()
		h.users--
	}
}

// get returns the entry of a host and makes it if needed; hs.mu is held.
func (hs *hosts) get(name string) *host {
	if h := hs.known[name]; h != nil {
		return h
	}
	if len(hs.known) >= max(hs.sweep, maxHosts) {
		hs.forget()
	}
	h := &host{turn: make(chan struct{}, 1)}
	hs.known[name] = h
	return h
}

// forget drops hosts from memory; what was kept of them is read again when they
// are met. hs.mu is held.
func (hs *hosts) forget() {
	now := hs.now()
	var debts []string // that only memory knows
	for name, h := range hs.known {
		if h.users > 0 {
			continue
		}
		// The pause is short, and what was kept a moment ago may be on its way still.
		pausing := time.Since(h.ended) < hs.pause
		owed := now.Before(h.Until) || hs.daily >= 0 && h.Bytes > 0 && h.Day == dayOf(now)
		if !pausing && (h.kept || !owed) {
			delete(hs.known, name)
			continue
		}
		debts = append(debts, name)
	}
	if len(hs.known) >= manyHosts {
		// A host that asked for time comes before one whose bytes are merely counted.
		slices.SortFunc(debts, func(a, b string) int {
			x, y := hs.known[a], hs.known[b]
			if wished := now.Before(x.Until); wished != now.Before(y.Until) {
				if wished {
					return 1
				}
				return -1
			}
			return cmp.Or(x.last.Compare(y.last), cmp.Compare(a, b))
		})
		for _, name := range debts[:min(len(debts), len(hs.known)-manyHosts+maxHosts)] {
			delete(hs.known, name)
		}
	}
	hs.sweep = min(len(hs.known)+maxHosts/4, manyHosts)
}
