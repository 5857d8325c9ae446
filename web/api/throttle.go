package api

import (
	"strings"
	"sync"
	"time"
)

// pace is how often somebody may ask: so many requests at once, and one more each time.
type pace struct {
	burst int
	each  time.Duration
}

// networkPace is that of all without a token in a network, tokenPace that of a token.
func networkPace() pace { return pace{burst: 300, each: 500 * time.Millisecond} }

func tokenPace() pace { return pace{burst: 600, each: 200 * time.Millisecond} }

// mostPaced bounds who is counted apart; those who come later share one count.
const mostPaced = 10_000

// throttle counts requests. It keeps for each key when its bucket is full again (the
// virtual scheduling of the generic cell rate algorithm, ITU-T I.371). The zero value is
// ready.
type throttle struct {
	mu   sync.Mutex
	full map[string]time.Time // under mu
	// swept is when those who ask no more were forgotten last.
	swept time.Time // under mu
}

// take counts one request more, or returns how long to wait for the next.
func (t *throttle) take(key string, p pace, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full == nil {
		t.full = map[string]time.Time{}
	}
	full, known := t.full[key]
	if !known && len(t.full) >= mostPaced && !t.sweep(now) {
		key, _, _ = strings.Cut(key, " ") // networks together, and tokens: they have not the same room
		full = t.full[key]
	}
	room := time.Duration(p.burst) * p.each
	if full.Before(now) || full.Sub(now) > room { // nothing counts, or the clock was set back
		full = now
	}
	next := full.Add(p.each)
	if over := next.Sub(now) - room; over > 0 {
		return over
	}
	t.full[key] = next
	return 0
}

// sweep forgets who asked nothing lately, at most once a second, and reports whether
// there is room now. The caller holds mu.
func (t *throttle) sweep(now time.Time) bool {
	if age := now.Sub(t.swept); age >= 0 && age < time.Second {
		return false
	}
	t.swept = now
	for key, at := range t.full {
		if !at.After(now) {
			delete(t.full, key)
		}
	}
	return len(t.full) < mostPaced
}
