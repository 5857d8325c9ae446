package crawl

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/extract"
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
	maxWhy     = 200 // characters
	maxNamed   = 10
	maxShown   = 200  // characters of an address
	maxAlone   = 200  // that can be tried again without the list
	maxTitle   = 300  // characters of what the list calls one
	maxAddress = 2048 // bytes
)

// The words of faults about items; [withoutUnread] knows them again.
const (
	unreadItem  = "the item "
	unreadItems = " more items could not be read"
	leftItems   = " items were left for the next reading, "
)

// withoutUnread returns the faults of a list that are not about single items.
func withoutUnread(faults []string) []string {
	return slices.DeleteFunc(slices.Clone(faults), func(f string) bool {
		return strings.HasPrefix(f, unreadItem) || strings.HasSuffix(f, unreadItems) || strings.Contains(f, leftItems) || isIntake(f)
	})
}

// key names an item in [vigie.Visit.Skipped].
func (r row) key() string { return vigie.AttemptKey(r.url) }

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

// needsList reports whether the whole list is wanted, to try an item of it again.
func needsList(v vigie.Visit, now time.Time) bool {
	for _, a := range v.Skipped {
		if a.Due(now) && a.Item == nil {
			return true
		}
	}
	return false
}

// partKey names a file of a list in [vigie.Attempt].
func partKey(part string) string {
	if part == "" {
		return ""
	}
	return vigie.AttemptKey(part)
}

// remember notes a try that failed, with what is needed to try again without the list.
func (t *turn) remember(r row, a vigie.Attempt) {
	a.Part = cmp.Or(t.skipped[r.key()].Part, partKey(r.part))
	delete(t.skipped, r.key())
	alone := 0
	for _, other := range t.skipped {
		if other.Item != nil {
			alone++
		}
	}
	if !a.Next.IsZero() && alone < maxAlone && len(r.raw) <= maxAddress && canonicalOr(r.raw) == r.url {
		a.Item = &vigie.Listing{URL: r.raw, Title: fmt.Sprintf("%.*s", maxTitle, r.title), Published: r.date, Modified: r.modified, Digest: r.digest}
	}
	t.skipped[r.key()] = a
}

// unshown returns what is remembered of items in parts of the list that did not change.
func unshown(skipped map[string]vigie.Attempt, still map[string]bool) map[string]vigie.Attempt {
	out := map[string]vigie.Attempt{}
	for key, a := range skipped {
		if still[a.Part] && len(out) < maxListed {
			out[key] = a
		}
	}
	return out
}

// remembered returns the rows of items that could not be read, for parts of the list
// that did not change, unless they are among others.
func remembered(skipped map[string]vigie.Attempt, still map[string]bool, others []row) []row {
	shown := make(map[string]bool, len(others))
	for _, r := range others {
		shown[r.key()] = true
	}
	var out []row
	for _, key := range slices.Sorted(maps.Keys(skipped)) {
		a := skipped[key]
		if a.Item == nil || !still[a.Part] || shown[key] {
			continue
		}
		out = append(out, row{
			url: canonicalOr(a.Item.URL), raw: a.Item.URL, title: a.Item.Title, date: a.Item.Published,
			modified: a.Item.Modified, digest: a.Item.Digest,
		})
	}
	return out
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
		t.faults = append(t.faults, fmt.Sprintf(unreadItem+"%.*s was not read, %s: %s", maxShown, r.url, then, a.Why))
	}
	if more := t.unanswered() - min(named, maxNamed); more > 0 {
		t.faults = append(t.faults, fmt.Sprintf("%d"+unreadItems, more))
	}
}

// unanswered counts the items that could not be read: not what is no report, nor
// reports that were refused for good at a reading before, or are as they were.
func (t *turn) unanswered() int {
	n := 0
	for _, a := range t.skipped {
		if !extract.IsAnswered(a) || a.Why != "" && a.Why != extract.ErrNoReport.Error() && !a.Asked.Before(t.now.UTC().Truncate(time.Second)) {
			n++
		}
	}
	return n
}
