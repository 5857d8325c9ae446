package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// Bounds of the files of values, which anybody may ask for at any time.
const (
	// filesAtOnce are made at a time, and filesWaiting wait for that; whoever comes later
	// is told to come back.
	filesAtOnce  = 2
	filesWaiting = 16
	// keptFile is the largest one that is kept made.
	keptFile = readyBytes / 8
)

// fileKind is a way to write values into a file.
type fileKind string

const (
	plainCSV fileKind = "csv"
	excelCSV fileKind = "excel" // as Excel in French reads it
	workbook fileKind = "xlsx"
)

// figureFile serves what is known of an indicator as a file: every place, with
// source and licence on each row. "?pour=excel" asks for the CSV that Excel in
// French reads.
func (s *Server) figureFile(w http.ResponseWriter, r *http.Request, id vigie.IndicatorID, suffix string) error {
	kind, content := plainCSV, "text/csv; charset=utf-8; header=present"
	switch {
	case suffix == ".xlsx":
		kind, content = workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case r.URL.Query().Get("pour") == "excel":
		kind = excelCSV
	}
	body, err := s.fileOf(r.Context(), asker(r), id, kind)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", content)
	h.Set("Content-Disposition", `attachment; filename="`+string(id)+suffix+`"`)
	h.Set("X-Robots-Tag", "noindex")
	if kind != workbook { // which is compressed already
		if zip := s.zipped(w, r, body); zip != nil {
			body = zip
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) //nolint:gosec // saved, never shown; it fails when the reader left
	return nil
}

// fileOf gives a file of values, made anew only where an indicator changed since.
func (s *Server) fileOf(ctx context.Context, a *asking, id vigie.IndicatorID, kind fileKind) ([]byte, error) {
	if !id.Valid() {
		return nil, fmt.Errorf("find indicator %.60q: %w", id, vigie.ErrNotFound)
	}
	out, err := s.onShelf(a.Lang)
	if err != nil {
		return nil, err
	}
	key := readyFile{id, kind, a.Lang, a.Settings.Country, out.moved}
	if body, ok := s.ready.file(key); ok {
		return body, nil
	}
	done, err := s.making.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if body, ok := s.ready.file(key); ok { // made while this one waited
		return body, nil
	}
	body, err := s.makeFile(a, id, kind)
	if err == nil && len(body) <= keptFile {
		s.ready.keep(len(body), func() { s.ready.files[key] = body })
	}
	return body, err
}

// file is one that was made before.
func (r *ready) file(key readyFile) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, ok := r.files[key]
	return body, ok
}

func (s *Server) makeFile(a *asking, id vigie.IndicatorID, kind fileKind) ([]byte, error) {
	var about vigie.Indicator
	var known []vigie.Observation
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if about, err = tx.Indicator(id); err != nil {
			return err
		}
		known, err = curate.Known(tx, id, "", "")
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("find values of %s: %w", id, vigie.ErrNotFound)
	}
	var b bytes.Buffer
	switch kind {
	case workbook:
		err = indicator.WriteXLSX(&b, []vigie.Indicator{about}, known, a.P)
	case excelCSV:
		err = indicator.WriteCSV(&b, []vigie.Indicator{about}, known, indicator.French())
	case plainCSV:
		err = indicator.WriteCSV(&b, []vigie.Indicator{about}, known, indicator.International())
	}
	if err != nil {
		return nil, fmt.Errorf("write the values of %s: %w", id, err)
	}
	return b.Bytes(), nil
}
