package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store/storetest"
)

// TestFailLogged: what is only busy for now says when to come back and fills no log; a
// full disk is an error, and waiting does not help.
func TestFailLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	o := options(storetest.Open(t))
	o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	s := server(t, o)
	for name, tc := range map[string]struct {
		err    error
		code   int
		after  string
		logged bool
	}{
		"busy":   {vigie.ErrBusy, http.StatusServiceUnavailable, "10", false},
		"full":   {vigie.ErrFull, http.StatusServiceUnavailable, "", true},
		"broken": {vigie.ErrDamaged, http.StatusInternalServerError, "", true},
	} {
		log.Reset()
		w := httptest.NewRecorder()
		s.Fail(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/fr/", nil), fmt.Errorf("show it: %w", tc.err))
		if w.Code != tc.code || w.Header().Get("Retry-After") != tc.after || strings.Contains(log.String(), "level=ERROR") != tc.logged {
			t.Errorf("%s: %d, to come back after %q, logged: %s", name, w.Code, w.Header().Get("Retry-After"), log.String())
		}
	}
}

// TestRelatedLogged: a document that is gone while others on its subject are looked for is
// no warning, and a reader who left is nothing at all.
func TestRelatedLogged(t *testing.T) {
	t.Parallel()
	d := knowing(t)
	var log bytes.Buffer
	d.o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := server(t, d.o)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for _, tc := range []struct{ name, want string }{{"gone", "level=DEBUG"}, {"left", ""}} {
		if tc.name == "left" {
			leave()
		}
		log.Reset()
		s.RelatedTo(httptest.NewRequestWithContext(ctx, http.MethodGet, "/fr/", nil), "01KAMNONE00000000000000000")
		said := log.String()
		if strings.Contains(said, "level=WARN") || tc.want == "" && said != "" || !strings.Contains(said, tc.want) {
			t.Errorf("%s: %s", tc.name, said)
		}
	}
}
