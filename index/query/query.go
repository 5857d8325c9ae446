package query

import (
	"strings"

	"vigie"
)

// The bounds of a query. They keep one question from costing as much as a
// thousand.
const (
	// MaxBytes is the longest line that is read, in bytes of UTF-8.
	MaxBytes = 4 << 10
	// MaxTerms is how many words, phrases and prefixes are kept.
	MaxTerms = 32
	// MaxValues is how many sources, and how many languages, may be named.
	MaxValues = 16
	// MinPrefix is the fewest characters that may stand before a *.
	MinPrefix = 2
)

// Kind tells the sorts of terms apart.
type Kind uint8

// The kinds of terms. The zero value is a word.
const (
	Word   Kind = iota // a word in any of its forms
	Phrase             // words side by side
	Prefix             // the beginning of words, written with a * behind it
)

// Field is the part of a document that a term is looked for in.
type Field string

// The fields of terms. The zero value looks everywhere.
const (
	Anywhere Field = ""
	Title    Field = "title"
)

// Term is one thing to look for.
type Term struct {
	Kind  Kind
	Field Field
	// Text is what was typed, without quotation marks and without the *.
	Text string
	// Not forbids what the term finds.
	Not bool
}

// Query is what was asked. The zero value asks for nothing and finds everything.
// A Query is a plain value; it may be read by several goroutines.
type Query struct {
	Terms []Term
	// Sources are names, or parts of names, or identities: any of them will do.
	Sources []string
	// Langs are languages of documents: any of them will do.
	Langs []vigie.Lang
	// From and To bound the publisher's date, both included. A To of "2026"
	// includes the whole year.
	From, To vigie.Date
	// Notes say in words what was left out of what was typed.
	Notes []string
}

// Empty reports whether nothing was asked, notes apart.
func (q Query) Empty() bool {
	return len(q.Terms) == 0 && len(q.Sources) == 0 && len(q.Langs) == 0 && q.From.IsZero() && q.To.IsZero()
}

// String returns the query as a line that [Parse] reads back as the same query,
// notes apart.
func (q Query) String() string {
	parts := make([]string, 0, len(q.Terms)+len(q.Sources)+len(q.Langs)+2)
	for _, t := range q.Terms {
		parts = append(parts, t.String())
	}
	for _, s := range q.Sources {
		parts = append(parts, "source:"+quote(s))
	}
	for _, l := range q.Langs {
		parts = append(parts, "lang:"+string(l))
	}
	if !q.From.IsZero() {
		parts = append(parts, "from:"+q.From.String())
	}
	if !q.To.IsZero() {
		parts = append(parts, "to:"+q.To.String())
	}
	return strings.Join(parts, " ")
}

// String returns the term as it is written in a query.
func (t Term) String() string {
	s := t.Text
	switch t.Kind {
	case Phrase:
		s = quote(s)
	case Prefix:
		s += "*"
	case Word:
	}
	if t.Field != Anywhere {
		s = string(t.Field) + ":" + s
	}
	if t.Not {
		s = "-" + s
	}
	return s
}

// quote needs no escape: quotation marks never get into a text, see readPhrase.
func quote(s string) string { return `"` + s + `"` }
