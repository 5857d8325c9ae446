package index_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/index"
)

// TestSlots: a concept that is named twice counts once, and where there are more words
// than are ranked by, those that were typed stay, and no way is left half.
func TestSlots(t *testing.T) {
	const text = "zot bif zut"
	_, slots := index.Sought(text, []index.Also{
		index.Stands(0, 3, "one", "pif paf"), index.Stands(4, 7, "two", "pof"), index.Stands(8, 11, "one", "pif paf"),
	})
	want := [][][]string{{{"zot"}, {"zut"}, {"pif", "paf"}}, {{"bif"}, {"pof"}}}
	if d := cmp.Diff(want, slots); d != "" {
		t.Errorf("twice: %s", d)
	}
	var many []string
	for n := range 61 {
		many = append(many, fmt.Sprintf("x%dz", n))
	}
	long := text + " " + strings.Join(many, " ")
	words, slots := index.Sought(long, []index.Also{index.Stands(0, 3, "one", "pif paf"), index.Stands(4, 7, "two", "pof")})
	if !slices.Contains(words, "x60z") || !cmp.Equal(slots[:2], [][][]string{{{"zot"}}, {{"bif"}}}) {
		t.Errorf("too many: %q of %q", slots[:2], words)
	}
}
