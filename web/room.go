package web

import (
	"context"
	"fmt"
	"time"

	"vigie"
)

// busyWait is when to ask again what there was no room for.
const busyWait = 10 * time.Second

// room lets so many in at a time, and so many wait for that.
type room struct {
	// inside holds those who are in, all also those who wait.
	inside, all chan struct{}
}

// newRoom makes a room for so many at a time, beside those who wait.
func newRoom(atOnce, waiting int) room {
	return room{inside: make(chan struct{}, atOnce), all: make(chan struct{}, atOnce+waiting)}
}

// enter waits for a place; leave gives it back. Where too many wait already, the error
// is a vigie.ErrBusy at once.
func (r room) enter(ctx context.Context) (leave func(), err error) {
	select {
	case r.all <- struct{}{}:
	default:
		return nil, fmt.Errorf("find a place among %d: %w", cap(r.all), vigie.ErrBusy)
	}
	select {
	case r.inside <- struct{}{}:
		return func() { <-r.inside; <-r.all }, nil
	case <-ctx.Done():
		<-r.all
		return nil, fmt.Errorf("wait for a place among %d: %w", cap(r.all), ctx.Err())
	}
}
