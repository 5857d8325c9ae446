package story_test

import (
	"slices"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie/curate/story"
)

// TestPlain holds the short way of taking letters apart against the long one.
func TestPlain(t *testing.T) {
	known := 0
	for r := rune(0x80); r < 0x3000; r++ {
		got, ok := story.Plain(r)
		if !ok {
			continue
		}
		known++
		long := slices.DeleteFunc([]rune(norm.NFKD.String(string(r))), func(r rune) bool { return unicode.Is(unicode.Mn, r) })
		short := slices.DeleteFunc([]rune{got}, func(r rune) bool { return unicode.Is(unicode.Mn, r) })
		for i := range long {
			long[i] = story.FoldDigit(long[i])
		}
		if !slices.Equal(long, short) {
			t.Errorf("%U becomes %q, want %q", r, short, long)
		}
	}
	if known < 250 {
		t.Errorf("only %d are known", known)
	}
}
