package index_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestWithdrawnDocuments: what a court had taken away is not found by its words, nor
// shown, counted or suggested from that moment on, whether or not the index has seen it,
// is opened anew or made anew.
func TestWithdrawnDocuments(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	docs := make([]vigie.Document, 40)
	for i := range docs {
		docs[i] = vigie.Document{
			URL: fmt.Sprintf("https://example.org/%d", i), Lang: vigie.French, Title: "Rapport public", Body: text("Tout le monde parle de fibre."),
		}
		if i%2 == 1 {
			docs[i] = vigie.Document{
				URL: docs[i].URL, Lang: "es", Title: "Rapport dromadaire", Summary: "résumé dromadaire", MediaType: "application/pdf", Pages: 9,
				Publisher: "Dromadaire", Authors: []vigie.Author{{Name: "Dromadaire"}}, Labels: []string{"dromadaire"}, Body: text("La fibre du dromadaire."),
			}
		}
	}
	ids := storetest.File(t, db, s, docs...)
	dir := t.TempDir()
	x := openAt(t, dir, db)
	catchUp(t, x)
	if res := ask(t, x, "dromadaire"); res.Total != 20 {
		t.Fatalf("%d found before", res.Total)
	}
	suggests(t, x, "dromadare", "dromadaire")
	for i, id := range ids {
		if i%2 == 0 {
			continue
		}
		change(t, db, func(tx *store.Tx) error {
			if _, err := tx.Decide(vigie.Decision{Document: id, By: "Amina", Act: vigie.Tag, Tag: "dromadaire"}); err != nil {
				return err
			}
			_, err := tx.Withdraw(store.Withdrawal{Document: id, By: "Amina", At: noon(), Why: "a judgement"})
			return err
		})
	}
	gone := func(when string) {
		t.Helper()
		for _, line := range []string{"dromadaire", "droma*", `"rapport dromadaire"`, "title:dromadaire", "fibre", "", "lang:es", "type:pdf", "tag:dromadaire", "-absent", "publisher:dromadaire", "example OR fibre"} {
			noneOf(t, x, when+": "+line, line)
		}
		suggests(t, x, "dromadare", "")
		hits, err := x.Hits(t.Context(), query.Plain("dromadaire"), ids)
		if err != nil || len(hits) != 20 {
			t.Errorf("%s: %d documents are shown by their identities, %v", when, len(hits), err)
		}
	}
	gone("before the index knows it")
	catchUp(t, x)
	gone("when the index knows it")
	if err := x.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	gone("when it was made anew")
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openAt(t, dir, db)
	gone("when it was opened again")
	if err := x.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// noneOf wants an answer of public documents alone.
func noneOf(t *testing.T, x *index.Index, when, line string) {
	t.Helper()
	q, err := query.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Search(t.Context(), q, index.SearchOptions{Facets: true, Limit: index.MaxLimit, Apart: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range res.Hits {
		if h.Title != "Rapport public" {
			t.Fatalf("%s shows %+v", when, h)
		}
	}
	if res.Total != len(res.Hits) || res.Total > 20 {
		t.Errorf("%s: %d found, %d shown", when, res.Total, len(res.Hits))
	}
	for _, f := range []column.Facet{res.Facets.Publishers, res.Facets.Langs, res.Facets.Types, res.Facets.Tags} {
		for _, v := range f.Values { // what was typed is repeated, and counts nothing
			if v.Count > 0 && v.Value != "fr" && v.Value != "feed" {
				t.Errorf("%s: counts %+v", when, v)
			}
		}
	}
}

func suggests(t *testing.T, x *index.Index, typed, want string) {
	t.Helper()
	if err := x.WarmUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	q, ok, err := x.Suggest(t.Context(), query.Plain(typed))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	if ok {
		got = q.String()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("suggested (-want +got):\n%s", d)
	}
}

// TestPublicSuggestionsForget: a text that was withdrawn suggests nothing any more.
func TestPublicSuggestionsForget(t *testing.T) {
	db := storetest.Open(t)
	x := openPublic(t, t.TempDir(), db)
	d := &draft{id: "01K00000000000000000000001"}
	change(t, db, func(tx *store.Tx) error {
		return d.publish(tx, "fr", "Le dromadaire", strings.Repeat("Un dromadaire passe. ", 5))
	})
	bring(t, x)
	if err := x.WarmUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		meant, ok, err := x.Suggest(t.Context(), "dromadare")
		if err != nil || ok != want || want && meant != "dromadaire" {
			t.Errorf("suggests %q, %v: want one: %v; %v", meant, ok, want, err)
		}
		if want {
			change(t, db, func(tx *store.Tx) error { return d.withdraw(tx, "fr") })
		}
	}
}
