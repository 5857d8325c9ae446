package ui_test

import (
	"bytes"
	"html/template"
	"time"

	"vigie"
	"vigie/web/ui"
)

// evil is a name that tries to be more.
const evil = `"><b>titre</b><script>alert(1)</script>`

// portalPages are those that the public reads: full, empty, and with hostile words.
func portalPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	topics := []ui.Link{{Title: "Réseaux", URL: "/fr/themes/reseaux"}, {Title: evil, URL: "/fr/themes/usages"}}
	links := []ui.TopicLink{{Link: topics[0], Count: 1214, Current: true}, {Link: topics[1]}}
	own := ui.Teaser{Title: evil, Summary: evil, URL: "/fr/syntheses/x", Lang: lang, Dir: lang.Direction(), Published: now().Add(-time.Hour), Topics: topics}
	foreign := own
	foreign.Lang, foreign.Dir, foreign.Foreign, foreign.LangName, foreign.Topics = "he", "rtl", true, "עברית", nil
	figure := ui.KeyFigure{
		Title: evil, URL: "/fr/indicateurs/internautes", Place: "Maroc", Value: "91,0", Exact: "91.0", Unit: "% <b>de la population</b>",
		Spark: template.HTML(`<svg class="chart"></svg>`), Source: evil, Period: "2023", Code: "2023", Old: true,
	}
	article := ui.Article{
		Title: evil, Summary: evil, Lang: lang, Dir: lang.Direction(), Authors: []string{evil, "Awa"}, Published: now(), Edition: 3, Topics: topics,
		Body:    template.HTML(`<h2 id="s-1">Les foyers</h2><p>Un tiers<sup class="cite"><a id="cite-1" href="#note-1">1</a></sup>.</p>`),
		Others:  frameOf(lang).Languages[:1],
		Address: "https://observatoire.example/fr/syntheses/x",
		Notes: []ui.Note{
			{N: 1, ID: "note-1", CiteID: "cite-1", Title: evil, Publisher: evil, URL: "javascript:alert(1)", Lang: "he", Dir: "rtl", Published: vigie.InstantOf(now()), Accessed: now(), Page: 12, Quote: evil},
			{N: 2, ID: "note-2", CiteID: "cite-2", Title: "Sans adresse", Lang: "fr", Dir: "ltr", Quote: "mots"},
		},
	}
	elsewhere, gone := article, article
	elsewhere.Foreign, elsewhere.Lang, elsewhere.Dir, elsewhere.LangName = true, "he", "rtl", "עברית"
	half := elsewhere
	half.Withdrawn, half.Why = vigie.InstantOf(now()), evil
	gone.Body, gone.Notes, gone.Summary, gone.Withdrawn, gone.Why = "", nil, "", vigie.InstantOf(now()), evil
	samples := map[string]struct {
		page  string
		shown any
	}{
		"home":              {"home", ui.Home{Newest: &own, More: []ui.Teaser{foreign, own}, Figures: []ui.KeyFigure{figure, {Title: "Sans rien"}}, Topics: links, Letter: "/fr/lettre"}},
		"home_foreign":      {"home", ui.Home{Newest: &foreign, Letter: "/fr/lettre"}},
		"home_empty":        {"home", ui.Home{Letter: "/fr/lettre"}},
		"syntheses":         {"syntheses", ui.Syntheses{List: []ui.Teaser{own, foreign}, Topics: links, Newer: "/fr/syntheses", Older: "/fr/syntheses?page=3", Page: 2, Feed: "/fr/atom.xml"}},
		"syntheses_topic":   {"syntheses", ui.Syntheses{Topic: evil, List: []ui.Teaser{own}, Figures: []ui.KeyFigure{figure}, Topics: links, Page: 1, Feed: "/fr/themes/reseaux/atom.xml"}},
		"syntheses_empty":   {"syntheses", ui.Syntheses{Topic: evil, Page: 1, Feed: "/fr/atom.xml"}},
		"article":           {"article", article},
		"article_elsewhere": {"article", elsewhere},
		"article_gone":      {"article", gone},
		"article_half":      {"article", half},
		"written":           {"written", ui.Written{Title: evil, Lang: "he", Dir: "rtl", Foreign: true, Body: "<p>Nous</p>", At: now()}},
		"written_empty":     {"written", ui.Written{Title: "À propos", Lang: lang, Dir: lang.Direction(), Empty: true}},
		"find":              {"find", ui.Found{}},
		"find_none":         {"find", ui.Found{Query: evil, Only: true, Other: "/fr/recherche?q=x&langue=toutes", Page: 1, Partial: true}},
		"find_some": {"find", ui.Found{Query: evil, Total: 41, Other: "/fr/recherche?q=x", Page: 2, Newer: "/fr/recherche?q=x", Results: []ui.Hit{
			{Kind: "kind.synthesis", Title: "La <mark>fibre</mark>", URL: "/fr/syntheses/x", Lang: lang, Dir: lang.Direction(), Extract: "… <mark>fibre</mark> …", Published: now()},
			{Kind: "kind.indicator", Title: "x", URL: "/he/indicateurs/x", Lang: "he", Dir: "rtl", LangName: "עברית"},
			{Kind: "kind.page", Title: "x", URL: "/fr/a-propos", Lang: "fr", Dir: "ltr"},
		}}},
	}
	out := map[string]func(*bytes.Buffer) error{}
	for name, sample := range samples {
		out["portal_"+name] = func(b *bytes.Buffer) error { return u.Write(b, sample.page, frameOf(lang), sample.shown) }
	}
	return out
}
