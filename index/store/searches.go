package store

import (
	"errors"
	"fmt"
	"iter"

	"vigie"
)

// searchRecord is a row of the table searches.
type searchRecord struct {
	vigie.SavedSearch
	// NoID keeps the identity, which is the key, out of the row.
	NoID mark `json:"id,omitzero"`
	// From is the newest change when it began to look for new documents, or to look
	// for something else: what was there before is never told.
	From Seq `json:"from,omitempty"`
	// Secret is the hash of the token of its feed; "" while it has none.
	Secret vigie.Hash `json:"secret,omitempty"`
	// Epoch is that of the store when the feed got its address: a restored backup brings
	// no closed address back.
	Epoch string `json:"epoch,omitempty"`
}

func (r *searchRecord) fill(key []byte) { r.ID = vigie.SearchID(key) }

// Watch is a saved search that wants to be told of new documents.
type Watch struct {
	vigie.SavedSearch
	// From is the change after which documents are new to it.
	From Seq
}

func ownedKey(owner vigie.UserID, id vigie.SearchID) []byte {
	return []byte(string(owner) + string(id))
}

func (tx *Tx) searchRecord(id vigie.SearchID) (searchRecord, error) {
	return tableOf[searchRecord](tx.tx, "searches").get([]byte(id))
}

// search is a record as others see it: a feed from before a restore is none.
func (tx *Tx) search(r searchRecord) vigie.SavedSearch {
	r.Feed = r.Feed && r.Epoch == tx.db.Last().Epoch
	return r.SavedSearch
}

// Search returns one saved search, or vigie.ErrNotFound.
func (tx *Tx) Search(id vigie.SearchID) (vigie.SavedSearch, error) {
	r, err := tx.searchRecord(id)
	return tx.search(r), err
}

// SearchesAfter walks all saved searches behind the given one in the order in which
// they were made, for those who page.
func (tx *Tx) SearchesAfter(id vigie.SearchID) iter.Seq2[vigie.SavedSearch, error] {
	return func(yield func(vigie.SavedSearch, error) bool) {
		for r, err := range tableOf[searchRecord](tx.tx, "searches").all(nil, []byte(id+"\x00")) {
			if !yield(tx.search(r), err) {
				return
			}
		}
	}
}

// SearchesOf returns the saved searches of somebody, oldest first.
func (tx *Tx) SearchesOf(owner vigie.UserID) ([]vigie.SavedSearch, error) {
	var out []vigie.SavedSearch
	if !vigie.ValidID(owner) {
		return nil, nil
	}
	for k := range tableOf[mark](tx.tx, "owned").keys([]byte(owner)) {
		s, err := tx.Search(vigie.SearchID(k[len(owner):]))
		if err != nil {
			return out, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Watches returns the saved searches that want to be told of new documents.
func (tx *Tx) Watches() ([]Watch, error) {
	var out []Watch
	for r, err := range tableOf[searchRecord](tx.tx, "searches").all(nil, nil) {
		if err != nil {
			return out, err
		}
		if r.Alerts() {
			out = append(out, Watch{tx.search(r), r.From})
		}
	}
	return out, nil
}

// PutSearch adds or changes a saved search of a user who exists. It keeps its owner,
// and whether it has a feed, which [Tx.SetFeed] decides. One that begins to alert, or
// that asks for something else than before, tells of what comes after this
// transaction only; what it found and no mail tells of yet is forgotten then, and
// when it alerts no more. Errors: vigie.ErrInvalid, vigie.ErrNotFound without the
// user, vigie.ErrConflict for one of somebody else.
func (tx *Tx) PutSearch(s vigie.SavedSearch) error {
	if err := s.Check(); err != nil {
		return fmt.Errorf("put saved search: %w", err)
	}
	if _, err := tx.User(s.Owner); err != nil {
		return fmt.Errorf("put saved search: %w", err)
	}
	old, err := tx.searchRecord(s.ID)
	switch {
	case errors.Is(err, vigie.ErrNotFound):
	case err != nil:
		return err
	case old.Owner != s.Owner:
		return fmt.Errorf("put saved search %s: it belongs to somebody else: %w", s.ID, vigie.ErrConflict)
	}
	next := searchRecord{SavedSearch: s, From: old.From, Secret: old.Secret, Epoch: old.Epoch}
	next.Feed = old.Secret != ""
	anew := s.Alerts() && (!old.Alerts() || old.Query != s.Query)
	if anew {
		last, err := lastCursor(tx.tx)
		if err != nil {
			return err
		}
		next.From = last.Seq
	}
	if anew || !s.Alerts() {
		if err := tx.ForgetAwaiting(s.ID); err != nil {
			return err
		}
	}
	return errors.Join(
		tableOf[searchRecord](tx.tx, "searches").put([]byte(s.ID), next),
		tx.tx.Bucket([]byte("owned")).Put(ownedKey(s.Owner, s.ID), []byte{}))
}

// DeleteSearch forgets a saved search with its feed, its ledger and its mails;
// vigie.ErrNotFound where there is none.
func (tx *Tx) DeleteSearch(id vigie.SearchID) error {
	old, err := tx.searchRecord(id)
	if err != nil {
		return err
	}
	if old.Secret != "" {
		if err := tx.feeds().drop(old.Secret); err != nil {
			return err
		}
	}
	for _, table := range []string{"matches", "awaiting", "alerts", "unsettled"} {
		if err := tx.deleteOf(table, []byte(id)); err != nil {
			return fmt.Errorf("delete saved search %s: %w", id, err)
		}
	}
	return errors.Join(
		tableOf[mark](tx.tx, "owned").delete(ownedKey(old.Owner, id)),
		tableOf[mark](tx.tx, "searches").delete([]byte(id)))
}

// deleteOf deletes the rows whose key begins with prefix.
func (tx *Tx) deleteOf(table string, prefix []byte) error {
	t := tableOf[mark](tx.tx, table)
	var keys [][]byte
	for k := range t.keys(prefix) {
		keys = append(keys, append([]byte(nil), k...))
	}
	for _, k := range keys {
		if err := t.delete(k); err != nil {
			return err
		}
	}
	return nil
}

// feeds leads from the hash of a token to a saved search.
func (tx *Tx) feeds() byHash[vigie.SearchID] {
	return byHash[vigie.SearchID]{tableOf[vigie.SearchID](tx.tx, "feeds")}
}

// SetFeed gives a saved search a feed at the token whose hash this is; the token
// before it works no more, and this one not after a restore. "" takes the feed away.
// Errors: vigie.ErrNotFound, vigie.ErrConflict for a hash that is taken.
func (tx *Tx) SetFeed(id vigie.SearchID, secret vigie.Hash) error {
	r, err := tx.searchRecord(id)
	if err != nil {
		return err
	}
	if r.Secret != "" {
		if err := tx.feeds().drop(r.Secret); err != nil {
			return err
		}
	}
	if secret != "" {
		if other, err := tx.feeds().find(secret); err == nil {
			return fmt.Errorf("set the feed of %s: that of %s has this address: %w", id, other, vigie.ErrConflict)
		}
		if err := tx.feeds().keep(secret, id); err != nil {
			return err
		}
	}
	r.Secret, r.Feed, r.Epoch = secret, secret != "", ""
	if r.Feed {
		r.Epoch = tx.db.Last().Epoch
	}
	return tableOf[searchRecord](tx.tx, "searches").put([]byte(id), r)
}

// FeedEnded reports whether a saved search had a feed that a restore has ended, and got
// no other address since.
func (tx *Tx) FeedEnded(id vigie.SearchID) (bool, error) {
	r, err := tx.searchRecord(id)
	return r.Feed && !tx.search(r).Feed, err
}

// SearchByFeed returns the saved search whose feed has the token of this hash, or
// vigie.ErrNotFound, also for those of a store that was restored since. Who only knows
// how long it takes learns nothing of tokens: what is compared is their hashes.
func (tx *Tx) SearchByFeed(secret vigie.Hash) (vigie.SavedSearch, error) {
	id, err := tx.feeds().find(secret)
	if err != nil {
		return vigie.SavedSearch{}, err
	}
	s, err := tx.Search(id)
	if err == nil && !s.Feed {
		return vigie.SavedSearch{}, fmt.Errorf("find the search of a feed: its address is older than a restore: %w", vigie.ErrNotFound)
	}
	return s, err
}
