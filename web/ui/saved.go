package ui

import (
	"time"

	"vigie"
)

// SaveSearch is the form that keeps a search, or changes one.
type SaveSearch struct {
	// Action takes the form; ID is the identity that the search gets, or has.
	Action string
	ID     vigie.SearchID
	// Name, Query, Alert and Mail are what stands in the form. Typed says that the
	// query is typed here, and is not that of the page.
	Name, Query string
	Typed       bool
	Alert       vigie.AlertPace
	Mail        bool
	// New says that the search is not kept yet, so that there is a box for a feed, and
	// Feed that it is ticked.
	New, Feed bool
	Languages []Language
	// Ready says that mail can be sent.
	Ready  bool
	Faults Faults
}

// Paces are the keys of how soon somebody wants to be told.
func (SaveSearch) Paces() []vigie.AlertPace { return vigie.AlertPaces() }

// PaceKey names a pace in a phrase.
func PaceKey(p vigie.AlertPace) string {
	if p == vigie.NoAlert {
		return "none"
	}
	return string(p)
}

// Searches is the list of somebody's saved searches.
type Searches struct {
	Now   time.Time
	Ready bool
	List  []SearchRow
	// Doubtful are the mails whose fate nobody knows.
	Doubtful []DoubtfulAlert
}

// SearchRow is a saved search in the list.
type SearchRow struct {
	Name, Query string
	// URL is its page, Ask where it is asked.
	URL, Ask string
	// Alert is the key of its pace, Paused that its mails were stopped.
	Alert        string
	Paused, Feed bool
	// Fault is the key of why it cannot be asked; "" where it can be.
	Fault string
	// Last is when the newest mail was taken, of LastN documents; zero before.
	Last  time.Time
	LastN int
	// Waiting counts what no mail tells of yet.
	Waiting int
	// FeedEnded says that a restore closed its feed.
	FeedEnded bool
}

// DoubtfulAlert is a mail whose fate nobody knows.
type DoubtfulAlert struct {
	// Action takes the decision about it, and leads back to View.
	Action, View string
	ID           vigie.AlertID
	Name         string
	At           time.Time
	N            int
	Reason       string
	MessageID    string
}

// SearchEdit is the page of one saved search.
type SearchEdit struct {
	Now  time.Time
	Row  SearchRow
	Form SaveSearch
	// Atom and JSON are the addresses of its feed, where they are shown this once.
	Atom, JSON string
	// Faults are those of the form to delete it.
	Faults   Faults
	Doubtful []DoubtfulAlert
}

// StopAlert is the page that ends the mails of a search from a link in one.
type StopAlert struct {
	Action, Name  string
	Stopped, Lost bool
}
