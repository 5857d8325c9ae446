package story_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/story"
)

// writer makes texts of words that come as often as words do (Zipf's law).
type writer struct {
	r *rand.Rand
	z *rand.Zipf
}

func newWriter() *writer {
	r := rand.New(rand.NewPCG(5, 2026))
	return &writer{r: r, z: rand.NewZipf(r, 1.1, 8, 60_000)}
}

func (w *writer) words(n int) string {
	var b strings.Builder
	for i := range n {
		word := w.z.Uint64()
		switch {
		case i > 0 && w.r.IntN(30) == 0:
			fmt.Fprintf(&b, " %d", w.r.IntN(5000))
		case i > 0 && w.r.IntN(15) == 0:
			fmt.Fprintf(&b, " N%xame", word)
		default:
			fmt.Fprintf(&b, " w%xord", word)
		}
	}
	return b.String()
}

// document number i; every twentieth is a copy, cut and framed, of the one before.
func (w *writer) document(i int, before vigie.Document) vigie.Document {
	d := doc(fmt.Sprintf("%07d", i), vigie.English, w.words(9), day(i/200), w.words(100))
	if i%20 == 19 {
		d.Body[0].Text = "Share this article\n" + before.Body[0].Text[:len(before.Body[0].Text)*3/4] + w.words(20)
	}
	return d
}

func BenchmarkOf(b *testing.B) {
	w := newWriter()
	for _, n := range []int{150, 600, 50_000} {
		d := doc("a", vigie.English, w.words(9), day(0), w.words(n))
		b.Run(fmt.Sprintf("%d_words", n), func(b *testing.B) {
			for b.Loop() {
				story.Of(d, story.Known{})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "prints/s")
		})
	}
}

// BenchmarkStories files documents into a table of 100,000: each is put, looked up
// and settled with its story.
func BenchmarkStories(b *testing.B) {
	const size = 100_000
	w, table := newWriter(), story.NewTable()
	var before vigie.Document
	prints := make([]story.Print, 0, size+5000)
	for i := range size + 5000 {
		before = w.document(i, before)
		prints = append(prints, printOf(before))
	}
	var empty, full runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&empty)
	for _, p := range prints[:size] {
		table.Put(p)
	}
	runtime.GC()
	runtime.ReadMemStats(&full)
	rows := 0
	for _, p := range prints[:100] {
		raw, err := p.MarshalBinary()
		if err != nil {
			b.Fatal(err)
		}
		rows += len(raw)
	}
	stories := map[vigie.DocumentID]vigie.Story{}
	past := story.Past{StoryOf: func(id vigie.DocumentID) (vigie.Story, bool) { s, ok := stories[id]; return s, ok }}
	b.Run("settle", func(b *testing.B) {
		i := size
		for b.Loop() {
			p := prints[size+i%5000]
			table.Put(p)
			for _, s := range table.Settle([]vigie.DocumentID{p.Document}, past).Stories {
				for _, d := range s.Documents() {
					stories[d] = s
				}
			}
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
		b.ReportMetric(float64(full.HeapAlloc-empty.HeapAlloc)/1e6, "MB-table-without-prints")
		b.ReportMetric(float64(rows)/100, "bytes/stored-print")
	})
	b.Run("like", func(b *testing.B) {
		i := 0
		for b.Loop() {
			table.Like(prints[i%len(prints)])
			i += 17
		}
	})
}
