package pdfium_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// arabicAccuracy is the share of words that must come out right, and in order.
const arabicAccuracy = 0.95

// TestArabic prints one Arabic text with every producer that the machine has, and
// compares what is read with it, word by word.
func TestArabic(t *testing.T) {
	source, err := os.ReadFile("testdata/arabic.txt")
	if err != nil {
		t.Fatal(err)
	}
	engine := newEngine(t)
	for _, p := range producers() {
		t.Run(p.name, func(t *testing.T) {
			content := arabicPage(string(source))
			if p.text {
				content = string(source)
			}
			file, err := engine.Read(t.Context(), p.printed(t, content), pdfium.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Fields(norm.NFKC.String(string(source)))
			got := strings.Fields(norm.NFKC.String(vigie.PlainText(file.Body)))
			right, pairs := compare(want, got)
			share := float64(right) / float64(max(len(want), len(got)))
			t.Logf("%d of %d words (%d read), accuracy %.3f; differing: %v", right, len(want), len(got), share, pairs)
			if share < arabicAccuracy {
				t.Errorf("accuracy %.3f, want %.2f", share, arabicAccuracy)
			}
		})
	}
}

// compare returns how many words two texts share in order, and the pieces that
// differ, as pairs.
func compare(want, got []string) (right int, pairs []string) {
	lengths := make([][]int, len(want)+1)
	for i := range lengths {
		lengths[i] = make([]int, len(got)+1)
	}
	for i := range slices.Backward(want) {
		for j := len(got) - 1; j >= 0; j-- {
			lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			if want[i] == got[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	fromI, fromJ := 0, 0
	end := func() {
		if i > fromI || j > fromJ {
			pairs = append(pairs, strings.Join(want[fromI:i], " ")+" → "+strings.Join(got[fromJ:j], " "))
		}
	}
	for i < len(want) && j < len(got) {
		switch {
		case want[i] == got[j]:
			end()
			i, j = i+1, j+1
			fromI, fromJ = i, j
		case lengths[i+1][j] >= lengths[i][j+1]:
			i++
		default:
			j++
		}
	}
	i, j = len(want), len(got)
	end()
	return lengths[0][0], pairs
}
