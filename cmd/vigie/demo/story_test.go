package demo_test

import (
	"maps"
	"net/url"
	"regexp"
	"testing"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/crawl/extract"
	"vigie/curate/story"
)

// told are the prints of the one news that five publishers tell in three languages.
func told(t *testing.T, web *demo.Web) []story.Print {
	t.Helper()
	links := regexp.MustCompile(`<p>[^\n]*?<a href="([^"]+)"`)
	var prints []story.Print
	for _, d := range []struct{ id, publisher, path string }{
		{"announcement", autorite, "/publications/communique-acces-fixe"},
		{"copy", "Réseaux associatifs du Val", "/billets/communique-autorite"},
		{"shorter", "Agence Lumen", "/2026/rapport-acces-fixe"},
		{"english", "Harbour Telecom Review", "/2026/azour-measurement-report"},
		{"arabic", "جريدة النخيل التقنية", "/news/azour-fixed-access"},
	} {
		address := at(t, web, d.publisher, d.path)
		page := get(t, address)
		base, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		a, err := extract.Page(t.Context(), []byte(page.body), page.header.Get("Content-Type"), base)
		if err != nil {
			t.Fatal(err)
		}
		found := links.FindStringSubmatch(page.body)
		if len(found) != 2 || found[1] != at(t, web, autorite, correctedReport) {
			t.Fatalf("%s links to %q", address, found)
		}
		prints = append(prints, story.Of(vigie.Document{
			ID: vigie.DocumentID(d.id), URL: address, Title: a.Title, Publisher: d.publisher, Lang: a.Lang,
			Published: a.Published, MediaType: "text/html", Body: a.Body,
		}, story.Known{Links: found[1:], Institution: d.publisher == autorite}))
	}
	return prints
}

// TestStory finds that five publishers tell one story in three languages, and tells
// nothing else of it.
func TestStory(t *testing.T) {
	prints := told(t, start(t))
	langs := map[vigie.Lang]int{}
	for _, p := range prints {
		langs[p.Lang]++
	}
	if want := map[vigie.Lang]int{vigie.French: 3, vigie.English: 1, vigie.Arabic: 1}; !maps.Equal(langs, want) {
		t.Errorf("languages %v", langs)
	}
	checkStory(t, prints, "announcement", map[vigie.DocumentID]vigie.Bond{
		"copy": vigie.ExactCopy, "shorter": vigie.NearCopy, "english": vigie.LikelySame, "arabic": vigie.LikelySame,
	})
}

// checkStory fails unless prints make one story around a record, with these bonds.
func checkStory(t *testing.T, prints []story.Print, record vigie.DocumentID, want map[vigie.DocumentID]vigie.Bond) {
	t.Helper()
	found := story.Group(prints, story.Apart{})
	if len(found) != 1 || found[0].Record != record {
		t.Fatalf("the stories are %+v", found)
	}
	bonds := map[vigie.DocumentID]vigie.Bond{}
	for _, m := range found[0].Members {
		bonds[m.Document] = m.Bond
	}
	if !maps.Equal(bonds, want) {
		t.Errorf("the bonds are %v", bonds)
	}
}
