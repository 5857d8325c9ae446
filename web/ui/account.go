package ui

import (
	"time"

	"vigie"
)

// Faults are what is wrong with a form, in the order of its fields.
type Faults []Fault

// Fault is what is wrong with one field.
type Fault struct {
	// Field is the id of the input.
	Field string
	// Key of the sentence that says what to do.
	Key string
}

// Of returns the key of the first fault of a field, and "" where there is none.
func (f Faults) Of(field string) string {
	for _, fault := range f {
		if fault.Field == field {
			return fault.Key
		}
	}
	return ""
}

// Field is one field of a form that somebody had filled in.
type Field struct{ Name, Value string }

// Kept is a form that could not be taken yet, because somebody has to sign in
// first. It travels through the pages of signing in as hidden fields.
type Kept struct {
	// Target is the path that it goes to; "" for no form.
	Target string
	// Multipart says how it is sent; Files that files were left out.
	Multipart, Files bool
	Fields           []Field
}

// SignIn is the page where people sign in, and the one where they give their
// password again.
type SignIn struct {
	Email string
	// Next is the path to go on to; "" leaves it open.
	Next string
	Kept Kept
	// Wrong is the key of why it did not work; "" for the first time. Wait is how
	// long to wait before the next try.
	Wrong string
	Wait  time.Duration
}

// Resume offers to send the form that was kept.
type Resume struct {
	Kept Kept
	// Next is where to go instead.
	Next string
}

// Welcome is the page behind a link: the first account, an invitation, another
// password.
type Welcome struct {
	// First says that the account does not exist yet; Reset that it has a password.
	First, Reset bool
	Email, Name  string
	Lang         vigie.Lang
	Languages    []Language
	Faults       Faults
}

// Forgot is the page where people ask for a link by mail.
type Forgot struct {
	// Silent says that no mail can be sent, so that there is nothing to ask for.
	Silent bool
	Email  string
	Faults Faults
	Wait   time.Duration
}

// Account is the page about one's own account.
type Account struct {
	Now       time.Time
	Email     string
	Name      string
	Role      vigie.Role
	Lang      vigie.Lang
	Languages []Language
	Sessions  []Session
	Tokens    Tokens
	// Faults are about the name and language, Refused about the password. Wait is
	// how long to wait before the next try.
	Faults, Refused Faults
	Wait            time.Duration
}

// Session is one browser where somebody is signed in.
type Session struct {
	ID            vigie.Hash
	Created, Seen time.Time
	From          string
	Current       bool
}

// Colleague is an account as administrators see it.
type Colleague struct {
	ID          vigie.UserID
	Name, Email string
	Role        vigie.Role
	// State is "active", "invited" while there is no password, or "disabled".
	State   string
	Created time.Time
	// Self says that it is the account of who looks.
	Self bool
}

// People is the list of accounts, with the form to invite somebody.
type People struct {
	Tabs      []Tab
	Now       time.Time
	People    []Colleague
	Roles     []vigie.Role
	Languages []Language
	// What was typed into the form.
	Email, Name string
	Role        vigie.Role
	Lang        vigie.Lang
	Faults      Faults
}

// PersonPage is one account with what can be done to it.
type PersonPage struct {
	Colleague

	Now    time.Time
	Roles  []vigie.Role
	Faults Faults
}

// HandOver shows a link that works once, for an administrator to hand over.
type HandOver struct {
	Colleague

	URL string
	// For is how long it works.
	For time.Duration
}

// Audit is a page of the audit log, newest first.
type Audit struct {
	Tabs  []Tab
	Now   time.Time
	Lines []AuditLine
	// Older is the path of the lines before these; "" where there are none. Newer
	// is that of the first page; "" on it.
	Older, Newer string
}

// AuditLine says who did what, when and from where.
type AuditLine struct {
	Number int
	At     time.Time
	// Who is a name, WhoKey a phrase instead of one.
	Who, WhoKey string
	// WhatKey is the phrase of What, where there is one.
	What, WhatKey string
	// About is a name or an identity.
	About, Note, From string
}
