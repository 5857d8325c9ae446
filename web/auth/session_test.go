package auth_test

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
)

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	s, err := h.try("  YTO@Litt.Example ", good)
	if err != nil {
		t.Fatal(err)
	}
	u, found, err := h.Find(t.Context(), s.Secret)
	if err != nil || u.ID != h.curator.ID || u.Role != vigie.Curator || found.ID != s.ID || found.From != "192.0.2.0/24" || !found.Secret.IsZero() {
		t.Errorf("Find = %+v, %+v, %v", u, found, err)
	}
	if !found.Fresh(h.clock.Now()) || found.Fresh(h.clock.Now().Add(11*time.Minute)) {
		t.Error("a password is fresh for ten minutes")
	}
	for name, secret := range map[string]auth.Secret{
		"none": {}, "of another purpose": auth.ParseSecret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "the id of the session": auth.ParseSecret(string(s.ID)[:43]),
	} {
		if u, _, err := h.Find(t.Context(), secret); !errors.Is(err, auth.ErrNoSession) || !errors.Is(err, vigie.ErrForbidden) || u != (vigie.User{}) {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
}

// TestOnlyHashesAreKept looks for the secret in the file of the store.
func TestOnlyHashesAreKept(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	l, err := h.Reset(t.Context(), h.by(), h.admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.try("canary-typed-as-login", "canary-password"); !errors.Is(err, auth.ErrCredentials) {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	if _, err := h.db.Backup(t.Context(), &backup, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(backup.Bytes(), []byte(h.curator.Email)) {
		t.Fatal("the test looks in the wrong place")
	}
	for _, secret := range []string{s.Secret.Reveal(), l.Secret.Reveal(), good, "canary", "192.0.2.17"} {
		if bytes.Contains(backup.Bytes(), []byte(secret)) {
			t.Errorf("%q is in the store", secret)
		}
	}
}

// TestNewSecretAtSignIn is T-SESS-1: the secret changes, and the old one is dead.
func TestNewSecretAtSignIn(t *testing.T) {
	h := newHouse(t)
	old := h.signIn(h.curator)
	s, err := h.SignIn(t.Context(), auth.Attempt{Login: h.curator.Email, Password: good, From: home(), Old: old.Secret})
	if err != nil {
		t.Fatal(err)
	}
	if s.Secret == old.Secret || h.alive(old) || !h.alive(s) {
		t.Error("the old secret still opens the session")
	}
	confirmed, err := h.Confirm(t.Context(), s.Secret, good, home())
	if err != nil {
		t.Fatal(err)
	}
	if confirmed.Secret == s.Secret || h.alive(s) || !h.alive(confirmed) {
		t.Error("the secret from before the confirmation still opens the session")
	}
	if _, err := h.Confirm(t.Context(), confirmed.Secret, wrong, home()); !errors.Is(err, auth.ErrCredentials) || !h.alive(confirmed) {
		t.Errorf("a wrong password: %v", err)
	}
	if _, err := h.Confirm(t.Context(), s.Secret, good, home()); !errors.Is(err, auth.ErrNoSession) {
		t.Errorf("a dead secret: %v", err)
	}
}

// TestWhatEndsSessions is T-SESS-2, by replaying every secret afterwards.
func TestWhatEndsSessions(t *testing.T) {
	for name, act := range map[string]func(h *house, mine auth.Session) (auth.Session, error){
		"sign out": func(h *house, mine auth.Session) (auth.Session, error) {
			return auth.Session{}, h.SignOut(h.t.Context(), mine.Secret, home())
		},
		"password changed": func(h *house, mine auth.Session) (auth.Session, error) {
			return h.ChangePassword(h.t.Context(), mine.Secret, good, other, home())
		},
		"password reset": func(h *house, _ auth.Session) (auth.Session, error) {
			_, l, err := h.RequestReset(h.t.Context(), h.curator.Email, home())
			if err != nil {
				return auth.Session{}, err
			}
			_, s, err := h.Accept(h.t.Context(), auth.Recovery, l.Secret, auth.Acceptance{Password: other, From: away()})
			return s, err
		},
		"password set": func(h *house, _ auth.Session) (auth.Session, error) {
			return auth.Session{}, h.SetPassword(h.t.Context(), auth.Operator(), h.curator.ID, other)
		},
		"role set": func(h *house, _ auth.Session) (auth.Session, error) {
			return auth.Session{}, h.SetRole(h.t.Context(), h.by(), h.curator.ID, vigie.Editor)
		},
		"disabled": func(h *house, _ auth.Session) (auth.Session, error) {
			return auth.Session{}, h.Disable(h.t.Context(), h.by(), h.curator.ID)
		},
		"disabled and enabled": func(h *house, _ auth.Session) (auth.Session, error) {
			return auth.Session{}, errors.Join(h.Disable(h.t.Context(), h.by(), h.curator.ID), h.Enable(h.t.Context(), h.by(), h.curator.ID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.t = t
			mine, elsewhere, boss := h.signIn(h.curator), h.signIn(h.curator), h.signIn(h.admin)
			next, err := act(h, mine)
			if err != nil {
				t.Fatal(err)
			}
			if h.alive(mine) {
				t.Error("the session lives on")
			}
			if h.alive(elsewhere) != (name == "sign out") {
				t.Error("the session elsewhere is wrong")
			}
			if !h.alive(boss) {
				t.Error("the session of somebody else ended")
			}
			if !next.Secret.IsZero() && !h.alive(next) {
				t.Error("the new session does not live")
			}
			left := 1 // the administrator's
			if !next.Secret.IsZero() || name == "sign out" {
				left = 2
			}
			h.counted(left, 0)
		})
	}
}

// TestLeftOverSession: a session that was not deleted when the password changed is
// dead all the same.
func TestLeftOverSession(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	err := h.db.Update(t.Context(), func(tx *store.Tx) error {
		row, err := tx.Session(s.ID)
		if err != nil {
			return err
		}
		row.Version--
		return tx.PutSession(row)
	})
	if err != nil || h.alive(s) {
		t.Errorf("the session of an older password lives, %v", err)
	}
}

func TestSessionsEndWithTime(t *testing.T) {
	h := newHouse(t)
	idle, used := h.signIn(h.curator), h.signIn(h.curator)
	for range 4 { // 7 h 56 min
		h.clock.Forward(time.Hour + 59*time.Minute)
		if !h.alive(used) {
			t.Fatal("a session in use ended")
		}
	}
	h.clock.Forward(5 * time.Minute)
	if h.alive(idle) {
		t.Error("after 8 h 1 min without use it lives")
	}
	for range 8 {
		h.clock.Forward(time.Hour + 59*time.Minute)
		if !h.alive(used) {
			t.Fatal("a session in use ended")
		}
	}
	confirmed, err := h.Confirm(t.Context(), used.Secret, good, home())
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Forward(9 * time.Minute) // 24 h 2 min
	if h.alive(used) || h.alive(confirmed) {
		t.Error("after 24 hours in all it lives, whatever was confirmed meanwhile")
	}
	if err := h.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.counted(0, 0)
}

// counted compares how many sessions and links the store holds.
func (h *house) counted(sessions, links int) {
	h.t.Helper()
	err := h.db.View(func(tx *store.Tx) error {
		for range tx.Sessions() {
			sessions--
		}
		for range tx.Links() {
			links--
		}
		return nil
	})
	if err != nil || sessions != 0 || links != 0 {
		h.t.Errorf("sessions and links are missing: %d, %d, %v", sessions, links, err)
	}
}

// TestReadingSeldomWrites: a page that is asked for twice changes nothing in the
// store the second time.
func TestReadingSeldomWrites(t *testing.T) {
	h := newHouse(t)
	s := h.signIn(h.curator)
	seen := func() time.Time {
		t.Helper()
		_, found, err := h.Find(t.Context(), s.Secret)
		if err != nil {
			t.Fatal(err)
		}
		return found.Seen
	}
	began := h.clock.Now()
	h.clock.Forward(4 * time.Minute)
	if got := seen(); !got.Equal(began) {
		t.Errorf("after four minutes it was seen at %v", got)
	}
	h.clock.Forward(time.Minute)
	if got := seen(); !got.Equal(h.clock.Now()) {
		t.Errorf("after five minutes it was seen at %v", got)
	}
}

func TestListAndRevoke(t *testing.T) {
	h := newHouse(t)
	first := h.signIn(h.curator)
	h.clock.Forward(time.Minute)
	second := h.signIn(h.curator)
	boss := h.signIn(h.admin)
	list, err := h.Sessions(h.curator.ID)
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].ID != first.ID || !list[0].Secret.IsZero() {
		t.Fatalf("Sessions = %+v, %v", list, err)
	}
	mine := auth.Actor{User: h.curator.ID, From: home()}
	if err := h.Revoke(t.Context(), mine, boss.ID); !errors.Is(err, vigie.ErrForbidden) || !h.alive(boss) {
		t.Errorf("ending the session of somebody else: %v", err)
	}
	if err := h.Revoke(t.Context(), auth.Actor{}, boss.ID); !errors.Is(err, vigie.ErrForbidden) || !h.alive(boss) {
		t.Errorf("ending a session as nobody: %v", err)
	}
	if err := h.Revoke(t.Context(), mine, first.ID); err != nil || h.alive(first) || !h.alive(second) {
		t.Errorf("ending one's own: %v", err)
	}
	if err := h.Revoke(t.Context(), mine, first.ID); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("ending it again: %v", err)
	}
	if err := h.Revoke(t.Context(), h.by(), second.ID); err != nil || h.alive(second) {
		t.Errorf("an administrator ending it: %v", err)
	}
	if err := h.Revoke(t.Context(), auth.Operator(), "nonsense"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("ending nonsense: %v", err)
	}
}

func TestSessionsArePruned(t *testing.T) {
	h := newHouse(t)
	var all []auth.Session
	for range 21 {
		all = append(all, h.signIn(h.curator))
		h.clock.Forward(time.Second)
	}
	if h.alive(all[0]) || !h.alive(all[1]) || !h.alive(all[20]) {
		t.Error("twenty sessions live, and the one longest out of use ends first")
	}
}

// TestSameAnswer is T-SESS-4: what is unknown, disabled or without a password is
// answered, counted and worked on as what is known.
func TestSameAnswer(t *testing.T) {
	h := newHouse(t)
	disabled := h.add("gone@litt.example", "Gone", vigie.Reader)
	if err := h.Disable(t.Context(), h.by(), disabled.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Invite(t.Context(), h.by(), vigie.User{Email: "new@litt.example", Name: "New", Role: vigie.Reader}); err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]auth.Attempt{
		"known":                     {Login: h.curator.Email, Password: wrong},
		"unknown":                   {Login: "nobody@litt.example", Password: wrong},
		"no address at all":         {Login: "", Password: wrong},
		"a very long address":       {Login: string(bytes.Repeat([]byte("é"), 1<<16)), Password: wrong},
		"disabled, wrong password":  {Login: "gone@litt.example", Password: wrong},
		"disabled, right password":  {Login: "gone@litt.example", Password: good},
		"invited":                   {Login: "new@litt.example", Password: wrong},
		"invited, no password":      {Login: "new@litt.example"},
		"known, no password":        {Login: h.curator.Email},
		"known, endless password":   {Login: h.curator.Email, Password: string(bytes.Repeat([]byte("a"), 1<<20))},
		"known, not UTF-8":          {Login: h.curator.Email, Password: "\xff"},
		"unknown, endless password": {Login: "nobody@litt.example", Password: string(bytes.Repeat([]byte("a"), 1<<20))},
	} {
		before := h.Stats()
		a.From = netip.AddrFrom4([4]byte{10, 1, byte(before.Refused), 1})
		s, err := h.SignIn(t.Context(), a)
		after := h.Stats()
		if err != auth.ErrCredentials || s != (auth.Session{}) { //nolint:errorlint // it must be that very error
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if after.Hashed != before.Hashed+1 || after.Refused != before.Refused+1 {
			t.Errorf("%s: the counts went from %+v to %+v", name, before, after)
		}
		if got := h.tries("network " + auth.Network(a.From)); got != 1 {
			t.Errorf("%s: it counts as %d tries", name, got)
		}
		if got := h.audit(1); got[0] != "sign-in refused" {
			t.Errorf("%s: the audit log says %q", name, got)
		}
	}
}

// TestResetSaysNothing is T-SESS-4 for links.
func TestResetSaysNothing(t *testing.T) {
	h := newHouse(t)
	if err := h.Disable(t.Context(), h.by(), h.add("gone@litt.example", "Gone", vigie.Reader).ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Invite(t.Context(), h.by(), vigie.User{Email: "new@litt.example", Name: "New", Role: vigie.Reader}); err != nil {
		t.Fatal(err)
	}
	for login, known := range map[string]bool{"Yto@litt.example": true, "nobody@litt.example": false, "": false, "gone@litt.example": false, "new@litt.example": false} {
		u, l, err := h.RequestReset(t.Context(), login, home())
		if err != nil || l.Secret.IsZero() == known || (u.ID == h.curator.ID) != known {
			t.Errorf("%q: %+v, %+v, %v", login, u, l, err)
		}
		if got := h.audit(1); got[0] != "reset requested" {
			t.Errorf("%q: the audit log says %q", login, got)
		}
	}
}
