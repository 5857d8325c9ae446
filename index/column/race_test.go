package column_test

import (
	"sync"
	"testing"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

// TestReadersAndAWriter has readers ask views for everything while a writer goes on.
// In each state all documents have the same publisher and as many tags as changes were
// made, so that a view of two states is noticed; run with -race it finds the rest.
func TestReadersAndAWriter(t *testing.T) {
	const documents, steps = 700, 60
	table, m := column.New(), newMaker(1, documents)
	write := func(step int) {
		rows := make([]column.Row, 0, documents)
		for i, id := range m.ids[:documents-step] {
			rows = append(rows, column.Row{ID: id, Source: m.sources[0], Publisher: string(rune('A' + step)), Pages: step + 1, Time: now().AddDate(0, 0, i*step)})
		}
		table.Put(rows...)
		table.Delete(m.ids[documents-step-1:]...)
	}
	write(0)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					look(t, table.View(), m)
				}
			}
		})
	}
	for step := range steps {
		write(step)
	}
	close(done)
	readers.Wait()
	look(t, table.View(), m)
}

// look fails the test when a view holds two states.
func look(t *testing.T, v *column.View, m *maker) {
	t.Helper()
	first := v.Newest(v.All(), 0, 1, false)
	if len(first) == 0 {
		t.Error("nothing is there")
		return
	}
	row := v.Row(first[0])
	all, err := v.Where(query.Filter{Field: query.Page, Low: row.Pages, High: row.Pages}, column.Resolver{})
	facets := v.Facets(all, 3)
	if err != nil || len(facets.Publishers.Values) == 0 || facets.Publishers.Values[0].Value != row.Publisher {
		t.Errorf("%v: the newest is of %q, most are of %+v", err, row.Publisher, facets.Publishers)
	}
	listed := v.Newest(v.All(), 0, len(m.ids), true)
	if len(listed) != v.Documents() || all.Count() != v.Documents() {
		t.Errorf("%d listed, %d of one state, %d there", len(listed), all.Count(), v.Documents())
	}
	for _, id := range []vigie.DocumentID{m.ids[0], m.ids[len(m.ids)-1]} {
		if n, ok := v.Ordinal(id); ok && v.Row(n).ID != id {
			t.Errorf("%s is another document", id)
		}
	}
}
