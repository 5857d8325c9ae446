package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"vigie"
	"vigie/crawl/extract"
	"vigie/index/store"
)

// keptCopy serves the archived copy of a document, ?revision= of one state, to people
// who may read texts. What it says is a stranger's: a page comes without its scripts,
// in a sandbox and with nothing loaded from elsewhere; a PDF comes as a PDF only where
// its bytes begin like one; all else is a file to be saved.
func (s *Server) keptCopy(w http.ResponseWriter, r *http.Request) error {
	id := vigie.DocumentID(r.PathValue("id"))
	if !vigie.ValidID(id) {
		return fmt.Errorf("document %.40q: %w", string(id), vigie.ErrNotFound)
	}
	var c vigie.Capture
	var body []byte
	report := false
	err := s.o.DB.View(func(tx *store.Tx) error {
		doc, err := tx.Document(id)
		if err != nil {
			return err
		}
		report = doc.MediaType == extract.PDF // whatever its server called it
		n, err := strconv.Atoi(r.URL.Query().Get("revision"))
		if err != nil || n < 1 || n > doc.Revision {
			n = doc.Revision
		}
		revision, err := tx.Revision(id, n)
		if err != nil {
			return err
		}
		if c, err = tx.Capture(revision.Capture); err != nil {
			return err
		}
		if c.Snapshot == "" {
			return vigie.ErrNotFound
		}
		body, err = tx.Object(c.Snapshot)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the kept copy of document %s: %w", id, err)
	}
	h := w.Header()
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	switch {
	case report && extract.IsReport("", body):
		// The viewers of browsers show no PDF in a sandbox; they run it in one of their own.
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", `inline; filename="`+string(id)+`.pdf"`)
		policy += "; object-src 'self'; style-src 'unsafe-inline'"
	case c.MediaType == "text/html" || c.MediaType == "application/xhtml+xml":
		h.Set("Content-Type", contentTypeOf(c))
		policy += "; style-src 'unsafe-inline'; sandbox"
	default:
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="`+string(id)+`"`)
		policy += "; sandbox"
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+string(c.Snapshot)+`"`)
	if !c.Fetched.IsZero() {
		h.Set("Memento-Datetime", c.Fetched.UTC().Format(http.TimeFormat)) // RFC 7089 section 2.1.1
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}

// contentTypeOf is the type of a page with the charset that its server gave.
func contentTypeOf(c vigie.Capture) string {
	if v := c.Header["Content-Type"]; len(v) > 0 && len(v[0]) < 200 {
		return v[0]
	}
	return c.MediaType
}
