package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"vigie"
	"vigie/index/store"
)

// The errors that pages tell apart. Each also is the vigie error that it wraps.
var (
	// ErrCredentials means that the address or the password is wrong, or that the
	// account is disabled; which of them is not told.
	ErrCredentials = fmt.Errorf("the address or the password is wrong: %w", vigie.ErrForbidden)
	// ErrNoSession means that nobody is signed in with this secret, or not any more.
	ErrNoSession = fmt.Errorf("not signed in: %w", vigie.ErrForbidden)
	// ErrLink means that the link was used, has expired, or was never made.
	ErrLink = fmt.Errorf("the link does not work any more: %w", vigie.ErrNotFound)
)

// Options of [New]. The zero value is good.
type Options struct {
	// Cost of new passwords; kept ones are brought up to date as people sign in.
	Cost Cost
	// Words that no password may rest on, for example the observatory's name.
	Words []string
	// Log is told what could not be told to anybody; nil discards.
	Log *slog.Logger
	// Now is the clock; nil means that of the store.
	Now func() time.Time
}

// Authenticator knows who somebody is. Make it with [New]. All methods may be
// called concurrently.
type Authenticator struct {
	db    *store.DB
	o     Options
	hash  *hasher
	stats counters
}

// New returns an authenticator on the accounts of db. A cost beyond bounds is a
// vigie.ErrInvalid.
func New(db *store.DB, o Options) (*Authenticator, error) {
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost()
	}
	if err := o.Cost.check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = db.Now
	}
	return &Authenticator{db: db, o: o, hash: newHasher(o.Cost)}, nil
}

// counters are what Stats shows.
type counters struct{ signIns, refused, throttled atomic.Int64 }

// Stats count since the program started.
type Stats struct {
	SignIns, Refused, Throttled int64
	// Hashed counts the passwords that were worked out.
	Hashed int64
}

// Stats returns the counts.
func (a *Authenticator) Stats() Stats {
	return Stats{
		SignIns: a.stats.signIns.Load(), Refused: a.stats.refused.Load(), Throttled: a.stats.throttled.Load(),
		Hashed: a.hash.done.Load(),
	}
}

// Actor is who does something to an account that may be another's. The zero Actor
// may do nothing.
type Actor struct {
	User vigie.UserID
	// From is the address that the request came from; it is kept shortened.
	From     netip.Addr
	operator bool
}

// Operator returns the actor that stands for whoever runs the machine, as on the
// command line. Nothing that comes from the network may act as it.
func Operator() Actor { return Actor{operator: true} }

// who is the name of the actor in the audit log.
func (by Actor) who() string {
	if by.operator {
		return "operator"
	}
	return string(by.User)
}

// authorise returns a vigie.ErrForbidden unless the actor may look after accounts
// at this moment.
func (by Actor) authorise(tx *store.Tx) error {
	if by.operator {
		return nil
	}
	u, err := tx.User(by.User)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	if err != nil || !u.May(vigie.Administer) {
		return fmt.Errorf("look after accounts: it takes an administrator: %w", vigie.ErrForbidden)
	}
	return nil
}

// note adds a line about a user to the audit log.
func (by Actor) note(tx *store.Tx, now time.Time, what string, about vigie.UserID, more string) error {
	_, err := tx.Audit(store.AuditLine{At: now, Who: by.who(), What: what, About: string(about), Note: more, From: Network(by.From)})
	return err
}

// normalLogin brings what a person typed as an address to one form.
func normalLogin(login string) string {
	return strings.ToLower(strings.TrimSpace(login[:min(len(login), 320)])) // RFC 5321 allows 254
}

// Sweep forgets sessions that have ended, links and tokens that have expired and tries
// that have faded. Call it every hour or so; nothing depends on it but the size of the
// store.
func (a *Authenticator) Sweep(ctx context.Context) error {
	err := a.db.Update(ctx, func(tx *store.Tx) error {
		now := a.o.Now()
		sessions, links, tries, err := a.stale(tx, now)
		if err != nil {
			return err
		}
		if err := sweepTokens(tx, now); err != nil {
			return err
		}
		for _, id := range sessions {
			err = errors.Join(err, tx.DeleteSession(id))
		}
		for _, id := range links {
			err = errors.Join(err, tx.DeleteLink(id))
		}
		for _, key := range tries {
			err = errors.Join(err, tx.DeleteTries(key))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

// stale lists what Sweep deletes.
func (a *Authenticator) stale(tx *store.Tx, now time.Time) (sessions, links []vigie.Hash, tries []string, err error) {
	for s, err := range tx.Sessions() {
		if err != nil {
			return nil, nil, nil, err
		}
		if _, err := owner(tx, s.ID, now); errors.Is(err, vigie.ErrForbidden) {
			sessions = append(sessions, s.ID)
		}
	}
	for l, err := range tx.Links() {
		if err != nil {
			return nil, nil, nil, err
		}
		if !now.Before(l.Expires) {
			links = append(links, l.ID)
		}
	}
	for t, err := range tx.AllTries() {
		if err != nil {
			return nil, nil, nil, err
		}
		if now.Sub(t.Last) > faded {
			tries = append(tries, t.Key)
		}
	}
	return sessions, links, tries, nil
}
