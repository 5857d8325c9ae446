package feeds

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/polite"
)

// The pages of items that are asked for later.
const (
	// firstWait is the wait after a try that failed; it doubles from one to the next.
	firstWait = 6 * time.Hour
	// maxTries is how often a page is asked for, over more than a week.
	maxTries = 6
	maxGUID  = 512 // bytes of a name that is remembered
	maxWhy   = 200 // characters
)

// The words of faults about the pages of items; [withoutPages] knows them again.
const (
	pagesLeft = " pages were left for the next reading: at most "
	pagesWait = " pages could not be read and are asked for again later"
	pageFault = "the page of an item "
)

// withoutPages returns the faults of a feed that are about the feed itself.
func withoutPages(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(f string) bool {
		return strings.HasPrefix(f, pageFault) || strings.Contains(f, pagesLeft) || strings.HasSuffix(f, pagesWait)
	})
}

// waits reports whether the page of an item that has not changed is not asked for now:
// it is to be asked for later, or never again.
func (t *turn) waits(it item) bool {
	a, ok := t.before[vigie.AttemptKey(it.guid)]
	if !ok || a.Item == nil || a.Item.Digest != it.digest || a.Due(t.now) {
		return false
	}
	t.wait(vigie.AttemptKey(it.guid), a)
	return true
}

// wait goes on remembering an attempt.
func (t *turn) wait(key string, a vigie.Attempt) {
	t.waiting[key] = a
	if !a.Next.IsZero() {
		t.waited++
	}
}

// tried is what is known of the tries to read the page of an item, as the feed has it
// now.
func (t *turn) tried(it item) vigie.Attempt {
	a := t.before[vigie.AttemptKey(it.guid)]
	if a.Item == nil || a.Item.Digest != it.digest {
		return vigie.Attempt{}
	}
	return a
}

// later notes that the page of an item is to be asked for after a time, and has the
// item looked at again whenever the feed is.
func (t *turn) later(it item, f *vigie.Finding, a vigie.Attempt, after time.Time) {
	f.Digest = ""
	a.Next = after.UTC().Truncate(time.Second)
	t.note(it, a)
}

// note remembers an attempt. Where that cannot be, what was left needs all of the feed at
// the next reading; what failed waits until the feed changes.
func (t *turn) note(it item, a vigie.Attempt) {
	if len(it.guid) > maxGUID || len(t.waiting) >= maxItems {
		t.whole = t.whole || a.Due(t.now)
		return
	}
	a.Item = &vigie.Listing{GUID: it.guid, Digest: it.digest}
	t.waiting[vigie.AttemptKey(it.guid)] = a
}

// unread takes an error of the way to a page: the feed's text stays. What a server or
// an operator refuses is refused for good; all else may be over soon, and is asked for
// again, a few times.
func (t *turn) unread(it item, host string, f *vigie.Finding, err error) {
	t.faultf(pageFault+"was not read, the feed's text stays: %.*s", maxWhy, err.Error())
	t.retry(it, host, f, err)
}

// retry has an item looked at again, if that may help.
func (t *turn) retry(it item, host string, f *vigie.Finding, err error) {
	if polite.IsFinal(err) {
		return
	}
	a := t.tried(it)
	until, rests := restsUntil(err)
	if rests {
		t.resting[host] = until
	}
	if _, ours := errors.AsType[*polite.BudgetError](err); ours {
		t.later(it, f, a, until) // it was not asked for
		return
	}
	a.Why = fmt.Sprintf("%.*s", maxWhy, err.Error())
	if a.Tries++; a.Tries == maxTries {
		return
	}
	after := t.now.Add(firstWait << (a.Tries - 1))
	if until.After(after) {
		after = until
	}
	t.later(it, f, a, after)
}

// restsUntil reports whether a host is to be left alone, and until when.
func restsUntil(err error) (time.Time, bool) {
	if retry, ok := errors.AsType[*polite.RetryError](err); ok {
		return retry.Until, true
	}
	if budget, ok := errors.AsType[*polite.BudgetError](err); ok {
		return budget.Until, true
	}
	return time.Time{}, false
}

// again goes on with the pages that were left, for a feed that did not change. What it
// said of the items is in what was kept of them.
func (t *turn) again(ctx context.Context) error {
	feeds := map[vigie.CaptureID]*turn{}
	for _, key := range slices.Sorted(maps.Keys(t.before)) {
		a := t.before[key]
		if extract.IsAnswered(a) {
			continue
		}
		if !a.Due(t.now) {
			t.wait(key, a)
			continue
		}
		it, err := t.remember(ctx, feeds, a)
		if errors.Is(err, vigie.ErrNotFound) {
			t.waiting[key] = a // its tries go on being counted
			t.whole = true
			continue
		}
		if err != nil {
			return err
		}
		if err := t.item(ctx, it, true); err != nil {
			return err
		}
	}
	t.finish()
	return nil
}

// remember returns an item as it was kept, and makes the feed that it came with the one
// of the turn. The feeds that were understood before are in the map.
func (t *turn) remember(ctx context.Context, feeds map[vigie.CaptureID]*turn, a vigie.Attempt) (item, error) {
	if t.reader.Kept == nil || a.Item == nil {
		return item{}, vigie.ErrNotFound
	}
	c, err := t.reader.Kept(ctx, t.source.ID, a.Item.GUID)
	if err != nil {
		return item{}, err
	}
	if c.URL != t.source.URL || len(c.Body) == 0 {
		return item{}, vigie.ErrNotFound // it came with another feed
	}
	old, ok := feeds[c.ID]
	if !ok {
		channel, err := t.reader.parse(ctx, c)
		if err != nil {
			return item{}, fmt.Errorf("read what was kept of the feed: %w", vigie.ErrNotFound)
		}
		old = &turn{channel: channel, capture: &c, items: identify(channel, t.source.URL)}
		feeds[c.ID] = old
	}
	faults := t.channel.Faults
	t.channel, t.capture, t.items = old.channel, old.capture, old.items
	t.channel.Faults = faults
	for _, it := range old.items {
		if it.guid == a.Item.GUID {
			it.digest = a.Item.Digest // the feed may say more by now that is no part of the document
			return it, nil
		}
	}
	return item{}, vigie.ErrNotFound
}
