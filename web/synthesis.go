package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"vigie"
	"vigie/index/store"
	"vigie/web/ui"
)

// writingBody is the most that a form with a text may bring: a text of the largest
// size of which every byte is escaped.
const writingBody = 3*vigie.MaxBodyBytes + 256<<10

// writingRows is how many syntheses a list of the desk has.
const writingRows = 50

// synthesisRoutes are for writing and publishing.
func (s *Server) synthesisRoutes() []Route {
	const list = "/{language}/bureau/syntheses"
	const one = list + "/{id}"
	return []Route{
		{Pattern: "GET " + list, Permission: vigie.WriteOwn, handle: s.writings},
		{Pattern: "POST " + list, Permission: vigie.WriteOwn, handle: s.beginWriting},
		{Pattern: "POST " + list + "/citer", Permission: vigie.WriteOwn, handle: s.cite},
		{Pattern: "GET " + one, Permission: vigie.WriteOwn, handle: s.editor},
		{Pattern: "POST " + one, Permission: vigie.WriteOwn, Body: writingBody, handle: s.saveText},
		{Pattern: "POST " + one + "/apercu", Permission: vigie.WriteOwn, Body: writingBody, handle: s.previewText},
		{Pattern: "POST " + one + "/soumettre", Permission: vigie.WriteOwn, Body: writingBody, handle: s.submitText},
		{Pattern: "POST " + one + "/renvoyer", Permission: vigie.WriteOwn, handle: s.returnText},
		{Pattern: "POST " + one + "/reprendre", Permission: vigie.WriteOwn, handle: s.reopenText},
		{Pattern: "POST " + one + "/figures", Permission: vigie.WriteOwn, handle: s.freezeFigure},
		{Pattern: "POST " + one + "/valable", Permission: vigie.WriteOwn, handle: s.textHolds},
		{Pattern: "POST " + one + "/citations", Permission: vigie.WriteOwn, handle: s.settleDrift},
		{Pattern: "GET " + one + "/editions", Permission: vigie.WriteOwn, handle: s.editions},
		{Pattern: "GET " + one + "/publier", Permission: vigie.Publish, handle: s.publishPage},
		{Pattern: "POST " + one + "/publier", Permission: vigie.Publish, handle: s.publishText},
		{Pattern: "GET " + one + "/retirer", Permission: vigie.Publish, handle: s.withdrawPage},
		{Pattern: "POST " + one + "/retirer", Permission: vigie.Publish, handle: s.withdrawText},
	}
}

// bureau is where syntheses are written.
func bureau(a *asking) string { return "/" + string(a.Lang) + "/bureau/syntheses" }

// textPath is where the text of a language is written.
func textPath(a *asking, id vigie.SynthesisID, lang vigie.Lang) string {
	return bureau(a) + "/" + string(id) + "?" + url.Values{"langue": {string(lang)}}.Encode()
}

// writing is the frame of a page for writing. Where it answers a form, the page is
// to be found in other languages at path, which begins behind the language.
func writing(r *http.Request, key, path string) frame {
	f := frame{Key: key, Desk: true, Door: "door.write"}
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return inLanguage(path, l), true }
	}
	return f
}

// writingTabs are the lists of syntheses and what belongs on each, in the order of
// the tabs.
func writingTabs(a *asking, marks, drifts map[vigie.SynthesisID]int) []struct {
	name    string
	belongs func(vigie.Synthesis) bool
} {
	in := func(holds func(vigie.Version) bool) func(vigie.Synthesis) bool {
		return func(synthesis vigie.Synthesis) bool {
			for _, v := range synthesis.Versions {
				if holds(v) {
					return true
				}
			}
			return false
		}
	}
	return []struct {
		name    string
		belongs func(vigie.Synthesis) bool
	}{
		{"miennes", func(synthesis vigie.Synthesis) bool {
			return in(func(v vigie.Version) bool { return wrote(a.User, synthesis, v) })(synthesis) || wrote(a.User, synthesis, vigie.Version{})
		}},
		{"relire", in(func(v vigie.Version) bool { return v.State == vigie.InReview })},
		{"publiees", in(vigie.Version.Out)},
		{"chiffres", func(synthesis vigie.Synthesis) bool { return marks[synthesis.ID] > 0 }},
		{"citations", func(synthesis vigie.Synthesis) bool { return drifts[synthesis.ID] > 0 }},
		{"toutes", func(vigie.Synthesis) bool { return true }},
	}
}

// writings lists the syntheses that somebody may work on.
func (s *Server) writings(w http.ResponseWriter, r *http.Request) error {
	a := asker(r)
	model := ui.Writings{
		Now: a.Now, Action: bureau(a), New: vigie.NewID[vigie.SynthesisID](s.o.Now()),
		Kinds: []vigie.SynthesisKind{vigie.Brief, vigie.Analysis, vigie.Bulletin}, Languages: s.tongues(a.Lang), Page: pageOf(r),
	}
	err := s.o.DB.View(func(tx *store.Tx) error {
		all, err := tx.Marks("")
		if err != nil {
			return err
		}
		marks := map[vigie.SynthesisID]int{}
		for _, m := range all {
			marks[m.Synthesis]++
		}
		drifts, err := openDrifts(tx)
		if err != nil {
			return err
		}
		return s.listWritings(tx, r, marks, drifts, &model)
	})
	if err != nil {
		return fmt.Errorf("list the syntheses: %w", err)
	}
	return s.show(w, r, http.StatusOK, "synthlist", writing(r, "writing.title", ""), model)
}

// listWritings puts a page of the chosen list into the model, and the tabs.
func (s *Server) listWritings(tx *store.Tx, r *http.Request, marks, drifts map[vigie.SynthesisID]int, model *ui.Writings) error {
	a := asker(r)
	tabs := writingTabs(a, marks, drifts)
	current := max(slices.IndexFunc(tabs, func(t struct {
		name    string
		belongs func(vigie.Synthesis) bool
	},
	) bool {
		return t.name == r.URL.Query().Get("liste")
	}), 0)
	for i, t := range tabs {
		tab := ui.WritingTab{Name: t.name, URL: bureau(a) + "?liste=" + t.name, Current: i == current}
		model.Tabs = append(model.Tabs, tab)
	}
	model.Tab = tabs[current].name
	skip, more := (model.Page-1)*writingRows, false
	for synthesis, err := range tx.Syntheses() {
		if err != nil {
			return err
		}
		if !vigie.Visible(a.User, synthesis.Working()) {
			continue
		}
		for i := range tabs[:len(tabs)-1] {
			if tabs[i].belongs(synthesis) {
				model.Tabs[i].Count++
			}
		}
		if !tabs[current].belongs(synthesis) {
			continue
		}
		if skip--; skip >= 0 {
			continue
		}
		if len(model.List) == writingRows {
			more = true
			continue
		}
		line, err := s.writingLine(tx, a, synthesis)
		if err != nil {
			return err
		}
		line.Marks, line.Drifts = marks[synthesis.ID], drifts[synthesis.ID]
		model.List = append(model.List, line)
	}
	model.Newer, model.Older = neighbours(r, model.Page, more)
	return nil
}

// writingLine is a synthesis in the list.
func (s *Server) writingLine(tx *store.Tx, a *asking, synthesis vigie.Synthesis) (ui.WritingLine, error) {
	line := ui.WritingLine{
		Title: titleOf(synthesis, a.Lang), URL: bureau(a) + "/" + string(synthesis.ID), Kind: synthesis.Kind,
		At: touchedAt(synthesis), Versions: s.versionStates(a, synthesis, ""),
	}
	for _, id := range synthesis.Authors {
		name, err := authorName(tx, id)
		if err != nil {
			return line, err
		}
		line.Authors = append(line.Authors, name)
	}
	return line, nil
}

// versionStates says where the text of each language stands.
func (s *Server) versionStates(a *asking, synthesis vigie.Synthesis, current vigie.Lang) []ui.VersionState {
	var langs []vigie.Lang
	for l := range synthesis.Versions {
		langs = append(langs, l)
	}
	if _, there := synthesis.Versions[current]; !there && current != "" {
		langs = append(langs, current)
	}
	var out []ui.VersionState
	for _, l := range vigie.SortLangs(langs) {
		v := synthesis.Versions[l]
		state := ui.VersionState{
			Lang: l, Dir: l.Direction(), Name: s.langName(l), State: v.State, URL: textPath(a, synthesis.ID, l), Current: l == current,
		}
		if v.Out() {
			state.Edition = v.Edition
		}
		out = append(out, state)
	}
	return out
}

// beginWriting begins a synthesis and leads to its editor.
func (s *Server) beginWriting(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	id := vigie.SynthesisID(form.Get("id"))
	lang, err := vigie.ParseLang(form.Get("langue"))
	if err != nil {
		return err
	}
	if _, err := s.o.Desk.Begin(r.Context(), a.User, id, vigie.SynthesisKind(form.Get("genre"))); err != nil {
		return err
	}
	return s.done(w, r, textPath(a, id, lang), "writing.begun")
}
