package extract_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/crawl/extract"
	"vigie/crawl/extract/pdfium"
)

// long is a file that goes beyond every bound.
func long() pdfium.File {
	f := pdfium.File{Title: strings.Repeat("é", 5000), PageCount: 1 << 30, NeedsOCR: true}
	for range 3000 {
		f.Authors = append(f.Authors, vigie.Author{Name: strings.Repeat("n", 1000)})
		f.Outline = append(f.Outline, pdfium.Heading{Title: strings.Repeat("h", 5000), Page: 1 << 30, Level: 99})
		f.Faults = append(f.Faults, strings.Repeat("f", 1000))
		f.Links = append(f.Links, pdfium.Link{URL: "https://a.example/" + strings.Repeat("l", len(f.Links))})
	}
	for range 40 {
		f.Body = append(f.Body, vigie.Paragraph{Kind: vigie.Heading, Level: 99, Page: 1 << 30, Text: strings.Repeat("word ", 100_000)})
	}
	return f
}

func TestReportBounds(t *testing.T) {
	answer := extract.EncodeFile(long())
	if len(answer) > extract.MaxReportAnswer {
		t.Errorf("the answer has %d bytes, more than the %d that are taken", len(answer), extract.MaxReportAnswer)
	}
	r, err := extract.DecodeReport(answer)
	if err != nil {
		t.Fatal(err)
	}
	text := 0
	for _, p := range r.Body {
		text += len(p.Text)
	}
	if len(r.Title) > 1024 || len(r.Authors) != 50 || len(r.Outline) != 2000 || len(r.Faults) != 100 || len(r.Links) != 200 || text > 12<<20 || text < 11<<20 {
		t.Errorf("title of %d bytes, %d authors, %d headings, %d faults, %d bytes of text", len(r.Title), len(r.Authors), len(r.Outline), len(r.Faults), text)
	}
	if last := r.Faults[len(r.Faults)-1]; !strings.Contains(last, "too long") {
		t.Errorf("the last fault is %q", last)
	}
}

func TestReportCleaned(t *testing.T) {
	r, err := extract.DecodeReport(extract.EncodeFile(pdfium.File{
		Title: "Ducts \u202eof\x00 the\nworld", PageCount: 2, Outline: []pdfium.Heading{{Title: "One", Page: 7, Level: 1}, {Title: " \x01"}},
		Body: []vigie.Paragraph{
			{Text: " \u200b\x07 "},
			{Text: "one\xff  \u2066two\r\nthree &amp; <b>", Page: 1},
			{Kind: vigie.Row, Text: "a  b\t\x00c \td", Page: 2, Level: 3},
			{Kind: "unheard of", Text: "plain", Page: 2},
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "Ducts of the world" || len(r.Outline) != 1 || r.Outline[0].Page != 0 {
		t.Errorf("title %q, outline %v", r.Title, r.Outline)
	}
	want := []vigie.Paragraph{
		{Text: "one\ufffd two three &amp; <b>", Page: 1}, {Kind: vigie.Row, Text: "a b\tc\td", Page: 2}, {Text: "plain", Page: 2},
	}
	if len(r.Body) != len(want) {
		t.Fatalf("body %+v", r.Body)
	}
	for i := range want {
		if r.Body[i] != want[i] {
			t.Errorf("paragraph %d is %+v, want %+v", i, r.Body[i], want[i])
		}
	}
}

func FuzzDecodeReport(f *testing.F) {
	f.Add(extract.EncodeFile(pdfium.File{
		Title: "Ducts", Authors: []vigie.Author{{Name: "Ann"}}, PageCount: 3, Outline: []pdfium.Heading{{Title: "One", Page: 1, Level: 1}},
		Links: []pdfium.Link{{URL: "https://a.example/r.pdf", Page: 1}},
		Body:  []vigie.Paragraph{{Text: "text", Page: 1}, {Kind: vigie.Heading, Level: 1, Text: "عنوان", Page: 2}}, Faults: []string{"a fault"},
	}))
	f.Add(extract.EncodeRefusal(vigie.Damaged, "it is no PDF"))
	f.Add([]byte{1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, answer []byte) {
		r, err := extract.DecodeReport(answer)
		if err != nil {
			return
		}
		if len(r.Body) > len(answer) || len(r.Outline) > len(answer) || r.Read > r.PageCount {
			t.Fatalf("%d bytes became %d paragraphs, %d headings, %d of %d pages", len(answer), len(r.Body), len(r.Outline), r.Read, r.PageCount)
		}
		for _, p := range r.Body {
			if p.Text == "" || !utf8.ValidString(p.Text) || strings.ContainsAny(p.Text, "\x00\x07\x1b\u202e\u2066") || p.Page > r.PageCount {
				t.Fatalf("paragraph %+v", p)
			}
		}
	})
}
