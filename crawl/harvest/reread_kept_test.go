package harvest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/harvest"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// reportFinding is an item of a feed whose link leads to a report.
func reportFinding(n int) vigie.Finding {
	address := fmt.Sprintf("https://files.example.org/%d.pdf", n)
	c := &vigie.Capture{URL: address, Final: address, Status: 200, MediaType: extract.PDF, Body: fmt.Appendf(nil, "%%PDF-1.7 report %d", n)}
	return vigie.Finding{GUID: fmt.Sprint("item-", n), URL: address, Digest: "d", Capture: c, Parser: extract.ReportVersion, Document: vigie.Document{
		URL: address, Title: fmt.Sprint("The item ", n), MediaType: extract.PDF, Obstacle: vigie.Crashed, Body: []vigie.Paragraph{{Text: "What the feed says"}},
	}}
}

// fileAll files findings, and returns what looks at the document of the first.
func fileAll(t *testing.T, db *store.DB, s vigie.Source, findings ...vigie.Finding) func() (vigie.Document, vigie.Revision) {
	t.Helper()
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: findings}})
	if err != nil {
		t.Fatal(err)
	}
	return func() (d vigie.Document, r vigie.Revision) {
		t.Helper()
		err := db.View(func(tx *store.Tx) error {
			var err, err2, err3 error
			d, err = tx.Document(filed.Documents[0])
			r, err2 = tx.Revision(d.ID, d.Revision)
			d.Body, err3 = tx.Body(d)
			return errors.Join(err, err2, err3)
		})
		if err != nil {
			t.Fatal(err)
		}
		return d, r
	}
}

// later is a store whose clock the caller moves.
func later(t *testing.T, dir string) (*store.DB, func(time.Duration)) {
	t.Helper()
	now := time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)
	return storetest.OpenAt(t, dir, store.Options{Now: func() time.Time { return now }}), func(d time.Duration) { now = now.Add(d) }
}

// TestCrashesAreCounted: a report whose reader breaks off each time is read four times
// in all, and what its feed says of it stays.
func TestCrashesAreCounted(t *testing.T) {
	db, wait := later(t, t.TempDir())
	look := fileAll(t, db, storetest.Source(t, db, "https://files.example.org/feed"), reportFinding(1))
	reads := 0
	r := harvest.Rereader{DB: db, Report: func(_ context.Context, d *vigie.Document, _ vigie.Capture) error {
		reads++
		d.Obstacle = vigie.Crashed
		return nil
	}}
	for range 8 {
		wait(48 * time.Hour)
		if w, err := r.Run(t.Context()); err != nil || w.Failed != 0 {
			t.Fatalf("Run = %+v, %v", w, err)
		}
	}
	if d, rev := look(); reads != 3 || rev.N != 1 || vigie.PlainText(d.Body) != "What the feed says" {
		t.Errorf("it was read %d times more, and is %+v of %+v", reads, rev, d)
	}
}

// TestReadAgainKeepsTitles: the words of a feed go before those of the file, also when
// the file is read later; those of a link do not.
func TestReadAgainKeepsTitles(t *testing.T) {
	db, wait := later(t, t.TempDir())
	s := storetest.Source(t, db, "https://files.example.org/feed")
	item := fileAll(t, db, s, reportFinding(1))
	f := reportFinding(2)
	f.GUID, f.Digest = f.URL, vigie.HashOf([]byte(f.URL))
	f.Document.Published = vigie.InstantOf(db.Now())
	attached := fileAll(t, db, s, f)
	created := vigie.InstantOf(time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC))
	r := harvest.Rereader{DB: db, Report: func(_ context.Context, d *vigie.Document, c vigie.Capture) error {
		d.Title, d.Pages, d.Body = "The title of the file", 1, []vigie.Paragraph{{Text: string(c.Body), Page: 1}}
		if d.Published.IsZero() {
			d.Published = created
		}
		return nil
	}}
	wait(time.Hour)
	if _, err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d, rev := item(); d.Title != "The item 1" || d.Pages != 1 || rev.N != 2 {
		t.Errorf("the item is %+v", d)
	}
	if d, _ := attached(); d.Title != "The title of the file" || d.Published.String() != created.String() {
		t.Errorf("the attached report is %+v", d)
	}
}

// TestNoReader: trouble of the machine is no try, and the next run looks once more,
// whatever else was read meanwhile.
func TestNoReader(t *testing.T) {
	db, wait := later(t, t.TempDir())
	s := storetest.Source(t, db, "https://pages.example.org/feed")
	outdated := reportFinding(1)
	outdated.Document.Obstacle, outdated.Parser = "", 1
	report := fileAll(t, db, s, outdated)
	crashed := fileAll(t, db, s, reportFinding(2))
	page := fileAll(t, db, s, pageFinding(t, "1", []byte("<html><title>Note</title><p>Rien</p></html>"), 0))
	asked := 0
	none := func(context.Context, *vigie.Document, vigie.Capture) error {
		asked++
		return fmt.Errorf("start: %w", extract.ErrNoReader)
	}
	for range 6 {
		wait(48 * time.Hour)
		r := harvest.Rereader{DB: db, Report: none}
		if w, err := r.Run(t.Context()); err != nil || w.Ended.IsZero() {
			t.Fatalf("Run = %+v, %v", w, err)
		}
	}
	if _, rev := page(); asked != 6 || rev.Parser != extract.PageVersion {
		t.Errorf("asked %d times; the page has %+v", asked, rev)
	}
	r := harvest.Rereader{DB: db, Report: func(_ context.Context, d *vigie.Document, c vigie.Capture) error {
		d.Pages, d.Body = 1, []vigie.Paragraph{{Text: string(c.Body), Page: 1}}
		return nil
	}}
	if _, err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n, look := range []func() (vigie.Document, vigie.Revision){report, crashed} {
		if d, rev := look(); d.Pages != 1 || d.Obstacle != "" || rev.Parser != extract.ReportVersion {
			t.Errorf("report %d is %+v of %+v", n+1, rev, d)
		}
	}
}

// TestDamagedRowIsPassed: one row that cannot be read keeps nobody from the others.
func TestDamagedRowIsPassed(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Source(t, db, "https://files.example.org/feed")
	title, capture := reportFinding(1), reportFinding(2)
	title.Document.Title, capture.Capture.Header = "A title that will be damaged", map[string][]string{"Etag": {"a header that will be damaged"}}
	fileAll(t, db, s, title)
	fileAll(t, db, s, capture)
	fileAll(t, db, s, reportFinding(3))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "vigie.db")
	raw, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.ReplaceAll(raw, []byte("that will be"), []byte("that was all")), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err = store.Open(t.Context(), dir, store.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	reads := 0
	r := harvest.Rereader{DB: db, Report: func(_ context.Context, d *vigie.Document, c vigie.Capture) error {
		reads++
		d.Pages, d.Body = 1, []vigie.Paragraph{{Text: string(c.Body), Page: 1}}
		return nil
	}}
	if w, err := r.Run(t.Context()); err != nil || w.Ended.IsZero() || w.Looked != 3 || w.Failed != 2 || reads != 1 {
		t.Errorf("Run = %+v, %v, and %d reports were read", w, err, reads)
	}
}
