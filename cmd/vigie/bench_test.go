package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/vigietest"
)

// The load of DESIGN.md section 7: 200 feeds of 40 entries of 350 words.
const (
	benchFeeds = 200
	benchWords = 350
)

// benchEntries is how many entries each feed has: 40, or VIGIE_BENCH_ENTRIES (500
// make the 100,000 documents of the budgets).
func benchEntries() int {
	if n, err := strconv.Atoi(os.Getenv("VIGIE_BENCH_ENTRIES")); err == nil && n > 0 {
		return n
	}
	return 40
}

// BenchmarkGather gathers 200 feeds, each on an address of its own, with the real
// program, from nothing to searchable. It reports entries per second and per
// second of processor time of our process, bytes on the disk per entry, and the
// largest memory.
func BenchmarkGather(b *testing.B) {
	texts := loadTexts(b)
	for b.Loop() {
		d := newDesk(b)
		serveLoad(b, d, texts)
		start := time.Now()
		args := []string{"gather", "--json"}
		if profile := os.Getenv("VIGIE_BENCH_PROFILE"); profile != "" {
			args = append(args, "--cpuprofile", profile)
		}
		cmd := d.command(b.Context(), args...)
		out, err := cmd.Output()
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		var report turn
		if err := json.Unmarshal(out, &report); err != nil || report.New != benchFeeds*benchEntries() {
			b.Fatalf("%v: %s", err, out)
		}
		state := cmd.ProcessState
		cpu := state.UserTime() + state.SystemTime()
		entries := float64(report.New)
		b.ReportMetric(entries/took.Seconds(), "entries/s")
		b.ReportMetric(entries/cpu.Seconds(), "entries/cpu-s")
		b.ReportMetric(float64(size(b, d.dir))/entries, "disk-B/entry")
		for _, part := range []string{"index", "objects", "vigie.db"} {
			b.ReportMetric(float64(size(b, filepath.Join(d.dir, part)))/entries, part+"-B/entry")
		}
		b.ReportMetric(float64(state.SysUsage().(*syscall.Rusage).Maxrss)/1024, "max-MiB")
	}
}

// loadTexts reads sentences in four languages, in the proportions of a watch cell:
// 40 % French, 35 % English, 15 % Arabic, 10 % Spanish.
func loadTexts(b *testing.B) map[string][]string {
	b.Helper()
	dir := vigietest.Shared(b, "corpus", "ir")
	out := map[string][]string{}
	for lang, set := range map[string]string{"fr": "piaf-fr", "en": "xquad-en", "ar": "xquad-ar", "es": "xquad-es"} {
		f, err := os.Open(filepath.Join(dir, set, "corpus.jsonl"))
		if err != nil {
			b.Fatal(err)
		}
		for s := bufio.NewScanner(f); s.Scan(); {
			var row struct{ Text string }
			if json.Unmarshal(s.Bytes(), &row) == nil {
				out[lang] = append(out[lang], strings.SplitAfter(row.Text, ". ")...)
			}
		}
		_ = f.Close()
		if len(out[lang]) < 100 {
			b.Fatalf("only %d sentences in %s", len(out[lang]), set)
		}
	}
	return out
}

func serveLoad(b *testing.B, d *desk, texts map[string][]string) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var opml strings.Builder
	opml.WriteString(`<opml version="2.0"><head><title>load</title></head><body>`)
	for n := range benchFeeds {
		lang := []string{"fr", "fr", "fr", "fr", "fr", "fr", "fr", "fr", "en", "en", "en", "en", "en", "en", "en", "ar", "ar", "ar", "es", "es"}[n%20]
		h := newHost(b, 2000+n, func(base string) map[string]file {
			return map[string]file{"/feed": {"application/rss+xml; charset=utf-8", []byte(loadFeed(base, n, lang, texts[lang], random))}}
		})
		fmt.Fprintf(&opml, `<outline type="rss" text="Load %d" xmlUrl="%s/feed"/>`, n, h.URL)
	}
	opml.WriteString(`</body></opml>`)
	file := filepath.Join(b.TempDir(), "load.opml")
	if err := os.WriteFile(file, []byte(opml.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	d.must(b, "sources", "import", file)
}

func loadFeed(base string, n int, lang string, sentences []string, random *rand.Rand) string {
	var s strings.Builder
	fmt.Fprintf(&s, `<rss version="2.0"><channel><title>Load %d</title><language>%s</language>`, n, lang)
	for i := range benchEntries() {
		var body strings.Builder
		title := sentences[random.IntN(len(sentences))]
		for words := 0; words < benchWords; {
			sentence := sentences[random.IntN(len(sentences))]
			fmt.Fprintf(&body, "<p>%s</p>", html.EscapeString(sentence))
			words += len(strings.Fields(sentence))
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n*benchEntries()+i) * time.Hour / 2)
		fmt.Fprintf(&s, `<item><title>%s %d-%d</title><link>%s/%d</link><guid>%s/%d</guid><pubDate>%s</pubDate><description>%s</description></item>`,
			html.EscapeString(clipWords(title, 10)), n, i, base, i, base, i, at.Format(time.RFC1123Z), html.EscapeString(body.String()))
	}
	s.WriteString("</channel></rss>")
	return s.String()
}

func clipWords(s string, n int) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(n, len(words))], " ")
}

// size adds up what a folder takes on the disk.
func size(b *testing.B, dir string) (total int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Sys().(*syscall.Stat_t).Blocks * 512
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return total
}
