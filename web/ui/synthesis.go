package ui

import (
	"html/template"
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

// Writings is the list of the syntheses that somebody may work on.
type Writings struct {
	Now  time.Time
	Tabs []WritingTab
	// Tab is the name of the current one.
	Tab  string
	List []WritingLine
	// Action is where a new one is begun, with the identity New.
	Action    string
	New       vigie.SynthesisID
	Kinds     []vigie.SynthesisKind
	Languages []Language
	// Newer and Older are the neighbouring pages; "" where there is none.
	Newer, Older string
	Page         int
}

// WritingTab is one of the lists.
type WritingTab struct {
	// Name is a key below "writing.tab.".
	Name    string
	URL     string
	Current bool
	Count   int
}

// WritingLine is a synthesis in the list.
type WritingLine struct {
	Title, URL string
	Kind       vigie.SynthesisKind
	Authors    []string
	At         time.Time
	Versions   []VersionState
	// Marks counts the figures that moved, Drifts the quotations that changed at their
	// source.
	Marks, Drifts int
}

// VersionState says where the text of one language stands.
type VersionState struct {
	Lang      vigie.Lang
	Dir, Name string
	// State is "" for a text that nobody has begun.
	State vigie.State
	// Edition is the newest one that the public reads; 0 for none.
	Edition int
	// URL leads to the text at the desk.
	URL     string
	Current bool
}

// Editor is the page where a synthesis is written.
type Editor struct {
	Now time.Time
	// Action is the address of the synthesis; what is done to it is below.
	Action string
	Lang   vigie.Lang
	Dir    string
	Name   string // of the language
	// Draft names what the browser keeps of this text for this person.
	Draft string
	// Seen is the N of the text that the person looks at; 0 for a new one.
	Seen  int
	State vigie.State
	vigie.Writing
	// By, At and Why are of the newest change.
	By  string
	At  time.Time
	Why string

	Kind   vigie.SynthesisKind
	Kinds  []vigie.SynthesisKind
	Topics []TopicChoice
	// SeenKind and SeenTopics are what was kept when the page was made.
	SeenKind   vigie.SynthesisKind
	SeenTopics []string

	Versions  []VersionState
	Others    []Language // that it may be translated into
	Citations []Quotation
	Figures   []Placed
	Choices   []SeriesGroup
	Marks     []Moved
	Drifts    []DriftLine
	Preview   *Preview
	Faults    Faults

	// Portal is where the public reads it; "" while it does not.
	Portal string
	// Own says that who looks wrote in it.
	Own bool
	// Published says that there are editions.
	Published                                                bool
	MaySubmit, MayReturn, MayReopen, MayPublish, MayWithdraw bool
}

// TopicChoice is a topic to tick.
type TopicChoice struct {
	ID, Name string
	Chosen   bool
}

// Quotation is a citation at hand.
type Quotation struct {
	N int
	// Token is what the text calls it.
	Token            string
	Title, Publisher string
	URL              string
	// Desk is where the document is read; "" where it is gone.
	Desk      string
	Lang      vigie.Lang
	Dir       string
	Published vigie.Date
	Page      int
	Quote     string
	// Gone says that the document is not kept any more, Unused that the text does not
	// cite it.
	Gone, Unused bool
}

// Placed is a figure of the texts.
type Placed struct {
	Indicator, Area string
	Name, Place     string
	Token           string
	// Value, Exact for machines, and Period are empty where there is no such series.
	Value, Exact, Unit, Period string
	Frozen                     bool
	Release                    time.Time
}

// SeriesGroup is an indicator with the places that there are values of.
type SeriesGroup struct {
	Name   string
	Places []SeriesChoice
}

// SeriesChoice is one figure to put into a text.
type SeriesChoice struct {
	Name, Token string
	Chosen      bool
}

// Moved is a figure that moved after it was published.
type Moved struct {
	Indicator, Area     string
	Name, Place, Period string
	Before, After       string
	At                  time.Time
}

// Preview is a text as readers will see it.
type Preview struct {
	Title, Summary string
	Lang           vigie.Lang
	Dir            string
	Body           template.HTML
	Notes          []Note
	Faults         []TextFault
}

// TextFault is a place of a text that leads nowhere, or was left out.
type TextFault struct {
	// Key is a key below "writing.fault.".
	Key, Where string
	// Line counts from 1; 0 where it has none.
	Line int
	// Blocks says that nothing is published with it.
	Blocks bool
}

// Stale shows two texts that two people made of one.
type Stale struct {
	// Mine is the text of who looks, with the N of the kept one.
	Mine Editor
	// By and At say whose the kept text is, and of when.
	By   string
	At   time.Time
	Kept vigie.Writing
	// Lines are those of the kept body.
	Lines []StaleLine
}

// StaleLine is a line of a text; Other says that the other text does not have it.
type StaleLine struct {
	Text  string
	Other bool
}

// Publishing is the page before publishing, and the one before withdrawing.
type Publishing struct {
	Editor

	// Revision is that of the synthesis as it is shown.
	Revision int
	// Checks are what is said before publishing.
	Checks []Check
	// Ready says that the text may be published, by who looks.
	Ready bool
	// Fault is the key of what is wrong with the reason; "" for nothing.
	Fault string
}

// Check is one line of a list of checks.
type Check struct {
	// Grade is "good", "warm" or "bad".
	Grade string
	// Key is that of the sentence; Value is put in for "value" there.
	Key, Value string
}

// Editions is the history of a synthesis.
type Editions struct {
	Action, Title string
	List          []EditionLine
	// Shown is the text of the chosen one; nil for none.
	Shown *Preview
	// N and Name are those of the chosen one.
	N    int
	Name string
}

// EditionLine is one edition in the list.
type EditionLine struct {
	N         int
	Lang      vigie.Lang
	Dir, Name string
	Title     string
	Published time.Time
	By        string
	URL       string
	Current   bool
	// Out says that the public reads it.
	Out bool
}
