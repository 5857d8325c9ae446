package pdfium_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// corpora are PDFs that nobody here wrote: by producer, odd, damaged, hostile.
func corpora(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, folder := range []string{"pdf/pdfminer.six", "pdf/sample-files", "hostile/pdf"} {
		root := filepath.Join("..", "..", "..", "..", "shared", "corpus", filepath.FromSlash(folder))
		found, err := os.ReadDir(root)
		if err != nil {
			t.Skipf("the outside corpus is not here: %v", err)
		}
		for _, entry := range found {
			if !strings.HasPrefix(entry.Name(), "LICENSE") {
				files = append(files, filepath.Join(root, entry.Name()))
			}
		}
	}
	return files
}

// TestCorpus reads every PDF of the corpora: each ends in a text or in an error of
// a known kind, in bounded time. Where pdftotext is installed, as many must give
// a text here as there.
func TestCorpus(t *testing.T) {
	engine := newEngine(t)
	files := corpora(t)
	outcome := make(map[string]int)
	theirs := 0 // files where only pdftotext finds text, less those where only we do
	var with []string
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		file, err := engine.Read(ctx, data, pdfium.Limits{})
		if ctx.Err() != nil {
			t.Errorf("%s: took more than 20 s", name)
		}
		cancel()
		has := hasText(vigie.PlainText(file.Body))
		switch {
		case errors.Is(err, vigie.ErrForbidden):
			outcome["locked"]++
		case errors.Is(err, vigie.ErrInvalid):
			outcome["invalid"]++
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case has:
			outcome["text"]++
		default:
			outcome["no text"]++
		}
		if has {
			with = append(with, path)
		} else if pdftotext(t, path) {
			t.Logf("%s: pdftotext finds text, %v %v", name, err, file.Faults)
			theirs++
		}
	}
	t.Logf("%d files: %v; %d where only pdftotext finds text", len(files), outcome, theirs)
	// pdftotext is asked about the others only as long as it is ahead: it is slow.
	for _, path := range with {
		if theirs <= 0 {
			return
		}
		if !pdftotext(t, path) {
			t.Logf("%s: pdftotext finds no text", filepath.Base(path))
			theirs--
		}
	}
	if theirs > 0 {
		t.Errorf("pdftotext finds text in %d files more", theirs)
	}
}

func hasText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// pdftotext reports whether poppler finds text; it does not where it is missing.
func pdftotext(t *testing.T, path string) bool {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	out, _ := exec.CommandContext(ctx, program, "-q", "-enc", "UTF-8", path, "-").Output()
	return hasText(string(out))
}
