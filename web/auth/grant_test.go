package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
)

// grant makes a token of somebody for everything.
func (h *house) grant(of vigie.User, days int) auth.Token {
	h.t.Helper()
	t, err := h.MakeToken(h.t.Context(), auth.Actor{User: of.ID, From: home()}, " Tableur  de suivi ", auth.Scopes(), days)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// opens reports whether a token works.
func (h *house) opens(t auth.Token) bool {
	h.t.Helper()
	_, _, err := h.FindToken(h.t.Context(), t.Reveal())
	if err != nil && !errors.Is(err, auth.ErrToken) {
		h.t.Errorf("find a token: %v", err)
	}
	return err == nil
}

func TestTokens(t *testing.T) {
	h := newHouse(t)
	begun := len(h.audit(100))
	made := h.grant(h.curator, 30)
	user, found, err := h.FindToken(t.Context(), made.Reveal())
	if err != nil || user.ID != h.curator.ID || found.Name != "Tableur de suivi" || !found.Opens(auth.SearchesScope) || !found.Secret.IsZero() || found.Reveal() != "" {
		t.Errorf("found %+v of %+v, %v", found, user, err)
	}
	err = h.db.View(func(tx *store.Tx) error {
		for row, err := range tx.Tokens() {
			if err != nil || strings.Contains(made.Reveal(), string(row.ID)) || row.Used.IsZero() {
				t.Errorf("kept is %+v, %v", row, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string]string{
		"nothing": "", "no prefix": made.Secret.Reveal(), "another": auth.TokenPrefix + strings.Repeat("A", 43), "its hash": auth.TokenPrefix + string(made.ID)[:43],
		"longer": made.Reveal() + "A", "a session": auth.TokenPrefix + h.signIn(h.curator).Secret.Reveal(),
	} {
		if _, _, err := h.FindToken(t.Context(), sent); !errors.Is(err, auth.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := h.Find(t.Context(), made.Secret); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("a token signs in: %v", err)
	}
	if err := h.RevokeToken(t.Context(), h.by(), made.ID); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("an administrator revokes that of another: %v", err)
	}
	if err := h.RevokeToken(t.Context(), auth.Actor{User: h.curator.ID}, made.ID); err != nil || h.opens(made) {
		t.Errorf("revoked: %v", err)
	}
	if got := strings.Join(h.audit(100)[begun:], ", "); got != "token made, signed in, token revoked" {
		t.Errorf("the log says %q", got)
	}
}

// TestTokensEnd: whatever takes somebody's rights takes their tokens.
func TestTokensEnd(t *testing.T) {
	for name, end := range map[string]func(h *house) error{
		"time":     func(h *house) error { h.clock.Forward(30 * 24 * time.Hour); return nil },
		"disabled": func(h *house) error { return h.Disable(t.Context(), h.by(), h.curator.ID) },
		"disabled and enabled": func(h *house) error {
			return errors.Join(h.Disable(t.Context(), h.by(), h.curator.ID), h.Enable(t.Context(), h.by(), h.curator.ID))
		},
		"role": func(h *house) error { return h.SetRole(t.Context(), h.by(), h.curator.ID, vigie.Reader) },
		"password": func(h *house) error {
			_, err := h.ChangePassword(t.Context(), h.signIn(h.curator).Secret, good, other, home())
			return err
		},
		"operator": func(h *house) error { return h.SetPassword(t.Context(), auth.Operator(), h.curator.ID, other) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			token, others := h.grant(h.curator, 30), h.grant(h.admin, 365)
			if !h.opens(token) {
				t.Fatal("it never worked")
			}
			if err := end(h); err != nil || h.opens(token) {
				t.Errorf("it still works, %v", err)
			}
			if !h.opens(others) {
				t.Error("so did that of somebody else")
			}
		})
	}
}

func TestTokensAreChecked(t *testing.T) {
	h := newHouse(t)
	by := auth.Actor{User: h.curator.ID}
	for name, c := range map[string]struct {
		by    auth.Actor
		title string
		of    []auth.Scope
		days  int
		want  error
	}{
		"no name":       {by, " \t", auth.Scopes(), 30, vigie.ErrInvalid},
		"a long name":   {by, strings.Repeat("é", 101), auth.Scopes(), 30, vigie.ErrInvalid},
		"turned over":   {by, "a\u202eb", auth.Scopes(), 30, vigie.ErrInvalid},
		"not UTF-8":     {by, "a\xff", auth.Scopes(), 30, vigie.ErrInvalid},
		"no scope":      {by, "n", nil, 30, vigie.ErrInvalid},
		"unknown scope": {by, "n", []auth.Scope{auth.PublicScope, "write:all"}, 30, vigie.ErrInvalid},
		"no days":       {by, "n", auth.Scopes(), 0, vigie.ErrInvalid},
		"for ever":      {by, "n", auth.Scopes(), 36500, vigie.ErrInvalid},
		"nobody":        {auth.Actor{}, "n", auth.Scopes(), 30, vigie.ErrForbidden},
		"the operator":  {auth.Operator(), "n", auth.Scopes(), 30, vigie.ErrForbidden},
	} {
		if _, err := h.MakeToken(t.Context(), c.by, c.title, c.of, c.days); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range auth.MostTokens {
		h.grant(h.curator, 90)
	}
	var bad *vigie.InvalidError
	if _, err := h.MakeToken(t.Context(), by, "n", auth.Scopes(), 30); !errors.As(err, &bad) || bad.Field != "many" {
		t.Errorf("one more: %v", err)
	}
}

// TestTokenUse: the last use is noted once an hour, and what faded is swept.
func TestTokenUse(t *testing.T) {
	h := newHouse(t)
	made := h.grant(h.curator, 30)
	used := func() time.Time {
		mine, err := h.Tokens(h.curator.ID)
		if err != nil || len(mine) != 1 {
			t.Fatalf("%d tokens, %v", len(mine), err)
		}
		return mine[0].Used
	}
	if !used().IsZero() {
		t.Error("used before it was")
	}
	h.opens(made)
	first := used()
	h.clock.Forward(59 * time.Minute)
	h.opens(made)
	if !used().Equal(first) || first.IsZero() {
		t.Errorf("used at %v, then at %v", first, used())
	}
	h.clock.Forward(time.Minute)
	h.opens(made)
	if !used().After(first) {
		t.Error("an hour later it was not noted")
	}
	h.clock.Forward(40 * 24 * time.Hour)
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	used() // it has expired, and its owner still sees it
	h.clock.Forward(30 * 24 * time.Hour)
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if mine, err := h.Tokens(h.curator.ID); len(mine) != 0 || err != nil {
		t.Errorf("%d are left, %v", len(mine), err)
	}
}
