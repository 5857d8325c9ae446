package harvest

import (
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
)

// When something is worth an alarm.
const (
	failingAfter     = 24 * time.Hour
	emptyAfter       = 24 * time.Hour
	certificateAhead = 7 * 24 * time.Hour
	movedFor         = 14 * 24 * time.Hour
	day              = 24 * time.Hour
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
	// Usual is the usual time between two items of a silent source.
	Usual time.Duration
	// Trouble is why a source cannot be read; the zero value where it can.
	Trouble vigie.Trouble
	// From and To are the addresses of one that moved. Adopted says that it is read
	// at the new one; else a person must see to it, for another source has it.
	From, To string
	Adopted  bool
}

// Alarms says what is to be known of a source at now, the worst first; nothing of one
// that is paused.
func Alarms(s vigie.Source, v vigie.Visit, now time.Time) []Alarm {
	if s.Paused {
		return nil
	}
	var out []Alarm
	if a, ok := troubled(v, now); ok {
		out = append(out, a)
	} else if a, ok := silent(v, now); ok {
		out = append(out, a)
	}
	if left := v.Certificate.Sub(now); !v.Certificate.IsZero() && left < certificateAhead {
		out = append(out, Alarm{Code: AlarmCertificate, Since: v.Certificate.Add(-certificateAhead), Until: v.Certificate, Days: days(left)})
	}
	if a, ok := moved(s, v, now); ok {
		out = append(out, a)
	}
	return out
}

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
func silent(v vigie.Visit, now time.Time) (Alarm, bool) {
	r := v.Rhythm
	if r.Late == 0 || len(r.Times) == 0 {
		return Alarm{}, false
	}
	last := r.Times[len(r.Times)-1]
	if v.LastSuccess.Sub(last) <= r.Late {
		return Alarm{}, false
	}
	return Alarm{Code: AlarmSilent, Since: last, Usual: r.Gap, Days: days(now.Sub(last) - r.Gap)}, true
}

// moved is the alarm about a permanent redirect: one that was adopted lately, or one
// that is sure and could not be.
func moved(s vigie.Source, v vigie.Visit, now time.Time) (Alarm, bool) {
	switch {
	case v.Moved.Sure():
		since := v.Moved.Days[0]
		return Alarm{Code: AlarmMoved, Since: since, Days: days(now.Sub(since)), From: s.URL, To: v.Moved.To}, true
	case v.Adopted.From != "" && now.Sub(v.Adopted.At) < movedFor:
		to := s.As(v.Found).URL
		return Alarm{Code: AlarmMoved, Since: v.Adopted.At, Days: days(now.Sub(v.Adopted.At)), From: v.Adopted.From, To: to, Adopted: true}, true
	}
	return Alarm{}, false
}

func days(d time.Duration) int { return int(d / day) }
