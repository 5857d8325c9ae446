package auth

import (
	"context"
	"fmt"

	"vigie"
	"vigie/index/store"
)

// Describe changes the name and the language of whoever acts. Without a right to
// the account it is a vigie.ErrForbidden, and what is wrong with the name a
// vigie.ErrInvalid.
func (a *Authenticator) Describe(ctx context.Context, by Actor, name string, lang vigie.Lang) (vigie.User, error) {
	var u vigie.User
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		var err error
		if u, err = tx.User(by.User); err != nil {
			return err
		}
		if u.Disabled {
			return fmt.Errorf("the account is disabled: %w", vigie.ErrForbidden)
		}
		u.Name, u.Lang = name, lang
		if u, err = normalUser(u); err != nil {
			return err
		}
		if err := tx.PutUser(u); err != nil {
			return err
		}
		return by.note(tx, a.o.Now(), "profile changed", u.ID, "")
	})
	if err != nil {
		return vigie.User{}, fmt.Errorf("change profile: %w", err)
	}
	return u, nil
}
