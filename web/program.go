package web

import (
	"net/http"
	"net/netip"
	"strings"

	"vigie/web/api"
)

// newAPI is what answers programs.
func (s *Server) newAPI() (*api.API, error) {
	return api.New(api.Options{
		DB: s.o.DB, Auth: s.o.Auth, Desk: s.o.Desk, Locales: s.locales, Found: s.o.Found, PublicURL: s.whole(""), Version: s.o.Version,
		From: func(r *http.Request) netip.Addr { return asker(r).From }, Now: s.o.Now,
	})
}

// programRoutes are those of package web/api.
func (s *Server) programRoutes() []Route {
	var out []Route
	for _, route := range s.api.Routes() {
		out = append(out, Route{Pattern: route.Pattern, Permission: route.Permission, Program: true, handle: route.Handle})
	}
	return out
}

// forPrograms reports whether a request is one of a program: cookies count for nothing,
// and what it is refused is said in JSON.
func forPrograms(r *http.Request) bool {
	return r.URL.Path == api.Root || strings.HasPrefix(r.URL.Path, api.Root+"/")
}
