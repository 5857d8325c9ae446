package ui

import (
	"errors"
	"html/template"
	"io"

	"vigie/curate/locale"
)

// Functions shows the functions of templates to tests.
func (u *UI) Functions(p *locale.Printer) template.FuncMap { return u.functions(p) }

// Bind reads the template of a page as it is read when it is shown, escaping included.
func (u *UI) Bind(page string, p *locale.Printer) error {
	t, err := u.bind(page, p)
	if err != nil {
		return err
	}
	err = t.Execute(io.Discard, nil) // escapes first, and then finds nothing to show
	if bad, ok := errors.AsType[*template.Error](err); ok {
		return bad
	}
	return nil
}
