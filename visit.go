package vigie

import "time"

// Visit is what happened at a source: never what a curator wanted.
type Visit struct {
	Source SourceID `json:"source"`
	// ETag and LastModified are byte for byte what the server sent (RFC 9110
	// section 8.8), and belong to ValidatorsOf, the exact address.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	ValidatorsOf string `json:"validators_of,omitempty"`
	// Body is the hash of the last complete answer that was understood.
	Body Hash `json:"body,omitempty"`
	// Title is what the source calls itself.
	Title string `json:"title,omitempty"`
	// LastRead is the last try, LastSuccess the last that worked, LastNew the
	// last that brought something new.
	LastRead    time.Time `json:"last_read,omitzero"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	LastNew     time.Time `json:"last_new,omitzero"`
	// NextRead is when the source is due; the zero time means at once.
	NextRead time.Time `json:"next_read,omitzero"`
	// NotBefore is when the server allows the next reading (Retry-After).
	NotBefore time.Time `json:"not_before,omitzero"`
	// Failures counts the failed tries since the last success, the first of which was
	// at FailingSince.
	Failures     int       `json:"failures,omitempty"`
	FailingSince time.Time `json:"failing_since,omitzero"`
	// LastError says in words what went wrong at the last try; "" when nothing.
	// Trouble says the same to programs.
	LastError string   `json:"last_error,omitempty"`
	Trouble   Trouble  `json:"trouble,omitzero"`
	Faults    []string `json:"faults,omitempty"`
	// Standing says whether the source is read at all, and Why what decided
	// NextRead.
	Standing Standing `json:"standing,omitempty"`
	Why      Why      `json:"why,omitempty"`
	// Found is how an [Auto] source is read.
	Found Found `json:"found,omitzero"`
	// Wishes are what the publisher asked for with its last answer.
	Wishes Wishes `json:"wishes,omitzero"`
	Rhythm Rhythm `json:"rhythm,omitzero"`
	// Moved is a permanent redirect that is not adopted yet, Adopted the last that was.
	Moved   Move     `json:"moved,omitzero"`
	Adopted Adoption `json:"adopted,omitzero"`
	// Items is how many items the last answer showed that could be read, and
	// EmptySince since when it shows none although it answers; zero while it does.
	Items      int       `json:"items,omitempty"`
	EmptySince time.Time `json:"empty_since,omitzero"`
	// Certificate is when the certificate of the server ends; zero where unknown.
	Certificate time.Time `json:"certificate,omitzero"`
	// Skipped are the items of a [Site] that could not be read, by the first 16
	// digits of the [Hash] of their address; at most as many as its list has.
	Skipped map[string]Attempt `json:"skipped,omitempty"`
	// Parts are the further files that make up a list, the sitemaps of an index, by
	// their address; at most 50.
	Parts map[string]Part `json:"parts,omitempty"`
	// Asked is the page of a deep [Site] that was last asked whether it changed; the
	// next reading goes on behind it.
	Asked string `json:"asked,omitempty"`
}

// Part is what is remembered of one file of a list that has several.
type Part struct {
	// ETag and LastModified are as those of a [Visit].
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Body         Hash   `json:"body,omitempty"`
	// Listed is when the list says that the file changed, as it says it.
	Listed string `json:"listed,omitempty"`
}

// Attempt is what is remembered of an item that could not be read.
type Attempt struct {
	// Tries counts how often it was asked for.
	Tries int `json:"tries"`
	// Next is when it may be asked for again; the zero time means never.
	Next time.Time `json:"next,omitzero"`
	// Why says in words what went wrong at the last try.
	Why string `json:"why"`
}

// Due reports whether the source should be read at now. One that is gone or refused
// is not, until a person asks for it ([Visit.Retried]).
func (v Visit) Due(s Source, now time.Time) bool {
	return !s.Paused && !v.Stopped() && !now.Before(v.NextRead) && !now.Before(v.NotBefore)
}

// Stopped reports whether the source is not read again before a person says so.
func (v Visit) Stopped() bool { return v.Standing == Gone || v.Standing == Refused }

// Retried returns the visit after a person asked for another reading: it is due at
// once, whatever its rhythm or its standing. What the server asked for (NotBefore)
// still holds.
func (v Visit) Retried() Visit {
	v.NextRead, v.Why = time.Time{}, ByPerson
	if v.Standing != "" {
		v.Standing = Failing // until it answers
	}
	return v
}
