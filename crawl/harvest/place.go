package harvest

import (
	"context"
	"sync"
	"time"

	"vigie/crawl/polite"
)

// slotKept is how long a reading that waits for its host, or for the network, keeps the
// slot of the host: long enough for an answer of a usual server.
const slotKept = 2 * time.Second

// awayForEach is how many hosts may be waited for without a slot, for each slot. It
// bounds the connections that are open at once, not the work.
const awayForEach = 8

// place is what a reading has of the harvester's rations: the slot of its host, and,
// while it works on what it got, a token of those who work. Both go to others while it
// waits, so that eight slow sites do not stop all the rest.
type place struct {
	h *Harvester
	// token is only used by the goroutine of the reading.
	token bool

	mu      sync.Mutex
	slot    bool // a slot is held; under mu
	gone    bool // in its place a token of those who are away; under mu
	waiting bool // whether the slot may be given away; under mu
}

// free gives everything back, at the end.
func (p *place) free() {
	p.rest()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
}

// drop gives back whatever is held in the place of a slot; p.mu is held.
func (p *place) drop() {
	p.waiting = false
	if p.slot {
		<-p.h.slots
	}
	if p.gone {
		<-p.h.away
	}
	p.slot, p.gone = false, false
}

// leave gives the slot back until enter. Unlike who waits for the network, who waits for
// another reading keeps nothing open, so that any number may.
func (p *place) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
}

// work waits for a token.
func (p *place) work(ctx context.Context) error {
	select {
	case p.h.asking <- struct{}{}:
		p.token = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// rest gives the token back.
func (p *place) rest() {
	if p.token {
		p.token = false
		<-p.h.asking
	}
}

// away gives the token back at once and the slot after keep, until back is called.
func (p *place) away(keep time.Duration) (back func(context.Context) error) {
	worked := p.token
	p.rest()
	p.mu.Lock()
	p.waiting = true
	p.mu.Unlock()
	timer := time.AfterFunc(keep, p.vacate)
	return func(ctx context.Context) error {
		timer.Stop()
		if err := p.enter(ctx); err != nil || !worked {
			return err
		}
		return p.work(ctx)
	}
}

// vacate gives the slot to others, unless too many are away already.
func (p *place) vacate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.waiting || !p.slot {
		return
	}
	select {
	case p.h.away <- struct{}{}:
		p.slot, p.gone = false, true
		<-p.h.slots
	default:
	}
}

// enter waits for a slot, where it was given away.
func (p *place) enter(ctx context.Context) error {
	p.mu.Lock()
	p.waiting = false
	has := p.slot
	p.mu.Unlock()
	if has {
		return nil
	}
	select {
	case p.h.slots <- struct{}{}:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.drop() // the token of those who are away
		p.slot = true
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leaving lets the door give the reading's rations away while it waits. Where one host
// is read after the other, they stay.
func (p *place) leaving(ctx context.Context) context.Context {
	if cap(p.h.slots) == 1 {
		return ctx
	}
	return polite.WithAway(ctx, func() func(context.Context) error { return p.away(slotKept) })
}
