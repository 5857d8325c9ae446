package api

import (
	"fmt"
	"sync"
	"time"
)

// How many searches run at a time: of everybody, and of one token. A search may take a
// processor for as long as a reader would wait for it.
const (
	searchesAtOnce = 8
	tokensSearches = 4
)

// crowd counts the searches that run. The zero value is ready.
type crowd struct {
	mu  sync.Mutex
	all int            // under mu
	of  map[string]int // by token; under mu
}

// enter counts one more until leave is called, or says when to ask again.
func (c *crowd) enter(token string) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var p *problemError
	switch {
	case c.of[token] >= tokensSearches:
		p = problem("too-many-requests", fmt.Sprintf("one token runs %d searches at a time", tokensSearches))
	case c.all >= searchesAtOnce:
		p = problem("unavailable", "too many searches run at the moment")
	}
	if p != nil {
		p.after = time.Second
		return nil, p
	}
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.all++
	c.of[token]++
	return func() { c.left(token) }, nil
}

func (c *crowd) left(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.of[token]--; c.of[token] == 0 {
		delete(c.of, token)
	}
}
