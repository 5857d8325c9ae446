package biblio

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Author is a person by both names, or whoever made a publication by the one name
// that is given: a body, or a person whose names nobody took apart.
type Author struct {
	Family, Given string
	// Literal is the whole name of all others.
	Literal string
}

// Name is the name as it is said: the given name first.
func (a Author) Name() string {
	if a.Literal != "" {
		return a.Literal
	}
	return strings.TrimSpace(a.Given + " " + a.Family)
}

// inverted is the name as lists sort it: "Diallo, Awa".
func (a Author) inverted() string {
	if a.Literal != "" || a.Given == "" || a.Family == "" {
		return a.Name()
	}
	return a.Family + ", " + a.Given
}

// Named returns the author of a name as a publisher wrote it. Only "Diallo, Awa" is
// taken apart: "Banque centrale" looks like the name of a person to any rule.
func Named(name string) Author {
	name = line(name, mostText)
	family, given, both := strings.Cut(name, ",")
	family, given = strings.TrimSpace(family), strings.TrimSpace(given)
	if !both || family == "" || given == "" || strings.Contains(given, ",") || !few(family) || !few(given) || joins(given) {
		return Author{Literal: name}
	}
	return Author{Family: family, Given: given}
}

// few reports whether a name is short enough for a part of a person's.
func few(name string) bool {
	return len(strings.Fields(name)) <= 3 && utf8.RuneCountInString(name) <= 40
}

// joins reports whether words behind a comma go on with the name of a body:
// "Economy, Trade and Industry", "Bell, Inc".
func joins(words string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		if slices.Contains(strings.Fields("and et y & of de des du for pour inc inc. ltd ltd. llc plc sa s.a. sarl gmbh"), word) {
			return true
		}
	}
	return false
}

// Person returns the author of a name that is known to be a person's: the last word
// is the family's name, with the particles in front of it.
func Person(name string) Author {
	if a := Named(name); a.Literal == "" {
		return a
	}
	words := strings.Fields(line(name, mostText))
	if len(words) < 2 {
		return Author{Literal: strings.Join(words, " ")}
	}
	at := len(words) - 1
	for at > 1 && slices.Contains(strings.Fields("al el ben bin ibn bint ould aït ait abu abou de da dos del van von der la le du بن ابن بنت آل ولد أبو"), strings.ToLower(words[at-1])) {
		at--
	}
	return Author{Given: strings.Join(words[:at], " "), Family: strings.Join(words[at:], " ")}
}
