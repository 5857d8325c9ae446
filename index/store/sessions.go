package store

import (
	"encoding/hex"
	"fmt"
	"iter"
	"time"

	"vigie"
)

// Session says who is signed in. The secret that proves it is not in it.
type Session struct {
	// ID is the hash of the secret; who knows it cannot use the session.
	ID   vigie.Hash   `json:"-"` // it is the key
	User vigie.UserID `json:"user"`
	// Version is that of the password that opened the session.
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	// Seen is the last use, Proved the last time that the password was given.
	Seen   time.Time `json:"seen"`
	Proved time.Time `json:"proved"`
	// From is the network that the session was opened from, for example
	// "203.0.113.0/24".
	From string `json:"from,omitempty"`
	// Epoch is that of the store: a restored backup brings no session back to life.
	Epoch string `json:"epoch"`
}

func (s *Session) fill(key []byte) { s.ID = hashOfKey(key) }

// Link is a right to do one thing once. The secret that proves it is not in it.
type Link struct {
	// ID is the hash of purpose and secret.
	ID      vigie.Hash `json:"-"` // it is the key
	Purpose string     `json:"purpose"`
	// User is whom it is for; "" while there is no account yet.
	User vigie.UserID `json:"user,omitempty"`
	// Version is that of the user's password when the link was made.
	Version int       `json:"version"`
	Expires time.Time `json:"expires"`
	// Epoch is that of the store: a restored backup brings no used link back.
	Epoch string `json:"epoch"`
}

func (l *Link) fill(key []byte) { l.ID = hashOfKey(key) }

// Tries counts what is throttled.
type Tries struct {
	Key   string    `json:"-"` // for example "address 203.0.113.0/24"
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

func (t *Tries) fill(key []byte) { t.Key = string(key) }

// hashOfKey is the hash whose bytes are the key.
func hashOfKey(key []byte) vigie.Hash { return vigie.Hash(hex.EncodeToString(key)) }

// byHash reads, writes and deletes the row that a hash names.
type byHash[V any] struct{ table[V] }

func (t byHash[V]) find(id vigie.Hash) (V, error) {
	key, err := id.Bytes()
	if err != nil {
		var none V
		return none, err
	}
	return t.get(key)
}

func (t byHash[V]) keep(id vigie.Hash, v V) error {
	key, err := id.Bytes()
	if err != nil {
		return err
	}
	return t.put(key, v)
}

func (t byHash[V]) drop(id vigie.Hash) error {
	key, err := id.Bytes()
	if err != nil {
		return err
	}
	return t.delete(key)
}

func (tx *Tx) sessions() byHash[Session] { return byHash[Session]{tableOf[Session](tx.tx, "sessions")} }

func (tx *Tx) links() byHash[Link] { return byHash[Link]{tableOf[Link](tx.tx, "links")} }

// Session returns one session, or vigie.ErrNotFound, also for those of a store
// that was restored since.
func (tx *Tx) Session(id vigie.Hash) (Session, error) {
	s, err := tx.sessions().find(id)
	if err == nil && s.Epoch != tx.db.Last().Epoch {
		return Session{}, fmt.Errorf("find session: it is older than a restore: %w", vigie.ErrNotFound)
	}
	return s, err
}

// Sessions walks all sessions, ended ones included, in no order.
func (tx *Tx) Sessions() iter.Seq2[Session, error] { return tx.sessions().all(nil, nil) }

// PutSession opens or changes a session; its epoch is set here.
func (tx *Tx) PutSession(s Session) error {
	s.Epoch = tx.db.Last().Epoch
	return tx.sessions().keep(s.ID, s)
}

// DeleteSession ends a session; one that is not there is fine.
func (tx *Tx) DeleteSession(id vigie.Hash) error { return tx.sessions().drop(id) }

// Link returns one link, or vigie.ErrNotFound, also for those of a store that was
// restored since.
func (tx *Tx) Link(id vigie.Hash) (Link, error) {
	l, err := tx.links().find(id)
	if err == nil && l.Epoch != tx.db.Last().Epoch {
		return Link{}, fmt.Errorf("find link: it is older than a restore: %w", vigie.ErrNotFound)
	}
	return l, err
}

// Links walks all links, expired ones included, in no order.
func (tx *Tx) Links() iter.Seq2[Link, error] { return tx.links().all(nil, nil) }

// PutLink keeps a link; its epoch is set here.
func (tx *Tx) PutLink(l Link) error {
	l.Epoch = tx.db.Last().Epoch
	return tx.links().keep(l.ID, l)
}

// DeleteLink uses a link up; one that is not there is fine.
func (tx *Tx) DeleteLink(id vigie.Hash) error { return tx.links().drop(id) }

// Tries returns what was counted under a key, or vigie.ErrNotFound.
func (tx *Tx) Tries(key string) (Tries, error) {
	return tableOf[Tries](tx.tx, "throttle").get([]byte(key))
}

// AllTries walks everything that is counted, by key.
func (tx *Tx) AllTries() iter.Seq2[Tries, error] {
	return tableOf[Tries](tx.tx, "throttle").all(nil, nil)
}

// PutTries remembers a count.
func (tx *Tx) PutTries(t Tries) error {
	return tableOf[Tries](tx.tx, "throttle").put([]byte(t.Key), t)
}

// DeleteTries forgets a count; one that is not there is fine.
func (tx *Tx) DeleteTries(key string) error {
	return tableOf[Tries](tx.tx, "throttle").delete([]byte(key))
}
