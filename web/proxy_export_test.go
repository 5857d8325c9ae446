package web

import (
	"net/http"
	"net/netip"
)

// Origin is the address that a request came from.
func (s *Server) Origin(r *http.Request) netip.Addr { return s.origin(r) }
