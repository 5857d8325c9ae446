package pdfium_test

import (
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	parser "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// handbook is where the Debian package debian-handbook puts a book that nobody here
// wrote, in many languages.
const handbook = "/usr/share/doc/debian-handbook/html"

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
			blocks = append(blocks, wordsOf(n))
		}
	}
	return blocks
}

func wordsOf(n *parser.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == parser.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "\u00ad", "")), " ")
}

// chapter returns the paragraphs of a page of the handbook, as long as they are in
// Arabic where the language is; the test is left out where the book is missing.
func chapter(t *testing.T, language, name string) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(handbook, language, name))
	if err != nil {
		t.Skipf("the Debian package debian-handbook is not installed: %v", err)
	}
	root, err := parser.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		if !isPara(n) || slices.ContainsFunc(slices.Collect(n.Descendants()), isPara) {
			continue
		}
		text := wordsOf(n)
		if len(text) > 60 && (language != "ar-MA" || inArabic(text)) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func isPara(n *parser.Node) bool {
	return slices.ContainsFunc(n.Attr, func(a parser.Attribute) bool { return a.Key == "class" && a.Val == "para" })
}

// inArabic reports whether most letters are Arabic.
func inArabic(s string) bool {
	arabic, all := 0, 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			all++
			if unicode.Is(unicode.Arabic, r) {
				arabic++
			}
		}
	}
	return 2*arabic > all
}
