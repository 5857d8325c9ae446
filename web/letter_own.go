package web

import (
	"errors"
	"net/http"
	"net/url"
	"path"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
	"vigie/web/ui"
)

// preferences shows what somebody is subscribed to, and what is kept about them.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request) error {
	subscriber, err := s.o.Post.Look(digest.PreferencesLink, r.PathValue("secret"))
	if err != nil {
		return s.letterLost(w, r, err)
	}
	return s.showPreferences(w, r, http.StatusOK, subscriber, subscriber.Wish, nil)
}

func (s *Server) showPreferences(w http.ResponseWriter, r *http.Request, status int, subscriber vigie.Subscriber, wish vigie.Wish, faults ui.Faults) error {
	a := asker(r)
	model := ui.Preferences{
		Action: root(r) + letterPath + "/preferences/" + r.PathValue("secret"), Email: subscriber.Email, State: subscriber.State,
		Since: subscriber.Since.In(a.Now.Location()), Faults: faults,
	}
	stop, err := s.o.Post.Link(digest.UnsubscribeLink, a.Lang, subscriber.ID)
	if err != nil {
		return err
	}
	model.Stop = root(r) + letterPath + "/" + string(digest.UnsubscribeLink) + "/" + path.Base(stop)
	err = s.o.DB.View(func(tx *store.Tx) error {
		var err error
		model.Wish, err = s.wishForm(tx, a, wish)
		model.Wish.Faults = faults
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, r, status, "preferences", letterFrame("letterpage.preferences.title"), model)
}

// ownForm is what somebody sent about themselves, and whom the link names.
func (s *Server) ownForm(r *http.Request) (url.Values, vigie.Subscriber, error) {
	form, err := posted(r)
	if err != nil {
		return nil, vigie.Subscriber{}, err
	}
	subscriber, err := s.o.Post.Look(digest.PreferencesLink, r.PathValue("secret"))
	return form, subscriber, err
}

// takePreferences changes what somebody is subscribed to.
func (s *Server) takePreferences(w http.ResponseWriter, r *http.Request) error {
	form, subscriber, err := s.ownForm(r)
	if err != nil {
		return s.letterLost(w, r, err)
	}
	wish, faults := s.wishOf(asker(r), form)
	if len(faults) > 0 {
		return s.showPreferences(w, r, http.StatusUnprocessableEntity, subscriber, wish, faults)
	}
	secret := r.PathValue("secret")
	_, err = s.o.Post.Prefer(r.Context(), secret, wish, vigie.ByLink)
	switch {
	case err == nil:
		return s.done(w, r, "/"+string(wish.Lang)+"/"+letterPath+"/preferences/"+secret, "letterpage.preferred")
	case errors.Is(err, vigie.ErrConflict): // it is not active: the page says so
		return s.done(w, r, ownAction(r), "")
	}
	return s.letterLost(w, r, err)
}

// ownData gives a person everything that is kept about them.
func (s *Server) ownData(w http.ResponseWriter, r *http.Request) error {
	data, err := s.o.Post.Export(r.PathValue("secret"))
	if err != nil {
		return s.letterLost(w, r, err)
	}
	return attach(w, "application/json", "donnees-lettre.json", data)
}

// attach writes a file that browsers save.
func attach(w http.ResponseWriter, kind, name string, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(data) //nolint:gosec // saved, never shown; it fails when the reader left
	return nil
}

// eraseOwn erases a person at their own word.
func (s *Server) eraseOwn(w http.ResponseWriter, r *http.Request) error {
	form, subscriber, err := s.ownForm(r)
	if err != nil {
		return s.letterLost(w, r, err)
	}
	if form.Get("sur") != "oui" {
		faults := ui.Faults{{Field: "sur", Key: "letterpage.fault.sure"}}
		return s.showPreferences(w, r, http.StatusUnprocessableEntity, subscriber, subscriber.Wish, faults)
	}
	if err := s.o.Post.Erase(r.Context(), r.PathValue("secret")); err != nil {
		return s.letterLost(w, r, err)
	}
	return s.done(w, r, root(r)+letterPath, "letterpage.erased")
}
