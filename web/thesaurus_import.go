package web

import (
	"errors"
	"net/http"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/thesaurus"
	"vigie/web/ui"
)

// plannedShown is how many concepts of an import are named.
const plannedShown = 100

// importTerms asks for a file of concepts.
func (s *Server) importTerms(w http.ResponseWriter, r *http.Request) error {
	return s.showTermFile(w, r, http.StatusOK, ui.ThesaurusFile{})
}

func (s *Server) showTermFile(w http.ResponseWriter, r *http.Request, status int, model ui.ThesaurusFile) error {
	model.ID, model.Action, model.List = vigie.NewID[string](s.o.Now()), termImportPath(r), thesaurusPath(r)
	model.Export = thesaurusPath(r) + "/thesaurus.rdf"
	return s.show(w, r, status, "thesaurusfile", thesaurusFrame("thesaurus.import", ""), model)
}

// stageTerms takes a file and leads to what it would change.
func (s *Server) stageTerms(w http.ResponseWriter, r *http.Request) error {
	up, err := uploadedTerms(r)
	if _, large := errors.AsType[*http.MaxBytesError](err); large || len(up.File) > thesaurus.MaxBytes {
		return s.showTermFile(w, r, http.StatusRequestEntityTooLarge, ui.ThesaurusFile{Fault: "thesaurus.fault.large"})
	}
	if err != nil {
		return err
	}
	if len(up.File) == 0 {
		return s.showTermFile(w, r, http.StatusUnprocessableEntity, ui.ThesaurusFile{Fault: "thesaurus.fault.none_file"})
	}
	if !vigie.ValidID(up.ID) {
		up.ID = vigie.NewID[curate.ImportID](s.o.Now())
	}
	err = s.o.Desk.ProposeConcepts(r.Context(), asker(r).User, up)
	if errors.Is(err, vigie.ErrConflict) { // who went back and chose another file sends its identity again
		up.ID = vigie.NewID[curate.ImportID](s.o.Now())
		err = s.o.Desk.ProposeConcepts(r.Context(), asker(r).User, up)
	}
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok {
		return s.showTermFile(w, r, http.StatusUnprocessableEntity, ui.ThesaurusFile{Fault: "thesaurus.fault.file", Reason: bad.Error()})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, termImportPath(r)+"/"+string(up.ID), "")
}

// uploadedTerms reads the form with a file of concepts.
func uploadedTerms(r *http.Request) (up curate.Upload, err error) {
	err = sent{fields: 5, fieldMax: 100, upload: thesaurus.MaxBytes}.each(r, func(field, file string, b []byte) {
		switch field {
		case "id":
			up.ID = curate.ImportID(b)
		case "fichier":
			up.File, up.Name = b, file
		}
	})
	return up, err
}

// termPlan shows what a file would change.
func (s *Server) termPlan(w http.ResponseWriter, r *http.Request) error {
	return s.showTermPlan(w, r, http.StatusOK, ui.ThesaurusPlan{})
}

func (s *Server) showTermPlan(w http.ResponseWriter, r *http.Request, status int, model ui.ThesaurusPlan) error {
	a := asker(r)
	id := r.PathValue("id")
	plan, err := s.o.Desk.PlanConcepts(r.Context(), a.User, curate.ImportID(id))
	if errors.Is(err, vigie.ErrNotFound) && vigie.ValidID(id) {
		return s.done(w, r, termImportPath(r), "thesaurus.gone")
	}
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok { // by what the thesaurus became meanwhile
		return s.showTermFile(w, r, http.StatusUnprocessableEntity, ui.ThesaurusFile{Fault: "thesaurus.fault.file", Reason: bad.Error()})
	}
	if err != nil {
		return err
	}
	model.Action, model.List, model.Again = termImportPath(r)+"/"+id, thesaurusPath(r), termImportPath(r)
	model.File, model.Seen = plan.File, string(plan.Seen)
	model.NewCount, model.ChangedCount, model.Same = len(plan.New), len(plan.Changed), plan.Same
	err = s.names(func(_ *store.Tx, n curate.Names) error {
		for _, id := range plan.New[:min(len(plan.New), plannedShown)] {
			link := conceptLink(r, plan.Concept(id))
			link.URL = "" // it is not there yet
			model.New = append(model.New, link)
		}
		model.Changed = conceptLinks(r, n, plan.Changed[:min(len(plan.Changed), plannedShown)])
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, r, status, "thesaurusplan", thesaurusFrame("thesaurus.import", ""), model)
}

// takeTerms takes a staged file in.
func (s *Server) takeTerms(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	_, err = s.o.Desk.TakeConcepts(r.Context(), a.User, curate.ImportID(r.PathValue("id")), vigie.Hash(form.Get("vu")), a.network())
	bad, invalid := errors.AsType[*vigie.InvalidError](err)
	switch {
	case err == nil:
		return s.done(w, r, thesaurusPath(r), "thesaurus.imported")
	case errors.Is(err, vigie.ErrConflict):
		return s.showTermPlan(w, r, http.StatusConflict, ui.ThesaurusPlan{Stale: true})
	case invalid && bad.Field == "many":
		return s.showTermPlan(w, r, http.StatusUnprocessableEntity, ui.ThesaurusPlan{Many: true})
	case invalid, errors.Is(err, vigie.ErrNotFound):
		return s.showTermPlan(w, r, http.StatusUnprocessableEntity, ui.ThesaurusPlan{})
	}
	return err
}
