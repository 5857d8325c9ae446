package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/web/ui"
)

// year is how long browsers may keep what has a hash in its name.
const year = "public, max-age=31536000, immutable"

// home leads to the page in the reader's language.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept-Language")
	http.Redirect(w, r, //nolint:gosec // one of the catalogues' languages, never what was asked
		"/"+string(s.language(r))+"/", http.StatusFound)
	return nil
}

// asset serves a static file under its name with a hash.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	a, err := s.ui.Asset(r.PathValue("name"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Cache-Control", year)
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", a.ETag)
	body := a.Body
	if len(a.Packed) > 0 && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", a.PackedETag)
		body = a.Packed
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

// takesGzip reports whether who asks reads what is compressed with gzip (RFC 9110
// section 12.5.3).
func takesGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}

// status says in plain words what is being read, what comes next and what does
// not work.
func (s *Server) status(w http.ResponseWriter, r *http.Request) error {
	now := asker(r).Now
	reading := call(s.o.Reading)
	o, err := s.overview.get(s.o.DB, now.UTC())
	if err != nil {
		return err
	}
	p := ui.Status{
		Now:         now,
		Failing:     o.failing,
		MoreFailing: o.moreFailing,
		Sources:     o.counts.Sources,
		Documents:   o.counts.Documents,
		Index:       ui.Index(call(s.o.Index)),
		Turn:        ui.Turn(call(s.o.Turn)),
	}
	busy := make(map[string]bool, len(reading))
	for _, c := range reading {
		busy[c.URL] = true
		p.Reading = append(p.Reading, ui.SourceAt{Name: nameOf(c.Name, c.URL), URL: c.URL, At: c.Since})
	}
	p.Due, p.Waiting = o.next(now, busy)
	for _, j := range call(s.o.Jobs) {
		p.Jobs = append(p.Jobs, ui.Job(j))
	}
	if !asker(r).User.May(vigie.ReadItems) {
		p = forEverybody(p)
	}
	return s.show(w, r, http.StatusOK, "status", frame{Key: "status.title", Scripts: []string{"live.js"}, Door: "door.status"}, p)
}

// call returns what f tells, or nothing where there is no f.
func call[T any](f func() T) (zero T) {
	if f == nil {
		return zero
	}
	return f()
}
