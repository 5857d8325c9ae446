// Package reporttest lets the tests of a package read reports as the program does, in a
// child process: that of the test program itself. It also plants parsers that crash, loop
// and eat memory.
//
//	func TestMain(m *testing.M) { os.Exit(reporttest.Main(m)) }
//
//	reports := reporttest.New(t, extract.ReportOptions{})
//	report, err := reports.Read(t.Context(), reporttest.PDF("A title", "A text."), "")
//
// # Caveats
//
// The PDF engine is compiled once for each test program, which takes seconds. With the
// variable VIGIE_TEST_ENGINE all of them share one folder for it.
package reporttest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"vigie/crawl/extract"
	"vigie/crawl/extract/jail"
	"vigie/vigietest"
)

const (
	// asReader makes a test program the child that reads reports.
	asReader = "read-reports"
	// engineFolder is the variable that names the folder of the compiled engine; see
	// vigietest.EngineFolder.
	engineFolder = "VIGIE_TEST_ENGINE"
	planted      = "%PDF-planted "
)

// Trouble is what a planted parser does with its document.
type Trouble string

// The troubles.
const (
	Panic   Trouble = "panic"
	Loop    Trouble = "loop"
	Memory  Trouble = "memory"  // 10 GB
	Garbage Trouble = "garbage" // an answer that is none
	Refusal Trouble = "refusal" // an engine that does not start
)

// Main runs the tests of a package, or is the child of one of them.
func Main(m *testing.M) int {
	if len(os.Args) > 1 && os.Args[1] == asReader {
		if err := serve(strings.Join(os.Args[2:], "")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	dir, done, err := vigietest.EngineFolder()
	if err == nil {
		defer done()
		err = os.Setenv(engineFolder, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// serve is a child with the real parsers, but for documents that ask for trouble.
func serve(cacheDir string) error {
	all := extract.ReportHandlers(cacheDir)
	read := all["pdf"]
	all["pdf"] = func(ctx context.Context, pdf []byte) ([]byte, error) {
		what, ok := strings.CutPrefix(string(pdf[:min(len(pdf), 100)]), planted)
		if !ok {
			return read(ctx, pdf)
		}
		word, _, _ := strings.Cut(what, "\n")
		return Trouble(word).cause()
	}
	return jail.Serve(context.Background(), os.Stdin, os.Stdout, all)
}

func (t Trouble) cause() ([]byte, error) {
	switch t {
	case Panic:
		panic("a planted crash")
	case Loop:
		for n := 0; n >= 0; {
			n ^= 1
		}
	case Memory:
		hoard := make([]byte, 10<<30)
		for i := range hoard {
			hoard[i] = 1
		}
	case Refusal:
		return nil, errors.New("the engine does not start")
	}
	return []byte(t), nil
}

// Planted returns a document whose parser makes trouble. It ends like a good PDF.
func Planted(t Trouble) []byte {
	return append([]byte(planted+string(t)+"\n"), PDF("", "Behind the trouble.")...)
}

// New starts a reader of reports for one test.
func New(t testing.TB, o extract.ReportOptions) *extract.ReportReader {
	t.Helper()
	o.Command = []string{asReader}
	if o.CacheDir == "" {
		o.CacheDir = os.Getenv(engineFolder)
	}
	r := extract.NewReportReader(o)
	t.Cleanup(r.Close)
	return r
}

// PDF returns a report of one page with a title, two authors and a date, 15 March 2024.
// The texts are ASCII without parentheses and backslashes.
func PDF(title, text string) []byte {
	content := "BT /F 12 Tf 20 150 Td (" + text + ") Tj ET"
	return fmt.Appendf(nil, `%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length %d>>stream
%s
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
6 0 obj<</Title(%s)/Author(Ann Reed; Bo Ek)/CreationDate(D:20240315143000+01'00')>>endobj
trailer<</Root 1 0 R/Info 6 0 R>>
`, len(content), content, title)
}
