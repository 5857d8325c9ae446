package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

// words is a small vocabulary with the skew of real text: few words are common.
func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		rank := int(float64(6000) * r.Float64() * r.Float64() * r.Float64())
		for x := rank*7919 + 13; x > 0; x /= 19 {
			b.WriteByte("etaoinshrdlucmfwypv"[x%19])
		}
	}
	return b.String()
}

// bulletin is a reading of n documents of 350 words that share the capture of
// their feed, about 100 KB.
func bulletin(s vigie.Source, r *rand.Rand, turn, n int) store.Filing {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(turn) * time.Hour)
	feed := &vigie.Capture{
		URL: s.URL, Final: s.URL, Status: 200, MediaType: "application/rss+xml", Fetched: at,
		Header: map[string][]string{"Content-Type": {"application/rss+xml; charset=utf-8"}, "Last-Modified": {"Sat, 21 Nov 2026 20:40:00 GMT"}},
	}
	f := store.Filing{Source: s, Reading: vigie.Reading{Visit: vigie.Visit{Source: s.ID, LastRead: at}}}
	var raw strings.Builder
	for i := range n {
		url := fmt.Sprintf("https://news-%d.example.org/2026/11/%d/%s", turn, i, strings.ReplaceAll(words(r, 6), " ", "-"))
		doc := vigie.Document{
			URL: url, Title: words(r, 9), Publisher: "Agence exemple", Authors: []vigie.Author{{Name: words(r, 2)}},
			Lang: vigie.French, Published: vigie.InstantOf(at.Add(time.Duration(-i) * time.Minute)), MediaType: "text/html",
			Summary: words(r, 30), Labels: []string{"telecom", "mobile"},
		}
		for range 5 {
			doc.Body = append(doc.Body, vigie.Paragraph{Text: words(r, 70)})
		}
		raw.WriteString("<item><title>" + doc.Title + "</title><link>" + url + "</link><guid>" + url + "</guid><description>" +
			doc.Summary + "</description><content>" + vigie.PlainText(doc.Body) + "</content></item>\n")
		f.Reading.Findings = append(f.Reading.Findings, vigie.Finding{
			GUID: url, URL: url, Digest: vigie.HashOf([]byte(doc.Title)), Document: doc, Capture: feed,
		})
	}
	feed.Body = []byte(raw.String())
	return f
}

// onDisk is the number of bytes that a file really takes.
func onDisk(b *testing.B, file string) float64 {
	b.Helper()
	var st syscall.Stat_t
	if err := syscall.Stat(file, &st); err != nil {
		b.Fatal(err)
	}
	return float64(st.Blocks * 512)
}

// BenchmarkSize files 8,000 documents of 350 words in 200 readings of 40 and
// reports what they take on the disk.
func BenchmarkSize(b *testing.B) {
	const readings, each = 200, 40
	for b.Loop() {
		dir := b.TempDir()
		db, err := store.Open(b.Context(), dir, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		raw := 0
		for turn := range readings {
			s := addSource(b, db, fmt.Sprintf("https://news-%d.example.org/feed", turn))
			f := bulletin(s, r, turn, each)
			raw += len(f.Reading.Findings[0].Capture.Body)
			if _, err := db.File(b.Context(), f); err != nil {
				b.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		segments, _ := filepath.Glob(filepath.Join(dir, "objects", "*.seg"))
		var objects float64
		for _, s := range segments {
			objects += onDisk(b, s)
		}
		table := onDisk(b, filepath.Join(dir, "vigie.db"))
		info, _ := os.Stat(filepath.Join(dir, "vigie.db"))
		b.ReportMetric(table/(readings*each), "db-B/doc")
		b.ReportMetric(float64(info.Size())/(readings*each), "dblen-B/doc")
		b.ReportMetric(objects/(readings*each), "objects-B/doc")
		b.ReportMetric((table+objects)/1e6, "MB")
		b.ReportMetric(float64(raw)/readings, "capture-B")
		if keep := os.Getenv("KEEP"); keep != "" {
			os.RemoveAll(keep)
			os.CopyFS(keep, os.DirFS(dir))
		}
	}
}

func addSource(t testing.TB, db *store.DB, url string) vigie.Source {
	t.Helper()
	s := vigie.Source{Kind: vigie.Feed, URL: url}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		var err error
		s, err = tx.AddSource(s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
