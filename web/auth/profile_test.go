package auth_test

import (
	"errors"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
)

func TestDescribe(t *testing.T) {
	h := newHouse(t)
	u, err := h.Describe(t.Context(), auth.Actor{User: h.curator.ID, From: away()}, "  Yto  Naji ", vigie.Arabic)
	if err != nil || u.Name != "Yto Naji" || u.Lang != vigie.Arabic || u.Role != h.curator.Role || u.Email != h.curator.Email {
		t.Errorf("the account became %+v, %v", u, err)
	}
	err = h.db.View(func(tx *store.Tx) error {
		kept, err := tx.User(h.curator.ID)
		if kept != u {
			t.Errorf("the store has %+v", kept)
		}
		lines, err2 := tx.AuditLines(0, 1)
		if len(lines) != 1 || lines[0].What != "profile changed" || lines[0].Who != string(u.ID) || lines[0].From != "198.51.100.0/24" {
			t.Errorf("the audit log says %+v", lines)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		by   auth.Actor
		name string
		want error
	}{
		"no name":        {auth.Actor{User: h.curator.ID}, " ", vigie.ErrInvalid},
		"nobody":         {auth.Actor{}, "N", vigie.ErrNotFound},
		"operator":       {auth.Operator(), "N", vigie.ErrNotFound},
		"somebody else":  {auth.Actor{User: "01JD0000000000000000000000"}, "N", vigie.ErrNotFound},
		"turned letters": {auth.Actor{User: h.curator.ID}, "N\u202egro", vigie.ErrInvalid},
	} {
		if _, err := h.Describe(t.Context(), test.by, test.name, ""); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.Disable(t.Context(), h.by(), h.curator.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Describe(t.Context(), auth.Actor{User: h.curator.ID}, "N", ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a disabled account: %v", err)
	}
}
