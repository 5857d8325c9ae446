package biblio_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/biblio"
	"vigie/vigietest"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, f := range biblio.Formats() {
		if f.MediaType() == "" {
			t.Errorf("%s has no media type", f)
		}
		vigietest.Golden(t, "testdata/records-"+string(f)+".golden", strings.ReplaceAll(written(t, f, samples(t)...), "\r\n", "␍\n"))
	}
	if got := biblio.Format("doc").MediaType(); got != "" {
		t.Errorf("an unknown format is %q", got)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	for f, want := range map[biblio.Format]string{biblio.RIS: "", biblio.BibTeX: "", biblio.CSL: "[\n\n]\n", biblio.JSON: "[\n\n]\n"} {
		if got := written(t, f); got != want {
			t.Errorf("%s of no records: %q", f, got)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	failing := func(yield func(biblio.Record, error) bool) {
		_ = yield(biblio.Record{ID: "1"}, nil) && yield(biblio.Record{}, broken)
	}
	var b bytes.Buffer
	if err := biblio.Write(&b, biblio.RIS, failing, biblio.Options{}); !errors.Is(err, broken) {
		t.Errorf("a sequence that breaks: %v", err)
	}
	if err := biblio.Write(&b, "doc", sequence(), biblio.Options{}); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("an unknown format: %v", err)
	}
	if err := biblio.Write(&b, biblio.CSV, sequence(), biblio.Options{}); err == nil {
		t.Error("CSV is written without a guard against formulas")
	}
	if err := biblio.Write(full{}, biblio.JSON, sequence(samples(t)...), biblio.Options{}); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestOf(t *testing.T) {
	t.Parallel()
	doc := vigie.Document{ID: "01JD0000000000000000000001", Title: "Note", Authors: []vigie.Author{{Name: "Diallo, Awa", Email: "awa@lagunes.example"}}, Lang: "fr", Summary: "Résumé de l’éditeur"}
	about := biblio.About{Publisher: "Autorité des lagunes", Keywords: []string{"fibre"}}
	r := biblio.Of(doc, about)
	if r.Kind != biblio.Webpage || r.Publisher != about.Publisher || len(r.Authors) != 1 || r.Authors[0].Family != "Diallo" {
		t.Errorf("%+v", r)
	}
	for _, f := range biblio.Formats() {
		if text := written(t, f, r); strings.Contains(text, "awa@") || strings.Contains(text, "Résumé") {
			t.Errorf("%s says more than a record does:\n%s", f, text)
		}
	}
	doc.Publisher = "Revue"
	doc.MediaType = "application/pdf"
	if r := biblio.Of(doc, about); r.Kind != biblio.Report || r.Publisher != "Revue" {
		t.Errorf("a PDF is a %s by %s", r.Kind, r.Publisher)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]biblio.Author{
		"Diallo, Awa":                          {Family: "Diallo", Given: "Awa"},
		"Awa Diallo":                           {Literal: "Awa Diallo"},
		"Banque centrale":                      {Literal: "Banque centrale"},
		"Ministry of Islands, Reefs and Tides": {Literal: "Ministry of Islands, Reefs and Tides"},
		"Tide, Inc.":                           {Literal: "Tide, Inc."},
		"A, B, C":                              {Literal: "A, B, C"},
		" Diallo ,\n":                          {Literal: "Diallo ,"},
	} {
		if got := biblio.Named(name); got != want {
			t.Errorf("Named(%q) = %+v", name, got)
		}
	}
	for name, want := range map[string]biblio.Author{
		"Awa Diallo":           {Family: "Diallo", Given: "Awa"},
		"Nadia El Fassi":       {Family: "El Fassi", Given: "Nadia"},
		"Ana María de la Cruz": {Family: "de la Cruz", Given: "Ana María"},
		"سعاد بن علي":          {Family: "بن علي", Given: "سعاد"},
		"Awa":                  {Literal: "Awa"},
		"":                     {},
	} {
		if got := biblio.Person(name); got != want {
			t.Errorf("Person(%q) = %+v", name, got)
		}
	}
}

func TestKeysAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, id := range []string{"a", "a/", "a_", "a_2f", "a-2f", "A", "é", "", "_c3_a9", "a}", "a,b"} {
		key, _, _ := strings.Cut(strings.TrimPrefix(written(t, biblio.BibTeX, biblio.Record{ID: id}), "@online{"), "\n")
		if other, ok := seen[key]; ok || strings.Trim(key, "abcdefghijklmnopqrstuvwxyzA0123456789-_") != "" {
			t.Errorf("%q has the key %s, as %q has", id, key, other)
		}
		seen[key] = id
	}
}

func TestCitation(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for lang, says := range map[vigie.Lang][]string{
		"fr": {"s. d.", ",", "consulté le ", "et coll."}, "ar": {"د. ت.", "،", "اطُّلع عليه في ", "وآخرون"},
	} {
		words := biblio.Wording{
			Lang: lang, Date: vigie.Date.String, Undated: says[0], Comma: says[1], Others: says[3],
			Accessed: func(date string) string { return says[2] + date },
		}
		b.Reset()
		for _, r := range samples(t) {
			b.WriteString(strings.NewReplacer("\u2068", "⟨", "\u2069", "⟩").Replace(biblio.Citation(r, words)) + "\n")
		}
		one := biblio.Record{
			Title: "Où va la fibre ?", Authors: []biblio.Author{biblio.Named("Revue")}, Publisher: "Revue",
			Published: vigie.Date{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Day},
		}
		b.WriteString(biblio.Citation(one, words) + "\n")
		for range 4 {
			one.Authors = append(one.Authors, biblio.Person("Awa "+strings.Repeat("N", len(one.Authors))))
		}
		b.WriteString(biblio.Citation(one, words) + "\n")
		vigietest.Golden(t, "testdata/citations-"+string(lang)+".golden", b.String())
	}
}

func TestMetaTags(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range samples(t) {
		for _, m := range biblio.MetaTags(r) {
			b.WriteString(m.Name + ": " + m.Content + "\n")
		}
		b.WriteString("\n")
	}
	vigietest.Golden(t, "testdata/meta.golden", b.String())
}
