package pdfium

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxHeadingLines is how many lines a heading of the outline may take.
const maxHeadingLines = 4

// entitle marks the lines that the outline of a file names on their page: they are
// headings of its level, whatever they look like. It reports whether the outline
// names enough of them to be the table of contents of the text.
func entitle(lines []line, outline []Heading) bool {
	begins := make(map[int]int) // the first line of each page
	for i := range lines {
		if _, ok := begins[lines[i].page]; !ok {
			begins[lines[i].page] = i
		}
	}
	found := 0
	for n, entry := range outline {
		begin, ok := begins[entry.Page]
		title := foldingOf(entry.Title)
		if !ok || title.whole == "" {
			continue
		}
		best, count := -1, 0
		for i := begin; i < len(lines) && lines[i].page == entry.Page; i++ {
			if k := spelt(lines[i:], title); k > 0 && (best < 0 || lines[i].size > lines[best].size) {
				best, count = i, k
			}
		}
		if best < 0 {
			continue
		}
		found++
		for i := best; i < best+count; i++ {
			lines[i].entry, lines[i].rank, lines[i].row = n+1, min(entry.Level, maxLevel), false
		}
	}
	return found >= 2 && 3*found >= len(outline)
}

// spelt returns how many lines at the head of some say a title together, 0 where they
// say something else.
func spelt(lines []line, title folding) int {
	text := ""
	for i := range lines[:min(maxHeadingLines, len(lines))] {
		l := &lines[i]
		if l.page != lines[0].page || l.entry > 0 || len(text)+len(l.text) > 4*maxHeading {
			return 0
		}
		text += l.text + " " // a hyphen between two lines is folded away
		switch said := foldingOf(text); {
		case said.whole == title.whole, said.unnumbered == title.unnumbered && said.unnumbered != "":
			return i + 1
		case len(said.unnumbered) > len(title.whole):
			return 0
		}
	}
	return 0
}

// folding is what a heading says, in two ways: many an outline leaves the numbers out.
type folding struct{ whole, unnumbered string }

func foldingOf(title string) folding {
	return folding{folded(title), folded(withoutPrefix(title))}
}

// withoutPrefix returns a heading without the number at its head: "2.1", "IV.", "A)",
// "Chapter 3:".
func withoutPrefix(title string) string {
	const chapters = " chapter chapitre part partie section annex annexe appendix article capítulo الفصل الباب القسم الجزء الملحق "
	first, rest, _ := strings.Cut(strings.TrimSpace(title), " ")
	if strings.Contains(chapters, " "+strings.ToLower(first)+" ") {
		first, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
	}
	number := strings.TrimFunc(first, unicode.IsPunct)
	numeric := !strings.ContainsFunc(number, func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune("IVXLC.-", r)
	})
	if numeric || len(number) == 1 && number != first {
		return rest
	}
	return title
}

// folded returns the letters and digits of a text, without case nor marks.
func folded(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
