package auth

import (
	"context"
	"errors"
	"net/netip"

	"vigie"
	"vigie/index/store"
)

// prove checks a password and returns whose it is. The try is counted before the
// work begins, so that many at once do not slip past the throttle; a process that
// dies meanwhile leaves it counted.
func (a *Authenticator) prove(ctx context.Context, login, password string, from netip.Addr, find func(*store.Tx) (vigie.User, error)) (held, error) {
	try := signInAttempt(login, from)
	h, err := a.begin(ctx, try, find)
	if err != nil {
		return held{}, err
	}
	plain, unfit := typed(password)
	right, outdated, err := a.hash.verify(ctx, h.credential.Hash, plain)
	if errors.Is(err, vigie.ErrBusy) {
		return held{}, errors.Join(err, a.db.Update(ctx, try.giveBack))
	}
	if err != nil {
		return held{}, err
	}
	right = right && unfit == nil && !h.user.Disabled
	renewed := ""
	if right && outdated {
		if renewed, err = a.hash.make(ctx, plain); err != nil {
			return held{}, err
		}
	}
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		if !right {
			return Actor{From: from}.note(tx, a.o.Now(), "sign-in refused", h.user.ID, "") // what was typed may be a password
		}
		if err := try.succeed(tx); err != nil {
			return err
		}
		return renew(tx, h, renewed)
	})
	if err != nil {
		return held{}, err
	}
	if !right {
		a.stats.refused.Add(1)
		return held{}, ErrCredentials
	}
	return h, nil
}

// begin counts the try and finds what it is about, in one transaction. An account
// that does not exist is the zero held.
func (a *Authenticator) begin(ctx context.Context, try attempt, find func(*store.Tx) (vigie.User, error)) (held, error) {
	var h held
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		h = held{}
		if err := try.begin(tx, a.o.Now()); err != nil {
			return err
		}
		u, err := find(tx)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		c, err := tx.Credential(u.ID)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
		h = held{user: u, credential: c}
		return nil
	})
	if _, throttled := errors.AsType[*WaitError](err); throttled {
		a.stats.throttled.Add(1)
	}
	return h, err
}

// renew keeps the same password with the present cost, unless it changed
// meanwhile.
func renew(tx *store.Tx, h held, hash string) error {
	if hash == "" {
		return nil
	}
	c, err := tx.Credential(h.user.ID)
	if err != nil || c.Hash != h.credential.Hash {
		return err
	}
	c.Hash = hash
	return tx.PutCredential(h.user.ID, c)
}

// proveAgain checks the password of whoever is signed in.
func (a *Authenticator) proveAgain(ctx context.Context, secret Secret, password string, from netip.Addr) (held, error) {
	user, session, err := a.Find(ctx, secret)
	if err != nil {
		return held{}, err
	}
	h, err := a.prove(ctx, normalLogin(user.Email), password, from, func(tx *store.Tx) (vigie.User, error) { return tx.User(user.ID) })
	h.session.ID = session.ID
	return h, err
}

// ChangePassword gives the person who is signed in another password, ends all
// sessions and voids all links of that person, and opens a new session. Errors are
// those of SignIn, ErrNoSession, and a *PasswordError about the new one.
func (a *Authenticator) ChangePassword(ctx context.Context, secret Secret, old, password string, from netip.Addr) (Session, error) {
	user, _, err := a.Find(ctx, secret)
	if err != nil {
		return Session{}, err
	}
	if err := CheckPassword(password, user, a.o.Words...); err != nil {
		return Session{}, err
	}
	h, err := a.proveAgain(ctx, secret, old, from)
	if err != nil {
		return Session{}, err
	}
	hash, err := a.newHash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	var s Session
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := owner(tx, h.session.ID, a.o.Now()); err != nil {
			return err
		}
		if err := current(tx, h); err != nil {
			return err
		}
		s, err = a.replace(tx, h, hash, Actor{User: h.user.ID, From: from}, "password changed")
		return err
	})
	return s, err
}

// newHash works out a password that CheckPassword let through.
func (a *Authenticator) newHash(ctx context.Context, password string) (string, error) {
	plain, unfit := typed(password)
	if unfit != nil {
		return "", unfit
	}
	return a.hash.make(ctx, plain)
}

// replace keeps a new password, ends all sessions and opens one.
func (a *Authenticator) replace(tx *store.Tx, h held, hash string, by Actor, what string) (Session, error) {
	now := a.o.Now()
	h.credential = store.Credential{Hash: hash, Version: h.credential.Version + 1, Changed: now.UTC()}
	if err := tx.PutCredential(h.user.ID, h.credential); err != nil {
		return Session{}, err
	}
	if err := endAll(tx, h.user.ID); err != nil {
		return Session{}, err
	}
	s, err := a.open(tx, h, by.From, now)
	return s, errors.Join(err, by.note(tx, now, what, h.user.ID, ""))
}
