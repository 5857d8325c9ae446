package extract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/crawl/extract"
	"vigie/crawl/extract/reporttest"
	"vigie/vigietest"
)

// TestReportCorpus sends PDFs that nobody here wrote, many of them hostile, through the
// jail: each is read or has its reason, and the reader goes on. Every eighth file; all of
// them with VIGIE_PROOF=1.
func TestReportCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	var files []string
	for _, folder := range []string{"pdf/pdfminer.six", "pdf/sample-files", "hostile/pdf"} {
		root := vigietest.Shared(t, "corpus", filepath.FromSlash(folder))
		found, err := os.ReadDir(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range found {
			if !strings.HasPrefix(entry.Name(), "LICENSE") {
				files = append(files, filepath.Join(root, entry.Name()))
			}
		}
	}
	step := 8
	if os.Getenv("VIGIE_PROOF") != "" {
		step = 1
	}
	r := reporttest.New(t, extract.ReportOptions{})
	outcome := map[string]int{}
	for i := 0; i < len(files); i += step {
		report, err := r.Read(t.Context(), readFile(t, files[i]), "")
		what := "text"
		if err == nil && report.Obstacle() != "" {
			what = string(report.Obstacle())
		}
		if err != nil {
			what = string(extract.ObstacleOf(err))
		}
		if what == "" {
			t.Errorf("%s: %v", filepath.Base(files[i]), err)
		}
		outcome[what]++
	}
	t.Logf("%d of %d files: %v", (len(files)+step-1)/step, len(files), outcome)
	if report, err := r.Read(t.Context(), onePage(), ""); err != nil || len(report.Body) != 1 {
		t.Errorf("the report after them: %v, %+v", err, report)
	}
}
