package curate_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// benchDocuments is how many documents the follower is measured over: 5,000, or
// VIGIE_BENCH_DOCUMENTS.
func benchDocuments() int {
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_DOCUMENTS")); err == nil && n > 0 {
		return n
	}
	return 5_000
}

// BenchmarkFollower settles documents of 350 words, of which every twentieth is a cut
// copy, from nothing; then it starts anew and settles one more, which loads the prints.
func BenchmarkFollower(b *testing.B) {
	n := newNewsroom(b)
	size := benchDocuments()
	z := rand.NewZipf(rand.New(rand.NewPCG(5, 2026)), 1.1, 8, 60_000)
	article := func(i int) vigie.Document {
		var text strings.Builder
		for w := range 350 {
			switch word := z.Uint64(); {
			case w%30 == 7:
				fmt.Fprintf(&text, "%d ", word+uint64(i%7))
			case w%15 == 3:
				fmt.Fprintf(&text, "N%xame ", word)
			default:
				fmt.Fprintf(&text, "w%xord ", word)
			}
		}
		host := []string{"fleuve", "colline", "oasis"}[i%3]
		return vigie.Document{
			URL: fmt.Sprintf("https://%s.example/%d", host, i), Title: text.String()[:60], Lang: vigie.English,
			Published: vigie.InstantOf(n.at.Add(time.Duration(i) * time.Minute)), Body: []vigie.Paragraph{{Text: text.String()}},
		}
	}
	var before vigie.Document
	for i := 0; i < size; i += 500 {
		var docs []vigie.Document
		for j := range min(500, size-i) {
			d := article(i + j)
			if j%20 == 19 {
				d.Body = []vigie.Paragraph{{Text: before.Body[0].Text[:len(before.Body[0].Text)*3/4]}}
			}
			before = d
			docs = append(docs, d)
		}
		storetest.File(b, n.db, n.press[0], docs...)
	}
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			n.change(func(tx *store.Tx) error { return tx.SetCursor(store.StoryFollower, store.Cursor{}) })
			n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
			n.settle()
		}
		b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*size), "µs/document")
		b.ReportMetric(float64(len(n.all())), "stories")
		bytes := 0
		err := n.db.View(func(tx *store.Tx) error {
			for p, err := range tx.PrintsBefore("") {
				if bytes += len(p.Data); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(bytes)/float64(size), "B/print")
	})
	b.Run("start", func(b *testing.B) {
		var empty, full runtime.MemStats
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			d := article(size + i)
			storetest.File(b, n.db, n.press[0], d)
			n.stories = nil
			runtime.GC()
			runtime.ReadMemStats(&empty)
			b.StartTimer()
			n.stories = curate.NewStories(n.db, slog.New(slog.DiscardHandler))
			n.settle()
		}
		runtime.GC()
		runtime.ReadMemStats(&full)
		b.ReportMetric(float64(full.HeapAlloc-empty.HeapAlloc)/1e6, "MB-in-memory")
	})
}
