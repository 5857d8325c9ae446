package column

import (
	"cmp"
	"slices"

	"vigie"
	"vigie/index/query"
)

// Facets say how the documents of a set are spread over the values of each field. A
// document counts once for each of its values.
type Facets struct {
	Sources, Publishers, Countries, Langs, Types, Topics, Tags, Statuses Facet

	// Years are the years of the known dates, the first one first and those without
	// documents among them.
	Years []Year
	// Earlier and Later are how many documents lie before and after Years, which are
	// at most [MaxYears]: publishers date things in the year 1 and in the year 9999.
	Earlier, Later int
	// Undated is how many documents have no known date.
	Undated int
}

// Facet is the spread over the values of one field, the most frequent first.
type Facet struct {
	Values []Value
	// More is how many other values there are.
	More int
}

// Value is one value of a field: an identity of a source or a topic, a code, a name.
// A filter of the field takes it as it is; the status of a document that nobody looked
// at is "new" here.
type Value struct {
	Value string
	// Count is how many documents would be shown with this value and what was chosen
	// of the other fields.
	Count int
	// Chosen says that it is among what was chosen: it is listed even when it is rare.
	Chosen bool
}

// Year is how many documents are of a year.
type Year struct{ Year, Count int }

// MaxYears is how many years are told apart.
const MaxYears = 100

// Facets counts the documents of a set that fit all choices, at most so many values
// of each field. What was chosen of a field does not narrow the counts of that field
// itself, so that a page can offer the values beside those that were chosen; for the
// years that goes for all filters of dates.
func (v *View) Facets(found Set, most int, choices ...Choice) Facets {
	found = v.Living(found)
	all := v.Within(found, choices...)
	var plain []field
	var counts [fields][]int
	for f := range fields {
		own := slices.ContainsFunc(choices, func(c Choice) bool { return isOf(c, f) })
		if !own {
			plain = append(plain, f)
			continue
		}
		rest := v.Within(found, without(choices, func(c Choice) bool { return isOf(c, f) })...)
		counts[f] = v.count(rest, f)[0]
	}
	for n, c := range v.count(all, plain...) {
		counts[plain[n]] = c
	}
	facet := func(f field) Facet { return v.facet(f, counts[f], most, choices) }
	out := Facets{
		Sources: facet(sources), Publishers: facet(publishers), Countries: facet(countries), Langs: facet(langs),
		Types: facet(types), Topics: facet(topics), Tags: facet(tags), Statuses: facet(statuses),
	}
	v.years(v.Within(found, without(choices, isDate)...), &out)
	return out
}

func isOf(c Choice, f field) bool {
	of, ok := fieldOf(c.Field)
	return ok && of == f
}

func isDate(c Choice) bool {
	return c.Field == query.From || c.Field == query.To || c.Field == query.Age
}

func without(choices []Choice, out func(Choice) bool) []Choice {
	return slices.DeleteFunc(slices.Clone(choices), out)
}

// count returns for each field how many documents of a set have each value, by the
// values' numbers.
func (v *View) count(in Set, of ...field) [][]int {
	lists := make([][]uint32, len(of))
	for n, f := range of {
		lists[n] = make([]uint32, len(v.names[f].lists))
	}
	var at [chunkRows]uint16
	for n, c := range v.chunks {
		rows := at[:c.pick(&at, in.wordsOf(n))]
		for n, f := range of {
			tally(lists[n], &c.cells[f], rows)
		}
	}
	out := make([][]int, len(of))
	for n, f := range of {
		out[n] = make([]int, len(v.names[f].values))
		for list, count := range lists[n] {
			for _, value := range v.names[f].lists[list] {
				out[n][value] += int(count)
			}
		}
	}
	return out
}

// tally counts the lists of some rows of a chunk.
func tally(counts []uint32, cells *[chunkRows]uint32, rows []uint16) {
	if len(rows) == chunkRows { // as in most chunks where nothing was asked
		for _, list := range cells {
			counts[list]++
		}
		return
	}
	for _, i := range rows {
		counts[cells[i%chunkRows]]++
	}
}

// facet lists the most frequent values of a field, and those that were chosen.
func (v *View) facet(f field, counts []int, most int, choices []Choice) Facet {
	chosen := map[string]bool{}
	for _, c := range choices {
		if isOf(c, f) {
			for _, name := range c.Values {
				chosen[name] = true
			}
		}
	}
	var all []Value
	for n, count := range counts {
		if name := v.names[f].values[n]; count > 0 || chosen[name] {
			all = append(all, Value{Value: name, Count: count, Chosen: chosen[name]})
		}
	}
	slices.SortFunc(all, func(a, b Value) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	var out Facet
	for n, value := range all {
		if n < most || value.Chosen {
			out.Values = append(out.Values, value)
		} else {
			out.More++
		}
	}
	return out
}

// latestYear is the last one that a date can have.
const latestYear = 9999

// years counts the documents of a set by the years of their dates.
func (v *View) years(in Set, out *Facets) {
	counts := make([]int, latestYear+1)
	var at [chunkRows]uint16
	for n, c := range v.chunks {
		for _, i := range at[:c.pick(&at, in.wordsOf(n))] {
			if c.precision[i%chunkRows] == vigie.Unknown {
				out.Undated++
			} else if year := c.low[i%chunkRows] / 10000; year >= 0 && year <= latestYear {
				counts[year]++
			}
		}
	}
	from, to := busiest(counts)
	for year, count := range counts {
		switch {
		case year < from:
			out.Earlier += count
		case year > to:
			out.Later += count
		default:
			out.Years = append(out.Years, Year{year, count})
		}
	}
}

// busiest returns the first and the last year with documents, of the MaxYears years
// in a row that have the most; the last ones where several do. Without documents the
// last lies before the first.
func busiest(counts []int) (from, to int) {
	most, sum, first := 0, 0, 0
	from, to = 1, 0
	for year, count := range counts {
		sum += count
		for ; first <= year-MaxYears; first++ {
			sum -= counts[first]
		}
		if count > 0 && sum >= most {
			most, from, to = sum, first, year
		}
	}
	for from < to && counts[from] == 0 {
		from++
	}
	return from, to
}
