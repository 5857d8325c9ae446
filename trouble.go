package vigie

import "time"

// Trouble is why a source could not be read, to be said in any language. The zero
// value is none.
type Trouble struct {
	// Code is one of the words below.
	Code string `json:"code,omitempty"`
	// Status is the answer's, where Code is "status" or "retry".
	Status int `json:"status,omitempty"`
	// Since is when the same trouble was met first, Until when it ends, where that
	// is known.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// What is the address, host or selector that it is about.
	What string `json:"what,omitempty"`
}

// The codes of [Trouble].
const (
	TroubleRobots       = "robots"        // a line of robots.txt forbids it
	TroubleRobotsUnread = "robots_unread" // robots.txt could not be read
	TroubleStatus       = "status"        // an HTTP status that is no success
	TroubleRetry        = "retry"         // the host asked for a pause
	TroubleChallenge    = "challenge"     // the host wants a browser and a person
	TroubleBudget       = "budget"        // the bytes of the day were used up
	TroubleAddress      = "address"       // the address policy refused
	TroubleNoAddress    = "no_address"    // it cannot be read as an address
	TroubleName         = "name"          // the host name does not resolve
	TroubleDown         = "down"          // no connection
	TroubleSlow         = "slow"          // too slow in one of the phases
	TroubleCertificate  = "certificate"   // the certificate, or TLS, is not in order
	TroubleBig          = "big"           // the answer is too big
	TroublePacking      = "packing"       // the answer cannot be unpacked
	TroubleRedirect     = "redirect"      // redirects lead nowhere
	TroubleCut          = "cut"           // the answer breaks off
	TroubleNotFeed      = "not_feed"      // the answer is no feed
	TroublePage         = "page"          // the answer is a web page, not a feed
	TroubleNotPage      = "not_page"      // the answer is no web page
	TroubleEmpty        = "empty"         // the answer is empty
	TroubleSelector     = "selector"      // a rule is no CSS selector
	TroubleNothing      = "nothing"       // a selector matches nothing
	TroubleLinks        = "links"         // no link could be followed
	TroubleReader       = "reader"        // vigie itself failed on the answer
	TroubleOther        = "other"         // anything else
)

// Unreadable reports whether the server answered, and nothing could be read from
// what it said.
func (t Trouble) Unreadable() bool {
	switch t.Code {
	case TroubleNotFeed, TroublePage, TroubleNotPage, TroubleEmpty, TroubleNothing, TroubleLinks:
		return true
	}
	return false
}

// same reports whether two troubles are the same one going on.
func (t Trouble) same(other Trouble) bool { return t.Code == other.Code && t.Status == other.Status }

// TroubleError is an error that says to programs, too, what went wrong. Readers
// return it for what they find in an answer.
type TroubleError struct {
	Trouble Trouble
	// Err says the same in words; it is not nil.
	Err error
}

// Error implements error.
func (e *TroubleError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *TroubleError) Unwrap() error { return e.Err }
