package indicator_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"vigie"
	"vigie/curate/indicator"
	"vigie/curate/locale"
	"vigie/vigietest"
)

// written is what the writers are tried on; reading it back must give the same.
func written(t testing.TB) []vigie.Observation {
	t.Helper()
	all := values(t, "fixed-broadband 2015=3.316 2016=P:-3.5845 2017=Q: 2018=0.00684975091908245 2024-Q3=1234567.5 2024-11=7")
	for i := range all {
		all[i].UnitMeasure, all[i].Decimals, all[i].Source = "SUBS_PER_100", 2, "Office exemple"
	}
	all[1].Note, all[2].Note = "=HYPERLINK(\"http://example.org\")", "Secret; \"cité\",\nsur deux lignes"
	all[3].Breakdowns = vigie.Breakdowns{"SEX": "F"}
	all[4].Note, all[5].Note = "تقدير", "-5 points"
	return all
}

func TestCSV(t *testing.T) {
	for name, v := range map[string]indicator.Variant{
		"international": indicator.International(), "french": indicator.French(), "zero": {}, "tab": {Separator: '\t', Decimal: indicator.Comma},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := indicator.WriteCSV(&b, about().Indicators, written(t), v); err != nil {
				t.Fatal(err)
			}
			vigietest.Golden(t, "testdata/"+name+".csv", b.String())
			found, _, err := read(t, b.Bytes(), about())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(written(t), found.Observations); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCSVReal: what is imported is exported unchanged.
func TestCSVReal(t *testing.T) {
	found, _, err := read(t, shared(t, "wdi_it.cel.sets.p2.csv"), about())
	if err != nil {
		t.Fatal(err)
	}
	for i := range found.Observations {
		found.Observations[i].Source = "x" // where a value names no source, that of its indicator is written
	}
	for _, v := range []indicator.Variant{indicator.International(), indicator.French()} {
		var b bytes.Buffer
		if err := indicator.WriteCSV(&b, about().Indicators, found.Observations, v); err != nil {
			t.Fatal(err)
		}
		again, m, err := read(t, b.Bytes(), about())
		if err != nil || len(m.Doubts) > 0 {
			t.Fatal(err, m.Doubts)
		}
		if diff := cmp.Diff(found.Observations, again.Observations); diff != "" {
			t.Errorf("read back (-want +got):\n%.2000s", diff)
		}
	}
}

// TestCSVIsInert: no cell but a number begins as a formula does.
func TestCSVIsInert(t *testing.T) {
	b, err := os.ReadFile(vigietest.Shared(t, "corpus", "hostile", "blns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var naughty []string
	if err := json.Unmarshal(b, &naughty); err != nil {
		t.Fatal(err)
	}
	naughty = append(naughty, "=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0")
	var all []vigie.Observation
	for _, s := range naughty {
		o := values(t, "fixed-broadband 2016=-3.5")[0]
		o.Note, o.Source, o.RefArea, o.UnitMeasure = s, s, s, s
		o.Breakdowns = vigie.Breakdowns{"SEX": s}
		all = append(all, o)
	}
	var out bytes.Buffer
	if err := indicator.WriteCSV(&out, nil, all, indicator.International()); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != len(all)+1 {
		t.Fatal(len(rows), err)
	}
	value := slices.Index(rows[0], "OBS_VALUE")
	for _, row := range rows[1:] {
		for i, cell := range row {
			if i != value && slices.ContainsFunc(strings.Split("= + - @ \t \r \n ＝", " "), func(sign string) bool { return strings.HasPrefix(strings.TrimLeft(cell, " "), sign) }) {
				t.Errorf("cell %q", cell)
			}
		}
		if row[value] != "-3.5" {
			t.Errorf("value %q", row[value])
		}
	}
}

func printer(t testing.TB, l vigie.Lang) *locale.Printer {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.For(l)
}

func TestXLSX(t *testing.T) {
	for _, lang := range []vigie.Lang{"fr", "en", "ar"} {
		t.Run(string(lang), func(t *testing.T) {
			var b bytes.Buffer
			if err := indicator.WriteXLSX(&b, about().Indicators, written(t), printer(t, lang)); err != nil {
				t.Fatal(err)
			}
			found, m, err := read(t, b.Bytes(), about())
			if err != nil {
				t.Fatalf("%v (mapping %+v)", err, m)
			}
			if diff := cmp.Diff(written(t), found.Observations); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
			book, err := excelize.OpenReader(&b)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := book.GetRows(book.GetSheetName(0))
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			for _, row := range rows {
				text.WriteString(strings.Join(row, " | ") + "\n")
			}
			vigietest.Golden(t, "testdata/workbook."+string(lang)+".golden", text.String())
			view, err := book.GetSheetView(book.GetSheetName(0), 0)
			if err != nil || *view.RightToLeft != (lang == "ar") {
				t.Errorf("right to left: %v, %v", *view.RightToLeft, err)
			}
			if kind, err := book.GetCellType(book.GetSheetName(0), "E3"); err != nil || kind == excelize.CellTypeFormula {
				t.Errorf("the value is a %v, %v", kind, err)
			}
		})
	}
}
