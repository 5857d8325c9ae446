package ui

import (
	"html/template"
	"strings"
	"time"

	"vigie"
	"vigie/curate/locale"
)

// Stretch is a row of words with one fate: "kept", "added" or "removed".
type Stretch struct{ Op, Text string }

// Comparison is the page that says what changed between two states of a document.
type Comparison struct {
	Now   time.Time
	Title string
	// DocLang and Dir are of the document.
	DocLang vigie.Lang
	Dir     string
	// From is the older state, To the newer one.
	From, To ComparedState
	// Read is where the newer state is read, Back the document.
	Read, Back string
	// Older and Newer lead to the neighbouring changes, "" for none.
	Older, Newer string
	// Action takes a choice of another state to compare with, of Others.
	Action string
	Others []int
	// Reread says that the publisher changed nothing between the two.
	Reread bool
	Fields []FieldChange
	Text   []TextChange
	// Missing says that the text of one of the two is not kept any more.
	Missing bool
}

// ComparedState is one of two states that are compared.
type ComparedState struct {
	N       int
	Fetched time.Time
}

// FieldChange is a field of the record that says something else.
type FieldChange struct {
	// Key is that of the name of the field.
	Key string
	// Was and Is are in words; for dates, WasDate and IsDate.
	Was, Is         []Stretch
	Date            bool
	WasDate, IsDate vigie.Date
	// WasKey and IsKey are phrases, where the field has names and no words.
	WasKey, IsKey string
	// Lang and Dir are set for what is in the language of the document.
	Lang vigie.Lang
	Dir  string
}

// TextChange is a paragraph of a comparison, or some that stayed and are folded.
type TextChange struct {
	// Op is "kept", "added", "removed", "changed" or "folded".
	Op   string
	Kind vigie.ParagraphKind
	// Lang and Dir are set where they differ from the document's.
	Lang      vigie.Lang
	Dir       string
	Stretches []Stretch
	// Folded counts the paragraphs that this one stands for.
	Folded int
}

// DriftLine is a citation whose words are not what its document says any more.
type DriftLine struct {
	N int
	// Token is what the text calls it.
	Token, Title string
	Lang         vigie.Lang
	Dir          string
	// How is "edited", "gone" or "withdrawn".
	How string
	// Weighty says that a number or a negation is among what was edited.
	Weighty bool
	// Words are the old and the new ones together.
	Words []Stretch
	// Revision is the one that was searched; 0 for none. URL shows what changed, "" where
	// that cannot be shown.
	Revision int
	URL      string
	At       time.Time
}

// Withdrawn is the trace of a document that was withdrawn for legal reasons.
type Withdrawn struct {
	By, Why string
	At      time.Time
	// Erased says that nothing of it is on the disk any more; Shared counts the answers
	// that stay because other documents need them.
	Erased bool
	Shared int
}

// Withdrawing is the page before a withdrawal for legal reasons.
type Withdrawing struct {
	Title   string
	DocLang vigie.Lang
	Dir     string
	// Address is that of the document, Action takes the form, Back leads away.
	Address, Action, Back string
	// Quoted is how many syntheses quote it.
	Quoted int
	Why    string
	Fault  string
}

// compared returns what writes stretches of words in one language: those that came
// and went as such, with words for people who hear the page. All of a paragraph is one
// isolated stretch, for its words stand in one order whatever became of them.
func compared(p *locale.Printer) func([]Stretch) template.HTML {
	said := func(key string) string { // isolated: the direction of the line is that of its own words
		return `<bdi class="unseen"> ` + template.HTMLEscapeString(p.T(key)) + ` </bdi>`
	}
	added, removed := said("revision.added"), said("revision.removed")
	return func(list []Stretch) template.HTML {
		var b strings.Builder
		b.WriteString("<bdi>")
		for _, s := range list {
			text := template.HTMLEscapeString(s.Text)
			switch s.Op {
			case "added":
				b.WriteString("<ins>" + added + text + "</ins>")
			case "removed":
				b.WriteString("<del>" + removed + text + "</del>")
			default:
				b.WriteString(text)
			}
		}
		return template.HTML(b.String() + "</bdi>") //nolint:gosec // all that came from elsewhere is escaped
	}
}
