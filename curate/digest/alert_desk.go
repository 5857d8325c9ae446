package digest

import (
	"context"
	"fmt"
	"time"

	"vigie"
	"vigie/index/store"
)

// StopAlertLink is the purpose of the link that ends the mails of a saved search.
const StopAlertLink Purpose = "arret"

// AlertsPath is where the pages of links in alerts are, below the language.
const AlertsPath = "recherches"

// stopAlert is the address that ends the mails of a saved search. A token of it names
// the search where others name a subscriber.
func (p *Post) stopAlert(l vigie.Lang, key signer, id vigie.SearchID) string {
	return p.address(l, AlertsPath, string(StopAlertLink), key.token(StopAlertLink, vigie.SubscriberID(id), 0, time.Time{}))
}

// AlertLink returns the address of the page that ends the mails of a saved search, in
// a language.
func (p *Post) AlertLink(l vigie.Lang, id vigie.SearchID) (string, error) {
	var key signer
	err := p.db.View(func(tx *store.Tx) error {
		var err error
		key, err = tx.Key(keyPurpose)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	return p.stopAlert(l, key, id), nil
}

// LookAlert returns the saved search whose mails a link ends. The error is [ErrLink].
func (p *Post) LookAlert(token string) (s vigie.SavedSearch, err error) {
	err = p.db.View(func(tx *store.Tx) error {
		s, err = p.findAlert(tx, token)
		return err
	})
	return s, err
}

func (p *Post) findAlert(tx *store.Tx, token string) (vigie.SavedSearch, error) {
	key, err := tx.Key(keyPurpose)
	if err != nil {
		return vigie.SavedSearch{}, asLink(err)
	}
	id, _, err := signer(key).read(StopAlertLink, token, p.now())
	if err != nil {
		return vigie.SavedSearch{}, err
	}
	s, err := tx.Search(vigie.SearchID(id))
	return s, asLink(err)
}

// StopAlert ends the mails of the saved search that a link is for; what was planned
// is not sent. Ending them twice changes nothing. The error is [ErrLink].
func (p *Post) StopAlert(ctx context.Context, token string) (s vigie.SavedSearch, err error) {
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		if s, err = p.findAlert(tx, token); err != nil {
			return err
		}
		s, err = stopMails(tx, s.ID, p.now())
		return err
	})
	return s, err
}

// stopMails ends the mails of a saved search. Its pace stays, so that its owner finds
// it as it was.
func stopMails(tx *store.Tx, id vigie.SearchID, now time.Time) (vigie.SavedSearch, error) {
	s, err := tx.Search(id)
	if err != nil || !s.Mail {
		return s, err
	}
	s.Mail, s.Changed = false, now.Truncate(time.Second)
	return s, tx.PutSearch(s)
}

// SettleAlert is the word of the owner of a saved search on what became of an
// uncertain mail. Errors: vigie.ErrNotFound, also for a search of somebody else,
// vigie.ErrConflict for a mail that is not uncertain.
func (p *Post) SettleAlert(ctx context.Context, by vigie.User, search vigie.SearchID, id vigie.AlertID, arrived bool) error {
	return p.resolveAlert(ctx, by, search, id, func(d vigie.Delivery) (vigie.Delivery, error) { return d.Settle(p.now(), arrived, "") })
}

// ResendAlert is the word of the owner of a saved search that an uncertain mail is
// sent again, under the same Message-ID. Errors as of [Post.SettleAlert].
func (p *Post) ResendAlert(ctx context.Context, by vigie.User, search vigie.SearchID, id vigie.AlertID) error {
	return p.resolveAlert(ctx, by, search, id, func(d vigie.Delivery) (vigie.Delivery, error) { return d.Resend(p.now()) })
}

func (p *Post) resolveAlert(ctx context.Context, by vigie.User, search vigie.SearchID, id vigie.AlertID, act func(vigie.Delivery) (vigie.Delivery, error)) error {
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Search(search)
		if err != nil {
			return err
		}
		if s.Owner != by.ID || !by.May(vigie.ReadItems) {
			return vigie.ErrNotFound
		}
		a, err := tx.Alert(search, id)
		if err != nil {
			return err
		}
		if a.Mail, err = act(a.Mail); err != nil {
			return err
		}
		return tx.PutAlert(a)
	})
	if err != nil {
		return fmt.Errorf("decide about alert %s: %w", id, err)
	}
	p.Wake()
	return nil
}

// doubtAlerts makes uncertain what may have been sent since a backup was taken: mails
// that were not, and a mail for each saved search that found what none told of.
func (p *Post) doubtAlerts(tx *store.Tx) error {
	for _, id := range tx.AwaitingSearches() {
		for left := true; left; {
			var err error
			if left, err = p.planSome(tx, id); err != nil {
				return err
			}
		}
	}
	open, err := tx.Unsettled("")
	if err != nil {
		return err
	}
	for _, a := range open {
		if a.Mail.State == vigie.Uncertain {
			continue
		}
		if a.Mail, err = doubtful(a.Mail, p.now()); err != nil {
			return err
		}
		if err := tx.PutAlert(a); err != nil {
			return err
		}
	}
	return nil
}

// planSome plans a mail of what a saved search found, due or not, and reports whether
// there was any.
func (p *Post) planSome(tx *store.Tx, id vigie.SearchID) (bool, error) {
	waiting, err := tx.Awaiting(id, mostTold)
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	docs := make([]vigie.DocumentID, len(waiting))
	for n, m := range waiting {
		docs[n] = m.Document
	}
	a, err := p.newAlert(tx, id, docs, p.now())
	if err != nil {
		return false, err
	}
	return true, tx.PlanAlert(a)
}
