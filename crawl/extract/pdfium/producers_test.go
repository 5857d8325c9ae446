package pdfium_test

import (
	"context"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// producer makes a PDF with a program of the machine: of HTML, or of plain text
// where text is set.
type producer struct {
	name string
	text bool
	argv func(in, out string) []string
}

func producers() []producer {
	return []producer{
		{"chromium", false, func(in, out string) []string {
			return []string{
				"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
				"--user-data-dir=" + filepath.Join(filepath.Dir(out), "profile"), "--print-to-pdf=" + out, in,
			}
		}},
		{"weasyprint", false, func(in, out string) []string { return []string{"weasyprint", "-q", in, out} }},
		{"libreoffice", false, func(in, out string) []string {
			profile := "file://" + filepath.Join(filepath.Dir(out), "office")
			return []string{
				"soffice", "-env:UserInstallation=" + profile, "--headless", "--convert-to", "pdf:writer_web_pdf_Export",
				"--outdir", filepath.Dir(out), in,
			}
		}},
		{"pango", true, func(in, out string) []string {
			return []string{
				"pango-view", "-q", "--rtl", "--align=right", "--font=" + testFont + " 11", "--width=400",
				"--output=" + out, in,
			}
		}},
	}
}

// testFont is a font with Arabic letters.
const testFont = "DejaVu Sans"

// printed returns the PDF that a producer makes of HTML or text; the test is left
// out, and says so, where its program is missing.
func (p producer) printed(t *testing.T, content string) []byte {
	t.Helper()
	folder := t.TempDir()
	in, out := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.pdf")
	if p.text {
		in = filepath.Join(folder, "page.txt")
	}
	argv := p.argv(in, out)
	program, err := exec.LookPath(argv[0])
	if err != nil {
		t.Skipf("%s is not installed", argv[0])
	}
	if err := os.WriteFile(in, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if said, err := exec.CommandContext(ctx, program, argv[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", argv[0], err, said)
	}
	made, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// arabicPage is a text as HTML: lines without a full stop are headings.
func arabicPage(text string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>t</title>` +
		`<style>body { font-family: "` + testFont + `"; font-size: 11pt } @page { size: A4; margin: 2cm }</style><body>`)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		tag := "p"
		if !strings.HasSuffix(line, ".") {
			tag = "h2"
		}
		b.WriteString("<" + tag + ">" + html.EscapeString(line) + "</" + tag + ">")
	}
	return b.String()
}
