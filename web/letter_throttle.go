package web

import (
	"net/netip"
	"sync"
	"time"

	"vigie/web/auth"
)

// The bounds of subscribing: every form that is taken sends a mail to an address
// that somebody typed. One address is bounded by package digest.
const (
	signupWindow  = time.Hour
	networkTakes  = 20  // by one network in a window
	everyoneTakes = 500 // by everybody
)

// signups counts the forms that were taken. What it knows goes with the program: a
// restart gives nobody much. The zero value is ready.
type signups struct {
	mu    sync.Mutex
	since time.Time      // when the window began
	by    map[string]int // by network
	all   int
}

// take counts one more, or returns how long to wait for the next window.
func (s *signups) take(from netip.Addr, now time.Time) (wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := now.Sub(s.since); s.by == nil || age >= signupWindow || age < 0 {
		s.since, s.by, s.all = now, map[string]int{}, 0
	}
	network := auth.Network(from)
	if s.by[network] >= networkTakes || s.all >= everyoneTakes {
		return s.since.Add(signupWindow).Sub(now)
	}
	s.by[network]++
	s.all++
	return 0
}
