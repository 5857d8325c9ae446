package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"vigie"
)

// Credential is what a user proves an identity with. It never leaves the program.
type Credential struct {
	// Hash of the password, a PHC string. See package web/auth.
	Hash string `json:"hash"`
	// Version counts the passwords that the user had, from 1. Sessions and links of
	// another version are void.
	Version int       `json:"version"`
	Changed time.Time `json:"changed"`
}

// emailKey finds an address whatever its case.
func emailKey(email string) []byte { return h16(strings.ToLower(email)) }

// User returns one account, or vigie.ErrNotFound.
func (tx *Tx) User(id vigie.UserID) (vigie.User, error) {
	return tableOf[vigie.User](tx.tx, "users").get([]byte(id))
}

// UserByEmail returns the account of an address, in any case of letters, or
// vigie.ErrNotFound, which does not name the address.
func (tx *Tx) UserByEmail(email string) (vigie.User, error) {
	id, err := tableOf[vigie.UserID](tx.tx, "emails").get(emailKey(email))
	if err != nil {
		return vigie.User{}, err
	}
	return tx.User(id)
}

// Users walks all accounts in the order in which they were made.
func (tx *Tx) Users() iter.Seq2[vigie.User, error] {
	return tableOf[vigie.User](tx.tx, "users").all(nil, nil)
}

// PutUser adds or changes an account. An address that another account has is a
// vigie.ErrConflict.
func (tx *Tx) PutUser(u vigie.User) error {
	if !vigie.ValidID(u.ID) || u.Email == "" {
		return &vigie.InvalidError{Field: "user", Reason: "needs an identity and an email address"}
	}
	users, emails := tableOf[vigie.User](tx.tx, "users"), tableOf[vigie.UserID](tx.tx, "emails")
	owner, err := emails.get(emailKey(u.Email))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
	case err != nil:
		return err
	case owner != u.ID:
		return fmt.Errorf("put user: another account has the same email address: %w", vigie.ErrConflict)
	}
	old, err := users.get([]byte(u.ID))
	switch {
	case errors.Is(err, vigie.ErrNotFound):
	case err != nil:
		return err
	default:
		if err := emails.delete(emailKey(old.Email)); err != nil {
			return err
		}
	}
	return errors.Join(users.put([]byte(u.ID), u), emails.put(emailKey(u.Email), u.ID))
}

// Credential returns what a user signs in with, or vigie.ErrNotFound before the
// first password.
func (tx *Tx) Credential(id vigie.UserID) (Credential, error) {
	return tableOf[Credential](tx.tx, "credentials").get([]byte(id))
}

// PutCredential sets what a user signs in with.
func (tx *Tx) PutCredential(id vigie.UserID, c Credential) error {
	if _, err := tx.User(id); err != nil {
		return err
	}
	return tableOf[Credential](tx.tx, "credentials").put([]byte(id), c)
}

// accounts proves that what belongs to accounts belongs to some that exist.
func (c *checker) accounts(context.Context) {
	users := map[vigie.UserID]bool{}
	for u, err := range c.tx.Users() {
		if err != nil {
			c.damagef("%v", err)
			continue
		}
		users[u.ID] = true
		if id, err := tableOf[vigie.UserID](c.tx.tx, "emails").get(emailKey(u.Email)); err != nil || id != u.ID {
			c.damagef("user %s is not found by the email address", u.ID)
		}
	}
	addresses := 0
	for range tableOf[vigie.UserID](c.tx.tx, "emails").keys(nil) {
		addresses++
	}
	if addresses != len(users) {
		c.damagef("%d email addresses lead to %d users", addresses, len(users))
	}
	for k := range tableOf[Credential](c.tx.tx, "credentials").keys(nil) {
		if !users[vigie.UserID(k)] {
			c.damagef("%s is of a user who does not exist", place("credentials", k))
		}
	}
	for s, err := range c.tx.Sessions() {
		if err == nil && !users[s.User] {
			c.damagef("session %s is of a user who does not exist", s.ID)
		}
	}
	for l, err := range c.tx.Links() {
		if err == nil && l.User != "" && !users[l.User] {
			c.damagef("link %s is for a user who does not exist", l.ID)
		}
	}
	if _, err := c.tx.VerifyAudit(); err != nil {
		c.damagef("%v", err)
	}
}
