package web

import (
	"net/http"
	"net/netip"
	"testing"
)

// Fill takes every place for those who export or wait for it, until leave is called.
func (s *Server) Fill(t testing.TB) (leave func()) {
	t.Helper()
	for range cap(s.exporting.all) {
		s.exporting.all <- struct{}{}
	}
	return func() {
		for range cap(s.exporting.all) {
			<-s.exporting.all
		}
	}
}

// Origin is the address that a request came from.
func (s *Server) Origin(r *http.Request) netip.Addr { return s.origin(r) }
