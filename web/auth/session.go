package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// The life of a session.
const (
	idleLife     = 8 * time.Hour
	absoluteLife = 24 * time.Hour
	// freshLife is how long a password counts as just given (OWASP ASVS 5.0, 7.5.1).
	freshLife = 10 * time.Minute
	// touchEvery is how exactly the last use is known: reading pages seldom writes.
	touchEvery = 5 * time.Minute
	// mostSessions of one person; the one that was longest out of use makes room.
	mostSessions = 20

	sessionPurpose = "session"
)

// Session is somebody's being signed in.
type Session struct {
	// ID names the session in lists. It proves nothing.
	ID   vigie.Hash
	User vigie.UserID
	// Secret is what the browser gets. Only the functions that open a session or
	// change its secret fill it in.
	Secret  Secret
	Created time.Time
	// Seen is the last use, five minutes more or less; Proved is the last time that
	// the password was given.
	Seen, Proved time.Time
	// From is the network that it was opened from, for example "203.0.113.0/24".
	From string
}

// Fresh reports whether the password was given within the last ten minutes, which
// vigie.Permission.Fresh asks for.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.Proved) <= freshLife }

func sessionOf(s store.Session) Session {
	return Session{ID: s.ID, User: s.User, Created: s.Created, Seen: s.Seen, Proved: s.Proved, From: s.From}
}

// held is a session with whose it is.
type held struct {
	session    store.Session
	user       vigie.User
	credential store.Credential
}

// owner returns the session of an id if it is alive, and ErrNoSession otherwise.
func owner(tx *store.Tx, id vigie.Hash, now time.Time) (held, error) {
	var h held
	var err1, err2, err3 error
	if h.session, err1 = tx.Session(id); err1 == nil {
		h.user, err2 = tx.User(h.session.User)
		h.credential, err3 = tx.Credential(h.session.User)
	}
	err := errors.Join(err1, err2, err3)
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		return held{}, ErrNoSession
	case err != nil:
		return held{}, err
	case now.Sub(h.session.Seen) >= idleLife, now.Sub(h.session.Created) >= absoluteLife,
		h.session.Version != h.credential.Version, h.user.Disabled:
		return held{}, ErrNoSession
	}
	return h, nil
}

// Attempt is what somebody gives to sign in.
type Attempt struct {
	// Login is the email address, in any case of letters.
	Login, Password string
	From            netip.Addr
	// Old is the secret that the browser sent along; its session ends when the new
	// one begins.
	Old Secret
}

// SignIn opens a session. Errors: ErrCredentials, which takes the same work for
// known and unknown accounts; a *WaitError; vigie.ErrBusy when too many people sign
// in at once.
func (a *Authenticator) SignIn(ctx context.Context, t Attempt) (Session, error) {
	login := normalLogin(t.Login)
	user, err := a.prove(ctx, login, t.Password, t.From, func(tx *store.Tx) (vigie.User, error) { return tx.UserByEmail(login) })
	if err != nil {
		return Session{}, err
	}
	var s Session
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		if err := current(tx, user); err != nil {
			return err
		}
		if !t.Old.IsZero() {
			if err := tx.DeleteSession(t.Old.id(sessionPurpose)); err != nil {
				return err
			}
		}
		s, err = a.open(tx, user, t.From, time.Time{})
		return errors.Join(err, Actor{User: user.user.ID, From: t.From}.note(tx, s.Created, "signed in", user.user.ID, ""))
	})
	if err != nil {
		return Session{}, err
	}
	a.stats.signIns.Add(1)
	return s, nil
}

// current returns ErrCredentials if the account changed since the password was
// found right.
func current(tx *store.Tx, h held) error {
	c, err := tx.Credential(h.user.ID)
	if err != nil {
		return err
	}
	u, err := tx.User(h.user.ID)
	if err != nil {
		return err
	}
	if u.Disabled || c.Version != h.credential.Version {
		return ErrCredentials
	}
	return nil
}

// open makes a session in tx; a zero time of creation means now.
func (a *Authenticator) open(tx *store.Tx, h held, from netip.Addr, created time.Time) (Session, error) {
	now := a.o.Now()
	if created.IsZero() {
		created = now
	}
	mine, err := sessionsOf(tx, h.user.ID)
	if err != nil {
		return Session{}, err
	}
	for len(mine) >= mostSessions {
		oldest := slices.MinFunc(mine, func(x, y store.Session) int { return x.Seen.Compare(y.Seen) })
		if err := tx.DeleteSession(oldest.ID); err != nil {
			return Session{}, err
		}
		mine = slices.DeleteFunc(mine, func(s store.Session) bool { return s.ID == oldest.ID })
	}
	secret := newSecret()
	row := store.Session{
		ID: secret.id(sessionPurpose), User: h.user.ID, Version: h.credential.Version,
		Created: created, Seen: now, Proved: now, From: Network(from),
	}
	s := sessionOf(row)
	s.Secret = secret
	return s, tx.PutSession(row)
}

func sessionsOf(tx *store.Tx, id vigie.UserID) ([]store.Session, error) {
	var out []store.Session
	for s, err := range tx.Sessions() {
		if err != nil {
			return nil, err
		}
		if s.User == id {
			out = append(out, s)
		}
	}
	return out, nil
}

// endAll ends the sessions and the tokens of a user.
func endAll(tx *store.Tx, id vigie.UserID) error {
	mine, err := sessionsOf(tx, id)
	for _, s := range mine {
		err = errors.Join(err, tx.DeleteSession(s.ID))
	}
	return errors.Join(err, endTokens(tx, id))
}

// Find returns who sent a secret, and the session. Without a living session it is
// ErrNoSession, and a vigie.ErrNotFound never.
func (a *Authenticator) Find(ctx context.Context, secret Secret) (vigie.User, Session, error) {
	if secret.IsZero() {
		return vigie.User{}, Session{}, ErrNoSession
	}
	now := a.o.Now()
	id := secret.id(sessionPurpose)
	var h held
	err := a.db.View(func(tx *store.Tx) error {
		var err error
		h, err = owner(tx, id, now)
		return err
	})
	if err != nil {
		return vigie.User{}, Session{}, err
	}
	if now.Sub(h.session.Seen) >= touchEvery {
		if err := a.touch(ctx, id, now); err != nil { // a full disk signs nobody out
			a.o.Log.WarnContext(ctx, "the last use of a session was not noted", "err", err)
		}
		h.session.Seen = now
	}
	return h.user, sessionOf(h.session), nil
}

func (a *Authenticator) touch(ctx context.Context, id vigie.Hash, now time.Time) error {
	return a.db.Update(ctx, func(tx *store.Tx) error {
		h, err := owner(tx, id, now)
		if errors.Is(err, ErrNoSession) {
			return nil // it ended meanwhile
		}
		if err != nil {
			return err
		}
		h.session.Seen = now
		return tx.PutSession(h.session)
	})
}

// SignOut ends the session of a secret; where there is none, nothing happens.
func (a *Authenticator) SignOut(ctx context.Context, secret Secret, from netip.Addr) error {
	if secret.IsZero() {
		return nil
	}
	id := secret.id(sessionPurpose)
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(id)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		return errors.Join(err, tx.DeleteSession(id), Actor{User: s.User, From: from}.note(tx, a.o.Now(), "signed out", s.User, ""))
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Confirm checks the password of whoever is signed in again, for what asks for a
// fresh one, and changes the secret of the session. Errors are those of SignIn and
// ErrNoSession.
func (a *Authenticator) Confirm(ctx context.Context, secret Secret, password string, from netip.Addr) (Session, error) {
	h, err := a.proveAgain(ctx, secret, password, from)
	if err != nil {
		return Session{}, err
	}
	var s Session
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		old, err := owner(tx, h.session.ID, a.o.Now())
		if err != nil {
			return err
		}
		if err := errors.Join(current(tx, h), tx.DeleteSession(old.session.ID)); err != nil {
			return err
		}
		s, err = a.open(tx, old, from, old.session.Created)
		return errors.Join(err, Actor{User: h.user.ID, From: from}.note(tx, s.Seen, "password confirmed", h.user.ID, ""))
	})
	return s, err
}

// Sessions lists the living sessions of a user, the last used first.
func (a *Authenticator) Sessions(id vigie.UserID) ([]Session, error) {
	var out []Session
	now := a.o.Now()
	err := a.db.View(func(tx *store.Tx) error {
		mine, err := sessionsOf(tx, id)
		for _, s := range mine {
			switch h, err := owner(tx, s.ID, now); {
			case err == nil:
				out = append(out, sessionOf(h.session))
			case !errors.Is(err, ErrNoSession):
				return err
			}
		}
		return err
	})
	slices.SortFunc(out, func(x, y Session) int { return y.Seen.Compare(x.Seen) })
	return out, err
}

// Revoke ends one session. People end their own; those of others take an
// administrator (vigie.ErrForbidden). One that is not there is a
// vigie.ErrNotFound.
func (a *Authenticator) Revoke(ctx context.Context, by Actor, id vigie.Hash) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(id)
		if err == nil && (by.operator || s.User != by.User || by.User == "") {
			if err := by.authorise(tx); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.DeleteSession(id), by.note(tx, a.o.Now(), "session ended", s.User, ""))
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
