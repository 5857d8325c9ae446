package vigie

import (
	"net/url"
	"reflect"
	"time"
)

// Kind says how a source is read.
type Kind string

// The kinds of source.
const (
	// Feed is an RSS, Atom or JSON feed.
	Feed Kind = "feed"
	// Site is a web page, or a sitemap, that lists links to items.
	Site Kind = "site"
	// Page is one page whose readable text is compared from reading to reading.
	Page Kind = "page"
	// Auto is an address whose way of reading vigie finds out: feed, sitemap, list
	// or page, in this order. What it found is [Visit.Found].
	Auto Kind = "auto"
)

// FullText says when the page behind a feed item is fetched.
type FullText string

// The choices for [Source.FullText].
const (
	// FullTextAuto fetches the page where the feed gives only a short extract.
	FullTextAuto   FullText = "auto"
	FullTextAlways FullText = "always"
	FullTextNever  FullText = "never"
)

// Keeping says what of documents is kept in the end.
type Keeping string

// The choices for [Retention.Keep].
const (
	// KeepAll keeps texts and originals for ever.
	KeepAll Keeping = ""
	// KeepTexts keeps texts, and of originals the hash.
	KeepTexts Keeping = "texts"
	// KeepRecords keeps metadata and links.
	KeepRecords Keeping = "records"
)

// Retention says how long what a source brought is kept. What a synthesis quotes is
// kept whatever it says.
type Retention struct {
	Keep Keeping `json:"keep,omitempty"`
	// Days is after how many days the rest goes.
	Days int `json:"days,omitempty"`
}

// MaxRetention is the most that [Retention.Days] may be.
const MaxRetention = 36_500

// Check returns an [InvalidError] for a rule that makes no sense.
func (r Retention) Check() error {
	known := r.Keep == KeepAll || r.Keep == KeepTexts || r.Keep == KeepRecords
	if !known || r.Days < 0 || r.Days > MaxRetention || r.Keep == KeepAll && r.Days != 0 {
		return &InvalidError{Field: "keep", Reason: "is none of all, texts and records, after 0 to 36,500 days"}
	}
	return nil
}

// Source is a place to watch, as a curator wrote it down. What happened there
// is a [Visit].
type Source struct {
	ID   SourceID `json:"id"`
	Kind Kind     `json:"kind"`
	// URL is the address to read, http or https.
	URL string `json:"url"`
	// Name is shown to people; the reader's title stands in while it is empty.
	Name      string `json:"name,omitempty"`
	Publisher string `json:"publisher,omitempty"`
	// Institution says that the publisher makes the news and does not only tell it: a
	// regulator, a ministry, an international body. Its text is the one of record.
	Institution bool `json:"institution,omitempty"`
	// Country is an ISO 3166-1 alpha-3 code, for example "MAR".
	Country string `json:"country,omitempty"`
	// Lang is the language to assume where a document does not say.
	Lang   Lang     `json:"lang,omitempty"`
	Topics []string `json:"topics,omitempty"`
	// Every is the time between two readings that a person wishes, in place of the
	// source's own rhythm; 0 leaves it to that. See [Pace].
	Every time.Duration `json:"every,omitempty"`
	// Cadence is the time between two items as a person guesses it, 0 where nobody did.
	// It says when silence is news, until the source's own rhythm is known.
	Cadence time.Duration `json:"cadence,omitempty"`
	// FullText is "" for [FullTextAuto].
	FullText FullText  `json:"full_text,omitempty"`
	List     ListRules `json:"list,omitzero"`
	// Keep says how long what it brings is kept.
	Keep Retention `json:"keep,omitzero"`
	// Licence and Terms say what the publisher allows, in the curator's words.
	Licence string `json:"licence,omitempty"`
	Terms   string `json:"terms,omitempty"`
	// Catalogue is the name of the entry of the catalogue that it was made of, which
	// knows it again when its address has changed; "" for any other.
	Catalogue string    `json:"catalogue,omitempty"`
	Paused    bool      `json:"paused,omitempty"`
	Added     time.Time `json:"added"`
}

// Host names the host that is asked for the source, or gives the address where it
// cannot be read.
func (s Source) Host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return s.URL
	}
	return u.Hostname()
}

// ReadsLike reports whether the same answer of the network is read in the same way
// under the rules of both, so that what was read under one holds under the other.
func (s Source) ReadsLike(other Source) bool {
	return s.URL == other.URL && s.Kind == other.Kind && s.FullText == other.FullText && reflect.DeepEqual(s.List, other.List)
}

// ListRules say where the items of a [Site] stand on its page. All selectors
// are CSS; the zero value takes every link of the page's main part.
type ListRules struct {
	// Item selects the block of one item; "" takes each link as an item.
	Item string `json:"item,omitempty"`
	// Link selects the link within the block; "" means the first one.
	Link string `json:"link,omitempty"`
	// Title and Date select within the block; "" leaves them to the item's page.
	Title string `json:"title,omitempty"`
	Date  string `json:"date,omitempty"`
	// Allow are path prefixes that item links must have; empty allows every path
	// of the source's own host.
	Allow []string `json:"allow,omitempty"`
	// Most bounds how many item pages one reading fetches; 0 means 30.
	Most int `json:"most,omitempty"`
	// Depth is how many links away from the page items may lie; 0 means 1, the links
	// of the page itself. Pages on the way are followed within Allow, and are items
	// themselves.
	Depth int `json:"depth,omitempty"`
	// Sitemap is the address of a sitemap or a sitemap index that lists the items;
	// with it the page itself is not read.
	Sitemap string `json:"sitemap,omitempty"`
	// Least is how much of the words of a [Page] must have changed for a revision,
	// in thousandths; 0 takes every change of the readable text.
	Least int `json:"least,omitempty"`
}

// DefaultEvery is the least time between two readings of a source that has no wish
// of its own. Feed authors ask for at most one conditional request an hour
// (https://rachelbythebay.com/fs/).
const DefaultEvery = time.Hour

// ByHand is the source of record of the documents that people found one by one. It
// is paused for good: there is nothing behind its address.
const ByHand SourceID = "0000000000000000000000HAND"
