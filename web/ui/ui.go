// Package ui is what vigie looks like: templates, one style sheet, and the few
// lines of script that pages can do without.
//
// Make a [UI] once with [New], and write pages with [UI.Write]: the name of a page
// is that of its file in templates/pages, its frame is a [Base], and what it shows
// is a struct of this package, P in the template. Files that pages point to carry a
// hash of their content in their names, so that browsers may keep them for ever;
// [UI.Asset] gives them by that name.
//
// # Rules for templates
//
// Words come from the catalogues of curate/locale by the functions t (a phrase)
// and n (a plural), never from the template itself. Every value that is shown
// passes v, or is put into a phrase, or stands in <bdi>: its direction may differ
// from the page's. No style and no script stands in a page, and no address of
// another site is ever loaded.
//
// # The style sheet
//
// The files of static/css are served as one, vigie.css, and those of static/css/desk
// as a second one to the desk's pages alone. They have seven layers and twelve tokens;
// everything else follows from them. They use logical properties
// only, so that Arabic needs no second sheet.
package ui

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"sync"

	"vigie"
	"vigie/curate/locale"
)

//go:embed templates
var templates embed.FS

//go:embed static
var static embed.FS

// Options of [New]. The zero value is a good default.
type Options struct {
	// Version is shown at the foot of pages, for example "0.1.0".
	Version string
}

// UI writes pages. All methods may be called concurrently.
type UI struct {
	o          Options
	catalogues *locale.Catalogues
	assets     map[string]Asset
	// shared is what all pages stand on. It is never executed, which would forbid to
	// clone it.
	shared *template.Template

	mu sync.Mutex
	// bound are the templates of pages that were shown; under mu. Those of all pages
	// take 200 MB, and three seconds of a slow machine.
	bound map[boundKey]*template.Template
}

// boundKey is a page with who speaks on it: a language, as a country speaks it.
type boundKey struct {
	page    string
	printer *locale.Printer
}

// View is what a template is given: its frame, and what the page shows.
type View struct {
	Base
	P any
}

// New reads static files and what all pages have in common. A page's own template is
// read when it is shown first.
func New(c *locale.Catalogues, o Options) (*UI, error) {
	u := &UI{o: o, catalogues: c, bound: map[boundKey]*template.Template{}}
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	if u.assets, err = readAssets(files); err != nil {
		return nil, err
	}
	u.shared, err = template.New("layout.html").Option("missingkey=error").Funcs(u.functions(c.For(vigie.French))).
		ParseFS(templates, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	return u, nil
}

// Write writes a page; w should be a buffer, because a page may fail half-way. The
// language of the page is that of the frame, which Write completes.
func (u *UI) Write(w io.Writer, page string, b Base, shown any) error {
	p := u.catalogues.For(b.Lang).In(b.Country)
	b.Lang, b.Dir, b.Version = p.Lang(), p.Dir(), u.o.Version
	t, err := u.bind(page, p)
	if err != nil {
		return fmt.Errorf("write page %s in %s: %w", page, b.Lang, err)
	}
	if err := t.Execute(w, View{Base: b, P: shown}); err != nil {
		return fmt.Errorf("write page %s in %s: %w", page, b.Lang, err)
	}
	return nil
}

// bind returns the template of a page whose functions speak as p does.
func (u *UI) bind(page string, p *locale.Printer) (*template.Template, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	key := boundKey{page, p}
	if t := u.bound[key]; t != nil {
		return t, nil
	}
	t, err := u.shared.Clone()
	if err == nil {
		t, err = t.Funcs(u.functions(p)).ParseFS(templates, "templates/pages/"+page+".html")
	}
	if err != nil {
		return nil, err
	}
	u.bound[key] = t
	return t, nil
}

// Message is a page that says one thing: mostly what went wrong, and what to do.
type Message struct {
	// Code is the HTTP status, for which there must be phrases ([UI.Explains]).
	Code int
	// Request names the request in the log; "" shows none.
	Request string
}

// Explains reports whether there are words for a page about an HTTP status.
func (u *UI) Explains(code int) bool {
	return u.catalogues.For(vigie.French).Has(fmt.Sprintf("error.%d.title", code))
}
