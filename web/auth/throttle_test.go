package auth_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
)

// fail tries a wrong password and returns how long the throttle says to wait; 0
// when the password was looked at.
func (h *house) fail(login string, from netip.Addr) time.Duration {
	h.t.Helper()
	_, err := h.SignIn(h.t.Context(), auth.Attempt{Login: login, Password: wrong, From: from})
	var wait *auth.WaitError
	switch {
	case errors.As(err, &wait):
		if !errors.Is(err, vigie.ErrForbidden) || wait.For <= 0 || wait.For > 15*time.Minute {
			h.t.Fatalf("SignIn = %v", err)
		}
		return wait.For
	case !errors.Is(err, auth.ErrCredentials):
		h.t.Fatalf("SignIn = %v", err)
	}
	return 0
}

// network is the nth of many.
func network(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 1}) }

// waits fails as often as it is let, waiting as long as it is told, and returns the
// waits that follow each try.
func (h *house) waits(tries int, attempt func(n int) time.Duration) []time.Duration {
	h.t.Helper()
	var out []time.Duration
	for n := range tries {
		if w := attempt(n); w != 0 {
			h.t.Fatalf("try %d has to wait %v although it waited", n, w)
		}
		w := attempt(n)
		if w == 0 { // it was let, so it is the next one
			out = append(out, 0, 0)
			continue
		}
		out = append(out, w)
		h.clock.Forward(w - time.Millisecond)
		if attempt(n) == 0 {
			h.t.Fatalf("after try %d it was let a millisecond too early", n)
		}
		h.clock.Forward(time.Millisecond)
	}
	return out
}

// TestAccountThrottle: five tries are free, from wherever they come; then each
// makes the wait twice as long, to 15 minutes, and for those who do not exist too.
func TestAccountThrottle(t *testing.T) {
	for _, login := range []string{"yto@litt.example", "nobody@litt.example"} {
		t.Run(login, func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			n := 0
			attempt := func(int) time.Duration { n++; return h.fail(login, network(n)) }
			for range 5 {
				if w := attempt(0); w != 0 {
					t.Fatalf("a free try waits %v", w)
				}
			}
			if w := attempt(0); w != time.Second {
				t.Fatalf("the sixth try waits %v", w)
			}
			h.clock.Forward(time.Second)
			got := h.waits(20, attempt)
			want := []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900}
			for i := range want {
				if got[i].Seconds() != float64(want[i]) {
					t.Errorf("wait %d is %v, want %d s", i, got[i], want[i])
				}
			}
			h.clock.Forward(4 * time.Hour) // the count fades
			for n := range 5 {
				if w := attempt(0); w != 0 {
					t.Errorf("after four hours free try %d waits %v", n, w)
				}
			}
		})
	}
}

// TestThrottleComesFirst: while an account waits, no password is worked out and
// the right one does not help.
func TestThrottleComesFirst(t *testing.T) {
	h := newHouse(t)
	for range 5 {
		h.fail(h.curator.Email, away())
	}
	before := h.Stats()
	_, err := h.try(h.curator.Email, good)
	var wait *auth.WaitError
	if !errors.As(err, &wait) || h.Stats().Hashed != before.Hashed || h.Stats().Throttled != before.Throttled+1 {
		t.Errorf("SignIn = %v, the counts went from %+v to %+v", err, before, h.Stats())
	}
	h.clock.Forward(wait.For)
	h.signIn(h.curator)
	for n := range 5 { // the account begins anew
		if w := h.fail(h.curator.Email, away()); w != 0 {
			t.Errorf("try %d after a success waits %v", n, w)
		}
	}
}

// TestThrottleFades: nobody is locked out for ever, and the count goes with time.
func TestThrottleFades(t *testing.T) {
	h := newHouse(t)
	for range 40 { // much more than is counted
		h.clock.Forward(15 * time.Minute)
		h.fail(h.curator.Email, away())
		for range 40 {
			h.fail(h.curator.Email, away())
		}
	}
	h.clock.Forward(15 * time.Minute)
	h.signIn(h.curator)
	for range 20 {
		h.fail("nobody@litt.example", away())
	}
	h.clock.Forward(8*time.Hour + time.Second)
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := h.db.View(func(tx *store.Tx) error {
		for tries, err := range tx.AllTries() {
			t.Errorf("there is left %+v, %v", tries, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNetworkThrottle: twenty wrong tries from one network are free, whatever the
// accounts; a success takes back its own try and nothing else.
func TestNetworkThrottle(t *testing.T) {
	for name, c := range map[string]struct{ one, same, other string }{
		"IPv4":           {"203.0.113.1", "203.0.113.254", "203.0.112.1"},
		"IPv6":           {"2001:db8:0:1200::1", "2001:db8:0:12ff::9", "2001:db8:0:1300::1"},
		"IPv4 within v6": {"::ffff:203.0.113.1", "203.0.113.9", "::ffff:203.0.112.1"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			one, same, elsewhere := netip.MustParseAddr(c.one), netip.MustParseAddr(c.same), netip.MustParseAddr(c.other)
			for n := range 20 {
				if n%4 == 0 {
					if _, err := h.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: good, From: same}); err != nil {
						t.Fatal(err)
					}
				}
				if w := h.fail(fmt.Sprintf("%d@litt.example", n), one); w != 0 {
					t.Fatalf("free try %d waits %v", n, w)
				}
			}
			if w := h.fail("last@litt.example", same); w != time.Second {
				t.Errorf("the next waits %v", w)
			}
			if w := h.fail("last@litt.example", elsewhere); w != 0 {
				t.Errorf("from elsewhere it waits %v", w)
			}
		})
	}
}

// TestGlobalThrottle: an attack from everywhere on everybody is slowed down, and
// never for long, because it slows everybody.
func TestGlobalThrottle(t *testing.T) {
	h := newHouse(t)
	longest := time.Duration(0)
	for n := range 220 {
		w := h.fail(fmt.Sprintf("%d@litt.example", n), network(n))
		if (w > 0) != (n >= 200) {
			t.Fatalf("try %d waits %v", n, w)
		}
		longest = max(longest, w)
		if w > 0 {
			h.clock.Forward(w)
			h.fail(fmt.Sprintf("%d@litt.example", n), network(n))
		}
	}
	if longest != 15*time.Second {
		t.Errorf("the longest wait is %v", longest)
	}
}

// TestThrottleSurvivesARestart opens the store again.
func TestThrottleSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	h := houseAt(t, dir)
	for range 5 {
		h.fail(h.curator.Email, away())
	}
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dir, store.Options{Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.Authenticator = authenticator(t, db, auth.Options{Cost: cheap()})
	if w := h.fail(h.curator.Email, away()); w != time.Second {
		t.Errorf("after a restart it waits %v", w)
	}
}

// TestManyAtOnce: tries that run side by side do not slip past the throttle.
func TestManyAtOnce(t *testing.T) {
	h := newHouse(t)
	before := h.Stats().Hashed
	var group sync.WaitGroup
	var let atomic.Int64
	for n := range 12 {
		group.Go(func() {
			_, err := h.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: wrong, From: network(n)})
			if errors.Is(err, auth.ErrCredentials) {
				let.Add(1)
			}
		})
	}
	group.Wait()
	if got := h.Stats().Hashed - before; got != 5 || let.Load() != 5 {
		t.Errorf("%d of twelve were let, %d worked out", let.Load(), got)
	}
}

// TestClockSetBack: what was counted in the future waits no longer than the
// longest wait.
func TestClockSetBack(t *testing.T) {
	h := newHouse(t)
	for range 5 {
		h.fail(h.curator.Email, away())
	}
	h.clock.Forward(-100 * 24 * time.Hour)
	w := h.fail(h.curator.Email, away())
	if w <= 0 || w > 15*time.Minute {
		t.Errorf("it waits %v", w)
	}
}

// TestThrottleOfResets: three links are free for an account, known or not.
func TestThrottleOfResets(t *testing.T) {
	for _, login := range []string{"yto@litt.example", "nobody@litt.example"} {
		h := newHouse(t)
		for range 3 {
			if _, _, err := h.RequestReset(t.Context(), login, away()); err != nil {
				t.Fatal(err)
			}
		}
		var wait *auth.WaitError
		if _, _, err := h.RequestReset(t.Context(), login, away()); !errors.As(err, &wait) {
			t.Errorf("the fourth: %v", err)
		}
		h.signIn(h.curator) // signing in counts apart
	}
}
