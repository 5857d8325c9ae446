package pdfium_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"vigie"
	"vigie/crawl/extract/pdfium"
	"vigie/vigietest"
)

// corpora are PDFs that nobody here wrote: by producer, odd, damaged, hostile.
func corpora(t *testing.T) []string {
	t.Helper()
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
	return files
}

// TestCorpus reads every PDF of the corpora: each ends in a text or in an obstacle,
// within the bounds. Where pdftotext is installed, as many must give a text here as
// there: it is asked about the files that give none here.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	checkCorpus(t, false)
}

// TestProofCorpus asks pdftotext about all files, and names those that differ.
func TestProofCorpus(t *testing.T) {
	needProof(t)
	checkCorpus(t, true)
}

func checkCorpus(t *testing.T, all bool) {
	t.Helper()
	engine := newEngine(t)
	files := corpora(t)
	outcome := make(map[string]int)
	compared := poppler(t)
	ours, theirs := 0, 0 // files where only one of the two finds text
	for _, path := range files {
		has, what := readSample(t, engine, path)
		outcome[what]++
		if !compared || has && !all {
			continue
		}
		if other := pdftotext(t, path); other != has {
			t.Logf("%s: %s; pdftotext finds text: %v", filepath.Base(path), what, other)
			if has {
				ours++
			} else {
				theirs++
			}
		}
	}
	t.Logf("%d files: %v; %d with text here only, %d with pdftotext only", len(files), outcome, ours, theirs)
	if theirs > ours {
		t.Errorf("pdftotext finds text in %d files more", theirs-ours)
	}
}

// readSample reads one file, and returns whether it has text and what became of it.
func readSample(t *testing.T, engine *pdfium.Engine, path string) (has bool, what string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const most = 20 * time.Second // the bound of a document
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	start := time.Now()
	file, err := engine.Read(ctx, data, pdfium.Limits{Pages: 500})
	if took := time.Since(start); took > most {
		t.Errorf("%s: took %v", path, took)
	}
	if len(file.Pages) > 500 || len(file.Faults) > 100 {
		t.Errorf("%s: %d pages and %d faults", path, len(file.Pages), len(file.Faults))
	}
	for _, p := range file.Body {
		if p.Page < 1 || p.Page > file.PageCount || strings.TrimSpace(p.Text) == "" || !utf8.ValidString(p.Text) {
			t.Errorf("%s: paragraph %+v", path, p)
		}
	}
	switch has := hasText(vigie.PlainText(file.Body)); {
	case err != nil && pdfium.ObstacleOf(err) == "":
		t.Errorf("%s: %v", path, err)
		return false, "error"
	case err != nil:
		return false, string(pdfium.ObstacleOf(err))
	case has:
		return true, "text"
	case file.NeedsOCR:
		return false, string(vigie.NeedsOCR)
	}
	return false, "no text"
}

// TestHabibi reads three files of a corpus whose words are known: PDFs with right-to-
// left text by a producer that names it backwards.
func TestHabibi(t *testing.T) {
	engine := newEngine(t)
	for _, name := range []string{"habibi", "habibi-oneline-cmap", "habibi-rotated"} {
		file, err := engine.Read(t.Context(), sample(t, "pdf/sample-files/015-arabic_"+name+".pdf"), pdfium.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Fields(vigie.PlainText(file.Body))
		right := 0
		for _, word := range words {
			if word == "حَبيبي" || word == "habibi" {
				right++
			}
		}
		t.Logf("%s: %d of %d words: %q", name, right, len(words), words)
		if len(words) < 2 || 100*right < 95*len(words) {
			t.Errorf("%s: %d of %d words are right", name, right, len(words))
		}
	}
}

func hasText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// poppler reports whether pdftotext is there to compare with.
func poppler(t *testing.T) bool {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), "pdftotext", "-v").CombinedOutput()
	if err != nil {
		t.Logf("nothing to compare with, pdftotext (Debian: poppler-utils) does not run: %v", err)
		return false
	}
	first, _, _ := strings.Cut(string(said), "\n")
	t.Log("compared with", first)
	return true
}

// pdftotext reports whether poppler finds text.
func pdftotext(t *testing.T, path string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, "pdftotext", "-q", "-enc", "UTF-8", path, "-").Output()
	return hasText(string(out))
}
