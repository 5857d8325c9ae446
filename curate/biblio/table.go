package biblio

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Columns returns the names of the columns of CSV, in their order.
func Columns() []string {
	return strings.Fields("id type title authors publisher published accessed url lang pages keywords note")
}

// table is the shape of CSV.
func table(f Format, o Options) (shape, error) {
	if o.Inert == nil {
		return shape{}, errors.New("no way was given to keep spreadsheets from running what is in a cell")
	}
	separator, mark := ',', ""
	if f == FrenchCSV {
		// Excel takes UTF-8 for windows-1252 without the mark.
		separator, mark = ';', "\ufeff"
	}
	row := func(cells []string) (string, error) {
		for i, cell := range cells {
			cells[i] = o.Inert(cell)
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma, w.UseCRLF = separator, true // RFC 4180 section 2
		if err := w.Write(cells); err != nil {
			return "", fmt.Errorf("write CSV: %w", err)
		}
		w.Flush()
		return b.String(), nil
	}
	headings := Columns()
	if o.Heading != nil {
		for i, column := range headings {
			headings[i] = line(o.Heading(column), mostText)
		}
	}
	head, err := row(headings)
	if err != nil {
		return shape{}, err
	}
	return shape{head: mark + head, one: func(r Record) (string, error) {
		v := viewOf(r)
		pages := ""
		if v.Pages > 0 {
			pages = strconv.Itoa(v.Pages)
		}
		return row([]string{
			v.ID, string(v.Type), v.Title, strings.Join(v.Authors, " ; "), v.Publisher, v.Published, v.Accessed, v.URL, string(v.Lang), pages,
			strings.Join(v.Keywords, " ; "), v.Note,
		})
	}}, nil
}
