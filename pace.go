package vigie

import (
	"cmp"
	"time"
)

// Standing says whether a source is read. The zero value is a source that is.
type Standing string

// The standings of a source that is not simply read.
const (
	// Failing is a source whose last readings failed; it is tried again.
	Failing Standing = "failing"
	// Suspended is a source whose address was not found for a week or longer; it is
	// probed once a month.
	Suspended Standing = "suspended"
	// Refused is a source whose server answered 401 or 403: it is not asked again
	// until a person says so.
	Refused Standing = "refused"
	// Gone is a source whose server answered 410: it is not asked again until a
	// person says so (RFC 9110 section 15.5.11).
	Gone Standing = "gone"
)

// Why names what decided when a source is read next.
type Why string

// What may decide it.
const (
	ByRhythm  Why = "rhythm"  // how often the source itself publishes
	ByFloor   Why = "floor"   // the least time between two readings
	ByWish    Why = "wish"    // Source.Every, a person's
	ByFresh   Why = "fresh"   // max-age or Expires
	ByTTL     Why = "ttl"     // ttl or sy:updatePeriod of the feed
	BySkip    Why = "skip"    // skipHours or skipDays of the feed
	ByRetry   Why = "retry"   // Retry-After, or an answer 429 or 503
	ByBackOff Why = "backoff" // failures in a row
	ByProbe   Why = "probe"   // the monthly look at a suspended source
	ByBudget  Why = "budget"  // the bytes of the day were used up
	ByRobots  Why = "robots"  // Crawl-delay
	ByLeft    Why = "left"    // items were left for the next reading
	ByPerson  Why = "person"  // somebody asked for it
)

// Found is the way of reading that an [Auto] source turned out to have. The zero
// value means that none was found yet.
type Found struct {
	Kind Kind `json:"kind,omitempty"`
	// URL is the address to read: that of the feed or sitemap, where it is another
	// than the source's.
	URL string `json:"url,omitempty"`
	// Sitemap says that URL is a sitemap.
	Sitemap bool `json:"sitemap,omitempty"`
	// Under is the path that the items of a sitemap must be below; "" takes all.
	Under string `json:"under,omitempty"`
	// At is when it was found.
	At time.Time `json:"at,omitzero"`
	// Was is the address of the feed that this one took the place of by itself, as long
	// as no person has agreed to that; "" for none.
	Was string `json:"was,omitempty"`
}

// As returns the source as its reader is to see it: an [Auto] source with the kind
// and address that were found, any other as it is.
func (s Source) As(f Found) Source {
	if s.Kind != Auto || f.Kind == "" {
		return s
	}
	s.Kind = f.Kind
	switch {
	case f.Sitemap:
		s.List.Sitemap = cmp.Or(f.URL, s.URL)
		if f.Under != "" && len(s.List.Allow) == 0 {
			s.List.Allow = []string{f.Under}
		}
	case f.URL != "":
		s.URL = f.URL
	}
	return s
}

// Wishes are what a publisher says about when to come again. The zero value says
// nothing.
type Wishes struct {
	// Fresh is how much longer the answer is fresh, from its arrival: max-age less
	// Age, or Expires less Date (RFC 9111 section 4.2), also of an answer 304.
	Fresh time.Duration `json:"fresh,omitempty"`
	// Every is the ttl of an RSS channel, or sy:updatePeriod by sy:updateFrequency.
	Every time.Duration `json:"every,omitempty"`
	// SkipHours (0 to 23) and SkipDays are in GMT, as RSS 2.0 has them.
	SkipHours []int          `json:"skip_hours,omitempty"`
	SkipDays  []time.Weekday `json:"skip_days,omitempty"`
}

// Rhythm is what was learnt of when a source publishes. The zero value knows
// nothing.
type Rhythm struct {
	// Times are when its newest items came out, oldest first; at most 64, and what
	// came within a quarter of an hour counts once. Midnight sharp, in UTC, is a day
	// of which the hour is not known.
	Times []time.Time `json:"times,omitempty"`
	// Gap is the usual time between two; 0 while fewer than three are known.
	Gap time.Duration `json:"gap,omitempty"`
	// Late is the longest wait that is still usual; 0 while Gap is.
	Late time.Duration `json:"late,omitempty"`
	// Weeks counts what was new in each week, the newest last; Monday, in UTC, begins
	// a week, and First is the Monday of the oldest.
	Weeks []int     `json:"weeks,omitempty"`
	First time.Time `json:"first,omitzero"`
}

// Move is a permanent redirect (301 or 308) on its way to be adopted.
type Move struct {
	To string `json:"to,omitempty"`
	// Days are the days, in UTC, on which every hop said so; adopted at three.
	Days []time.Time `json:"days,omitempty"`
}

// Adoption is a move of a source to the address that its server named.
type Adoption struct {
	// From is the address before.
	From string    `json:"from,omitempty"`
	At   time.Time `json:"at,omitzero"`
}

// Fetch is one request of the way out, as the log of a host keeps it.
type Fetch struct {
	At   time.Time `json:"at"`
	Host string    `json:"host"`
	URL  string    `json:"url"`
	// Status is 0 where no answer came; Why says then what happened.
	Status int    `json:"status,omitempty"`
	Why    string `json:"why,omitempty"`
	// Bytes came over the wire, Took is from the request to the end of the body.
	Bytes int64         `json:"bytes,omitempty"`
	Took  time.Duration `json:"took,omitempty"`
}
