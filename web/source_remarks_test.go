package web_test

import (
	"os"
	"regexp"
	"testing"

	"vigie/curate/locale"
)

// TestRemarksHaveWords looks for every code that a list of sources can be remarked with.
func TestRemarksHaveWords(t *testing.T) {
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`remark(?:At)?f\((?:[\w.()]+, )?(?:Refused|LeftOut|Mended|NotRead), "(\w+)"`)
	found := 0
	for _, file := range []string{"../feeds/opml.go", "../feeds/opmloutline.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllSubmatch(source, -1) {
			found++
			key := "add.lists.remark." + string(m[1])
			for _, lang := range words.Languages() {
				if !words.For(lang).Has(key) {
					t.Errorf("%s has no phrase %s", lang, key)
				}
			}
		}
	}
	if found < 18 {
		t.Errorf("found %d codes only", found)
	}
}
