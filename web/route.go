package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"vigie"
	"vigie/web/ui"
)

// Operator is the permission of whoever runs the machine: a request from a loopback
// address to a loopback name that carries no header of a proxy. A proxy that hides
// itself in all three ways would open such routes to its clients; what they show is
// figures, no content. No role holds it.
const Operator vigie.Permission = "operate the machine"

// Route is one line of the table of what the server answers to.
type Route struct {
	// Pattern as net/http.ServeMux reads it. GET includes HEAD.
	Pattern string
	// Permission that it asks for. The zero value is held by nobody, so a route that
	// forgot its permission is closed.
	Permission vigie.Permission
	// AnyHost lets requests through that do not know the server's public name:
	// load balancers and supervisors ask an address.
	AnyHost bool
	// Secret says that the address itself proves a right, so that it is neither
	// logged nor told to other sites.
	Secret bool
	// Cross lets requests from other origins through: a mail program's button to
	// unsubscribe (RFC 8058) comes from wherever the mail is read.
	Cross bool
	// Program says that package web/api answers: it knows tokens and no cookies, asks for
	// the permission itself, and refuses in JSON.
	Program bool
	// Body is the most bytes that a request may bring; 0 means 1 MiB.
	Body int64

	handle func(http.ResponseWriter, *http.Request) error
}

// Routes returns everything that the server answers to. "{language}" stands for
// one route per language.
func (s *Server) Routes() []Route {
	return slices.Concat(
		s.machineRoutes(),
		s.portalRoutes(),
		s.letterRoutes(),
		s.accountRoutes(),
		s.triageRoutes(),
		s.savedRoutes(),
		s.thesaurusRoutes(),
		s.exportRoutes(),
		s.revisionRoutes(),
		s.sourceRoutes(),
		s.addingRoutes(),
		s.synthesisRoutes(),
		s.figureRoutes(),
		s.digestRoutes(),
		s.settingsRoutes(),
		s.tokenRoutes(),
		s.programRoutes(),
	)
}

// machineRoutes are for browsers' and machines' own needs.
func (s *Server) machineRoutes() []Route {
	return []Route{
		{Pattern: "GET /{$}", Permission: vigie.ReadPublic, handle: s.home},
		{Pattern: "GET /{language}/etat", Permission: vigie.ReadPublic, handle: s.status},
		{Pattern: "GET " + ui.AssetsPath + "{name}", Permission: vigie.ReadPublic, handle: s.asset},
		{Pattern: "GET /healthz", Permission: vigie.ReadPublic, AnyHost: true, handle: s.healthz},
		{Pattern: "GET /readyz", Permission: vigie.ReadPublic, AnyHost: true, handle: s.readyz},
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
