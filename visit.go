package vigie

import (
	"hash/fnv"
	"time"
)

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
	// Failures counts the failed tries since the last success.
	Failures int `json:"failures,omitempty"`
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
	// Moved is a permanent redirect that is not adopted yet.
	Moved Move `json:"moved,omitzero"`
	// Items is how many items the last answer showed that could be read, and
	// EmptySince since when it shows none although it answers; zero while it does.
	Items      int       `json:"items,omitempty"`
	EmptySince time.Time `json:"empty_since,omitzero"`
	// Certificate is when the certificate of the server ends; zero where unknown.
	Certificate time.Time `json:"certificate,omitzero"`
	// Skipped are the items of a [Site] that could not be read, by the first 16
	// digits of the [Hash] of their address; at most as many as its list has.
	Skipped map[string]Attempt `json:"skipped,omitempty"`
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

const (
	// longestBackOff bounds the wait after errors.
	longestBackOff = 24 * time.Hour
	// longestEvery bounds the wanted time between two readings.
	longestEvery = 366 * 24 * time.Hour
	// longestBefore bounds how long a server can keep us away: no answer of a
	// server may take a source out of sight for good.
	longestBefore = 366 * 24 * time.Hour
)

// Due reports whether the source should be read at now.
func (v Visit) Due(s Source, now time.Time) bool {
	return !s.Paused && !now.Before(v.NextRead) && !now.Before(v.NotBefore)
}

// Succeeded returns the visit after a reading at now that worked. Validators
// and titles are the reader's to set.
func (v Visit) Succeeded(s Source, now time.Time, brought bool) Visit {
	v.Source = s.ID
	v.LastRead, v.LastSuccess = now.UTC(), now.UTC()
	if brought {
		v.LastNew = now.UTC()
	}
	v.Failures, v.LastError = 0, ""
	if !now.Before(v.NotBefore) {
		v.NotBefore = time.Time{}
	}
	v.NextRead = later(now.Add(s.interval()), v.NotBefore)
	return v
}

// Failed returns the visit after a reading at now that did not work: the wait
// doubles from the source's interval up to a day, or lasts until notBefore if
// the server named a time.
func (v Visit) Failed(s Source, now time.Time, reason string, notBefore time.Time) Visit {
	v.Source = s.ID
	v.LastRead = now.UTC()
	v.Failures++
	v.LastError = reason
	if limit := now.Add(longestBefore); notBefore.After(limit) {
		notBefore = limit
	}
	if notBefore.After(v.NotBefore) {
		v.NotBefore = notBefore.UTC()
	}
	wait := s.interval()
	for range min(v.Failures-1, 16) {
		wait = min(2*wait, max(longestBackOff, s.interval()))
	}
	v.NextRead = later(now.Add(wait), v.NotBefore)
	return v
}

// interval is the wanted time between readings plus up to a tenth of it. The
// extra is a stable hash of the identity, so that sources added together do not
// stay together, and nothing depends on when the program was started.
func (s Source) interval() time.Duration {
	every := s.Every
	if every <= 0 {
		every = DefaultEvery
	}
	every = min(every, longestEvery)
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.ID))
	return every + time.Duration(int64(every/10)*int64(h.Sum32()%1000)/1000)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b.UTC()
	}
	return a.UTC()
}
