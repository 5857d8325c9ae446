package pdfium_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// pdfOf makes a PDF of objects, the first of which is its catalogue. Its table of
// places is missing, which PDFium repairs.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, object := range objects {
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, object)
	}
	b.WriteString("trailer<</Root 1 0 R>>\n")
	return b.Bytes()
}

func stream(dictionary, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dictionary, len(content), content)
}

// packed makes a stream of one byte many times.
func packed(t *testing.T, count int) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	part := bytes.Repeat([]byte(" "), 1<<20)
	for range count >> 20 {
		if _, err := w.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return stream("/Filter/FlateDecode", b.String())
}

// TestEndless reads files that lead in circles or swell: each ends, in an error of a
// kind or with what is there to read, and leaves no memory behind.
func TestEndless(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	const (
		catalog = "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>"
		pages   = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
		font    = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
		leaf    = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<<" + font + "/XObject<</X 6 0 R>>>>>>"
		none    = "<<>>"
	)
	text := stream("", "BT /F 12 Tf 20 150 Td (Still here.) Tj ET /X Do")
	circle := "<</First 5 0 R/Last 5 0 R/Count 9/Title(Round)/Next 5 0 R/Parent 5 0 R/Dest[3 0 R/Fit]>>"
	form := stream("/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<<"+font+"/XObject<</X 6 0 R>>>>", "/X Do /X Do")
	engine := startEngine(t, pdfium.Options{CacheDir: compiled, Memory: 64 << 20})
	for _, c := range []struct {
		name string
		data []byte
		text string
	}{
		{"pages that are their own", pdfOf(catalog, "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 3>>", leaf, text, none, none), ""},
		{"outline in a circle", pdfOf(catalog, pages, leaf, text, circle, none), "Still here."},
		{"a form that shows itself", pdfOf(catalog, pages, leaf, text, none, form), ""},
		{"more pages than there are", pdfOf(catalog, "<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", leaf, text, none, none), "Still here."},
		{"a stream that swells", pdfOf(catalog, pages, leaf, packed(t, 100<<20), none, none), ""},
		{"a page of no size", pdfOf(catalog, pages, strings.Replace(leaf, "0 0 300 200", "0 0 0 1e38", 1), text, none, none), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			file, err := engine.Read(t.Context(), c.data, pdfium.Limits{})
			if err != nil && (pdfium.ObstacleOf(err) != vigie.TooLarge || strings.Contains(err.Error(), "\n")) {
				t.Errorf("error %v, want one that says in a line that the file is too large", err)
			}
			if got := vigie.PlainText(file.Body); c.text != "" && got != c.text {
				t.Errorf("text %q, want %q; %v %v", got, c.text, err, file.Faults)
			}
			if len(file.Pages) > 2000 || len(file.Outline) > 2000 || len(file.Faults) > 100 {
				t.Errorf("%d pages, %d headings, %d faults", len(file.Pages), len(file.Outline), len(file.Faults))
			}
			t.Logf("%v, %d of %d pages, error %v, faults %.200q", time.Since(start), len(file.Pages), file.PageCount, err, file.Faults)
		})
	}
	var memory runtime.MemStats
	runtime.GC()
	if runtime.ReadMemStats(&memory); memory.HeapInuse > 256<<20 {
		t.Errorf("%d MiB in use afterwards", memory.HeapInuse>>20)
	}
}

// TestObstacles tells apart why a file cannot be read.
func TestObstacles(t *testing.T) {
	const locked = "pdf/sample-files/005-libreoffice-writer-password_libreoffice-writer-password.pdf"
	engine := newEngine(t)
	for _, c := range []struct {
		name string
		data []byte
		want vigie.Obstacle
	}{
		{"locked", sample(t, locked), vigie.Encrypted},
		{"damaged", []byte(onePage[:60]), vigie.Damaged},
		{"no PDF", []byte("<!doctype html>"), vigie.Damaged},
		{"300 MB", append([]byte(onePage), make([]byte, 300<<20)...), vigie.TooLarge},
		{"fine", []byte(onePage), ""},
	} {
		_, err := engine.Read(t.Context(), c.data, pdfium.Limits{})
		if got := pdfium.ObstacleOf(err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", c.name, got, err, c.want)
		}
		t.Logf("%s: %v", c.name, err)
	}
	file, err := engine.Read(t.Context(), sample(t, "pdf/sample-files/007-imagemagick-images_imagemagick-images.pdf"), pdfium.Limits{})
	if err != nil || !file.NeedsOCR || len(file.Body) > 0 {
		t.Errorf("pictures: %v, needs OCR %v, body %v", err, file.NeedsOCR, file.Body)
	}
	// What stands beside the sheet is no text of it.
	beside := strings.Replace(onePage, "20 150 Td", "20 950 Td", 1)
	if file, err := engine.Read(t.Context(), []byte(beside), pdfium.Limits{}); err != nil || len(file.Body) > 0 {
		t.Errorf("text beside the sheet: %v %v", file.Body, err)
	}
}
