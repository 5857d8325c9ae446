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
	// Offered is another way to read an [Auto] source whose own no longer works, for a
	// person to take ([Visit.Agreed]). At is when it was looked for; Kind is "" where
	// there is none.
	Offered Found `json:"offered,omitzero"`
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
	// Certificate is when the certificate of the server ends, and CertificateFrom when
	// it began; zero where unknown.
	Certificate     time.Time `json:"certificate,omitzero"`
	CertificateFrom time.Time `json:"certificate_from,omitzero"`
	// Skipped are the items of a [Site] that could not be read, by the first 16
	// digits of the [Hash] of their address; at most as many as its list has, and no
	// more than 5,000. Of a [Feed] they are the items whose page is yet to be read, by
	// that of their guid.
	Skipped map[string]Attempt `json:"skipped,omitempty"`
	// Parts are the further files that make up a list, the sitemaps of an index, by
	// their address; at most 50. Of a deep [Site] they are the pages whose last answer
	// was not kept, at most 2,000.
	Parts map[string]Part `json:"parts,omitempty"`
	// Asked is the page of a deep [Site] that was last asked whether it changed; the
	// next reading goes on behind it.
	Asked string `json:"asked,omitempty"`
	// Intake is how much a [Site] may still bring.
	Intake Intake `json:"intake,omitzero"`
	// Sample is a sample of the words of a watched [Page] whose publisher wants no copy
	// to be kept, as hashes: enough to tell how much changed, and nothing to read.
	Sample []uint32 `json:"sample,omitempty"`
}

// Part is what is remembered of one file of a list that has several, or of one page of
// a deep [Site].
type Part struct {
	// ETag and LastModified are as those of a [Visit]. They belong to Of, or else to the
	// address of the part.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Of           string `json:"of,omitempty"`
	Body         Hash   `json:"body,omitempty"`
	// Listed is when the list says that the file changed, as it says it.
	Listed string `json:"listed,omitempty"`
	// Links are the pages that this page led to first.
	Links []Listing `json:"links,omitempty"`
}

// Intake bounds what is new on a [Site], so that one that makes up links for ever fills
// neither the desk nor the disk. Its stock, which is what it shows at first, comes in
// whole; what it shows later is bounded by the week.
type Intake struct {
	// Stock is how many items of the stock may yet come.
	Stock int `json:"stock,omitempty"`
	// Week is when the seven days began in which Taken items came that were new and not
	// of the stock; zero while there is no stock yet.
	Week  time.Time `json:"week,omitzero"`
	Taken int       `json:"taken,omitempty"`
	// Held is how many new items wait for the next week.
	Held int `json:"held,omitempty"`
}

// Attempt is what is remembered of an item that could not be read.
type Attempt struct {
	// Tries counts how often it was asked for.
	Tries int `json:"tries"`
	// Next is when it may be asked for again; the zero time means never.
	Next time.Time `json:"next,omitzero"`
	// Why says in words what went wrong at the last try.
	Why string `json:"why"`
	// Part is the file of the list that the item stands in, by the first 16 digits of
	// the [Hash] of its address; "" where there is one only.
	Part string `json:"part,omitempty"`
	// Item is what the list said of it, so that it can be asked for by itself while the
	// list stays as it is. Nil for what is never asked for again, and beyond the first 200.
	Item *Listing `json:"item,omitempty"`
	// Asked is when it was asked for; only of reports that pages lead to and that were
	// answered.
	Asked time.Time `json:"asked,omitzero"`
}

// Listing is what a list says of an item.
type Listing struct {
	// GUID is the own name of an item of a [Feed]; there the rest is in what was kept of
	// it, but for Digest.
	GUID      string `json:"guid,omitempty"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Published Date   `json:"published,omitzero"`
	Modified  Date   `json:"modified,omitzero"`
	Digest    Hash   `json:"digest,omitempty"`
}

// AttemptKey names an item in [Visit.Skipped] by its address or guid, or the part of a
// list that an [Attempt] belongs to: the first 16 digits of the [Hash].
func AttemptKey(item string) string { return string(HashOf([]byte(item)))[:16] }

// Due reports whether the item may be asked for again at now.
func (a Attempt) Due(now time.Time) bool { return !a.Next.IsZero() && !now.Before(a.Next) }

// Retries reports whether some item that could not be read is to be asked for again.
func (v Visit) Retries(now time.Time) bool {
	for _, a := range v.Skipped {
		if a.Due(now) {
			return true
		}
	}
	return false
}

// Unconditional returns the visit without what would let the next reading stop at an
// answer that did not change.
func (v Visit) Unconditional() Visit {
	v.ETag, v.LastModified, v.ValidatorsOf, v.Body = "", "", "", ""
	return v
}

// Due reports whether the source should be read at now. One that is gone or refused
// is not, until a person asks for it ([Visit.Retried]).
func (v Visit) Due(s Source, now time.Time) bool {
	v = v.by(now)
	return !s.Paused && !v.Stopped() && !now.Before(v.NextRead) && !now.Before(v.NotBefore)
}

// clockSlack is how far the clock may be set back before what it said is doubted.
const clockSlack = 10 * time.Minute

// by returns the visit as a clock that says now may use it. If the last reading lies in
// the future, the clock was wrong then, and so are the times that were reckoned from it:
// a source would not be read before they come.
func (v Visit) by(now time.Time) Visit {
	if v.LastRead.After(now.Add(clockSlack)) {
		v.NextRead, v.NotBefore = time.Time{}, time.Time{}
	}
	return v
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

// Along returns the visit of an [Auto] source that is read in another way from now on:
// what is remembered of the answers in the way before says nothing about it.
func (v Visit) Along(f Found) Visit {
	v.Found, v.Offered = f, Found{}
	v = v.Unconditional()
	v.Parts, v.Asked, v.Skipped, v.EmptySince, v.Moved = nil, "", nil, time.Time{}, Move{}
	v.Intake, v.Sample = Intake{}, nil
	return v
}

// Agreeable reports whether there is something to agree to.
func (v Visit) Agreeable() bool { return v.Offered.Kind != "" || v.Found.Was != "" }

// Agreed returns the visit after a person agreed to how an [Auto] source is read: in
// the way that is offered, at once, or else in the one that was taken by itself.
func (v Visit) Agreed() Visit {
	if v.Offered.Kind == "" {
		v.Found.Was = ""
		return v
	}
	v = v.Along(v.Offered)
	v.Failures, v.FailingSince, v.LastError, v.Trouble, v.Standing = 0, time.Time{}, "", Trouble{}, ""
	return v.Retried()
}
