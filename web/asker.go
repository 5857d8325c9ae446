package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/web/auth"
)

// asking is one request: who asks, in which language, of which observatory.
type asking struct {
	id string
	// User is the zero user for somebody who is not signed in.
	User    vigie.User
	Session auth.Session
	// Lang is the language of the page, P speaks it as the observatory's country does.
	Lang     vigie.Lang
	P        *locale.Printer
	Settings vigie.Settings
	// Now is the moment of the request in the observatory's time zone.
	Now time.Time
	// From is the address that the request came from.
	From  netip.Addr
	route Route
}

// askingKey is the key of the asking in a request's context.
type askingKey struct{}

// asker returns who asks. Every request that reaches a handler has one.
func asker(r *http.Request) *asking {
	if a, ok := r.Context().Value(askingKey{}).(*asking); ok {
		return a
	}
	return &asking{}
}

// Actor is who does something to accounts.
func (a *asking) Actor() auth.Actor { return auth.Actor{User: a.User.ID, From: a.From} }

// SignedIn reports whether somebody is signed in.
func (a *asking) SignedIn() bool { return a.User.ID != "" }

// meet finds out who asks: the settings of the moment, the session of the cookie,
// the language of the address or the reader.
func (s *Server) meet(r *http.Request, id string) (*http.Request, *asking, error) {
	a := &asking{id: id, Settings: vigie.DefaultSettings(), Now: s.o.Now().UTC()}
	a.From = s.origin(r)
	_, pattern := s.mux.Handler(r)
	a.route = s.routes[pattern]
	r = r.WithContext(context.WithValue(r.Context(), askingKey{}, a))
	var failed error
	err := s.o.DB.View(func(tx *store.Tx) error {
		settings, err := tx.Settings()
		if err == nil {
			a.Settings = settings
		}
		return err
	})
	if err != nil {
		failed = fmt.Errorf("read the settings: %w", err)
	}
	a.Now = a.Now.In(a.Settings.Location())
	if secret := s.cookies.Secret(r); !secret.IsZero() && !forPrograms(r) {
		user, session, err := s.o.Auth.Find(r.Context(), secret) //nolint:contextcheck // it is the context of the request
		switch {
		case err == nil:
			session.Secret = secret
			a.User, a.Session = user, session
		case !errors.Is(err, auth.ErrNoSession):
			failed = errors.Join(failed, fmt.Errorf("find the session: %w", err))
		}
	}
	a.Lang = s.language(r)
	a.P = s.locales.For(a.Lang).In(a.Settings.Country)
	return r, a, failed
}

// path returns the path of a request for a log: what proves a right is left out.
func (a *asking) path(r *http.Request) string {
	if a.route.Secret {
		return a.route.Pattern
	}
	for _, part := range []string{"/lettre/", "/premier-acces/", "/invitation/", "/recherches/arret/", "/flux/recherche/"} {
		if before, _, found := strings.Cut(r.URL.Path, part); found && a.route.Pattern == "" {
			return before + part + "..." // nearly an address that proves a right
		}
	}
	return r.URL.Path
}
