package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/crawl/extract"
)

// TestPageReports: the PDF files that the content leads to are told, each once;
// those of menus, and those that are no web address, are not.
func TestPageReports(t *testing.T) {
	var many strings.Builder
	for i := range 9 {
		fmt.Fprintf(&many, `<a href="/%d.pdf">n° %d</a>`, i, i)
	}
	for _, tc := range []struct {
		name, content string
		want          []extract.Link
	}{
		{"by address", `<p>Le <a href="../docs/rapport.PDF?v=2#page=3">rapport&nbsp;<b>annuel</b></a>`, []extract.Link{{URL: "https://a.example/docs/rapport.PDF?v=2", Title: "rapport annuel"}}},
		{"by type", `<a type="application/pdf" href="/d/17">Report</a>`, []extract.Link{{URL: "https://a.example/d/17", Title: "Report"}}},
		{"by words", `<a href="/d/18">تحميل التقرير (PDF)</a>`, []extract.Link{{URL: "https://a.example/d/18", Title: "تحميل التقرير (PDF)"}}},
		{"by value", `<a href="/get?file=a/b.pdf&x=1">Texte</a>`, []extract.Link{{URL: "https://a.example/get?file=a/b.pdf&x=1", Title: "Texte"}}},
		{"by hidden words", `<a href="/d/19" title="Informe anual, PDF"><img src=x></a>`, []extract.Link{{URL: "https://a.example/d/19", Title: "Informe anual, PDF"}}},
		{"no words", `<a href="/d/x.pdf"><img src=x></a>`, []extract.Link{{URL: "https://a.example/d/x.pdf", Title: "x.pdf"}}},
		{"the same twice", `<a href="/a.pdf">un</a> <a href="https://A.example:443/a.pdf?utm_source=x#p">deux</a>`, []extract.Link{{URL: "https://a.example/a.pdf", Title: "un"}}},
		{"other links", `<a href="/a.html">x</a> <a href="javascript:pdf()">pdf</a> <a href="https://u:p@a.example/x.pdf">x</a> <a href="/epdf">Ma pdfs</a>`, nil},
		{"a program", `<a href="https://maker.example/">PDF reader</a>`, nil},
		{"the page itself", `<a href="/print/pdf/12">PDF</a>`, nil},
		{"menus", `<nav><a href="/1.pdf">a</a></nav><footer><a href="/2.pdf">b</a></footer><div class="site-sidebar"><a href="/3.pdf">c</a></div>`, nil},
		{"many", many.String(), []extract.Link{
			{URL: "https://a.example/0.pdf", Title: "n° 0"},
			{URL: "https://a.example/1.pdf", Title: "n° 1"},
			{URL: "https://a.example/2.pdf", Title: "n° 2"},
			{URL: "https://a.example/3.pdf", Title: "n° 3"},
			{URL: "https://a.example/4.pdf", Title: "n° 4"},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page := "<title>x</title><p>" + strings.Repeat("Des mots qui font un texte. ", 20) + tc.content
			a, err := extract.Page(t.Context(), []byte(page), "text/html; charset=utf-8", address(t, "https://a.example/actualites/12"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, a.Reports); diff != "" {
				t.Errorf("reports (-want +got):\n%s", diff)
			}
		})
	}
}
