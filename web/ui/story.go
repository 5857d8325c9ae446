package ui

import (
	"time"

	"vigie"
)

// Story is what tells the same thing as the document that is read.
type Story struct {
	Now time.Time
	ID  vigie.StoryID
	// Members are its documents, the source of record first.
	Members []Copy
	Splits  []Split
	// Part takes documents apart, "" for who may not; View is where that leads back to.
	Part, View string
}

// Copy is one document of a story.
type Copy struct {
	ID                    vigie.DocumentID
	Title, Publisher, URL string
	Lang                  vigie.Lang
	Dir                   string
	Published             vigie.Date
	// Bond is what holds it there: "exact", "near", "title", "report", "likely"; "" for
	// the source of record.
	Bond string
	// Status is the key of where it stands.
	Status string
	// Self is the document that is read; Served says that a decision about that one
	// serves it, Likely that it does only where it is ticked.
	Self, Served, Likely bool
}

// Split is what people took apart.
type Split struct {
	N       int
	By, Why string
	At      time.Time
}
