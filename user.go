package vigie

import (
	"slices"
	"time"
)

// UserID names a person with an account for ever. It is a ULID.
type UserID string

// User is a person with an account. Passwords, sessions and tokens are not part
// of it: they are kept apart. The zero value is somebody who is not signed in.
type User struct {
	ID UserID `json:"id"`
	// Name is shown to colleagues, and to the public as an author's.
	Name string `json:"name"`
	// Email is what the person signs in with.
	Email string `json:"email"`
	Role  Role   `json:"role"`
	// Lang is the language of the pages that the person sees; "" leaves it to the
	// browser.
	Lang    Lang      `json:"lang,omitempty"`
	Created time.Time `json:"created"`
	// Disabled takes every right of the account; what the person did keeps the name.
	Disabled bool `json:"disabled,omitempty"`
}

// May reports whether the user has a permission. A disabled user has those of
// [Anonymous].
func (u User) May(p Permission) bool {
	if u.Disabled {
		return Anonymous.May(p)
	}
	return u.Role.May(p)
}

// Role is what a user does in the observatory; it decides what the user may do.
type Role string

// The roles, each with the rights of all before it. An unknown role has the
// rights of Anonymous.
const (
	// Anonymous is anybody on the web.
	Anonymous Role = ""
	// Reader signs in to read what is gathered and nothing else.
	Reader Role = "reader"
	// Curator sorts what comes in and writes syntheses.
	Curator Role = "curator"
	// Editor works on everybody's syntheses and looks after sources and figures.
	Editor Role = "editor"
	// Publisher decides what the public sees and what subscribers receive.
	Publisher Role = "publisher"
	// Admin looks after accounts, subscribers and settings.
	Admin Role = "admin"
)

// Roles returns the roles of accounts, fewest rights first.
func Roles() []Role { return []Role{Reader, Curator, Editor, Publisher, Admin} }

// Permission is something that a role may or may not do. Every route of the
// program names the one that it needs.
type Permission string

// The permissions. The zero value is held by nobody.
const (
	// ReadPublic opens what is published: syntheses, figures, public search.
	ReadPublic Permission = "read public"
	// ReadItems opens what was gathered, with extracts, and the search in it.
	ReadItems Permission = "read items"
	// ReadTexts opens kept full texts and snapshots.
	ReadTexts Permission = "read texts"
	// Triage keeps, drops and tags items.
	Triage Permission = "triage"
	// WriteOwn drafts syntheses and works on one's own.
	WriteOwn Permission = "write own"
	// ProposeSource adds a source that waits for an editor.
	ProposeSource Permission = "propose source"
	// WriteAny works on everybody's syntheses.
	WriteAny Permission = "write any"
	// KeepSources adds, changes and removes sources.
	KeepSources Permission = "keep sources"
	// KeepFigures imports and changes indicators and their values.
	KeepFigures Permission = "keep figures"
	// KeepTerms changes the thesaurus that searches use.
	KeepTerms Permission = "keep terms"
	// CountSubscribers sees how many subscribers there are, and none of them.
	CountSubscribers Permission = "count subscribers"
	// Publish publishes and withdraws.
	Publish Permission = "publish"
	// SendDigest sends an issue to its subscribers, or stops it.
	SendDigest Permission = "send digest"
	// KeepSubscribers lists, exports and erases subscribers.
	KeepSubscribers Permission = "keep subscribers"
	// Administer changes accounts and settings, takes backups, reads the audit log.
	Administer Permission = "administer"
)

// Permissions returns every permission, the most widely held first.
func Permissions() []Permission {
	return []Permission{
		ReadPublic, ReadItems, ReadTexts, Triage, WriteOwn, ProposeSource, WriteAny, KeepSources, KeepFigures, KeepTerms,
		CountSubscribers, Publish, SendDigest, KeepSubscribers, Administer,
	}
}

// lowest returns the first role that holds the permission, and false for a
// permission that nobody knows.
func (p Permission) lowest() (Role, bool) {
	switch p {
	case ReadPublic:
		return Anonymous, true
	case ReadItems:
		return Reader, true
	case ReadTexts, Triage, WriteOwn, ProposeSource:
		return Curator, true
	case WriteAny, KeepSources, KeepFigures, KeepTerms, CountSubscribers:
		return Editor, true
	case Publish, SendDigest:
		return Publisher, true
	case KeepSubscribers, Administer:
		return Admin, true
	}
	return Anonymous, false
}

// Fresh reports whether the permission asks for a sign-in of the last minutes,
// not only for a session (OWASP ASVS 5.0, 7.5.1).
func (p Permission) Fresh() bool { return p == KeepSubscribers || p == Administer }

// rank counts the roles from 0 for Anonymous and for what is no role.
func (r Role) rank() int { return slices.Index(Roles(), r) + 1 }

// May reports whether the role holds a permission. What is not known is denied.
func (r Role) May(p Permission) bool {
	low, known := p.lowest()
	return known && r.rank() >= low.rank()
}

// Visibility says who may see a thing.
type Visibility string

// The visibilities, most closed first; so the zero value shows least.
const (
	// Private things are seen by their authors and by those who may write any.
	Private Visibility = ""
	// Staff things are seen by those who may read kept texts.
	Staff Visibility = "staff"
	// Internal things are seen by everybody who is signed in.
	Internal Visibility = "internal"
	// Public things are seen by all.
	Public Visibility = "public"
)

// Thing is what the one rule of [Visible] needs to know of something.
type Thing struct {
	Visibility Visibility
	// Authors are those who see the thing while it is private.
	Authors []UserID
}

// Visible reports whether a user may see a thing. It is the only place that
// decides this; lists, pages, searches and exports all ask here.
func Visible(u User, t Thing) bool {
	switch t.Visibility {
	case Public:
		return u.May(ReadPublic)
	case Internal:
		return u.May(ReadItems)
	case Staff:
		return u.May(ReadTexts)
	case Private:
		return u.May(WriteAny) || u.ID != "" && u.May(WriteOwn) && slices.Contains(t.Authors, u.ID)
	}
	return false
}
