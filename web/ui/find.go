package ui

import (
	"vigie"
	"vigie/curate/locale"
)

// DeskFind is a search in everything that was gathered.
type DeskFind struct {
	Lang vigie.Lang
	// Path is the address of the page, without a query.
	Path, Query string
	// Without is what of it is not looked for by other names.
	Without []string
	// Sorts are the orders to choose from.
	Sorts []Choice
	// Fault is the key of what is wrong with the query; Before, Bad and After are the
	// query around that place.
	Fault              string
	Before, Bad, After string
	// Understood says what was understood, Chips its conditions. LeftOut is how many
	// words were not looked for.
	Understood []locale.Part
	Chips      []Condition
	LeftOut    int
	// Also is what was looked for beside the words, Meant the search that was probably
	// meant, and MeantURL where it is; "" for none.
	Also            FindAlso
	Meant, MeantURL string
	Asked           bool
	Total           int
	// Order is the key of the order that the hits are in, Partial that of why some may
	// be missing; "" for none.
	Order, Partial string
	Hits           []DeskHit
	// Tries are searches with a condition less that find something, where this one
	// does not.
	Tries []Try
	Page  int
	// First is the first page, where this one lies behind the last.
	Older, Newer, First string
	Facets              []FindFacet
	Years               FindYears
	// Advanced is the form that writes a query, Help what one may hold.
	Advanced FindForm
	Help     []FindHelp
	Export   Export
	// Save keeps the search; nil where there is none to keep.
	Save *SaveSearch
}

// Narrow reports whether there is something to narrow the search by.
func (f DeskFind) Narrow() bool { return len(f.Facets) > 0 || len(f.Years.Rows) > 0 }

// Condition is a part of a search that can be taken away.
type Condition struct {
	Words []locale.Part
	// URL is the search without it.
	URL string
}

// Try is a search that would find more.
type Try struct {
	Condition

	N int
}

// DeskHit is a document that was found.
type DeskHit struct {
	Title []Part
	// URL is where it is read, at the page that Extract stands on.
	URL string
	// Extract is the passage that was found, Lang and Dir are those of the document.
	Extract []Part
	Lang    vigie.Lang
	Dir     string
	// LangName is set where it is not the reader's language.
	LangName string
	// Publisher is "" where it is called as its source is.
	Source, Publisher string
	Published         vigie.Date
	// Type is the key of what it is, "" for a page. Page is where Extract stands, Pages
	// how many there are; 0 for none.
	Type        string
	Page, Pages int
	// Status is the key of where it stands.
	Status string
	Tags   []string
	// Story is where the documents of its story are listed, of which Others were found
	// too.
	Story  string
	Others int
	Why    Why
}

// Why says what brought a document to its place.
type Why struct {
	// Words are those that count most, the most first.
	Words []WhyWord
	// Near says that they stand close together, New that the document is newer than most
	// of what fits, Record that its source makes what it publishes.
	Near, New, Record bool
}

// WhyWord is a word that a document has.
type WhyWord struct {
	// Said is the word, For what was typed in place of which it was looked for, "" where
	// it was typed itself.
	Said, For string
	// Times is how often it is there; Title and Heading say whether in those, too.
	Times          int
	Title, Heading bool
}

// FindFacet is a field to narrow a search by.
type FindFacet struct {
	// Field is its name in a query.
	Field  string
	Values []FindValue
	// More is how many values are not listed, Chosen how many are chosen.
	More, Chosen int
}

// FindValue is a value of a field.
type FindValue struct {
	// ID names its box, Value is what the box sends.
	ID, Value string
	Name      string
	// Lang is that of the name, where it is one of a language.
	Lang   vigie.Lang
	Count  int
	Chosen bool
}

// FindYears are the years of what was found, the last one first.
type FindYears struct {
	Rows []FindYear
	// Old are those that are folded away.
	Old []FindYear
	// Undated is how many documents have no date, Apart how many lie far from all others.
	Undated, Apart int
}

// FindYear is a year with the search within it.
type FindYear struct {
	Year, URL string
	Count     int
	// Share is the length of its bar, in hundredths of the longest one.
	Share  int
	Chosen bool
}

// FindForm writes a query from answers.
type FindForm struct {
	Sort string
	// Words are the answers about words, Kinds those about what documents are, Bounds
	// those with a beginning or an end.
	Words, Kinds, Bounds []FindAnswer
}

// FindAnswer is a field of the form; its label is the phrase "deskfind.answer." with
// its name.
type FindAnswer struct {
	Name, Value string
	// Hint is the key of what can be said, "" for nothing to explain.
	Hint string
	// Options are what can be chosen; without them it is typed.
	Options []Choice
	// Number says that a number is typed.
	Number bool
}

// FindHelp is a way to write a query.
type FindHelp struct {
	// Key says what it does.
	Key string
	// Example is one, URL asks it.
	Example, URL string
	// Also are all names of what it uses.
	Also []string
}
