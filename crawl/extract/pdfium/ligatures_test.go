package pdfium_test

import (
	"testing"

	"vigie/crawl/extract/pdfium"
)

// TestSolve puts letters in the place of glyphs that no table of a font names: \U000f0000
// and other even ones move the pen, odd ones stand where it is.
func TestSolve(t *testing.T) {
	for _, c := range []struct {
		name       string
		said       []string
		text, want string
	}{
		{"one glyph for two letters", []string{"الأقاليم"}, "ا\U000f0000قاليم و\U000f0000سر", "الأقاليم ولأسر"},
		{"two halves", []string{"الأسباب"}, "ا\U000f0000\U000f0001سباب ا\U000f0000\U000f0001وسط", "الأسباب الأوسط"},
		{"said backwards", []string{"بابسأال", "بابسألا"}, "ا\U000f0000\U000f0001سباب", "الأسباب"},
		{"a mark", []string{"يُصِرّ"}, "يُصِر\U000f0001 مض\U000f0001ن", "يُصِرّ مضّن"},
		{"a guess", nil, "ا\U000f0000تصا\U000f0000ت", "الاتصالات"},
		{"a guess of halves", nil, "\U000f0000\U000f0001 أحد", "لا أحد"},
		{"no guess", nil, "مكث\U000f0001ف PCI\U000f0002 3\U000f0004", "مكثف PCI 3"},
		{"other letters need many words", []string{"كتاب"}, "ك\U000f0000اب", "كلااب"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pdfium.Solve(c.said, c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
