package ui

import (
	"time"

	"vigie"
)

// Sources is the list of what is watched.
type Sources struct {
	Now  time.Time
	Rows []SourceRow
	// Reading are being read now; Done of All is how far the rounds are that go on,
	// All is 0 while there is none.
	Reading   []SourceAt
	Done, All int
	// Total counts all sources, Failing those that fail.
	Total, Failing int
	// Keep says that the person looks after sources, and does not only propose.
	Keep bool
	// Add is where a new address goes, URL what was typed there.
	Add, URL string
	// Live is the address of this page.
	Live         string
	Older, Newer string
	Page         int
}

// SourceRow is one source of the list.
type SourceRow struct {
	ID        vigie.SourceID
	Name, URL string
	// Page is its own.
	Page string
	Kind vigie.Kind
	// Paused says that it is not read.
	Paused bool
	// State is "proposed", "paused", "reading", "waiting", "failing" or "active".
	State       string
	LastSuccess time.Time
	// Next is when it is read next, zero for never; Why is the key of the reason,
	// Every and Tries go with it.
	Next  time.Time
	Why   string
	Every time.Duration
	Tries int
	// Trouble is the key of why the last reading failed, Error what was remembered of
	// it, in English.
	Trouble, Error string
}

// SourcePage is one source, with what is written down about it.
type SourcePage struct {
	Now    time.Time
	Row    SourceRow
	Source vigie.Source
	// Title is what the source calls itself.
	Title  string
	Faults []string
	Keep   bool
	Form   SourceForm
	// Documents is the list of what it brought.
	Documents                       string
	List, Save, State, Read, Remove string
}

// SourceForm are the fields of a source.
type SourceForm struct {
	ID                            vigie.SourceID
	URL, Name, Publisher          string
	Kind                          vigie.Kind
	Lang                          vigie.Lang
	Topics                        string
	Hours                         []Choice
	FullText                      []Choice
	Item, Link, Head, Date, Allow string
	Most                          int
	Faults                        Faults
}

// Probed is the preview of an address.
type Probed struct {
	// Add takes the source, Try reads the address again, List leads back.
	Add, Try, List string
	URL            string
	// Trouble is the key of why nothing could be read, "" where there is no phrase;
	// Error is the English sentence. Both are "" where something was read.
	Trouble, Error string
	Kind           vigie.Kind
	Format, Title  string
	Total          int
	Entries        []ProbedEntry
	Faults         []string
	// Feeds are those that the page announces.
	Feeds []string
	// Keep says that the source will be read at once, and not wait for an editor.
	Keep bool
	Form SourceForm
	// Known is the page of the source that watches this address already.
	Known, KnownName string
}

// ProbedEntry is an item of a preview.
type ProbedEntry struct {
	Title, URL string
	Published  vigie.Date
	Lang       vigie.Lang
	Dir        string
}

// SourceRemoval asks whether a source is really to be forgotten.
type SourceRemoval struct {
	Name, Page, Action string
	Wrong              bool
}
