package web

import (
	"context"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"vigie"
	"vigie/web/ui"
)

// Once is what became of an address that somebody found.
type Once struct {
	Document vigie.DocumentID
	// New says that it was not known before, Changed that it had changed. With
	// neither, it was there already.
	New, Changed bool
}

// longestFound is how long an address may be that somebody gives, in bytes.
const longestFound = 2000

func oncePath(r *http.Request) string { return root(r) + "bureau/ajouter" }

// askOnce asks for the address of one item. A bookmark brings it along.
func (s *Server) askOnce(w http.ResponseWriter, r *http.Request) error {
	given := r.URL.Query().Get("url")
	if len(given) > longestFound || webAddress(given) == "" {
		given = ""
	}
	return s.showOnce(w, r, http.StatusOK, ui.Once{URL: given})
}

func (s *Server) showOnce(w http.ResponseWriter, r *http.Request, status int, model ui.Once) error {
	model.Action, model.List = oncePath(r), sourcesPath(r)
	at := s.address(r, oncePath(r)) + "?url="
	model.Plain = at
	// The address is our own. In a string of JavaScript it needs no escape, for it was
	// read as an address, and quotes are no part of one.
	if !strings.ContainsAny(at, `"'\\<>`) {
		model.Mark = template.URL(`javascript:location.href="` + at + `"+encodeURIComponent(location.href)`) //nolint:gosec // see above
	}
	f := frame{Key: "add.once.title", Desk: true, Door: "door.triage"}
	f.Elsewhere = func(l vigie.Lang) (string, bool) { return inLanguage(r.URL.Path, l), true }
	return s.show(w, r, status, "once", f, model)
}

// addOnce reads the address and leads to what it gave.
func (s *Server) addOnce(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	a := asker(r)
	model := ui.Once{URL: withScheme(form.Get("url"))}
	switch _, err := vigie.CanonicalURL(model.URL); {
	case err != nil || len(model.URL) > longestFound:
		model.Trouble = a.P.Phrase("source.trouble.no_address")
	case s.o.Once == nil:
		model.Trouble = a.P.Phrase("source.trouble.unable")
	}
	if len(model.Trouble) > 0 {
		return s.showOnce(w, r, http.StatusUnprocessableEntity, model)
	}
	if wait := s.probes.take(a.User.ID, s.o.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		model.Trouble = a.P.Phrase("source.trouble.often")
		return s.showOnce(w, r, http.StatusTooManyRequests, model)
	}
	ctx, cancel := context.WithTimeout(r.Context(), probeTime)
	defer cancel()
	found, err := s.o.Once(ctx, model.URL)
	switch {
	case r.Context().Err() != nil:
		return fmt.Errorf("read %s: %w", model.URL, r.Context().Err())
	case err != nil:
		model.Trouble, model.Error = troubled(r, err), err.Error()
		return s.showOnce(w, r, http.StatusUnprocessableEntity, model)
	}
	what := "add.once.known"
	switch {
	case found.New:
		what = "add.once.new"
	case found.Changed:
		what = "add.once.changed"
	}
	return s.done(w, r, root(r)+"bureau/tri/"+url.PathEscape(string(found.Document)), what)
}
