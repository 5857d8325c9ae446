package ui

import (
	"time"

	"vigie"
	"vigie/curate/locale"
)

// Sources is the list of what is watched.
type Sources struct {
	Now  time.Time
	Rows []SourceRow
	// ByHand are the items that people found one by one; nil while there are none.
	ByHand *SourceRow
	// Reading are being read now; Done of All is how far the rounds are that go on,
	// All is 0 while there is none.
	Reading   []SourceAt
	Done, All int
	// Total counts all sources, Failing those that fail, Look those that need a look.
	Total, Failing, Look int
	// Health says how they are doing.
	Health string
	// Keep says that the person looks after sources, and does not only propose.
	Keep bool
	// Add is where a new address goes, URL what was typed there.
	Add, URL string
	// Packs, Lists and Once are other ways to add sources, and items.
	Packs, Lists, Once string
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
	// State is "by_hand", "proposed", "paused", "reading", "waiting", "failing", "suspended",
	// "refused", "gone" or "active".
	State       string
	LastSuccess time.Time
	// Next is when it is read next, zero for never; Because is why then.
	Next    time.Time
	Because []locale.Part
	// Trouble is why the last reading failed, Error what was remembered of it, in
	// English; both are empty where it did not.
	Trouble []locale.Part
	Error   string
	// Weeks are how many items came out in each of the last weeks, the newest last.
	Weeks []int
}

// Bad says that the source cannot be read.
func (r SourceRow) Bad() bool {
	switch r.State {
	case "failing", "suspended", "refused", "gone":
		return true
	}
	return false
}

// SourcePage is one source, with what is written down about it.
type SourcePage struct {
	Now    time.Time
	Row    SourceRow
	Source vigie.Source
	// Title is what the source calls itself.
	Title  string
	Faults []string
	// Alarms are what a person ought to know of it, the worst first.
	Alarms []Alarm
	// Found says how a source is read that finds that out, Wishes what its publisher
	// asks for, Moving which new address its server names.
	Found  []locale.Part
	Wishes [][]locale.Part
	Moving []locale.Part
	// Certificate is when the certificate of its server ends; zero where unknown.
	Certificate time.Time
	Manners     Manners
	Keep        bool
	// Agree says that there is a way to read it that a person may agree to.
	Agree bool
	Form  SourceForm
	// Log is the file with the requests to its host.
	Log string
	// Documents is the list of what it brought.
	Documents                       string
	List, Save, State, Read, Remove string
}

// SourceForm are the fields of a source.
type SourceForm struct {
	ID                            vigie.SourceID
	URL, Name, Publisher          string
	Institution                   bool
	Kind                          vigie.Kind
	Lang                          vigie.Lang
	Topics                        string
	Hours                         []Choice
	FullText                      []Choice
	Item, Link, Head, Date, Allow string
	Sitemap                       string
	Most, Depth                   int
	// Keep is what is kept in the end, KeepDays after how many days.
	Keep     []Choice
	KeepDays int
	// Least is in percent, "" for none.
	Least  string
	Faults Faults
}

// SourceRemoval asks whether a source is really to be forgotten.
type SourceRemoval struct {
	Name, Page, Action string
	Wrong              bool
}
