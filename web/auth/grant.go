package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
)

// ErrToken means that nobody gave this token to a program, or that it works no more.
var ErrToken = fmt.Errorf("the token does not work: %w", vigie.ErrForbidden)

// TokenPrefix begins every token, so that programs that look for lost secrets know it.
const TokenPrefix = "vigie_"

// The bounds of tokens.
const (
	tokenPurpose = "api token"
	// MostTokens of one person; who wants more revokes one.
	MostTokens = 20
	// LongestTokenName is in characters.
	LongestTokenName = 100
	// usedEvery is how exactly the last use is known: reading seldom writes.
	usedEvery = time.Hour
	// tokenFaded is how long a token that has expired stays in the list of its owner.
	tokenFaded = 30 * 24 * time.Hour
)

// Scope is something that a token opens, as far as its owner may. All of them only read.
type Scope string

// The scopes.
const (
	// PublicScope opens what is public, which is open to all, at a rate of its own.
	PublicScope Scope = "read:public"
	// ItemsScope opens what was gathered: search, documents, stories, sources.
	ItemsScope Scope = "read:items"
	// SearchesScope opens the owner's saved searches, and what they find.
	SearchesScope Scope = "read:searches"
)

// Scopes returns all scopes.
func Scopes() []Scope { return []Scope{PublicScope, ItemsScope, SearchesScope} }

// Permission is what somebody must hold to give the scope to a program.
func (s Scope) Permission() vigie.Permission {
	switch s {
	case PublicScope:
		return vigie.ReadPublic
	case ItemsScope, SearchesScope:
		return vigie.ReadItems
	}
	return ""
}

// TokenDays returns for how many days a token may work.
func TokenDays() []int { return []int{30, 90, 365} }

// Token is a right of a program to read in somebody's name.
type Token struct {
	// ID names the token in lists. It proves nothing.
	ID   vigie.Hash
	User vigie.UserID
	Name string
	// Scopes are what it opens.
	Scopes           []Scope
	Created, Expires time.Time
	// Used is the last use, an hour more or less; zero while there was none.
	Used time.Time
	// Secret is what the program is given. Only MakeToken fills it in.
	Secret Secret
}

// Reveal returns the token as programs send it. It is "" where the secret is not known.
func (t Token) Reveal() string {
	if t.Secret.IsZero() {
		return ""
	}
	return TokenPrefix + t.Secret.Reveal()
}

// Opens reports whether the token has a scope.
func (t Token) Opens(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Expired reports whether its time is over.
func (t Token) Expired(now time.Time) bool { return !now.Before(t.Expires) }

func tokenOf(row store.Token) Token {
	t := Token{ID: row.ID, User: row.User, Name: row.Name, Created: row.Created, Expires: row.Expires, Used: row.Used}
	for _, s := range row.Scopes {
		t.Scopes = append(t.Scopes, Scope(s))
	}
	return t
}

// MakeToken gives whoever acts a token for a program; its secret is known now and never
// again. It ends with its days, with a change of password or role, and with the account.
//
// Errors: vigie.ErrForbidden, and a vigie.InvalidError that names the field: name,
// scopes, days, or many for somebody who has [MostTokens].
func (a *Authenticator) MakeToken(ctx context.Context, by Actor, name string, scopes []Scope, days int) (Token, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "" || utf8.RuneCountInString(name) > LongestTokenName || !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		return Token{}, &vigie.InvalidError{Field: "name", Reason: fmt.Sprintf("needs 1 to %d characters that can be printed", LongestTokenName)}
	case !slices.Contains(TokenDays(), days):
		return Token{}, &vigie.InvalidError{Field: "days", Reason: "are none of 30, 90 and 365"}
	}
	now := a.o.Now().UTC()
	secret := newSecret()
	row := store.Token{ID: secret.id(tokenPurpose), User: by.User, Name: name, Created: now, Expires: now.AddDate(0, 0, days)}
	for _, s := range Scopes() { // each once, in one order
		if slices.Contains(scopes, s) {
			row.Scopes = append(row.Scopes, string(s))
		}
	}
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		if err := mayGrant(tx, by.User, scopes); err != nil {
			return err
		}
		mine, err := tokensOf(tx, by.User)
		if err != nil {
			return err
		}
		if len(mine) >= MostTokens {
			return &vigie.InvalidError{Field: "many", Reason: fmt.Sprintf("there are %d of them", len(mine))}
		}
		return errors.Join(tx.PutToken(row), by.note(tx, now, "token made", by.User, name))
	})
	if err != nil {
		return Token{}, fmt.Errorf("make token: %w", err)
	}
	t := tokenOf(row)
	t.Secret = secret
	return t, nil
}

// mayGrant refuses scopes that there are not, and what somebody may not do themselves.
func mayGrant(tx *store.Tx, id vigie.UserID, scopes []Scope) error {
	user, err := tx.User(id)
	if errors.Is(err, vigie.ErrNotFound) {
		return vigie.ErrForbidden
	}
	if err != nil {
		return err
	}
	if user.Disabled {
		return fmt.Errorf("the account is disabled: %w", vigie.ErrForbidden)
	}
	if len(scopes) == 0 {
		return &vigie.InvalidError{Field: "scopes", Reason: "are missing"}
	}
	for _, s := range scopes {
		if !user.May(s.Permission()) {
			return &vigie.InvalidError{Field: "scopes", Reason: fmt.Sprintf("%.40q is none that role %q may give", string(s), user.Role)}
		}
	}
	return nil
}

func tokensOf(tx *store.Tx, id vigie.UserID) ([]store.Token, error) {
	var out []store.Token
	for t, err := range tx.Tokens() {
		if err != nil {
			return nil, err
		}
		if t.User == id {
			out = append(out, t)
		}
	}
	return out, nil
}

// endTokens ends the tokens of a user.
func endTokens(tx *store.Tx, id vigie.UserID) error {
	mine, err := tokensOf(tx, id)
	for _, t := range mine {
		err = errors.Join(err, tx.DeleteToken(t.ID))
	}
	return err
}

// sweepTokens forgets those that expired a while ago, and those from before a restore.
func sweepTokens(tx *store.Tx, now time.Time) error {
	var gone []vigie.Hash
	for t, err := range tx.Tokens() {
		if err != nil {
			return err
		}
		if _, err := tx.Token(t.ID); errors.Is(err, vigie.ErrNotFound) || now.Sub(t.Expires) >= tokenFaded {
			gone = append(gone, t.ID)
		}
	}
	var err error
	for _, id := range gone {
		err = errors.Join(err, tx.DeleteToken(id))
	}
	return err
}

// livingToken returns the token of an id and whose it is, or ErrToken.
func livingToken(tx *store.Tx, id vigie.Hash, now time.Time) (vigie.User, store.Token, error) {
	row, err := tx.Token(id)
	var user vigie.User
	if err == nil {
		user, err = tx.User(row.User)
	}
	switch {
	case errors.Is(err, vigie.ErrNotFound):
		return vigie.User{}, store.Token{}, ErrToken
	case err != nil:
		return vigie.User{}, store.Token{}, err
	case user.Disabled, tokenOf(row).Expired(now):
		return vigie.User{}, store.Token{}, ErrToken
	}
	return user, row, nil
}

// FindToken returns who gave a program the token that it sent, and what it opens; of the
// scopes, those that its owner still may give. Anything else is ErrToken, in the same
// time: what is looked up is the hash of the secret.
func (a *Authenticator) FindToken(ctx context.Context, sent string) (vigie.User, Token, error) {
	text, prefixed := strings.CutPrefix(sent, TokenPrefix)
	secret := ParseSecret(text)
	if !prefixed || secret.IsZero() {
		return vigie.User{}, Token{}, ErrToken
	}
	now := a.o.Now()
	id := secret.id(tokenPurpose)
	var user vigie.User
	var row store.Token
	err := a.db.View(func(tx *store.Tx) error {
		var err error
		user, row, err = livingToken(tx, id, now)
		return err
	})
	if err != nil {
		return vigie.User{}, Token{}, err
	}
	if now.Sub(row.Used) >= usedEvery {
		if err := a.useToken(ctx, id, now); err != nil { // a full disk stops no program
			a.o.Log.WarnContext(ctx, "the last use of a token was not noted", "err", err)
		}
	}
	t := tokenOf(row)
	t.Scopes = slices.DeleteFunc(t.Scopes, func(s Scope) bool { return !user.May(s.Permission()) })
	return user, t, nil
}

func (a *Authenticator) useToken(ctx context.Context, id vigie.Hash, now time.Time) error {
	return a.db.Update(ctx, func(tx *store.Tx) error {
		_, row, err := livingToken(tx, id, now)
		if errors.Is(err, ErrToken) {
			return nil // it ended meanwhile
		}
		if err != nil {
			return err
		}
		row.Used = now.UTC().Truncate(time.Second)
		return tx.PutToken(row)
	})
}

// Tokens lists the tokens of a user, the newest first, with those that expired lately.
func (a *Authenticator) Tokens(id vigie.UserID) ([]Token, error) {
	var out []Token
	err := a.db.View(func(tx *store.Tx) error {
		mine, err := tokensOf(tx, id)
		for _, row := range mine {
			if _, err := tx.Token(row.ID); err == nil { // else it is older than a restore
				out = append(out, tokenOf(row))
			}
		}
		return err
	})
	slices.SortFunc(out, func(x, y Token) int { return y.Created.Compare(x.Created) })
	return out, err
}

// RevokeToken ends one of the tokens of whoever acts; vigie.ErrNotFound where it is none
// of theirs.
func (a *Authenticator) RevokeToken(ctx context.Context, by Actor, id vigie.Hash) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := id.Bytes(); err != nil {
			return vigie.ErrNotFound
		}
		row, err := tx.Token(id)
		if err != nil {
			return err
		}
		if row.User != by.User || by.User == "" {
			return vigie.ErrNotFound
		}
		return errors.Join(tx.DeleteToken(id), by.note(tx, a.o.Now(), "token revoked", row.User, row.Name))
	})
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}
