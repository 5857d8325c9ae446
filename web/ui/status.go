package ui

import "time"

// Status is the page that says what is being read, in plain words.
type Status struct {
	// Now is the moment that the page speaks of; times are shown in its zone.
	Now time.Time
	// Reading are the sources being read, Due the next ones, soonest first.
	Reading []SourceAt
	Due     []SourceAt
	// Waiting counts the sources that are due and not being read.
	Waiting int
	// Failing are sources whose last try failed; MoreFailing counts those that
	// are not listed.
	Failing     []Failing
	MoreFailing int
	// Sources and Documents are the store's counts.
	Sources, Documents int
	Index              Index
	// Turn is the last round of reading; its End is zero before the first.
	Turn Turn
	Jobs []Job
}

// SourceAt is a source and a moment: when its reading began, or when it is due.
type SourceAt struct {
	Name, URL string
	At        time.Time
}

// Failing is a source that could not be read.
type Failing struct {
	Name, URL string
	// Reason is in words, in the language of the log, English.
	Reason string
	Tries  int
	// LastSuccess is zero when the source was never read.
	LastSuccess, Next time.Time
}

// Index is the state of the full-text index.
type Index struct {
	Ready      bool
	Rebuilding bool
	// Lag counts the changes of the store that are not in the index yet.
	Lag int
}

// Turn is one round over the sources that were due.
type Turn struct {
	End         time.Time
	New, Failed int
}

// Job is something that is done at set times.
type Job struct {
	// Name is shown in the reader's language where there is a phrase "job." + Name.
	Name       string
	Last, Next time.Time
	LastError  string
	Running    bool
	// Done of All things are done by one that takes long; 0 where nothing is counted.
	Done, All int
}
