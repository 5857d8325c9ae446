// Package ui is what vigie looks like: templates, one style sheet, and the few
// lines of script that public pages can do without.
//
// Make a [UI] once with [New]. Each page is a struct that embeds [Base] and has a
// method of its own that writes it: [UI.Status], [UI.Message]. Files that pages
// point to carry a hash of their content in their names, so that browsers may keep
// them for ever; [UI.Asset] gives them by that name.
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
// static/vigie.css has seven layers and twelve tokens; everything else follows
// from them. It uses logical properties only, so that Arabic needs no second sheet.
package ui

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"time"

	"vigie"
	"vigie/curate/locale"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static
var static embed.FS

// Options of [New]. The zero value is a good default.
type Options struct {
	// Name is what the service calls itself; "" means "vigie".
	Name string
	// Version is shown at the foot of pages, for example "0.1.0".
	Version string
}

// UI writes pages. It never changes, so all methods may be called concurrently.
type UI struct {
	o          Options
	catalogues *locale.Catalogues
	assets     map[string]Asset
	// pages holds each page's template, bound to each language.
	pages map[pageKey]*template.Template
}

type pageKey struct {
	page string
	lang vigie.Lang
}

// Base is what every page has. The methods of [UI] fill it.
type Base struct {
	Lang vigie.Lang
	Dir  string
	// Name and Version are those of [Options].
	Name, Version string
	// Title is the key of the page's title.
	Title string
	// Languages are the ways to the page in every language.
	Languages []Language
	// Live says that the page renews itself, which takes a script.
	Live bool
}

// Language is one entry of the choice of languages.
type Language struct {
	Lang    vigie.Lang
	Dir     string
	Name    string
	URL     string
	Current bool
}

// New reads templates and static files for every language of c.
func New(c *locale.Catalogues, o Options) (*UI, error) {
	if o.Name == "" {
		o.Name = "vigie"
	}
	u := &UI{o: o, catalogues: c, pages: map[pageKey]*template.Template{}}
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	if u.assets, err = readAssets(files); err != nil {
		return nil, err
	}
	for _, lang := range c.Languages() {
		funcs := u.functions(c.For(lang))
		for _, page := range []string{"status", "message"} {
			t, err := template.New("layout.html").Option("missingkey=error").Funcs(funcs).
				ParseFS(templates, "templates/layout.html", "templates/"+page+".html")
			if err != nil {
				return nil, fmt.Errorf("read template %s: %w", page, err)
			}
			u.pages[pageKey{page, lang}] = t
		}
	}
	return u, nil
}

// base fills what all pages share.
func (u *UI) base(lang vigie.Lang, title string) Base {
	p := u.catalogues.For(lang)
	b := Base{Lang: p.Lang(), Dir: p.Dir(), Name: u.o.Name, Version: u.o.Version, Title: title}
	for _, l := range u.catalogues.Languages() {
		other := u.catalogues.For(l)
		b.Languages = append(b.Languages, Language{
			Lang: l, Dir: other.Dir(), Name: other.Name(), URL: "/" + string(l) + "/", Current: l == p.Lang(),
		})
	}
	return b
}

// render writes a page; w should be a buffer, because a page may fail half-way.
func (u *UI) render(w io.Writer, page string, lang vigie.Lang, data any) error {
	if err := u.pages[pageKey{page, lang}].Execute(w, data); err != nil {
		return fmt.Errorf("write page %s in %s: %w", page, lang, err)
	}
	return nil
}

// Message is a page that says one thing: mostly what went wrong, and what to do.
type Message struct {
	Base
	// Code is the HTTP status, for which there must be phrases ([UI.Explains]).
	Code int
	// Request names the request in the log; "" shows none.
	Request string
}

// Explains reports whether there are words for a page about an HTTP status.
func (u *UI) Explains(code int) bool {
	return u.catalogues.For(vigie.French).Has(fmt.Sprintf("error.%d.title", code))
}

// Message writes a page about an HTTP status.
func (u *UI) Message(w io.Writer, lang vigie.Lang, m Message) error {
	m.Base = u.base(lang, fmt.Sprintf("error.%d.title", m.Code))
	return u.render(w, "message", m.Lang, m)
}

// Status is the page that says what is being read, in plain words.
type Status struct {
	Base
	// Now is the moment that the page speaks of; times are shown in its zone.
	Now time.Time
	// Reading are the sources being read, Due the next ones, soonest first.
	Reading []SourceAt
	Due     []SourceAt
	// Waiting counts the sources that are due and not being read.
	Waiting int
	// Failing are sources whose last try failed; MoreFailing counts those that
	// are not listed.
	Failing     []Failing
	MoreFailing int
	// Sources and Documents are the store's counts.
	Sources, Documents int
	Index              Index
	// Turn is the last round of reading; its End is zero before the first.
	Turn Turn
	Jobs []Job
}

// SourceAt is a source and a moment: when its reading began, or when it is due.
type SourceAt struct {
	Name, URL string
	At        time.Time
}

// Failing is a source that could not be read.
type Failing struct {
	Name, URL string
	// Reason is in words, in the language of the log, English.
	Reason string
	Tries  int
	// LastSuccess is zero when the source was never read.
	LastSuccess, Next time.Time
}

// Index is the state of the full-text index.
type Index struct {
	Ready      bool
	Rebuilding bool
	// Lag counts the changes of the store that are not in the index yet.
	Lag int
}

// Turn is one round over the sources that were due.
type Turn struct {
	End         time.Time
	New, Failed int
}

// Job is something that is done at set times.
type Job struct {
	// Name is shown in the reader's language where there is a phrase "job." + Name.
	Name       string
	Last, Next time.Time
	LastError  string
	Running    bool
}

// Status writes the status page.
func (u *UI) Status(w io.Writer, lang vigie.Lang, s Status) error {
	s.Base = u.base(lang, "status.title")
	s.Live = true
	return u.render(w, "status", s.Lang, s)
}
