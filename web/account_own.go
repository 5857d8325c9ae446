package web

import (
	"errors"
	"net/http"
	"time"

	"vigie"
	"vigie/web/auth"
	"vigie/web/ui"
)

// account shows one's own account.
func (s *Server) account(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, ui.Account{Name: asker(r).User.Name, Lang: asker(r).User.Lang})
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, status int, model ui.Account) error {
	a := asker(r)
	sessions, err := s.o.Auth.Sessions(a.User.ID)
	if err != nil {
		return err
	}
	for _, each := range sessions {
		model.Sessions = append(model.Sessions, ui.Session{
			ID: each.ID, Created: each.Created, Seen: each.Seen, From: each.From, Current: each.ID == a.Session.ID,
		})
	}
	if err := s.fillTokens(a, &model.Tokens); err != nil {
		return err
	}
	model.Now, model.Email, model.Role, model.Languages = a.Now, a.User.Email, a.User.Role, s.tongues(model.Lang)
	return s.show(w, r, status, "account", frame{Key: "account.own.title", Desk: true, Elsewhere: func(l vigie.Lang) (string, bool) {
		return "/" + string(l) + "/compte", true
	}}, model)
}

// takeProfile takes name and language.
func (s *Server) takeProfile(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	name, lang := form.Get("name"), s.tongue(form.Get("lang"))
	user, err := s.o.Auth.Describe(r.Context(), a.Actor(), name, lang)
	if err != nil {
		model := ui.Account{Name: name, Lang: lang}
		if model.Faults, err = faultsOf(err); err != nil {
			return err
		}
		return s.showAccount(w, r, http.StatusUnprocessableEntity, model)
	}
	if user.Lang == "" {
		user.Lang = a.Lang
	}
	return s.done(w, r, "/"+string(user.Lang)+"/compte", "account.profile")
}

// takePassword changes the password. All other sessions end.
func (s *Server) takePassword(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	session, err := s.o.Auth.ChangePassword(r.Context(), a.Session.Secret, form.Get("password_old"), form.Get("password"), a.From)
	switch {
	case errors.Is(err, auth.ErrNoSession):
		return s.showSignIn(w, r, http.StatusForbidden, ui.SignIn{Next: root(r) + "compte"})
	case err != nil:
		return s.passwordRefused(w, r, err)
	}
	s.enter(w, a, a.User, session)
	return s.done(w, r, root(r)+"compte", "account.password")
}

// passwordRefused shows the account again, with what is wrong with the old or the
// new password.
func (s *Server) passwordRefused(w http.ResponseWriter, r *http.Request, err error) error {
	user := asker(r).User
	model := ui.Account{Name: user.Name, Lang: user.Lang}
	status := http.StatusUnprocessableEntity
	if model.Refused, err = faultsOf(err); err != nil {
		var key string
		var wait time.Duration
		if status, key, wait, err = trouble(w.Header(), err); err != nil {
			return err
		}
		if key == "account.wrong" {
			key = "account.wrong_password"
		}
		model.Refused, model.Wait = ui.Faults{{Field: "password_old", Key: key}}, wait
	}
	return s.showAccount(w, r, status, model)
}

// endSession ends one of one's own sessions.
func (s *Server) endSession(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	mine, err := s.o.Auth.Sessions(a.User.ID)
	if err != nil {
		return err
	}
	for _, each := range mine {
		if string(each.ID) != form.Get("session") {
			continue
		}
		if err := s.o.Auth.Revoke(r.Context(), a.Actor(), each.ID); err != nil && !errors.Is(err, vigie.ErrNotFound) {
			return err
		}
	}
	return s.done(w, r, root(r)+"compte", "account.session_ended") // it is gone, whoever ended it
}
