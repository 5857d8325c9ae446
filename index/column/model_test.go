package column_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

// now is the day of all tests.
func now() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// model is a table without columns.
type model map[vigie.DocumentID]column.Row

// values are what a row has of a field, as filters name it.
func values(r column.Row, f query.Field) []string {
	switch f {
	case query.Source:
		out := []string{string(r.Source)}
		for _, s := range r.Sources {
			out = append(out, string(s))
		}
		return out
	case query.Publisher:
		return []string{r.Publisher}
	case query.Country:
		return []string{r.Country}
	case query.Lang:
		return []string{string(r.Lang.Base())}
	case query.Type:
		return []string{r.Type}
	case query.Topic:
		return r.Topics
	case query.Tag:
		return r.Tags
	case query.Status:
		return []string{cmp.Or(string(r.Status), "new")}
	}
	return nil
}

// fits is the naive filter. The last instant of a date is that of its text form.
func fits(r column.Row, f query.Filter) bool {
	end := r.Published.Time
	switch r.Published.Precision {
	case vigie.Year:
		end = end.AddDate(1, 0, -1)
	case vigie.Month:
		end = end.AddDate(0, 1, -1)
	}
	wanted := f.Date.String()
	if f.Date.IsZero() {
		wanted = now().AddDate(0, 0, -max(f.Days, f.Low, f.High)).Format(time.DateOnly)
	}
	short := func(t time.Time) string { return t.Format(time.DateOnly)[:min(len(wanted), 10)] }
	older := f.Field == query.To || f.Field == query.Age && f.High == 0
	switch f.Field {
	case query.Cited:
		return r.Cited == f.Yes
	case query.Page:
		return r.Pages > 0 && r.Pages >= f.Low && (f.High == 0 || r.Pages <= f.High)
	case query.From, query.To, query.Age:
		wanted = wanted[:min(len(wanted), 10)]
		return !r.Published.IsZero() && (older && short(end) <= wanted || !older && short(r.Published.Time) >= wanted)
	}
	return slices.Contains(values(r, f.Field), f.Value)
}

// where is the naive search: filters of one field mean any of them.
func (m model) where(filters []query.Filter, but func(query.Field) bool) []vigie.DocumentID {
	var out []vigie.DocumentID
	for id, r := range m {
		passed := map[query.Field]bool{}
		for _, f := range filters {
			before, seen := passed[f.Field]
			if isDate(f.Field) {
				passed[f.Field] = (before || !seen) && fits(r, f)
			} else {
				passed[f.Field] = before || fits(r, f)
			}
		}
		ok := true
		for f, yes := range passed {
			ok = ok && (yes || but(f))
		}
		if ok {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b vigie.DocumentID) int {
		return cmp.Or(m[b].Time.Compare(m[a].Time), cmp.Compare(b, a))
	})
	return out
}

func none(query.Field) bool { return false }

func isDate(f query.Field) bool { return f == query.From || f == query.To || f == query.Age }

// facet is the naive count of a field.
func (m model) facet(filters []query.Filter, f query.Field, most int) column.Facet {
	counts := map[string]int{}
	for _, id := range m.where(filters, func(o query.Field) bool { return o == f }) {
		of := slices.Sorted(slices.Values(values(m[id], f)))
		for _, v := range slices.Compact(of) {
			if v != "" {
				counts[v]++
			}
		}
	}
	var all []column.Value
	for v, n := range counts {
		chosen := slices.ContainsFunc(filters, func(o query.Filter) bool { return o.Field == f && o.Value == v })
		all = append(all, column.Value{Value: v, Count: n, Chosen: chosen})
	}
	slices.SortFunc(all, func(a, b column.Value) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	var out column.Facet
	for n, v := range all {
		if n < most || v.Chosen {
			out.Values = append(out.Values, v)
		} else {
			out.More++
		}
	}
	return out
}

// facets is the naive count of everything.
func (m model) facets(filters []query.Filter, most int) column.Facets {
	out := column.Facets{
		Sources: m.facet(filters, query.Source, most), Publishers: m.facet(filters, query.Publisher, most),
		Countries: m.facet(filters, query.Country, most), Langs: m.facet(filters, query.Lang, most),
		Types: m.facet(filters, query.Type, most), Topics: m.facet(filters, query.Topic, most),
		Tags: m.facet(filters, query.Tag, most), Statuses: m.facet(filters, query.Status, most),
	}
	years := map[int]int{}
	for _, id := range m.where(filters, isDate) {
		if d := m[id].Published; d.IsZero() {
			out.Undated++
		} else {
			years[d.Time.Year()]++
		}
	}
	if len(years) > 0 {
		for y := slices.Min(slices.Collect(maps.Keys(years))); y <= slices.Max(slices.Collect(maps.Keys(years))); y++ {
			out.Years = append(out.Years, column.Year{Year: y, Count: years[y]})
		}
	}
	return out
}

// maker makes random rows and filters out of few values, so that they meet.
type maker struct {
	*rand.Rand
	ids     []vigie.DocumentID
	sources []vigie.SourceID
	stories []vigie.StoryID
}

func newMaker(seed uint64, documents int) *maker {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 7))}
	for i := range documents {
		m.ids = append(m.ids, vigie.NewID[vigie.DocumentID](now().Add(time.Duration(i)*time.Second)))
	}
	for range 5 {
		m.sources = append(m.sources, vigie.NewID[vigie.SourceID](now()))
		m.stories = append(m.stories, vigie.NewID[vigie.StoryID](now()))
	}
	return m
}

func some[T any](m *maker, of ...T) T { return of[m.IntN(len(of))] }

func (m *maker) list(of string) []string {
	var out []string
	for v := range strings.FieldsSeq(of) {
		if m.IntN(3) == 0 {
			out = append(out, v)
		}
	}
	return out
}

func (m *maker) date() vigie.Date {
	texts := []string{"", "%[1]d", "%[1]d-%02[2]d", "%[1]d-%02[2]d-%02[3]d", "%[1]d-%02[2]d-%02[3]dT%02[4]d:30:00Z"}
	layout := some(m, texts...)
	if layout == "" {
		return vigie.Date{}
	}
	text, _, _ := strings.Cut(fmt.Sprintf(layout, 2019+m.IntN(8), 1+m.IntN(12), 1+m.IntN(28), m.IntN(24)), "%!")
	d, err := vigie.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func (m *maker) row(id vigie.DocumentID) column.Row {
	r := column.Row{
		ID: id, Source: some(m, m.sources...), Publisher: some(m, "", "ANRT", "Arcep", "Ofcom"), Country: some(m, "", "MAR", "FRA", "GBR"),
		Lang: some(m, vigie.Lang(""), "fr", "fr-MA", "ar", "en"), Type: some(m, "page", "pdf", "feed"),
		Topics: m.list("fibre 5g spectrum"), Tags: m.list("urgent rural cited later"), Status: some(m, vigie.New, vigie.Kept, vigie.Dropped),
		Story: some(m, append([]vigie.StoryID{""}, m.stories...)...), Cited: m.IntN(4) == 0, Pages: some(m, 0, 0, 1, 12, 80),
		Published: m.date(), Time: now().Add(-time.Duration(m.IntN(500)) * time.Hour),
	}
	r.Sources = append(r.Sources, r.Source)
	if other := some(m, m.sources...); other != r.Source {
		r.Sources = append(r.Sources, other)
	}
	return r
}

func (m *maker) filters() []query.Filter {
	var out []query.Filter
	for range m.IntN(4) {
		r := m.row("")
		f := query.Filter{Field: some(m, query.Source, query.Publisher, query.Country, query.Lang, query.Type, query.Topic, query.Tag,
			query.Status, query.Cited, query.Page, query.From, query.To, query.Age)}
		if of := values(r, f.Field); len(of) > 0 {
			f.Value = some(m, of...)
		}
		switch f.Field {
		case query.Cited:
			f.Yes = m.IntN(2) == 0
		case query.Page:
			f.Low, f.High = some(m, 0, 1, 10), some(m, 0, 12, 50)
		case query.From, query.To:
			if f.Date = m.date(); f.Date.IsZero() {
				f.Days = m.IntN(2000)
			}
		case query.Age:
			f.Low, f.High = m.IntN(2000), 0
			if m.IntN(2) == 0 {
				f.Low, f.High = 0, f.Low+1
			}
		default:
			if f.Value == "" {
				continue // nobody can ask for what is not known
			}
		}
		out = append(out, f)
	}
	return out
}

// TestAgreesWithModel compares the table with one without columns, after random
// writes, for random questions.
func TestAgreesWithModel(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	for seed := range uint64(8) {
		table, naive, m := column.New(), model{}, newMaker(seed, 1500)
		for step := range 25 {
			var rows []column.Row
			for range m.IntN(150) {
				r := m.row(some(m, m.ids...))
				rows = append(rows, r)
				naive[r.ID] = r
			}
			table.Put(rows...)
			if step%3 == 0 {
				gone := []vigie.DocumentID{some(m, m.ids...), some(m, m.ids...), "none"}
				table.Delete(gone...)
				for _, id := range gone {
					delete(naive, id)
				}
			}
			agree(t, table.View(), naive, m)
			if t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
	}
}

// agree asks both the same.
func agree(t *testing.T, v *column.View, naive model, m *maker) {
	t.Helper()
	if v.Documents() != len(naive) || v.All().Count() != len(naive) {
		t.Errorf("%d documents, %d in the set of all; want %d", v.Documents(), v.All().Count(), len(naive))
	}
	id := some(m, m.ids...)
	n, ok := v.Ordinal(id)
	want, has := naive[id]
	var row column.Row
	if want.Lang = want.Lang.Base(); ok {
		row = v.Row(n)
	}
	if diff := gocmp.Diff(want, row); ok != has || diff != "" {
		t.Errorf("row of %s (there: %v, want %v): %s", id, ok, has, diff)
	}
	filters := m.filters()
	choices, err := v.Choices(filters, column.Resolver{Now: now()})
	if err != nil {
		t.Fatal(err)
	}
	oldest, offset, limit := m.IntN(2) == 0, m.IntN(30), 1+m.IntN(60)
	all := naive.where(filters, none)
	if oldest {
		slices.Reverse(all)
	}
	found := v.Within(v.All(), choices...)
	if found.Count() != len(all) {
		t.Errorf("%+v finds %d documents, want %d", filters, found.Count(), len(all))
	}
	page := all[min(offset, len(all)):min(offset+limit, len(all))]
	var got []vigie.DocumentID
	for _, n := range v.Newest(found, offset, limit, oldest) {
		got = append(got, v.Row(n).ID)
	}
	if !slices.Equal(got, page) {
		t.Errorf("%+v, from %d: %v, want %v", filters, offset, got, page)
	}
	facets := v.Facets(v.All(), 2, choices...)
	if diff := gocmp.Diff(naive.facets(filters, 2), facets, gocmp.Transformer("counted", counted)); diff != "" {
		t.Errorf("facets of %+v: %s", filters, diff)
	}
}

// counted leaves out values that are listed only because they were chosen: the model
// does not know them.
func counted(f column.Facet) []string {
	out := []string{fmt.Sprint(f.More, " more")}
	for _, v := range f.Values {
		if v.Count > 0 {
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}
