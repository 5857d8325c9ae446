package vigie

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// Pace are the bounds that an operator sets to how often sources are read. The zero
// value is good.
type Pace struct {
	// Floor is the least time between two readings of a source without a wish of its
	// own; 0 means [DefaultEvery].
	Floor time.Duration
}

// ShortestEvery and LongestEvery bound the time between two readings that a person may
// wish ([Source.Every]), and what a person guesses of it ([Source.Cadence]).
const (
	ShortestEvery = 5 * time.Minute
	LongestEvery  = 366 * 24 * time.Hour
)

// The bounds of the time between two readings.
const (
	// longestPause is the longest wait for a source that is read without trouble, and
	// longestDormant for one that showed nothing new for dormantAfter.
	longestPause   = 24 * time.Hour
	longestDormant = 72 * time.Hour
	dormantAfter   = 30 * 24 * time.Hour
	// longestWish bounds what a publisher may ask for with an answer that worked.
	longestWish = 7 * 24 * time.Hour
	// longestBackOff bounds the wait after errors, and longestTrouble after a week of
	// them (longFailing).
	longestBackOff = 24 * time.Hour
	longestTrouble = 72 * time.Hour
	longFailing    = 7 * 24 * time.Hour
	// robotsAgain is when a source that robots.txt forbids is tried again, probeAgain
	// one that is suspended.
	robotsAgain = 24 * time.Hour
	probeAgain  = 30 * 24 * time.Hour
	// longestBefore bounds how long a server can keep us away: no answer of a
	// server may take a source out of sight for good.
	longestBefore = 366 * 24 * time.Hour
	// adoptAfter is on how many days a permanent redirect must have been the same.
	adoptAfter = 3
	// onceADay is how often a feed may be asked for without a condition.
	onceADay = 24 * time.Hour
	// longestSpread bounds the part of the wait that spreads sources.
	longestSpread = time.Hour
)

// Asking returns the visit as it must be kept before the source is asked at now. If
// the program dies on the way, or is stopped, the source is not asked again before
// the time at which it would have been due after an answer.
func (p Pace) Asking(s Source, v Visit, now time.Time) Visit {
	v = v.by(now)
	v.Source = s.ID
	v.NextRead, v.Why = p.next(s, v, now, false)
	return v
}

// Succeeded returns the visit after a reading at now that worked. Validators,
// titles, wishes and the like are the reader's to set; times, standing, rhythm and
// moves are set here.
func (p Pace) Succeeded(s Source, r Reading, now time.Time) Visit {
	v := r.Visit.by(now)
	// While the stock of a source comes in, what has no date is not new.
	stock := v.LastSuccess.IsZero() || v.Why == ByLeft
	v.Source = s.ID
	v.LastRead, v.LastSuccess = now.UTC(), now.UTC()
	if len(r.Findings) > 0 {
		v.LastNew = now.UTC()
	}
	v.Failures, v.FailingSince, v.LastError, v.Trouble, v.Standing = 0, time.Time{}, "", Trouble{}, ""
	if !now.Before(v.NotBefore) {
		v.NotBefore = time.Time{}
	}
	if !r.Certificate.IsZero() {
		v.Certificate, v.CertificateFrom = r.Certificate.UTC(), r.CertificateFrom.UTC()
	}
	if v = v.counted(r, now); v.EmptySince.IsZero() {
		v.Offered = Found{}
	}
	v.Moved = v.Moved.again(r.Moved, now)
	v.Rhythm = v.Rhythm.learn(r.Findings, stock, now)
	v.NextRead, v.Why = p.next(s, v, now, r.Left)
	return v
}

// counted notes how many items the answer showed. One that did not change shows what
// it showed before.
func (v Visit) counted(r Reading, now time.Time) Visit {
	items := max(r.Items, len(r.Findings)+r.Unchanged)
	switch {
	case r.NotModified && items == 0:
	case items > 0:
		v.Items, v.EmptySince = items, time.Time{}
	default:
		v.Items = 0
		v = v.empty(now)
	}
	return v
}

func (v Visit) empty(now time.Time) Visit {
	if v.EmptySince.IsZero() {
		v.EmptySince = now.UTC()
	}
	return v
}

// Failed returns the visit after a reading at now that did not work, for a reason in
// words and for programs: the wait doubles from the usual one up to a day, and is
// three days after a week of failures. An answer 410 ends the reading, 401, 403 and
// 451 do until a person asks again, and 404 for a week leaves a look once a month.
func (p Pace) Failed(s Source, v Visit, reason string, t Trouble, now time.Time) Visit {
	v = v.by(now)
	v.Source = s.ID
	v.LastRead = now.UTC()
	v.LastError = reason
	t.Since = now.UTC()
	if v.Trouble.same(t) && !v.Trouble.Since.IsZero() {
		t.Since = v.Trouble.Since
	}
	v.Trouble = t
	if t.Unreadable() {
		v = v.empty(now)
	}
	if t.Code == TroubleBudget {
		// Nothing is wrong with the source: we have had our share of its host today.
		v.NextRead, v.Why = latest(now.Add(p.floor(s)), t.Until, now.Add(longestBackOff)), ByBudget
		return v
	}
	v.Failures++
	if v.FailingSince.IsZero() {
		v.FailingSince = now.UTC()
	}
	v.Standing = v.standing(now)
	if v.Stopped() {
		v.NextRead, v.Why = time.Time{}, ""
		return v
	}
	v.NextRead, v.Why = p.backOff(s, v, now)
	if limit := now.Add(longestBefore); t.Code == TroubleRetry || t.Code == TroubleChallenge {
		if t.Until.After(limit) {
			t.Until = limit
		}
		v.NotBefore = later(v.NotBefore, t.Until)
	}
	if v.NotBefore.After(v.NextRead) {
		v.NextRead, v.Why = v.NotBefore.UTC(), ByRetry
	}
	return v
}

// standing says what the trouble of a visit makes of the source. That of an [Auto]
// source is that of the address that was found for it: where there is another way, it
// was taken before, or a person is asked to take it.
func (v Visit) standing(now time.Time) Standing {
	if v.Trouble.Code != TroubleStatus {
		return Failing
	}
	switch v.Trouble.Status {
	case http410:
		return Gone
	case http401, http403, http451:
		return Refused
	case http404:
		if v.Standing == Suspended || now.Sub(v.Trouble.Since) >= longFailing && v.Failures >= 3 {
			return Suspended
		}
	}
	return Failing
}

// Repaced returns the visit after somebody changed how often its source is to be read
// (Source.Every): what follows from the last reading is worked out anew. What a server,
// a feed or a person asked for holds as before.
func (p Pace) Repaced(s Source, v Visit) Visit {
	switch {
	case v.LastRead.IsZero() || v.Stopped() || v.Standing == Suspended:
	case v.Why == ByPerson || v.Why == ByLeft || v.Why == ByBudget:
	case v.Failures == 0:
		v.NextRead, v.Why = p.next(s, v, v.LastRead, false)
	default:
		v.NextRead, v.Why = p.backOff(s, v, v.LastRead)
		if v.NotBefore.After(v.NextRead) {
			v.NextRead, v.Why = v.NotBefore.UTC(), ByRetry
		}
	}
	return v
}

// backOff says when to try again.
func (p Pace) backOff(s Source, v Visit, now time.Time) (time.Time, Why) {
	switch {
	case v.Standing == Suspended:
		return now.Add(probeAgain + s.spread(probeAgain)).UTC(), ByProbe
	case v.Trouble.Code == TroubleRobots:
		return now.Add(robotsAgain + s.spread(robotsAgain)).UTC(), ByRobots
	}
	most := longestBackOff
	if now.Sub(v.FailingSince) >= longFailing {
		most = longestTrouble
	}
	wait := p.floor(s)
	for range min(v.Failures-1, 16) {
		wait = min(2*wait, max(most, p.floor(s)))
	}
	return v.Wishes.skip(now.Add(wait+s.spread(wait)), s).UTC(), ByBackOff
}

// next says when a source that answers is to be read again, and what decided: the
// rhythm of the source, or a person's wish in its place, and above both what the
// publisher asked for.
func (p Pace) next(s Source, v Visit, now time.Time, left bool) (time.Time, Why) {
	wait, why := p.floor(s), ByFloor
	switch {
	case left:
		wait, why = min(wait, p.least()), ByLeft
	case s.Every > 0:
		why = ByWish
	case !v.LastSuccess.IsZero():
		if by := v.Rhythm.wait(now, wait); by > wait {
			wait, why = by, ByRhythm
		}
	}
	if unasked := s.As(v.Found).Kind == Feed && s.Every <= 0 && !left && v.unconditional(); unasked && wait < onceADay {
		wait, why = onceADay, ByFloor
	}
	if fresh := min(v.Wishes.Fresh, longestWish); fresh > wait {
		wait, why = fresh, ByFresh
	}
	if every := min(v.Wishes.Every, longestWish); every > wait {
		wait, why = every, ByTTL
	}
	at := now.Add(wait + s.spread(wait))
	if open := v.Wishes.skip(at, s); open.After(at) {
		at, why = open, BySkip
	}
	if v.NotBefore.After(at) {
		at, why = v.NotBefore, ByRetry
	}
	return at.UTC(), why
}

// unconditional reports whether the next reading of a source that answered can only
// ask for all of it again, and nothing says how often that is welcome: once a day
// then (https://rachelbythebay.com/fs/).
func (v Visit) unconditional() bool {
	return !v.LastSuccess.IsZero() && v.ETag == "" && v.LastModified == "" && v.Wishes.Fresh <= 0 && v.Wishes.Every <= 0
}

// least is the operator's floor.
func (p Pace) least() time.Duration {
	if p.Floor <= 0 {
		return DefaultEvery
	}
	return min(p.Floor, LongestEvery)
}

// floor is the least time between two readings of one source.
func (p Pace) floor(s Source) time.Duration {
	if s.Every > 0 {
		return min(s.Every, LongestEvery)
	}
	return p.least()
}

// spread is up to a tenth of a wait, and no more than an hour. It is a stable hash of
// the identity, so that sources added together do not stay together, and nothing
// depends on when the program was started.
func (s Source) spread(wait time.Duration) time.Duration {
	return time.Duration(int64(min(wait/10, longestSpread)) / 1000 * s.share())
}

// share is a number from 0 to 999 that is the source's own.
func (s Source) share() int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.ID))
	return int64(h.Sum32() % 1000)
}

// again returns the move after another answer at now, to the address that permanent
// redirects led to, or "" where there were none.
func (m Move) again(to string, now time.Time) Move {
	if to == "" {
		return Move{}
	}
	if m.To != to {
		m = Move{To: to}
	}
	day := now.UTC().Truncate(24 * time.Hour)
	if !slices.ContainsFunc(m.Days, day.Equal) && len(m.Days) < adoptAfter {
		m.Days = append(slices.Clone(m.Days), day)
	}
	return m
}

// Sure reports whether the same permanent redirect was met on three days, so that
// the source may take the new address.
func (m Move) Sure() bool { return m.To != "" && len(m.Days) >= adoptAfter }

// Adopt gives a source the address that its server moved it to, where that is sure,
// and notes in the visit where it was before. An [Auto] source keeps the address
// that a person wrote down; the one that was found for it moves. A safe address is not
// given up for one that is not ([Visit.Unsafe]).
func (v Visit) Adopt(s Source, now time.Time) (Source, Visit) {
	if !v.Moved.Sure() || v.Unsafe(s) {
		return s, v
	}
	at := &s.URL
	switch {
	case s.Kind == Auto && v.Found.URL != "":
		at = &v.Found.URL
	case s.Kind == Site && s.List.Sitemap != "":
		at = &s.List.Sitemap
	}
	v.Adopted = Adoption{From: *at, At: now.UTC()}
	*at = v.Moved.To
	v.Moved = Move{}
	return s, v
}

// Unsafe reports whether a source that is read by https is led to an address without:
// whoever sits on the way could have written that, so only a person may give it.
func (v Visit) Unsafe(s Source) bool {
	read := s.As(v.Found)
	return hasScheme(v.Moved.To, "http") && hasScheme(cmp.Or(read.List.Sitemap, read.URL), "https")
}

func hasScheme(address, scheme string) bool {
	before, _, ok := strings.Cut(address, ":")
	return ok && strings.EqualFold(before, scheme)
}

// The answers that end or stop the reading (RFC 9110 section 15.5, RFC 7725). Package
// net/http is not for the vocabulary.
const (
	http401 = 401
	http403 = 403
	http404 = 404
	http410 = 410
	http451 = 451
)

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b.UTC()
	}
	return a.UTC()
}

// latest is the later of two times, but not after most.
func latest(a, b, most time.Time) time.Time {
	if a = later(a, b); a.After(most) {
		return most.UTC()
	}
	return a
}
