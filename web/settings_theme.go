package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"vigie"
	"vigie/curate"
)

// themeOf is a style sheet with the observatory's colours; "" where it has none.
// Nothing but colours as package curate writes them gets into it. It belongs to the
// layer of the tokens, so that what sets them anew for print still does.
func themeOf(settings vigie.Settings) string {
	var b strings.Builder
	for _, token := range []struct{ name, colour string }{{"accent", settings.Accent}, {"warm", settings.Warm}} {
		// A colour that is too faint is replaced by the nearest that is not.
		if shades, _ := curate.ShadesOf(token.colour); shades.Light != "" {
			fmt.Fprintf(&b, "--%s: light-dark(%s, %s);\n", token.name, shades.Light, shades.Dark)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "@layer tokens {\n:root {\n" + b.String() + "}\n}\n"
}

// themePath is the address of the observatory's colours; "" where it has none.
func themePath(settings vigie.Settings) string {
	sheet := themeOf(settings)
	if sheet == "" {
		return ""
	}
	return fmt.Sprintf("/couleurs/%s.css", vigie.HashOf([]byte(sheet))[:12])
}

// theme serves the observatory's colours under their present name.
func (s *Server) theme(w http.ResponseWriter, r *http.Request) error {
	settings := asker(r).Settings
	if themePath(settings) != r.URL.Path {
		return fmt.Errorf("find the colours %.60q: %w", r.PathValue("name"), vigie.ErrNotFound)
	}
	sheet := themeOf(settings)
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", year)
	h.Set("ETag", `"`+string(vigie.HashOf([]byte(sheet)))[:12]+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader([]byte(sheet)))
	return nil
}
