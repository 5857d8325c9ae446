package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
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
			s := storetest.Source(b, db, fmt.Sprintf("https://news-%d.example.org/feed", turn))
			f := bulletin(s, r, turn, each)
			raw += len(f.Reading.Findings[0].Capture.Body)
			if _, err := db.File(b.Context(), f); err != nil {
				b.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		segments, err := filepath.Glob(filepath.Join(dir, "objects", "*.seg"))
		if err != nil {
			b.Fatal(err)
		}
		var objects float64
		for _, s := range segments {
			objects += onDisk(b, s)
		}
		table := onDisk(b, filepath.Join(dir, "vigie.db"))
		b.ReportMetric(table/(readings*each), "db-B/doc")
		b.ReportMetric(objects/(readings*each), "objects-B/doc")
		b.ReportMetric((table+objects)/1e6, "MB")
		b.ReportMetric(float64(raw)/readings, "capture-B")
	}
}

// openFilled returns an open store with 4,000 documents of 350 words.
func openFilled(b *testing.B) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	r := rand.New(rand.NewPCG(1, 2))
	for turn := range 100 {
		s := storetest.Source(b, db, fmt.Sprintf("https://news-%d.example.org/feed", turn))
		if _, err := db.File(b.Context(), bulletin(s, r, turn, 40)); err != nil {
			b.Fatal(err)
		}
	}
	return db
}

// BenchmarkFile files readings of 40 documents of 350 words.
func BenchmarkFile(b *testing.B) {
	db := openFilled(b)
	s := storetest.Source(b, db, "https://bench.example.org/feed")
	r := rand.New(rand.NewPCG(3, 4))
	n := 0
	for b.Loop() {
		b.StopTimer()
		f := bulletin(s, r, 1000+n, 40)
		b.StartTimer()
		if _, err := db.File(b.Context(), f); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(40*n)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkUpdate is the price of one small fact, alone and among 16 writers.
func BenchmarkUpdate(b *testing.B) {
	for name, parallel := range map[string]int{"alone": 0, "among16": 8} { // times GOMAXPROCS
		b.Run(name, func(b *testing.B) {
			db := storetest.Open(b)
			update := func() {
				if err := db.Update(b.Context(), func(tx *store.Tx) error { return tx.SetCursor("bench", store.Cursor{Seq: 1}) }); err != nil {
					b.Error(err)
				}
			}
			if parallel == 0 {
				for b.Loop() {
					update()
				}
				return
			}
			b.SetParallelism(parallel)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					update()
				}
			})
		})
	}
}

func BenchmarkRead(b *testing.B) {
	db := openFilled(b)
	var ids []vigie.DocumentID
	err := db.View(func(tx *store.Tx) error {
		for d, err := range tx.Documents() {
			if err != nil {
				return err
			}
			ids = append(ids, d.ID)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	next := func() vigie.DocumentID { n++; return ids[(n*977)%len(ids)] }
	for name, read := range map[string]func(*store.Tx) error{
		"Document": func(tx *store.Tx) error {
			_, err := tx.Document(next())
			return err
		},
		"Body": func(tx *store.Tx) error {
			d, err := tx.Document(next())
			if err == nil {
				_, err = tx.Body(d)
			}
			return err
		},
		"Recent20": func(tx *store.Tx) error {
			seen := 0
			for _, err := range tx.Recent() {
				if seen++; err != nil || seen == 20 {
					return err
				}
			}
			return nil
		},
		"Changes500": func(tx *store.Tx) error {
			_, err := tx.Changes(100, 500)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := db.View(read); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
