package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/web/auth"
	"vigie/web/ui"
)

// linkPath is the path of the page that a link leads to, in the language of whom it
// is for where pages speak it.
func (s *Server) linkPath(l auth.Link, lang, otherwise vigie.Lang) string {
	if !s.locales.Speaks(lang) {
		lang = otherwise
	}
	return l.Path(lang)
}

// looked finds whom the link of a request is for, and what it is good for: an
// invitation and a reset share their page.
func (s *Server) looked(r *http.Request) (auth.Purpose, auth.Secret, vigie.User, error) {
	secret := auth.ParseSecret(r.PathValue("secret"))
	purposes := []auth.Purpose{auth.Invitation, auth.Recovery}
	if strings.Contains(asker(r).route.Pattern, "/premier-acces/") {
		purposes = []auth.Purpose{auth.FirstAccount}
	}
	for _, p := range purposes {
		user, err := s.o.Auth.Look(p, secret)
		if !errors.Is(err, auth.ErrLink) {
			return p, secret, user, err
		}
	}
	return "", secret, vigie.User{}, auth.ErrLink
}

// welcome shows what a link leads to, without using it up: mail programs open
// links before people do.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) error {
	purpose, _, user, err := s.looked(r)
	if err != nil {
		return s.lost(w, r, err)
	}
	return s.showWelcome(w, r, http.StatusOK, purpose, ui.Welcome{Email: user.Email, Name: user.Name, Lang: user.Lang})
}

// lost says that a link does not work any more, and what to do.
func (s *Server) lost(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, auth.ErrLink) {
		return err
	}
	return s.show(w, r, http.StatusNotFound, "lost", frame{Key: "account.lost.title"}, nil)
}

func (s *Server) showWelcome(w http.ResponseWriter, r *http.Request, status int, p auth.Purpose, model ui.Welcome) error {
	model.First, model.Reset = p == auth.FirstAccount, p == auth.Recovery
	if model.Lang == "" {
		model.Lang = asker(r).Lang
	}
	model.Languages = s.tongues(model.Lang)
	key := "account.invitation.title"
	switch {
	case model.First:
		key = "account.first.title"
	case model.Reset:
		key = "account.reset.title"
	}
	return s.show(w, r, status, "welcome", frame{Key: key}, model)
}

// takeWelcome takes the form behind a link and signs the person in.
func (s *Server) takeWelcome(w http.ResponseWriter, r *http.Request) error {
	purpose, secret, user, err := s.looked(r)
	if err != nil {
		return s.lost(w, r, err)
	}
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	given := auth.Acceptance{
		Email: form.Get("email"), Name: form.Get("name"), Lang: s.tongue(form.Get("lang")),
		Password: form.Get("password"), From: a.From,
	}
	entered, session, err := s.o.Auth.Accept(r.Context(), purpose, secret, given)
	if err != nil {
		model := ui.Welcome{Email: given.Email, Name: given.Name, Lang: given.Lang}
		if purpose != auth.FirstAccount {
			model.Email = user.Email
		}
		if model.Faults, err = faultsOf(err); err != nil {
			return s.lost(w, r, err)
		}
		return s.showWelcome(w, r, http.StatusUnprocessableEntity, purpose, model)
	}
	s.enter(w, a, entered, session)
	to := s.onward(a, "")
	if purpose == auth.FirstAccount {
		to = s.firstPage(a)
	}
	return s.done(w, r, to, "account.welcome")
}

// forgot shows the form to ask for a link by mail.
func (s *Server) forgot(w http.ResponseWriter, r *http.Request) error {
	return s.showForgot(w, r, http.StatusOK, ui.Forgot{})
}

func (s *Server) showForgot(w http.ResponseWriter, r *http.Request, status int, model ui.Forgot) error {
	model.Silent = s.o.Post.Ready() != nil
	return s.show(w, r, status, "forgot", frame{Key: "account.forgot.title"}, model)
}

// takeForgot answers the same whether or not the address has an account, and does
// the same work: one more write to the store.
func (s *Server) takeForgot(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	model := ui.Forgot{Email: form.Get("email")}
	if s.o.Post.Ready() != nil { // the page says so
		return s.showForgot(w, r, http.StatusServiceUnavailable, model)
	}
	if !strings.Contains(model.Email, "@") {
		model.Faults = ui.Faults{{Field: "email", Key: "account.fault.email"}}
		return s.showForgot(w, r, http.StatusUnprocessableEntity, model)
	}
	user, link, err := s.o.Auth.RequestReset(r.Context(), model.Email, asker(r).From)
	if err != nil {
		var status int
		var key string
		if status, key, model.Wait, err = trouble(w.Header(), err); err != nil {
			return err
		}
		model.Faults = ui.Faults{{Field: "email", Key: key}}
		return s.showForgot(w, r, status, model)
	}
	if err := s.mailLink(r.Context(), asker(r), user, link, s.address(r, s.linkPath(link, user.Lang, asker(r).Lang))); err != nil {
		return err
	}
	return s.done(w, r, root(r)+"connexion", "account.reset_asked")
}

// mailLink puts the letter with a link among those that wait to be sent. For the
// zero link it writes nothing, in a transaction of its own all the same.
func (s *Server) mailLink(ctx context.Context, a *asking, user vigie.User, l auth.Link, address string) error {
	lang := user.Lang
	if !s.locales.Speaks(lang) {
		lang = a.Settings.Default
	}
	p := s.locales.For(lang)
	name, _ := a.Settings.Name.In(lang)
	now := s.o.Now()
	letter := vigie.Letter{
		ID: vigie.NewID[vigie.LetterID](now), To: user.Email, Lang: lang, Made: now.UTC(),
		Subject: p.T("account.mail.subject", "name", name),
		Text: strings.Join([]string{
			p.T("account.mail.intro", "name", name), p.T("account.mail.act"), address,
			p.T("account.mail.end", "time", l.Expires.Sub(now).Round(time.Minute)),
		}, "\n\n") + "\n",
	}
	err := s.o.DB.Update(ctx, func(tx *store.Tx) error {
		if l.Secret.IsZero() {
			return nil
		}
		return tx.PutLetter(letter)
	})
	if err != nil {
		return fmt.Errorf("write the letter with a link: %w", err)
	}
	s.o.Post.Wake()
	return nil
}
