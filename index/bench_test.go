package index_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// benchDocs is how many documents benchmarks run over: VIGIE_BENCH_DOCS, or
// 5,000.
func benchDocs() int {
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_DOCS")); err == nil && n > 0 {
		return n
	}
	return 5000
}

// vocabulary returns the running words of the retrieval sets, by language.
func vocabulary(b *testing.B) map[vigie.Lang][]string {
	b.Helper()
	out := map[vigie.Lang][]string{}
	for lang, name := range map[vigie.Lang]string{"fr": "piaf-fr", "ar": "xquad-ar", "en": "cranfield", "es": "xquad-es"} {
		raw, err := os.ReadFile(vigietest.Shared(b, "corpus", "ir", name, "corpus.jsonl"))
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			var d struct{ Text string }
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				b.Fatal(err)
			}
			out[lang] = append(out[lang], strings.Fields(d.Text)...)
		}
	}
	return out
}

// library350 files documents of 350 words: 40 % French, 40 % English, 10 %
// Arabic, 10 % Spanish, over four years. It returns the bytes of text.
func library350(b *testing.B, n int) (db *store.DB, bytes int) {
	b.Helper()
	db = storetest.Open(b)
	words := vocabulary(b)
	random := rand.New(rand.NewPCG(1, 2))
	langs := []vigie.Lang{"fr", "en", "fr", "en", "ar", "fr", "en", "fr", "en", "es"}
	for done := 0; done < n; {
		s := storetest.Source(b, db, fmt.Sprintf("https://s%d.example/feed", done))
		docs := make([]vigie.Document, min(400, n-done))
		for i := range docs {
			lang := langs[(done+i)%10]
			docs[i] = vigie.Document{URL: fmt.Sprintf("https://s.example/%d", done+i), Lang: lang}
			docs[i].Published = vigie.InstantOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).Add(-time.Duration(random.IntN(4*365*24)) * time.Hour))
			at := random.IntN(len(words[lang]) - 350)
			docs[i].Title = strings.Join(words[lang][at:at+10], " ")
			for p := 10; p < 350; p += 68 {
				docs[i].Body = append(docs[i].Body, vigie.Paragraph{Text: strings.Join(words[lang][at+p:at+p+68], " ")})
			}
			bytes += len(docs[i].Title) + len(vigie.PlainText(docs[i].Body))
		}
		storetest.File(b, db, s, docs...)
		done += len(docs)
	}
	return db, bytes
}

// used is the processor time that this process has used.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCatchUp indexes everything from the store, reading included.
func BenchmarkCatchUp(b *testing.B) {
	n := benchDocs()
	db, text := library350(b, n)
	var cpu time.Duration
	var size int64
	rounds := 0
	for b.Loop() {
		before := used(b)
		x := open(b, db)
		catchUp(b, x)
		size = x.Stats().Bytes
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		cpu += used(b) - before
		rounds++
	}
	docs := float64(n * rounds)
	b.ReportMetric(docs/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(cpu.Microseconds())/docs, "cpu-µs/doc")
	b.ReportMetric(float64(size)/float64(text), "index/text")
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkSearch reports the median and the 99th percentile of searches, which is
// what the budgets are in (DESIGN.md section 7).
func BenchmarkSearch(b *testing.B) {
	db, _ := library350(b, benchDocs())
	x := open(b, db)
	catchUp(b, x)
	for _, c := range []struct{ name, line string }{
		{"word", "population"},
		{"rare", "Amazonie"},
		{"phrase", `"boundary layer"`},
		{"words", "heat transfer boundary"},
		{"question", "Combien de personnes travaillent au ministère des sports en France"},
		{"filters", "lang:fr from:2025-03 to:2026-10-15"},
		{"week", "from:2026-11-14"},
		{"word and filters", "ville lang:fr from:2025-03"},
		{"prefix", "popul*"},
		{"exclusion", `pressure -heat -"boundary layer"`},
	} {
		q, err := query.Parse(c.line)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := x.Search(b.Context(), q, index.SearchOptions{}); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
			b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
			b.ReportMetric(float64(ask(b, x, c.line).Total), "found")
		})
	}
}
