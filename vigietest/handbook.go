package vigietest

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// handbook is where the Debian package debian-handbook puts a book that nobody here
// wrote, in many languages.
const handbook = "/usr/share/doc/debian-handbook/html"

// Handbook returns the folder of a book that nobody here wrote, in one of its languages
// ("fr-FR", "ar-MA"), and skips the test where the book is missing.
func Handbook(tb testing.TB, language string) string {
	tb.Helper()
	dir, found := FindHandbook(language)
	if !found {
		tb.Skip("the Debian package debian-handbook is not installed: make tools")
	}
	return dir
}

// FindHandbook returns the folder that [Handbook] does, and whether it is there.
func FindHandbook(language string) (dir string, found bool) {
	dir = filepath.Join(handbook, language)
	_, err := os.Stat(dir)
	return dir, err == nil
}

// HandbookPages returns the pages of the book in a folder, in order, without its index
// of words.
func HandbookPages(tb testing.TB, dir string) []string {
	tb.Helper()
	pages, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(pages) == 0 {
		tb.Fatalf("the handbook has no pages in %s: %v", dir, err)
	}
	return slices.DeleteFunc(pages, func(page string) bool { return strings.HasPrefix(filepath.Base(page), "ix") })
}

// ParseHTML parses a file.
func ParseHTML(tb testing.TB, path string) *html.Node {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	root, err := html.Parse(f)
	if err != nil {
		tb.Fatal(err)
	}
	return root
}

// Paras iterates over the paragraphs of a page of the book. One may stand in another.
func Paras(root *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if HasClass(n, "para") && !yield(n) {
				return
			}
		}
	}
}

// HasClass reports whether a node is an element of one class.
func HasClass(n *html.Node, class string) bool {
	return n.Type == html.ElementNode && slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "class" && a.Val == class })
}

// TextOf returns what a node says, with one space between words.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Chapter returns the paragraphs of one page of the book, untranslated ones too.
func Chapter(tb testing.TB, path string) []string {
	tb.Helper()
	var out []string
	for n := range Paras(ParseHTML(tb, path)) {
		out = append(out, TextOf(n))
	}
	return out
}

// InArabic reports whether most letters are Arabic: a paragraph that somebody
// translated.
func InArabic(s string) bool {
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
