package index_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
	"vigie/index/thesaurus"
)

// TestAlso: a question in French finds what is written in Arabic and English, which is
// said and marked, and can be left out.
func TestAlso(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	doc := func(lang vigie.Lang, title, body string) vigie.Document {
		return vigie.Document{URL: "https://example.org/" + title, Lang: lang, Title: title, Body: text(body)}
	}
	storetest.File(t, db, s,
		doc("fr", "Un", "La portabilité des numéros au Maroc progresse."),
		doc("ar", "Deux", "تقرير عن قابلية نقل الأرقام في السوق"),
		doc("en", "Trois", "Mobile number portability took one day."),
		doc("en", "Quatre", "The number of routers grew."),
		doc("es", "Cinco", "La portabilidad numérica tarda un día."))
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	catchUp(t, x)
	find := func(o index.SearchOptions) index.Results {
		t.Helper()
		res, err := x.Search(t.Context(), query.Plain("portabilité des numéros au Maroc"), o)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	if got := titles(find(index.SearchOptions{})); !cmp.Equal(got, []string{"Un"}) {
		t.Errorf("as typed: %q", got)
	}
	four := []vigie.Lang{"fr", "ar", "en", "es"}
	res := find(index.SearchOptions{Into: four})
	if len(res.Hits) < 4 || res.Hits[0].Title != "Un" {
		t.Fatalf("in four languages: %q", titles(res))
	}
	if got := titles(res); len(got) != 5 || got[4] != "Quatre" {
		t.Errorf("in four languages: %q, of which Quatre says least", got)
	}
	if len(res.Also) != 1 || res.Also[0].Words != "portabilité\ndes\nnuméros" || res.Also[0].Concept == "" {
		t.Fatalf("also %+v", res.Also)
	}
	for _, h := range res.Hits {
		if h.Lang == "ar" && len(h.ExtractMarks) == 0 {
			t.Errorf("nothing is marked in %q", h.Extract)
		}
		if w := h.Why.Words[0]; h.Lang == "ar" && (w.Said != "قابلية" || w.For != "portabilité des numéros") {
			t.Errorf("looked for %q in place of %q", w.Said, w.For)
		}
	}
	for _, without := range []string{res.Also[0].Concept, res.Also[0].Words} {
		res = find(index.SearchOptions{Into: four, Without: []string{without}})
		if got := titles(res); !cmp.Equal(got, []string{"Un"}) || len(res.Also) != 0 {
			t.Errorf("without %q: %q, %+v", without, got, res.Also)
		}
	}
}

// TestAlsoInOrder: what a dictionary knows before a name that the thesaurus knows is
// looked for as what comes behind it is.
func TestAlsoInOrder(t *testing.T) {
	db := storetest.Open(t)
	storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"),
		vigie.Document{URL: "https://example.org/1", Lang: "ar", Title: "Un", Body: text("استطلاع عن قابلية نقل الأرقام")})
	known, err := thesaurus.LoadFolder(fstest.MapFS{
		"freedict-fra-ara.index": {Data: []byte("sondage\tA\tb\n")}, "freedict-fra-ara.dict.dz": {Data: []byte("sondage /x/\nاستطلاع\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(t.Context(), t.TempDir(), db, index.Options{Thesaurus: thesaurus.Default})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	catchUp(t, x)
	x.Translate(known)
	for _, line := range []string{"le sondage de la portabilité des numéros", "la portabilité des numéros, le sondage"} {
		res, err := x.Search(t.Context(), query.Plain(line), index.SearchOptions{Into: []vigie.Lang{"ar"}})
		if err != nil || len(res.Hits) != 1 || len(res.Also) != 2 || len(res.Hits[0].Why.Words) != 4 {
			t.Errorf("%q: %+v, %v", line, res, err)
		}
	}
}
