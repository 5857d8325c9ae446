package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/thesaurus"
	"vigie/web/ui"
)

// concept shows a concept, and the form that changes it.
func (s *Server) concept(w http.ResponseWriter, r *http.Request) error {
	return s.showConcept(w, r, http.StatusOK, nil)
}

// showConcept shows the page of a concept, with the form as alter leaves it.
func (s *Server) showConcept(w http.ResponseWriter, r *http.Request, status int, alter func(*ui.ConceptForm)) error {
	a := asker(r)
	model := ui.Concept{Now: a.Now, List: thesaurusPath(r)}
	err := s.names(func(tx *store.Tx, n curate.Names) error {
		c, err := n.Concept(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		said := n.Said[c.ID]
		model.ConceptLink, model.ID, model.State = conceptLink(r, c), c.ID, conceptState(n, c.ID)
		model.Search = findAsked{line: `"` + strings.ReplaceAll(model.Name, `"`, " ") + `"`, page: 1}.url(r)
		model.Names = shownNames(c)
		model.Broader, model.Related = conceptLinks(r, n, c.Broader), conceptLinks(r, n, c.Related)
		model.Narrower = conceptLinks(r, n, n.InUse.Narrower(c.ID))
		if model.Said, err = saidOf(tx, c.ID); err != nil || !a.User.May(vigie.KeepTerms) {
			return err
		}
		model.Form = &ui.ConceptForm{Action: model.URL, Seen: said.N, List: model.List}
		fillConceptForm(model.Form, conceptQuestions(c))
		if said.State != store.HiddenTerm {
			model.Hide = model.URL + "/retirer"
		}
		if _, builtIn := n.BuiltIn.Concept(c.ID); builtIn && model.State != "builtin" {
			model.Restore = model.URL + "/retablir"
		}
		return nil
	})
	if err != nil {
		return err
	}
	if alter != nil && model.Form != nil {
		alter(model.Form)
	}
	f := thesaurusFrame("", model.Name)
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return "/" + string(l) + "/bureau/thesaurus/" + model.ID, true }
	}
	return s.show(w, r, status, "concept", f, model)
}

// shownNames are the names of a concept by language, those of the desk's first.
func shownNames(c thesaurus.Concept) []ui.ConceptNames {
	var out []ui.ConceptNames
	for _, lang := range formLangs(c) {
		labels := c.Labels[lang]
		if len(labels) == 0 {
			continue
		}
		row := ui.ConceptNames{Key: "thesaurus.lang." + string(lang), Lang: lang, Dir: lang.Direction()}
		if !isAsked(lang) {
			row.Key, row.Other = "", string(lang)
		}
		if lang == thesaurus.Every {
			row.Lang, row.Dir = "", ""
		}
		for _, l := range labels {
			name := ui.ConceptName{Text: l.Text}
			switch {
			case l.Unsearched:
				name.Mark = "thesaurus.mark.unsearched"
			case l.AsWritten:
				name.Mark = "thesaurus.mark.written"
			}
			row.List = append(row.List, name)
		}
		out = append(out, row)
	}
	return out
}

// formLangs are the languages that forms ask for, that of all languages last, and then
// those that the concept has besides.
func formLangs(c thesaurus.Concept) []vigie.Lang {
	out := append(alsoIn(), thesaurus.Every)
	var others []vigie.Lang
	for lang := range c.Labels {
		if !isAsked(lang) {
			others = append(others, lang)
		}
	}
	return append(out, vigie.SortLangs(others)...)
}

// isAsked reports whether forms ask for names in a language.
func isAsked(lang vigie.Lang) bool {
	return lang == thesaurus.Every || slices.Contains(alsoIn(), lang)
}

func conceptLinks(r *http.Request, n curate.Names, ids []string) []ui.ConceptLink {
	var out []ui.ConceptLink
	for _, id := range ids {
		if c, ok := n.InUse.Concept(id); ok {
			out = append(out, conceptLink(r, c))
		}
	}
	return out
}

// saidOf is what people said of a concept, newest first.
func saidOf(tx *store.Tx, id string) ([]ui.ConceptSaid, error) {
	var out []ui.ConceptSaid
	for t, err := range tx.TermsOf(id) {
		if errors.Is(err, vigie.ErrDamaged) {
			continue // the check of the store names it
		}
		if err != nil {
			return nil, err
		}
		line := ui.ConceptSaid{At: t.At, Who: named(tx, string(t.By)), What: "thesaurus.said." + string(t.State)}
		if t.By == "operator" {
			line.WhoKey = "account.audit.operator"
		}
		out = append([]ui.ConceptSaid{line}, out...)
	}
	return out, nil
}

// changeConcept changes a concept, or brings it back.
func (s *Server) changeConcept(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a, c, seen := asker(r), thesaurus.Concept{}, formNumber(form.Get("vu"))
	err = s.names(func(tx *store.Tx, n curate.Names) (err error) {
		kept, err := n.Concept(tx, r.PathValue("id"))
		if err == nil {
			c = conceptFrom(form, kept, n)
		}
		return err
	})
	if err == nil {
		err = s.o.Desk.ChangeConcept(r.Context(), a.User, c, seen, a.network())
	}
	if err == nil {
		return s.done(w, r, conceptPath(r, c.ID), "thesaurus.changed")
	}
	if errors.Is(err, vigie.ErrConflict) {
		return s.showConcept(w, r, http.StatusConflict, func(f *ui.ConceptForm) { // with the number of now
			f.Stale = true
			fillConceptForm(f, answered(conceptQuestions(c), form))
		})
	}
	troubles, err := conceptTroubles(err, c)
	if err != nil {
		return err
	}
	return s.showConcept(w, r, http.StatusUnprocessableEntity, func(f *ui.ConceptForm) {
		f.Seen, f.Troubles = seen, troubles
		fillConceptForm(f, answered(conceptQuestions(c), form))
	})
}

func (s *Server) newConcept(w http.ResponseWriter, r *http.Request) error {
	return s.showNewConcept(w, r, http.StatusOK, newQuestions(), nil)
}

func (s *Server) showNewConcept(w http.ResponseWriter, r *http.Request, status int, form questionnaire, troubles []ui.Trouble) error {
	model := ui.ConceptForm{New: true, Action: root(r) + "bureau/nouveau-concept", List: thesaurusPath(r), Troubles: troubles}
	fillConceptForm(&model, form)
	return s.show(w, r, status, "conceptnew", thesaurusFrame("thesaurus.new", ""), model)
}

// addConcept adds a concept.
func (s *Server) addConcept(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a, c := asker(r), thesaurus.Concept{}
	err = s.names(func(_ *store.Tx, n curate.Names) error {
		c = conceptFrom(form, thesaurus.Concept{ID: conceptID(form)}, n)
		return nil
	})
	if err == nil {
		err = s.o.Desk.AddConcept(r.Context(), a.User, c, a.network())
	}
	if err == nil {
		return s.done(w, r, conceptPath(r, c.ID), "thesaurus.added")
	}
	troubles, err := conceptTroubles(err, c)
	if err != nil {
		return err
	}
	return s.showNewConcept(w, r, http.StatusUnprocessableEntity, answered(newQuestions(), form), troubles)
}

// hideConcept takes a concept out of use.
func (s *Server) hideConcept(w http.ResponseWriter, r *http.Request) error {
	return s.actOnConcept(w, r, "thesaurus.hidden", func(id string, seen int) error {
		a := asker(r)
		return s.o.Desk.HideConcept(r.Context(), a.User, id, seen, a.network())
	})
}

// restoreConcept makes a concept what is built in.
func (s *Server) restoreConcept(w http.ResponseWriter, r *http.Request) error {
	return s.actOnConcept(w, r, "thesaurus.restored", func(id string, seen int) error {
		a := asker(r)
		return s.o.Desk.RestoreConcept(r.Context(), a.User, id, seen, a.network())
	})
}

func (s *Server) actOnConcept(w http.ResponseWriter, r *http.Request, done string, act func(id string, seen int) error) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	err = act(id, formNumber(form.Get("vu")))
	if err == nil {
		return s.done(w, r, conceptPath(r, id), done)
	}
	if errors.Is(err, vigie.ErrConflict) {
		return s.showConcept(w, r, http.StatusConflict, func(f *ui.ConceptForm) { f.Stale = true })
	}
	troubles, err := conceptTroubles(err, thesaurus.Concept{})
	if err != nil {
		return err
	}
	return s.showConcept(w, r, http.StatusUnprocessableEntity, func(f *ui.ConceptForm) { f.Troubles = troubles })
}

// answered is a form with what was sent in it.
func answered(q questionnaire, form url.Values) questionnaire {
	q.answer(form)
	return q
}

// fillConceptForm puts questions into a form, with its troubles beside their fields.
func fillConceptForm(f *ui.ConceptForm, q questionnaire) {
	groups, langs := q.shown(f.Troubles), len(alsoIn())
	f.Names, f.Groups = groups[:langs], groups[langs:]
}
