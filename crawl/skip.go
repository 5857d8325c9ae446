package crawl

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/polite"
)

// The wait before an item that could not be read is tried again: it doubles from
// the first to the longest.
const (
	firstWait   = 6 * time.Hour
	longestWait = 7 * 24 * time.Hour
)

// The limits on what is remembered and said of such items. There are never more
// of them than rows of the list.
const (
	maxWhy    = 200 // characters
	maxNamed  = 10
	maxShown  = 200 // characters of an address
	keyLength = 16  // hexadecimal digits
)

// key names an item in [vigie.Visit.Skipped].
func (r row) key() string { return string(vigie.HashOf([]byte(r.url)))[:keyLength] }

// attempt returns what to remember of a row after one more try that failed at
// now. What is gone, in the words of its server, is final (RFC 9110 sections
// 15.5.5 and 15.5.11); it is forgotten when it leaves the list.
func (r row) attempt(before vigie.Attempt, now time.Time, err error) vigie.Attempt {
	why := strings.TrimPrefix(err.Error(), "fetch "+r.raw+": ") // said beside it
	a := vigie.Attempt{Tries: before.Tries + 1, Why: fmt.Sprintf("%.*s", maxWhy, why)}
	if status, ok := errors.AsType[*polite.StatusError](err); ok && (status.Code == http.StatusNotFound || status.Code == http.StatusGone) {
		return a
	}
	wait := firstWait
	for range min(a.Tries-1, 8) {
		wait = min(2*wait, longestWait)
	}
	a.Next = now.Add(wait).UTC().Truncate(time.Second)
	return a
}

// isDue reports whether an item may be tried again.
func isDue(a vigie.Attempt, now time.Time) bool { return !a.Next.IsZero() && !now.Before(a.Next) }

// anyDue reports whether the whole list is wanted, to try an item of it again.
func anyDue(v vigie.Visit, now time.Time) bool {
	for _, a := range v.Skipped {
		if isDue(a, now) {
			return true
		}
	}
	return false
}

// sayUnread says which items could not be read, and what comes of it.
func (t *turn) sayUnread() {
	named := 0
	for _, r := range t.list.rows {
		a, ok := t.skipped[r.key()]
		if !ok {
			continue
		}
		if named++; named > maxNamed {
			continue
		}
		then := "it is not tried again"
		if !a.Next.IsZero() {
			then = "it is tried again after " + a.Next.Format(time.RFC3339)
		}
		t.faults = append(t.faults, fmt.Sprintf("the item %.*s was not read, %s: %s", maxShown, r.url, then, a.Why))
	}
	if more := named - maxNamed; more > 0 {
		t.faults = append(t.faults, fmt.Sprintf("%d more items could not be read", more))
	}
}
