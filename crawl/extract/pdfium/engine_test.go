package pdfium_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"vigie"
	"vigie/crawl/extract/pdfium"
	"vigie/vigietest"
)

// compiled keeps the compiled engine for all tests of the package.
var compiled string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	folder, done, err := vigietest.EngineFolder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer done()
	compiled = folder
	return m.Run()
}

// newEngine starts an engine for one test.
func newEngine(t testing.TB) *pdfium.Engine {
	t.Helper()
	return startEngine(t, pdfium.Options{CacheDir: compiled})
}

func startEngine(t testing.TB, o pdfium.Options) *pdfium.Engine {
	t.Helper()
	engine, err := pdfium.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// sample returns a file of the outside corpus.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(vigietest.Shared(t, "corpus", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// onePage is the smallest PDF that says something. Its table of places is missing,
// which PDFium repairs.
const onePage = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 49>>stream
BT /F 12 Tf 20 150 Td (Ducts are shared.) Tj ET  
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
6 0 obj<</Title(Microsoft Word - ducts.docx)/Author(Ann Reed; Bo Ek)/CreationDate(D:20240315143000+01'00')/ModDate(D:202404)>>endobj
trailer<</Root 1 0 R/Info 6 0 R>>
`

// TestVendored compares every vendored file with the sum in VERSION.
func TestVendored(t *testing.T) {
	version, err := os.ReadFile("VERSION")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(version)), "\n")
	if len(lines) != 5 {
		t.Fatalf("VERSION has %d lines, want the package, its sum and three files", len(lines))
	}
	for _, line := range lines[2:] {
		sum, name, _ := strings.Cut(line, "  ")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != sum {
			t.Errorf("%s has the sum %s, want %s", name, got, sum)
		}
	}
}

func TestRead(t *testing.T) {
	file, err := newEngine(t).Read(t.Context(), []byte(onePage), pdfium.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := vigie.PlainText(file.Body); got != "Ducts are shared." {
		t.Errorf("text %q", got)
	}
	if file.PageCount != 1 || len(file.Pages) != 1 || file.Pages[0].Width != 300 || file.Pages[0].Height != 200 {
		t.Errorf("pages %+v", file.Pages)
	}
	if file.Title != "" {
		t.Errorf("title %q, want none: it is the name of a file", file.Title)
	}
	if names := []vigie.Author{{Name: "Ann Reed"}, {Name: "Bo Ek"}}; !slices.Equal(file.Authors, names) {
		t.Errorf("authors %v, want %v", file.Authors, names)
	}
	if file.Created.String() != "2024-03-15T13:30:00Z" || file.Modified.String() != "2024-04" {
		t.Errorf("dates %v and %v", file.Created, file.Modified)
	}
}

func TestOutlineAndPictures(t *testing.T) {
	engine := newEngine(t)
	file, err := engine.Read(t.Context(), sample(t, "pdf/sample-files/006-pdflatex-outline_pdflatex-outline.pdf"), pdfium.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if first := (pdfium.Heading{Title: "Foo", Page: 2, Level: 1}); len(file.Outline) != 9 || file.Outline[0] != first {
		t.Errorf("outline %v", file.Outline)
	}
	if file.NeedsOCR {
		t.Error("a file of text is said to need OCR")
	}
	for _, h := range file.Outline {
		if !slices.ContainsFunc(file.Body, func(p vigie.Paragraph) bool {
			return p.Kind == vigie.Heading && p.Level == h.Level && p.Page == h.Page && strings.HasSuffix(p.Text, h.Title)
		}) {
			t.Errorf("the outline's %+v is no heading of the text", h)
		}
	}
	file, err = engine.Read(t.Context(), sample(t, "pdf/sample-files/007-imagemagick-images_imagemagick-images.pdf"), pdfium.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if !file.NeedsOCR || !file.Pages[0].NeedsOCR {
		t.Error("a file of pictures is not said to need OCR")
	}
}

func TestErrors(t *testing.T) {
	const locked = "pdf/sample-files/005-libreoffice-writer-password_libreoffice-writer-password.pdf"
	engine := newEngine(t)
	for _, c := range []struct {
		name   string
		data   []byte
		limits pdfium.Limits
		kind   error
	}{
		{"empty", nil, pdfium.Limits{}, vigie.ErrInvalid},
		{"not a PDF", bytes.Repeat([]byte("no PDF "), 1000), pdfium.Limits{}, vigie.ErrInvalid},
		{"cut", []byte(onePage[:60]), pdfium.Limits{}, vigie.ErrInvalid},
		{"too large", []byte(onePage), pdfium.Limits{Bytes: 100}, vigie.ErrInvalid},
		{"password", sample(t, locked), pdfium.Limits{}, vigie.ErrForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := engine.Read(t.Context(), c.data, c.limits); !errors.Is(err, c.kind) {
				t.Errorf("error %v, want %v", err, c.kind)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := engine.Read(ended, []byte(onePage), pdfium.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if _, err := engine.Read(t.Context(), []byte(onePage), pdfium.Limits{}); err != nil {
		t.Errorf("the file after: %v", err)
	}
}

func TestLimits(t *testing.T) {
	engine := newEngine(t)
	report := sample(t, "pdf/sample-files/004-pdflatex-4-pages_pdflatex-4-pages.pdf")
	for _, c := range []struct {
		limits pdfium.Limits
		pages  int
		fault  string
	}{
		{pdfium.Limits{Pages: 2}, 2, "only the first 2 of 4 pages were read"},
		{pdfium.Limits{PageChars: 100}, 4, "page 1: only 100 of "},
		{pdfium.Limits{Chars: 1000}, 1, "page 1: only 1000 of "},
	} {
		file, err := engine.Read(t.Context(), report, c.limits)
		if err != nil {
			t.Fatal(err)
		}
		if len(file.Pages) != c.pages || !strings.Contains(strings.Join(file.Faults, "\n"), c.fault) {
			t.Errorf("%+v: %d pages, faults %q; want %d, %q", c.limits, len(file.Pages), file.Faults, c.pages, c.fault)
		}
	}
}

// TestMemory gives the engine next to no memory: the document fails, not the
// program.
func TestMemory(t *testing.T) {
	engine := startEngine(t, pdfium.Options{CacheDir: compiled, Memory: 19 << 20})
	data := append([]byte(onePage), make([]byte, 24<<20)...)
	if _, err := engine.Read(t.Context(), data, pdfium.Limits{}); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("error %v, want %v", err, vigie.ErrInvalid)
	}
	if _, err := engine.Read(t.Context(), []byte(onePage), pdfium.Limits{}); err != nil {
		t.Errorf("the file after: %v", err)
	}
}

func TestConcurrent(t *testing.T) {
	engine := newEngine(t)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 5 {
				file, err := engine.Read(t.Context(), []byte(onePage), pdfium.Limits{})
				if err != nil || len(file.Body) != 1 {
					t.Errorf("%v, %v", file.Body, err)
				}
			}
		})
	}
	readers.Wait()
}

// BenchmarkStart measures the start of the engine, compiled anew and loaded.
func BenchmarkStart(b *testing.B) {
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			startEngine(b, pdfium.Options{})
		}
	})
	b.Run("cached", func(b *testing.B) {
		newEngine(b)
		for b.Loop() {
			newEngine(b)
		}
	})
}

// BenchmarkRead reads a report of plain text, one of two columns, and one page whose
// cost is that of a document.
func BenchmarkRead(b *testing.B) {
	engine := newEngine(b)
	for _, name := range []string{"004-pdflatex-4-pages_pdflatex-4-pages", "026-latex-multicolumn_multicolumn", "001-trivial_minimal-document"} {
		data := sample(b, "pdf/sample-files/"+name+".pdf")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			pages := 0
			for b.Loop() {
				file, err := engine.Read(b.Context(), data, pdfium.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				pages += len(file.Pages)
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			b.ReportMetric(float64(memory.Sys)/(1<<20), "MiB-process")
		})
	}
}
