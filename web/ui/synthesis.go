package ui

import (
	"time"

	"vigie"
)

// CiteForm quotes words of a document in a synthesis. The zero value shows nothing:
// not everybody who reads a document writes.
type CiteForm struct {
	// Action is where the form goes to, Back the page to come back to.
	Action, Back string
	Document     vigie.DocumentID
	Revision     int
	// New is the identity that a new synthesis will have.
	New vigie.SynthesisID
	// Open are the syntheses that the person may work on.
	Open []OpenSynthesis
	// Words are the quoted words, Prefix what stands in front of them.
	Words, Prefix string
	// Fault is the key of what is wrong with the words; "" for nothing.
	Fault string
	// Done is the citation that was just made; nil for none.
	Done *Cited
}

// OpenSynthesis is a synthesis to choose.
type OpenSynthesis struct {
	ID vigie.SynthesisID
	// Title is "" while there is none; Begun tells such syntheses apart.
	Title  string
	Begun  time.Time
	Chosen bool
}

// Cited is a citation that was just made.
type Cited struct {
	N int
	// Title is that of the synthesis, URL its editor.
	Title, URL string
}

// CiteAgain is the page that says why words could not be cited.
type CiteAgain struct {
	// Title is that of the document, Back where it is read.
	Title, Back string
	Cite        CiteForm
}
