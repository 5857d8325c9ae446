package ui_test

import (
	"bytes"

	"vigie"
	"vigie/curate/locale"
	"vigie/web/ui"
)

// findPages are searches at the desk in every state.
func findPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	empty := ui.DeskFind{
		Lang: lang, Path: "/fr/bureau/recherche", Page: 1, Sorts: []ui.Choice{{Value: "", Name: "Pertinence", Chosen: true}, {Value: "recents", Name: "Plus récents"}},
		Advanced: ui.FindForm{
			Words: []ui.FindAnswer{{Name: "tous", Value: `"><b>`}}, Kinds: []ui.FindAnswer{{Name: "pays", Hint: "deskfind.answer.pays.hint"}, {Name: "lang", Options: []ui.Choice{{Value: "ar", Name: "العربية", Chosen: true}}}},
			Bounds: []ui.FindAnswer{{Name: "pmin", Number: true}},
		},
		Help: []ui.FindHelp{{Key: "query.help.lang", Example: "lang:fr", URL: "/fr/bureau/recherche?q=lang%3Afr", Also: []string{"lang", "لغة"}}},
	}
	fault := empty
	fault.Query, fault.Fault, fault.Before, fault.Bad, fault.After = "a (<b>", "query.fault.open", "a ", "(", "<b>"
	chip := ui.Condition{Words: []locale.Part{{Text: "pays "}, {Text: "<b>", Value: true}}, URL: "/fr/bureau/recherche?q=fibre"}
	nothing := empty
	nothing.Query, nothing.Asked, nothing.Chips, nothing.Understood = "fibre country:<b>", true, []ui.Condition{chip}, chip.Words
	nothing.Tries = []ui.Try{{Condition: chip, N: 1}}
	nothing.Facets = []ui.FindFacet{{Field: "country", Chosen: 1, Values: []ui.FindValue{{ID: "f-country-0", Value: "country:<b>", Name: "<b>", Chosen: true}}}}
	found := nothing
	found.Tries, found.Total, found.Order, found.Older, found.Newer, found.Page, found.LeftOut, found.Partial = nil, 1204, "deskfind.order.best", "/fr/bureau/recherche?page=3", "/fr/bureau/recherche?q=fibre", 2, 3, "deskfind.partial.slow"
	found.Hits = []ui.DeskHit{
		{
			Title: []ui.Part{{Text: "La "}, {Text: "fibre", Marked: true}, {Text: " <b>"}}, URL: "/fr/bureau/tri/1?mots=fibre#p12", Extract: []ui.Part{{Text: "<b> "}, {Text: "fibre", Marked: true}}, Lang: "fr", Dir: "ltr",
			Source: "Cahiers <b>", Publisher: "Presse <b>", Published: vigie.Date{Time: now(), Precision: vigie.Month}, Type: "deskfind.type.pdf", Page: 12, Pages: 140, Status: "kept", Tags: []string{"à lire <b>"}, Story: "/fr/bureau/tri/1#story-title", Others: 2,
		},
		{
			URL: "/fr/bureau/tri/2", Lang: "ar", Dir: "rtl", LangName: "العربية", Extract: []ui.Part{{Text: "الألياف", Marked: true}}, Pages: 3, Status: "new", Others: 1, Story: "/fr/bureau/tri/2#story-title",
			Why: ui.Why{Words: []ui.WhyWord{{Said: "الألياف", For: "<b>fibre", Times: 3, Title: true, Heading: true}, {Said: "réseau", Times: 1}}, Near: true, New: true, Record: true},
		},
	}
	found.Facets = append(found.Facets, ui.FindFacet{Field: "lang", More: 3, Values: []ui.FindValue{
		{ID: "f-lang-0", Value: "lang:ar", Name: "العربية", Lang: "ar", Count: 1204}, {ID: "f-lang-1", Value: "lang:es", Name: "Espagnol", Count: 1},
	}})
	found.Years = ui.FindYears{
		Undated: 2, Apart: 1, Rows: []ui.FindYear{{Year: "2026", Count: 12, Share: 100, URL: "/fr/bureau/recherche?q=fibre", Chosen: true}, {Year: "2025"}},
		Old: []ui.FindYear{{Year: "1999", Count: 1, Share: 9, URL: "/fr/bureau/recherche?q=from%3A1999"}},
	}
	found.Meant, found.MeantURL = "fibre <b>", "/fr/bureau/recherche?q=fibre"
	found.Also = ui.FindAlso{None: "/fr/bureau/recherche?q=fibre&sans=*", Again: "/fr/bureau/recherche?q=fibre", Items: []ui.Also{{
		Words: "fibre <b>", Concept: "/fr/bureau/thesaurus/optical-fibre", URL: "/fr/bureau/recherche?q=fibre&sans=fibre", More: 2,
		Texts: []ui.AlsoText{{Text: "الألياف", Lang: "ar", Dir: "rtl"}, {Text: "FTTH <b>"}},
	}}}
	behind := empty
	behind.Asked, behind.Total, behind.First, behind.Page = true, 3, "/fr/bureau/recherche?q=fibre", 500
	partial := empty
	partial.Asked, partial.Partial = true, "deskfind.partial"
	out := map[string]func(*bytes.Buffer) error{}
	for name, model := range map[string]ui.DeskFind{"empty": empty, "fault": fault, "nothing": nothing, "found": found, "behind": behind, "partial": partial} {
		out["deskfind_"+name] = func(b *bytes.Buffer) error { return u.Write(b, "deskfind", frameOf(lang), model) }
	}
	return out
}
