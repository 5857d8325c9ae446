package column

import (
	"math"
	"slices"
	"strings"
	"time"

	"vigie"
	"vigie/index/query"
)

// Resolver turns what a person typed into what the columns hold. Where a function is
// nil, a value stands for itself.
type Resolver struct {
	// Now is what relative dates are counted from.
	Now time.Time
	// Sources returns the sources that a name, a part of one or an identity stands for.
	Sources func(value string) []vigie.SourceID
	// Countries returns the codes that a code or the name of a country stands for.
	Countries func(value string) []string
	// Topics returns the topics that an identity or a label stands for.
	Topics func(value string) []string
	// Publisher reports whether a value stands for a publisher. It is asked for every
	// publisher that there is, so it should remember what is costly.
	Publisher func(value, name string) bool
}

// fieldOf returns the column of values that a filter looks into.
func fieldOf(f query.Field) (field, bool) {
	switch f {
	case query.Source:
		return sources, true
	case query.Publisher:
		return publishers, true
	case query.Country:
		return countries, true
	case query.Lang:
		return langs, true
	case query.Type:
		return types, true
	case query.Topic:
		return topics, true
	case query.Tag:
		return tags, true
	case query.Status:
		return statuses, true
	default:
		return 0, false
	}
}

// Where returns the documents that a filter lets through. A date filter finds a
// document when all that is known of its date lies within: one that is dated 2026 is
// not found by from:2026-03. The error is a [vigie.InvalidError] for a field that is
// no column.
func (v *View) Where(f query.Filter, r Resolver) (Set, error) {
	found, _, err := v.find(f, r)
	return found, err
}

// find returns the documents that a filter lets through, and the values that it means
// where its field has values.
func (v *View) find(f query.Filter, r Resolver) (found Set, values []string, err error) {
	if of, ok := fieldOf(f.Field); ok {
		wanted := v.meant(of, f.Value, r)
		for n, value := range v.names[of].values {
			if wanted[n] {
				values = append(values, value)
			}
		}
		return v.having(of, wanted), values, nil
	}
	switch f.Field {
	case query.Cited:
		return v.where(func(c *chunk, from int) uint64 {
			if f.Yes {
				return c.cited[from/64]
			}
			return ^c.cited[from/64]
		}), nil, nil
	case query.Page:
		low, high := int32(max(f.Low, 1)), int32(math.MaxInt32)
		if f.High > 0 {
			high = int32(min(f.High, math.MaxInt32))
		}
		return v.where(each(func(c *chunk, i int) bool { return c.pages[i] >= low && c.pages[i] <= high })), nil, nil
	case query.From, query.To, query.Age:
		first, last := between(f, r.Now)
		return v.where(each(func(c *chunk, i int) bool { return c.low[i] >= first && c.high[i] <= last })), nil, nil
	default:
		return Set{}, nil, &vigie.InvalidError{Field: "query", Reason: "asks for a field that documents do not have: " + string(f.Field)}
	}
}

// meant marks the values of a field that a filter means. A publisher or a topic that is
// written just as it is, as a list of values has it, is that one alone.
func (v *View) meant(of field, typed string, r Resolver) []bool {
	wanted := v.matching(of, v.wanted(of, typed, r))
	if n := slices.Index(v.names[of].values, typed); n >= 0 && (of == publishers || of == topics) {
		clear(wanted)
		wanted[n] = true
	}
	return wanted
}

// wanted tells the values of a field that a filter means.
func (v *View) wanted(of field, typed string, r Resolver) func(string) bool {
	switch {
	case of == sources && r.Sources != nil:
		var names []string
		for _, id := range r.Sources(typed) {
			names = append(names, string(id))
		}
		return among(names)
	case of == countries && r.Countries != nil:
		return among(r.Countries(typed))
	case of == topics && r.Topics != nil:
		return among(r.Topics(typed))
	case of == publishers && r.Publisher != nil:
		return func(name string) bool { return r.Publisher(typed, name) }
	case of == langs:
		wanted, err := vigie.ParseLang(typed)
		return func(tag string) bool { return err == nil && vigie.Lang(tag).Base() == wanted.Base() }
	}
	return func(value string) bool { return strings.EqualFold(value, typed) }
}

func among(wanted []string) func(string) bool {
	return func(value string) bool { return slices.Contains(wanted, value) }
}

// The days that a range without beginning or end reaches to.
const (
	firstDay = 1000_01_01
	lastDay  = 2999_12_31
)

// between returns the first and the last day that a filter of dates lets through.
func between(f query.Filter, now time.Time) (first, last int32) {
	year, month, today := now.Date() // in the time zone of who asks
	ago := func(days int) int32 {
		return day(time.Date(year, month, today-min(max(days, 0), query.MaxDays), 0, 0, 0, 0, time.UTC))
	}
	low, high := daysOf(f.Date)
	if f.Date.IsZero() {
		low, high = ago(f.Days), ago(f.Days)
	}
	switch {
	case f.Field == query.To:
		return firstDay, min(lastDay, high)
	case f.Field == query.Age && f.High > 0:
		return ago(f.High), lastDay
	case f.Field == query.Age:
		return firstDay, ago(f.Low)
	}
	return max(firstDay, low), lastDay
}

// Choice is what a person chose of one field: the documents that any of the values
// brings.
type Choice struct {
	Field query.Field
	// Values are those of the field that were meant, empty for dates, pages and
	// citations.
	Values []string
	Set    Set
}

// Choices gathers filters by their fields: several of one field mean any of them, or
// all where they are of dates; different fields all of them. [View.Within] puts them
// together.
func (v *View) Choices(filters []query.Filter, r Resolver) ([]Choice, error) {
	var out []Choice
	for _, f := range filters {
		set, values, err := v.find(f, r)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(out, func(c Choice) bool { return c.Field == f.Field })
		if at < 0 {
			out = append(out, Choice{Field: f.Field, Values: values, Set: set})
			continue
		}
		c := &out[at]
		if c.Values = append(c.Values, values...); isDate(*c) {
			c.Set = c.Set.And(set)
		} else {
			c.Set = c.Set.Or(set)
		}
	}
	for n := range out {
		slices.Sort(out[n].Values)
		out[n].Values = slices.Compact(out[n].Values)
	}
	return out, nil
}

// Within returns the documents of a set that fit all choices.
func (v *View) Within(found Set, choices ...Choice) Set {
	found = v.Living(found)
	for _, c := range choices {
		found = found.And(c.Set)
	}
	return found
}
