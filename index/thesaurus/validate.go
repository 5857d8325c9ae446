package thesaurus

import (
	"fmt"
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

// fault is what is wrong with a concept.
type fault struct {
	at         int // index of the concept
	id, reason string
}

// of turns a fault into an error at a place.
func (f *fault) of(place string) error {
	return &vigie.InvalidError{Field: place, Reason: f.reason}
}

// validate returns the first fault, or nil.
func validate(concepts []Concept) *fault {
	if len(concepts) > maxConcepts {
		c := concepts[maxConcepts]
		return &fault{maxConcepts, c.ID, fmt.Sprintf("is one too many: at most %d concepts", maxConcepts)}
	}
	at := make(map[string]int, len(concepts))
	for i, c := range concepts {
		if reason := c.fault(); reason != "" {
			return &fault{i, c.ID, reason}
		}
		if _, twice := at[c.ID]; twice {
			return &fault{i, c.ID, "is there twice"}
		}
		at[c.ID] = i
	}
	for i, c := range concepts {
		for _, id := range slices.Concat(c.Broader, c.Related) {
			if _, ok := at[id]; !ok {
				return &fault{i, c.ID, fmt.Sprintf("points to %q, which does not exist", id)}
			}
			if id == c.ID {
				return &fault{i, c.ID, "points to itself"}
			}
		}
	}
	return cycle(concepts, at)
}

// cycle finds a concept that is broader than itself by way of others: what is
// left when those without anything broader have been taken away again and again.
func cycle(concepts []Concept, at map[string]int) *fault {
	waits := make([]int, len(concepts))
	narrower := make([][]int, len(concepts))
	var free []int
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
			return &fault{i, concepts[i].ID, "is broader than itself by way of others"}
		}
	}
	return nil
}

// fault says what is wrong with a concept on its own; "" when nothing is.
func (c Concept) fault() string {
	switch {
	case !isID(c.ID):
		return "has an identity that is not made of small letters, digits and hyphens"
	case len(c.Labels) > maxLangs:
		return fmt.Sprintf("has more than %d languages", maxLangs)
	case len(c.Broader) > maxLinks || len(c.Related) > maxLinks:
		return fmt.Sprintf("points to more than %d others", maxLinks)
	}
	for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English} {
		if len(c.Labels[lang]) == 0 {
			return fmt.Sprintf("has no label in %q", lang)
		}
	}
	for _, lang := range c.langs() {
		if known, err := vigie.ParseLang(string(lang)); err != nil || known != lang {
			return fmt.Sprintf("has labels in %q, which is no language tag", lang)
		}
		if reason := labelsFault(c.Labels[lang]); reason != "" {
			return fmt.Sprintf("in %q %s", lang, reason)
		}
	}
	for _, links := range [][]string{c.Broader, c.Related} {
		for i, id := range links {
			if slices.Contains(links[:i], id) {
				return fmt.Sprintf("points twice to %q", id)
			}
		}
	}
	return ""
}

// labelsFault says what is wrong with the labels of one language.
func labelsFault(labels []Label) string {
	if len(labels) > maxLabels {
		return fmt.Sprintf("has more than %d labels", maxLabels)
	}
	for i, l := range labels {
		switch {
		case len(l.Text) > maxLabel:
			return fmt.Sprintf("has a label of more than %d bytes", maxLabel)
		case !isLabel(l.Text):
			return fmt.Sprintf("has a label %q that is not a plain text", l.Text)
		case l.Unsearched && !l.AsWritten:
			return fmt.Sprintf("has a label %q that is not looked for, but recognised in any case", l.Text)
		case slices.ContainsFunc(labels[:i], func(other Label) bool { return other.Text == l.Text }):
			return fmt.Sprintf("has the label %q twice", l.Text)
		}
		n := 0
		Plain(l.Text, func([]byte, int, int) bool { n++; return n <= maxWords })
		if n == 0 || n > maxWords {
			return fmt.Sprintf("has a label %q without words or with more than %d", l.Text, maxWords)
		}
	}
	return ""
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
