package pdfium_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// producer makes a PDF with a program of the machine: of HTML, or of plain text
// where text is set.
type producer struct {
	name string
	text bool
	slow bool
	argv func(in, out, font string) []string
}

func producers() []producer {
	return []producer{
		{name: "chromium", argv: func(in, out, _ string) []string {
			return []string{
				"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline",
				"--user-data-dir=" + filepath.Join(filepath.Dir(out), "profile"), "--print-to-pdf=" + out, in,
			}
		}},
		{name: "weasyprint", slow: true, argv: func(in, out, _ string) []string { return []string{"weasyprint", "-q", in, out} }},
		{name: "pango", text: true, argv: func(in, out, font string) []string {
			return []string{
				"pango-view", "-q", "--rtl", "--align=right", "--font=" + font + " 11", "--width=400",
				"--output=" + out, in,
			}
		}},
		{name: "libreoffice", slow: true, argv: func(in, out, _ string) []string {
			profile := "file://" + filepath.Join(filepath.Dir(out), "office")
			return []string{
				"soffice", "-env:UserInstallation=" + profile, "--headless", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export",
				"--outdir", filepath.Dir(out), in,
			}
		}},
	}
}

// needProof leaves a long test out unless it is asked for.
func needProof(t *testing.T) {
	t.Helper()
	if os.Getenv("VIGIE_PROOF") != "1" {
		t.Skip("VIGIE_PROOF=1 asks for it")
	}
}

// printed returns the PDF that a producer makes of HTML or text; the test is left
// out, and says so, where its program is missing.
func (p producer) printed(t *testing.T, content, font string) []byte {
	t.Helper()
	folder := t.TempDir()
	in, out := filepath.Join(folder, "page.html"), filepath.Join(folder, "page.pdf")
	if p.text {
		in = filepath.Join(folder, "page.txt")
	}
	argv := p.argv(in, out, font)
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
