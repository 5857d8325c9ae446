package pdfium

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// margin is the part of a page, at its head and at its foot, where running
	// headers and page numbers stand.
	margin = 0.13
	// wideMargin is that part for the outermost lines of a page.
	wideMargin = 0.22
	// outermost is how many lines at the head, and at the foot, these are.
	outermost = 2
	// minRepeats is on how many pages a line must stand to be one of them.
	minRepeats = 3
	// fewPages is how many pages a document has where two are enough.
	fewPages = 4
)

// trace is where a line stands, and what it says but for its numbers.
type trace struct {
	text string
	// place is the height on the page, in fiftieths of it.
	place int
}

// withoutFurniture returns the lines but for what repeats at the head and the foot
// of pages: running titles, logos in letters, page numbers.
func withoutFurniture(lines []line) []line {
	pages := make(map[trace]map[int]bool)
	edges := edgesOf(lines)
	for i := range lines {
		t, ok := traceOf(&lines[i], edges)
		if !ok {
			continue
		}
		// A neighbouring place counts too: heights differ by a hair.
		for place := t.place - 1; place <= t.place+1; place++ {
			near := trace{t.text, place}
			if pages[near] == nil {
				pages[near] = make(map[int]bool)
			}
			pages[near][lines[i].page] = true
		}
	}
	last := 0
	for i := range lines {
		last = max(last, lines[i].page)
	}
	kept := slices.DeleteFunc(slices.Clone(lines), func(l line) bool {
		t, ok := traceOf(&l, edges)
		if !ok {
			return false
		}
		repeats := len(pages[t])
		return repeats >= minRepeats || repeats == 2 && (last <= fewPages || isPageNumber(l.text))
	})
	if 2*countPages(kept) < countPages(lines) {
		return lines // pages that say nothing else: slides, labels
	}
	return kept
}

// countPages counts the pages that lines stand on.
func countPages(lines []line) int {
	count := 0
	for i := range lines {
		if i == 0 || lines[i].page != lines[i-1].page {
			count++
		}
	}
	return count
}

// traceOf returns the trace of a line, and whether it stands where running lines
// do.
func traceOf(l *line, edges map[int]edge) (trace, bool) {
	at, within := l.box.y/l.height, float32(margin)
	if e := edges[l.page]; l.box.y >= e.high || l.box.y <= e.low {
		within = wideMargin
	}
	if at > within && at < 1-within || len(l.text) > 300 {
		return trace{}, false
	}
	return trace{text: withoutNumbers(l.text), place: int(at * 50)}, true
}

// edge is where the outermost lines of a page stand.
type edge struct{ high, low float32 }

func edgesOf(lines []line) map[int]edge {
	heights := make(map[int][]float32)
	for i := range lines {
		heights[lines[i].page] = append(heights[lines[i].page], lines[i].box.y)
	}
	edges := make(map[int]edge, len(heights))
	for page, all := range heights {
		slices.Sort(all)
		all = slices.Compact(all)
		n := min(outermost, len(all))
		edges[page] = edge{high: all[len(all)-n], low: all[n-1]}
	}
	return edges
}

// withoutNumbers folds a text so that only its words count.
func withoutNumbers(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			return '#'
		case unicode.IsLetter(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, s)
	words := strings.Fields(s)
	for i, w := range words {
		if strings.Trim(w, "#ivxlc") == "" { // a number, in any digits
			words[i] = "#"
		}
	}
	return strings.Join(words, " ")
}

// isPageNumber reports whether a line says nothing but a number, or "page 3 of 10".
func isPageNumber(s string) bool {
	for word := range strings.FieldsSeq(withoutNumbers(s)) {
		switch word {
		case "#", "page", "p", "pg", "of", "de", "sur", "صفحة", "من", "الصفحة":
		default:
			return false
		}
	}
	return s != ""
}
