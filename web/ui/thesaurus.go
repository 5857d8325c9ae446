package ui

import (
	"time"

	"vigie"
)

// Thesaurus is the list of the concepts that searches know.
type Thesaurus struct {
	// Path is the address of the list; the others are "" for who may not.
	Path, New, Import, Export string
	Query                     string
	// Missing are the languages to look for holes in, States what the desk did.
	Missing, States []Choice
	Rows            []ConceptRow
	Total, Page     int
	Newer, Older    string
}

// ConceptRow is a concept in the list.
type ConceptRow struct {
	ConceptLink

	ID string
	// Names are what it is called in other languages.
	Names []AlsoText
	// Missing are the keys of the languages that have no name for it.
	Missing []string
	// State is "builtin", "changed", "added" or "hidden".
	State string
}

// ConceptLink leads to a concept by its name, in a language; "" where it is the same
// in all.
type ConceptLink struct {
	Name string
	Lang vigie.Lang
	URL  string
}

// Concept is the page of one concept.
type Concept struct {
	ConceptLink

	Now   time.Time
	ID    string
	State string
	// List is the address of the list, Search that of a search for the concept.
	List, Search string
	Names        []ConceptNames
	Broader      []ConceptLink
	Narrower     []ConceptLink
	Related      []ConceptLink
	Said         []ConceptSaid
	// Form changes the concept; nil for who may not.
	Form *ConceptForm
	// Hide and Restore are where the concept is hidden and made what is built in; ""
	// where that is nothing to do.
	Hide, Restore string
}

// ConceptNames are the names of a concept in one language.
type ConceptNames struct {
	// Key names the language; Other does where there is no such phrase. Lang is "" for
	// names that are the same in all.
	Key, Other string
	Lang       vigie.Lang
	Dir        string
	List       []ConceptName
}

// ConceptName is one name.
type ConceptName struct {
	Text string
	// Mark is the key of how it is looked for; "" for as any other.
	Mark string
}

// ConceptSaid is what somebody said of a concept.
type ConceptSaid struct {
	At  time.Time
	Who string
	// WhoKey is the key of who is no person, What of what was done.
	WhoKey, What string
}

// ConceptForm adds or changes a concept.
type ConceptForm struct {
	Action string
	// Seen is how often the concept had been changed.
	Seen int
	New  bool
	List string
	// Names are the questions about its names, one group a language; Groups the others.
	Names, Groups []QuestionGroup
	Troubles      []Trouble
	// Stale says that somebody else changed the concept meanwhile.
	Stale bool
}

// ThesaurusFile asks for a file of concepts.
type ThesaurusFile struct {
	Action, List, Export string
	// ID is the identity that the file gets.
	ID string
	// Fault is a key; Reason says more in English.
	Fault, Reason string
}

// ThesaurusPlan says what a file of concepts would change.
type ThesaurusPlan struct {
	Action, List, Again string
	File, Seen          string
	New, Changed        []ConceptLink
	// NewCount and ChangedCount are of all of them, of which some are shown.
	NewCount, ChangedCount, Same int
	// Stale says that the thesaurus changed meanwhile; Many that it would be too many.
	Stale, Many bool
}

// MoreNew and MoreChanged are how many are not shown.
func (p ThesaurusPlan) MoreNew() int { return p.NewCount - len(p.New) }

// MoreChanged is how many are not shown.
func (p ThesaurusPlan) MoreChanged() int { return p.ChangedCount - len(p.Changed) }

// Nothing reports whether all is as the file has it.
func (p ThesaurusPlan) Nothing() bool { return p.NewCount+p.ChangedCount == 0 }
