package index_test

import (
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// TestRelated: beside a report stand others about the same, in other languages too, but
// neither copies of it nor what merely shares its manner.
func TestRelated(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	doc := func(lang vigie.Lang, title string, body ...string) vigie.Document {
		return vigie.Document{URL: "https://example.org/" + title, Lang: lang, Title: title, Body: text(body...)}
	}
	ids := storetest.File(t, db, s,
		doc("fr", "La portabilité des numéros", "La portabilité des numéros prend un jour au plus.", "Les opérateurs rendent compte de la portabilité des numéros chaque mois.", "Rapport public."),
		doc("fr", "Copie", "La portabilité des numéros prend un jour au plus.", "Les opérateurs rendent compte de la portabilité des numéros chaque mois."),
		doc("fr", "Bilan", "Un bilan de la portabilité des numéros par les opérateurs, avec les délais."),
		doc("ar", "تقرير", "تقرير عن قابلية نقل الأرقام بين المشغلين في السوق، وعن قابلية نقل الأرقام في الثابت."),
		doc("fr", "Récolte", "Les opérateurs agricoles rendent compte de la récolte chaque mois. Rapport public."),
		doc("fr", "Fibre", "La fibre optique avance dans les villes."),
		doc("fr", "Câbles", "Un câble sous-marin est posé."),
	)
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutStory(story(ids[0], ids[1])) }); err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	catchUp(t, x)
	for _, c := range []struct {
		name string
		of   vigie.DocumentID
		want []string
	}{
		{"an original", ids[0], []string{"Bilan", "تقرير"}},
		{"its copy", ids[1], []string{"Bilan", "تقرير"}},
		{"nothing like it", ids[6], nil},
	} {
		got, err := x.Related(t.Context(), c.of, []vigie.Lang{"fr", "ar", "en", "es"}, 5)
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, h := range got.Hits {
			titles = append(titles, h.Title)
		}
		slices.Sort(titles)
		if !slices.Equal(titles, c.want) {
			t.Errorf("%s: %q, want %q; looked for %q", c.name, titles, c.want, got.Words)
		}
	}
	if _, err := x.Related(t.Context(), "01J00000000000000000000000", nil, 5); err == nil {
		t.Error("a document that is not there has something beside it")
	}
}

// TestRelatedToOneParagraph: a text that is one long paragraph, with what it is about
// behind the first hundreds of words, has something beside it.
func TestRelatedToOneParagraph(t *testing.T) {
	db := storetest.Open(t)
	long := strings.Repeat("et ", 300) + strings.Repeat("La portabilité des numéros. ", 3) + strings.Repeat("é", 200_000)
	ids := storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"),
		vigie.Document{URL: "https://example.org/long", Lang: "fr", Title: "Long", Body: text(long)},
		vigie.Document{URL: "https://example.org/bilan", Lang: "fr", Title: "Bilan", Body: text("Un bilan de la portabilité des numéros.")})
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	catchUp(t, x)
	got, err := x.Related(t.Context(), ids[0], nil, 5)
	if err != nil || len(got.Hits) != 1 || !strings.HasPrefix(got.Words.String(), "portabilité des numéros") {
		t.Errorf("%d hits for %q, %v", len(got.Hits), got.Words, err)
	}
}
