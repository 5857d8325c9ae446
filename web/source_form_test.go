package web_test

import (
	"net/http"
	"reflect"
	"testing"

	"vigie"
	"vigie/index/store"
)

// TestSourceFormKeepsRules posts the form of a source as it came: nothing of what is
// written down may be lost.
func TestSourceFormKeepsRules(t *testing.T) {
	d := newDesk(t, vigie.Editor)
	for _, want := range []vigie.Source{
		{Kind: vigie.Site, URL: "https://plan.example/", List: vigie.ListRules{Sitemap: "https://plan.example/sitemap.xml", Allow: []string{"/news/"}, Most: 40}},
		{Kind: vigie.Site, URL: "https://profond.example/guide/", List: vigie.ListRules{Depth: 5, Most: 100}},
		{Kind: vigie.Page, URL: "https://page.example/", List: vigie.ListRules{Least: 25}},
	} {
		err := d.o.DB.Update(t.Context(), func(tx *store.Tx) (err error) {
			want, err = tx.AddSource(want)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		path := "/fr/bureau/sources/" + string(want.ID)
		page := ask(t, d.s, "GET", path, d.who)
		if got := formFor(t, page.Body, path).fill(t, d.s, nil, d.who); got.Code != http.StatusSeeOther {
			t.Fatalf("%s: saving answers %d", want.URL, got.Code)
		}
		err = d.o.DB.View(func(tx *store.Tx) error {
			got, err := tx.Source(want.ID)
			if !reflect.DeepEqual(got.List, want.List) {
				t.Errorf("%s: %+v became %+v", want.URL, want.List, got.List)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
