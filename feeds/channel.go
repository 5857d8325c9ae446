package feeds

import (
	"net/url"

	"vigie"
)

// Channel is what one feed says: about itself, and its entries in the order of
// the document. Its JSON is the stable contract "feed" of the command try:
// every field is always present, times are RFC 3339 in UTC or "", and fields
// that carry HTML are sanitised.
type Channel struct {
	// Kind is "rss", "atom", "rdf" or "json".
	Kind string `json:"kind"`
	// Title is plain text.
	Title string `json:"title"`
	// Link is the address of the page that the feed belongs to.
	Link string `json:"link"`
	// Description is sanitised HTML.
	Description string `json:"description"`
	// Lang is a BCP 47 tag, or "" when the feed does not say.
	Lang string `json:"lang"`
	// Updated is when the feed says that it changed.
	Updated string `json:"updated"`
	// Hub is the WebSub hub of the feed (W3C WebSub, section 4).
	Hub string `json:"hub"`
	// Next is where older items are, for a feed in several pages (RFC 5005
	// section 3).
	Next    string  `json:"next"`
	Entries []Entry `json:"entries"`
	// Faults are what had to be repaired or left out, in words for a person.
	Faults []string `json:"faults"`

	wishes vigie.Wishes
}

// Entry is one item of a feed.
type Entry struct {
	// ID is the feed's own name for the item: guid, atom:id, rdf:about. It may
	// be empty here; [Reader] then makes one up.
	ID string `json:"id"`
	// Title is plain text on one line.
	Title string `json:"title"`
	// Link is absolute where the feed's address is known.
	Link string `json:"link"`
	// Via is where the feed has the item from (RFC 4287 section 4.2.7.2).
	Via       string   `json:"via"`
	Published string   `json:"published"`
	Updated   string   `json:"updated"`
	Authors   []Person `json:"authors"`
	// Summary and Content are sanitised HTML.
	Summary string `json:"summary"`
	Content string `json:"content"`
	// Lang is a BCP 47 tag, or "" when neither item nor feed says.
	Lang       string      `json:"lang"`
	Tags       []string    `json:"tags"`
	Enclosures []Enclosure `json:"enclosures"`

	published, updated vigie.Date
	// noLang says that the item is in no language, whatever that of the feed is: its
	// text has an empty xml:lang (XML 1.0 section 2.12).
	noLang bool
	// base is the xml:base of the item, nil where there is none.
	base *url.URL
}

// Person is a maker of an item. All fields are present in JSON.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	URL   string `json:"url"`
}

// Enclosure is a file attached to an item.
type Enclosure struct {
	URL  string `json:"url"`
	Type string `json:"type"`
	// Length is in bytes, 0 when the feed does not say.
	Length int64 `json:"length"`
}
