package harvest

import (
	"cmp"
	"time"

	"vigie"
)

// The codes of [Alarm], the worst first.
const (
	AlarmGone        = "gone"        // the server says that it was removed for good
	AlarmRefused     = "refused"     // the server does not let us read it
	AlarmSuspended   = "suspended"   // not found for a week; looked at once a month
	AlarmFailing     = "failing"     // the readings have failed for a day
	AlarmEmpty       = "empty"       // it answers, and nothing can be read from it
	AlarmSilent      = "silent"      // longer without anything new than ever
	AlarmCertificate = "certificate" // the certificate of its server ends soon
	AlarmMoved       = "moved"       // its server moved it to another address
	AlarmUnsafe      = "unsafe"      // its server leads away from https
	AlarmRerouted    = "rerouted"    // its feed is another one of its site, and nobody has agreed
	AlarmSlowed      = "slowed"      // it is read well, and publishes much less often
)

// When something is worth an alarm.
const (
	failingAfter = 24 * time.Hour
	emptyAfter   = 24 * time.Hour
	movedFor     = 14 * 24 * time.Hour
	reroutedFor  = 30 * 24 * time.Hour
	day          = 24 * time.Hour
	// guessLate is how many times the guessed time between two items may pass, and
	// leastGuess how long at least, before the silence of a source is news of which too
	// few items are known.
	guessLate  = 2
	leastGuess = 7 * day
	// A certificate is renewed by a program when a third of its life is left, or a half;
	// one of which a quarter is left was forgotten. People who renew it by hand need no
	// more than certificateAhead. One whose life is unknown has certificateLife.
	certificateParts = 4
	certificateAhead = 14 * day
	certificateLife  = 90 * day
)

// Alarm is something about a source that a person ought to know.
type Alarm struct {
	// Code is one of the words above.
	Code string
	// Since is when it began: the last item of a source that is silent, the first
	// failure of one that fails.
	Since time.Time
	// Until is when the certificate ends, or when a suspended source is looked at
	// next; else zero.
	Until time.Time
	// Days are how many days late the next item of a silent source is, how many are
	// left of a certificate (below 0 when it ended), or else how many have passed
	// since Since.
	Days int
	// Never says that a silent source has published nothing since it is read; Since is
	// then the week of its first reading, or when it was added.
	Never bool
	// Usual is the usual time between two items of a silent source, or that of one that
	// slowed before it did; Now is what it has become.
	Usual, Now time.Duration
	// Trouble is why a source cannot be read; the zero value where it can.
	Trouble vigie.Trouble
	// From and To are the addresses of one that moved. Adopted says that it is read
	// at the new one; else a person must see to it, for another source has it.
	From, To string
	Adopted  bool
	// Way is another way to read a source that cannot be read any more, with its
	// address, for a person to take; the zero value where none is known.
	Way vigie.Found
}

// Alarms says what is to be known of a source at now, the worst first; nothing of one
// that is paused.
func Alarms(s vigie.Source, v vigie.Visit, now time.Time) []Alarm {
	if s.Paused {
		return nil
	}
	var out []Alarm
	a, bad := troubled(v, now)
	if !bad {
		a, bad = silent(s, v, now)
	}
	if bad {
		if a.Way = v.Offered; a.Way.Kind != "" {
			a.Way.URL = cmp.Or(a.Way.URL, s.URL)
		}
		out = append(out, a)
	}
	if a, ok := expiring(v, now); ok {
		out = append(out, a)
	}
	if a, ok := moved(s, v, now); ok {
		out = append(out, a)
	}
	if since := v.Found.At; v.Found.Was != "" && now.Sub(since) < reroutedFor {
		out = append(out, Alarm{Code: AlarmRerouted, Since: since, Days: days(now.Sub(since)), From: v.Found.Was, To: addressOf(s, v.Found)})
	}
	if a, ok := slowed(v, now); ok && !bad {
		out = append(out, a)
	}
	return out
}

// Notice reports whether the alarm only tells of something: nothing is wrong.
func (a Alarm) Notice() bool { return a.Code == AlarmSlowed }

// troubled is the alarm about a source that cannot be read, or gives nothing.
func troubled(v vigie.Visit, now time.Time) (Alarm, bool) {
	a := Alarm{Since: v.FailingSince, Trouble: v.Trouble}
	empty := !v.EmptySince.IsZero() && v.LastRead.Sub(v.EmptySince) >= emptyAfter
	switch {
	case v.Standing == vigie.Gone:
		a.Code = AlarmGone
	case v.Standing == vigie.Refused:
		a.Code = AlarmRefused
	case v.Standing == vigie.Suspended:
		a.Code, a.Until = AlarmSuspended, v.NextRead
	case empty && (v.Standing == "" || v.Trouble.Unreadable()):
		a.Code, a.Since = AlarmEmpty, v.EmptySince
	case v.Standing == vigie.Failing && v.Failures > 1 && v.LastRead.Sub(v.FailingSince) >= failingAfter:
		a.Code = AlarmFailing
	default:
		return a, false
	}
	a.Days = days(now.Sub(a.Since))
	return a, true
}

// silent is the alarm about a source that is read and gives nothing new for longer
// than it ever did. Only what was looked for can be missing, so the last reading
// that worked decides.
func silent(s vigie.Source, v vigie.Visit, now time.Time) (Alarm, bool) {
	gap, late := v.Rhythm.Gap, v.Rhythm.Late
	if late == 0 { // too few items are known: a person's guess, taken with caution
		gap, late = s.Cadence, max(guessLate*s.Cadence, leastGuess)
	}
	last, never := s.Added, true
	if v.Rhythm.First.After(last) { // it waited to be let run, or could not be read at first
		last = v.Rhythm.First
	}
	if n := len(v.Rhythm.Times); n > 0 {
		last, never = v.Rhythm.Times[n-1], false
	}
	if gap == 0 || last.IsZero() || v.LastSuccess.Sub(last) <= late {
		return Alarm{}, false
	}
	return Alarm{Code: AlarmSilent, Since: last, Never: never, Usual: gap, Days: days(now.Sub(last) - gap)}, true
}

// slowed is the notice about a source that is neither silent nor what it was.
func slowed(v vigie.Visit, now time.Time) (Alarm, bool) {
	s, ok := v.Rhythm.Slowed()
	if !ok || cadence(s.Was) == cadence(s.Now) {
		return Alarm{}, false
	}
	return Alarm{Code: AlarmSlowed, Since: s.Since, Usual: s.Was, Now: s.Now, Days: days(now.Sub(s.Since))}, true
}

// expiring is the alarm about a certificate that nobody renews. The last reading that
// worked decides: one of six days may well have been renewed since a source was read
// that is read every three.
func expiring(v vigie.Visit, now time.Time) (Alarm, bool) {
	if v.Certificate.IsZero() {
		return Alarm{}, false
	}
	life := v.Certificate.Sub(v.CertificateFrom)
	if v.CertificateFrom.IsZero() || life <= 0 {
		life = certificateLife
	}
	due := v.Certificate.Add(-min(life/certificateParts, certificateAhead))
	seen := v.LastSuccess
	if seen.IsZero() {
		seen = now
	}
	if seen.Before(due) {
		return Alarm{}, false
	}
	return Alarm{Code: AlarmCertificate, Since: due, Until: v.Certificate, Days: days(v.Certificate.Sub(now))}, true
}

// moved is the alarm about a permanent redirect: one that was adopted lately, one that
// is sure and could not be, or one that gives up https and must not be.
func moved(s vigie.Source, v vigie.Visit, now time.Time) (Alarm, bool) {
	switch {
	case v.Unsafe(s):
		since := v.Moved.Days[0]
		return Alarm{Code: AlarmUnsafe, Since: since, Days: days(now.Sub(since)), From: addressOf(s, v.Found), To: v.Moved.To}, true
	case v.Moved.Sure():
		since := v.Moved.Days[0]
		return Alarm{Code: AlarmMoved, Since: since, Days: days(now.Sub(since)), From: addressOf(s, v.Found), To: v.Moved.To}, true
	case v.Adopted.From != "" && now.Sub(v.Adopted.At) < movedFor:
		return Alarm{
			Code: AlarmMoved, Since: v.Adopted.At, Days: days(now.Sub(v.Adopted.At)), From: v.Adopted.From, To: addressOf(s, v.Found), Adopted: true,
		}, true
	}
	return Alarm{}, false
}

func days(d time.Duration) int { return int(d / day) }
