package polite

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"

	"vigie"
)

// Stats counts what a [Transport] did since it was made.
type Stats struct {
	// Requests counts what was sent, robots.txt included; Bytes what came back in
	// bodies, as it was on the wire.
	Requests, Bytes int64
	// NotModified counts the answers 304.
	NotModified int64
	// Refused counts what ended without an answer, by reason: "address", "robots",
	// "retry", "budget", "size", "timeout", "redirect", "encoding", "certificate",
	// "canceled", "network".
	Refused map[string]int64
}

// counts collects the [Stats]; the zero value is ready for concurrent use.
type counts struct {
	requests, bytes, notModified atomic.Int64

	mu      sync.Mutex
	refused map[string]int64
}

// refuse counts an error by its reason and returns it.
func (c *counts) refuse(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = make(map[string]int64)
	}
	c.refused[reasonOf(err)]++
	return err
}

func reasonOf(err error) string {
	var retry *RetryError
	var budget *BudgetError
	switch {
	case errors.Is(err, ErrCertificate), errors.Is(err, ErrTLS):
		return "certificate"
	case errors.Is(err, ErrRobots):
		return "robots"
	case errors.Is(err, ErrAddress), errors.Is(err, vigie.ErrInvalid):
		return "address"
	case errors.As(err, &retry):
		return "retry"
	case errors.As(err, &budget):
		return "budget"
	case errors.Is(err, ErrTooBig):
		return "size"
	case errors.Is(err, ErrTimeout):
		return "timeout"
	case errors.Is(err, ErrRedirect):
		return "redirect"
	case errors.Is(err, ErrEncoding):
		return "encoding"
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return "network"
}

// Stats returns the counts so far.
func (t *Transport) Stats() Stats {
	t.counts.mu.Lock()
	defer t.counts.mu.Unlock()
	return Stats{
		Requests:    t.counts.requests.Load(),
		Bytes:       t.counts.bytes.Load(),
		NotModified: t.counts.notModified.Load(),
		Refused:     maps.Clone(t.counts.refused),
	}
}
