package column_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

func date(t *testing.T, s string) vigie.Date {
	t.Helper()
	d, err := vigie.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// dated makes a table of documents that are called by their dates.
func dated(t *testing.T, dates ...string) (*column.View, map[uint32]string) {
	t.Helper()
	table := column.New()
	for i, d := range dates {
		id := vigie.NewID[vigie.DocumentID](now().Add(time.Duration(i) * time.Second))
		table.Put(column.Row{ID: id, Published: date(t, d), Publisher: d, Time: now()})
	}
	v := table.View()
	called := map[uint32]string{}
	for n := range v.All().Each() {
		called[n] = v.Row(n).Publisher
	}
	return v, called
}

func TestDates(t *testing.T) {
	v, called := dated(t, "", "2025", "2026", "2026-02", "2026-03", "2026-12", "2026-03-01", "2026-11-15T23:59:59Z", "2026-12-31T12:00:00Z", "0900", "2028-02-29")
	tests := []struct {
		filter query.Filter
		want   string
	}{
		{query.Filter{Field: query.From, Date: date(t, "2026")}, "2026 2026-02 2026-03 2026-12 2026-03-01 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z 2028-02-29"},
		{query.Filter{Field: query.From, Date: date(t, "2026-03")}, "2026-03 2026-12 2026-03-01 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z 2028-02-29"},
		{query.Filter{Field: query.From, Date: date(t, "2026-03-02")}, "2026-12 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z 2028-02-29"},
		{query.Filter{Field: query.To, Date: date(t, "2026")}, "2025 2026 2026-02 2026-03 2026-12 2026-03-01 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z"},
		{query.Filter{Field: query.To, Date: date(t, "2026-11")}, "2025 2026-02 2026-03 2026-03-01 2026-11-15T23:59:59Z"},
		{query.Filter{Field: query.To, Date: date(t, "2026-03-31")}, "2025 2026-02 2026-03 2026-03-01"},
		{query.Filter{Field: query.To, Date: date(t, "2026-03-30")}, "2025 2026-02 2026-03-01"},
		{query.Filter{Field: query.Age, High: 7}, "2026-12 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z 2028-02-29"},
		{query.Filter{Field: query.Age, High: 6}, "2026-12 2026-12-31T12:00:00Z 2028-02-29"},
		{query.Filter{Field: query.Age, Low: 30}, "2025 2026-02 2026-03 2026-03-01"},
		{query.Filter{Field: query.To, Days: 30}, "2025 2026-02 2026-03 2026-03-01"},
		{query.Filter{Field: query.From, Days: 1 << 40}, "2025 2026 2026-02 2026-03 2026-12 2026-03-01 2026-11-15T23:59:59Z 2026-12-31T12:00:00Z 2028-02-29"},
	}
	for _, test := range tests {
		found, err := v.Where(test.filter, column.Resolver{Now: now()})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for n := range found.Each() {
			got = append(got, called[n])
		}
		if diff := cmp.Diff(strings.Fields(test.want), got); diff != "" {
			t.Errorf("%+v: %s", test.filter, diff)
		}
	}
}

func TestYears(t *testing.T) {
	v, _ := dated(t, "", "", "2023", "2026-11", "2026-11-21", "0001", "1066-10-14", "9999-12-31")
	got := v.Facets(v.All(), 5)
	want := column.Facets{Years: []column.Year{{2023, 1}, {2024, 0}, {2025, 0}, {2026, 2}}, Earlier: 2, Later: 1, Undated: 2}
	if diff := cmp.Diff(want, column.Facets{Years: got.Years, Earlier: got.Earlier, Later: got.Later, Undated: got.Undated}); diff != "" {
		t.Error(diff)
	}
	if got := column.New().View().Facets(column.Set{}, 5); got.Years != nil || got.Earlier+got.Later+got.Undated != 0 {
		t.Errorf("an empty table has the years %+v", got)
	}
}

// shelf is a table of five documents in the order of their ordinals.
func shelf(t *testing.T) (*column.Table, []column.Row) {
	t.Helper()
	m := newMaker(1, 5)
	rows := []column.Row{
		{Publisher: "ANRT", Country: "MAR", Lang: "fr", Type: "pdf", Topics: []string{"fibre", "fibre"}, Pages: 80, Cited: true},
		{Publisher: "ANRT", Country: "MAR", Lang: "fr-MA", Type: "page", Topics: []string{"fibre", "5g"}, Status: vigie.Kept},
		{Publisher: "Arcep", Country: "FRA", Lang: "fr", Type: "page", Tags: []string{"Rural"}},
		{Publisher: "Ofcom", Country: "GBR", Lang: "en", Type: "pdf", Pages: 10},
		{Publisher: "Ofcom", Country: "GBR", Lang: "en", Type: "page"},
	}
	table := column.New()
	for i := range rows {
		rows[i].ID, rows[i].Source, rows[i].Time = m.ids[i], m.sources[i%2], now().Add(time.Duration(i)*time.Hour)
	}
	rows[4].Sources = []vigie.SourceID{m.sources[2]}
	table.Put(rows...)
	return table, rows
}

func TestWhere(t *testing.T) {
	table, rows := shelf(t)
	v := table.View()
	r := column.Resolver{
		Now:     now(),
		Sources: func(string) []vigie.SourceID { return []vigie.SourceID{rows[0].Source} },
		Countries: func(name string) []string {
			return map[string][]string{"Maroc": {"MAR"}, "Europe": {"FRA", "GBR"}}[name]
		},
		Topics:    func(name string) []string { return []string{strings.ToLower(name)} },
		Publisher: func(value, name string) bool { return strings.Contains(name, value) },
	}
	tests := []struct {
		filter query.Filter
		plain  bool // ask without a resolver
		want   []uint32
	}{
		{filter: query.Filter{Field: query.Source, Value: "the first"}, want: []uint32{0, 2, 4}},
		{filter: query.Filter{Field: query.Source, Value: string(rows[1].Source)}, plain: true, want: []uint32{1, 3}},
		{filter: query.Filter{Field: query.Source, Value: string(rows[4].Sources[0])}, plain: true, want: []uint32{4}},
		{filter: query.Filter{Field: query.Publisher, Value: "A"}, want: []uint32{0, 1, 2}},
		{filter: query.Filter{Field: query.Publisher, Value: "anrt"}, plain: true, want: []uint32{0, 1}},
		{filter: query.Filter{Field: query.Country, Value: "Europe"}, want: []uint32{2, 3, 4}},
		{filter: query.Filter{Field: query.Country, Value: "Atlantis"}},
		{filter: query.Filter{Field: query.Country, Value: "mar"}, plain: true, want: []uint32{0, 1}},
		{filter: query.Filter{Field: query.Lang, Value: "fr-FR"}, want: []uint32{0, 1, 2}},
		{filter: query.Filter{Field: query.Lang, Value: "?"}},
		{filter: query.Filter{Field: query.Type, Value: "PDF"}, want: []uint32{0, 3}},
		{filter: query.Filter{Field: query.Topic, Value: "Fibre"}, want: []uint32{0, 1}},
		{filter: query.Filter{Field: query.Tag, Value: "rural"}, want: []uint32{2}},
		{filter: query.Filter{Field: query.Status, Value: "new"}, want: []uint32{0, 2, 3, 4}},
		{filter: query.Filter{Field: query.Status, Value: "kept"}, want: []uint32{1}},
		{filter: query.Filter{Field: query.Cited, Yes: true}, want: []uint32{0}},
		{filter: query.Filter{Field: query.Cited}, want: []uint32{1, 2, 3, 4}},
		{filter: query.Filter{Field: query.Page, Low: 10, High: 20}, want: []uint32{3}},
		{filter: query.Filter{Field: query.Page, Low: 51}, want: []uint32{0}},
		{filter: query.Filter{Field: query.Page}, want: []uint32{0, 3}},
	}
	for _, test := range tests {
		with := r
		if test.plain {
			with = column.Resolver{}
		}
		found, err := v.Where(test.filter, with)
		if got := slices.Collect(found.Each()); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%+v finds %v (%v), want %v", test.filter, got, err, test.want)
		}
	}
	if _, err := v.Where(query.Filter{Field: query.Title, Value: "x"}, r); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a title is no column: got %v", err)
	}
	if _, err := v.Choices([]query.Filter{{Field: query.Title}}, r); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a title is no choice: got %v", err)
	}
}

// TestChosenValuesStay shows that the counts of a field do not mind what was chosen of
// it, and that a chosen value is listed however rare it is.
func TestChosenValuesStay(t *testing.T) {
	table, _ := shelf(t)
	v := table.View()
	choices, err := v.Choices([]query.Filter{{Field: query.Publisher, Value: "Arcep"}, {Field: query.Type, Value: "pdf"}, {Field: query.Type, Value: "page"}}, column.Resolver{})
	if err != nil {
		t.Fatal(err)
	}
	got := v.Facets(v.All(), 1, choices...)
	want := column.Facets{
		Publishers: column.Facet{Values: []column.Value{{"ANRT", 2, false}, {"Arcep", 1, true}}, More: 1},
		Types:      column.Facet{Values: []column.Value{{"page", 1, true}, {"pdf", 0, true}}},
	}
	if diff := cmp.Diff(want, column.Facets{Publishers: got.Publishers, Types: got.Types}); diff != "" {
		t.Error(diff)
	}
}

// TestOrdinalsLast shows that a document keeps its ordinal and a view its state.
func TestOrdinalsLast(t *testing.T) {
	table, rows := shelf(t)
	before := table.View()
	table.Delete(rows[1].ID, rows[1].ID)
	without := table.View()
	rows[1].Status, rows[1].Time = vigie.Dropped, now().Add(time.Hour*100)
	table.Put(rows[1])
	after := table.View()
	if n, ok := before.Ordinal(rows[1].ID); n != 1 || !ok || before.Row(1).Status != vigie.Kept || before.Documents() != 5 {
		t.Errorf("the first view changed: ordinal %d (%v), %+v", n, ok, before.Row(1))
	}
	if _, ok := without.Ordinal(rows[1].ID); ok || without.Holds(1) || without.Documents() != 4 || without.Row(1).ID != "" {
		t.Error("a deleted document is still there")
	}
	if got := without.Newest(before.All(), 0, 9, false); !slices.Equal(got, []uint32{4, 3, 2, 0}) {
		t.Errorf("newest without the deleted one: %v", got)
	}
	if n, ok := after.Ordinal(rows[1].ID); n != 1 || !ok || after.Row(1).Status != vigie.Dropped || after.Given() != 5 {
		t.Errorf("the document came back as %d (%v), %+v", n, ok, after.Row(1))
	}
	if got := after.Newest(after.All(), 0, 2, false); !slices.Equal(got, []uint32{1, 4}) {
		t.Errorf("newest after it came back: %v", got)
	}
	if table.Put(column.Row{ID: "none"}); table.View().Given() != 5 {
		t.Error("what has no identity was added")
	}
}

func TestStoriesAndSources(t *testing.T) {
	m := newMaker(1, 3)
	table := column.New()
	table.Put(column.Row{ID: m.ids[0], Source: m.sources[0], Story: m.stories[0]}, column.Row{ID: m.ids[1], Source: m.sources[1], Story: m.stories[1]}, column.Row{ID: m.ids[2], Source: m.sources[0]})
	v := table.View()
	for name, test := range map[string]struct {
		got  column.Set
		want []uint32
	}{
		"a story": {v.InStory(m.stories[1]), []uint32{1}}, "two stories": {v.InStory(m.stories...), []uint32{0, 1}}, "no story": {v.InStory(""), nil},
		"a source": {v.ShownBy(m.sources[0]), []uint32{0, 2}}, "no source": {v.ShownBy(), nil},
	} {
		if got := slices.Collect(test.got.Each()); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestSets(t *testing.T) {
	set := func(rows ...uint32) (s column.Set) {
		for _, n := range rows {
			s = s.With(n)
		}
		return s
	}
	a, b := set(1, 63, 64, 700), set(1, 64, 65)
	for name, test := range map[string]struct {
		got  column.Set
		want []uint32
	}{
		"and": {a.And(b), []uint32{1, 64}}, "or": {b.Or(a), []uint32{1, 63, 64, 65, 700}}, "and not": {a.AndNot(b), []uint32{63, 700}},
		"not the larger": {b.AndNot(a), []uint32{65}}, "nothing": {column.Set{}.Or(column.Set{}), nil},
	} {
		if got := slices.Collect(test.got.Each()); !slices.Equal(got, test.want) || test.got.Count() != len(test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if !a.Has(700) || a.Has(701) || a.Has(1<<31) || b.Has(700) {
		t.Error("a set holds what it does not")
	}
}
