package vigie

import "time"

// Hop is one step of the way to an answer.
type Hop struct {
	// URL is the address that was asked.
	URL string `json:"url"`
	// Status is the HTTP status of its answer, for example 301.
	Status int `json:"status"`
}

// Capture is one answer of the network, kept as it came.
type Capture struct {
	ID     CaptureID `json:"id"`
	Source SourceID  `json:"source"`
	// URL is the address that was asked first, Final the one that answered.
	URL   string `json:"url"`
	Final string `json:"final,omitempty"`
	// Hops are the redirects on the way, without the last answer.
	Hops   []Hop `json:"hops,omitempty"`
	Status int   `json:"status"`
	// Header holds the headers of the last answer that say something about its
	// content; names in canonical form, values as they came.
	Header    map[string][]string `json:"header,omitempty"`
	MediaType string              `json:"media_type,omitempty"`
	Fetched   time.Time           `json:"fetched"`
	// Reserved says that the publisher wants no copy to be kept: the store files
	// metadata and link of what was read from it, and neither text nor snapshot.
	Reserved bool `json:"reserved,omitempty"`
	// Snapshot names the kept bytes, Dropped those that were kept and are not any more,
	// by the rule of their source.
	Snapshot Hash `json:"snapshot,omitempty"`
	Dropped  Hash `json:"dropped,omitempty"`
	// Body holds the bytes on the way to the store, which keeps them apart.
	Body []byte `json:"-"`
}

// Finding is one item of a source: a document and where it came from.
type Finding struct {
	// GUID, URL and Digest become part of the [Sighting].
	GUID   string
	URL    string
	Digest Hash
	// Aliases are further addresses that led to the document: the hops of its
	// page, its canonical link. The store writes them in the same transaction.
	Aliases []string
	// Document has no ID yet.
	Document Document
	// Capture is the answer that the document was read from. Findings of one
	// feed share the capture of the feed.
	Capture *Capture
	// Parser is the version of the reader that understood the capture; it becomes
	// part of the [Revision].
	Parser int
}

// Reading is what one visit to a source gave.
type Reading struct {
	// Visit is what is to be remembered of it, the next due time included.
	Visit Visit
	// Findings are the items that are new or differ from what was known.
	Findings []Finding
	// Unchanged counts the items that were known and looked the same.
	Unchanged int
	// NotModified says that the source answered 304 or the same bytes as before.
	NotModified bool
	// Items counts all readable items of the answer, the known ones included; 0 with
	// NotModified.
	Items int
	// Moved is the address that a chain of permanent redirects led to; "" where there
	// was none.
	Moved string
	// Certificate is when the certificate of the server ends, and CertificateFrom when
	// it began; zero where unknown.
	Certificate, CertificateFrom time.Time
	// Left says that items wait for the next reading, for there were too many.
	Left bool
	// Faults are what the reader had to put up with, in words for a person.
	Faults []string
}

// Known tells a reader whether a source showed an item before, and the digest
// that it had then. Readers skip what did not change, and fetch the page behind
// an item once.
type Known func(guid, url string) (digest Hash, ok bool)
