package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// bookcase files what a search tells apart: five sources of four countries in four
// languages, reports with pages, news, dates from 1996 on and none. It returns the
// sources.
func bookcase(t *testing.T, db *store.DB) []vigie.Source {
	t.Helper()
	var out []vigie.Source
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		return errors.Join(
			tx.PutTopic(vigie.Topic{ID: "large-bande", Labels: vigie.Text{"fr": "Large bande", "ar": "النطاق العريض", "en": "Broadband"}}),
			tx.PutTopic(vigie.Topic{ID: "spectre", Labels: vigie.Text{"fr": "Spectre", "ar": "الطيف", "en": "Spectrum"}}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, of := range []struct {
		name, address, country, publisher string
		lang                              vigie.Lang
		topics                            []string
	}{
		{"Autorité des réseaux", "https://autorite.example/rss", "SEN", "Autorité des réseaux", "fr", []string{"large-bande"}},
		{"هيئة تنظيم الاتصالات", "https://hayaa.example/rss", "MAR", "هيئة تنظيم الاتصالات", "ar", []string{"large-bande", "spectre"}},
		{"Telecom Papers", "https://papers.example/rss", "GBR", "Open Press", "en", []string{"spectre"}},
		{"Cuadernos de red", "https://cuadernos.example/rss", "ESP", "Open Press", "es", nil},
		{"Réseaux", "https://reseaux.example/rss", "SEN", "Réseaux", "fr", []string{"large-bande"}},
	} {
		src := source(t, db, of.name, of.address)
		src.Country, src.Publisher, src.Topics = of.country, of.publisher, of.topics
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(src) }); err != nil {
			t.Fatal(err)
		}
		out = append(out, src)
		storetest.File(t, db, src, shelved(n, of.lang, of.publisher)...)
	}
	return out
}

// shelved are the documents of one of its sources.
func shelved(n int, lang vigie.Lang, publisher string) []vigie.Document {
	words := map[vigie.Lang][2]string{
		"fr": {"Le spectre et la fibre optique", "Le rapport mesure la fibre optique et le spectre attribué aux opérateurs : neuf ménages sur dix sont à portée d’un réseau."},
		"ar": {"الطيف والألياف البصرية", "يقيس التقرير الألياف البصرية fibre والطيف المخصص للمشغلين: تسعة منازل من كل عشرة قريبة من الشبكة."},
		"en": {"Spectrum and fibre", "The report measures fibre and the spectrum of operators: nine homes in ten are close to a network."},
		"es": {"El espectro y la fibra", "El informe mide la fibra (fibre) y el espectro de los operadores."},
	}[lang]
	var out []vigie.Document
	for i := range 8 - n {
		doc := vigie.Document{
			URL: fmt.Sprintf("https://%d.example/%d", n, i), Title: fmt.Sprintf("%s, %d", words[0], i+1), Lang: lang, Publisher: publisher,
			Published: vigie.Date{Time: time.Date(2026-(i*n+i*i/2), time.Month(i+1), 3+n, 0, 0, 0, 0, time.UTC), Precision: []vigie.Precision{vigie.Day, vigie.Month, vigie.Year}[i%3]},
			Body:      []vigie.Paragraph{{Text: fmt.Sprintf("Dossier %d-%d.", n, i)}, {Text: words[1]}},
		}
		switch i % 4 {
		case 1:
			doc.MediaType, doc.Pages = "application/pdf", 12+10*i
			for p := range doc.Body {
				doc.Body[p].Page = 1 + 8*p
			}
		case 3:
			doc.Published = vigie.Date{}
		}
		out = append(out, doc)
	}
	return out
}

// indexed is an index over all that a store holds.
func indexed(t *testing.T, db *store.DB) *index.Index {
	t.Helper()
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Log: slog.New(slog.DiscardHandler), Places: atlas()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close the index: %v", err)
		}
	})
	if _, err := x.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return x
}

// atlas is what some countries are called.
func atlas() map[string]vigie.Text {
	return map[string]vigie.Text{
		"SEN": {"fr": "Sénégal", "en": "Senegal", "ar": "السنغال"}, "MAR": {"fr": "Maroc", "en": "Morocco", "ar": "المغرب"},
		"GBR": {"fr": "Royaume-Uni", "en": "United Kingdom", "ar": "المملكة المتحدة"},
	}
}

// shelves is a desk over the bookcase.
func shelves(t *testing.T) (*desk, []vigie.Source) {
	t.Helper()
	d := newDesk(t, vigie.Curator)
	sources := bookcase(t, d.o.DB)
	catalogues, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	d.o.Desk = curate.New(d.o.DB, catalogues, curate.Options{Now: now, Places: atlas()})
	tellStories(t, d.o.DB)
	d.o.Found = indexed(t, d.o.DB)
	d.s = server(t, d.o)
	return d, sources
}

// find is the address of a search.
func find(lang, line string, more ...string) string {
	q := url.Values{"q": {line}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Add(more[i], more[i+1])
	}
	return "/" + lang + "/bureau/recherche?" + q.Encode()
}
