package pdfium_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/crawl/extract/pdfium"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestReport prints a report with two columns, a table, a list, and lines that
// repeat on each page, and compares what is read with the golden file.
func TestReport(t *testing.T) {
	source, err := os.ReadFile("testdata/report.html")
	if err != nil {
		t.Fatal(err)
	}
	made := producers()[0].printed(t, string(source))
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
	golden(t, "testdata/report.golden", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}
