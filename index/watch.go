package index

import (
	"errors"
	"sync"
	"time"
)

const (
	// mergerPatience is how long bleve's merger may be at one round: the largest segments
	// take it minutes. It is also how long a batch may take.
	mergerPatience = 30 * time.Minute
	// mergerBatches is how many batches must have been written meanwhile.
	mergerBatches = 100
)

// errStopped means that bleve does not answer any more.
var errStopped = errors.New("bleve's merger has stopped")

// watch sees whether bleve's merger still works. It may end on a damaged segment without
// a word; then files pile up, searches get slow, and in the end no batch is answered. The
// zero value is ready.
type watch struct {
	mu      sync.Mutex
	batches int       // written since the merger ended a round; under mu
	since   time.Time // when the first of them was; under mu
}

// merged notes that the merger ended a round, or could not for want of room.
func (w *watch) merged() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batches = 0
}

// wrote notes a batch, and reports whether the merger should have been heard of.
func (w *watch) wrote(now time.Time) (stopped bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.batches++; w.batches == 1 {
		w.since = now
	}
	return w.batches >= mergerBatches && now.Sub(w.since) >= mergerPatience
}
