package ui

import (
	"html/template"
	"strconv"
	"strings"

	"vigie"
)

// Part is a piece of a line: marked where it was looked for or quoted.
type Part struct {
	Text   string
	Marked bool
	// N counts the marks from 1; it is set in the first part of each.
	N int
}

// Chapter is an entry of the table of contents of a text.
type Chapter struct {
	// N names the place, from 1.
	N     int
	Title Line
	// Level counts from 1; Page is 0 where there are no pages.
	Level, Page int
}

// Find is a search within one text.
type Find struct {
	Action, Words string
	Places        []Place
	// More says that there are further places.
	More bool
}

// Place is where something was found in a text.
type Place struct {
	// N is that of the mark; Page is 0 where there are no pages.
	N, Page int
	// Around are the words and what stands beside them.
	Around []Part
}

// Obstructed names the phrase that says why there is no text; "" for no reason that
// is known.
func Obstructed(o vigie.Obstacle) string {
	switch o {
	case vigie.CookieWall, vigie.LoginWall, vigie.Paywall, vigie.NeedsOCR, vigie.Encrypted, vigie.Damaged, vigie.TooLarge,
		vigie.TooSlow, vigie.Crashed, vigie.Unreadable:
		return "reading.obstacle." + string(o)
	}
	return ""
}

// marked writes the pieces of one line as one isolated stretch.
func marked(parts []Part) template.HTML {
	var b strings.Builder
	b.WriteString("<bdi>")
	for _, p := range parts {
		text := template.HTMLEscapeString(p.Text)
		switch {
		case p.Marked && p.N > 0:
			b.WriteString(`<mark id="m` + strconv.Itoa(p.N) + `">` + text + "</mark>")
		case p.Marked:
			b.WriteString("<mark>" + text + "</mark>")
		default:
			b.WriteString(text)
		}
	}
	return template.HTML(b.String() + "</bdi>") //nolint:gosec // all that came from elsewhere is escaped
}
