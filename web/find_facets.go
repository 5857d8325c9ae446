package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/index/column"
	grammar "vigie/index/query"
	"vigie/index/store"
	"vigie/web/ui"
)

// openYears is how many years are shown before the others are folded away.
const openYears = 12

// mostBoxes bounds the boxes that are read from an address.
const mostBoxes = 400

// listed is a field with the values that were found of it.
type listed struct {
	field grammar.Field
	facet column.Facet
}

// listedOf are the fields to narrow a search by, in their order on the page.
func listedOf(f column.Facets) []listed {
	return []listed{
		{grammar.Country, f.Countries},
		{grammar.Topic, f.Topics},
		{grammar.Lang, f.Langs},
		{grammar.Source, f.Sources},
		{grammar.Publisher, f.Publishers},
		{grammar.Type, f.Types},
		{grammar.Status, f.Statuses},
		{grammar.Tag, f.Tags},
	}
}

// facetsOf are the fields that tell what was found apart: those with one value only
// are left out, unless it was chosen.
func (s *Server) facetsOf(a *asking, f column.Facets) []ui.FindFacet {
	var out []ui.FindFacet
	for _, l := range listedOf(f) {
		facet := ui.FindFacet{Field: string(l.field), More: l.facet.More}
		for n, v := range l.facet.Values {
			value := ui.FindValue{
				ID: "f-" + facet.Field + "-" + strconv.Itoa(n), Value: facet.Field + ":" + v.Value, Name: s.valueName(a.P, l.field, v.Value), Count: v.Count, Chosen: v.Chosen,
			}
			if v.Chosen {
				facet.Chosen++
			}
			if l.field == grammar.Lang && s.locales.Speaks(vigie.Lang(v.Value)) {
				value.Lang = vigie.Lang(v.Value)
			}
			facet.Values = append(facet.Values, value)
		}
		if len(facet.Values) > 1 || facet.Chosen > 0 {
			out = append(out, facet)
		}
	}
	return out
}

// yearsOf are the years of what was found, each with the search within it.
func yearsOf(r *http.Request, f findAsked, asked grammar.Query, facets column.Facets) ui.FindYears {
	out := ui.FindYears{Undated: facets.Undated, Apart: facets.Earlier + facets.Later}
	most, first, last := 1, len(facets.Years), 0
	for n, y := range facets.Years {
		if most = max(most, y.Count); y.Count > 0 {
			first, last = min(first, n), n
		}
	}
	if first >= last { // one year tells nothing apart
		first = len(facets.Years)
	}
	plain := asked.WithoutField(grammar.From).WithoutField(grammar.To).WithoutField(grammar.Age)
	dated := len(plain.Clauses) < len(asked.Clauses)
	if dated && first == len(facets.Years) {
		first = 0
	}
	for n := len(facets.Years) - 1; n >= first; n-- {
		y := facets.Years[n]
		year := strconv.Itoa(y.Year)
		row := ui.FindYear{Year: year, Count: y.Count, Share: (y.Count*100 + most - 1) / most}
		within, ok := inYear(plain, year)
		switch {
		case !ok || y.Count == 0:
		case within.String() == asked.String() || sameYear(asked, year):
			row.Chosen, row.URL = true, f.with(r, plain)
		default:
			row.URL = f.with(r, within)
		}
		switch {
		case len(out.Rows) < openYears || row.Chosen:
			out.Rows = append(out.Rows, row)
		case y.Count > 0:
			out.Old = append(out.Old, row)
		}
	}
	return out
}

// inYear is a query within a year.
func inYear(q grammar.Query, year string) (grammar.Query, bool) {
	for _, field := range []grammar.Field{grammar.From, grammar.To} {
		f, err := grammar.NewFilter(field, year)
		if err != nil {
			return q, false
		}
		q = q.With(f)
	}
	return q, true
}

// sameYear reports whether a query asks for one year and no other time.
func sameYear(q grammar.Query, year string) bool {
	only := func(field grammar.Field) bool {
		f := q.Filters(field)
		return len(f) == 1 && f[0].Value == year
	}
	return only(grammar.From) && only(grammar.To) && len(q.Filters(grammar.Age)) == 0
}

// rewritten is the line that boxes and fields of a form make of a line; changed says
// that there were any. A line that cannot be read stays as it is.
func (s *Server) rewritten(line string, given url.Values) (to string, changed bool, err error) {
	if given.Has("avance") {
		return advancedLine(given), true, nil
	}
	if !given.Has("f") && !given.Has("avant") {
		return line, false, nil
	}
	asked, err := grammar.Parse(line)
	if err != nil {
		return line, false, nil //nolint:nilerr // the page says what is wrong with it
	}
	ticked, before := given["f"], given["avant"]
	asked, err = s.narrowed(asked, ticked[:min(len(ticked), mostBoxes)], before[:min(len(before), mostBoxes)])
	return asked.String(), true, err
}

// narrowed is a query with boxes ticked and no longer ticked. Filters of a field whose
// boxes stayed as they were stay as they were typed.
func (s *Server) narrowed(asked grammar.Query, ticked, before []string) (grammar.Query, error) {
	err := s.o.DB.View(func(tx *store.Tx) error {
		for _, l := range listedOf(column.Facets{}) {
			now, then := valuesOf(l.field, ticked), valuesOf(l.field, before)
			added := slices.DeleteFunc(slices.Clone(now), func(v string) bool { return slices.Contains(then, v) })
			if len(now)-len(added) < len(then) { // one that was ticked is not any more
				asked, added = asked.WithoutField(l.field), now
			}
			for _, value := range added {
				filter, ok, err := filterFor(tx, l.field, value)
				if err != nil {
					return err
				}
				if ok {
					asked = asked.With(filter)
				}
			}
		}
		return nil
	})
	return asked, err
}

// filterFor is the filter that a box stands for, where it is one of ours.
func filterFor(tx *store.Tx, field grammar.Field, value string) (f grammar.Filter, ok bool, err error) {
	if id := vigie.SourceID(value); field == grammar.Source && vigie.ValidID(id) {
		if value, err = sourceValue(tx, id); err != nil {
			return f, false, err
		}
	}
	f, bad := grammar.NewFilter(field, value)
	return f, bad == nil, nil
}

// valuesOf are the values that boxes have of a field, each once.
func valuesOf(field grammar.Field, boxes []string) []string {
	var out []string
	for _, box := range boxes {
		if name, value, ok := strings.Cut(box, ":"); ok && name == string(field) && !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}
