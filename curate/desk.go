// Package curate is the desk: what people do with what was gathered, from keeping
// an item to publishing a synthesis beside its figures.
//
// Make a [Desk] with [New]. Its methods are the verbs of the watch cell: sort
// ([Desk.Decide], [Desk.Undo]), write ([Desk.Revise], [Desk.Cite]), review and
// publish ([Desk.Submit], [Desk.Publish]), and take figures in ([Desk.Import]).
// Each takes the person who acts, checks what that person may do, and does all of
// one business fact in one transaction of the store, with its line in the audit
// log where the public or others' rights are touched.
//
// # Caveats
//
// The desk does not know who is signed in: web/auth does. Methods that read take
// no person, or show what [vigie.Visible] lets through.
package curate

import (
	"log/slog"
	"sync"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/thesaurus"
)

// Options of [New]. The zero value is good.
type Options struct {
	// Log is told what could not be told to anybody; nil discards.
	Log *slog.Logger
	// Now is the clock; nil means that of the store.
	Now func() time.Time
	// Places gives the names of places by their codes, as the operator wants them
	// shown; a place without one is shown by its code.
	Places map[string]vigie.Text
	// Pace is how often sources are read where nobody says otherwise, as their reader
	// has it.
	Pace vigie.Pace
	// Reword is told the thesaurus that is in use from now on, whenever it changed; nil
	// for nobody.
	Reword func(*thesaurus.Thesaurus)
}

// Desk does the work of the watch cell on a store. All methods may be called
// concurrently.
type Desk struct {
	db      *store.DB
	locales *locale.Catalogues
	o       Options
	stage   stage
	// builtIn reads the thesaurus of the program, once.
	builtIn   func() (*thesaurus.Thesaurus, error)
	rewording sync.Mutex
}

// New returns a desk on the data of db that speaks the languages of c.
func New(db *store.DB, c *locale.Catalogues, o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = db.Now
	}
	return &Desk{db: db, locales: c, o: o, builtIn: sync.OnceValues(thesaurus.Default)}
}
