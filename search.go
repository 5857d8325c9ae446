package vigie

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// SearchID names a saved search for ever. It is a ULID.
type SearchID string

// AlertID names one mail of a saved search. It is a ULID.
type AlertID string

// AlertPace says how soon somebody hears of what a saved search finds.
type AlertPace string

// The paces of alerts.
const (
	NoAlert     AlertPace = ""
	AlertNow    AlertPace = "now"
	AlertDaily  AlertPace = "daily"
	AlertWeekly AlertPace = "weekly"
)

// AlertPaces returns every pace, none first.
func AlertPaces() []AlertPace { return []AlertPace{NoAlert, AlertNow, AlertDaily, AlertWeekly} }

// The bounds of a saved search: its name in characters, its line in bytes, as many
// as package index/query reads.
const (
	LongestSearchName  = 120
	LongestSearchQuery = 4 << 10
)

// SavedSearch is a question that somebody keeps: to ask it again, to be told of what
// it finds, or to read that in a feed. The zero value asks for nothing.
type SavedSearch struct {
	ID    SearchID `json:"id"`
	Owner UserID   `json:"owner"`
	Name  string   `json:"name"`
	// Query is a line of package index/query, as it was typed: what it says of dates
	// stays relative to the day on which it is asked.
	Query string `json:"query"`
	// Lang is the language of its mails.
	Lang Lang `json:"lang"`
	// Alert is how soon the owner hears of new documents, Mail whether mails are sent:
	// who stopped them from a mail keeps the pace.
	Alert AlertPace `json:"alert,omitempty"`
	Mail  bool      `json:"mail,omitempty"`
	// Feed says that there is a secret address where programs read it.
	Feed    bool      `json:"feed,omitempty"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
}

// Alerts reports whether new documents are looked for, to be mailed.
func (s SavedSearch) Alerts() bool { return s.Alert != NoAlert && s.Mail }

// Check returns an [InvalidError] for a search that cannot be kept. Whether its line
// can be read is for package index/query to say.
func (s SavedSearch) Check() error {
	switch {
	case !ValidID(s.ID) || !ValidID(s.Owner):
		return &InvalidError{Field: "id", Reason: "is none, or that of its owner is none"}
	case strings.TrimSpace(s.Name) == "" || utf8.RuneCountInString(s.Name) > LongestSearchName || !utf8.ValidString(s.Name) || strings.ContainsFunc(s.Name, unicode.IsControl):
		return &InvalidError{Field: "name", Reason: fmt.Sprintf("is missing, holds control characters, or is longer than %d characters", LongestSearchName)}
	case strings.TrimSpace(s.Query) == "" || len(s.Query) > LongestSearchQuery:
		return &InvalidError{Field: "query", Reason: fmt.Sprintf("is missing, or longer than %d bytes", LongestSearchQuery)}
	case !slices.Contains(AlertPaces(), s.Alert):
		return &InvalidError{Field: "alert", Reason: "is none of now, daily, weekly"}
	}
	_, err := ParseLang(string(s.Lang))
	return err
}

// Alert is one mail that tells the owner of a saved search what it found. Its
// documents are those of the ledger that no other mail tells of.
type Alert struct {
	ID        AlertID      `json:"id"`
	Search    SearchID     `json:"search"`
	Documents []DocumentID `json:"documents"`
	Made      time.Time    `json:"made"`
	// Mail is what is known of the mail. It is of no issue and no subscriber.
	Mail Delivery `json:"mail"`
}

// Settled reports whether nothing is left to send or to decide about.
func (a Alert) Settled() bool { return a.Mail.State == Accepted || a.Mail.State == Failed }

// Match is a line of the ledger of alerts: a saved search found a document, and at
// most one mail tells of it.
type Match struct {
	Search   SearchID   `json:"search"`
	Document DocumentID `json:"document"`
	At       time.Time  `json:"at"`
	// Alert is the mail that tells of it, "" while it waits for one.
	Alert AlertID `json:"alert,omitempty"`
}
