package biblio_test

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/curate/biblio"
)

// mods is what we look at of the answer of bibutils, in the format of the Library of
// Congress.
type mods struct {
	Items []struct {
		Title   string   `xml:"titleInfo>title"`
		Sub     string   `xml:"titleInfo>subTitle"`
		Names   []name   `xml:"name"`
		Issued  []string `xml:"originInfo>dateIssued"`
		Made    []string `xml:"originInfo>dateCreated"`
		From    []string `xml:"originInfo>publisher"`
		Address []string `xml:"location>url"`
		Topics  []string `xml:"subject>topic"`
	} `xml:"mods"`
}

type name struct {
	Type  string   `xml:"type,attr"`
	Parts []string `xml:"namePart"`
}

// readBack gives a file to a program that others wrote.
func readBack(t *testing.T, program, file, text string) mods {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skip("bibutils is not installed: make tools")
	}
	file = filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, "-i", "unicode", file)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, complaints.String())
	}
	var m mods
	if err := xml.Unmarshal(out, &m); err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return m
}

// TestReadBack has bibutils read what is written.
func TestReadBack(t *testing.T) {
	t.Parallel()
	for f, program := range map[biblio.Format]string{biblio.RIS: "ris2xml", biblio.BibTeX: "bib2xml"} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			got := readBack(t, program, "records"+f.Extension(), written(t, f, samples(t)...)).Items
			if len(got) != 4 {
				t.Fatalf("%d records", len(got))
			}
			report := got[0]
			if title := strings.TrimSpace(report.Title) + " : " + report.Sub; title != samples(t)[0].Title {
				t.Errorf("the title is %q", title)
			}
			if len(report.Names) < 3 || !slices.Contains(report.Names[1].Parts, "Diallo") || !slices.Contains(report.Names[2].Parts, "El Fassi") {
				t.Errorf("the names are %+v", report.Names)
			}
			if when := slices.Concat(report.Issued, report.Made); !slices.Contains(when, "2026-03") {
				t.Errorf("the date is %q", when)
			}
			if !slices.Contains(report.Address, "https://lagunes.example/rapport_2025.pdf?v=1&l=fr") {
				t.Errorf("the address is %q", report.Address)
			}
			if !slices.Contains(got[1].Issued, "2026-11-19") {
				t.Errorf("the date is %q", got[1].Issued)
			}
			if want := samples(t)[1].Title; got[1].Title != want {
				t.Errorf("the title is %q, want %q", got[1].Title, want)
			}
			// bibutils makes other characters of ^ and " in BibTeX.
			if want := "50% of R&D at C#_Labs costs $5 {not ~6"; !strings.HasPrefix(got[2].Title, want) || !strings.HasSuffix(got[2].Title, "@article{x,") {
				t.Errorf("the title is %q, want %q", got[2].Title, want)
			}
		})
	}
}

// TestReadBackHostile: whatever stands in a record, others read one record.
func TestReadBackHostile(t *testing.T) {
	t.Parallel()
	var records []biblio.Record
	for _, text := range append(hostile(t), naughty(t)...) {
		if text = strings.TrimSpace(text); text != "" {
			records = append(records, everywhere(text))
		}
	}
	for f, program := range map[biblio.Format]string{biblio.RIS: "ris2xml", biblio.BibTeX: "bib2xml"} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			got := readBack(t, program, "records"+f.Extension(), written(t, f, records...))
			if len(got.Items) != len(records) {
				t.Errorf("%d records of %d", len(got.Items), len(records))
			}
		})
	}
}
