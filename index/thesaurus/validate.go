package thesaurus

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

// Bounds of a thesaurus from outside. The built-in one uses a tenth of them.
const (
	// MaxBytes is the largest file that is read, in the text form and in SKOS.
	MaxBytes    = 8 << 20
	maxConcepts = 10_000
	maxLangs    = 24
	maxLabels   = 40  // of a concept in one language
	maxLabel    = 200 // bytes
	maxWords    = 12  // of a label
	maxLinks    = 24  // broader or related ones of a concept
	maxID       = 64  // bytes
)

// FlawError says what is wrong with a concept, and where. It is a vigie.ErrInvalid.
type FlawError struct {
	// Field is "id", "labels", "labels.fr" and so on, "broader" or "related".
	Field string
	// Code names the flaw: "id", "langs", "none", "tag", "many", "long", "plain",
	// "marks", "twice", "words", "taken", "links", "unknown", "self" or "circle". About
	// is the label or the identity that it is about; "" for none.
	Code, About string
	// Reason is the rest of a sentence in English.
	Reason string
}

// Error implements error.
func (f *FlawError) Error() string { return f.Field + " " + f.Reason }

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*FlawError) Is(target error) bool { return target == vigie.ErrInvalid }

// fault is what is wrong with a concept among others.
type fault struct {
	at   int // index of the concept
	id   string
	flaw FlawError
}

// of turns a fault into an error at a place.
func (f *fault) of(place string) error {
	return &vigie.InvalidError{Field: place, Reason: f.flaw.Reason}
}

// validate returns the first fault, or nil.
func validate(concepts []Concept) *fault {
	if len(concepts) > maxConcepts {
		return tooMany(concepts)
	}
	at := make(map[string]int, len(concepts))
	for i, c := range concepts {
		if f := c.flaw(); f != nil {
			return &fault{i, c.ID, *f}
		}
		if _, twice := at[c.ID]; twice {
			return &fault{i, c.ID, FlawError{"id", "twice", c.ID, "is there twice"}}
		}
		at[c.ID] = i
	}
	for i, c := range concepts {
		if f := c.astray(at); f != nil {
			return &fault{i, c.ID, *f}
		}
	}
	return circle(concepts, at)
}

func tooMany(concepts []Concept) *fault {
	reason := fmt.Sprintf("is one too many: at most %d concepts", maxConcepts)
	return &fault{maxConcepts, concepts[maxConcepts].ID, FlawError{Field: "id", Code: "many", Reason: reason}}
}

// astray finds a link that leads nowhere, or to the concept itself.
func (c Concept) astray(at map[string]int) *FlawError {
	for field, ids := range c.links() {
		for _, id := range ids {
			if id == c.ID {
				return &FlawError{field, "self", id, "points to itself"}
			}
			if _, ok := at[id]; !ok {
				return &FlawError{field, "unknown", id, fmt.Sprintf("points to %q, which does not exist", id)}
			}
		}
	}
	return nil
}

// links walks the links of a concept by their fields.
func (c Concept) links() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		_ = yield("broader", c.Broader) && yield("related", c.Related)
	}
}

// circle finds a concept that is broader than itself by way of others.
func circle(concepts []Concept, at map[string]int) *fault {
	for _, i := range circling(concepts, at) {
		return &fault{i, concepts[i].ID, FlawError{Field: "broader", Code: "circle", Reason: "is broader than itself by way of others"}}
	}
	return nil
}

// circling returns the concepts that are broader than themselves, and those below
// them: what is left when those without anything broader have been taken away again
// and again.
func circling(concepts []Concept, at map[string]int) []int {
	waits := make([]int, len(concepts))
	narrower := make([][]int, len(concepts))
	var free, left []int
	for i, c := range concepts {
		waits[i] = len(c.Broader)
		for _, b := range c.Broader {
			narrower[at[b]] = append(narrower[at[b]], i)
		}
		if waits[i] == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		for _, n := range narrower[i] {
			if waits[n]--; waits[n] == 0 {
				free = append(free, n)
			}
		}
	}
	for i, n := range waits {
		if n > 0 {
			left = append(left, i)
		}
	}
	return left
}

// Check returns what is wrong with a concept on its own as a [FlawError], or nil.
func (c Concept) Check() error {
	if f := c.flaw(); f != nil {
		return f
	}
	return nil
}

func (c Concept) flaw() *FlawError {
	switch {
	case !isID(c.ID):
		return &FlawError{"id", "id", c.ID, "has an identity that is not made of small letters, digits and hyphens"}
	case len(c.Labels) > maxLangs:
		return &FlawError{"labels", "langs", "", fmt.Sprintf("has more than %d languages", maxLangs)}
	case !c.named():
		return &FlawError{"labels", "none", "", "has no label"}
	}
	for _, lang := range c.langs() {
		field := "labels." + string(lang)
		if known, err := vigie.ParseLang(string(lang)); err != nil || known != lang {
			return &FlawError{field, "tag", string(lang), fmt.Sprintf("has labels in %q, which is no language tag", lang)}
		}
		if f := labelsFlaw(c.Labels[lang]); f != nil {
			return &FlawError{field, f.Code, f.About, fmt.Sprintf("in %q %s", lang, f.Reason)}
		}
	}
	for field, ids := range c.links() {
		if len(ids) > maxLinks {
			return &FlawError{field, "links", "", fmt.Sprintf("points to more than %d others", maxLinks)}
		}
		for i, id := range ids {
			if slices.Contains(ids[:i], id) {
				return &FlawError{field, "twice", id, fmt.Sprintf("points twice to %q", id)}
			}
		}
	}
	return nil
}

// named reports whether there is any label.
func (c Concept) named() bool {
	for _, labels := range c.Labels {
		if len(labels) > 0 {
			return true
		}
	}
	return false
}

// labelsFlaw says what is wrong with the labels of one language.
func labelsFlaw(labels []Label) *FlawError {
	flaw := func(code, about, format string, args ...any) *FlawError {
		return &FlawError{Code: code, About: about, Reason: fmt.Sprintf(format, args...)}
	}
	if len(labels) > maxLabels {
		return flaw("many", "", "has more than %d labels", maxLabels)
	}
	for i, l := range labels {
		switch {
		case len(l.Text) > maxLabel:
			return flaw("long", l.Text, "has a label of more than %d bytes", maxLabel)
		case !isLabel(l.Text):
			return flaw("plain", l.Text, "has a label %q that is not a plain text", l.Text)
		case l.Unsearched && !l.AsWritten:
			return flaw("marks", l.Text, "has a label %q that is not looked for, but recognised in any case", l.Text)
		case slices.ContainsFunc(labels[:i], func(other Label) bool { return other.Text == l.Text }):
			return flaw("twice", l.Text, "has the label %q twice", l.Text)
		}
		n := 0
		Plain(l.Text, func([]byte, int, int) bool { n++; return n <= maxWords })
		if n == 0 || n > maxWords {
			return flaw("words", l.Text, "has a label %q without words or with more than %d", l.Text, maxWords)
		}
	}
	return nil
}

// isID reports identities: small letters and digits in parts with hyphens between.
func isID(s string) bool {
	if s == "" || len(s) > maxID || strings.Trim(s, "-") != s || strings.Contains(s, "--") {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// isLabel reports texts of letters, digits, marks, punctuation and single spaces
// that the text form can hold: nothing that is invisible or turns the line around.
func isLabel(s string) bool {
	if s == "" || !utf8.ValidString(s) || strings.ContainsAny(s[:1], "=! ") || strings.HasSuffix(s, " ") ||
		strings.Contains(s, "  ") || strings.ContainsRune(s, '|') {
		return false
	}
	for _, r := range s {
		if r != ' ' && !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.P, unicode.S) || r == utf8.RuneError {
			return false
		}
	}
	return true
}
