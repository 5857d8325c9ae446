package query

import (
	"strings"

	"vigie"
)

// spread takes several filters of one field out of their OR, where they mean the
// same side by side.
func spread(clauses []Clause) []Clause {
	var out []Clause
	for _, c := range clauses {
		if field := c.filtersOf(); field != "" && !field.ranged() {
			out = append(out, c.Of...)
		} else {
			out = append(out, c)
		}
	}
	return out
}

// filtersOf returns the field whose values an OR chooses from; "" for any other
// clause.
func (c Clause) filtersOf() Field {
	if c.Op != Or || c.Not {
		return ""
	}
	field := c.Of[0].Filter.Field
	for _, part := range c.Of {
		if !part.IsFilter() || part.Not || part.Filter.Field != field {
			return ""
		}
	}
	return field
}

// ranged reports the fields whose filters side by side must all be fulfilled.
func (f Field) ranged() bool { return f == From || f == To || f == Age }

// bounded returns the query within its bounds, or an error where too much is
// demanded or it contradicts itself.
func (q Query) bounded() (Query, error) {
	demanded := 0
	values := map[Field]int{}
	for _, c := range q.Clauses {
		if c.Wished() {
			continue
		}
		if demanded += c.terms(); demanded > MaxTerms {
			return q, span{c.At, c.End}.fault("terms", []any{"max", MaxTerms}, "at most %d words and phrases can be looked for; take some away", MaxTerms)
		}
		if err := c.count(values); err != nil {
			return q, err
		}
	}
	var out Query
	for _, c := range q.Clauses {
		if c.Wished() {
			demanded++
		}
		if demanded <= MaxTerms || !c.Wished() {
			out.Clauses = append(out.Clauses, c)
		}
	}
	if demanded > MaxTerms {
		out.Notes = append(out.Notes, Note{"words", demanded - MaxTerms})
	}
	return out, out.checkDates()
}

// terms counts what is looked for.
func (c Clause) terms() int {
	n := 0
	for _, part := range c.Of {
		n += part.terms()
	}
	if c.Op == Leaf && !c.IsFilter() {
		n++
	}
	return n
}

// count counts the values of each field.
func (c Clause) count(values map[Field]int) error {
	for _, part := range c.Of {
		if err := part.count(values); err != nil {
			return err
		}
	}
	if !c.IsFilter() {
		return nil
	}
	f := c.Filter.Field
	if values[f]++; values[f] > MaxValues {
		return span{c.At, c.End}.fault("many", []any{"name", string(f), "max", MaxValues}, "at most %d values of %s: can be named", MaxValues, f)
	}
	return nil
}

// checkDates refuses two beginnings or two ends, and an end before the beginning.
func (q Query) checkDates() error {
	var from, to vigie.Date
	for i, c := range q.Clauses {
		f := c.Filter
		if !c.IsFilter() || c.Not || f.Field != From && f.Field != To {
			continue
		}
		for _, before := range q.Clauses[:i] {
			if before.IsFilter() && !before.Not && before.Filter.Field == f.Field {
				return span{c.At, c.End}.fault("twice", []any{"name", string(f.Field)}, "%s: is given twice; keep one", f.Field)
			}
		}
		if f.Field == From {
			from = f.Date
		} else {
			to = f.Date
		}
		if !from.IsZero() && !to.IsZero() && from.Time.After(to.Time) && !strings.HasPrefix(from.String(), to.String()) {
			return span{c.At, c.End}.fault("order", nil, "from:%s is later than to:%s; exchange them", from, to)
		}
	}
	return nil
}
