package column_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

// benchRows is how many documents benchmarks run over: VIGIE_BENCH_DOCS, or 100,000.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_DOCS")); err == nil && n > 0 {
		return n
	}
	return 100_000
}

// libraryRows are documents of 300 sources, 200 publishers and 40 countries.
func libraryRows(b *testing.B) []column.Row {
	b.Helper()
	m := newMaker(1, benchRows())
	m.sources = nil
	for range 300 {
		m.sources = append(m.sources, vigie.NewID[vigie.SourceID](now()))
	}
	rows := make([]column.Row, len(m.ids))
	for i, id := range m.ids {
		rows[i] = m.row(id)
		if rows[i].Sources = rows[i].Sources[:1]; m.IntN(10) == 0 {
			rows[i].Sources = append(rows[i].Sources, some(m, m.sources...))
		}
		rows[i].Publisher = "publisher " + strconv.Itoa(m.IntN(200))
		rows[i].Country = "C" + strconv.Itoa(m.IntN(40))
		rows[i].Time = now().Add(-time.Duration(m.IntN(4*365*86400)) * time.Second)
	}
	return rows
}

// library makes a table of them.
func library(b *testing.B) (*column.Table, []column.Row) {
	b.Helper()
	table, rows := column.New(), libraryRows(b)
	table.Put(rows...)
	table.View().Newest(table.View().All(), 0, 1, false) // sorted once
	return table, rows
}

// BenchmarkSearch is what the columns do for one search of 100,000 documents.
func BenchmarkSearch(b *testing.B) {
	table, _ := library(b)
	filters := []query.Filter{{Field: query.Lang, Value: "fr"}, {Field: query.From, Date: vigie.Date{Time: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Year}}}
	b.Run("filter+facets+newest", func(b *testing.B) {
		for b.Loop() {
			v := table.View()
			choices, err := v.Choices(filters, column.Resolver{Now: now()})
			if err != nil {
				b.Fatal(err)
			}
			v.Facets(v.All(), 10, choices...)
			if len(v.Newest(v.Within(v.All(), choices...), 0, 20, false)) != 20 {
				b.Fatal("found too few")
			}
		}
	})
	b.Run("facets-of-all", func(b *testing.B) {
		for b.Loop() {
			table.View().Facets(table.View().All(), 10)
		}
	})
	b.Run("newest-of-all", func(b *testing.B) {
		for b.Loop() {
			table.View().Newest(table.View().All(), 0, 20, false)
		}
	})
}

// BenchmarkPut changes one document and asks for the newest ones after it.
func BenchmarkPut(b *testing.B) {
	table, rows := library(b)
	at := 0
	b.Run("status", func(b *testing.B) {
		for b.Loop() {
			at = (at + 7919) % len(rows)
			rows[at].Status = vigie.Kept
			table.Put(rows[at])
		}
	})
	b.Run("time+newest", func(b *testing.B) {
		for b.Loop() {
			at = (at + 7919) % len(rows)
			rows[at].Time = rows[at].Time.Add(time.Hour)
			table.Put(rows[at])
			table.View().Newest(table.View().All(), 0, 20, false)
		}
	})
}

// BenchmarkFill fills a table, and tells what a document takes in memory.
func BenchmarkFill(b *testing.B) {
	rows := libraryRows(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	table := column.New()
	for b.Loop() {
		table = column.New()
		for at := 0; at < len(rows); at += 2000 {
			table.Put(rows[at:min(at+2000, len(rows))]...)
		}
		table.View().Newest(table.View().All(), 0, 1, false)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(table.View().Documents()), "B/row")
	runtime.KeepAlive(rows)
}
