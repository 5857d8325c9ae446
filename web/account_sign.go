package web

import (
	"errors"
	"net/http"

	"vigie"
	"vigie/web/auth"
	"vigie/web/ui"
)

// signIn shows the page for signing in. Who is signed in already goes on.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	next := queried(r.URL.Query(), "suite", longestNext)
	if asker(r).SignedIn() {
		return s.done(w, r, s.onward(asker(r), next), "")
	}
	return s.showSignIn(w, r, http.StatusOK, ui.SignIn{Next: s.wish(next)})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, model ui.SignIn) error {
	f := frame{Key: "account.signin.title", Door: "door.signin", Elsewhere: func(l vigie.Lang) (string, bool) {
		return inLanguage(r.URL.Path, l), true // what is asked for keeps its language
	}}
	if r.URL.Query().Get("fait") == signedOut {
		f.Scripts = []string{"leave.js"}
	}
	return s.show(w, r, status, "signin", f, model)
}

// wish is a page to go on to, or "" where there is no such page.
func (s *Server) wish(next string) string {
	if s.leadsTo(http.MethodGet, next) {
		return next
	}
	return ""
}

// takeSignIn takes address and password.
func (s *Server) takeSignIn(w http.ResponseWriter, r *http.Request) error {
	all, _, _, err := fields(r)
	if err != nil {
		return err
	}
	a := asker(r)
	model := ui.SignIn{Email: first(all, "email"), Next: s.wish(first(all, "suite")), Kept: s.kept(all)}
	session, err := s.o.Auth.SignIn(r.Context(), auth.Attempt{
		Login: model.Email, Password: first(all, "password"), From: a.From, Old: s.cookies.Secret(r),
	})
	if err != nil {
		var status int
		if status, model.Wrong, model.Wait, err = trouble(w.Header(), err); err != nil {
			return err
		}
		return s.showSignIn(w, r, status, model)
	}
	user, _, err := s.o.Auth.Find(r.Context(), session.Secret)
	if err != nil {
		return err
	}
	s.enter(w, a, user, session)
	return s.resume(w, r, model.Next, model.Kept)
}

// signedOut is the notice that follows signing out.
const signedOut = "account.signed_out"

// signOut ends the session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.o.Auth.SignOut(r.Context(), s.cookies.Secret(r), asker(r).From); err != nil {
		return err
	}
	s.cookies.Leave(w)
	return s.done(w, r, root(r)+"connexion", signedOut)
}

// confirm asks for the password once more.
func (s *Server) confirm(w http.ResponseWriter, r *http.Request) error {
	return s.showConfirm(w, r, http.StatusOK, ui.SignIn{Next: s.wish(queried(r.URL.Query(), "suite", longestNext))})
}

func (s *Server) showConfirm(w http.ResponseWriter, r *http.Request, status int, model ui.SignIn) error {
	model.Email = asker(r).User.Email
	return s.show(w, r, status, "confirm", frame{Key: "account.confirm.title", Desk: true}, model)
}

// takeConfirm takes the password.
func (s *Server) takeConfirm(w http.ResponseWriter, r *http.Request) error {
	all, _, _, err := fields(r)
	if err != nil {
		return err
	}
	a := asker(r)
	model := ui.SignIn{Next: s.wish(first(all, "suite")), Kept: s.kept(all)}
	session, err := s.o.Auth.Confirm(r.Context(), a.Session.Secret, first(all, "password"), a.From)
	switch {
	case errors.Is(err, auth.ErrNoSession): // it ended this very moment
		return s.showSignIn(w, r, http.StatusForbidden, model)
	case err != nil:
		var status int
		if status, model.Wrong, model.Wait, err = trouble(w.Header(), err); err != nil {
			return err
		}
		if model.Wrong == "account.wrong" {
			model.Wrong = "account.wrong_password"
		}
		return s.showConfirm(w, r, status, model)
	}
	s.enter(w, a, a.User, session)
	return s.resume(w, r, model.Next, model.Kept)
}
