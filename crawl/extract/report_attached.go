package extract

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"vigie"
)

// MaxAttached is how many reports of one page or item are fetched that are new, and how
// many that came before and may have been replaced.
const MaxAttached = 3

// ErrNoReport means that what a page calls a report is something else.
var ErrNoReport = errors.New("it is no PDF")

const (
	// attachedRest is how long a report that came is not asked for again.
	attachedRest = 24 * time.Hour
	// maxAnswered is how many answers about reports a visit remembers: the newest.
	maxAnswered = 200
	maxWhy      = 200 // characters
)

// AttachedPart stands in [vigie.Attempt] for the part of a list that reports have which
// pages and items lead to.
func AttachedPart() string { return vigie.AttemptKey("reports") }

// Answered is what to remember of such a report that is asked for no more: its address
// was refused for good with an error or, with nil, it came and is as it was.
func Answered(at time.Time, err error) vigie.Attempt {
	a := vigie.Attempt{Part: AttachedPart(), Asked: at.UTC().Truncate(time.Second)}
	if err != nil {
		a.Tries, a.Why = 1, fmt.Sprintf("%.*s", maxWhy, err.Error())
	}
	return a
}

// IsAnswered reports whether an attempt is one of [Answered].
func IsAnswered(a vigie.Attempt) bool {
	return a.Part == AttachedPart() && a.Item == nil && a.Next.IsZero()
}

// StillAnswered returns, of what a visit remembers, the attempts of [Answered] that hold
// at a time: refusals, and for a day that a report is as it was. It is never nil.
func StillAnswered(skipped map[string]vigie.Attempt, at time.Time) map[string]vigie.Attempt {
	out := map[string]vigie.Attempt{}
	for key, a := range skipped {
		if IsAnswered(a) && (a.Why != "" || at.Sub(a.Asked) < attachedRest) {
			out[key] = a
		}
	}
	if len(out) <= maxAnswered {
		return out
	}
	keys := slices.SortedFunc(maps.Keys(out), func(a, b string) int { return out[a].Asked.Compare(out[b].Asked) })
	for _, key := range keys[:len(keys)-maxAnswered] {
		delete(out, key)
	}
	return out
}

// MayBeReplaced reports whether a report that was kept is to be asked for again at a time:
// it is one, and did not come within a day.
func MayBeReplaced(kept vigie.Capture, at time.Time) bool {
	return len(kept.Body) > 0 && IsReport(kept.MediaType, kept.Body) && at.Sub(kept.Fetched) >= attachedRest
}
