package polite

import (
	"context"
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
// two, and silence where it was asked for.
type hosts struct {
	pause time.Duration // the longest pause that is kept, to know what to forget
	now   func() time.Time

	mu    sync.Mutex
	known map[string]*host
}

// host is what is known of one host name. All but turn is guarded by hosts.mu.
type host struct {
	turn  chan struct{} // holds one token while a request is under way
	users int           // requests under way or waiting
	ended time.Time     // end of the last request that a pause follows
	retry RetryError    // Until is zero when nothing was asked for
}

// quiet returns the host's wish to be left alone, or nil.
func (hs *hosts) quiet(name string) error {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.known[name]
	if h == nil || !hs.now().Before(h.retry.Until) {
		return nil
	}
	retry := h.retry
	return &retry
}

// hush remembers that a host wants to be left alone.
func (hs *hosts) hush(retry RetryError) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h := hs.get(retry.Host); retry.Until.After(h.retry.Until) {
		h.retry = retry
	}
}

// take waits for the turn of the host and for the pause since the end of the
// last request; with no pause it only waits for the turn. The function that it
// returns ends the turn and must be called once. It returns the context's error
// as soon as the context is done.
func (hs *hosts) take(ctx context.Context, name string, pause time.Duration) (end func(), err error) {
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
	return func() {
		if pause > 0 {
			hs.mu.Lock()
			h.ended = time.Now()
			hs.mu.Unlock()
		}
		<-h.turn
		leave()
	}, nil
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

func (hs *hosts) forget() {
	now := hs.now()
	full := len(hs.known) >= manyHosts
	for name, h := range hs.known {
		owed := time.Since(h.ended) < hs.pause || now.Before(h.retry.Until)
		if h.users == 0 && (full || !owed) {
			delete(hs.known, name)
		}
	}
}
