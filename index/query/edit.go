package query

import (
	"slices"
	"time"

	"vigie"
)

// Without returns the query without its clause at i.
func (q Query) Without(i int) Query {
	return Query{Clauses: slices.Delete(slices.Clone(q.Clauses), i, i+1)}
}

// With returns the query with a filter more, or as it is where it has that one. Of
// From, To and Age it takes the place of those that are there.
func (q Query) With(f Filter) Query {
	if q.Has(f) {
		return q
	}
	out := Query{Clauses: slices.Clone(q.Clauses)}
	if f.Field.ranged() {
		out = q.WithoutField(f.Field)
	}
	out.Clauses = append(out.Clauses, Clause{Filter: f})
	return out
}

// Has reports whether the filter stands in the query by itself.
func (q Query) Has(f Filter) bool {
	return slices.ContainsFunc(q.Clauses, func(c Clause) bool { return c.sets(f.Field) && c.Filter.Value == f.Value })
}

// WithoutFilter returns the query without a filter that stands in it by itself.
func (q Query) WithoutFilter(f Filter) Query {
	return q.without(func(c Clause) bool { return c.sets(f.Field) && c.Filter.Value == f.Value })
}

// WithoutField returns the query without all filters of a field that stand in it by
// themselves, so that a choice of other values can take their place.
func (q Query) WithoutField(field Field) Query {
	return q.without(func(c Clause) bool { return c.sets(field) })
}

func (q Query) without(goes func(Clause) bool) Query {
	return Query{Clauses: slices.DeleteFunc(slices.Clone(q.Clauses), goes)}
}

// sets reports whether the clause is a filter of a field, and not forbidden.
func (c Clause) sets(field Field) bool { return c.IsFilter() && !c.Not && c.Filter.Field == field }

// Filters returns the filters of a field that stand in the query by themselves. Of
// From, To and Age all must be fulfilled, of other fields any.
func (q Query) Filters(field Field) []Filter {
	var out []Filter
	for _, c := range q.Clauses {
		if c.sets(field) {
			out = append(out, c.Filter)
		}
	}
	return out
}

// Wished returns the words and beginnings of words that are wished for.
func (q Query) Wished() []Term {
	var out []Term
	for _, c := range q.Clauses {
		if c.Wished() {
			out = append(out, c.Term)
		}
	}
	return out
}

// Looked returns all terms that are looked for, wished for or demanded, in their
// order; those that are left out are not among them.
func (q Query) Looked() []Term { return looked(nil, q.Clauses, false) }

func looked(out []Term, clauses []Clause, not bool) []Term {
	for _, c := range clauses {
		hidden := not != c.Not
		if c.Op == Leaf && !c.IsFilter() && !hidden {
			out = append(out, c.Term)
		}
		out = looked(out, c.Of, hidden)
	}
	return out
}

// At returns the query with its relative dates and ages as dates, counted back from
// the day of now in its time zone.
func (q Query) At(now time.Time) Query {
	year, month, day := now.Date()
	return Query{Clauses: resolved(q.Clauses, time.Date(year, month, day, 0, 0, 0, 0, time.UTC)), Notes: q.Notes}
}

func resolved(clauses []Clause, today time.Time) []Clause {
	out := slices.Clone(clauses)
	for i := range out {
		out[i].Of = resolved(out[i].Of, today)
		f := &out[i].Filter
		switch {
		case f.Field == Age && f.High > 0:
			*f = dated(From, today.AddDate(0, 0, -f.High))
		case f.Field == Age:
			*f = dated(To, today.AddDate(0, 0, -f.Low))
		case (f.Field == From || f.Field == To) && f.Date.IsZero():
			*f = dated(f.Field, today.AddDate(0, 0, -f.Days))
		}
	}
	return out
}

func dated(field Field, day time.Time) Filter {
	d := vigie.Date{Time: day, Precision: vigie.Day}
	return Filter{Field: field, Value: d.String(), Date: d}
}
