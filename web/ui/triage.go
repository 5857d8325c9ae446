package ui

import (
	"time"

	"vigie"
)

// Triage is the list of what is to be sorted, with one document open beside it.
type Triage struct {
	Now    time.Time
	Lang   vigie.Lang
	Queues []Queue
	// Key names the queue that is shown.
	Key   string
	Items []Item
	// Length is how many documents the queue has, copies counted.
	Length int
	// May says that the person decides, and does not only read.
	May bool
	// Action takes decisions, Undo takes the newest one back; View is this list.
	Action, Undo, View string
	// More is the next page and First the first; "" for none.
	More, First string
	Filters     []Chip
	// Sources and Langs are what the filters offer; Search is where they lead.
	Search  string
	Status  string
	Sources []Choice
	Langs   []Choice
	Tags    []Choice
	// Latest is what Undo takes back; User is who looks, for what a script keeps.
	Latest Latest
	User   vigie.UserID
	// Acted is what was just done; nil for nothing.
	Acted *Acted
	// Open is the document that is read; nil for none.
	Open *Reader
}

// Queue is an entry of the choice of queues.
type Queue struct {
	Key, URL string
	Count    int
	Current  bool
}

// Chip is a condition that can be taken away.
type Chip struct {
	// Key names the sort of condition, Value is what it asks for.
	Key, Value string
	// URL is the list without it.
	URL string
}

// Latest names a decision of the person's newest act, so that a form that is sent
// twice takes back that act and no other. Where it is empty the newest one goes.
type Latest struct {
	Document vigie.DocumentID
	Decision vigie.DecisionID
}

// Acted tells what became of an act.
type Acted struct {
	// Act is "keep", "drop", "postpone", "tag", "untag" or "undo"; N counts
	// documents, 0 where everything was as wanted already.
	Act string
	N   int
	// Undo takes it back and leads to View.
	Undo, View string
	Latest     Latest
}

// Item is a row of the list.
type Item struct {
	ID    vigie.DocumentID
	Title string
	// Lang and Dir are of the title.
	Lang      vigie.Lang
	Dir       string
	URL       string
	Publisher string
	Published vigie.Date
	// Recent is when it was published or filed, where that was lately; zero else.
	Recent  time.Time
	Tags    []string
	Snippet string
	// Copies are of the same story and in the same queue; CopyCount and LikelyCount
	// are how many there are, those bound for sure and those that are likely the same.
	Copies                 []Copy
	CopyCount, LikelyCount int
	// Pickable says that likely ones can be ticked with the row.
	Pickable bool
	Current  bool
	// Place counts from 1.
	Place int
}

// Reader is a document as it is read at the desk.
type Reader struct {
	Now   time.Time
	ID    vigie.DocumentID
	Title string
	// DocLang and Dir are of the text, Lang of the page.
	DocLang, Lang vigie.Lang
	Dir           string
	Publisher     string
	Authors       string
	Published     vigie.Date
	Filed         time.Time
	// Source names who showed it; SourceURL is its page, "" for who may not open it.
	Source, SourceURL string
	// Original is the publisher's page, "" for none.
	Original string
	Files    []Link
	// Status is the key of where it stands: "new", "kept", "dropped", "later".
	Status string
	By     string
	At     time.Time
	// Texts says that the person may read the text; others see Extract.
	Texts   bool
	Blocks  []Block
	Extract string
	// Cut says that Blocks are the beginning only; Obstacle is the key of why there is
	// no text.
	Cut      bool
	Obstacle string
	// Pages is how many the original has; 0 where it has none.
	Pages    int
	Chapters []Chapter
	Find     Find
	// Kept is the archived copy, "" for none; KeptPages says that "#page=3" leads to
	// one of its pages.
	Kept      string
	KeptPages bool
	KeptAt    time.Time
	// Revision is the one that is shown, of Revisions.
	Revision  int
	Revisions []Revision
	// Withdrawn is the trace of a withdrawal for legal reasons, nil for none; Withdraw is
	// where one is asked for, "" for who may not.
	Withdrawn *Withdrawn
	Withdraw  string
	Tags      []string
	Known     []string
	Log       []Decided
	Story     Story
	Related   Related
	Cite      CiteForm
	Citing    Citing
	// May says that the person decides. View is where a decision leads back to, Next
	// the document that is opened then.
	May                      bool
	Action, View, Back, Full string
	Next                     vigie.DocumentID
}

// Related are documents about the same as one that is read, and Search is where more of
// them are found.
type Related struct {
	Hits   []DeskHit
	Search string
}

// Block is a part of a text: a paragraph, a heading, a list or a table.
type Block struct {
	Kind vigie.ParagraphKind
	// Level of a heading in the page.
	Level int
	// Lines are the items of a list, and the one paragraph of all else; Rows are
	// those of a table.
	Lines []Line
	Rows  [][]Line
	// Page is set where a page of the original begins.
	Page int
	// Anchor names the place of a heading, from 1; 0 for none.
	Anchor int
}

// Line is a stretch of text.
type Line struct {
	Text string
	// Parts are the text in pieces, where some of it is marked.
	Parts []Part
	// Lang and Dir are set where they differ from the document's.
	Lang vigie.Lang
	Dir  string
}

// Revision is one state of a document.
type Revision struct {
	N       int
	Fetched time.Time
	// Changed are keys of what changed.
	Changed []string
	URL     string
	Current bool
	// Compare shows what it changed, "" for nothing before it or who may not see it.
	// Reread says that a newer reader made it.
	Compare string
	Reread  bool
}

// Decided is a line of the log of decisions.
type Decided struct {
	ID       vigie.DecisionID
	Document vigie.DocumentID
	By, Tag  string
	At       time.Time
	Act      string
	Why      string
	Title    string
	Lang     vigie.Lang
	Dir, URL string
	// CopyOf is the title of the copy because of which it was taken, Copied where it is
	// read; Handed says that there is one.
	CopyOf, Copied string
	Handed         bool
	// Undone says that it does not count any more.
	Undone bool
}

// History is a page of the log of decisions.
type History struct {
	Now          time.Time
	Lines        []Decided
	Action, Undo string
	View, Home   string
	// Older is the next page, "" at the end.
	Older, First string
	Acted        *Acted
	// Latest is what Undo takes back.
	Latest Latest
}

// Reading is a document on a page of its own.
type Reading struct {
	Reader Reader
	Acted  *Acted
	// Undo takes back the person's newest decision, which is Latest; User is who
	// looks, for what a script keeps.
	Undo   string
	Latest Latest
	User   vigie.UserID
}

// Bulk asks whether one decision about many documents is meant.
type Bulk struct {
	Act          string
	Items        []Item
	Action, View string
}
