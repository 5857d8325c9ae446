package indicator_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vigie"
	"vigie/curate/indicator"
)

// workbook writes rows as Excel keeps them; a cell may carry a number format.
func workbook(t testing.TB, edit func(*excelize.File), rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(book)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestWorkbook reads numbers with the digits that are kept, not those shown.
func TestWorkbook(t *testing.T) {
	b := workbook(t, func(book *excelize.File) {
		percent, err := book.NewStyle(&excelize.Style{NumFmt: 10})
		if err != nil {
			t.Fatal(err)
		}
		short, err := book.NewStyle(&excelize.Style{NumFmt: 4}) // #,##0.00
		if err != nil {
			t.Fatal(err)
		}
		if book.SetCellStyle("Sheet1", "C3", "C3", percent) != nil || book.SetCellStyle("Sheet1", "C4", "C4", short) != nil {
			t.Fatal("style")
		}
	},
		[]any{"Code", "Année", "Valeur", "Note"},
		[]any{"MAR", 2015, 3.5845000000000002, "0012"},
		[]any{"MAR", 2016, 0.841204, "=1+1"},
		[]any{"MAR", 2017, 12345.6789, ""},
		[]any{"MAR", 2018, 0.1 + 0.2, ""},
		[]any{"MAR", 2019, 6.38e-05, ""},
		[]any{"MAR", 2020, 37457971, ""},
		[]any{"MAR", 2021, "n.d.", ""},
		[]any{},
		[]any{"MAR", 2022, -1, ""},
	)
	found, _, err := read(t, b, about())
	if err != nil {
		t.Fatal(err)
	}
	want := "MAR 2015 = 3.5845 A\nMAR 2016 = 84.1204 A\nMAR 2017 = 12345.6789 A\nMAR 2018 = 0.3 A\nMAR 2019 = 0.0000638 A\nMAR 2020 = 37457971 A\nMAR 2022 = -1 A\n"
	if got := lines(found.Observations); got != want || found.Empty != 1 {
		t.Errorf("read %s\n%d empty", got, found.Empty)
	}
	if found.Observations[0].Note != "12" && found.Observations[0].Note != "0012" {
		t.Errorf("note %q", found.Observations[0].Note)
	}
}

func TestWorkbookFaults(t *testing.T) {
	b := workbook(t, nil, []any{"iso3", 2015, 2016}, []any{"MAR", 1.5, "x"}, []any{}, []any{"SEN", "?", 2})
	_, _, err := read(t, b, about())
	want := "row 2, column 2016: \"x\" is not a number with the decimal mark \".\"\nrow 4, column 2015: \"?\" is not a number with the decimal mark \".\""
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestSheets(t *testing.T) {
	b := workbook(t, func(book *excelize.File) {
		if _, err := book.NewSheet("Données"); err != nil {
			t.Fatal(err)
		}
		if book.SetSheetRow("Données", "A1", &[]any{"iso3", 2016}) != nil || book.SetSheetRow("Données", "A2", &[]any{"MAR", 2.5}) != nil {
			t.Fatal("rows")
		}
	})
	for _, sheet := range []string{"", "Données"} {
		table, err := indicator.ReadTable(bytes.NewReader(b), indicator.Format{Sheet: sheet})
		if err != nil || table.Format.Sheet != "Données" || len(table.Sheets) != 2 {
			t.Fatalf("%q: %+v, %v", sheet, table, err)
		}
	}
	for _, sheet := range []string{"Sheet1", "absent"} {
		if _, err := indicator.ReadTable(bytes.NewReader(b), indicator.Format{Sheet: sheet}); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", sheet, err)
		}
	}
}

// repack copies a workbook with entries changed or added.
func repack(t testing.TB, b []byte, extra map[string]string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, r io.Reader) {
		e, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(e, r); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range in.File {
		if _, replaced := extra[e.Name]; replaced {
			continue
		}
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		put(e.Name, r)
	}
	for name, body := range extra {
		put(name, strings.NewReader(body))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	good := workbook(t, nil, []any{"iso3", 2015}, []any{"MAR", 1})
	many := map[string]string{}
	for i := range 2001 {
		many["x/"+strings.Repeat("y", i%50)+string(rune('a'+i%26))+strings.Repeat("z", i/50)] = ""
	}
	sheet := func(rows string) map[string]string {
		return map[string]string{"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`}
	}
	encrypted := bytes.Clone(good)
	for i := 0; i+10 < len(encrypted); i++ {
		if bytes.HasPrefix(encrypted[i:], []byte("PK\x01\x02")) {
			encrypted[i+8] |= 1
		}
	}
	for name, b := range map[string][]byte{
		"bomb":          repack(t, good, map[string]string{"xl/media/x.bin": strings.Repeat("0", 20<<20)}),
		"many entries":  repack(t, good, many),
		"archive":       repack(t, good, map[string]string{"xl/embeddings/y.XLSX": "PK"}),
		"encrypted":     encrypted,
		"cut":           good[:len(good)/2],
		"far row":       repack(t, good, sheet(`<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>`)),
		"far column":    repack(t, good, sheet(`<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>`)),
		"no row number": repack(t, good, sheet(`<row r="-5"><c r="ZZZZZZ9"><v>1</v></c></row>`)),
		"not XML":       repack(t, good, sheet(`<row`)),
		"entities":      repack(t, good, map[string]string{"xl/workbook.xml": `<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>`}),
		"no workbook":   repack(t, good, map[string]string{"xl/workbook.xml": "", "[Content_Types].xml": ""}),
	} {
		t.Run(name, func(t *testing.T) {
			found, _, err := read(t, b, about())
			if !errors.Is(err, vigie.ErrInvalid) || len(found.Observations) > 0 {
				t.Errorf("%v, %d values", err, len(found.Observations))
			}
		})
	}
}

func FuzzWorkbook(f *testing.F) {
	good := workbook(f, nil, []any{"iso3", 2015}, []any{"MAR", 1})
	f.Add([]byte(`<row r="1"><c r="A1"><v>1</v></c></row>`))
	f.Add([]byte(`<row r="2"><c r="B7" t="s"><v>99</v></c></row>`))
	f.Fuzz(func(t *testing.T, rows []byte) {
		b := repack(t, good, map[string]string{"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + string(rows) + "</sheetData></worksheet>"})
		if _, _, err := read(t, b, about()); err != nil && !errors.Is(err, vigie.ErrInvalid) {
			t.Fatal(err)
		}
	})
}
