package auth_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web/auth"
)

// TestRestoreEndsSessions: what a backup holds opens nothing after a restore.
func TestRestoreEndsSessions(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	l, err := h.Reset(t.Context(), h.by(), h.admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	if _, err := h.db.Backup(t.Context(), &backup, nil); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := store.Restore(t.Context(), &backup, dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	a := authenticator(t, storetest.OpenAt(t, dir, store.Options{Now: h.clock.Now}), auth.Options{Cost: cheap()})
	if _, _, err := a.Find(t.Context(), s.Secret); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("the session: %v", err)
	}
	if _, err := a.Look(auth.Recovery, l.Secret); !errors.Is(err, auth.ErrLink) {
		t.Errorf("the link: %v", err)
	}
	if _, err := a.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: good}); err != nil {
		t.Errorf("the password: %v", err)
	}
	if err := a.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestAuditTellsTheStory: each act leaves its line, and the lines hold together.
func TestAuditTellsTheStory(t *testing.T) {
	h := newHouse(t)
	begun := len(h.audit(100))
	s := h.signIn(h.curator)
	_, _ = h.try(h.curator.Email, wrong)
	s, err := h.Confirm(t.Context(), s.Secret, good, home())
	if err != nil {
		t.Fatal(err)
	}
	if s, err = h.ChangePassword(t.Context(), s.Secret, good, other, home()); err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		h.SetRole(t.Context(), h.by(), h.curator.ID, vigie.Editor), h.Disable(t.Context(), h.by(), h.curator.ID),
		h.Enable(t.Context(), auth.Operator(), h.curator.ID), h.SignOut(t.Context(), s.Secret, home()),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"signed in", "sign-in refused", "password confirmed", "password changed", "role set", "account disabled", "account enabled"}
	if got := h.audit(100)[begun:]; !slices.Equal(got, want) {
		t.Errorf("the log says %q, want %q", got, want)
	}
	err = h.db.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 100)
		for _, l := range lines {
			if l.What == "role set" && (l.Who != string(h.admin.ID) || l.About != string(h.curator.ID) || l.Note != "curator to editor" || l.From != "192.0.2.0/24") {
				t.Errorf("the line is %+v", l)
			}
		}
		newest, verifyErr := tx.VerifyAudit()
		if newest.Hash != lines[0].Hash {
			t.Errorf("the newest line is %+v", newest)
		}
		return errors.Join(err, verifyErr)
	})
	if err != nil {
		t.Error(err)
	}
}

func ExampleNetwork() {
	fmt.Println(auth.Network(netip.MustParseAddr("203.0.113.77")))
	fmt.Println(auth.Network(netip.MustParseAddr("2001:db8:1:2:3::4")))
	// Output:
	// 203.0.113.0/24
	// 2001:db8:1::/56
}
