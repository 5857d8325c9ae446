package web_test

import (
	"regexp"
	"testing"
)

// TestRelatedShown: beside a text stand others about the same, in other languages too,
// and where to find more.
func TestRelatedShown(t *testing.T) {
	t.Parallel()
	d := knowing(t)
	page := regexp.MustCompile(`href="(/fr/bureau/tri/[^"?#]+)`).FindStringSubmatch(d.get(find("fr", "السوق")).Body)
	if page == nil {
		t.Fatal("the report is not found")
	}
	says(t, "a report", d.get(page[1]), []string{`id="related-title">Sur le même sujet</h2>`, "One day for a <mark>number</mark>", `q=%D9%82%D8%A7%D8%A8%D9%84%D9%8A%D8%A9`}, nil)
	other := regexp.MustCompile(`href="(/fr/bureau/tri/[^"?#]+)`).FindStringSubmatch(d.get(find("fr", "number portability", "sans", "*")).Body)
	says(t, "one like no other", d.get(other[1]), nil, []string{"related-title"})
}
