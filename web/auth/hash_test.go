package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web/auth"
)

const (
	salt = "AAAAAAAAAAAAAAAAAAAAAA"
	key  = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

// kept returns the hash that the store has of a user.
func (h *house) kept(id vigie.UserID) (c store.Credential) {
	h.t.Helper()
	err := h.db.View(func(tx *store.Tx) error {
		var err error
		c, err = tx.Credential(id)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestHashString(t *testing.T) {
	whole := "$argon2id$v=19$m=65536,t=3,p=1$" + salt + "$" + key
	if got, err := auth.ReadHash(whole); got != whole || err != nil {
		t.Errorf("%q was read as %q, %v", whole, got, err)
	}
	for name, phc := range map[string]string{
		"empty":            "",
		"bcrypt":           "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
		"argon2i":          strings.Replace(whole, "argon2id", "argon2i", 1),
		"older version":    strings.Replace(whole, "v=19", "v=16", 1),
		"16 GiB":           strings.Replace(whole, "65536", "16777216", 1),
		"no memory":        strings.Replace(whole, "65536", "0", 1),
		"leading zero":     strings.Replace(whole, "65536", "065536", 1),
		"sign":             strings.Replace(whole, "65536", "+65536", 1),
		"no pass":          strings.Replace(whole, "t=3", "t=0", 1),
		"a million passes": strings.Replace(whole, "t=3", "t=1000000", 1),
		"300 lanes":        strings.Replace(whole, "p=1", "p=300", 1),
		"257 lanes":        strings.Replace(whole, "p=1", "p=257", 1),
		"other order":      strings.Replace(whole, "m=65536,t=3", "t=3,m=65536", 1),
		"one more":         strings.Replace(whole, "p=1", "p=1,x=1", 1),
		"no salt":          strings.Replace(whole, salt, "", 1),
		"short key":        strings.Replace(whole, key, "AAAA", 1),
		"padding":          whole + "=",
		"loose bits":       whole[:len(whole)-1] + "B",
		"more":             whole + "$",
		"a break":          whole + "\n",
		"very long":        strings.Replace(whole, key, strings.Repeat("A", 1000), 1),
	} {
		if got, err := auth.ReadHash(phc); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: %q was read as %q, %v", name, phc, got, err)
		} else if strings.Contains(err.Error(), salt) {
			t.Errorf("%s: the error shows the hash: %v", name, err)
		}
	}
}

func FuzzHashString(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=3,p=1$" + salt + "$" + key)
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, phc string) {
		got, err := auth.ReadHash(phc)
		if err == nil && got != phc {
			t.Errorf("%q was read as %q", phc, got)
		}
		if err != nil && !errors.Is(err, vigie.ErrDamaged) {
			t.Error(err)
		}
	})
}

// TestDefaultCost works out one password with the cost that people get.
func TestDefaultCost(t *testing.T) {
	h := newHouse(t)
	a := authenticator(t, h.db, auth.Options{})
	if err := a.SetPassword(t.Context(), auth.Operator(), h.curator.ID, other); err != nil {
		t.Fatal(err)
	}
	if got := h.kept(h.curator.ID).Hash; !strings.HasPrefix(got, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("it is kept as %s", got)
	}
}

func TestCostIsBounded(t *testing.T) {
	db := storetest.Open(t)
	for _, c := range []auth.Cost{
		{MemoryKiB: 8},
		{MemoryKiB: 8, Passes: 1},
		{MemoryKiB: 7, Passes: 1, Lanes: 1},
		{MemoryKiB: 8, Passes: 1, Lanes: 2},
		{MemoryKiB: 2 << 20, Passes: 1, Lanes: 1},
		{MemoryKiB: 8, Passes: 65, Lanes: 1},
		{MemoryKiB: 1024, Passes: 1, Lanes: 17},
	} {
		if _, err := auth.New(db, auth.Options{Cost: c}); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("New with %+v = %v", c, err)
		}
	}
}

// TestRehash: who signs in with a password of another cost leaves with one of the
// present cost, and stays signed in elsewhere.
func TestRehash(t *testing.T) {
	h := newHouse(t)
	before := h.signIn(h.curator)
	old := h.kept(h.curator.ID)
	dearer := authenticator(t, h.db, auth.Options{Cost: auth.Cost{MemoryKiB: 16, Passes: 2, Lanes: 1}})
	if _, err := dearer.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: wrong}); !errors.Is(err, auth.ErrCredentials) {
		t.Fatal(err)
	}
	if h.kept(h.curator.ID) != old {
		t.Error("a wrong password changed what is kept")
	}
	if _, err := dearer.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: good}); err != nil {
		t.Fatal(err)
	}
	renewed := h.kept(h.curator.ID)
	if !strings.Contains(renewed.Hash, "$m=16,t=2,p=1$") || renewed.Version != old.Version {
		t.Errorf("it is now kept as %+v", renewed)
	}
	if !h.alive(before) {
		t.Error("the other session ended")
	}
	h.signIn(h.curator)
}

// TestEqualPasswordsAreKeptApart: each has a salt of its own.
func TestEqualPasswordsAreKeptApart(t *testing.T) {
	h := newHouse(t)
	if a, b := h.kept(h.admin.ID).Hash, h.kept(h.curator.ID).Hash; a == b {
		t.Errorf("both are kept as %s", a)
	}
}

// TestTurns: two passwords are worked out at a time, others wait, and who comes
// beyond a bound is sent away with the try given back.
func TestTurns(t *testing.T) {
	h := newHouse(t)
	before := h.Stats().Hashed
	release := h.Occupy()
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error)
	for n := range auth.MaxWaiting + 1 {
		go func() {
			from := netip.AddrFrom4([4]byte{10, 0, byte(n), 1})
			_, err := h.SignIn(ctx, auth.Attempt{Login: fmt.Sprintf("%d@litt.example", n), Password: wrong, From: from})
			errs <- err
		}()
	}
	if err := <-errs; !errors.Is(err, vigie.ErrBusy) {
		t.Errorf("the one too many: %v", err)
	}
	cancel()
	for range auth.MaxWaiting {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("one that waited: %v", err)
		}
	}
	release()
	if got := h.Stats().Hashed; got != before {
		t.Errorf("%d passwords were worked out", got-before)
	}
	if got := h.tries("all"); got != auth.MaxWaiting {
		t.Errorf("%d tries are counted, want those that were not sent away: %d", got, auth.MaxWaiting)
	}
	h.signIn(h.curator)
}

// tries returns what is counted under a key.
func (h *house) tries(key string) int {
	h.t.Helper()
	n := 0
	err := h.db.View(func(tx *store.Tx) error {
		tries, err := tx.Tries(key)
		n = tries.Count
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}
