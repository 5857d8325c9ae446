package ui_test

import (
	"bytes"
	"html/template"
	"time"

	"vigie"
	"vigie/web/ui"
)

// sampleEditor is the page of an editor with something in every place, hostile names
// included.
func sampleEditor() ui.Editor {
	const action = "/fr/bureau/syntheses/01JD0000000000000000000000"
	published := vigie.Date{Time: now().AddDate(0, -8, 0), Precision: vigie.Day}
	preview := ui.Preview{
		Title: "Titre <b>gras</b>", Summary: "Résumé <b>", Lang: vigie.French, Dir: "ltr", Body: template.HTML(`<p>Texte.</p>`),
		Notes:  []ui.Note{{N: 1, ID: "note-1", CiteID: "cite-1", Title: "<b>Rapport", Publisher: "Régulateur", URL: "https://a.example/", Lang: vigie.French, Dir: "ltr", Published: published, Page: 3, Quote: "<b>mots"}},
		Faults: []ui.TextFault{{Key: "writing.fault.citation", Where: "[@9]<b>", Line: 3, Blocks: true}, {Key: "writing.fault.gone", Where: "[@1]", Blocks: true}, {Key: "writing.fault.html", Where: "<b>", Line: 1}},
	}
	return ui.Editor{
		Now: now(), Action: action, Lang: vigie.French, Dir: "ltr", Name: "Français", Seen: 3, State: vigie.InReview,
		Writing: vigie.Writing{Title: "Titre <b>gras</b>", Summary: "Résumé <b>", Body: "</textarea><b>x", Slug: `"><b>`},
		By:      "Awa <b>", At: now().Add(-time.Minute), Why: "Une source <b>",
		Kind: vigie.Analysis, Kinds: []vigie.SynthesisKind{vigie.Brief, vigie.Analysis, vigie.Bulletin}, SeenKind: vigie.Brief, SeenTopics: []string{"reseaux"},
		Topics: []ui.TopicChoice{{ID: "reseaux", Name: "Réseaux <b>", Chosen: true}, {ID: "usages", Name: "Usages"}},
		Versions: []ui.VersionState{
			{Lang: vigie.French, Dir: "ltr", Name: "Français", State: vigie.InReview, Edition: 2, URL: action + "?langue=fr", Current: true},
			{Lang: "zgh", Dir: "ltr", Name: "zgh", State: vigie.Withdrawn, URL: action + "?langue=zgh"},
			{Lang: vigie.Arabic, Dir: "rtl", Name: "العربية", URL: action + "?langue=ar"},
		},
		Others: []ui.Language{{Lang: vigie.English, Dir: "ltr", Name: "English"}},
		Citations: []ui.Quotation{
			{N: 1, Token: "[@1]", Title: "<b>Rapport", Publisher: "Régulateur <b>", Desk: "/fr/bureau/tri/x", Lang: vigie.French, Dir: "ltr", Published: published, Page: 2, Quote: "<b>mots"},
			{N: 2, Token: "[@2]", Title: "تقرير", Lang: vigie.Arabic, Dir: "rtl", Quote: "كلمات", Gone: true, Unused: true},
		},
		Figures: []ui.Placed{
			{Indicator: "fibre", Area: "MAR", Name: "Fibre <b>", Place: "Maroc", Token: "{figure}", Value: "3,56", Exact: "3.5588", Unit: "%", Period: "2016"},
			{Indicator: "mobile", Area: "SEN", Name: "Mobile", Place: "Sénégal", Token: "{figure}", Value: "1", Exact: "1", Frozen: true, Release: now()},
			{Indicator: "lune", Area: "MAR", Name: "lune", Place: "MAR"},
		},
		Choices: []ui.SeriesGroup{{Name: `"><b>`, Places: []ui.SeriesChoice{{Name: "<b>Maroc", Token: "{figure}", Chosen: true}, {Name: "Sénégal", Token: "{figures}"}}}},
		Marks: []ui.Moved{
			{Indicator: "fibre", Area: "MAR", Name: "Fibre <b>", Place: "Maroc", Period: "2016", Before: "3,56", After: "3,58", At: now()}, {Indicator: "mobile", Area: "SEN", Name: "Mobile", Place: "SEN", Period: "2016", After: "2"},
		},
		Preview: &preview, Portal: "/fr/syntheses/x", Published: true, MayReturn: true, MayPublish: true, MayWithdraw: true,
		Faults: ui.Faults{
			{Field: "titre", Key: "writing.fault.title"},
			{Field: "resume", Key: "writing.fault.summary"},
			{Field: "texte", Key: "writing.fault.body"},
			{Field: "genre", Key: "writing.fault.arranged"},
			{Field: "raison", Key: "writing.fault.reason"},
			{Field: "autre", Key: "writing.fault.language"},
		},
	}
}

// synthesisPages are those of writing and publishing.
func synthesisPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	full := sampleEditor()
	empty := ui.Editor{Now: now(), Action: full.Action, Lang: "es", Dir: "ltr", Name: "es", Kinds: full.Kinds, Kind: vigie.Brief, Preview: &ui.Preview{Lang: "es", Dir: "ltr"}, MaySubmit: true}
	published := full
	published.State, published.MayReturn, published.MayReopen, published.Own, published.Faults = vigie.Published, false, true, true, nil
	cite := ui.CiteForm{
		Action: "/fr/bureau/syntheses/citer", Back: `/fr/bureau/tri?lire="><b>`, Document: "01JD0000000000000000000001", Revision: 2, New: "01JD0000000000000000000002",
		Open:  []ui.OpenSynthesis{{ID: "01JD0000000000000000000003", Title: "<b>Une", Chosen: true}, {ID: "01JD0000000000000000000004", Begun: now()}},
		Words: "</textarea><b>", Prefix: `"><b>`, Fault: "writing.cite.fault", Done: &ui.Cited{N: 3, Title: "<b>Une", URL: full.Action},
	}
	first := cite
	first.Fault, first.Done = "", &ui.Cited{N: 1, URL: full.Action}
	line := ui.WritingLine{Title: "<b>Une", URL: full.Action, Kind: vigie.Bulletin, Authors: []string{"Awa <b>", "نادية"}, At: now(), Versions: full.Versions, Marks: 2}
	tabs := []ui.WritingTab{{Name: "miennes", URL: "?liste=miennes", Current: true, Count: 2}, {Name: "toutes", URL: "?liste=toutes"}}
	kept := vigie.Writing{Title: "<b>Autre", Body: "<b>Autre"}
	checks := []ui.Check{{Grade: "good", Key: "writing.check.review"}, {Grade: "bad", Key: "writing.check.you"}, {Grade: "warm", Key: "writing.check.nolanguage", Value: "العربية"}}
	edition := ui.EditionLine{N: 2, Lang: vigie.French, Dir: "ltr", Name: "Français", Title: "<b>Une", Published: now(), By: "Dina <b>", URL: full.Action + "/editions?n=2", Current: true, Out: true}
	samples := map[string]struct {
		page  string
		shown any
	}{
		"synthlist":           {"synthlist", ui.Writings{Now: now(), Tabs: tabs, Tab: "miennes", Action: "/fr/bureau/syntheses", New: "x", Kinds: full.Kinds, Languages: full.Others}},
		"synthlist_full":      {"synthlist", ui.Writings{Now: now(), Tabs: tabs, Tab: "miennes", Kinds: full.Kinds, Languages: full.Others, List: []ui.WritingLine{line, {URL: full.Action, Kind: vigie.Brief}}, Newer: "?page=1", Older: "?page=3", Page: 2}},
		"synthedit":           {"synthedit", full},
		"synthedit_empty":     {"synthedit", empty},
		"synthedit_published": {"synthedit", published},
		"synthstale":          {"synthstale", ui.Stale{Mine: full, By: "Awa <b>", At: now(), Kept: kept, Lines: []ui.StaleLine{{Text: "<b>Une", Other: true}, {}, {Text: "Deux"}}}},
		"synthstale_somebody": {"synthstale", ui.Stale{Mine: full, At: now(), Kept: full.Writing}},
		"synthpublish":        {"synthpublish", ui.Publishing{Editor: full, Checks: checks, Fault: "writing.publish.blocked"}},
		"synthpublish_ready":  {"synthpublish", ui.Publishing{Editor: empty, Checks: checks[:1], Ready: true}},
		"synthwithdraw":       {"synthwithdraw", ui.Publishing{Editor: full, Fault: "writing.fault.reason"}},
		"synthwithdraw_none":  {"synthwithdraw", ui.Publishing{Editor: empty}},
		"synthversions":       {"synthversions", ui.Editions{Action: full.Action, Title: "<b>Une", List: []ui.EditionLine{edition}, Shown: full.Preview, N: 2, Name: "Français"}},
		"synthversions_empty": {"synthversions", ui.Editions{Action: full.Action}},
		"synthcite":           {"synthcite", ui.CiteAgain{Title: "<b>Rapport", Back: "/fr/bureau/tri", Cite: cite}},
		"synthcite_first":     {"synthcite", ui.CiteAgain{Back: "/fr/bureau/tri", Cite: first}},
	}
	pages := map[string]func(*bytes.Buffer) error{}
	for name, sample := range samples {
		pages[name] = func(b *bytes.Buffer) error { return u.Write(b, sample.page, frameOf(lang), sample.shown) }
	}
	return pages
}
