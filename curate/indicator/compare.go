package indicator

import (
	"slices"

	"vigie"
)

// Revision is a published observation and the one that supersedes it.
type Revision struct {
	Was vigie.Observation `json:"was"`
	Now vigie.Observation `json:"now"`
}

// Changes says what a publication changes in what is known. Each list is in the
// order of indicator, area, breakdowns and period.
type Changes struct {
	// Added were not known.
	Added []vigie.Observation
	// Revised have another value, beyond rounding; or one where there was none; or
	// none where there was one. They mark what shows the value.
	Revised []Revision
	// Rounded have the same value written with more or fewer digits.
	Rounded []Revision
	// Restated have the same value with another status, unit, source or note.
	Restated []Revision
	// Unchanged counts those that are the same in everything.
	Unchanged int
	// Absent are known and not in the publication. They stay as they are.
	Absent []vigie.Observation
}

// Superseding returns the observations that must be kept as a new vintage.
func (c Changes) Superseding() []vigie.Observation {
	out := slices.Clone(c.Added)
	for _, list := range [][]Revision{c.Revised, c.Rounded, c.Restated} {
		for _, r := range list {
			out = append(out, r.Now)
		}
	}
	slices.SortFunc(out, compareKeys)
	return out
}

// Compare says what incoming observations change in known ones, of which there
// is one for each key: those that [AsOf] returns.
func Compare(known, incoming []vigie.Observation) Changes {
	before := make(map[vigie.ObservationKey]vigie.Observation, len(known))
	for _, o := range known {
		before[o.Key()] = o
	}
	incoming = slices.Clone(incoming)
	slices.SortFunc(incoming, compareKeys)
	var c Changes
	for _, now := range incoming {
		was, ok := before[now.Key()]
		delete(before, now.Key())
		r := Revision{Was: was, Now: now}
		switch {
		case !ok:
			c.Added = append(c.Added, now)
		case revised(was, now):
			c.Revised = append(c.Revised, r)
		case was.Value != now.Value && was.Value.Rat().Cmp(now.Value.Rat()) != 0:
			c.Rounded = append(c.Rounded, r)
		case restated(was, now):
			c.Restated = append(c.Restated, r)
		default:
			c.Unchanged++
		}
	}
	for _, o := range before {
		c.Absent = append(c.Absent, o)
	}
	slices.SortFunc(c.Absent, compareKeys)
	return c
}

func compareKeys(a, b vigie.Observation) int { return a.Key().Compare(b.Key()) }

// revised reports whether the value changed beyond rounding: whether the two
// still differ when both are rounded, half away from zero, to the digits of the
// less precise one. 3.5588 -> 3.5845 is a revision; 3.58453 -> 3.58453478764246
// is none, and 14.1436 -> 14.0829860846719 is.
//
// The need was seen in the World Bank's files of April and May 2026, where 110
// of 118 values changed by their number of digits only and one truly
// (shared/data/SOURCES.md). A spreadsheet drops the zeros at the end of a number:
// so a value has at least as many digits as its observation promises (DECIMALS of
// SDMX), and 4 -> 4.4 is a revision where one decimal is promised.
func revised(was, now vigie.Observation) bool {
	if was.Value == "" || now.Value == "" {
		return was.Value != now.Value
	}
	places := min(precision(was), precision(now))
	return was.Value.Round(places) != now.Value.Round(places)
}

func precision(o vigie.Observation) int { return max(o.Value.Places(), o.Decimals) }

func restated(was, now vigie.Observation) bool {
	return was.Status != now.Status || was.UnitMeasure != now.UnitMeasure || was.Source != now.Source || was.Note != now.Note
}

// AsOf returns what was known at a vintage: for each key the observation of the
// newest vintage that is not newer than upTo; "" takes the newest of all. The
// order of history does not matter; the result is in the order of keys.
func AsOf(history []vigie.Observation, upTo vigie.VintageID) []vigie.Observation {
	newest := map[vigie.ObservationKey]vigie.Observation{}
	for _, o := range history {
		if upTo != "" && o.Vintage > upTo {
			continue
		}
		if known, ok := newest[o.Key()]; !ok || o.Vintage > known.Vintage {
			newest[o.Key()] = o
		}
	}
	out := make([]vigie.Observation, 0, len(newest))
	for _, o := range newest {
		out = append(out, o)
	}
	slices.SortFunc(out, compareKeys)
	return out
}
