package passage_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/vigietest"
)

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
		folder string
		lang   vigie.Lang
	}{{"fr-FR", vigie.French}, {"en-US", vigie.English}, {"ar-MA", vigie.Arabic}, {"es-ES", vigie.Spanish}} {
		dir, found := vigietest.FindHandbook(x.folder)
		if !found {
			continue
		}
		for _, page := range vigietest.HandbookPages(tb, dir) {
			paragraphs := slices.DeleteFunc(vigietest.Chapter(tb, page), func(s string) bool {
				return s == "" || x.lang == vigie.Arabic && !vigietest.InArabic(s) // those that nobody translated
			})
			if body := strings.Join(paragraphs, "\n"); len(strings.Fields(body)) > 150 {
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

// articles reads the bodies that people marked in 78 pages.
func articles(tb testing.TB) []text {
	tb.Helper()
	path, found := vigietest.FindShared(tb, "corpus", "pages", "articles", "ground-truth.json")
	if !found {
		return nil
	}
	raw, err := os.ReadFile(path)
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
