package query

import (
	"fmt"

	"vigie"
)

// The bounds of a query. They keep one question from costing as much as a
// thousand.
const (
	// MaxBytes is the longest line that is read, in bytes of UTF-8.
	MaxBytes = 4 << 10
	// MaxTerms is how many words, phrases and prefixes are looked for.
	MaxTerms = 32
	// MaxValues is how many values of one field may be named.
	MaxValues = 16
	// MaxDepth is how many parentheses may stand within each other.
	MaxDepth = 32
	// MinPrefix is the fewest characters that may stand before a *.
	MinPrefix = 2
	// Nearby is how many words may stand between those of a NEAR without a number,
	// and MaxNear with one.
	Nearby  = 10
	MaxNear = 99
	// MaxDays is the most days that a relative date goes back.
	MaxDays = 36500
)

// Op is how the parts of a clause are joined.
type Op uint8

// The ways of joining. The zero value joins nothing.
const (
	Leaf Op = iota // one term or filter
	And            // all of the parts
	Or             // at least one of the parts
	Near           // all of the parts, close to each other
)

// Kind tells the sorts of terms apart.
type Kind uint8

// The kinds of terms. The zero value is a word.
const (
	Word   Kind = iota // a word in any of its forms
	Phrase             // words side by side
	Prefix             // the beginning of words, written with a * behind it
)

// Field is a part of a document: of its text, which terms are looked for in, or of
// what else is known of it, which filters compare.
type Field string

// The fields of terms. The zero value looks everywhere.
const (
	Anywhere Field = ""
	Title    Field = "title"
)

// The fields of filters.
const (
	Source    Field = "source"    // its name, a part of the name, or its identity
	Publisher Field = "publisher" // as in Source
	Country   Field = "country"   // a code, or a name that the operator's file gives it
	Lang      Field = "lang"      // a language tag
	Type      Field = "type"      // page, pdf, feed: the family of a media type
	Topic     Field = "topic"     // identity or label
	Tag       Field = "tag"       // as the desk writes it
	Status    Field = "status"    // where it stands on the desk
	Cited     Field = "cited"     // whether a synthesis cites it
	Page      Field = "page"      // how many pages it has
	From      Field = "from"      // published then or later
	To        Field = "to"        // published then or earlier
	Age       Field = "age"       // published so many days ago
)

// Term is one thing to look for.
type Term struct {
	Kind  Kind
	Field Field
	// Text is what was typed, without quotation marks and without the *.
	Text string
}

// Filter is a demand on what is known of a document beside its text.
type Filter struct {
	Field Field
	// Value is what to compare with, as it is written in a query: as it was typed, or
	// in the one way that says the same ("kept", "2026-11", "-30d", ">50").
	Value string
	// Date is that of From and To; unknown where they are relative.
	Date vigie.Date
	// Days is, of a relative From or To, how many days it lies before the day of the
	// search.
	Days int
	// Low and High bound the pages of Page and the days of Age, both included; a High
	// of 0 is no bound.
	Low, High int
	// Yes is the answer of Cited.
	Yes bool
}

// Clause is a part of a query.
type Clause struct {
	Op Op
	// Not forbids what the clause finds.
	Not bool
	// Term is what a Leaf looks for, where its Filter has no field.
	Term Term
	// Filter is what a Leaf demands, where it has a field.
	Filter Filter
	// Of are the parts of And, Or and Near, two at least. Those of Near are terms, or
	// Ors of terms, and none of them is forbidden.
	Of []Clause
	// Within is how many words may stand between neighbours of Near.
	Within int
	// At and End are the characters of the line where the clause begins, and where
	// what follows it does, from 0; both are 0 in a clause that was not typed.
	At, End int
}

// IsFilter reports whether the clause is one filter.
func (c Clause) IsFilter() bool { return c.Op == Leaf && c.Filter.Field != "" }

// Wished reports whether the clause, standing at the top of a query, is wished for
// only: words and beginnings of words are, all else is demanded.
func (c Clause) Wished() bool {
	return c.Op == Leaf && !c.Not && !c.IsFilter() && c.Term.Field == Anywhere && c.Term.Kind != Phrase
}

// Query is what was asked. The zero value asks for nothing and finds everything.
// A Query is a plain value; it may be read by several goroutines.
type Query struct {
	// Clauses are what the line says, in its order. Filters of one field at this level
	// mean any of them, but for From, To and Age; all else must be fulfilled together,
	// see [Clause.Wished].
	Clauses []Clause
	// Notes say what was left out of what was typed.
	Notes []Note
}

// Empty reports whether nothing was asked, notes apart.
func (q Query) Empty() bool { return len(q.Clauses) == 0 }

// Note says what was left out of a query.
type Note struct {
	// Key is "words", for words beyond the first MaxTerms, or "bytes", for all that
	// stands behind the first MaxBytes.
	Key string
	// N is how many words were left out, or how many bytes were read.
	N int
}

// String says it in English.
func (n Note) String() string {
	if n.Key == "words" {
		return fmt.Sprintf("only the first %d words are looked for; %d more were left out", MaxTerms, n.N)
	}
	return fmt.Sprintf("only the first %d bytes are read", n.N)
}

// MarshalText implements encoding.TextMarshaler: in JSON a note is its sentence.
func (n Note) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
