package store

import (
	"context"
	"fmt"
	"iter"
	"time"

	"vigie"
)

// Token says what a program may ask for in somebody's name. The secret that proves it
// is not in it.
type Token struct {
	// ID is the hash of the secret; who knows it cannot use the token.
	ID   vigie.Hash   `json:"-"` // it is the key
	User vigie.UserID `json:"user"`
	// Name is what its owner calls it.
	Name string `json:"name"`
	// Scopes are what it opens, at most. Package web/auth knows them.
	Scopes  []string  `json:"scopes"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	// Used is the last use, an hour more or less; zero while there was none.
	Used time.Time `json:"used,omitzero"`
	// Epoch is that of the store: a restored backup brings no revoked token back.
	Epoch string `json:"epoch"`
}

func (t *Token) fill(key []byte) { t.ID = hashOfKey(key) }

func (tx *Tx) tokens() byHash[Token] { return byHash[Token]{tableOf[Token](tx.tx, "tokens")} }

// Token returns one token, or vigie.ErrNotFound, also for those of a store that was
// restored since.
func (tx *Tx) Token(id vigie.Hash) (Token, error) {
	t, err := tx.tokens().find(id)
	if err == nil && t.Epoch != tx.db.Last().Epoch {
		return Token{}, fmt.Errorf("find token: it is older than a restore: %w", vigie.ErrNotFound)
	}
	return t, err
}

// Tokens walks all tokens, expired ones included, in no order.
func (tx *Tx) Tokens() iter.Seq2[Token, error] { return tx.tokens().all(nil, nil) }

// PutToken keeps a token of a user who exists; its epoch is set here.
func (tx *Tx) PutToken(t Token) error {
	if _, err := tx.User(t.User); err != nil {
		return fmt.Errorf("put token: %w", err)
	}
	t.Epoch = tx.db.Last().Epoch
	return tx.tokens().keep(t.ID, t)
}

// DeleteToken ends a token; one that is not there is fine.
func (tx *Tx) DeleteToken(id vigie.Hash) error { return tx.tokens().drop(id) }

// tokensOf proves that every token is of somebody and opens something for a time.
func (c *checker) tokensOf(context.Context) {
	for t, err := range c.tx.Tokens() {
		switch {
		case err != nil:
			continue // counted by envelopes
		case !tableOf[mark](c.tx.tx, "users").has([]byte(t.User)):
			c.damagef("token %s is of a user who does not exist", t.ID)
		case len(t.Scopes) == 0 || !t.Expires.After(t.Created):
			c.damagef("token %s opens nothing, or for no time", t.ID)
		}
	}
}
