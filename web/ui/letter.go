package ui

import (
	"time"

	"vigie"
)

// WishChoice is one of several things that somebody may wish for.
type WishChoice struct {
	Value string
	// Label in words, or the key of them where the choice is always the same.
	Label  string
	Chosen bool
}

// Wish is the part of a form in which somebody says what they want to receive.
type Wish struct {
	// Topics have labels in words, Cadences have keys.
	Topics, Cadences []WishChoice
	Languages        []Language
	// Faults are those of the form that it stands in.
	Faults Faults
}

// Letter is the page to subscribe to the digest at.
type Letter struct {
	Email string
	Wish  Wish
	// Consent is the text that is agreed to, word for word; Agreed says that the box
	// was ticked.
	Consent string
	Agreed  bool
	// Ready says that mail can be sent; otherwise there is no form.
	Ready  bool
	Faults Faults
	// Wait is how long to wait when too many forms came; 0 for none.
	Wait time.Duration
	// Issues are the newest ones.
	Issues []IssueLink
}

// IssueLink points to an issue in the archive.
type IssueLink struct {
	URL string
	// Date is the end of the period that it tells of.
	Date vigie.Date
	// Cadence is a key.
	Cadence        string
	Items, Figures int
}

// Letters is the archive of the digest.
type Letters struct {
	Issues       []IssueLink
	Newer, Older string
	Page         int
}

// IssuePage is an issue of the digest as the public reads it.
type IssuePage struct {
	From, Until vigie.Date
	// Cadence is a key.
	Cadence string
	Items   []Teaser
	Figures []MovedFigure
	// Gone counts what was withdrawn since.
	Gone int
}

// MovedFigure is a value that is new or was revised.
type MovedFigure struct {
	Title, Place, Unit, URL string
	// Value and Before as people write them, Exact as machines do; Before is "" for a
	// new value.
	Value, Before, Exact string
	Source, Period       string
}

// LetterConfirm is a page with one button about a subscription.
type LetterConfirm struct {
	// Action is where the button leads.
	Action string
	State  vigie.SubscriberState
	// Just says that the button was pressed a moment ago.
	Just bool
}

// Preferences is what somebody is subscribed to, and what can be done about it.
type Preferences struct {
	// Action is the address of the page, which holds the proof of who asks.
	Action string
	// Stop is the page to unsubscribe at.
	Stop   string
	Email  string
	State  vigie.SubscriberState
	Since  time.Time
	Wish   Wish
	Faults Faults
}
