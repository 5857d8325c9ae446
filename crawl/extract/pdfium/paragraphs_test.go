package pdfium_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// page draws lines of text, from the top, in letters of one width.
func page(number int, lines ...string) pdfium.Page {
	p := pdfium.Page{Number: number, Width: 595, Height: 842}
	for i, text := range lines {
		x, y := float32(60), 780-float32(i)*13
		for _, r := range text {
			p.Chars = append(p.Chars, char(r, x, y))
			x += 5.5
		}
	}
	return p
}

func char(r rune, x, y float32) pdfium.Char {
	return pdfium.Char{Rune: r, Left: x, Right: x + 5.5, Bottom: y - 2, Top: y + 8, X: x, Y: y, Size: 10}
}

func TestParagraphs(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"a hyphen goes", []string{"the subscrip-", "tions grew at the same rate as"}, []string{"the subscriptions grew at the same rate as"}},
		{
			name:  "a hyphen stays",
			lines: []string{"a long-term plan, and again a long-", "term plan that goes on and on"},
			want:  []string{"a long-term plan, and again a long-term plan that goes on and on"},
		},
		{"a number keeps it", []string{"the years 2023-", "2024 were dry in all the regions"}, []string{"the years 2023-2024 were dry in all the regions"}},
		{"ligatures", []string{"the ﬁrst oﬃce, ﬂooded"}, []string{"the first office, flooded"}},
		{"raised digits stay", []string{"10² is no 102"}, []string{"10² is no 102"}},
		{"items", []string{"• one thing", "• another thing"}, []string{"item one thing", "item another thing"}},
		{"white space parts", []string{"one paragraph", "", "", "another one"}, []string{"one paragraph", "another one"}},
		{
			name:  "rows",
			lines: []string{"Coast          412,000          97 %", "Lakes          150,500          81 %", "Hills           31,900          64 %"},
			want:  []string{"row Coast\t412,000\t97 %", "row Lakes\t150,500\t81 %", "row Hills\t31,900\t64 %"},
		},
		{"Arabic from the right", []string{"ةكبش (ةكرش) 5G 2024"}, []string{"5G 2024 (شركة) شبكة"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range pdfium.Layout([]pdfium.Page{page(1, c.lines...)}) {
				got = append(got, strings.TrimSpace(string(p.Kind)+" "+p.Text))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFurniture(t *testing.T) {
	var pages []pdfium.Page
	words := []string{"alpha", "beta", "gamma", "delta", "epsilon"}
	for i, word := range words {
		lines := append([]string{"Northland Observatory", ""}, slices.Repeat([]string{"some text about " + word}, 3)...)
		lines = append(lines, slices.Repeat([]string{""}, 45)...)
		pages = append(pages, page(i+1, append(lines, "Page "+string(rune('1'+i))+" of 5")...))
	}
	text := vigie.PlainText(pdfium.Layout(pages))
	if strings.Contains(text, "Northland") || strings.Contains(text, "of 5") {
		t.Errorf("running lines are left: %q", text)
	}
	for _, word := range words {
		if strings.Count(text, word) != 3 {
			t.Errorf("%s stands %d times, want 3", word, strings.Count(text, word))
		}
	}
	if text := vigie.PlainText(pdfium.Layout(pages[:1])); !strings.Contains(text, "Northland") {
		t.Errorf("one page repeats nothing, but %q lost a line", text)
	}
}

// FuzzLayout lays out characters anywhere: paragraphs are never empty, are valid
// text, and stand on a page that there is.
func FuzzLayout(f *testing.F) {
	f.Add([]byte("some words\x00\x01 on a page ﷲ لا"), uint8(10))
	f.Add([]byte{0, 1, 2, 3, 200, 201, 202, 255, 254, 9, 9, 9}, uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, spread uint8) {
		if len(data) > 1<<14 {
			return
		}
		p := pdfium.Page{Number: 3, Width: 595, Height: 842}
		x, y := float32(0), float32(800)
		for len(data) > 0 {
			r, size := utf8.DecodeRune(data)
			if data = data[size:]; r == utf8.RuneError && len(data) > 2 { // a jump
				x, y = x+float32(int8(data[0]))*float32(spread), y-float32(int8(data[1]))
				c := char('ب', x, y)
				c.Size, c.Turned, c.Bold = float32(int8(data[2])), data[0], data[1]&1 == 1
				p.Chars = append(p.Chars, c)
				data = data[3:]
				continue
			}
			p.Chars = append(p.Chars, char(r, x, y))
			x += float32(spread % 16)
		}
		for _, paragraph := range pdfium.Layout([]pdfium.Page{p}) {
			if paragraph.Page != 3 || strings.TrimSpace(paragraph.Text) == "" || !utf8.ValidString(paragraph.Text) {
				t.Fatalf("%+v", paragraph)
			}
		}
	})
}
