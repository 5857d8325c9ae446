package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/index/store"
)

// may returns a vigie.ErrForbidden unless a user has a permission.
func may(by vigie.User, permission vigie.Permission, verb string) error {
	if by.May(permission) {
		return nil
	}
	return fmt.Errorf("%s: role %q may not: %w", verb, by.Role, vigie.ErrForbidden)
}

// personView is everything that is kept about a subscriber, field by field.
type personView struct {
	Email      string                `json:"email"`
	State      vigie.SubscriberState `json:"state"`
	Since      time.Time             `json:"since"`
	Topics     []string              `json:"topics"`
	Cadence    vigie.Cadence         `json:"cadence"`
	Lang       vigie.Lang            `json:"lang"`
	Consents   []vigie.Consent       `json:"consents"`
	Deliveries []deliveryView        `json:"deliveries"`
}

// deliveryView is one mail that was sent, or was meant to be.
type deliveryView struct {
	Issue  vigie.IssueID       `json:"issue"`
	Until  time.Time           `json:"until"`
	State  vigie.DeliveryState `json:"state"`
	At     time.Time           `json:"at"`
	Reason string              `json:"reason,omitempty"`
}

// Export returns everything that is kept about the person whom a link to the
// preferences is for, as JSON. The error is [ErrLink].
func (p *Post) Export(token string) ([]byte, error) {
	var out []byte
	err := p.db.View(func(tx *store.Tx) error {
		s, err := p.find(tx, PreferencesLink, token)
		if err != nil {
			return err
		}
		out, err = person(tx, s)
		return err
	})
	return out, err
}

// ExportFor is [Post.Export] for the desk, at the person's request, and writes down
// who took it. Errors:
// vigie.ErrForbidden, vigie.ErrNotFound.
func (p *Post) ExportFor(ctx context.Context, by vigie.User, id vigie.SubscriberID) ([]byte, error) {
	if err := may(by, vigie.KeepSubscribers, "export a subscriber"); err != nil {
		return nil, err
	}
	var out []byte
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Subscriber(id)
		if err != nil {
			return fmt.Errorf("export a subscriber: %w", err)
		}
		if out, err = person(tx, s); err != nil {
			return err
		}
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: string(by.ID), What: "subscriber exported", About: string(id)})
		return err
	})
	return out, err
}

func person(tx *store.Tx, s vigie.Subscriber) ([]byte, error) {
	v := personView{
		Email: s.Email, State: s.State, Since: s.Since, Topics: append([]string{}, s.Topics...), Cadence: s.Cadence, Lang: s.Lang,
		Consents: append([]vigie.Consent{}, s.Ledger...), Deliveries: []deliveryView{},
	}
	for i, err := range tx.Issues() {
		if err != nil {
			return nil, err
		}
		d, err := tx.Delivery(i.ID, s.ID)
		switch {
		case err == nil:
			v.Deliveries = append(v.Deliveries, deliveryView{i.ID, i.Until, d.State, d.At, d.Reason})
		case !errors.Is(err, vigie.ErrNotFound):
			return nil, err
		}
	}
	return json.MarshalIndent(v, "", "  ")
}

// Erase removes everything that tells who the person is whom a link to the
// preferences is for. The error is [ErrLink].
func (p *Post) Erase(ctx context.Context, token string) error {
	return p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := p.find(tx, PreferencesLink, token)
		if err != nil {
			return err
		}
		return p.erase(tx, s.ID, store.AuditLine{Note: "by the person's link"})
	})
}

// EraseFor is [Post.Erase] for the desk, at the person's request. Errors:
// vigie.ErrForbidden, vigie.ErrNotFound.
func (p *Post) EraseFor(ctx context.Context, by vigie.User, id vigie.SubscriberID) error {
	if err := may(by, vigie.KeepSubscribers, "erase a subscriber"); err != nil {
		return err
	}
	return p.db.Update(ctx, func(tx *store.Tx) error { return p.erase(tx, id, store.AuditLine{Who: string(by.ID)}) })
}

func (p *Post) erase(tx *store.Tx, id vigie.SubscriberID, line store.AuditLine) error {
	if err := tx.EraseSubscriber(id); err != nil {
		return fmt.Errorf("erase a subscriber: %w", err)
	}
	line.At, line.What, line.About = p.now(), "subscriber erased", string(id)
	_, err := tx.Audit(line)
	return err
}

// StopFor ends a subscription for the desk, at the person's request. Errors:
// vigie.ErrForbidden, vigie.ErrNotFound.
func (p *Post) StopFor(ctx context.Context, by vigie.User, id vigie.SubscriberID) error {
	if err := may(by, vigie.KeepSubscribers, "end a subscription"); err != nil {
		return err
	}
	return p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Subscriber(id)
		if err != nil {
			return fmt.Errorf("end a subscription: %w", err)
		}
		_, err = tx.Audit(store.AuditLine{At: p.now(), Who: string(by.ID), What: "subscription ended", About: string(id)})
		return errors.Join(err, tx.PutSubscriber(s.Stop(vigie.Consent{At: p.now(), Via: vigie.ByDesk})))
	})
}
