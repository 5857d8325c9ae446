package biblio_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/curate/biblio"
	"vigie/vigietest"
)

// hostile are texts that try to leave their field.
func hostile(t testing.TB) []string {
	t.Helper()
	out := []string{
		"a\r\nER  - \r\nTY  - JOUR\r\nTI  - b", "a\nAU  - b", "a\u2028KW  - b", "a\u0085ER  - ", "a\vER  - ", "a\fER  - ", "a\x1cER  - ", "\x00ER  - ",
		"}", "{", "}}", "}},\n author={x", `\}`, `\`, `\\`, "a}\n@article{x, title={b}", "%", "# concat #", `"}`, "a and b", "a, b", "@comment{", "\u202ea", "\ufeffa",
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\"\r\n=1", "＝1", ";=1", "</script><script>alert(1)</script>", "\xff\xfe", strings.Repeat("é", 9_000), strings.Repeat("{", 900),
		"javascript:alert(1)", "https://a.example/}\n@x{", "http://a.example/\r\nER  - ", "https://", "data:text/html,x", "https://a.example/%zz",
	}
	return out
}

// naughty are the strings that others collected.
func naughty(t testing.TB) []string {
	t.Helper()
	var out []string
	if path, found := vigietest.FindShared(t, "corpus", "hostile", "blns.json"); found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// everywhere is a record that says one text in every field.
func everywhere(text string) biblio.Record {
	return biblio.Record{
		ID: text, Kind: biblio.Kind(text), Title: text, Publisher: text, URL: text, Lang: vigie.Lang(text), Pages: len(text), Note: text, Abstract: text,
		Authors:   []biblio.Author{{Family: text, Given: text}, {Literal: text}, biblio.Named(text), biblio.Person(text)},
		Published: vigie.Date{Time: time.Date(len(text)%10_001, 2, 3, 0, 0, 0, 0, time.UTC), Precision: vigie.Precision(len(text) % 7)},
		Accessed:  time.Date(len(text), 2, 3, 0, 0, 0, 0, time.UTC), Keywords: []string{text, text + " b"},
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	for _, text := range append(hostile(t), naughty(t)...) {
		holds(t, everywhere(text))
	}
}

func FuzzWrite(f *testing.F) {
	for _, text := range hostile(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { holds(t, everywhere(text)) })
}

// holds writes a record between two others and wants three in every format.
func holds(t *testing.T, r biblio.Record) {
	t.Helper()
	edge := biblio.Record{ID: "edge", Title: "Edge"}
	for _, f := range biblio.Formats() {
		text := written(t, f, edge, r, edge)
		fault := ""
		if !utf8.ValidString(text) {
			fault = "is not UTF-8"
		}
		switch f {
		case biblio.RIS:
			fault += risFault(text)
		case biblio.BibTeX:
			fault += bibtexFault(text)
		case biblio.CSV:
			fault += csvFault(text, ',')
		case biblio.FrenchCSV:
			fault += csvFault(strings.TrimPrefix(text, "\ufeff"), ';')
		case biblio.CSL, biblio.JSON:
			var items []map[string]any
			if err := json.Unmarshal([]byte(text), &items); err != nil || len(items) != 3 {
				fault += "is not a list of three"
			}
		}
		if fault != "" {
			t.Errorf("%.60q as %s: %s in\n%.2000s", r.Title, f, fault, text)
		}
	}
}

func risFault(text string) string {
	records := 0
	line := regexp.MustCompile(`^(TY|ID|TI|AU|T2|PB|PY|DA|LA|UR|AB|SP|KW|N1|Y2)  - [^\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]+$`)
	inside := false
	for l := range strings.SplitSeq(text, "\r\n") {
		switch {
		case l == "":
		case l == "ER  - ":
			records++
			inside = false
		case !line.MatchString(l):
			return "the line " + l
		case strings.HasPrefix(l, "TY") == inside:
			return "TY where it does not belong"
		default:
			inside = true
		}
	}
	if records != 3 || inside {
		return "not three records"
	}
	return ""
}

// bibtexFault counts braces as BibTeX does: a backslash changes nothing.
func bibtexFault(text string) string {
	depth, entries := 0, 0
	begins := regexp.MustCompile(`(^|\n)@(online|techreport)$`)
	for i, c := range text {
		switch c {
		case '{':
			if depth == 0 {
				entries++
				if !begins.MatchString(text[max(0, i-12):i]) {
					return "an entry of another kind"
				}
			}
			depth++
		case '}':
			depth--
		case '"':
			if depth < 3 {
				return "a quotation mark outside braces"
			}
		}
		if depth < 0 || depth == 0 && !strings.ContainsRune("@onlietchrp}\n", c) {
			return "text outside an entry"
		}
	}
	if depth != 0 || entries != 3 {
		return "not three entries"
	}
	return ""
}

func csvFault(text string, separator rune) string {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator, len(biblio.Columns())
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 {
		return "not four rows"
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@\t\r\n") || strings.ContainsAny(cell, "\r\n") {
				return "the cell " + cell
			}
		}
	}
	return ""
}
