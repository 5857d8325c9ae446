package auth_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/web/auth"
)

func TestUsersAreChecked(t *testing.T) {
	h := newHouse(t)
	for name, u := range map[string]vigie.User{
		"no address":       {Name: "N", Role: vigie.Reader},
		"no at":            {Name: "N", Role: vigie.Reader, Email: "nobody"},
		"name and address": {Name: "N", Role: vigie.Reader, Email: "N <n@litt.example>"},
		"two addresses":    {Name: "N", Role: vigie.Reader, Email: "n@litt.example,m@litt.example"},
		"header":           {Name: "N", Role: vigie.Reader, Email: "n@litt.example\r\nBcc: m@litt.example"},
		"a long address":   {Name: "N", Role: vigie.Reader, Email: strings.Repeat("n", 250) + "@litt.example"},
		"no name":          {Role: vigie.Reader, Email: "n@litt.example", Name: " \t"},
		"a long name":      {Role: vigie.Reader, Email: "n@litt.example", Name: strings.Repeat("é", 101)},
		"name turned over": {Role: vigie.Reader, Email: "n@litt.example", Name: "N\u202egro"},
		"name not UTF-8":   {Role: vigie.Reader, Email: "n@litt.example", Name: "N\xff"},
		"no role":          {Name: "N", Email: "n@litt.example"},
		"no language":      {Name: "N", Role: vigie.Reader, Email: "n@litt.example", Lang: "<script>"},
		"unknown role":     {Name: "N", Email: "n@litt.example", Role: "owner"},
	} {
		if _, err := h.CreateUser(t.Context(), h.by(), u); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.CreateUser(t.Context(), h.by(), vigie.User{Name: "N", Role: vigie.Reader, Email: "YTO@litt.EXAMPLE"}); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("an address that is taken: %v", err)
	}
	given := vigie.User{ID: h.admin.ID, Name: "N", Role: vigie.Reader, Email: "n@litt.example", Disabled: true}
	u, err := h.CreateUser(t.Context(), h.by(), given)
	if err != nil || u.ID == h.admin.ID || u.Disabled || u.Created.IsZero() {
		t.Errorf("a new account is %+v, %v", u, err)
	}
}

// TestOnlyAdministratorsAdminister: every act, by everybody else.
func TestOnlyAdministratorsAdminister(t *testing.T) {
	acts := map[string]func(h *house, by auth.Actor) error{
		"create": func(h *house, by auth.Actor) error {
			_, err := h.CreateUser(h.t.Context(), by, vigie.User{Email: "n@litt.example", Name: "N", Role: vigie.Reader})
			return err
		},
		"invite": func(h *house, by auth.Actor) error {
			_, _, err := h.Invite(h.t.Context(), by, vigie.User{Email: "n@litt.example", Name: "N", Role: vigie.Reader})
			return err
		},
		"reset":    func(h *house, by auth.Actor) error { _, err := h.Reset(h.t.Context(), by, h.curator.ID); return err },
		"disable":  func(h *house, by auth.Actor) error { return h.Disable(h.t.Context(), by, h.curator.ID) },
		"enable":   func(h *house, by auth.Actor) error { return h.Enable(h.t.Context(), by, h.curator.ID) },
		"set role": func(h *house, by auth.Actor) error { return h.SetRole(h.t.Context(), by, h.curator.ID, vigie.Admin) },
		"set password": func(h *house, by auth.Actor) error {
			return h.SetPassword(h.t.Context(), by, h.curator.ID, other)
		},
	}
	h := newHouse(t)
	gone := h.add("gone@litt.example", "Gone", vigie.Admin)
	if err := h.Disable(t.Context(), h.by(), gone.ID); err != nil {
		t.Fatal(err)
	}
	others := map[string]auth.Actor{
		"nobody": {}, "unknown": {User: vigie.NewID[vigie.UserID](h.clock.Now())}, "disabled administrator": {User: gone.ID}, "who says operator": {User: "operator"},
	}
	for _, role := range []vigie.Role{vigie.Reader, vigie.Curator, vigie.Editor, vigie.Publisher} {
		others[string(role)] = auth.Actor{User: h.add(string(role)+"@litt.example", "N", role).ID}
	}
	before := len(h.audit(100))
	for act, do := range acts {
		for who, by := range others {
			if err := do(h, by); !errors.Is(err, vigie.ErrForbidden) {
				t.Errorf("%s by %s: %v", act, who, err)
			}
		}
	}
	if after := len(h.audit(100)); after != before {
		t.Errorf("%d lines were added to the audit log", after-before)
	}
	for act, do := range acts {
		h := newHouse(t)
		if err := do(h, h.by()); (err == nil) != (act != "set password") {
			t.Errorf("%s by an administrator: %v", act, err)
		}
		if err := do(newHouse(t), auth.Operator()); err != nil {
			t.Errorf("%s by the operator: %v", act, err)
		}
	}
}

// TestLastAdministrator: nobody locks the observatory out of itself.
func TestLastAdministrator(t *testing.T) {
	h := newHouse(t)
	if _, _, err := h.Invite(t.Context(), h.by(), vigie.User{Email: "boss@litt.example", Name: "Boss", Role: vigie.Admin}); err != nil {
		t.Fatal(err) // who has no password yet does not count
	}
	for name, err := range map[string]error{
		"disable":                h.Disable(t.Context(), h.by(), h.admin.ID),
		"disable on the machine": h.Disable(t.Context(), auth.Operator(), h.admin.ID),
		"take the role":          h.SetRole(t.Context(), h.by(), h.admin.ID, vigie.Reader),
		"take it on the machine": h.SetRole(t.Context(), auth.Operator(), h.admin.ID, vigie.Publisher),
	} {
		if !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.add("second@litt.example", "Second", vigie.Admin)
	if err := h.SetRole(t.Context(), h.by(), h.admin.ID, vigie.Reader); err != nil {
		t.Errorf("with another one: %v", err)
	}
	if err := h.SetRole(t.Context(), h.by(), h.admin.ID, vigie.Admin); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("taking it back: %v", err)
	}
}

func TestSetRole(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	if err := h.SetRole(t.Context(), h.by(), h.curator.ID, vigie.Curator); err != nil || !h.alive(s) {
		t.Errorf("the same role: %v", err)
	}
	if err := h.SetRole(t.Context(), h.by(), h.curator.ID, "owner"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("an unknown role: %v", err)
	}
	if err := h.SetRole(t.Context(), h.by(), h.curator.ID, vigie.Anonymous); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("no role: %v", err)
	}
	if err := h.SetRole(t.Context(), h.by(), "01KAM000000000000000000000", vigie.Editor); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("an unknown user: %v", err)
	}
	if err := h.SetRole(t.Context(), h.by(), h.curator.ID, vigie.Editor); err != nil {
		t.Fatal(err)
	}
	u, _, err := h.Find(t.Context(), h.signIn(h.curator).Secret)
	if err != nil || u.Role != vigie.Editor {
		t.Errorf("the role is %q, %v", u.Role, err)
	}
}

func TestDisabled(t *testing.T) {
	h := newHouse(t)
	if err := h.Disable(t.Context(), h.by(), h.curator.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.try(h.curator.Email, good); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("signing in: %v", err)
	}
	if _, err := h.Reset(t.Context(), h.by(), h.curator.ID); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a link: %v", err)
	}
	if err := h.Enable(t.Context(), h.by(), h.curator.ID); err != nil {
		t.Fatal(err)
	}
	h.signIn(h.curator)
}

func TestChangePassword(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	var fault *auth.PasswordError
	if _, err := h.ChangePassword(t.Context(), s.Secret, good, "yto-berrada-1", home()); !errors.As(err, &fault) {
		t.Errorf("an easy one: %v", err)
	}
	if _, err := h.ChangePassword(t.Context(), s.Secret, wrong, other, home()); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("without the old one: %v", err)
	}
	if _, err := h.ChangePassword(t.Context(), auth.Secret{}, good, other, home()); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("without a session: %v", err)
	}
	if !h.alive(s) {
		t.Fatal("the session ended")
	}
	next, err := h.ChangePassword(t.Context(), s.Secret, good, other, home())
	if err != nil || !h.alive(next) {
		t.Fatalf("ChangePassword = %v", err)
	}
	if _, err := h.try(h.curator.Email, good); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := h.try(h.curator.Email, other); err != nil {
		t.Errorf("the new password: %v", err)
	}
}
