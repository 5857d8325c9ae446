package digest

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"
)

//go:embed templates/*.html templates/*.txt
var files embed.FS

// templates write every mail twice: as HTML and as a text of its own.
type templates struct {
	html *template.Template
	text *texttemplate.Template
}

func parseTemplates() (templates, error) {
	h, err := template.New("").Option("missingkey=error").ParseFS(files, "templates/*.html")
	if err != nil {
		return templates{}, fmt.Errorf("parse the templates of mails: %w", err)
	}
	t, err := texttemplate.New("").Option("missingkey=error").ParseFS(files, "templates/*.txt")
	if err != nil {
		return templates{}, fmt.Errorf("parse the templates of mails: %w", err)
	}
	return templates{h, t}, nil
}

// execute returns text and HTML of a mail.
func (t templates) execute(name string, v any) (Rendered, error) {
	var html, text strings.Builder
	if err := t.html.ExecuteTemplate(&html, name+".html", v); err != nil {
		return Rendered{}, err
	}
	if err := t.text.ExecuteTemplate(&text, name+".txt", v); err != nil {
		return Rendered{}, err
	}
	return Rendered{Text: text.String(), HTML: html.String()}, nil
}
