package passage_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
)

// handbook is where the Debian package debian-handbook puts a book that nobody here
// wrote, in many languages.
const handbook = "/usr/share/doc/debian-handbook/html"

// text is one text that somebody else wrote: paragraphs parted by line feeds.
type text struct {
	lang vigie.Lang
	body string
}

// texts are the pages of the handbook in four languages, and the bodies that people
// marked in pages of the press.
func texts(tb testing.TB) []text {
	tb.Helper()
	var out []text
	for _, x := range []struct {
		dir  string
		lang vigie.Lang
	}{{"fr-FR", vigie.French}, {"en-US", vigie.English}, {"ar-MA", vigie.Arabic}, {"es-ES", vigie.Spanish}} {
		pages, err := filepath.Glob(filepath.Join(handbook, x.dir, "*.html"))
		if err != nil {
			tb.Fatal(err)
		}
		for _, page := range pages {
			// Of translations, the paragraphs that somebody translated.
			if body := strings.Join(chapter(tb, page, x.lang == vigie.Arabic), "\n"); len(strings.Fields(body)) > 150 {
				out = append(out, text{x.lang, body})
			}
		}
	}
	out = append(out, articles(tb)...)
	if len(out) == 0 {
		tb.Skip("neither the Debian package debian-handbook nor the shared test data is there: make tools, VIGIE_SHARED")
	}
	return out
}

// chapter is the paragraphs of one page of the book; in Arabic only those that are.
func chapter(tb testing.TB, path string, arabic bool) []string {
	tb.Helper()
	if strings.HasPrefix(filepath.Base(path), "ix") {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	root, err := html.Parse(f)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "class" && a.Val == "para" }) {
			continue
		}
		var b strings.Builder
		for c := range n.Descendants() {
			if c.Type == html.TextNode {
				b.WriteString(c.Data)
			}
		}
		s := strings.Join(strings.Fields(b.String()), " ")
		if s != "" && (!arabic || strings.ContainsAny(s, "اليمن")) {
			out = append(out, s)
		}
	}
	return out
}

// articles reads the bodies that people marked in 78 pages.
func articles(tb testing.TB) []text {
	tb.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "corpus", "pages", "articles", "ground-truth.json"))
	if os.IsNotExist(err) {
		return nil
	}
	var truth map[string]struct{ ArticleBody string }
	if err == nil {
		err = json.Unmarshal(raw, &truth)
	}
	if err != nil {
		tb.Fatal(err)
	}
	var out []text
	for _, key := range slices.Sorted(maps.Keys(truth)) {
		var lines []string
		for line := range strings.Lines(truth[key].ArticleBody) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if body := strings.Join(lines, "\n"); len(strings.Fields(body)) > 80 {
			out = append(out, text{vigie.Und, body})
		}
	}
	return out
}
