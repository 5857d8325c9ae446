package ui

import (
	"time"

	"vigie"
)

// Tokens are the tokens of somebody, and the form for another one.
type Tokens struct {
	Now  time.Time
	List []Token
	// Make and Revoke are where the forms go, Document describes what tokens open.
	Make, Revoke, Document string
	Scopes                 []TokenScope
	// Days are for how long a token may work.
	Days []int
	// Name, Chosen and For are what was typed.
	Name   string
	Chosen []string
	For    int
	Faults Faults
}

// Token is a right of a program to read in somebody's name.
type Token struct {
	ID   vigie.Hash
	Name string
	// Scopes are the keys of what it opens.
	Scopes []string
	// Used is zero for one that never was.
	Created, Expires, Used time.Time
	Expired                bool
}

// TokenScope is something that a token may open.
type TokenScope struct {
	Value, Key string
	Chosen     bool
}

// NewToken shows a token, once.
type NewToken struct {
	Name, Text        string
	Expires           time.Time
	Account, Document string
}
