package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/chart"
	"vigie/vigietest"
)

// wellFormed fails where a picture is not XML, or holds an element or attribute
// beyond those that a chart needs: no script, no style, no address.
func wellFormed(t testing.TB, svg string) {
	t.Helper()
	elements := strings.Fields("svg title desc line path text circle polygon rect")
	attributes := strings.Fields(`xmlns class viewBox direction role aria-labelledby fill font-size id x y x1 x2 y1 y2 cx cy r d points width height
		text-anchor stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin fill-opacity`)
	d := xml.NewDecoder(strings.NewReader(svg))
	ids := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, svg)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, e.Name.Local) {
			t.Fatalf("element %s\n%s", e.Name.Local, svg)
		}
		for _, a := range e.Attr {
			if !slices.Contains(attributes, a.Name.Local) {
				t.Fatalf("attribute %s\n%s", a.Name.Local, svg)
			}
			if a.Name.Local != "id" && a.Name.Local != "aria-labelledby" && (strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf")) {
				t.Fatalf("attribute %s is %q\n%s", a.Name.Local, a.Value, svg)
			}
			if a.Name.Local == "id" && (ids[a.Value] || strings.ContainsAny(a.Value, " <>\"'")) {
				t.Fatalf("identity %q\n%s", a.Value, svg)
			}
			ids[a.Value] = ids[a.Value] || a.Name.Local == "id"
		}
	}
}

func TestHostileLabels(t *testing.T) {
	p := printers(t)["ar"]
	for _, s := range vigietest.Hostile(t) {
		c := chart.Chart{ID: s, Title: s, Unit: s, Decimals: 1, Series: []chart.Series{{Name: s, Points: points(t, "2019=1 2020=2")}}}
		c.Series[0].Points[0].Status, c.Series[0].Points[1].Value = vigie.ObsStatus(s), vigie.Decimal(s)
		wellFormed(t, c.Line(p))
		wellFormed(t, c.Spark(p))
		wellFormed(t, c.Bars(p, []chart.Bar{{Name: s, Value: "1", Status: vigie.ObsStatus(s)}, {Name: s, Value: vigie.Decimal(s)}}))
	}
}

// TestDirectionOverridesAreDropped: a label must not turn what stands beside it.
func TestDirectionOverridesAreDropped(t *testing.T) {
	svg := chart.Chart{Title: "a\u202eb\u202ac", Series: []chart.Series{{Name: "d\u202de", Points: points(t, "2020=1")}}}.Line(printers(t)["fr"])
	if strings.ContainsAny(svg, "\u202a\u202b\u202c\u202d\u202e") || !strings.Contains(svg, "abc") || !strings.Contains(svg, "de") {
		t.Error(svg)
	}
}

func TestExtremeValues(t *testing.T) {
	p := printers(t)["fr"]
	for _, s := range []string{
		"0000=1 9999=2", "2019=0 2020=0", "2019=" + strings.Repeat("9", 99) + " 2020=-" + strings.Repeat("9", 99),
		"2019=0." + strings.Repeat("0", 90) + "1 2020=0." + strings.Repeat("0", 90) + "2", "2020=-7", "2020=5 2020=6 2020=7",
		"2019=1 2019-S1=2 2019-Q1=3 2019-01=4", "2020=100.000001 2021=100.000002",
	} {
		c := chart.Chart{Decimals: 30, Series: []chart.Series{{Points: points(t, s)}}}
		wellFormed(t, c.Line(p))
		wellFormed(t, c.Spark(p))
		var bars []chart.Bar
		for _, point := range c.Series[0].Points {
			bars = append(bars, chart.Bar{Value: point.Value})
		}
		wellFormed(t, c.Bars(p, bars))
	}
	many := chart.Chart{}
	for range 20 {
		many.Series = append(many.Series, chart.Series{Name: "n", Points: points(t, "2020=5 2021=5")})
	}
	wellFormed(t, many.Line(p))
	if got := len(many.Table(p).Names); got != 20 {
		t.Errorf("the table has %d of 20 series", got)
	}
	wellFormed(t, many.Bars(p, make([]chart.Bar, 500)))
}

func FuzzChart(f *testing.F) {
	f.Add("Titre", "2020", "1.5", "A", "2021", "-3", "P", 2)
	f.Add("<script>", "0000", "1e9", "B", "9999-12", "", "Q", -1)
	p := printers(f)["fr"]
	f.Fuzz(func(t *testing.T, title, p1, v1, s1, p2, v2, s2 string, decimals int) {
		a, _ := vigie.ParsePeriod(p1)
		b, _ := vigie.ParsePeriod(p2)
		c := chart.Chart{ID: title, Title: title, Unit: title, Decimals: decimals, Series: []chart.Series{{Name: title, Points: []chart.Point{
			{Period: a, Value: vigie.Decimal(v1), Status: vigie.ObsStatus(s1)}, {Period: b, Value: vigie.Decimal(v2), Status: vigie.ObsStatus(s2)},
		}}}}
		wellFormed(t, c.Line(p))
		wellFormed(t, c.Spark(p))
		c.Table(p)
		wellFormed(t, c.Bars(p, []chart.Bar{{Name: title, Value: vigie.Decimal(v1), Status: vigie.ObsStatus(s1)}, {Value: vigie.Decimal(v2)}}))
	})
}
