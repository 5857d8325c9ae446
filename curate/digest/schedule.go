package digest

import (
	"slices"
	"time"

	"vigie"
)

// Next returns when an issue of a cadence is composed next, by the settings: the
// first hour of the digest after now, in the observatory's time zone, whose period
// has none yet among the issues that there were.
func Next(s vigie.Settings, c vigie.Cadence, now time.Time, before ...vigie.Issue) time.Time {
	t := timetable{s.Digest, c, s.Location()}
	slot := t.shift(t.latest(now), 1)
	for t.taken(slot, before) {
		slot = t.shift(slot, 1)
	}
	return slot
}

// timetable says at which moments the issues of one cadence end their period.
type timetable struct {
	times   vigie.DigestTimes
	cadence vigie.Cadence
	at      *time.Location
}

// latest returns the last moment of the timetable that is not after now.
func (t timetable) latest(now time.Time) time.Time {
	year, month, day := now.In(t.at).Date()
	switch t.cadence {
	case vigie.EveryMonth:
		day = t.times.Day
	case vigie.EveryWeek:
		day -= (int(now.In(t.at).Weekday()) - int(t.times.Weekday) + 7) % 7
	case vigie.EveryDay:
	}
	slot := t.on(year, month, day)
	for slot.After(now) {
		slot = t.shift(slot, -1)
	}
	return slot
}

// shift returns the moment n periods after one of the timetable.
func (t timetable) shift(slot time.Time, n int) time.Time {
	year, month, day := slot.In(t.at).Date()
	switch t.cadence {
	case vigie.EveryMonth:
		return t.on(year, month+time.Month(n), t.times.Day)
	case vigie.EveryWeek:
		return t.on(year, month, day+7*n)
	case vigie.EveryDay:
	}
	return t.on(year, month, day+n)
}

// on returns the moment of a day. Where clocks skip that hour, it is the first one
// after it, so that every day has its moment and none has two.
func (t timetable) on(year int, month time.Month, day int) time.Time {
	want := time.Date(year, month, day, 12, 0, 0, 0, t.at) // the day, whatever its number was
	year, month, day = want.Date()
	for hour := t.times.Hour; hour < 24; hour++ {
		if at := time.Date(year, month, day, hour, 0, 0, 0, t.at); at.Hour() == hour && at.Day() == day {
			return at.UTC()
		}
	}
	return want.UTC()
}

// same reports whether two moments lie in one period, day, week or month, of which
// there is one issue however often the settings change.
func (t timetable) same(a, b time.Time) bool {
	a, b = a.In(t.at), b.In(t.at)
	switch t.cadence {
	case vigie.EveryMonth:
		return a.Year() == b.Year() && a.Month() == b.Month()
	case vigie.EveryWeek:
		ya, wa := a.ISOWeek()
		yb, wb := b.ISOWeek()
		return ya == yb && wa == wb
	case vigie.EveryDay:
	}
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// due returns the period of the issue that is due now, after the issues of the
// cadence that there were, newest first. However long the program was down, it is
// one issue.
func (t timetable) due(now time.Time, before []vigie.Issue) (from, until time.Time, due bool) {
	until = t.latest(now)
	if t.taken(until, before) {
		return from, until, false
	}
	return t.since(until, before), until, true
}

// taken reports whether there was an issue for a slot. One that was cancelled
// stands for its own slot alone, and not for the rest of its period.
func (t timetable) taken(slot time.Time, before []vigie.Issue) bool {
	return slices.ContainsFunc(before, func(i vigie.Issue) bool {
		return !i.Until.Before(slot) || i.State != vigie.Cancelled && t.same(i.Until, slot)
	})
}

// since returns where the period of an issue begins: where the last one that told
// something ended. What a cancelled issue did not tell belongs to the next.
func (t timetable) since(until time.Time, before []vigie.Issue) time.Time {
	from := t.shift(t.latest(until), -1)
	for _, i := range before {
		if i.State != vigie.Cancelled {
			return i.Until
		}
		from = i.From
	}
	return from
}
