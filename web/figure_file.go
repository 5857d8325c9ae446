package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// figureFile serves what is known of an indicator as a file: every place, with
// source and licence on each row. "?pour=excel" asks for the CSV that Excel in
// French reads.
func (s *Server) figureFile(w http.ResponseWriter, r *http.Request, id vigie.IndicatorID, suffix string) error {
	a := asker(r)
	var about vigie.Indicator
	var known []vigie.Observation
	err := s.o.DB.View(func(tx *store.Tx) error {
		var err error
		if !id.Valid() {
			return fmt.Errorf("find indicator %.60q: %w", id, vigie.ErrNotFound)
		}
		if about, err = tx.Indicator(id); err != nil {
			return err
		}
		known, err = curate.Known(tx, id, "", "")
		return err
	})
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return fmt.Errorf("find values of %s: %w", id, vigie.ErrNotFound)
	}
	var b bytes.Buffer
	kind := "text/csv; charset=utf-8; header=present"
	switch {
	case suffix == ".xlsx":
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = indicator.WriteXLSX(&b, []vigie.Indicator{about}, known, a.P)
	case r.URL.Query().Get("pour") == "excel":
		err = indicator.WriteCSV(&b, []vigie.Indicator{about}, known, indicator.French())
	default:
		err = indicator.WriteCSV(&b, []vigie.Indicator{about}, known, indicator.International())
	}
	if err != nil {
		return fmt.Errorf("write the values of %s: %w", id, err)
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+string(id)+suffix+`"`)
	h.Set("X-Robots-Tag", "noindex")
	body := b.Bytes()
	if suffix == ".csv" { // a workbook is compressed already
		if zip := s.zipped(w, r, body); zip != nil {
			body = zip
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // fails when the reader left, and nobody can be told
	return nil
}
