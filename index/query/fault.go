package query

import (
	"fmt"

	"vigie"
)

// Error says what is wrong with a line, and where. It is a [vigie.ErrInvalid].
type Error struct {
	// Key names the fault, for catalogues of phrases. [Faults] lists them.
	Key string
	// At and End are the characters of the line that are at fault, from 0; both are 0
	// where it is the line as a whole.
	At, End int
	// Args are pairs of a name and a value that say more of some faults.
	Args []any
	// reason says it in English.
	reason string
}

// Faults returns the keys of all errors, each of which a catalogue should know.
func Faults() []string {
	return []string{
		"long", "quote", "open", "close", "depth", "operand", "near", "distance", "field", "value", "star", "prefix",
		"lang", "date", "age", "page", "status", "cited", "twice", "order", "many", "terms",
	}
}

// Error implements error.
func (e *Error) Error() string {
	if e.End == 0 {
		return "query: " + e.reason
	}
	return fmt.Sprintf("query: at character %d: %s", e.At+1, e.reason)
}

// TooManyBegin returns the error of an index in which more words begin as a query says
// than can be looked for.
func TooManyBegin() error {
	return &Error{Key: "prefix", reason: "too many words begin so; write more letters before the *"}
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*Error) Is(target error) bool { return target == vigie.ErrInvalid }

// span is a stretch of the line, in characters.
type span struct{ at, end int }

// fault makes the error of a place.
func (s span) fault(key string, args []any, format string, values ...any) error {
	return &Error{Key: key, At: s.at, End: s.end, Args: args, reason: fmt.Sprintf(format, values...)}
}

// reason is what is wrong with a value, before its place is known.
type reason struct {
	key, text string
	args      []any
	// from is how many characters of the value are right.
	from int
}

func wrong(key string, args []any, format string, values ...any) *reason {
	return &reason{key: key, text: fmt.Sprintf(format, values...), args: args}
}

// behind says that so many characters of the value are right.
func (r *reason) behind(n int) *reason {
	r.from = n
	return r
}

// at says where it is.
func (r *reason) at(s span) error {
	return &Error{Key: r.key, At: s.at + r.from, End: s.end, Args: r.args, reason: r.text}
}
