package auth_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
	"vigie/web/auth"
)

// empty is an observatory in which nobody has an account.
func empty(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, clock: vigietest.NewClock(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))}
	h.db = storetest.OpenAt(t, t.TempDir(), store.Options{Now: h.clock.Now})
	h.Authenticator = authenticator(t, h.db, auth.Options{Cost: cheap()})
	return h
}

func first() auth.Acceptance {
	return auth.Acceptance{Email: "Zineb@Litt.example", Name: " Zineb  Alaoui ", Lang: vigie.French, Password: good, From: home()}
}

func TestFirstAccount(t *testing.T) {
	h := empty(t)
	stale, err := h.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := h.First(t.Context()) // the program was started again
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Look(auth.FirstAccount, stale.Secret); !errors.Is(err, auth.ErrLink) || !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the link of the earlier start: %v", err)
	}
	for range 3 { // showing does not use it up
		if u, err := h.Look(auth.FirstAccount, l.Secret); err != nil || u != (vigie.User{}) {
			t.Errorf("Look = %+v, %v", u, err)
		}
	}
	u, s, err := h.Accept(t.Context(), auth.FirstAccount, l.Secret, first())
	if err != nil {
		t.Fatal(err)
	}
	if u.Role != vigie.Admin || u.Email != "zineb@litt.example" || u.Name != "Zineb Alaoui" || u.Lang != vigie.French || !h.alive(s) {
		t.Errorf("the first account is %+v", u)
	}
	if _, _, err := h.Accept(t.Context(), auth.FirstAccount, l.Secret, first()); !errors.Is(err, auth.ErrLink) {
		t.Errorf("the link again: %v", err)
	}
	if _, err := h.First(t.Context()); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("another first link: %v", err)
	}
	h.signIn(u)
}

// TestFirstLinkDiesWithTheFirstPassword, also one given on the command line.
func TestFirstLinkDiesWithTheFirstPassword(t *testing.T) {
	h := empty(t)
	l, err := h.First(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.add("yto@litt.example", "Yto", vigie.Curator)
	if _, _, err := h.Accept(t.Context(), auth.FirstAccount, l.Secret, first()); !errors.Is(err, auth.ErrLink) {
		t.Errorf("Accept = %v", err)
	}
}

// makers make a link of each purpose for somebody.
func makers(t *testing.T) map[auth.Purpose]func(h *house) auth.Link {
	t.Helper()
	return map[auth.Purpose]func(h *house) auth.Link{
		auth.Invitation: func(h *house) auth.Link {
			_, l, err := h.Invite(t.Context(), h.by(), vigie.User{Email: "new@litt.example", Name: "New", Role: vigie.Editor})
			if err != nil {
				t.Fatal(err)
			}
			return l
		},
		auth.Recovery: func(h *house) auth.Link {
			_, l, err := h.RequestReset(t.Context(), h.curator.Email, home())
			if err != nil {
				t.Fatal(err)
			}
			return l
		},
	}
}

func TestLinks(t *testing.T) {
	lives := map[auth.Purpose]time.Duration{auth.Invitation: 72 * time.Hour, auth.Recovery: 30 * time.Minute}
	for purpose, makeLink := range makers(t) {
		t.Run(string(purpose), func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			l := makeLink(h)
			if l.Purpose != purpose || !l.Expires.Equal(h.clock.Now().Add(lives[purpose])) {
				t.Fatalf("the link is %+v", l)
			}
			for _, p := range []auth.Purpose{auth.FirstAccount, auth.Invitation, auth.Recovery, "session"} {
				if _, err := h.Look(p, l.Secret); (err == nil) != (p == purpose) {
					t.Errorf("as a link to %s: %v", p, err)
				}
			}
			if _, _, err := h.Find(t.Context(), l.Secret); !errors.Is(err, auth.ErrNoSession) {
				t.Errorf("as a session: %v", err)
			}
			h.clock.Forward(lives[purpose] - time.Second)
			if _, err := h.Look(purpose, l.Secret); err != nil {
				t.Errorf("a second before the end: %v", err)
			}
			h.clock.Forward(time.Second)
			if _, err := h.Look(purpose, l.Secret); !errors.Is(err, auth.ErrLink) {
				t.Errorf("at the end: %v", err)
			}
			if _, _, err := h.Accept(t.Context(), purpose, l.Secret, auth.Acceptance{Password: other}); !errors.Is(err, auth.ErrLink) {
				t.Errorf("using it at the end: %v", err)
			}
			if err := h.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.counted(0, 0)
		})
	}
}

// TestLinksAreUsedOnce, however many try at the same moment; what is wrong with the
// form uses nothing up.
func TestLinksAreUsedOnce(t *testing.T) {
	for purpose, makeLink := range makers(t) {
		t.Run(string(purpose), func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			l := makeLink(h)
			var fault *auth.PasswordError
			if _, _, err := h.Accept(t.Context(), purpose, l.Secret, auth.Acceptance{Password: "motdepasse123"}); !errors.As(err, &fault) {
				t.Errorf("a bad password: %v", err)
			}
			var group sync.WaitGroup
			var worked atomic.Int64
			for range 8 {
				group.Go(func() {
					switch _, _, err := h.Accept(t.Context(), purpose, l.Secret, auth.Acceptance{Password: other, From: home()}); {
					case err == nil:
						worked.Add(1)
					case !errors.Is(err, auth.ErrLink):
						t.Errorf("Accept = %v", err)
					}
				})
			}
			group.Wait()
			if worked.Load() != 1 {
				t.Errorf("it worked %d times", worked.Load())
			}
			if _, err := h.Look(purpose, l.Secret); !errors.Is(err, auth.ErrLink) {
				t.Errorf("afterwards: %v", err)
			}
			h.counted(1, 0)
		})
	}
}

// TestWhatVoidsLinks: they are bound to the password of the moment, and to an
// account that may have one.
func TestWhatVoidsLinks(t *testing.T) {
	for name, act := range map[string]func(h *house) error{
		"another password": func(h *house) error {
			s := h.signIn(h.curator)
			_, err := h.ChangePassword(h.t.Context(), s.Secret, good, other, home())
			return err
		},
		"another link of an administrator": func(h *house) error {
			_, err := h.Reset(h.t.Context(), h.by(), h.curator.ID)
			return err
		},
		"disabled": func(h *house) error { return h.Disable(h.t.Context(), h.by(), h.curator.ID) },
		"disabled and enabled": func(h *house) error {
			return errors.Join(h.Disable(h.t.Context(), h.by(), h.curator.ID), h.Enable(h.t.Context(), h.by(), h.curator.ID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			l := makers(t)[auth.Recovery](h)
			if err := act(h); err != nil {
				t.Fatal(err)
			}
			if _, _, err := h.Accept(t.Context(), auth.Recovery, l.Secret, auth.Acceptance{Password: "dix lapins rouges dorment"}); !errors.Is(err, auth.ErrLink) {
				t.Errorf("Accept = %v", err)
			}
		})
	}
}

func TestInvitation(t *testing.T) {
	h := newHouse(t)
	u, l, err := h.Invite(t.Context(), h.by(), vigie.User{Email: "new@litt.example", Name: "N", Role: vigie.Editor})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.Look(auth.Invitation, l.Secret); err != nil || got.ID != u.ID {
		t.Errorf("Look = %+v, %v", got, err)
	}
	again, err := h.Reset(t.Context(), h.by(), u.ID)
	if err != nil || again.Purpose != auth.Invitation {
		t.Fatalf("inviting again: %+v, %v", again, err)
	}
	if _, err := h.Look(auth.Invitation, l.Secret); !errors.Is(err, auth.ErrLink) {
		t.Errorf("the first invitation: %v", err)
	}
	given := auth.Acceptance{Email: "boss@litt.example", Name: "Nouha", Lang: vigie.Arabic, Password: other, From: away()}
	got, s, err := h.Accept(t.Context(), auth.Invitation, again.Secret, given)
	if err != nil || got.Name != "Nouha" || got.Lang != vigie.Arabic || got.Email != u.Email || got.Role != vigie.Editor || !h.alive(s) {
		t.Errorf("Accept = %+v, %v", got, err)
	}
	l, err = h.Reset(t.Context(), h.by(), u.ID)
	if err != nil || l.Purpose != auth.Recovery {
		t.Errorf("Reset = %+v, %v", l, err)
	}
	got, _, err = h.Accept(t.Context(), auth.Recovery, l.Secret, auth.Acceptance{Name: "Somebody else", Email: "x@litt.example", Password: good})
	if err != nil || got.Name != "Nouha" || got.Email != u.Email {
		t.Errorf("a reset changed the account to %+v, %v", got, err)
	}
}
