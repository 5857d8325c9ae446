package digest

import (
	"context"
	"time"
)

const (
	firstWait   = time.Minute
	longestWait = 6 * time.Hour
	// giveUp is how long temporary failures about one recipient are put up with.
	giveUp = 3 * 24 * time.Hour
)

// wait is how long to wait after so many failures: 1 minute, doubling up to 6
// hours.
func wait(failures int) time.Duration {
	return min(firstWait<<min(max(failures-1, 0), 20), longestWait)
}

// pace is how a server fares. The zero value is a server that is well.
type pace struct {
	failures int
	until    time.Time
	why      error // of the newest failure
}

func (w *pace) fail(now time.Time, why error) {
	w.failures++
	w.why = why
	w.until = now.Add(wait(w.failures))
}

// gate lets one in at a time, who may stop waiting.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

// enter returns the function that leaves.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g <- struct{}{}:
		return func() { <-g }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
