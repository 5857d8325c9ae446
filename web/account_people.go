package web

import (
	"errors"
	"net/http"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
	"vigie/web/ui"
)

// peoplePath is where the list of accounts is, below the language.
const peoplePath = "bureau/utilisateurs"

// people lists the accounts.
func (s *Server) people(w http.ResponseWriter, r *http.Request) error {
	return s.showPeople(w, r, http.StatusOK, ui.People{Role: vigie.Reader})
}

func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, status int, model ui.People) error {
	a := asker(r)
	err := s.o.DB.View(func(tx *store.Tx) error {
		for u, err := range tx.Users() {
			if err != nil {
				return err
			}
			c, err := colleague(tx, a, u)
			if err != nil {
				return err
			}
			model.People = append(model.People, c)
		}
		return nil
	})
	if err != nil {
		return err
	}
	model.Tabs = a.tabs("account.people.title")
	model.Now, model.Roles, model.Languages = a.Now, vigie.Roles(), s.tongues(model.Lang)
	return s.show(w, r, status, "people", settingsFrame("account.people.title", r), model)
}

// settingsFrame is the frame of a page behind the door of the settings. The page of
// an answer to a form is elsewhere to be found in other languages.
func settingsFrame(key string, r *http.Request) frame {
	f := frame{Key: key, Desk: true, Door: "door.settings"}
	if r.Method == http.MethodPost {
		f.Elsewhere = func(l vigie.Lang) (string, bool) { return "/" + string(l) + "/" + peoplePath, true }
	}
	return f
}

// colleague is an account as administrators see it.
func colleague(tx *store.Tx, a *asking, u vigie.User) (ui.Colleague, error) {
	c := ui.Colleague{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Created: u.Created, State: "active", Self: u.ID == a.User.ID}
	_, err := tx.Credential(u.ID)
	switch {
	case u.Disabled:
		c.State = "disabled"
	case errors.Is(err, vigie.ErrNotFound):
		c.State = "invited"
	}
	if errors.Is(err, vigie.ErrNotFound) {
		err = nil
	}
	return c, err
}

// invite makes an account and shows the link to hand over.
func (s *Server) invite(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	asked := vigie.User{Email: form.Get("email"), Name: form.Get("name"), Role: vigie.Role(form.Get("role")), Lang: s.tongue(form.Get("lang"))}
	user, link, err := s.o.Auth.Invite(r.Context(), asker(r).Actor(), asked)
	if err != nil {
		model := ui.People{Email: asked.Email, Name: asked.Name, Role: asked.Role, Lang: asked.Lang}
		if errors.Is(err, vigie.ErrConflict) {
			model.Faults, err = ui.Faults{{Field: "email", Key: "account.fault.taken"}}, nil
		} else {
			model.Faults, err = faultsOf(err)
		}
		if err != nil {
			return err
		}
		return s.showPeople(w, r, http.StatusUnprocessableEntity, model)
	}
	return s.handOver(w, r, user, link)
}

// handOver shows a link, once.
func (s *Server) handOver(w http.ResponseWriter, r *http.Request, user vigie.User, l auth.Link) error {
	return s.show(w, r, http.StatusOK, "handover", settingsFrame("account.handover.title", r), ui.HandOver{
		Colleague: ui.Colleague{ID: user.ID, Name: user.Name, Email: user.Email, Role: user.Role},
		URL:       s.address(r, s.linkPath(l, user.Lang, asker(r).Lang)), For: l.Expires.Sub(s.o.Now()).Round(time.Minute),
	})
}

// person shows one account and what can be done to it.
func (s *Server) person(w http.ResponseWriter, r *http.Request) error {
	return s.showPerson(w, r, http.StatusOK, nil)
}

func (s *Server) showPerson(w http.ResponseWriter, r *http.Request, status int, faults ui.Faults) error {
	a := asker(r)
	model := ui.PersonPage{Now: a.Now, Roles: vigie.Roles(), Faults: faults}
	err := s.o.DB.View(func(tx *store.Tx) error {
		u, err := tx.User(vigie.UserID(r.PathValue("id")))
		if err != nil {
			return err
		}
		model.Colleague, err = colleague(tx, a, u)
		return err
	})
	if err != nil {
		return err
	}
	f := settingsFrame("", r)
	f.Title = model.Name
	return s.show(w, r, status, "person", f, model)
}

// changed answers after something was done to an account: conflicts are shown
// beside the field.
func (s *Server) changed(w http.ResponseWriter, r *http.Request, err error, field, conflict, done string) error {
	if err == nil {
		return s.done(w, r, root(r)+peoplePath+"/"+r.PathValue("id"), done)
	}
	if errors.Is(err, vigie.ErrConflict) {
		return s.showPerson(w, r, http.StatusConflict, ui.Faults{{Field: field, Key: conflict}})
	}
	faults, err := faultsOf(err)
	if err != nil {
		return err
	}
	return s.showPerson(w, r, http.StatusUnprocessableEntity, faults)
}

// setRole gives an account another role.
func (s *Server) setRole(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	err = s.o.Auth.SetRole(r.Context(), asker(r).Actor(), vigie.UserID(r.PathValue("id")), vigie.Role(form.Get("role")))
	return s.changed(w, r, err, "role", "account.fault.last", "account.role")
}

// setState disables or enables an account. The form has to say which: a field that
// went missing must not open an account that was closed.
func (s *Server) setState(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	by, id := asker(r).Actor(), vigie.UserID(r.PathValue("id"))
	switch form.Get("state") {
	case "disabled":
		return s.changed(w, r, s.o.Auth.Disable(r.Context(), by, id), "state", "account.fault.last", "account.disabled")
	case "active":
		return s.changed(w, r, s.o.Auth.Enable(r.Context(), by, id), "state", "account.fault.last", "account.enabled")
	}
	return &vigie.InvalidError{Field: "state", Reason: "is neither active nor disabled"}
}

// resetLink makes a link to choose another password, to be handed over.
func (s *Server) resetLink(w http.ResponseWriter, r *http.Request) error {
	id := vigie.UserID(r.PathValue("id"))
	link, err := s.o.Auth.Reset(r.Context(), asker(r).Actor(), id)
	if err != nil {
		return s.changed(w, r, err, "link", "account.fault.disabled", "")
	}
	var user vigie.User
	err = s.o.DB.View(func(tx *store.Tx) error {
		user, err = tx.User(id)
		return err
	})
	if err != nil {
		return err
	}
	return s.handOver(w, r, user, link)
}
