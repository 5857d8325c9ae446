package web

import (
	"net/http"
	"net/netip"
	"testing"

	"vigie"
	"vigie/web/ui"
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

// Fail answers a request with an error.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	r, _, _ = s.meet(r, "test")
	s.fail(w, r, err)
}

// RelatedTo looks for what stands beside a document.
func (s *Server) RelatedTo(r *http.Request, id vigie.DocumentID) ui.Related {
	return s.relatedTo(r, id)
}
