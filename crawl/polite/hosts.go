package polite

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// longestDelay is the largest Crawl-delay that is kept; longer wishes are a
// matter of how often a source is read.
const longestDelay = 60 * time.Second

// Beyond maxHosts, hosts that nobody uses and that are owed nothing are
// forgotten; beyond manyHosts all that nobody uses are.
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
}

// host is what is known of one host name. All but turn is guarded by hosts.mu.
type host struct {
	turn  chan struct{} // holds one token while a request is under way
	users int           // requests under way or waiting
	met   bool          // the kept record was looked for
	ended time.Time     // end of the last request that a pause follows, by the monotonic clock
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
	hs.mu.Lock()
	h := hs.get(name)
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
	record := h.hostRecord
	hs.mu.Unlock()
	hs.keep(ctx, name, record)
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
	hs.mu.Lock()
	h := hs.get(name)
	h.users++
	hs.mu.Unlock()
	leave := func() {
		hs.mu.Lock()
		h.users--
		hs.mu.Unlock()
	}
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
	record := h.hostRecord
	hs.mu.Unlock()
	hs.keep(ctx, name, record)
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

// get returns the entry of a host and makes it if needed; hs.mu is held.
func (hs *hosts) get(name string) *host {
	if h := hs.known[name]; h != nil {
		return h
	}
	if len(hs.known) >= maxHosts {
		hs.forget()
	}
	h := &host{turn: make(chan struct{}, 1)}
	hs.known[name] = h
	return h
}

// forget drops hosts from memory; what was kept of them is read again when they
// are met.
func (hs *hosts) forget() {
	now := hs.now()
	full := len(hs.known) >= manyHosts
	for name, h := range hs.known {
		owed := time.Since(h.ended) < hs.pause || now.Before(h.Until) || hs.daily >= 0 && h.Bytes > 0 && h.Day == dayOf(now)
		if h.users == 0 && (full || hs.load != nil || !owed) {
			delete(hs.known, name)
		}
	}
}
