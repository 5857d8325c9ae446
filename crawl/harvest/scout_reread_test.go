package harvest_test

import (
	"errors"
	"testing"

	"vigie"
	"vigie/crawl/harvest"
)

const twoLists = `<html><head><title>Deux listes</title></head><body><main>
<ul><li class="news"><a href="/1">Une première nouvelle du pays</a></li><li class="news"><a href="/2">Une deuxième nouvelle du pays</a></li><li class="news"><a href="/3">Une troisième nouvelle du pays</a></li></ul>
<div><p class="doc"><a href="/d/1">Un premier rapport de l’année</a></p><p class="doc"><a href="/d/2">Un deuxième rapport de l’année</a></p><p class="doc"><a href="/d/3">Un troisième rapport de l’année</a></p></div>
</main></body></html>`

func TestReread(t *testing.T) {
	s := vigie.Source{Kind: vigie.Auto, URL: "https://a.example/", List: vigie.ListRules{Depth: 2}}
	page := vigie.Capture{URL: s.URL, Final: s.URL, MediaType: "text/html", Body: []byte(twoLists)}
	for example, first := range map[string]string{"https://a.example/2": "https://a.example/1", "https://a.example/d/3": "https://a.example/d/1"} {
		w, err := harvest.Reread(t.Context(), s, page, example)
		if err != nil || w.Kind != vigie.Site || w.Total != 3 || w.Items[0].URL != first || w.List.Item == "" || w.List.Depth != 2 || w.Title != "Deux listes" {
			t.Errorf("%s: %+v, %v", example, w, err)
		}
	}
	if _, err := harvest.Reread(t.Context(), s, page, "https://a.example/elsewhere"); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("an item in no list: %v", err)
	}
	s.List.Item = "p.doc"
	if w, err := harvest.Reread(t.Context(), s, page, ""); err != nil || w.Total != 3 || w.Items[0].URL != "https://a.example/d/1" {
		t.Errorf("by rules: %+v, %v", w, err)
	}
	s.List.Item = "p["
	if _, err := harvest.Reread(t.Context(), s, page, ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("by what is no selector: %v", err)
	}
}
