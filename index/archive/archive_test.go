package archive_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// clock moves a second at every look.
type clock struct{ at time.Time }

func (c *clock) now() time.Time {
	c.at = c.at.Add(time.Second)
	return c.at
}

// filled returns a store with a little of everything.
func filled(t testing.TB) *store.DB {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)}
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	a, b := storetest.Source(t, db, "https://a.example.org/feed"), storetest.Source(t, db, "https://b.example.org/feed")
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	doc := vigie.Document{
		URL: "https://a.example.org/1", Title: "Titre <1>", Publisher: "P", Authors: []vigie.Author{{Name: "N", Email: "n@example.org", URL: "https://n.example.org/"}},
		Lang: vigie.French, Published: vigie.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}, Modified: vigie.InstantOf(at),
		MediaType: "text/html", Summary: "S", Labels: []string{"l"}, Enclosures: []vigie.Enclosure{{URL: "https://a.example.org/1.pdf", Type: "application/pdf", Length: 9}},
		Links: []string{"https://b.example.org/1"},
		Body:  []vigie.Paragraph{{Kind: vigie.Heading, Level: 2, Text: "مرحبا", Page: 1, Lang: vigie.Arabic}, {Text: "Ancien texte."}},
	}
	feed := &vigie.Capture{
		URL: a.URL, Final: "https://a.example.org/feed.xml", Hops: []vigie.Hop{{URL: a.URL, Status: 301}}, Status: 200, MediaType: "application/rss+xml", Fetched: at,
		Header: map[string][]string{"Content-Type": {"application/rss+xml"}, "Set-Cookie": {"session=secret"}, "Authorization": {"secret"}}, Body: []byte("<rss/>"),
	}
	file := func(s vigie.Source, findings ...vigie.Finding) []vigie.DocumentID {
		t.Helper()
		v := vigie.Visit{ETag: `"e"`, LastRead: at, NextRead: at.Add(time.Hour), Failures: 1, LastError: "no answer", Faults: []string{"f"}}
		filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Visit: v, Findings: findings}})
		if err != nil {
			t.Fatal(err)
		}
		return filed.Documents
	}
	ids := file(a, vigie.Finding{GUID: "1", URL: doc.URL, Digest: vigie.HashOf([]byte("1")), Document: doc, Capture: feed})
	doc.Body = append(doc.Body[:1:1], vigie.Paragraph{Text: "Nouveau texte."})
	file(a, vigie.Finding{GUID: "1", URL: doc.URL, Document: doc, Capture: feed})
	doc.Title = "What b calls it"
	file(b, vigie.Finding{GUID: "x", URL: doc.URL, Document: doc})
	ids = append(ids, file(b, vigie.Finding{GUID: "y", Document: vigie.Document{Title: "Only a title"}})...)
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		for _, d := range []vigie.Decision{{Act: vigie.Keep}, {Act: vigie.Tag, Tag: "5g", Why: "à suivre"}} {
			d.Document, d.By = ids[0], "Amina"
			if _, err := tx.Decide(d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fillStories(t, db, ids...)
	fillFigures(t, db)
	fillDesk(t, db)
	fillMail(t, db, 0)
	fillSearches(t, db, ids...)
	fillTerms(t, db)
	return db
}

func exported(t testing.TB, db *store.DB) ([]byte, archive.Report) {
	t.Helper()
	var b bytes.Buffer
	report, err := archive.Export(t.Context(), db, &b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), report
}

func unzip(t testing.TB, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(lines)
}

func zip(t testing.TB, lines string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(lines))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// settled gives the identities, which are random, names in the order in which they
// appear.
func settled(lines string) string {
	names := map[string]string{}
	fields := strings.FieldsFunc(lines, func(r rune) bool { return r == '"' || r == '\n' })
	for _, f := range fields {
		if vigie.ValidID(f) && names[f] == "" {
			names[f] = fmt.Sprintf("ID%d", len(names)+1)
		}
	}
	for id, name := range names {
		lines = strings.ReplaceAll(lines, id, name)
	}
	return lines
}

func TestGoldenArchive(t *testing.T) {
	b, report := exported(t, filled(t))
	want := archive.Report{
		Sources: 2, Visits: 2, Documents: 2, Revisions: 3, Sightings: 3, Captures: 2, Decisions: 2, Judgements: 1, Stories: 1,
		Settings: 1, Topics: 1, Pages: 1, Syntheses: 2, Editions: 3, Marks: 1,
		Indicators: 2, Vintages: 2, Observations: 4, Subscribers: 2, Issues: 2, Deliveries: 2,
		Searches: 2, Alerts: 1, Matches: 2, Concepts: 3,
	}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("the report (-want +got):\n%s", diff)
	}
	got := settled(unzip(t, b))
	vigietest.Golden(t, "testdata/archive.jsonl", got)
	for _, secret := range []string{"secret", "Cookie", "<rss"} {
		if strings.Contains(got, secret) {
			t.Errorf("the archive holds %q", secret)
		}
	}
	seen, err := archive.Verify(bytes.NewReader(b))
	if diff := cmp.Diff(want, seen); err != nil || diff != "" {
		t.Errorf("Verify = %v (-want +got):\n%s", err, diff)
	}
}

func TestEmptyArchive(t *testing.T) {
	b, report := exported(t, storetest.Open(t))
	seen, err := archive.Verify(bytes.NewReader(b))
	if err != nil || seen != report || report != (archive.Report{Settings: 1}) {
		t.Errorf("%+v, %+v, %v", report, seen, err)
	}
}

// TestCutArchiveIsNoticed cuts the file, and the lines within a whole file, at
// places all over it.
func TestCutArchiveIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	whole, _ := exported(t, filled(t))
	for n := 0; n < len(whole); n += 1 + len(whole)/700 {
		if _, err := archive.Verify(bytes.NewReader(whole[:n])); !errors.Is(err, vigie.ErrDamaged) {
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
	}
	lines := unzip(t, whole)
	for n := 0; n < len(lines); n += 1 + len(lines)/700 {
		if _, err := archive.Verify(bytes.NewReader(zip(t, lines[:n]))); !errors.Is(err, vigie.ErrDamaged) {
			t.Fatalf("lines cut at %d of %d: %v", n, len(lines), err)
		}
	}
	all := strings.SplitAfter(strings.TrimSuffix(lines, "\n"), "\n")
	for n := range all {
		less := strings.Join(all[:n], "") + strings.Join(all[n+1:], "")
		if _, err := archive.Verify(bytes.NewReader(zip(t, less))); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("without line %d (%s): %v", n+1, all[n], err)
		}
	}
}

func TestAlteredArchiveIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	whole, _ := exported(t, filled(t))
	for n := 0; n < len(whole); n += 2 {
		if n >= 3 && n < 10 {
			continue // flags, time and system of the gzip head (RFC 1952 section 2.3) say nothing of the content
		}
		altered := bytes.Clone(whole)
		altered[n] ^= 0x04
		_, err := archive.Verify(bytes.NewReader(altered))
		if err == nil && unzip(t, altered) == unzip(t, whole) {
			continue // one of the bits that only fill up a byte
		}
		if !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrInvalid) { // it may say that it is of another version
			t.Errorf("byte %d of %d altered: %v", n, len(whole), err)
		}
	}
	lines := unzip(t, whole)
	for name, tc := range map[string]struct {
		lines string
		kind  error
		words string
	}{
		"newer":         {strings.Replace(lines, `"version":1`, `"version":2`, 1), vigie.ErrInvalid, "version 2"},
		"another file":  {`{"format":"other"}` + "\n", vigie.ErrDamaged, "line 1"},
		"unknown field": {strings.Replace(lines, `"type":"visit"`, `"type":"visit","x":1`, 1), vigie.ErrDamaged, "unknown field"},
		"unknown type":  {strings.Replace(lines, `"type":"visit"`, `"type":"user"`, 1), vigie.ErrDamaged, "user"},
		"bad identity":  {strings.Replace(lines, `"type":"source","id":"0`, `"type":"source","id":"_`, 1), vigie.ErrDamaged, "line 2: "},
		"goes on":       {lines + lines, vigie.ErrDamaged, "goes on"},
		"wrong count":   {strings.Replace(lines, `"documents":2`, `"documents":3`, 1), vigie.ErrDamaged, "end"},
	} {
		_, err := archive.Verify(bytes.NewReader(zip(t, tc.lines)))
		if tc.words == "line 2: " {
			tc.words = "line 2"
		}
		if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLongLineIsRefused: a few bytes that unpack to an endless line cost no
// more than the longest line allowed.
func TestLongLineIsRefused(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 20 {
			if _, err := z.Write(zeros); err != nil {
				return // the reader has seen enough
			}
		}
		_ = w.CloseWithError(errors.New("the reader took 20 MiB"))
	}()
	_, err := archive.VerifyWithin(r, 4<<20)
	_ = r.Close()
	if !errors.Is(err, vigie.ErrDamaged) || !strings.Contains(err.Error(), "longer than 4 MiB") {
		t.Errorf("Verify = %v", err)
	}
}

// TestExportWhileWriting exports several pages while documents come and go.
func TestExportWhileWriting(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://a.example.org/feed")
	var docs []vigie.Document
	for n := range 650 {
		docs = append(docs, vigie.Document{URL: fmt.Sprintf("https://a.example.org/%d", n), Title: fmt.Sprint(n), Body: []vigie.Paragraph{{Text: fmt.Sprint("text ", n)}}})
	}
	ids := storetest.File(t, db, s, docs...)
	stop := make(chan struct{})
	done := make(chan error)
	go func() {
		var err error
		for n := 0; err == nil && n < len(ids); n++ {
			select {
			case <-stop:
				done <- err
				return
			default:
			}
			err = db.Update(context.Background(), func(tx *store.Tx) error { return tx.RemoveDocument(ids[n], "x") })
		}
		done <- err
	}()
	var b bytes.Buffer
	last := 0
	report, err := archive.Export(t.Context(), db, &b, func(now, all int) {
		if now < last || now > all {
			t.Errorf("progress went from %d to %d of %d", last, now, all)
		}
		last = now
	})
	close(stop)
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	seen, err := archive.Verify(&b)
	if err != nil || seen != report || seen.Documents < 100 {
		t.Errorf("%+v, %+v, %v", report, seen, err)
	}
}

func TestExportEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := archive.Export(ctx, filled(t), io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Export = %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	whole, _ := exported(f, filled(f))
	f.Add(unzip(f, whole))
	f.Add("{\"format\":\"vigie-archive\",\"version\":1}\n{\"type\":\"end\",\"counts\":{}}\n")
	f.Fuzz(func(t *testing.T, lines string) {
		if _, err := archive.Verify(bytes.NewReader(zip(t, lines))); err != nil && !errors.Is(err, vigie.ErrDamaged) && !errors.Is(err, vigie.ErrInvalid) {
			t.Fatal(err)
		}
	})
}
