package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/web/ui"
)

// errSignIn and errConfirm send somebody to sign in, or to give the password again.
var (
	errSignIn  = fmt.Errorf("signing in is needed: %w", vigie.ErrForbidden)
	errConfirm = fmt.Errorf("the password is needed again: %w", vigie.ErrForbidden)
)

// statusError is an error that is about HTTP itself.
type statusError struct {
	code int
	// allow lists the methods for 405.
	allow []string
}

func (e *statusError) Error() string { return http.StatusText(e.code) }

// serve is what happens to every request before its handler; the package comment
// gives the order.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	start := s.o.Now()
	out := &writer{ResponseWriter: w}
	s.secure(out.Header())
	r, a, err := s.meet(r, rand.Text()[:10])
	out.Header().Set("X-Request-Id", a.id)
	if a.route.Secret {
		out.Header().Set("Referrer-Policy", "no-referrer")
	}
	defer func() { //nolint:contextcheck // the request carries its context
		if p := recover(); p != nil {
			s.panicked(out, r, p)
		}
		s.o.Log.DebugContext(r.Context(), "answered", "method", r.Method, "path", a.path(r),
			"status", out.status, "took", s.o.Now().Sub(start), "request", a.id)
	}()
	if err != nil && a.route.Permission != vigie.ReadPublic {
		s.fail(out, r, err)
		return
	}
	r.Body = http.MaxBytesReader(out, r.Body, max(a.route.Body, maxBodyBytes))
	if err := s.check(r); err != nil {
		s.refuse(out, r, err)
		return
	}
	s.mux.ServeHTTP(out, r)
}

// check refuses what no handler should see.
func (s *Server) check(r *http.Request) error {
	a := asker(r)
	if !a.route.AnyHost && !s.answersTo(r) {
		return &statusError{code: http.StatusMisdirectedRequest}
	}
	if err := s.cross.Check(r); err != nil && !a.route.Cross {
		return errors.Join(err, vigie.ErrForbidden)
	}
	if a.route.Pattern == "" {
		if methods := s.methodsAt(r); len(methods) > 0 {
			return &statusError{code: http.StatusMethodNotAllowed, allow: methods}
		}
		return fmt.Errorf("%s: %w", r.URL.Path, vigie.ErrNotFound)
	}
	return s.allow(r, a)
}

// allow returns nil for who may have the route.
func (s *Server) allow(r *http.Request, a *asking) error {
	permission := a.route.Permission
	switch {
	case a.route.Program:
		return nil // it is asked of who gave the token
	case permission == Operator:
		if isLocal(r) {
			return nil
		}
	case !a.User.May(permission):
		if !a.SignedIn() && permission != "" {
			return errSignIn
		}
	case permission.Fresh() && !a.Session.Fresh(s.o.Now()):
		return errConfirm
	default:
		return nil
	}
	return fmt.Errorf("%s asks for the permission %q: %w", a.route.Pattern, permission, vigie.ErrForbidden)
}

// answersTo compares the name that was asked for with the public one. RFC 9110
// section 7.4 wants 421 for any other. Without a public name, a server on loopback
// answers to loopback names only: a page elsewhere whose name was made to point
// here (DNS rebinding) must not read it.
func (s *Server) answersTo(r *http.Request) bool {
	if s.public == nil {
		local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		return !ok || !loopback(local.String()) || loopback(r.Host)
	}
	host := r.Host
	standard := ":80"
	if s.public.Scheme == "https" {
		standard = ":443"
	}
	trim := func(h string) string { return strings.ToLower(strings.TrimSuffix(h, standard)) }
	return trim(host) == trim(s.public.Host)
}

// answer turns the error of a handler into an answer.
func (s *Server) answer(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := route.handle(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// statusOf maps kinds of errors to statuses.
func statusOf(err error) int {
	var status *statusError
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &tooBig):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, vigie.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, vigie.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, vigie.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, vigie.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, vigie.ErrBusy), errors.Is(err, vigie.ErrFull):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// fail answers with the page for err and logs it. What has begun to be answered
// is cut off, so that nobody takes half an answer for a whole one.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody is there to read it
	}
	code := statusOf(err)
	a := asker(r)
	busy := errors.Is(err, vigie.ErrBusy)
	if code >= http.StatusInternalServerError {
		level := slog.LevelError
		if busy {
			level = slog.LevelDebug // whoever asks for much would fill the log
		}
		s.o.Log.Log(r.Context(), level, "request failed", "method", r.Method, "path", a.path(r), "request", a.id, "err", err)
	}
	if out, ok := w.(*writer); ok && out.status != 0 {
		panic(http.ErrAbortHandler)
	}
	s.secure(w.Header()) // the handler may have loosened it
	if a.route.Secret {
		w.Header().Set("Referrer-Policy", "no-referrer")
	}
	w.Header().Set("Cache-Control", "no-store")
	for _, name := range []string{"Etag", "Content-Length", "Content-Encoding", "Vary"} {
		w.Header().Del(name)
	}
	if busy {
		w.Header().Set("Retry-After", strconv.Itoa(int(busyWait.Seconds())))
	}
	if forPrograms(r) {
		s.api.Refuse(w, code)
		return
	}
	var status *statusError
	if errors.As(err, &status) && len(status.allow) > 0 {
		w.Header().Set("Allow", strings.Join(status.allow, ", "))
	}
	m := ui.Message{Code: code, Request: a.id}
	f := frame{Key: fmt.Sprintf("error.%d.title", code), Desk: a.SignedIn() && strings.Contains(r.URL.Path, "/bureau/")}
	if pageErr := s.show(w, r, code, "message", f, m); pageErr != nil {
		s.o.Log.ErrorContext(r.Context(), "page of an error failed", "request", a.id, "err", pageErr)
		http.Error(w, http.StatusText(code), code)
	}
}

// panicked answers a request whose handler panicked. The process goes on.
func (s *Server) panicked(w *writer, r *http.Request, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
		panic(p)
	}
	s.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// language is that of the address or, where it has none, of the reader.
func (s *Server) language(r *http.Request) vigie.Lang {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if lang := vigie.Lang(first); s.locales.Speaks(lang) {
		return lang
	}
	if lang := asker(r).User.Lang; s.locales.Speaks(lang) {
		return lang
	}
	if lang := asker(r).Lang; lang != "" {
		return lang
	}
	return s.locales.Match(r.Header.Get("Accept-Language"), asker(r).Settings.Default)
}

// writer remembers whether an answer has begun.
type writer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *writer) WriteHeader(code int) {
	if w.status == 0 && code >= http.StatusOK {
		w.status = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what is below.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// secure sets the headers that every answer has, errors and files included. The
// policy lets a page load our own style and images and nothing else.
func (s *Server) secure(h http.Header) {
	policy(h, "'none'", "'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
	h.Set("Cache-Control", "no-store")
	if s.public != nil && s.public.Scheme == "https" {
		h.Set("Strict-Transport-Security", fmt.Sprintf("max-age=%d; includeSubDomains", int((365*24*time.Hour).Seconds())))
	}
}

// policy sets the content security policy, with the sources that scripts may come
// from and may talk to.
func policy(h http.Header, scripts, connections string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+scripts+"; style-src 'self'; img-src 'self'; font-src 'self'; "+
		"connect-src "+connections+"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"require-trusted-types-for 'script'; trusted-types 'none'")
}
