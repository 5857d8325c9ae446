package web

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/web/auth"
	"vigie/web/ui"
)

// accountRoutes are for signing in, one's own account, and those of others.
// Everybody who is signed in holds vigie.ReadItems. Pages that show a link that
// works once are Secret: they are not compressed, and their address is not told.
func (s *Server) accountRoutes() []Route {
	return []Route{
		{Pattern: "GET /{language}/connexion", Permission: vigie.ReadPublic, handle: s.signIn},
		{Pattern: "POST /{language}/connexion", Permission: vigie.ReadPublic, Body: keptBodyBytes, handle: s.takeSignIn},
		{Pattern: "POST /{language}/deconnexion", Permission: vigie.ReadPublic, handle: s.signOut},
		{Pattern: "GET /{language}/confirmer", Permission: vigie.ReadItems, handle: s.confirm},
		{Pattern: "POST /{language}/confirmer", Permission: vigie.ReadItems, Body: keptBodyBytes, handle: s.takeConfirm},
		{Pattern: "GET /{language}/premier-acces/{secret}", Permission: vigie.ReadPublic, Secret: true, handle: s.welcome},
		{Pattern: "POST /{language}/premier-acces/{secret}", Permission: vigie.ReadPublic, Secret: true, handle: s.takeWelcome},
		{Pattern: "GET /{language}/invitation/{secret}", Permission: vigie.ReadPublic, Secret: true, handle: s.welcome},
		{Pattern: "POST /{language}/invitation/{secret}", Permission: vigie.ReadPublic, Secret: true, handle: s.takeWelcome},
		{Pattern: "GET /{language}/mot-de-passe", Permission: vigie.ReadPublic, handle: s.forgot},
		{Pattern: "POST /{language}/mot-de-passe", Permission: vigie.ReadPublic, handle: s.takeForgot},
		{Pattern: "GET /{language}/compte", Permission: vigie.ReadItems, handle: s.account},
		{Pattern: "POST /{language}/compte", Permission: vigie.ReadItems, handle: s.takeProfile},
		{Pattern: "POST /{language}/compte/mot-de-passe", Permission: vigie.ReadItems, handle: s.takePassword},
		{Pattern: "POST /{language}/compte/sessions", Permission: vigie.ReadItems, handle: s.endSession},
		{Pattern: "GET /{language}/bureau/utilisateurs", Permission: vigie.Administer, handle: s.people},
		{Pattern: "POST /{language}/bureau/utilisateurs", Permission: vigie.Administer, Secret: true, handle: s.invite},
		{Pattern: "GET /{language}/bureau/utilisateurs/{id}", Permission: vigie.Administer, handle: s.person},
		{Pattern: "POST /{language}/bureau/utilisateurs/{id}/role", Permission: vigie.Administer, handle: s.setRole},
		{Pattern: "POST /{language}/bureau/utilisateurs/{id}/etat", Permission: vigie.Administer, handle: s.setState},
		{Pattern: "POST /{language}/bureau/utilisateurs/{id}/lien", Permission: vigie.Administer, Secret: true, handle: s.resetLink},
		{Pattern: "GET /{language}/bureau/journal", Permission: vigie.Administer, handle: s.audit},
	}
}

// refuse answers a request that may not have what it asks for: who can help that by
// signing in is led there. What somebody wrote meanwhile travels along.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	page := ""
	switch {
	case errors.Is(err, errSignIn):
		page = "connexion"
	case errors.Is(err, errConfirm):
		page = "confirmer"
	}
	switch {
	case page != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		to := "/" + string(asker(r).Lang) + "/" + page + "?" + url.Values{"suite": {r.URL.RequestURI()}}.Encode()
		http.Redirect(w, r, to, http.StatusSeeOther)
	case page != "" && r.Method == http.MethodPost:
		s.keep(w, r, err)
	default:
		s.fail(w, r, err)
	}
}

// root is the path under which all pages in the language of the request lie.
func root(r *http.Request) string { return "/" + string(asker(r).Lang) + "/" }

// leadsTo reports whether a path, with or without a query, is one of this server
// that answers to a method. What browsers read as another site is none, nor is
// what they would be redirected from, nor an address that proves a right.
func (s *Server) leadsTo(method, to string) bool {
	if ownPath(to, "") == "" || strings.ContainsRune(to, '#') {
		return false
	}
	u, err := url.ParseRequestURI(to)
	if err != nil || u.Host != "" || u.Scheme != "" || u.Path != path.Clean(u.Path) && u.Path != path.Clean(u.Path)+"/" {
		return false
	}
	_, pattern := s.mux.Handler(&http.Request{Method: method, URL: u})
	route, known := s.routes[pattern]
	return known && !strings.Contains(route.Pattern, "{secret}") && strings.HasPrefix(route.Pattern, method+" ")
}

// onward is where somebody who has signed in goes: the page that was asked for, or
// the first door of the desk, in the person's language.
func (s *Server) onward(a *asking, suite string) string {
	if s.leadsTo(http.MethodGet, suite) {
		return suite
	}
	at := *a
	if s.locales.Speaks(a.User.Lang) {
		at.Lang = a.User.Lang
	}
	doors, _, _ := s.doors(&at, frame{Desk: true})
	if len(doors) > 0 && s.leadsTo(http.MethodGet, doors[0].URL) {
		return doors[0].URL
	}
	return "/" + string(at.Lang) + "/compte"
}

// address is that of a path for somebody who is told it in a mail or by a
// colleague: below the public address, or where there is none below the address
// that the server listens on. The name that the request asked for has no say: it
// would be the choice of whoever sent it.
func (s *Server) address(r *http.Request, to string) string {
	if s.public != nil {
		return s.whole(to)
	}
	if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		return "http://" + local.String() + to
	}
	return to
}

// enter gives the browser a session and makes the rest of the request that
// person's.
func (s *Server) enter(w http.ResponseWriter, a *asking, user vigie.User, session auth.Session) {
	s.cookies.Set(w, session.Secret)
	a.User, a.Session = user, session
}

// tongues are the languages that pages speak, for forms that choose one.
func (s *Server) tongues(chosen vigie.Lang) []ui.Language {
	var out []ui.Language
	for _, l := range s.locales.Languages() {
		p := s.locales.For(l)
		out = append(out, ui.Language{Lang: l, Dir: p.Dir(), Name: p.Name(), Current: l == chosen})
	}
	return out
}

// tongue is a language that was chosen in a form; "" for none that pages speak.
func (s *Server) tongue(chosen string) vigie.Lang {
	if l := vigie.Lang(chosen); s.locales.Speaks(l) {
		return l
	}
	return ""
}

// posted reads the form of a request. One that cannot be read is a
// vigie.ErrInvalid.
func posted(r *http.Request) (url.Values, error) {
	err := r.ParseForm()
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); err == nil || tooBig {
		return r.PostForm, err
	}
	return nil, fmt.Errorf("read the form: %w: %w", err, vigie.ErrInvalid)
}

// trouble tells why a password was not taken at sign-in: the status and the key of
// the sentence, and how long to wait. It returns any other error.
func trouble(h http.Header, err error) (status int, key string, wait time.Duration, _ error) {
	if waiting, ok := errors.AsType[*auth.WaitError](err); ok {
		wait = time.Duration(math.Ceil(waiting.For.Minutes())) * time.Minute
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(waiting.For.Seconds()))))
		return http.StatusTooManyRequests, "account.wait", wait, nil
	}
	switch {
	case errors.Is(err, auth.ErrCredentials):
		return http.StatusUnprocessableEntity, "account.wrong", 0, nil
	case errors.Is(err, vigie.ErrBusy):
		return http.StatusServiceUnavailable, "account.busy", 0, nil
	}
	return 0, "", 0, err
}

// faultsOf tells what is wrong with a form about an account. It returns any error
// that is not about that.
func faultsOf(err error) (ui.Faults, error) {
	if bad, ok := errors.AsType[*auth.PasswordError](err); ok {
		return ui.Faults{{Field: "password", Key: "account.password." + string(bad.Fault)}}, nil
	}
	if bad, ok := errors.AsType[*vigie.InvalidError](err); ok {
		switch bad.Field {
		case "email", "name", "role":
			return ui.Faults{{Field: bad.Field, Key: "account.fault." + bad.Field}}, nil
		}
	}
	return nil, err
}
