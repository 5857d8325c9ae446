package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"vigie/web/ui"
)

// Permission is what a route asks of whoever wants it. The zero value lets nobody
// through, so a route that forgot its permission is closed.
type Permission uint8

// The permissions.
const (
	// Nobody is the zero value.
	Nobody Permission = iota
	// Public routes are for everyone.
	Public
	// Operator routes are for whoever runs the machine. Until there are accounts,
	// that is a request from a loopback address to a loopback name that carries no
	// header of a proxy. A proxy that hides itself in all three ways would open
	// them to its clients; what they show is figures, no content.
	Operator
)

// String returns the permission in a word.
func (p Permission) String() string {
	switch p {
	case Public:
		return "public"
	case Operator:
		return "operator"
	default:
		return "nobody"
	}
}

// Route is one line of the table of what the server answers to.
type Route struct {
	// Pattern as net/http.ServeMux reads it. GET includes HEAD.
	Pattern    string
	Permission Permission
	// AnyHost lets requests through that do not know the server's public name:
	// load balancers and supervisors ask an address.
	AnyHost bool

	handle func(http.ResponseWriter, *http.Request) error
}

// Routes returns everything that the server answers to. "{language}" stands for
// one route per language.
func (s *Server) Routes() []Route {
	return []Route{
		{Pattern: "GET /{$}", Permission: Public, handle: s.home},
		{Pattern: "GET /{language}/{$}", Permission: Public, handle: s.status},
		{Pattern: "GET " + ui.AssetsPath + "{name}", Permission: Public, handle: s.asset},
		{Pattern: "GET /healthz", Permission: Public, AnyHost: true, handle: s.healthz},
		{Pattern: "GET /readyz", Permission: Public, AnyHost: true, handle: s.readyz},
		{Pattern: "GET /metrics", Permission: Operator, AnyHost: true, handle: s.metrics()},
	}
}

// register puts the routes into the mux, one for each language where they have
// one: "/{language}/" would take every unknown address for a language.
func (s *Server) register() {
	s.mux = http.NewServeMux()
	s.routes = map[string]Route{}
	for _, route := range s.Routes() {
		patterns := []string{route.Pattern}
		if strings.Contains(route.Pattern, "/{language}/") {
			patterns = nil
			for _, lang := range s.locales.Languages() {
				patterns = append(patterns, strings.Replace(route.Pattern, "{language}", string(lang), 1))
			}
		}
		for _, pattern := range patterns {
			s.routes[pattern] = route
			s.mux.Handle(pattern, s.answer(route))
		}
	}
}

// methodsAt returns the methods that the path of r knows.
func (s *Server) methodsAt(r *http.Request) []string {
	var known []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "" {
			known = append(known, method)
		}
	}
	return known
}

// allowed says whether r may have a route that asks for p.
func allowed(p Permission, r *http.Request) bool {
	switch p {
	case Public:
		return true
	case Operator:
		return isLocal(r)
	default:
		return false
	}
}

// isLocal reports whether r comes from this machine itself and was not passed on.
func isLocal(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	return loopback(r.Host)
}

// loopback reports whether a host, with or without a port, is a name of this
// machine for itself.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}
