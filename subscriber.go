package vigie

import (
	"fmt"
	"slices"
	"time"
)

// SubscriberID names a subscriber for ever. It is a ULID.
type SubscriberID string

// Cadence is how often a subscriber wants a digest.
type Cadence string

// The cadences.
const (
	EveryDay   Cadence = "daily"
	EveryWeek  Cadence = "weekly"
	EveryMonth Cadence = "monthly"
)

// SubscriberState is where a subscription stands.
type SubscriberState string

// The states of a subscription. Only Active ones are mailed a digest.
const (
	// Asked waits for the person to confirm by mail.
	Asked   SubscriberState = "asked"
	Active  SubscriberState = "active"
	Stopped SubscriberState = "stopped"
	// Bounced stands for an address that refuses mail for good.
	Bounced SubscriberState = "bounced"
)

// Wish is what somebody subscribes to.
type Wish struct {
	// Topics are the wanted ones; none means all.
	Topics  []string `json:"topics,omitempty"`
	Cadence Cadence  `json:"cadence"`
	Lang    Lang     `json:"lang"`
}

// Check returns an [InvalidError] for a cadence or a language that is none.
func (w Wish) Check() error {
	if w.Cadence != EveryDay && w.Cadence != EveryWeek && w.Cadence != EveryMonth {
		return &InvalidError{Field: "cadence", Reason: "is none of daily, weekly, monthly"}
	}
	if _, err := ParseLang(string(w.Lang)); err != nil {
		return err
	}
	return nil
}

// Wants reports whether something on these topics is wished for. What has no
// topic is for everybody.
func (w Wish) Wants(topics []string) bool {
	return len(w.Topics) == 0 || len(topics) == 0 ||
		slices.ContainsFunc(topics, func(t string) bool { return slices.Contains(w.Topics, t) })
}

// Subscriber is somebody who asked for digests. It holds no name and no network
// address: only what sending needs, and the proof of consent.
type Subscriber struct {
	ID    SubscriberID    `json:"id"`
	Email string          `json:"email"`
	State SubscriberState `json:"state"`
	Wish
	Since time.Time `json:"since"`
	// Ledger holds what the person agreed to and took back, oldest first. Entries
	// are only added; erasing the subscriber erases it.
	Ledger []Consent `json:"ledger"`
}

// ConsentAct is what a person did about their subscription.
type ConsentAct string

// The acts of consent.
const (
	ConsentAsked     ConsentAct = "asked"
	ConsentConfirmed ConsentAct = "confirmed"
	ConsentChanged   ConsentAct = "changed"
	ConsentTakenBack ConsentAct = "taken back"
)

// Via says by which way an act came.
type Via string

// The ways.
const (
	ByForm Via = "form"
	ByLink Via = "link"
	// ByOneClick is the button of a mail program (RFC 8058).
	ByOneClick Via = "one click"
	// ByDesk is a member of the desk, at the person's request.
	ByDesk Via = "desk"
)

// Consent is one entry of the ledger.
type Consent struct {
	At  time.Time  `json:"at"`
	Act ConsentAct `json:"act"`
	Via Via        `json:"via"`
	// Wording names the text that the person agreed to, and Text is its hash.
	Wording string `json:"wording,omitempty"`
	Text    Hash   `json:"text,omitempty"`
	// Wish is what was wished for from then on.
	Wish Wish `json:"wish,omitzero"`
}

// Subscribe notes that somebody asked for digests. Nothing but the mail that
// asks to confirm may be sent before [Subscriber.Confirm].
func Subscribe(id SubscriberID, email string, w Wish, c Consent) (Subscriber, error) {
	if err := w.Check(); err != nil {
		return Subscriber{}, fmt.Errorf("subscribe: %w", err)
	}
	c.Act, c.Wish = ConsentAsked, w
	return Subscriber{ID: id, Email: email, State: Asked, Wish: w, Since: c.At, Ledger: []Consent{c}}, nil
}

// Confirm makes the subscription active. Confirming twice changes nothing; one
// that was stopped must be asked for anew ([ErrConflict]).
func (s Subscriber) Confirm(c Consent) (Subscriber, error) {
	switch s.State {
	case Active:
		return s, nil
	case Asked:
		s.State = Active
		return s.note(ConsentConfirmed, c), nil
	case Stopped, Bounced:
	}
	return s, fmt.Errorf("confirm a subscription in state %q: %w", s.State, ErrConflict)
}

// Prefer changes what is wished for. Errors: [InvalidError], [ErrConflict] for a
// subscription that is not active.
func (s Subscriber) Prefer(w Wish, c Consent) (Subscriber, error) {
	if err := w.Check(); err != nil {
		return s, fmt.Errorf("change preferences: %w", err)
	}
	if s.State != Active {
		return s, fmt.Errorf("change preferences in state %q: %w", s.State, ErrConflict)
	}
	s.Wish = w
	return s.note(ConsentChanged, c), nil
}

// Stop ends the subscription; stopping twice changes nothing.
func (s Subscriber) Stop(c Consent) Subscriber {
	if s.State == Stopped {
		return s
	}
	s.State = Stopped
	return s.note(ConsentTakenBack, c)
}

// Bounce notes that the address refuses mail for good. It is no act of consent,
// and a stopped subscription stays stopped.
func (s Subscriber) Bounce() Subscriber {
	if s.State != Stopped {
		s.State = Bounced
	}
	return s
}

// note adds to a copy of the ledger.
func (s Subscriber) note(act ConsentAct, c Consent) Subscriber {
	c.Act, c.Wish = act, s.Wish
	s.Ledger = append(slices.Clone(s.Ledger), c)
	return s
}
