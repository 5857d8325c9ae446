package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/chart"
	"vigie/curate/locale"
	"vigie/vigietest"
)

func printers(t testing.TB) map[vigie.Lang]*locale.Printer {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return map[vigie.Lang]*locale.Printer{"fr": c.For("fr"), "en": c.For("en"), "ar": c.For("ar")}
}

// points reads "2016=3.58 2017=B:3.89 2018=Q: 2019=": period, status, value.
func points(t testing.TB, s string) []chart.Point {
	t.Helper()
	var out []chart.Point
	for field := range strings.FieldsSeq(s) {
		period, status, value := vigietest.Value(t, field)
		out = append(out, chart.Point{Period: period, Value: value, Status: status})
	}
	return out
}

func sample(t testing.TB, lang vigie.Lang) chart.Chart {
	t.Helper()
	title := vigie.Text{"fr": "Haut débit fixe", "en": "Fixed broadband", "ar": "النطاق العريض الثابت"}
	unit := vigie.Text{"fr": "pour 100 habitants", "en": "per 100 inhabitants", "ar": "لكل 100 نسمة"}
	names := [][2]string{{"Pays A", "البلد أ"}, {"Pays B", "البلد ب"}, {"ARTP", "ARTP"}}
	c := chart.Chart{ID: "fig-1", Title: title[lang], Unit: unit[lang], Decimals: 2}
	for i, s := range []string{
		"2012=2.067 2013=2.498 2014=2.904 2015=3.316 2016=3.585 2017=B:5.1 2018=5.2 2019=5.3 2020=E:5.75 2021=P:6.1462",
		"2012=1.1 2013=1.2 2014=Q: 2015=1.4 2017=1.5 2019=1.6 2020=6.0 2021=6.1",
		"2015=0.5 2016=0.75 2017=0.9",
	} {
		name := names[i][0]
		if lang == "ar" {
			name = names[i][1]
		}
		c.Series = append(c.Series, chart.Series{Name: name, Points: points(t, s)})
	}
	return c
}

func sampleBars(lang vigie.Lang) []chart.Bar {
	names := []string{"Pays A", "Pays B", "Pays C", "Pays D", "Pays E"}
	if lang == "ar" {
		names = []string{"البلد أ", "البلد ب", "البلد ج", "البلد د", "البلد هـ"}
	}
	return []chart.Bar{
		{Name: names[0], Value: "12.345", Status: "A"},
		{Name: names[1], Value: "47.1", Status: "P", Marked: true},
		{Name: names[2], Status: "Q"},
		{Name: names[3], Value: "-3.2", Status: "A"},
		{Name: names[4], Value: "0", Status: "A"},
	}
}

func TestGolden(t *testing.T) {
	for lang, p := range printers(t) {
		c := sample(t, lang)
		for name, svg := range map[string]string{
			"line": c.Line(p), "bars": c.Bars(p, sampleBars(lang)), "spark": c.Spark(p), "empty": chart.Chart{Title: "—"}.Line(p),
		} {
			vigietest.Golden(t, fmt.Sprintf("testdata/%s.%s.svg", name, lang), svg)
			wellFormed(t, svg)
		}
	}
}

func TestSentences(t *testing.T) {
	all := printers(t)
	var b strings.Builder
	for _, lang := range []vigie.Lang{"fr", "en", "ar"} {
		for _, s := range []string{
			"", "2020=Q:", "2020=1.5", "2019=1 2020=2", "2019=2 2020=1.004 2021=1", "2019=1.001 2020=3 2021=1.004",
			"2019=-5 2020=-2", "2024-Q1=1200 2024-Q2=1300.5", "2024-S1=4 2024-S2=3", "2024-01=4 2024-11=5", "2019=1 2020=abc",
		} {
			c := chart.Chart{Title: "X", Unit: "%", Decimals: 1, Series: []chart.Series{{Name: "M", Points: points(t, s)}}}
			fmt.Fprintf(&b, "%s | %-28s | %s\n", lang, s, strings.NewReplacer("\u2068", "", "\u2069", "").Replace(c.Sentence(all[lang])))
		}
	}
	vigietest.Golden(t, "testdata/sentences.golden", b.String())
}

// TestSentenceAgreesWithFigures: the difference is that of the figures shown.
func TestSentenceAgreesWithFigures(t *testing.T) {
	c := chart.Chart{Title: "X", Decimals: 1, Series: []chart.Series{{Points: points(t, "2019=1.04 2020=1.16")}}}
	got := c.Sentence(printers(t)["en"])
	if !strings.Contains(got, "+0.2") { // 1.2 - 1.0, though 1.16 - 1.04 = 0.12
		t.Errorf("sentence %q", got)
	}
}

func TestTable(t *testing.T) {
	c := chart.Chart{Title: "X", Unit: "%", Decimals: 1, Series: []chart.Series{
		{Name: "M", Points: points(t, "2020=P:1.25 2019=Q:")}, {Name: "N", Points: points(t, "2020=7")},
	}}
	c.Series[0].Points[0].Note = "note"
	p := printers(t)["fr"]
	period := func(s string) vigie.Period { return points(t, s+"=1")[0].Period }
	want := chart.Table{
		Caption: p.T("chart.titled", "title", "X", "unit", "%"), When: "Période", Names: []string{"M", "N"},
		Rows: []chart.Row{
			{Period: "2019", Code: period("2019"), Cells: []chart.Cell{{Status: "Q", Meaning: "supprimé (confidentialité)"}, {}}},
			{Period: "2020", Code: period("2020"), Cells: []chart.Cell{
				{Value: "1,3", Exact: "1.25", Status: "P", Meaning: "provisoire", Note: "note"}, {Value: "7,0", Exact: "7"},
			}},
		},
	}
	if diff := cmp.Diff(want, c.Table(p)); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestGapsAndBreaks(t *testing.T) {
	p := printers(t)["fr"]
	strokes := func(s string) int {
		svg := chart.Chart{Series: []chart.Series{{Points: points(t, s)}}}.Line(p)
		_, path, _ := strings.Cut(svg, ` d="`)
		path, _, _ = strings.Cut(path, `"`)
		return strings.Count(path, "M")
	}
	for s, want := range map[string]int{
		"2019=1 2020=2 2021=3": 1, "2019=1 2020=L: 2021=3": 2, "2019=1 2021=3": 2, "2024-Q4=1 2025-Q1=2": 1, "2024-12=1 2025-02=2": 2,
	} {
		if got := strokes(s); got != want {
			t.Errorf("%s is drawn in %d strokes, want %d", s, got, want)
		}
	}
	svg := chart.Chart{Series: []chart.Series{{Points: points(t, "2019=1 2020=B:2 2021=3")}}}.Line(p)
	if strings.Count(svg, `class="chart-break"`) != 1 || !strings.Contains(svg, ">rupture de série</text>") {
		t.Errorf("the break is not marked:\n%s", svg)
	}
}

// TestBarsBeginAtZero: 50 must be twice as long as 25, whatever the range.
func TestBarsBeginAtZero(t *testing.T) {
	for lang, p := range printers(t) {
		svg := chart.Chart{}.Bars(p, []chart.Bar{{Name: "a", Value: "50"}, {Name: "b", Value: "25"}})
		var widths []float64
		for part := range strings.SplitSeq(svg, `width="`) {
			var w float64
			if n, _ := fmt.Sscanf(part, `%g" height="18"`, &w); n == 1 {
				widths = append(widths, w)
			}
		}
		if len(widths) != 2 || widths[0] != 2*widths[1] {
			t.Errorf("%s: widths %v\n%s", lang, widths, svg)
		}
	}
}

func TestSeriesOf(t *testing.T) {
	in := points(t, "2021=2 2020=1")
	s := chart.SeriesOf("M", []vigie.Observation{
		{Period: in[0].Period, Value: "2", Status: "P", Note: "n"}, {Period: in[1].Period, Value: "1", Status: "A"},
	})
	want := chart.Series{Name: "M", Points: []chart.Point{{Period: in[1].Period, Value: "1", Status: "A"}, {Period: in[0].Period, Value: "2", Status: "P", Note: "n"}}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}
