package pdfium_test

import (
	"html"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	parser "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie/vigietest"
)

// arabicPage is a text as HTML: lines without a full stop are headings.
func arabicPage(lines []string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>t</title>` +
		`<style>body { font-family: "FONT"; font-size: 11pt } @page { size: A4; margin: 2cm }</style><body>`)
	for _, line := range lines {
		tag := "p"
		if !strings.ContainsAny(line, ".:؟!") {
			tag = "h2"
		}
		b.WriteString("<" + tag + ">" + html.EscapeString(line) + "</" + tag + ">\n")
	}
	return b.String()
}

// linesOf are the lines of a text that say something.
func linesOf(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// blocksOf returns what the headings, paragraphs, items and cells of an HTML page
// say, in order, without soft hyphens.
func blocksOf(t *testing.T, page string) []string {
	t.Helper()
	root, err := parser.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.P, atom.Li, atom.Td, atom.Th:
			blocks = append(blocks, withoutSoftHyphens(n))
		}
	}
	return blocks
}

func withoutSoftHyphens(n *parser.Node) string {
	return strings.ReplaceAll(vigietest.TextOf(n), "\u00ad", "")
}

// chapter returns the paragraphs of a page of the handbook, as long as they are in
// Arabic where the language is; the test is left out where the book is missing.
func chapter(t *testing.T, language, name string) []string {
	t.Helper()
	var out []string
	for n := range vigietest.Paras(vigietest.ParseHTML(t, filepath.Join(vigietest.Handbook(t, language), name))) {
		if slices.ContainsFunc(slices.Collect(n.Descendants()), func(c *parser.Node) bool { return vigietest.HasClass(c, "para") }) {
			continue
		}
		text := withoutSoftHyphens(n)
		if len(text) > 60 && (language != "ar-MA" || vigietest.InArabic(text)) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
