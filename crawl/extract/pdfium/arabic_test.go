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

// source is an Arabic text: as a page, and as the words that are on it.
type source struct {
	name, page string
	blocks     []string
}

// heldOut is an Arabic text that was written after the reader was made: paragraphs, a
// list, a table, two columns.
func heldOut(t *testing.T) source {
	t.Helper()
	page := readFile(t, "testdata/heldout.html")
	return source{"held out", page, blocksOf(t, page)}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestArabic prints Arabic text in two fonts with the producers of the machine that
// are quick, and compares what is read with it, word by word.
func TestArabic(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	for _, p := range producers() {
		if !p.slow {
			checkArabic(t, p, heldOut(t))
		}
	}
}

// TestProofArabic does the same with all producers, with the text that the reader was
// tuned on and with chapters of a book that nobody here wrote.
func TestProofArabic(t *testing.T) {
	needProof(t)
	sources := []source{heldOut(t), {name: "tuned on", page: arabicPage(linesOf(readFile(t, "testdata/arabic.txt")))}}
	for _, name := range []string{"sect.master-plan.html", "sect.why-gnu-linux.html", "sect.computer-layers.html", "sect.user-space.html"} {
		sources = append(sources, source{name: name, page: arabicPage(chapter(t, "ar-MA", name))})
	}
	for _, s := range sources {
		s.blocks = blocksOf(t, s.page)
		for _, p := range producers() {
			checkArabic(t, p, s)
		}
	}
}

// checkArabic lets a producer print a text in two fonts and reads it.
func checkArabic(t *testing.T, p producer, s source) {
	t.Helper()
	for _, font := range []string{"DejaVu Sans", "Noto Naskh Arabic"} {
		t.Run(strings.Join([]string{s.name, font, p.name}, "/"), func(t *testing.T) {
			content := strings.ReplaceAll(s.page, "FONT", font)
			if p.text {
				content = strings.Join(s.blocks, "\n")
			}
			file, err := newEngine(t).Read(t.Context(), p.printed(t, content, font), pdfium.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if share := accuracy(t, s.blocks, file.Body); share < arabicAccuracy {
				t.Errorf("accuracy %.3f, want %.2f", share, arabicAccuracy)
			}
		})
	}
}

// accuracy returns the share of words that two texts have in common, in order, and
// logs what differs.
func accuracy(t *testing.T, blocks []string, body []vigie.Paragraph) float64 {
	t.Helper()
	want := strings.Fields(norm.NFKC.String(strings.Join(blocks, "\n")))
	got := strings.Fields(norm.NFKC.String(vigie.PlainText(body)))
	right, pairs := compare(want, got)
	share := float64(right) / float64(max(len(want), len(got)))
	t.Logf("%d of %d words (%d read), accuracy %.3f; differing: %v", right, len(want), len(got), share, pairs)
	return share
}

// compare returns how many words two texts share in order, and the pieces that
// differ, as pairs.
func compare(want, got []string) (right int, pairs []string) {
	lengths := make([][]int32, len(want)+1)
	for i := range lengths {
		lengths[i] = make([]int32, len(got)+1)
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
	return int(lengths[0][0]), pairs
}
