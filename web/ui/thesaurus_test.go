package ui_test

import (
	"bytes"
	"time"

	"vigie"
	"vigie/web/ui"
)

// thesaurusPages are those of the thesaurus, with hostile names.
func thesaurusPages(u *ui.UI, lang vigie.Lang) map[string]func(*bytes.Buffer) error {
	write := func(page string, model any) func(*bytes.Buffer) error {
		return func(b *bytes.Buffer) error { return u.Write(b, page, frameOf(lang), model) }
	}
	fibre := ui.ConceptLink{Name: "fibre <b> optique", Lang: vigie.French, URL: "/fr/bureau/thesaurus/optical-fibre"}
	same := ui.ConceptLink{Name: "FTTH", URL: "/fr/bureau/thesaurus/ftth"}
	states := []ui.Choice{{Value: "", Name: "Tous"}, {Value: "retires", Name: "Retirés", Chosen: true}}
	list := ui.Thesaurus{
		Path: "/fr/bureau/thesaurus", New: "/fr/bureau/nouveau-concept", Import: "/fr/bureau/importer-thesaurus", Export: "/fr/bureau/thesaurus/thesaurus.rdf",
		Query: "<b>", Missing: []ui.Choice{{Value: "es", Name: "Espagnol", Chosen: true}}, States: states,
		Rows: []ui.ConceptRow{
			{
				ConceptLink: fibre, ID: "optical-fibre", Names: []ui.AlsoText{{Text: "ألياف بصرية", Lang: vigie.Arabic, Dir: "rtl"}}, Missing: []string{"thesaurus.lang.es"}, State: "changed",
			},
			{ConceptLink: same, ID: "ftth", State: "hidden"},
			{ConceptLink: same, ID: "ftth-2", State: "builtin"},
		},
		Total: 203, Page: 2, Newer: "/fr/bureau/thesaurus", Older: "/fr/bureau/thesaurus?page=3",
	}
	question := ui.Question{Kind: "line", Name: "prefere-fr", Label: "thesaurus.preferred", Lang: vigie.French, Dir: "ltr", Value: "<b>", Trouble: ui.Trouble{Field: "prefere-fr", Key: "thesaurus.fault.taken", Value: "<b>"}}
	form := ui.ConceptForm{
		Action: "/fr/bureau/thesaurus/optical-fibre", Seen: 2, List: list.Path, Stale: true, Troubles: []ui.Trouble{question.Trouble},
		Names: []ui.QuestionGroup{{Legend: "thesaurus.lang.fr", Questions: []ui.Question{question}}},
	}
	concept := ui.Concept{
		ConceptLink: fibre, Now: now(), ID: "optical-fibre", State: "hidden", List: list.Path, Search: "/fr/bureau/recherche?q=fibre",
		Names: []ui.ConceptNames{
			{Key: "thesaurus.lang.fr", Lang: vigie.French, Dir: "ltr", List: []ui.ConceptName{{Text: "fibre <b>"}, {Text: "FO", Mark: "thesaurus.mark.written"}}},
			{Other: "pt", Lang: "pt", Dir: "ltr", List: []ui.ConceptName{{Text: "fibra"}}},
			{Key: "thesaurus.lang.mul", List: []ui.ConceptName{{Text: "IT", Mark: "thesaurus.mark.unsearched"}}},
		},
		Broader: []ui.ConceptLink{same}, Narrower: []ui.ConceptLink{fibre, same},
		Said: []ui.ConceptSaid{
			{At: now().Add(-time.Hour), Who: "Awa <b>", What: "thesaurus.said.hidden"}, {At: now().Add(-2 * time.Hour), WhoKey: "account.audit.operator", What: "thesaurus.said.own"},
		},
		Form: &form, Hide: list.Path + "/optical-fibre/retirer", Restore: list.Path + "/optical-fibre/retablir",
	}
	read := concept
	read.Form, read.Said, read.State, read.Hide, read.Restore = nil, nil, "builtin", "", ""
	added := form
	added.New, added.Stale = true, false
	plan := ui.ThesaurusPlan{
		Action: "/fr/bureau/importer-thesaurus/x", List: list.Path, Again: list.Import, File: "termes <b>.rdf", Seen: "ab", Stale: true, Many: true,
		New: []ui.ConceptLink{{Name: "mât <b>", Lang: vigie.French}}, Changed: []ui.ConceptLink{fibre}, NewCount: 102, ChangedCount: 1, Same: 560,
	}
	return map[string]func(*bytes.Buffer) error{
		"thesaurus_list": write("thesaurus", list), "thesaurus_none": write("thesaurus", ui.Thesaurus{Path: list.Path, Export: list.Export}),
		"thesaurus_concept": write("concept", concept), "thesaurus_read": write("concept", read), "thesaurus_new": write("conceptnew", added),
		"thesaurus_file": write("thesaurusfile", ui.ThesaurusFile{Action: list.Import, List: list.Path, Export: list.Export, ID: "x", Fault: "thesaurus.fault.file", Reason: "line 3 <b>"}),
		"thesaurus_plan": write("thesaurusplan", plan), "thesaurus_same": write("thesaurusplan", ui.ThesaurusPlan{Action: "/x", List: list.Path, Again: list.Import, Same: 562}),
	}
}
