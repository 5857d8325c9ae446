package curate

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"vigie"
	"vigie/index/query"
	"vigie/index/store"
)

// MostSearches bounds how many searches one person keeps.
const MostSearches = 100

// SaveSearch keeps a search of somebody's. One that has no identity gets one; one
// that is there already is changed, so that a form that is sent twice makes one
// search. Owner, times and whether there is a feed are set here.
//
// Errors: vigie.ErrForbidden, vigie.ErrNotFound for a search of somebody else, and a
// vigie.InvalidError that names the field: name, query, alert, lang, or many for
// somebody who keeps [MostSearches].
func (d *Desk) SaveSearch(ctx context.Context, by vigie.User, s vigie.SavedSearch) (vigie.SavedSearch, error) {
	if !by.May(vigie.ReadItems) {
		return s, fmt.Errorf("save a search: role %q may not: %w", by.Role, vigie.ErrForbidden)
	}
	now := d.o.Now().UTC().Truncate(time.Second)
	if s.ID == "" {
		s.ID = vigie.NewID[vigie.SearchID](now)
	}
	s.Name, s.Query, s.Owner = strings.Join(strings.Fields(s.Name), " "), strings.TrimSpace(s.Query), by.ID
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("save a search: %w", err)
	}
	if _, err := query.Parse(s.Query); err != nil {
		return s, fmt.Errorf("save a search: %w: %w", &vigie.InvalidError{Field: "query", Reason: "cannot be read"}, err)
	}
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		mine, err := tx.SearchesOf(by.ID)
		if err != nil {
			return err
		}
		s.Created, s.Changed, s.Feed = now, now, false
		known := false
		for _, old := range mine {
			if old.ID == s.ID {
				s.Created, s.Feed, known = old.Created, old.Feed, true
			}
		}
		if _, err := tx.Search(s.ID); err == nil && !known {
			return fmt.Errorf("it is of somebody else: %w", vigie.ErrNotFound)
		}
		if !known && len(mine) >= MostSearches {
			return &vigie.InvalidError{Field: "many", Reason: fmt.Sprintf("there are %d of them", len(mine))}
		}
		return tx.PutSearch(s)
	})
	if err != nil {
		return s, fmt.Errorf("save search %s: %w", s.ID, err)
	}
	return s, nil
}

// DeleteSearch forgets a search of somebody's, with its feed and its alerts. The
// error is vigie.ErrNotFound, also for one of somebody else.
func (d *Desk) DeleteSearch(ctx context.Context, by vigie.User, id vigie.SearchID) error {
	return d.ownSearch(ctx, by, id, "delete", func(tx *store.Tx) error { return tx.DeleteSearch(id) })
}

// OpenFeed gives a search of somebody's a feed, or the feed that it has another
// address, and returns the secret of the address: it is kept nowhere. The error is
// that of [Desk.DeleteSearch].
func (d *Desk) OpenFeed(ctx context.Context, by vigie.User, id vigie.SearchID) (secret string, err error) {
	secret = rand.Text()
	err = d.ownSearch(ctx, by, id, "open the feed of", func(tx *store.Tx) error { return tx.SetFeed(id, feedHash(secret)) })
	if err != nil {
		return "", err
	}
	return secret, nil
}

// CloseFeed takes the feed of a search of somebody's away. The error is that of
// [Desk.DeleteSearch].
func (d *Desk) CloseFeed(ctx context.Context, by vigie.User, id vigie.SearchID) error {
	return d.ownSearch(ctx, by, id, "close the feed of", func(tx *store.Tx) error { return tx.SetFeed(id, "") })
}

// feedHash is what is kept of the secret of a feed.
func feedHash(secret string) vigie.Hash { return vigie.HashOf([]byte("feed of a search\x00" + secret)) }

func (d *Desk) ownSearch(ctx context.Context, by vigie.User, id vigie.SearchID, verb string, act func(*store.Tx) error) error {
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := OwnSearch(tx, by, id); err != nil {
			return err
		}
		return act(tx)
	})
	if err != nil {
		return fmt.Errorf("%s search %.30q: %w", verb, string(id), err)
	}
	return nil
}

// OwnSearch returns a search of somebody's; vigie.ErrNotFound also where it is
// somebody else's, or where they may not search any more.
func OwnSearch(tx *store.Tx, by vigie.User, id vigie.SearchID) (vigie.SavedSearch, error) {
	s, err := tx.Search(id)
	if err != nil {
		return s, err
	}
	if s.Owner != by.ID || !by.May(vigie.ReadItems) {
		return vigie.SavedSearch{}, fmt.Errorf("find saved search: it is of somebody else: %w", vigie.ErrNotFound)
	}
	return s, nil
}

// FeedOf returns the search whose feed has a secret in its address, as long as its
// owner may see what it finds; vigie.ErrNotFound otherwise.
func (d *Desk) FeedOf(secret string) (s vigie.SavedSearch, err error) {
	err = d.db.View(func(tx *store.Tx) error {
		found, err := tx.SearchByFeed(feedHash(secret))
		if err != nil {
			return err
		}
		owner, err := tx.User(found.Owner)
		if err != nil {
			return err
		}
		s, err = OwnSearch(tx, owner, found.ID)
		return err
	})
	return s, err
}
