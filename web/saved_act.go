package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/web/ui"
)

// savedForm reads the form of a search.
func (s *Server) savedForm(form url.Values) vigie.SavedSearch {
	return vigie.SavedSearch{
		Name: form.Get("nom"), Query: form.Get("q"), Lang: s.tongue(form.Get("langue")),
		Alert: vigie.AlertPace(form.Get("alerte")), Mail: form.Get("courriel") == "oui",
	}
}

// savedFaults says what is wrong with the form of a search, and returns every other
// error.
func savedFaults(err error) (ui.Faults, error) {
	bad, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok {
		return nil, err
	}
	switch bad.Field {
	case "name":
		return ui.Faults{{Field: "nom", Key: "searches.fault.name"}}, nil
	case "query":
		return ui.Faults{{Field: "ligne", Key: "searches.fault.query"}}, nil
	case "alert":
		return ui.Faults{{Field: "alerte", Key: "searches.fault.alert"}}, nil
	case "many":
		return ui.Faults{{Field: "nom", Key: "searches.fault.many"}}, nil
	case "lang", "language":
		return ui.Faults{{Field: "langue", Key: "searches.fault.lang"}}, nil
	}
	return nil, err
}

// takeSaved keeps a search. Where a feed was asked for, its address is shown, this
// once; a form that is sent again changes the same search.
func (s *Server) takeSaved(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a, search := asker(r), s.savedForm(form)
	if search.ID = vigie.SearchID(form.Get("id")); !vigie.ValidID(search.ID) {
		search.ID = ""
	}
	kept, err := s.o.Desk.SaveSearch(r.Context(), a.User, search)
	if err != nil {
		return s.savedRefused(w, r, search, form, err)
	}
	if form.Get("flux") != "oui" {
		return s.done(w, r, root(r)+savedPath, "searches.saved")
	}
	return s.openFeed(w, r, kept.ID)
}

// savedRefused shows the form again, with what is wrong with it.
func (s *Server) savedRefused(w http.ResponseWriter, r *http.Request, search vigie.SavedSearch, form url.Values, err error) error {
	faults, err := savedFaults(err)
	if err != nil {
		return err
	}
	model := s.newSaved(r, search.Query)
	model.Name, model.Alert, model.Mail, model.Feed, model.Faults = search.Name, search.Alert, search.Mail, form.Get("flux") == "oui", faults
	model.Typed = true
	if search.Lang != "" {
		model.Languages = s.tongues(search.Lang)
	}
	return s.show(w, r, http.StatusUnprocessableEntity, "savednew", savedFrame("searches.save", ""), model)
}

// changeSaved changes a search.
func (s *Server) changeSaved(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	id, search := vigie.SearchID(r.PathValue("id")), s.savedForm(form)
	if err := s.ownSaved(r, id); err != nil {
		return err
	}
	search.ID = id
	if _, err = s.o.Desk.SaveSearch(r.Context(), asker(r).User, search); err == nil {
		return s.done(w, r, root(r)+savedPath+"/"+string(id), "searches.changed")
	}
	faults, err := savedFaults(err)
	if err != nil {
		return err
	}
	return s.showSaved(w, r, http.StatusUnprocessableEntity, id, func(model *ui.SearchEdit) {
		f := &model.Form
		f.Name, f.Query, f.Alert, f.Mail, f.Faults = search.Name, search.Query, search.Alert, search.Mail, faults
		if search.Lang != "" {
			f.Languages = s.tongues(search.Lang)
		}
	})
}

// ownSaved returns vigie.ErrNotFound unless a search is there and is the person's.
func (s *Server) ownSaved(r *http.Request, id vigie.SearchID) error {
	return s.o.DB.View(func(tx *store.Tx) error {
		_, err := curate.OwnSearch(tx, asker(r).User, id)
		return err
	})
}

// savedFeed opens the feed of a search, gives it another address, or closes it.
func (s *Server) savedFeed(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	id := vigie.SearchID(r.PathValue("id"))
	switch form.Get("acte") {
	case "ouvrir":
		return s.openFeed(w, r, id)
	case "fermer":
		if err := s.o.Desk.CloseFeed(r.Context(), asker(r).User, id); err != nil {
			return err
		}
		return s.done(w, r, root(r)+savedPath+"/"+string(id), "searches.feedoff")
	}
	return &vigie.InvalidError{Field: "acte", Reason: "is none of ouvrir, fermer"}
}

// openFeed gives a search a feed and shows its address.
func (s *Server) openFeed(w http.ResponseWriter, r *http.Request, id vigie.SearchID) error {
	secret, err := s.o.Desk.OpenFeed(r.Context(), asker(r).User, id)
	if err != nil {
		return err
	}
	return s.showSaved(w, r, http.StatusOK, id, func(model *ui.SearchEdit) {
		address := s.here(r, root(r)+"flux/recherche/"+secret)
		model.Atom, model.JSON = address+".atom", address+".json"
	})
}

// here is the address of a path for programs elsewhere: below the public address or,
// where that is unknown, below the one that was asked.
func (s *Server) here(r *http.Request, path string) string {
	if s.public != nil || r.Host == "" {
		return s.whole(path)
	}
	return "http://" + r.Host + path
}

// settleAlert is the owner's word on a mail whose fate nobody knows.
func (s *Server) settleAlert(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	by, search, id := asker(r).User, vigie.SearchID(r.PathValue("id")), vigie.AlertID(form.Get("courriel"))
	what := "searches.settled"
	switch form.Get("decision") {
	case "arrived":
		err = s.o.Post.SettleAlert(r.Context(), by, search, id, true)
	case "lost":
		err = s.o.Post.SettleAlert(r.Context(), by, search, id, false)
	case "again":
		what = "searches.resent"
		err = s.o.Post.ResendAlert(r.Context(), by, search, id)
	default:
		err = &vigie.InvalidError{Field: "decision", Reason: "is none of arrived, lost, again"}
	}
	if err != nil && !errors.Is(err, vigie.ErrConflict) { // it was settled just now: the page says how things stand
		return err
	}
	list, one := root(r)+savedPath, root(r)+savedPath+"/"+string(search)
	if view := form.Get("vue"); slices.Contains([]string{list, one}, view) {
		list = view
	}
	return s.done(w, r, list, what)
}

// deleteSaved forgets a search.
func (s *Server) deleteSaved(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	id := vigie.SearchID(r.PathValue("id"))
	if form.Get("sur") != "oui" {
		return s.showSaved(w, r, http.StatusUnprocessableEntity, id, func(model *ui.SearchEdit) {
			model.Faults = ui.Faults{{Field: "sur", Key: "searches.fault.sure"}}
		})
	}
	if err := s.o.Desk.DeleteSearch(r.Context(), asker(r).User, id); err != nil {
		return err
	}
	return s.done(w, r, root(r)+savedPath, "searches.deleted")
}
