package ui

import (
	"html/template"

	"vigie"
	"vigie/curate/locale"
)

// Probed is the preview of an address: the ways in which it can be read.
type Probed struct {
	// Add takes the source, Try reads the address again, List leads back.
	Add, Try, List string
	URL, Title     string
	// Trouble is why nothing could be read, Error the same as an English sentence.
	// Both are empty where something was read.
	Trouble []locale.Part
	Error   string
	// Ways come with the best one first.
	Ways []ProbedWay
	// ByRules says that the page was read by rules that somebody chose, and Others
	// that it can be read in other ways.
	ByRules, Others bool
	// Keep says that the source will be read at once, and not wait for an editor.
	Keep bool
	Form SourceForm
	// Known is the page of the source that watches this address already.
	Known, KnownName string
}

// Best is the way that comes first; nil where there is none.
func (p Probed) Best() *ProbedWay {
	if len(p.Ways) == 0 {
		return nil
	}
	return &p.Ways[0]
}

// Announced says that the best way is a feed that the page names.
func (p Probed) Announced() bool {
	best := p.Best()
	return best != nil && best.Name == "feed" && best.URL != p.URL
}

// ProbedWay is one way to read an address, and what it would give.
type ProbedWay struct {
	// Name is "feed", "sitemap", "list", "links" or "page".
	Name string
	// Value stands for the way in a form.
	Value       string
	URL, Format string
	// Rules are the selectors of a list, in short.
	Rules   string
	Total   int
	Entries []ProbedEntry
	Faults  []string
	// Pointed says that a person can point at its entries.
	Pointed bool
}

// wayShown is what the part of the template needs that shows the items of a way.
type wayShown struct {
	P   Probed
	Way ProbedWay
}

// ProbedEntry is an item of a preview.
type ProbedEntry struct {
	Title, URL string
	Published  vigie.Date
	Lang       vigie.Lang
	Dir        string
}

// Packs is the catalogue of sources that can be ticked.
type Packs struct {
	Action, List, Empty string
	// First says that nothing is watched yet.
	First bool
	Keep  bool
	Packs []Pack
	// Done says that some were asked for: Added were added, Known were there.
	Done         bool
	Added, Known int
	// Fault is the key of what is wrong.
	Fault string
}

// Pack is a group of sources.
type Pack struct {
	ID, Label string
	// Watched of the offers are watched already.
	Watched int
	Offers  []PackOffer
}

// All says that nothing is left to add.
func (p Pack) All() bool { return p.Watched == len(p.Offers) }

// PackOffer is one source of a pack.
type PackOffer struct {
	ID, Name, Publisher, Place string
	Lang                       vigie.Lang
	Dir, LangName              string
	URL                        string
	// Licence is "" where nobody looked.
	Licence, Terms string
	// Source is the page of what watches it, "" for nothing; Read says that it was
	// read at least once.
	Source string
	Read   bool
}

// Once asks for the address of one item.
type Once struct {
	Action, List, URL string
	// Trouble is why it could not be taken, Error the same as an English sentence.
	Trouble []locale.Part
	Error   string
	// Mark is the address of a bookmark that adds what one reads, Plain the one that
	// it makes.
	Mark  template.URL
	Plain string
}

// Lists are lists of sources, to be taken in and given away.
type Lists struct {
	Action, File, List string
	// Fault is the key of what is wrong with the file, Reason says it in English.
	Fault, Reason string
	Report        *ListReport
}

// ListReport is what became of a list.
type ListReport struct {
	File                  string
	Added, Known, Refused int
	Lines                 []ListLine
	// More counts the lines that are not shown.
	More int
}

// ListLine is what became of one line.
type ListLine struct {
	// N is 0 for the whole list.
	N    int
	What string
	// Key is the phrase of a remark, about What.
	Key string
	// English says that What is a sentence in English, else it is a name.
	English bool
	// Done is "added", "known", "refused", "left", "mended" or "unread".
	Done string
	// Page is that of the source.
	Page string
}
