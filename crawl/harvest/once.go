package harvest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"vigie"
	"vigie/index/store"
)

// byHandURL stands for the place where people find things. The name never resolves
// (RFC 2606).
const byHandURL = "https://by-hand.invalid/"

// Once is what became of an address that somebody found.
type Once struct {
	// Document is the one filed under the address, without its body.
	Document vigie.Document
	// New says that it was not known before, Changed that it had changed. With
	// neither, it was there already.
	New, Changed bool
}

// Once reads one address and files what it gives as a document, under the built-in
// source [vigie.ByHand], so that it stands in triage. A document that another
// source showed stays that source's, with one more sighting. Refused, as
// vigie.ErrInvalid: what is no page and no document such as a PDF, and a page
// without readable text.
func (h *Harvester) Once(ctx context.Context, address string) (Once, error) {
	s := vigie.Source{ID: vigie.ByHand, Kind: vigie.Page, URL: address}
	m := &memory{db: h.db, source: s.ID}
	reading, err := h.ask(ctx, s, vigie.Visit{Source: s.ID}, m)
	if err := errors.Join(err, m.err); err != nil {
		return Once{}, err
	}
	guid, err := vigie.CanonicalURL(address)
	if err != nil {
		return Once{}, err
	}
	switch {
	case len(reading.Findings) == 1:
		if t := reading.Findings[0].Document.MediaType; !isReadable(t) {
			return Once{}, fmt.Errorf("read %s: %w", address, &vigie.InvalidError{Field: "url", Reason: fmt.Sprintf("it is neither a page nor a document, but %q; a feed or a sitemap is a source to add", t)})
		}
	case reading.Unchanged == 0:
		return Once{}, fmt.Errorf("read %s: %w", address, &vigie.InvalidError{Field: "url", Reason: "the page has no readable text"})
	}
	if s, reading.Visit, err = h.byHand(ctx); err != nil {
		return Once{}, err
	}
	filed, err := h.db.File(ctx, store.Filing{Source: s, Reading: reading, Seen: m.seen})
	if err != nil {
		return Once{}, err
	}
	out := Once{New: filed.New > 0, Changed: filed.Changed > 0}
	err = h.db.View(func(tx *store.Tx) error {
		out.Document, err = tx.DocumentShown(s.ID, guid)
		return err
	})
	return out, err
}

// isReadable reports whether a person reads files of a type.
func isReadable(mediaType string) bool {
	switch mediaType {
	case "", "text/html", "application/xhtml+xml", "text/plain", "application/pdf", "application/msword", "application/rtf", "application/epub+zip":
		return true
	}
	return strings.HasPrefix(mediaType, "application/vnd.openxmlformats") || strings.HasPrefix(mediaType, "application/vnd.oasis.opendocument") ||
		strings.HasPrefix(mediaType, "application/vnd.ms-")
}

// byHand returns the built-in source, made at its first use, and its visit as it is
// after one more document.
func (h *Harvester) byHand(ctx context.Context) (s vigie.Source, v vigie.Visit, err error) {
	err = h.db.Update(ctx, func(tx *store.Tx) error {
		s, err = tx.Source(vigie.ByHand)
		if errors.Is(err, vigie.ErrNotFound) {
			s, err = tx.AddSource(vigie.Source{ID: vigie.ByHand, Kind: vigie.Page, URL: byHandURL, Name: "Found by hand", Paused: true})
		}
		if err != nil {
			return err
		}
		v, err = tx.Visit(s.ID)
		return err
	})
	now := h.o.Now().UTC()
	v.LastRead, v.LastSuccess = now, now
	return s, v, err
}
