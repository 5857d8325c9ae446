// Package dateparser stands in for github.com/markusmobius/go-dateparser, which
// go-htmldate calls in its extensive search only. vigie uses the fast search and
// reads dates in words itself (package extract), so the real one would never be
// asked. It would still load its tables of two hundred languages at every start of
// the program: 270 ms and 95 MB allocated, for each command that a person types
// (measured with GODEBUG=inittrace=1).
//
// go.mod of vigie replaces the module by this folder. It has what go-htmldate
// needs to compile, and finds no date.
package dateparser

import (
	"errors"
	"time"
)

// ParserType is a way to read dates.
type ParserType uint8

// The ways that go-htmldate names.
const (
	CustomFormat ParserType = iota
	AbsoluteTime
)

// PreferredDateSource says which of two possible dates to prefer.
type PreferredDateSource uint8

// Past prefers the date that has been.
const Past PreferredDateSource = 1

// Configuration has the fields that go-htmldate sets or reads.
type Configuration struct {
	CurrentTime         time.Time
	PreferredDateSource PreferredDateSource
	StrictParsing       bool
}

// Parser finds no date.
type Parser struct {
	ParserTypes []ParserType
}

// Date is the answer that is never given.
type Date struct {
	Time time.Time
}

// errNotHere is what every call answers.
var errNotHere = errors.New("dates in words are read by package extract")

// Parse answers the zero date and an error.
func (*Parser) Parse(*Configuration, string, ...string) (Date, error) {
	return Date{}, errNotHere
}
