package index_test

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
)

// benchDocs is how many documents benchmarks run over: VIGIE_BENCH_DOCS, or
// 5,000.
func benchDocs() int {
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_DOCS")); err == nil && n > 0 {
		return n
	}
	return 5000
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

// heap is how many bytes of Go's memory are in use.
func heap() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// anonymous is the memory of this process that is not a mapped file, in bytes; 0 where
// the system does not tell.
func anonymous() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(fields[0])
	return n << 10
}

// most watches what anonymous says until it is called.
func most() (stop func() int) {
	done, out := make(chan struct{}), make(chan int)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		most := 0
		for {
			select {
			case <-tick.C:
				most = max(most, anonymous())
			case <-done:
				out <- most
				return
			}
		}
	}()
	return func() int {
		close(done)
		return <-out
	}
}

const megabyte = 1 << 20

// BenchmarkLibrary compares this index with others over the same documents in one run:
// how many are taken in with a second of processor time, how large the index is, and
// how long searches take, which is what the budgets are in (DESIGN.md section 7).
func BenchmarkLibrary(b *testing.B) {
	n, s := benchDocs(), newBookshelf(b)
	db := storetest.Open(b)
	text := s.file(b, db, n)
	plain, ours := 0.0, 0.0
	b.Run("bleve/gather", func(b *testing.B) { plain = s.gatherPlain(b, n, text) })
	before := heap()
	x := open(b, db)
	b.Run("gather", func(b *testing.B) {
		ours = gather(b, x, n, text)
		b.ReportMetric(ours/plain, "times-bleve")
	})
	b.Run("search", func(b *testing.B) { search(b, x, s.questions()) })
	b.Run("serving", func(b *testing.B) { b.ReportMetric((heap()-before)/megabyte, "MB-heap") })
	b.Run("sqlite", func(b *testing.B) { s.askSQLite(b, n, text) })
	b.Run("postgres", func(b *testing.B) { s.askPostgres(b, n, text) })
}

// gather indexes everything from the store, reading included, and returns documents a
// second of processor time.
func gather(b *testing.B, x *index.Index, n, text int) float64 {
	b.Helper()
	return taken(b, n, text, func() int64 {
		catchUp(b, x)
		return x.Stats().Bytes
	})
}

// taken measures what takes n documents in, once, and returns the size of what it made.
func taken(b *testing.B, n, text int, take func() int64) float64 {
	b.Helper()
	heap()
	start, stop := used(b), most()
	size := take()
	cpu := (used(b) - start).Seconds()
	b.ReportMetric(float64(stop())/megabyte, "MB-anonymous")
	b.ReportMetric(float64(n)/cpu, "docs/cpu-s")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(size)/float64(text), "index/text")
	return float64(n) / cpu
}

// gatherPlain does what gather does with bleve as it comes: the same fields, its own
// analyzers, its own settings.
func (s *bookshelf) gatherPlain(b *testing.B, n, text int) float64 {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "bleve")
	return taken(b, n, text, func() int64 {
		x, err := bleve.New(dir, plainMapping())
		if err != nil {
			b.Fatal(err)
		}
		for done := 0; done < n; {
			batch := x.NewBatch()
			for range min(500, n-done) {
				d := s.document(done)
				err := batch.Index(strconv.Itoa(done), map[string]any{
					"title_" + string(d.Lang): d.Title, "body_" + string(d.Lang): vigie.PlainText(d.Body), "lang": string(d.Lang),
				})
				if err != nil {
					b.Fatal(err)
				}
				done++
			}
			if err := x.Batch(batch); err != nil {
				b.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		return sizeOf(b, dir)
	})
}

// plainMapping has the fields that our index has.
func plainMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.DefaultMapping.Dynamic = false
	field := func(name, analyzer string, places bool) {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeInAll, f.DocValues, f.IncludeTermVectors = analyzer, false, false, false, places
		m.DefaultMapping.AddFieldMappingsAt(name, f)
	}
	for lang := range editionsOf() {
		field("title_"+string(lang), string(lang), true)
		field("body_"+string(lang), string(lang), true)
	}
	field("lang", "keyword", false)
	return m
}

// sizeOf is the size of the files in a folder.
func sizeOf(b *testing.B, dir string) (size int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// spread reports what the half and all but a hundredth of some searches took of a kind
// of time.
func spread(b *testing.B, kind string, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-"+kind+"ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-"+kind+"ms")
}

// search asks each kind of questions.
func search(b *testing.B, x *index.Index, kinds []kindOf) {
	b.Helper()
	if err := x.WarmUp(b.Context()); err != nil { // as a server does that starts
		b.Fatal(err)
	}
	for _, k := range kinds {
		var queries []query.Query
		for _, q := range k.questions {
			parsed, err := query.Parse(q.line())
			if err != nil {
				b.Fatal(err)
			}
			queries = append(queries, parsed)
		}
		answers := func(i int) (int, error) {
			o := index.SearchOptions{Facets: k.questions[i].facets}
			if k.questions[i].newest {
				o.Sort = index.NewestFirst
			}
			res, err := x.Search(b.Context(), queries[i], o)
			return res.Total, err
		}
		b.Run(k.kind, func(b *testing.B) { timed(b, len(queries), answers) })
		if k.kind == "word" { // without ranking once more and without extracts, as engines are measured
			b.Run("term", func(b *testing.B) {
				timed(b, len(queries), func(i int) (int, error) {
					found, _, err := x.Find(b.Context(), queries[i], 20, time.Second)
					return found, err
				})
			})
		}
	}
}

// timed asks all questions, again and again, and reports how long that takes.
func timed(b *testing.B, questions int, ask func(i int) (found int, err error)) {
	b.Helper()
	var took, worked []time.Duration
	found := 0
	for b.Loop() {
		for i := range questions {
			start, before := time.Now(), used(b)
			n, err := ask(i)
			if err != nil {
				b.Fatal(err)
			}
			took, worked, found = append(took, time.Since(start)), append(worked, used(b)-before), found+n
		}
	}
	b.ReportMetric(float64(found)/float64(len(took)), "found")
	spread(b, "", took)
	spread(b, "cpu-", worked) // what else the machine does shows less in it
}
