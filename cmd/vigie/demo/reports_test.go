package demo_test

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/crawl/extract/pdfium"
	"vigie/curate/story"
)

// printed is what a report must be.
type printed struct {
	publisher, path string
	// source is the page under reports/src that it is printed from.
	source        string
	title, author string
	pages         int
	// sentence stands on the page on, chapter in the outline with the page at.
	sentence string
	on       int
	chapter  string
	at       int
}

const (
	autorite = "Autorité des réseaux du Val d’Azour"
	azour    = "L’accès fixe au Val d’Azour : rapport de mesure 2026"
)

// reports are those of the sample web as they are first.
func reports() []printed {
	return []printed{
		{
			autorite, correctedReport, "acces-fixe-1", azour, autorite, 12,
			"Le gain ne se voit pas dans les contrats ; il s’entend dans les conversations.", 7, "5. Les prix", 8,
		},
		{
			"Saltmarsh Policy Lab", "/papers/patching.pdf", "patching", "The Tuesday Habit: how sixty-four small towns keep their systems up to date",
			"Saltmarsh Policy Lab", 12, "We found the habit in eighteen of the sixty-four towns.", 3, "7. What a late update costs", 9,
		},
		{
			"مرصد الأفق الرقمي", "/2026/khadamat.pdf", "khadamat", "الخدمات العمومية الرقمية في وادي الأزور: تقرير سنة 2026", "مرصد الأفق الرقمي", 10,
			"وسيعود المرصد إلى البلديات نفسها في ربيع سنة 2027 بالأسئلة نفسها", 9, "6. اللغة والوضوح", 8,
		},
	}
}

// TestReports reads every report of the sample web, each at its place, and the
// second edition of one, in which a chapter moved.
func TestReports(t *testing.T) {
	web := start(t)
	engine := pdfEngine(t)
	var first pdfium.File
	for i, want := range reports() {
		f := read(t, engine, web, want)
		checkReport(t, f, want)
		if i == 0 {
			first = f
		}
	}
	checkRecord(t, web, first)
	web.Correct()
	second := reports()[0]
	second.source, second.on, second.chapter, second.at = "acces-fixe-2", 8, "4. Les prix", 6
	now := read(t, engine, web, second)
	checkReport(t, now, second)
	for was, is := range map[string]string{
		"Vallée haute\t120\t53\t9\t44 %": "Vallée haute\t120\t58\t11\t48 %",
		"3,90 en 2025, 4,60 en 2026":     "3,90 en 2025, 4,10 en 2026",
		"Première édition":               "Deuxième édition, corrigée",
	} {
		before, after := vigie.PlainText(first.Body), vigie.PlainText(now.Body)
		if !strings.Contains(before, was) || strings.Contains(after, was) || !strings.Contains(after, is) {
			t.Errorf("%q did not become %q", was, is)
		}
	}
}

// at is the address of a path at a publisher.
func at(t *testing.T, web *demo.Web, publisher, path string) string {
	t.Helper()
	for _, s := range web.Sources() {
		if s.Publisher != publisher {
			continue
		}
		u, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		u.Path = path
		return u.String()
	}
	t.Fatalf("there is no publisher %s", publisher)
	return ""
}

func read(t *testing.T, engine *pdfium.Engine, web *demo.Web, r printed) pdfium.File {
	t.Helper()
	answer := get(t, at(t, web, r.publisher, r.path))
	if answer.header.Get("Content-Type") != "application/pdf" || len(answer.body) > 150_000 {
		t.Errorf("%s: %d bytes of %s", r.path, len(answer.body), answer.header.Get("Content-Type"))
	}
	file, err := engine.Read(t.Context(), []byte(answer.body), pdfium.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", r.path, err)
	}
	return file
}

func checkReport(t *testing.T, f pdfium.File, want printed) {
	t.Helper()
	if f.Title != want.title || len(f.Authors) != 1 || f.Authors[0].Name != want.author || len(f.Pages) != want.pages || len(f.Faults) > 0 || f.NeedsOCR {
		t.Errorf("%s: title %q, authors %v, %d pages, faults %q", want.path, f.Title, f.Authors, len(f.Pages), f.Faults)
	}
	checkPrinted(t, f, want.source)
	if f.Created.Time.Year() != 2026 {
		t.Errorf("%s was made on %v", want.path, f.Created)
	}
	on, rows := 0, 0
	for _, p := range f.Body {
		if strings.Contains(p.Text, want.sentence) {
			on = p.Page
		}
		if p.Kind == vigie.Row {
			rows++
		}
	}
	if on != want.on || rows < 10 {
		t.Errorf("%s: %q stands on page %d, not %d; %d rows", want.path, want.sentence, on, want.on, rows)
	}
	leads := 0
	for _, h := range f.Outline {
		if h.Title == want.chapter {
			leads = h.Page
		}
	}
	if leads != want.at {
		t.Errorf("%s: %q leads to page %d, not %d, in %v", want.path, want.chapter, leads, want.at, f.Outline)
	}
}

// checkPrinted fails where a report is not what its source would be printed as: a
// heading or a number of one is not in the other.
func checkPrinted(t *testing.T, f pdfium.File, source string) {
	t.Helper()
	page, err := os.ReadFile("reports/src/" + source + ".html")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(page), "<body>")
	var want, got []string
	for _, found := range regexp.MustCompile(`<h[12]>(.*?)</h`).FindAllStringSubmatch(body, -1) {
		want = append(want, found[1])
	}
	for _, h := range f.Outline {
		got = append(got, h.Title)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: the outline is %q, not %q: go generate", source, got, want)
	}
	text := vigie.PlainText(f.Body)
	for _, number := range regexp.MustCompile(`\d[\d.,]*\d`).FindAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " "), -1) {
		if !strings.Contains(text, number) {
			t.Errorf("%s: %s is not printed: go generate", source, number)
		}
	}
}

// checkRecord groups the five that tell of a report with the report itself.
func checkRecord(t *testing.T, web *demo.Web, f pdfium.File) {
	t.Helper()
	r := reports()[0]
	prints := append(told(t, web), story.Of(vigie.Document{
		ID: "report", URL: at(t, web, r.publisher, r.path), Title: f.Title, Publisher: r.publisher, Lang: vigie.French,
		Published: vigie.Date{Time: f.Created.Time, Precision: vigie.Day}, MediaType: "application/pdf", Body: f.Body,
	}, story.Known{Institution: true}))
	checkStory(t, prints, "report", map[vigie.DocumentID]vigie.Bond{
		"announcement": vigie.AboutReport, "copy": vigie.ExactCopy, "shorter": vigie.NearCopy,
		"english": vigie.AboutReport, "arabic": vigie.AboutReport,
	})
}
