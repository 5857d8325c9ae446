package pdfium_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"unicode"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// header is what stands at the head of every page of the long report.
const header = "Observatory of Northland, yearly report"

const reportHead = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Yearly report</title><style>
@page { size: A4; margin: 2.2cm 2cm; @top-left { content: "` + header + `" } @bottom-right { content: "Page " counter(page) " / " counter(pages) } }
body { font-family: "DejaVu Serif"; font-size: 10pt; line-height: 1.4; text-align: justify }
h1 { font-size: 20pt } h2 { font-size: 14pt; break-after: avoid } h3 { font-size: 10pt; break-after: avoid }
.columns { columns: 2; column-gap: 8mm; hyphens: auto }
.note { font-size: 7.5pt; border-top: 0.5pt solid; hyphens: none }
table { border-collapse: collapse; width: 100%; break-inside: avoid } td, th { border: 0.5pt solid; padding: 2pt 5pt; text-align: left }
</style><body><h1>The networks of Northland</h1>`

// section is a part of the long report.
type section struct{ language, folder, page, title, below string }

// longReport makes a report with all that makes reports hard to read: running
// headers and footers, two columns, hyphens, notes, tables.
func longReport(t *testing.T) (page string, rows []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(reportHead)
	for i, s := range []section{
		{"en", "en-US", "sect.release-lifecycle.html", "How a release is made", "From unstable to stable"},
		{"fr", "fr-FR", "sect.why-gnu-linux.html", "Pourquoi ce système", "Les raisons du choix"},
		{"en", "en-US", "sect.user-space.html", "Processes and their signals", "What runs where"},
		{"fr", "fr-FR", "sect.computer-layers.html", "Les couches de la machine", "Du matériel au logiciel"},
	} {
		fmt.Fprintf(&b, `<h2>%d. %s</h2><div class="columns" lang="%s"><h3>%s</h3>`, i+1, s.title, s.language, s.below)
		for j, text := range chapter(t, s.folder, s.page) {
			if j == 9 {
				break
			}
			fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(hyphenated(text)))
		}
		fmt.Fprintf(&b, `</div><p class="note">%d Figures of the regional offices, as they were known in March of the year.</p><table>`, i+1)
		for _, row := range [][]string{{"Region", "Households", "Share"}, {"Coast of the north", "412,000", "97 %"}, {"Lakes", "150,500", "81 %"}, {"Hills and valleys", "31,900", "64 %"}} {
			cell := "td"
			if row[0] == "Region" {
				cell = "th"
			}
			b.WriteString("<tr>")
			for _, text := range row {
				fmt.Fprintf(&b, "<%s>%s</%s>", cell, text, cell)
			}
			b.WriteString("</tr>\n")
			rows = append(rows, strings.Join(row, "\t"))
		}
		b.WriteString("</table>")
	}
	return b.String(), rows
}

// hyphenated puts soft hyphens into long words, where a consonant follows a vowel:
// Chromium has no rules of its own on every machine.
func hyphenated(s string) string {
	vowel := func(r rune) bool { return strings.ContainsRune("aeiouyéèêàâîôû", r) }
	words := strings.Split(s, " ")
	for i, word := range words {
		runes := []rune(word)
		if len(runes) < 8 || slices.ContainsFunc(runes, func(r rune) bool { return !unicode.IsLower(r) }) {
			continue
		}
		var b strings.Builder
		for j, r := range runes {
			if j > 2 && j < len(runes)-3 && vowel(runes[j-1]) && !vowel(r) && vowel(runes[j+1]) {
				b.WriteRune('\u00ad')
			}
			b.WriteRune(r)
		}
		words[i] = b.String()
	}
	return strings.Join(words, " ")
}

// TestLongReport prints a long report and compares what is read with its source: the
// words and the paragraphs in their order, hyphens, running lines, rows, headings.
func TestLongReport(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	checkReport(t, producers()[0])
}

// TestProofLongReport does so with a producer that has rules of hyphenation.
func TestProofLongReport(t *testing.T) {
	needProof(t)
	checkReport(t, producers()[1])
}

func checkReport(t *testing.T, p producer) {
	t.Helper()
	page, rows := longReport(t)
	blocks := blocksOf(t, page)
	file, err := newEngine(t).Read(t.Context(), p.printed(t, page, ""), pdfium.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if file.PageCount < 5 {
		t.Errorf("%d pages: too short to say anything", file.PageCount)
	}
	if share := accuracy(t, blocks, file.Body); share < 0.98 {
		t.Errorf("accuracy %.3f, want .98", share)
	}
	ordered(t, blocks, file.Body)
	checkHyphens(t, blocks, file.Body)
	checkRows(t, rows, file.Body)
	checkHeadings(t, blocks, file)
	text := vigie.PlainText(file.Body)
	if strings.Contains(text, header) || strings.Contains(text, "Page ") && strings.Contains(text, fmt.Sprintf("/ %d", file.PageCount)) {
		t.Error("running lines are left")
	}
}

// ordered finds the paragraphs of the source in the text, whole or cut in two by the
// end of a page, and counts those that come before one that they follow.
func ordered(t *testing.T, blocks []string, body []vigie.Paragraph) {
	t.Helper()
	places := make(map[string]int)
	for i, p := range body {
		places[folded(p.Text)] = i
		if i+1 < len(body) && body[i+1].Page == p.Page+1 {
			places[folded(p.Text+body[i+1].Text)] = i
		}
	}
	found, long, swapped, last := 0, 0, 0, -1
	for _, block := range blocks {
		if len(block) < 60 {
			continue
		}
		long++
		at, ok := places[folded(block)]
		if !ok {
			t.Logf("not found whole: %.80s", block)
			continue
		}
		found++
		if at < last {
			swapped++
		}
		last = at
	}
	t.Logf("%d of %d paragraphs found whole, %d out of order", found, long, swapped)
	if swapped > 0 || 10*found < 9*long {
		t.Errorf("%d of %d paragraphs found whole, %d out of order; want .9 and none", found, long, swapped)
	}
}

// folded leaves letters and digits of a text.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// checkHyphens counts the words with a hyphen that no source has.
func checkHyphens(t *testing.T, blocks []string, body []vigie.Paragraph) {
	t.Helper()
	known := make(map[string]bool)
	for word := range strings.FieldsSeq(strings.Join(blocks, " ")) {
		known[word] = true
	}
	var wrong []string
	for word := range strings.FieldsSeq(vigie.PlainText(body)) {
		if at := strings.IndexByte(word, '-'); at > 0 && !known[word] {
			wrong = append(wrong, word)
		}
	}
	t.Logf("words with a hyphen that is not theirs: %v", wrong)
	if len(wrong) > 2 {
		t.Errorf("%d words with a hyphen that is not theirs, want 2 at most", len(wrong))
	}
}

func checkRows(t *testing.T, rows []string, body []vigie.Paragraph) {
	t.Helper()
	var got []string
	for _, p := range body {
		if p.Kind == vigie.Row {
			got = append(got, p.Text)
		}
	}
	if !slices.Equal(got, rows) {
		t.Errorf("rows %q, want %q", got, rows)
	}
}

// checkHeadings compares the headings of the text with those of the source and, where
// the file has one, with its outline.
func checkHeadings(t *testing.T, blocks []string, file pdfium.File) {
	t.Helper()
	var got, want []string
	for _, p := range file.Body {
		if p.Kind == vigie.Heading {
			got = append(got, fmt.Sprint(p.Level, " ", p.Text, " ", p.Page))
		}
	}
	for _, h := range file.Outline {
		want = append(want, fmt.Sprint(h.Level, " ", h.Title, " ", h.Page))
	}
	if len(want) != 9 || !slices.Contains(blocks, file.Outline[0].Title) {
		t.Errorf("outline %q", want)
	}
	if !slices.Equal(got, want) {
		t.Errorf("headings %q, want those of the outline %q", got, want)
	}
}
