package auth

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/index/store"
)

const (
	maxName  = 100 // characters
	maxEmail = 254 // RFC 5321 section 4.5.3.1.3, without the angle brackets
)

// normalUser brings name and address to one form, or returns a
// vigie.InvalidError.
func normalUser(u vigie.User) (vigie.User, error) {
	u.Email = normalLogin(u.Email)
	parsed, err := mail.ParseAddress(u.Email)
	if err != nil || parsed.Address != u.Email || len(u.Email) > maxEmail || strings.ContainsFunc(u.Email, unprintable) {
		return u, &vigie.InvalidError{Field: "email", Reason: "is not an email address"}
	}
	u.Name = strings.Join(strings.Fields(norm.NFC.String(u.Name)), " ")
	if u.Name == "" || !utf8.ValidString(u.Name) || utf8.RuneCountInString(u.Name) > maxName || strings.ContainsFunc(u.Name, unprintable) {
		return u, &vigie.InvalidError{Field: "name", Reason: fmt.Sprintf("needs 1 to %d characters, without control characters", maxName)}
	}
	if u.Lang != "" {
		if u.Lang, err = vigie.ParseLang(string(u.Lang)); err != nil {
			return u, err
		}
	}
	if !slices.Contains(vigie.Roles(), u.Role) {
		return u, &vigie.InvalidError{Field: "role", Reason: fmt.Sprintf("is %q, which is no role", u.Role)}
	}
	return u, nil
}

// unprintable also refuses what turns the direction of a text round, but for the
// joiners that Persian and Kurdish names are written with.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' || r == '\u2028' || r == '\u2029'
}

// CreateUser makes an account, which gets an identity and cannot be signed in to
// before a password is set. An address that another account has is a
// vigie.ErrConflict; an actor who may not, a vigie.ErrForbidden.
func (a *Authenticator) CreateUser(ctx context.Context, by Actor, u vigie.User) (vigie.User, error) {
	u, _, err := a.create(ctx, by, u, false)
	return u, err
}

// Invite makes an account and the link that lets its owner choose a password. To
// invite somebody again, use Reset.
func (a *Authenticator) Invite(ctx context.Context, by Actor, u vigie.User) (vigie.User, Link, error) {
	return a.create(ctx, by, u, true)
}

func (a *Authenticator) create(ctx context.Context, by Actor, u vigie.User, invite bool) (vigie.User, Link, error) {
	now := a.o.Now()
	u.ID, u.Created, u.Disabled = vigie.NewID[vigie.UserID](now), now.UTC(), false
	u, err := normalUser(u)
	if err != nil {
		return vigie.User{}, Link{}, fmt.Errorf("make account: %w", err)
	}
	var l Link
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		if err := by.authorise(tx); err != nil {
			return err
		}
		if err := tx.PutUser(u); err != nil {
			return err
		}
		if err := by.note(tx, now, "account made", u.ID, string(u.Role)); err != nil || !invite {
			return err
		}
		l, err = a.link(tx, Invitation, u.ID, 0)
		return err
	})
	if err != nil {
		return vigie.User{}, Link{}, fmt.Errorf("make account: %w", err)
	}
	return u, l, nil
}

// change does something to an account and writes it down, in one transaction.
func (a *Authenticator) change(ctx context.Context, by Actor, id vigie.UserID, what string, do func(*store.Tx, vigie.User) (note string, err error)) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		if err := by.authorise(tx); err != nil {
			return err
		}
		u, err := tx.User(id)
		if err != nil {
			return err
		}
		note, err := do(tx, u)
		if err != nil {
			return err
		}
		return by.note(tx, a.o.Now(), what, id, note)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Reset makes a link for a user, to be handed over by an administrator: to choose
// another password, or the first one where there is none yet. Earlier links of the
// user stop working. A disabled user is a vigie.ErrConflict.
func (a *Authenticator) Reset(ctx context.Context, by Actor, id vigie.UserID) (Link, error) {
	var l Link
	err := a.change(ctx, by, id, "link made", func(tx *store.Tx, u vigie.User) (string, error) {
		if u.Disabled {
			return "", fmt.Errorf("the account is disabled: %w", vigie.ErrConflict)
		}
		c, err := tx.Credential(id)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return "", err
		}
		purpose := Recovery
		if c.Version == 0 {
			purpose = Invitation
		}
		if err := errors.Join(dropLinks(tx, Recovery, id), dropLinks(tx, Invitation, id)); err != nil {
			return "", err
		}
		l, err = a.link(tx, purpose, id, c.Version)
		return string(purpose), err
	})
	if err != nil {
		return Link{}, err
	}
	return l, nil
}

// SetPassword sets a user's password without asking for the old one, which only
// the operator may (vigie.ErrForbidden). All sessions and links of the user end. It
// may be a *PasswordError.
func (a *Authenticator) SetPassword(ctx context.Context, by Actor, id vigie.UserID, password string) error {
	if !by.operator {
		return fmt.Errorf("set password: others get a link: %w", vigie.ErrForbidden)
	}
	var u vigie.User
	err := a.db.View(func(tx *store.Tx) error {
		var err error
		u, err = tx.User(id)
		return err
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	if err := CheckPassword(password, u, a.o.Words...); err != nil {
		return err
	}
	hash, err := a.newHash(ctx, password)
	if err != nil {
		return err
	}
	return a.change(ctx, by, id, "password set", func(tx *store.Tx, _ vigie.User) (string, error) {
		c, err := tx.Credential(id)
		if err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return "", err
		}
		if err := endAll(tx, id); err != nil {
			return "", err
		}
		return "", tx.PutCredential(id, store.Credential{Hash: hash, Version: c.Version + 1, Changed: a.o.Now().UTC()})
	})
}

// Disable takes every right of an account and ends its sessions. The last
// administrator who can sign in is a vigie.ErrConflict.
func (a *Authenticator) Disable(ctx context.Context, by Actor, id vigie.UserID) error {
	return a.change(ctx, by, id, "account disabled", func(tx *store.Tx, u vigie.User) (string, error) {
		if err := othersAdminister(tx, u); err != nil {
			return "", err
		}
		u.Disabled = true
		return "", errors.Join(endAll(tx, id), dropLinks(tx, Recovery, id), dropLinks(tx, Invitation, id), tx.PutUser(u))
	})
}

// Enable gives a disabled account its rights back; its owner signs in anew.
func (a *Authenticator) Enable(ctx context.Context, by Actor, id vigie.UserID) error {
	return a.change(ctx, by, id, "account enabled", func(tx *store.Tx, u vigie.User) (string, error) {
		u.Disabled = false
		return "", tx.PutUser(u)
	})
}

// SetRole gives an account another role and ends its sessions, so that no secret of
// the old role lives on. The same role again changes nothing. Taking the role from
// the last administrator who can sign in is a vigie.ErrConflict.
func (a *Authenticator) SetRole(ctx context.Context, by Actor, id vigie.UserID, role vigie.Role) error {
	if !slices.Contains(vigie.Roles(), role) {
		return &vigie.InvalidError{Field: "role", Reason: fmt.Sprintf("is %q, which is no role", role)}
	}
	return a.change(ctx, by, id, "role set", func(tx *store.Tx, u vigie.User) (string, error) {
		note := string(u.Role) + " to " + string(role)
		if u.Role == role {
			return note, nil
		}
		if role != vigie.Admin {
			if err := othersAdminister(tx, u); err != nil {
				return "", err
			}
		}
		u.Role = role
		return note, errors.Join(endAll(tx, id), tx.PutUser(u))
	})
}

// othersAdminister returns a vigie.ErrConflict when u is the only administrator
// who can sign in.
func othersAdminister(tx *store.Tx, u vigie.User) error {
	if _, err := tx.Credential(u.ID); errors.Is(err, vigie.ErrNotFound) || u.Disabled || u.Role != vigie.Admin {
		return nil
	}
	for other, err := range tx.Users() {
		if err != nil {
			return err
		}
		if other.ID == u.ID || !other.May(vigie.Administer) {
			continue
		}
		if _, err := tx.Credential(other.ID); err == nil {
			return nil
		}
	}
	return fmt.Errorf("it is the last administrator: make another one first: %w", vigie.ErrConflict)
}
