package indicator_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"vigie"
	"vigie/curate/indicator"
)

const maroc = "MAR 2015 = 3.316 A\nMAR 2016 = 3.5845 A\nSEN 2015 = 0.7 A\nSEN 2016 = 0.8 A\n"

func utf16le(s string) string {
	var b bytes.Buffer
	b.WriteString("\xff\xfe")
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

func windows1252(t *testing.T, s string) string {
	t.Helper()
	out, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestShapes reads the same figures in the shapes that people have.
func TestShapes(t *testing.T) {
	areas := map[string]string{"Maroc": "MAR", "Sénégal": "SEN", "المغرب": "MAR", "السنغال": "SEN", "MA": "MAR", "SN": "SEN", "MAR": "MAR", "SEN": "SEN"}
	french := "Pays;Année;Valeur\r\nMaroc;2015;3,316\r\nMaroc;2016;3,5845\r\nSénégal;2015;0,7\r\nSénégal;2016;0,8\r\n"
	for name, file := range map[string]string{
		"tidy, comma":          "Country Name,Country Code,Year,Value\nMorocco,MAR,2015,3.316\nMorocco,MAR,2016,3.5845\nSenegal,SEN,2015,0.7\nSenegal,SEN,2016,0.8\n",
		"French, UTF-8":        french,
		"French, BOM":          "\ufeff" + french,
		"French, windows-1252": windows1252(t, french),
		"French, UTF-16":       utf16le(french),
		"sep=":                 "sep=;\r\n" + french,
		"old Mac lines":        strings.ReplaceAll(french, "\r\n", "\r"),
		"tab":                  "iso3\tperiod\tvalue\nMAR\t2015\t3.316\nMAR\t2016\t3.5845\nSEN\t2015\t0.7\nSEN\t2016\t0.8",
		"Arabic":               "البلد;السنة;القيمة\nالمغرب;٢٠١٥;٣٫٣١٦\nالمغرب;٢٠١٦;٣٫٥٨٤٥\nالسنغال;2015;0,7\nالسنغال;2016;0,8\n",
		"wide":                 "Country Code,2015,2016\nMAR,3.316,3.5845\nSEN,0.7,0.8\n",
		"wide, French":         "Code pays;2015;2016\nMAR;3,316;3,5845\nSEN;0,7;0,8\n",
		"World Bank download": "\"Data Source\",\"World Development Indicators\",\n\n\"Last Updated Date\",\"2026-07-01\",\n\n" +
			"\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2014\",\"2015\",\"2016\",\n" +
			"\"Morocco\",\"MAR\",\"Fixed broadband\",\"IT.NET.BBND.P2\",\"\",\"3.316\",\"3.5845\",\n\"Senegal\",\"SEN\",\"x\",\"IT.NET.BBND.P2\",\"\",\"0.7\",\"0.8\",\n",
		"World Bank DataBank": "Country Name,Country Code,Series Name,Series Code,2014 [YR2014],2015 [YR2015],2016 [YR2016]\n" +
			"Morocco,MAR,x,IT.NET.BBND.P2,..,3.316,3.5845\nSenegal,SEN,x,IT.NET.BBND.P2,..,0.7,0.8\n,,,,,,\nData from database: World Development Indicators\nLast Updated: 07/01/2026\n",
		"SDMX-CSV": "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,UPDATED\n" +
			"dataflow,X:Y(1.0),M,A,MAR,fixed-broadband,_T,2015,3.316,A,SUBS_PER_100,2026-07-01\ndataflow,X:Y(1.0),M,A,MAR,fixed-broadband,_T,2016,3.5845,A: Normal,SUBS_PER_100,2026-07-01\n" +
			"dataflow,X:Y(1.0),M,A,SEN,fixed-broadband,_T,2015,0.7,A,SUBS_PER_100,2026-07-01\ndataflow,X:Y(1.0),M,A,SEN,fixed-broadband,_T,2016,0.8,,SUBS_PER_100,2026-07-01\n",
		"Our World in Data": "Entity,Code,Year,Individuals using the Internet (% of population)\nMorocco,MAR,2015,3.316\nMorocco,MAR,2016,3.5845\nSenegal,SEN,2015,0.7\nSenegal,SEN,2016,0.8\nAfrica,,2016,9\n",
		"ISO2":              "geo;time;value\nMA;2015;3,316\nMA;2016;3,5845\nSN;2015;0,7\nSN;2016;0,8\n",
		"quoted line break": "note,iso3,year,value\n\"a\nb\",MAR,2015,3.316\n,MAR,2016,3.5845\n,SEN,2015,0.7\n,SEN,2016,0.8\n",
		"indicator by name": "Indicateur;Code;Année;Valeur\nhaut debit FIXE;MAR;2015;3,316\nHaut débit fixe;MAR;2016;3,5845\nFixed broadband;SEN;2015;0,7\nit.net.bbnd.p2;SEN;2016;0,8\n",
	} {
		t.Run(name, func(t *testing.T) {
			a := about()
			a.Areas = areas
			found, m, err := read(t, []byte(file), a)
			if err != nil {
				t.Fatalf("%v (mapping %+v)", err, m)
			}
			if diff := cmp.Diff(maroc, lines(found.Observations)); diff != "" {
				t.Errorf("(-want +got):\n%s\nmapping %+v", diff, m)
			}
		})
	}
}

// TestNumbers: each column of values tells its decimal mark by itself.
func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		cells, want string
		doubt       bool
	}{
		{"1,234.5|1,234|7", "1234.5 1234 7", false},
		{"1.234,5|1.234|7", "1234.5 1234 7", false},
		{"1 234,5|12\u202f345|1\u00a0234\u00a0567,25", "1234.5 12345 1234567.25", false},
		{"1,234,567|1,234", "1234567 1234", false},
		{"1.234.567|1.234", "1234567 1234", false},
		{"1'234.50|0.125", "1234.50 0.125", false},
		{"1,234|5,678", "1.234 5.678", true}, // a file of semicolons: decimal
		{"14.083|7.021", "14.083 7.021", false},
		{"0,125|0,250", "0.125 0.250", false},
		{"84,1 %|\u22123,2", "84.1 -3.2", false},
		{"6,38E-05|1E+03", "0.0000638 1000", false},
	} {
		file := "iso3;year;value\n"
		for i, cell := range strings.Split(test.cells, "|") {
			file += fmt.Sprintf("MAR;%d;%s\n", 2000+i, cell)
		}
		found, m, err := read(t, []byte(file), about())
		if err != nil {
			t.Errorf("%q: %v", test.cells, err)
			continue
		}
		var got []string
		for _, o := range found.Observations {
			got = append(got, string(o.Value))
		}
		if strings.Join(got, " ") != test.want || (len(m.Doubts) > 0) != test.doubt {
			t.Errorf("%q read as %v with mark %q and doubts %v, want %s", test.cells, got, m.Decimal, m.Doubts, test.want)
		}
	}
}

// TestFaults: rows are counted as a spreadsheet counts them, columns are named,
// and nothing is returned.
func TestFaults(t *testing.T) {
	seventeen := "Pays;Code;Année;Valeur\n"
	for i := range 20 {
		seventeen += fmt.Sprintf("Maroc;MAR;%d;3,%d5\n", 2000+i, i)
	}
	seventeen = strings.Replace(seventeen, "2015;3,155", "2015;3,1x5", 1)
	for name, test := range map[string]struct{ file, want string }{
		"row 17": {seventeen, `row 17, column Valeur: "3,1x5" is not a number with the decimal mark ","`},
		"all of them": {
			"iso3,year,value\nMAR,20155,1\nmaroc,2016,2\nMAR,2016,x\n",
			"row 2, column year: \"20155\" is not a period such as 2024, 2024-Q3 or 2024-11\n" +
				"row 3, column iso3: \"maroc\" is not a code such as MAR\nrow 4, column value: \"x\" is not a number with the decimal mark \".\"",
		},
		"line breaks and empty lines": {"note,iso3,year,value\n\n\"a\nb\nc\",MAR,2015,1\n,MAR,2016,x\n", `row 4, column value: "x" is not a number with the decimal mark "."`},
		"wide":                        {"iso3,2015,2016\nMAR,1,?\n", `row 2, column 2016: "?" is not a number with the decimal mark "."`},
		"decimal comma":               {"iso3,year,value\nMAR,2016,3,58\n", `row 2: has 4 cells where there are 3 titles; a decimal comma outside quotation marks does that`},
		"twice":                       {"iso3,year,value\nMAR,2016,3\nSEN,2016,3\nMAR,2016,4\n", `row 4, column value: gives MAR 2016 a second time; row 2 did first`},
		"status":                      {"iso3,year,value,flag\nMAR,2016,3,x9\n", `row 2, column flag: "x9" is not a status such as A, E, P or Q`},
		"status without value":        {"iso3,year,value,flag\nMAR,2015,3,\nMAR,2016,,p\n", `row 3, column value: is missing, and the status P does not say why (M, L or Q do)`},
		"value and reason":            {"iso3,year,value,flag\nMAR,2016,3,c\n", `row 2, column value: stands beside the status Q, which says that there is none`},
		"indicator":                   {"iso3,year,value,indicator\nMAR,2016,3,other\n", `row 2, column indicator: "other" is no indicator that this import is about`},
		"breakdown":                   {"iso3,year,value,sex\nMAR,2016,3,ni l'un\n", `row 2, column sex: "ni l'un" is not a code such as F or Y15T24`},
		"quotation mark":              {"iso3,year,value\nMAR,2015,1\nMAR,20\"16,2\n", `row 3: has a quotation mark in the wrong place, or one that is never closed (line 3)`},
		"no periods":                  {"iso3,value\nMAR,3\n", "file: has no column of years or periods"},
		"no values":                   {"iso3,year,value\nMAR,2016,\n", "file: holds no values"},
		"no places":                   {"year,value\n2016,3\n", "file: has no column of places, and none was chosen"},
		"nothing known":               {"a,b\n1,2\n", "file: has no column of values"},
		"empty":                       {"", "file: has no rows"},
		"only separators":             {";;;\n;;\n", "file: has no rows"},
		"bytes":                       {"iso3,year\x00,value\n", "file: is not a table: it holds bytes that no text has"},
		"old Excel":                   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file: is an old or an encrypted Excel workbook; save it as .xlsx without a password"},
		"not a workbook":              {"PK\x03\x04nonsense", "file: is a damaged workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			found, m, err := read(t, []byte(test.file), about())
			if err == nil || err.Error() != test.want || !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("error %v, want %s (mapping %+v)", err, test.want, m)
			}
			if len(found.Observations) > 0 {
				t.Errorf("half imported: %v", found.Observations)
			}
		})
	}
}

func TestFaultsAreBounded(t *testing.T) {
	file := "iso3,year,value\n" + strings.Repeat("MAR,2016,x\n", 5000)
	_, _, err := read(t, []byte(file), about())
	var faults *indicator.FaultsError
	if !errors.As(err, &faults) || len(faults.List) != 100 || faults.More != 4900 {
		t.Errorf("%d bytes of error: %.200v", len(err.Error()), err)
	}
}

func TestBounds(t *testing.T) {
	for name, file := range map[string]string{
		"columns": "iso3,year,value" + strings.Repeat(",x", 600) + "\n",
		"cell":    "iso3,year,value,note\nMAR,2016,1," + strings.Repeat("n", 9000) + "\n",
		"rows":    "iso3,year,value\n" + strings.Repeat("M,1,1\n", 200_001),
		"size":    strings.Repeat("M,1,1\n", 4<<20),
	} {
		if _, err := indicator.ReadTable(strings.NewReader(file), indicator.Format{}); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCorrectedMapping: a person may say otherwise than was found.
func TestCorrectedMapping(t *testing.T) {
	table, err := indicator.ReadTable(strings.NewReader("lieu;quand;combien;ventilation\nMAR;T3 2024;1,234;F\n"), indicator.Format{})
	if err != nil {
		t.Fatal(err)
	}
	m := table.Propose()
	if _, err := table.Observations(m, about()); err == nil {
		t.Fatal("titles that nobody knows were understood")
	}
	m.Header, m.Decimal = 1, indicator.Comma
	m.Columns[0].Role, m.Columns[1].Role, m.Columns[2].Role = indicator.Area, indicator.When, indicator.Value
	m.Columns[3].Role, m.Columns[3].Dimension = indicator.Breakdown, "SEX"
	found, err := table.Observations(m, about())
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(found.Observations); got != "MAR 2024-Q3 SEX=F = 1.234 A\n" {
		t.Errorf("read %s", got)
	}
	m.Columns[3].Dimension = "ni l'un"
	if _, err := table.Observations(m, about()); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a bad dimension: %v", err)
	}
	if got := table.Rows(1, 5); len(got) != 1 || got[0][1] != "T3 2024" || table.Len() != 2 {
		t.Errorf("rows %v", got)
	}
}

func TestPeriodsAsWritten(t *testing.T) {
	for cell, want := range map[string]string{
		"2024": "2024", "2024Q3": "2024-Q3", "2024-T3": "2024-Q3", "2024 Q3": "2024-Q3", "S1 2024": "2024-S1", "2024H2": "2024-S2",
		"2024M11": "2024-11", "2024M01": "2024-01", "11/2024": "2024-11", "2024/03": "2024-03", "2024-11": "2024-11", "2024-A1": "2024", "2024-01-01": "2024",
	} {
		found, _, err := read(t, []byte("iso3;period;value\nMAR;"+cell+";1\n"), about())
		if err != nil || found.Observations[0].Period.String() != want {
			t.Errorf("%q: %v, %v, want %s", cell, found.Observations, err, want)
		}
	}
	found, _, err := read(t, []byte("iso3;Année;Trimestre;Valeur\nMAR;2024;T3;1\nMAR;2024;4;2\n"), about())
	if err != nil || lines(found.Observations) != "MAR 2024-Q3 = 1 A\nMAR 2024-Q4 = 2 A\n" {
		t.Errorf("quarters beside years: %v, %v", found.Observations, err)
	}
}

func TestPlaces(t *testing.T) {
	a := about()
	a.Areas = map[string]string{"Maroc": "MAR", "MAR": "MAR"}
	found, _, err := read(t, []byte("Pays;Code;Année;Valeur\nMAROC;;2015;1\nMaroc;MAR;2016;2\nMonde arabe;ARB;2016;3\nAfrique;;2016;4\nAfrique;;2017;5\n"), a)
	if err != nil {
		t.Fatal(err)
	}
	want := indicator.Found{NoArea: 2, NoAreaNames: []string{"Afrique"}, Strange: []string{"ARB"}}
	got := found
	got.Observations = nil
	if diff := cmp.Diff(want, got); diff != "" || len(found.Observations) != 3 {
		t.Errorf("%d values; (-want +got):\n%s", len(found.Observations), diff)
	}
	a.Area = "TUN"
	if found, _, err = read(t, []byte("Année;Valeur\n2016;2\n"), a); err != nil || found.Observations[0].RefArea != "TUN" {
		t.Errorf("one place for all: %v, %v", found.Observations, err)
	}
}

func FuzzReadTable(f *testing.F) {
	for _, s := range []string{
		"iso3,year,value\nMAR,2016,3.5\n", "Pays;2015;2016\nMAR;3,1;\n", "\xff\xfei\x00", "sep=\t\n", "a\"b", "PK\x03\x04", ";\n", "\"a\n\nb\",1\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		found, _, err := read(t, b, about())
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) || len(found.Observations) > 0 {
				t.Fatalf("%v with %d values", err, len(found.Observations))
			}
			return
		}
		for _, o := range found.Observations {
			if err := o.Check(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
