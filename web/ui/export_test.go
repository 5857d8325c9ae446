package ui

import (
	"html/template"

	"vigie/curate/locale"
)

// Functions shows the functions of templates to tests.
func (u *UI) Functions(p *locale.Printer) template.FuncMap { return u.functions(p) }
