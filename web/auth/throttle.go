package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"vigie"
	"vigie/index/store"
)

// WaitError says that there were too many tries. It is a vigie.ErrForbidden, and
// over HTTP a 429 with Retry-After.
type WaitError struct {
	// For is how long to wait, at most 15 minutes.
	For time.Duration
}

// Error implements error.
func (e *WaitError) Error() string { return fmt.Sprintf("too many tries: wait %s", e.For) }

// Is makes errors.Is(err, vigie.ErrForbidden) true.
func (*WaitError) Is(target error) bool { return target == vigie.ErrForbidden }

// brake is how one kind of count slows tries down: free ones first, then each
// doubles the wait up to the longest. One is forgotten for each fade.
type brake struct {
	free          int
	longest, fade time.Duration
}

// The brakes. That of all tries together stays short: it stops everybody.
func accountBrake() brake { return brake{free: 5, longest: 15 * time.Minute, fade: 15 * time.Minute} }

func networkBrake() brake { return brake{free: 20, longest: 15 * time.Minute, fade: 15 * time.Minute} }

func allBrake() brake { return brake{free: 200, longest: 15 * time.Second, fade: 10 * time.Second} }

func resetBrake() brake { return brake{free: 3, longest: 15 * time.Minute, fade: 15 * time.Minute} }

// most is where counting ends: the wait is the longest by then, and a count that
// went on would take for ever to fade.
func (b brake) most() int { return b.free + 10 }

// count is what is left of t at a time. A clock that was set back forgets nothing.
func (b brake) count(t store.Tries, now time.Time) int {
	return max(t.Count-int(max(now.Sub(t.Last), 0)/b.fade), 0)
}

// wait is how long it is from now to the next try.
func (b brake) wait(t store.Tries, now time.Time) time.Duration {
	over := b.count(t, now) - b.free
	if over < 0 {
		return 0
	}
	pause := min(time.Second<<min(over, 30), b.longest)
	return min(max(t.Last.Add(pause).Sub(now), 0), b.longest)
}

// counted is one key with its brake.
type counted struct {
	key string
	brake
}

// attempt counts one try under several keys.
type attempt []counted

// signInAttempt is what a try to prove a password counts as. The first key is the
// account's.
func signInAttempt(login string, from netip.Addr) attempt {
	return attempt{
		{"account " + loginKey(login), accountBrake()},
		{"network " + networkKey(from), networkBrake()},
		{"all", allBrake()},
	}
}

// resetAttempt is what asking for a link counts as.
func resetAttempt(login string, from netip.Addr) attempt {
	return attempt{
		{"reset account " + loginKey(login), resetBrake()},
		{"reset network " + networkKey(from), networkBrake()},
		{"reset all", allBrake()},
	}
}

// begin counts the try as one that failed, or returns a *WaitError and counts
// nothing: a try that was not made lengthens no wait.
func (a attempt) begin(tx *store.Tx, now time.Time) error {
	var longest time.Duration
	all := make([]store.Tries, len(a))
	for i, c := range a {
		t, err := tx.Tries(c.key)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		all[i] = store.Tries{Key: c.key, Count: min(c.count(t, now)+1, c.most()), Last: now}
		longest = max(longest, c.wait(t, now))
	}
	if longest > 0 {
		return &WaitError{For: longest}
	}
	for _, t := range all {
		if err := tx.PutTries(t); err != nil {
			return err
		}
	}
	return nil
}

// giveBack takes the try back, which did not fail.
func (a attempt) giveBack(tx *store.Tx) error {
	for _, c := range a {
		t, err := tx.Tries(c.key)
		if errors.Is(err, vigie.ErrNotFound) {
			continue
		}
		t.Count = max(t.Count-1, 0)
		if err := errors.Join(err, tx.PutTries(t)); err != nil {
			return err
		}
	}
	return nil
}

// succeed takes the try back and clears the count of the account. That of the
// network stays, or one account of one's own would buy tries at all others.
func (a attempt) succeed(tx *store.Tx) error {
	return errors.Join(a.giveBack(tx), tx.DeleteTries(a[0].key))
}

// faded is when every count is back at nothing: the highest, 30 tries of a network,
// takes seven and a half hours.
const faded = 8 * time.Hour

// loginKey names an account whether it exists or not, without telling which.
func loginKey(login string) string { return string(vigie.HashOf([]byte(login)))[:32] }

// networkKey names the network of an address.
func networkKey(from netip.Addr) string {
	if n := Network(from); n != "" {
		return n
	}
	return "unknown"
}

// Network returns the network that an address belongs to, /24 or /56, as
// "203.0.113.0/24": what is counted and written down in place of the address. It
// is "" for no address.
func Network(from netip.Addr) string {
	from = from.Unmap().WithZone("")
	bits := 56
	if from.Is4() {
		bits = 24
	}
	p, err := from.Prefix(bits)
	if err != nil || !p.IsValid() {
		return ""
	}
	return p.String()
}
