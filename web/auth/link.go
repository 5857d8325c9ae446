package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"vigie"
	"vigie/index/store"
)

// Purpose is what a link is good for; it is good for nothing else.
type Purpose string

// The purposes.
const (
	// FirstAccount makes the first administrator. It lives 30 minutes.
	FirstAccount Purpose = "first"
	// Invitation lets a new user choose a password. It lives 72 hours.
	Invitation Purpose = "invite"
	// Recovery lets a user choose another password. It lives 30 minutes.
	Recovery Purpose = "reset"
)

func (p Purpose) life() time.Duration {
	if p == Invitation {
		return 72 * time.Hour
	}
	return 30 * time.Minute
}

// Link is a right to do one thing once. The zero Link is none.
type Link struct {
	Purpose Purpose
	// Secret belongs into the address of a page, below the public address that is
	// configured and never below the one that a request names.
	Secret Secret
	// User is whom it is for; "" for the first account.
	User    vigie.UserID
	Expires time.Time
}

// Path is that of the page where the link is used, in a language that pages speak:
// "/fr/invitation/" and the secret.
func (l Link) Path(lang vigie.Lang) string {
	page := "invitation"
	if l.Purpose == FirstAccount {
		page = "premier-acces"
	}
	return "/" + string(lang) + "/" + page + "/" + l.Secret.Reveal()
}

// link makes a link in tx.
func (a *Authenticator) link(tx *store.Tx, p Purpose, user vigie.UserID, version int) (Link, error) {
	l := Link{Purpose: p, Secret: newSecret(), User: user, Expires: a.o.Now().Add(p.life()).UTC()}
	return l, tx.PutLink(store.Link{ID: l.Secret.id(string(p)), Purpose: string(p), User: user, Version: version, Expires: l.Expires})
}

// anyPassword reports whether anybody can sign in.
func anyPassword(tx *store.Tx) (bool, error) {
	for u, err := range tx.Users() {
		if err != nil {
			return false, err
		}
		if _, err := tx.Credential(u.ID); !errors.Is(err, vigie.ErrNotFound) {
			return true, err
		}
	}
	return false, nil
}

// First returns the link that makes the first administrator, for the person at
// the machine; earlier ones stop working. Once somebody has a password it is a
// vigie.ErrConflict.
func (a *Authenticator) First(ctx context.Context) (Link, error) {
	var l Link
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		if err := nobodyYet(tx); err != nil {
			return err
		}
		if err := dropLinks(tx, FirstAccount, ""); err != nil {
			return err
		}
		var err error
		l, err = a.link(tx, FirstAccount, "", 0)
		return errors.Join(err, Operator().note(tx, a.o.Now(), "link made", "", string(FirstAccount)))
	})
	if err != nil {
		return Link{}, fmt.Errorf("make the link for the first account: %w", err)
	}
	return l, nil
}

func nobodyYet(tx *store.Tx) error {
	switch taken, err := anyPassword(tx); {
	case err != nil:
		return err
	case taken:
		return fmt.Errorf("there are accounts already: %w", vigie.ErrConflict)
	}
	return nil
}

// dropLinks deletes the links of a purpose and user.
func dropLinks(tx *store.Tx, p Purpose, user vigie.UserID) error {
	var ids []vigie.Hash
	for l, err := range tx.Links() {
		if err != nil {
			return err
		}
		if l.Purpose == string(p) && l.User == user {
			ids = append(ids, l.ID)
		}
	}
	var err error
	for _, id := range ids {
		err = errors.Join(err, tx.DeleteLink(id))
	}
	return err
}

// RequestReset makes a link for whoever has the address, to be mailed there. Where
// there is no such account, or no right to one, it is the zero Link, with the same
// work and without an error: a page says the same in both cases, and the mail is
// sent after the answer. Too many requests are a *WaitError.
func (a *Authenticator) RequestReset(ctx context.Context, login string, from netip.Addr) (vigie.User, Link, error) {
	login = normalLogin(login)
	h, err := a.begin(ctx, resetAttempt(login, from), func(tx *store.Tx) (vigie.User, error) { return tx.UserByEmail(login) })
	if err != nil {
		return vigie.User{}, Link{}, err
	}
	known := h.credential.Version > 0 && !h.user.Disabled
	var l Link
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		if known {
			if l, err = a.link(tx, Recovery, h.user.ID, h.credential.Version); err != nil {
				return err
			}
		}
		return Actor{From: from}.note(tx, a.o.Now(), "reset requested", h.user.ID, "")
	})
	if err != nil || !known {
		return vigie.User{}, Link{}, err
	}
	return h.user, l, nil
}

// Look returns whom a link is for, without using it up; the zero user for the
// first account. A link that does not work is an ErrLink.
func (a *Authenticator) Look(p Purpose, secret Secret) (vigie.User, error) {
	var h held
	err := a.db.View(func(tx *store.Tx) error {
		var err error
		h, err = a.linked(tx, p, secret)
		return err
	})
	return h.user, err
}

// linked returns whom a link is for, if it works.
func (a *Authenticator) linked(tx *store.Tx, p Purpose, secret Secret) (held, error) {
	if secret.IsZero() {
		return held{}, ErrLink
	}
	l, err := tx.Link(secret.id(string(p)))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		return held{}, ErrLink
	case err != nil:
		return held{}, err
	case l.Purpose != string(p), !a.o.Now().Before(l.Expires):
		return held{}, ErrLink
	}
	if p == FirstAccount {
		if err := nobodyYet(tx); err != nil {
			return held{}, errors.Join(ErrLink, err)
		}
		return held{}, nil
	}
	u, err := tx.User(l.User)
	if errors.Is(err, vigie.ErrNotFound) {
		return held{}, ErrLink
	}
	if err != nil {
		return held{}, err
	}
	c, err := tx.Credential(l.User)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return held{}, err
	}
	if u.Disabled || c.Version != l.Version {
		return held{}, ErrLink
	}
	return held{user: u, credential: c}, nil
}

// Acceptance is what the form behind a link gives.
type Acceptance struct {
	// Email and Name are of the first account; an invited user may correct the Name.
	Email, Name string
	Lang        vigie.Lang
	Password    string
	From        netip.Addr
}

// Accept uses a link up: it makes the first account or sets the password, ends all
// other sessions of the user and opens one. Of two at once, one gets an ErrLink.
// What is wrong with the form is a vigie.ErrInvalid or a *PasswordError and leaves
// the link as it was.
func (a *Authenticator) Accept(ctx context.Context, p Purpose, secret Secret, given Acceptance) (vigie.User, Session, error) {
	user, err := a.Look(p, secret)
	if err != nil {
		return vigie.User{}, Session{}, err
	}
	if user, err = a.accepted(p, user, given); err != nil {
		return vigie.User{}, Session{}, err
	}
	if err := CheckPassword(given.Password, user, a.o.Words...); err != nil {
		return vigie.User{}, Session{}, err
	}
	hash, err := a.newHash(ctx, given.Password)
	if err != nil {
		return vigie.User{}, Session{}, err
	}
	var s Session
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		h, err := a.linked(tx, p, secret)
		if err != nil {
			return err
		}
		if user, err = a.accepted(p, h.user, given); err != nil { // a role may have changed meanwhile
			return err
		}
		h.user = user
		if err := errors.Join(tx.DeleteLink(secret.id(string(p))), tx.PutUser(user)); err != nil {
			return err
		}
		s, err = a.replace(tx, h, hash, Actor{User: user.ID, From: given.From}, "password set by link: "+string(p))
		return err
	})
	if err != nil {
		return vigie.User{}, Session{}, err
	}
	return user, s, nil
}

// accepted is the user with what the form may say of it.
func (a *Authenticator) accepted(p Purpose, u vigie.User, given Acceptance) (vigie.User, error) {
	switch p {
	case FirstAccount:
		now := a.o.Now()
		u = vigie.User{ID: vigie.NewID[vigie.UserID](now), Email: given.Email, Name: given.Name, Lang: given.Lang, Role: vigie.Admin, Created: now.UTC()}
	case Invitation:
		if given.Name != "" {
			u.Name = given.Name
		}
		if given.Lang != "" {
			u.Lang = given.Lang
		}
	case Recovery:
	}
	return normalUser(u)
}
