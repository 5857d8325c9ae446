package harvest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/harvest"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// corpusPages are pages that nobody here wrote, by name.
func corpusPages(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(vigietest.Shared(t, "corpus", "pages", "articles"), "html", "*.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatal(len(paths), err)
	}
	out := map[string][]byte{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(path)[:12]], err = io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	return out
}

// pageFinding reads a page as a reader of the given version.
func pageFinding(t *testing.T, name string, body []byte, parser int) vigie.Finding {
	t.Helper()
	address := "https://pages.example.org/" + name
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c := &vigie.Capture{
		URL: address, Final: address, Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}, MediaType: "text/html", Body: body,
	}
	a, err := extract.Page(t.Context(), body, extract.ContentType(*c), base)
	if err != nil {
		t.Fatal(err)
	}
	return vigie.Finding{GUID: address, URL: address, Capture: c, Parser: parser, Document: vigie.Document{
		URL: address, Title: a.Title, Publisher: a.Site, Authors: a.Authors, Lang: a.Lang, Published: a.Published, Modified: a.Modified,
		MediaType: "text/html", Summary: a.Summary, Body: a.Body,
	}}
}

// edited writes the texts of a page anew.
func edited(t *testing.T, page []byte, edit func(string) string) []byte {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && !slices.Contains([]string{"script", "style", "noscript", "textarea"}, n.Parent.Data) {
			n.Data = edit(n.Data)
		}
	}
	var b bytes.Buffer
	if err := html.Render(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// resets are what publishers' programs do to a text without anybody writing a word.
func resets() map[string]func(string) string {
	return map[string]func(string) string{
		"nothing":         func(s string) string { return s },
		"quotation marks": strings.NewReplacer("’", "'", "'", "’", "“", "\"", "”", "\"").Replace,
		"dashes":          strings.NewReplacer("–", "-", "—", "–").Replace,
		"hard spaces":     func(s string) string { return strings.ReplaceAll(s, " a ", " a\u00a0") },
		"soft hyphens":    strings.NewReplacer("tion", "\u00adtion", "ment", "\u00adment").Replace,
		"decomposed":      norm.NFD.String,
		"ligatures":       strings.NewReplacer("fi", "ﬁ", "ffl", "ﬄ").Replace,
		"white space":     func(s string) string { return strings.ReplaceAll(s, " ", " \n ") },
	}
}

// TestCosmeticPages does it with some pages of the corpus.
func TestCosmeticPages(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	pages := corpusPages(t)
	for i, name := range slices.Sorted(maps.Keys(pages)) {
		if i%10 != 0 {
			delete(pages, name)
		}
	}
	fileReset(t, pages)
}

// TestProofCosmeticPages does it with all of them.
func TestProofCosmeticPages(t *testing.T) {
	if os.Getenv("VIGIE_PROOF") == "" {
		t.Skip("a long proof: make proof")
	}
	fileReset(t, corpusPages(t))
}

// fileReset sets pages in other types and files them again: none has a revision then,
// but for the few whose text is found by its white space; and each has one after a word
// of its text was changed.
func fileReset(t *testing.T, pages map[string][]byte) {
	t.Helper()
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://pages.example.org/")
	file := func(name string, body []byte) store.Filed {
		t.Helper()
		filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{pageFinding(t, name, body, 1)}}})
		if err != nil {
			t.Fatal(err)
		}
		return filed
	}
	tried, revised, missed := 0, 0, 0
	for name, page := range pages {
		file(name, page)
		for what, set := range resets() {
			tried++
			if filed := file(name, edited(t, page, set)); filed.Unchanged != 1 {
				revised++
				t.Logf("%s, %s: a revision", name, what)
				file(name, page) // back
			}
		}
		if filed := file(name, changedWord(t, name, page)); filed.Changed != 1 {
			missed++
			t.Logf("%s: a changed word was missed", name)
		}
	}
	t.Logf("pages=%d cosmetic=%d revisions=%d changed=%d missed=%d", len(pages), tried, revised, len(pages), missed)
	if revised > tried/50 || missed > 0 {
		t.Errorf("%d of %d cosmetic readings made a revision, %d of %d changed words did not", revised, tried, missed, len(pages))
	}
}

// changedWord puts another word into the longest stretch of the text of a page.
func changedWord(t *testing.T, name string, page []byte) []byte {
	t.Helper()
	text := vigie.PlainText(pageFinding(t, name, page, 1).Document.Body)
	longest := ""
	edited(t, page, func(s string) string {
		if w := strings.TrimSpace(s); len(w) > len(longest) && strings.Contains(text, w) {
			longest = w
		}
		return s
	})
	return edited(t, page, func(s string) string {
		if strings.TrimSpace(s) == longest {
			words := strings.Fields(s)
			words[len(words)/2] = "amendements"
			return strings.Join(words, " ")
		}
		return s
	})
}

// TestReadAgain: pages that an older reader understood otherwise have a revision that
// says so, the others a new version and nothing else; nothing is fetched, and what is
// stopped half way goes on.
func TestReadAgain(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://pages.example.org/feed")
	page := func(n int) []byte {
		text := strings.Repeat(fmt.Sprintf("La région %d compte son premier opérateur de fibre optique, dit le régulateur. ", n), 8)
		return fmt.Appendf(nil, "<html lang=fr><head><title>Note %d</title></head><body><article><h1>Note %[1]d</h1><p>%s</p></article></body></html>", n, text)
	}
	var findings []vigie.Finding
	for n := range 12 {
		f := pageFinding(t, fmt.Sprint(n), page(n), 0)
		if n%2 == 0 { // an older reader lost half of it
			f.Document.Body = []vigie.Paragraph{{Text: "La région"}}
		}
		findings = append(findings, f)
	}
	// An item of the feed, whose answer has the type of a page: it is none.
	feed := &vigie.Capture{URL: s.URL, MediaType: "text/html", Status: 200, Body: []byte("<rss/>")}
	findings = append(findings, vigie.Finding{GUID: "item", URL: s.URL + "#1", Capture: feed, Document: vigie.Document{Title: "Item", Body: []vigie.Paragraph{{Text: "Item"}}}})
	report := pageFinding(t, "report", page(99), 0)
	report.Capture.MediaType, report.Capture.Body = extract.PDF, []byte("%PDF-1.7 the report")
	report.Document.MediaType, report.Document.Body = extract.PDF, nil
	findings = append(findings, report)
	if _, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: findings}}); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	reads := 0
	reader := harvest.Rereader{DB: db, Report: func(ctx context.Context, d *vigie.Document, c vigie.Capture) error {
		if reads++; reads == 1 {
			cancel()
			return ctx.Err()
		}
		d.Body, d.Pages = []vigie.Paragraph{{Text: string(c.Body), Page: 1}}, 1
		return nil
	}}
	if _, err := reader.Run(ctx); err == nil {
		t.Fatal("the first run was not stopped")
	}
	w, err := reader.Run(t.Context())
	if err != nil || w.Ended.IsZero() || w.Looked != len(findings) || w.Changed != 7 || w.Read != 13 || w.Failed != 0 {
		t.Errorf("the walk is %+v, %v", w, err)
	}
	if again, err := reader.Run(t.Context()); again != w || err != nil || reads != 2 {
		t.Errorf("a run with nothing to do: %+v, %v, %d reports read", again, err, reads)
	}
	check := func(address string, revision, parser int, reread bool, text string) {
		t.Helper()
		err := db.View(func(tx *store.Tx) error {
			doc, err := tx.DocumentAt(address)
			if err != nil {
				return err
			}
			r, err := tx.Revision(doc.ID, doc.Revision)
			if err != nil {
				return err
			}
			body, err := tx.BodyOf(r)
			if doc.Revision != revision || r.Parser != parser || r.Reread != reread || !strings.Contains(vigie.PlainText(body), text) {
				t.Errorf("%s has revision %+v with %.60q", address, r, vigie.PlainText(body))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for n := range 12 {
		check(fmt.Sprintf("https://pages.example.org/%d", n), 2-n%2, extract.PageVersion, n%2 == 0, fmt.Sprintf("La région %d compte", n))
	}
	check("https://pages.example.org/report", 2, extract.ReportVersion, true, "%PDF-1.7 the report")
}

// TestReadAgainKeepsTexts: a newer reader that finds nothing takes nothing away.
func TestReadAgainKeepsTexts(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://pages.example.org/feed")
	f := pageFinding(t, "1", []byte("<html><title>Note</title><body></body></html>"), 0)
	f.Document.Body = []vigie.Paragraph{{Text: "What an older reader found"}}
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{f}}})
	if err != nil {
		t.Fatal(err)
	}
	reader := harvest.Rereader{DB: db}
	w, err := reader.Run(t.Context())
	if err != nil || w.Failed != 1 || w.Changed != 0 {
		t.Errorf("the walk is %+v, %v", w, err)
	}
	err = db.View(func(tx *store.Tx) error {
		doc, err := tx.Document(filed.Documents[0])
		if doc.Revision != 1 {
			t.Errorf("it has revision %d", doc.Revision)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
