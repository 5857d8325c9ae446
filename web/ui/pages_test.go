package ui_test

import (
	"os"
	"strings"
	"testing"
)

// TestPagesBind: the template of each page can be read in each language, those too that
// nobody has shown yet.
func TestPagesBind(t *testing.T) {
	t.Parallel()
	u, c := open(t)
	pages, err := os.ReadDir("templates/pages")
	if err != nil || len(pages) < 50 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	langs := c.Languages()
	if testing.Short() {
		langs = langs[:1]
	}
	for _, lang := range langs {
		for _, page := range pages {
			name := strings.TrimSuffix(page.Name(), ".html")
			if err := u.Bind(name, c.For(lang)); err != nil {
				t.Errorf("%s in %s: %v", name, lang, err)
			}
		}
	}
	if u.Bind("no-such-page", c.For(langs[0])) == nil {
		t.Error("a page that is not there can be read")
	}
}
