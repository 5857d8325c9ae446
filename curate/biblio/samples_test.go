package biblio_test

import (
	"bytes"
	"iter"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/biblio"
)

func dated(t testing.TB, text string) vigie.Date {
	t.Helper()
	d, err := vigie.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// samples are records as they come: whole, nearly empty, in three scripts, with
// everything that a format gives a meaning to.
func samples(t testing.TB) []biblio.Record {
	t.Helper()
	read := time.Date(2026, 11, 20, 23, 30, 0, 0, time.FixedZone("", 3600))
	return []biblio.Record{
		{
			ID: "01JD0000000000000000000001", Kind: biblio.Report, Title: "Rapport annuel 2025 : l’accès au haut débit",
			Authors:   []biblio.Author{biblio.Named("Autorité des lagunes"), biblio.Person("Awa Diallo"), biblio.Named("El Fassi, Nadia")},
			Publisher: "Autorité des lagunes", Published: dated(t, "2026-03"), Accessed: read, URL: "https://lagunes.example/rapport_2025.pdf?v=1&l=fr",
			Lang: "fr", Pages: 146, Keywords: []string{"haut débit", "régulation"}, Note: "Copie conservée le 20 novembre 2026",
		},
		{
			ID: "01JD0000000000000000000002", Kind: biblio.Webpage, Title: "تقرير عن شبكات الجيل الخامس", Authors: []biblio.Author{biblio.Person("سعاد بن علي")},
			Publisher: "هيئة السواحل", Published: dated(t, "2026-11-19T22:15:00Z"), URL: "https://sawahil.example/أخبار/5g", Lang: "ar-MA",
		},
		{
			ID: "01JD0000000000000000000003", Kind: biblio.Webpage, Title: `50% of R&D at C#_Labs costs $5 {not ~6^7} \today "quoted" @article{x,`,
			Authors: []biblio.Author{biblio.Named("Ministry of Islands, Reefs and Tides")}, Publisher: "Tide & Co", Published: dated(t, "2024"),
			URL: "https://tide.example/{a}|b c", Lang: "en", Keywords: []string{"5G, 6G", "R&D"},
		},
		{ID: "x/é", URL: "https://bare.example/"},
	}
}

func sequence(records ...biblio.Record) iter.Seq2[biblio.Record, error] {
	return func(yield func(biblio.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// inert stands for curate/indicator's: it marks what it was given.
func inert(s string) string {
	if strings.ContainsAny(s[:min(len(s), 1)], "=+-@") {
		return "'" + s
	}
	return s
}

func written(t testing.TB, f biblio.Format, records ...biblio.Record) string {
	t.Helper()
	var b bytes.Buffer
	if err := biblio.Write(&b, f, sequence(records...), biblio.Options{Inert: inert}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
