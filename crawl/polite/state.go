package polite

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"vigie"
)

// State is what is in force for one address, to be shown to a person: how its host
// is spared, and what robots.txt says.
type State struct {
	// Host is the name of the host, and Last when the last request to it ended; zero
	// where none is remembered.
	Host string
	Last time.Time
	// Refusal is why the host is left alone for now: a [*RetryError] or a
	// [*BudgetError]; nil while it is not.
	Refusal error
	// Bytes came today, of Daily; Daily is negative where there is no budget.
	Bytes, Daily int64
	// Pause is the least time between two requests, Delay the Crawl-delay that the
	// site asks for; it may be longer than what is kept of it.
	Pause, Delay time.Duration
	// RobotsRead is when robots.txt was read, zero while it never was. Robots is why
	// it stands against the address, a [*RobotsError]; nil while it does not.
	RobotsRead time.Time
	Robots     error
}

// State returns what is in force for an address that is read as w. It asks nobody:
// what is not remembered is zero.
func (t *Transport) State(ctx context.Context, address string, w Want) (State, error) {
	u, err := url.Parse(address)
	if err != nil || checkSyntax(u) != "" {
		return State{}, fmt.Errorf("look up %.300q: %w", address, &vigie.InvalidError{Field: "address", Reason: "cannot be read as an address"})
	}
	name := u.Hostname()
	t.hosts.meet(ctx, name)
	s := State{Host: name, Refusal: t.hosts.quiet(name), Daily: t.options.DailyBytes, Pause: t.options.budgetOf(w).pause}
	s.Last, s.Bytes = t.hosts.today(name)
	robots := t.robots.peek(ctx, originOf(u))
	s.RobotsRead, s.Delay = robots.fetched, robots.rules.CrawlDelay([]string{product})
	s.Pause = max(s.Pause, min(s.Delay, longestDelay))
	s.Robots = robots.verdict(originOf(u), robotsPath(u.String()), t.options.Now())
	return s, nil
}

// today returns when a host was asked last, and the bytes of the day.
func (hs *hosts) today(name string) (last time.Time, bytes int64) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.known[name]
	if h == nil {
		return time.Time{}, 0
	}
	if h.Day == dayOf(hs.now()) {
		bytes = h.Bytes
	}
	return h.Ended, bytes
}

// peek returns what is known of an origin without asking it.
func (c *robotsCache) peek(ctx context.Context, origin string) robotsState {
	c.mu.Lock()
	e := c.known[origin]
	if e != nil && (e.loaded || c.LoadRobots == nil) {
		defer c.mu.Unlock()
		return e.robotsState
	}
	c.mu.Unlock()
	return c.state(c.kept(ctx, origin))
}
