package jail_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract/jail"
)

// shell is a tool that does what a line says.
func shell(line string) jail.Tool { return jail.Tool{Path: "/bin/sh", Args: []string{"-c", line}} }

func TestTool(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	if err := os.WriteFile(file, []byte("kept"), 0o666); err != nil {
		t.Fatal(err)
	}
	o := jail.Options{MemoryBytes: 128 << 20, MaxAnswerBytes: 1 << 20}
	patient := open(t, o)
	o.Timeout = 500 * time.Millisecond
	hasty := open(t, o)
	doc := strings.Repeat("0123456789", 100_000)
	for _, c := range []struct {
		name, want string
		tool       jail.Tool
		what       jail.What // empty for an answer
		reason     string
	}{
		{"reads and writes", doc, jail.Tool{Path: "/bin/cat"}, "", ""},
		{"leaves most unread", "0123", jail.Tool{Path: "/usr/bin/head", Args: []string{"-c", "4"}}, "", ""},
		{"has no environment", "\n", shell("echo $HOME$USER"), "", ""},
		{"reads a file", "", jail.Tool{Path: "/bin/cat", Args: []string{file}}, jail.Refused, "ermission denied"},
		{"writes a file", "", shell("echo x > " + file), jail.Refused, "ermission denied"},
		{"starts a program", "", shell("exec /bin/cat " + file), jail.Refused, "ermission denied"},
		{"forks", "", shell("(:) ; echo forked"), jail.Refused, "fork"},
		{"says no", "", shell("echo 'not a PDF' >&2; exit 3"), jail.Refused, "exit code 3 not a PDF"},
		{"says too much", "", shell("while :; do echo 0123456789012345678901234567890123456789; done"), jail.Refused, "longer than 1048576 bytes"},
		{"has no end", "", shell("while :; do :; done"), jail.TooSlow, "not done after 500ms"},
		{"hoards", "", shell("x=0123456789abcdef; while :; do x=$x$x; done"), jail.TooMuchMemory, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := patient
			if c.what == jail.TooSlow {
				j = hasty
			}
			answer, err := j.RunTool(t.Context(), c.tool, []byte(doc))
			trouble, _ := errors.AsType[*jail.DocumentError](err)
			t.Logf("%d bytes, %v", len(answer), err)
			switch {
			case c.what == "" && (err != nil || string(answer) != c.want):
				t.Errorf("it gives %d bytes, %v", len(answer), err)
			case c.what != "" && (trouble == nil || trouble.What != c.what || !strings.Contains(trouble.Reason, c.reason)):
				t.Errorf("the error is %v, want %s: …%s…", err, c.what, c.reason)
			}
		})
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != "kept" {
		t.Errorf("the file outside is %q now, %v", kept, err)
	}
	if _, err := patient.RunTool(t.Context(), jail.Tool{Path: "/no/such/tool"}, nil); err == nil || errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a tool that is missing: %v", err)
	}
}

// TestPdftotext holds that the tool this is for finds all it needs inside.
func TestPdftotext(t *testing.T) {
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	j := open(t, jail.Options{})
	tool := jail.Tool{Path: path, Args: []string{"-q", "-enc", "UTF-8", "-", "-"}}
	answer, err := j.RunTool(t.Context(), tool, onePage("Le debit a double"))
	if err != nil || strings.TrimSpace(string(answer)) != "Le debit a double" {
		t.Errorf("it reads %q, %v", answer, err)
	}
	_, err = j.RunTool(t.Context(), tool, []byte("no PDF at all"))
	if trouble, ok := errors.AsType[*jail.DocumentError](err); !ok || trouble.What != jail.Refused {
		t.Errorf("of something else: %v", err)
	}
}

// onePage is a PDF with one line of text.
func onePage(text string) []byte {
	content := "BT /F 24 Tf 72 700 Td (" + text + ") Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b, table strings.Builder
	b.WriteString("%PDF-1.4\n")
	for i, o := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n",
		len(objects)+1, table.String(), len(objects)+1, start)
	return []byte(b.String())
}
