package web

import (
	"encoding/json"
	"net/http"
	"time"
)

// health is what /healthz says. Ages are in seconds; null means never.
type health struct {
	Status  string `json:"status"`
	Version string `json:"version"`
	// Uptime is how long the program has been serving.
	Uptime int `json:"uptime_seconds"`
	// LastSuccess is the newest reading of any source that worked.
	LastSuccess    *time.Time `json:"last_success"`
	LastSuccessAge *int       `json:"last_success_age_seconds"`
	// IndexLag counts changes that are not in the index yet; null without index.
	IndexLag *int `json:"index_lag_changes"`
}

// healthz answers 200 as long as the process answers at all. A store that cannot
// be read is said in status, not with another code: restarting would not help it.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	now := s.o.Now().UTC()
	h := health{Status: "ok", Version: s.o.Version, Uptime: int(now.Sub(s.started).Seconds())}
	o, err := s.overview.get(s.o.DB, now)
	if err != nil {
		s.o.Log.ErrorContext(r.Context(), "read the store for /healthz", "err", err)
		h.Status = "the store cannot be read"
	}
	if !o.lastSuccess.IsZero() {
		age := int(now.Sub(o.lastSuccess).Seconds())
		h.LastSuccess, h.LastSuccessAge = &o.lastSuccess, &age
	}
	if s.o.Index != nil {
		lag := s.o.Index().Lag
		h.IndexLag = &lag
	}
	return writeJSON(w, http.StatusOK, h)
}

// readiness is what /readyz says.
type readiness struct {
	Ready bool `json:"ready"`
	// Reason says what is missing; "" when nothing is.
	Reason string `json:"reason,omitempty"`
}

// readyz answers 200 when pages and searches can be answered, 503 otherwise.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.overview.get(s.o.DB, s.o.Now().UTC()); err != nil {
		s.o.Log.ErrorContext(r.Context(), "read the store for /readyz", "err", err)
		return writeJSON(w, http.StatusServiceUnavailable, readiness{Reason: "the store cannot be read"})
	}
	if s.o.Index == nil || !s.o.Index().Ready {
		return writeJSON(w, http.StatusServiceUnavailable, readiness{Reason: "the index is not ready"})
	}
	return writeJSON(w, http.StatusOK, readiness{Ready: true})
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // fails when the reader left, and nobody can be told
	return nil
}
