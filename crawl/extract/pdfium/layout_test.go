package pdfium_test

import (
	"fmt"
	"strings"
	"testing"

	"vigie/crawl/extract/pdfium"
	"vigie/vigietest"
)

// TestReport prints a report with two columns, a table, a list, and lines that
// repeat on each page, and compares what is read with the golden file.
func TestReport(t *testing.T) {
	made := producers()[0].printed(t, readFile(t, "testdata/report.html"), "")
	file, err := newEngine(t).Read(t.Context(), made, pdfium.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "title %s\npages %d\n", file.Title, file.PageCount)
	for _, l := range file.Links {
		fmt.Fprintf(&b, "link %d %s\n", l.Page, l.URL)
	}
	for _, p := range file.Body {
		kind := string(p.Kind)
		if p.Level > 0 {
			kind = fmt.Sprint(kind, p.Level)
		}
		fmt.Fprintf(&b, "%d %s| %s\n", p.Page, kind, strings.ReplaceAll(p.Text, "\t", " ⇥ "))
	}
	vigietest.Golden(t, "testdata/report.golden", b.String())
}
