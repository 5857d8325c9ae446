package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index/store"
)

// The bounds of asking.
const (
	// mostLetters is how many letters an address is sent in a day because somebody
	// asked, whoever that was.
	mostLetters = 3
	letterDay   = 24 * time.Hour
	// mostTopics bounds what one wish names.
	mostTopics = 100
)

// Request is what somebody fills in to subscribe.
type Request struct {
	Email string
	Wish  vigie.Wish
	Via   vigie.Via
	// Page is the language in which the form showed [Post.Wording].
	Page vigie.Lang
}

// Wording returns the text that a form must show to somebody who subscribes, and
// the name under which the ledger of consent keeps it.
func (p *Post) Wording(s vigie.Settings, l vigie.Lang) (name, text string) {
	printer := p.o.Catalogues.For(l)
	who, _ := s.Name.In(l)
	return "digest.consent/" + string(printer.Lang()), locale.Plain(printer.Phrase("digest.consent", "name", who))
}

// Subscribe notes that somebody asked for the digest, and lets a letter go out to
// them. It answers the same for an address that is known and one that is not; the
// letter tells the difference to whoever reads it. An address is sent three such
// letters a day at most; further requests change nothing. Errors: vigie.ErrInvalid
// for what cannot be an address, a cadence or a language.
func (p *Post) Subscribe(ctx context.Context, r Request) error {
	to, err := mail.ParseAddress(r.Email)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	if err := p.checkWish(r.Wish); err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	err = p.db.Update(ctx, func(tx *store.Tx) error {
		if ok, err := p.mayWrite(tx, to.Email); err != nil || !ok {
			return err
		}
		s, err := tx.Settings()
		if err != nil {
			return err
		}
		key, err := tx.MakeKey(keyPurpose)
		if err != nil {
			return err
		}
		known, err := tx.SubscriberByEmail(to.Email)
		switch {
		case err == nil && known.State == vigie.Active:
			return p.put(tx, s, key, knownLetter, known)
		case err != nil && !errors.Is(err, vigie.ErrNotFound):
			return err
		}
		asked, err := p.asked(s, known, to.Email, r)
		if err != nil {
			return err
		}
		return errors.Join(tx.PutSubscriber(asked), p.put(tx, s, key, confirmLetter, asked))
	})
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	p.Wake()
	return nil
}

// checkWish refuses what no form offers.
func (p *Post) checkWish(w vigie.Wish) error {
	if len(w.Topics) > mostTopics {
		return &vigie.InvalidError{Field: "topics", Reason: fmt.Sprintf("are more than %d", mostTopics)}
	}
	for _, t := range w.Topics {
		if !vigie.IndicatorID(t).Valid() {
			return &vigie.InvalidError{Field: "topics", Reason: "name a topic that cannot be"}
		}
	}
	return w.Check()
}

// asked is the subscriber with one more request in the ledger. Somebody who is
// known keeps identity and ledger.
func (p *Post) asked(s vigie.Settings, known vigie.Subscriber, email string, r Request) (vigie.Subscriber, error) {
	now := p.now()
	id := known.ID
	if id == "" {
		id = vigie.NewID[vigie.SubscriberID](now)
	}
	wording, text := p.Wording(s, r.Page)
	next, err := vigie.Subscribe(id, email, r.Wish, vigie.Consent{At: now, Via: r.Via, Wording: wording, Text: vigie.HashOf([]byte(text))})
	if err != nil {
		return next, err
	}
	next.Ledger = append(append([]vigie.Consent(nil), known.Ledger...), next.Ledger...)
	return next, nil
}

// mayWrite counts a letter to an address, and reports whether it may be sent.
func (p *Post) mayWrite(tx *store.Tx, email string) (bool, error) {
	key := "letters " + string(vigie.HashOf([]byte(strings.ToLower(email))))[:32]
	t, err := tx.Tries(key)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return false, err
	}
	// Last is the end of the day that began with the first letter, so that whoever
	// clears old counts away leaves it alone until then.
	if now := p.now(); err != nil || !now.Before(t.Last) {
		t = store.Tries{Key: key, Last: now.Add(letterDay)}
	}
	t.Count++
	if t.Count > mostLetters {
		return false, nil
	}
	return true, tx.PutTries(t)
}

// Look returns whom a link is about, so that its page can say what its button
// does. It changes nothing. Every link that does not work is an [ErrLink].
func (p *Post) Look(purpose Purpose, token string) (vigie.Subscriber, error) {
	var s vigie.Subscriber
	err := p.db.View(func(tx *store.Tx) error {
		var err error
		s, err = p.find(tx, purpose, token)
		return err
	})
	return s, err
}

// Confirm makes a subscription active, with what the request wished that the link was
// sent for, whatever was asked for the address since. Confirming twice changes nothing.
// Errors: [ErrLink]; vigie.ErrConflict for a subscription that was ended meanwhile.
func (p *Post) Confirm(ctx context.Context, token string, via vigie.Via) (vigie.Subscriber, error) {
	var next vigie.Subscriber
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		s, asked, err := p.findRequest(tx, ConfirmLink, token)
		if err != nil {
			return err
		}
		// What was agreed to is what the form showed.
		c := vigie.Consent{At: p.now(), Via: via, Wording: asked.Wording, Text: asked.Text}
		if next, err = s.Confirm(c); err != nil {
			return err
		}
		return tx.PutSubscriber(next)
	})
	return next, err
}

// Prefer changes what is wished for. Errors: [ErrLink], vigie.ErrInvalid,
// vigie.ErrConflict for a subscription that is not active.
func (p *Post) Prefer(ctx context.Context, token string, w vigie.Wish, via vigie.Via) (vigie.Subscriber, error) {
	if err := p.checkWish(w); err != nil {
		return vigie.Subscriber{}, fmt.Errorf("change preferences: %w", err)
	}
	return p.change(ctx, PreferencesLink, token, func(s vigie.Subscriber) (vigie.Subscriber, error) {
		return s.Prefer(w, vigie.Consent{At: p.now(), Via: via})
	})
}

// Unsubscribe ends a subscription at once; what was planned and not yet sent is
// not sent. Doing it twice changes nothing. The error is [ErrLink].
func (p *Post) Unsubscribe(ctx context.Context, token string, via vigie.Via) (vigie.Subscriber, error) {
	return p.change(ctx, UnsubscribeLink, token, func(s vigie.Subscriber) (vigie.Subscriber, error) {
		return s.Stop(vigie.Consent{At: p.now(), Via: via}), nil
	})
}

// change applies one act of the person whom a link is for.
func (p *Post) change(ctx context.Context, purpose Purpose, token string, act func(vigie.Subscriber) (vigie.Subscriber, error)) (vigie.Subscriber, error) {
	var next vigie.Subscriber
	err := p.db.Update(ctx, func(tx *store.Tx) error {
		s, err := p.find(tx, purpose, token)
		if err != nil {
			return err
		}
		if next, err = act(s); err != nil {
			return err
		}
		return tx.PutSubscriber(next)
	})
	return next, err
}

// forget erases who asked and never confirmed: the link that they were sent has
// expired. Who had subscribed before is again what they were, with the ledger: it
// is the proof that they took their consent back.
func (p *Post) forget(ctx context.Context) error {
	now := p.now()
	p.mu.Lock()
	soon := now.Sub(p.swept).Abs() < time.Hour
	p.mu.Unlock()
	if soon {
		return nil
	}
	stale := func(s vigie.Subscriber) bool {
		n := len(s.Ledger)
		return s.State == vigie.Asked && (n == 0 || now.Sub(s.Ledger[n-1].At) > confirmTime+letterDay)
	}
	var all []vigie.Subscriber
	err := p.db.View(func(tx *store.Tx) (err error) {
		all, err = collect(tx.Subscribers(), stale)
		return err
	})
	if err == nil && len(all) > 0 {
		err = p.db.Update(ctx, func(tx *store.Tx) error {
			for _, s := range all {
				if err := forgetOne(tx, s.ID, stale); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("forget unconfirmed requests: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swept = now
	return nil
}

// forgetOne forgets a request that is still stale.
func forgetOne(tx *store.Tx, id vigie.SubscriberID, stale func(vigie.Subscriber) bool) error {
	s, err := tx.Subscriber(id)
	if errors.Is(err, vigie.ErrNotFound) || err == nil && !stale(s) {
		return nil // they confirmed, or were erased, just now
	}
	if err != nil {
		return err
	}
	if was, known := former(s); known {
		return tx.PutSubscriber(was)
	}
	return tx.EraseSubscriber(id)
}

// former returns what somebody was before they asked anew, and false for who never
// confirmed or ended a subscription.
func former(s vigie.Subscriber) (vigie.Subscriber, bool) {
	for _, c := range slices.Backward(s.Ledger) {
		if c.Act == vigie.ConsentAsked {
			continue
		}
		s.State, s.Wish = vigie.Bounced, c.Wish // it was active, and the address refused mail
		if c.Act == vigie.ConsentTakenBack {
			s.State = vigie.Stopped
		}
		return s, true
	}
	return s, false
}
