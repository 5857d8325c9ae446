package chart

import (
	"html"
	"strconv"
	"strings"
	"unicode"
)

// canvas collects the elements of a picture.
type canvas struct {
	b strings.Builder
}

// open begins a picture of the given size in user units; it takes the width that
// the page gives it; a picture without a description is small and has a size of
// its own. The direction is fixed so that "start" means left in every
// language.
func (c *canvas) open(id, class string, width, height float64, title, desc string) {
	size := ""
	if desc == "" {
		size = ` width="` + num(width) + `" height="` + num(height) + `"`
	}
	c.b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="` + class + `" viewBox="0 0 ` + num(width) + " " + num(height) +
		`"` + size + ` direction="ltr" role="img" aria-labelledby="` + id + `-title`)
	if desc != "" {
		c.b.WriteString(" " + id + `-desc`)
	}
	c.b.WriteString(`" fill="currentColor" font-size="13">` + "\n")
	c.b.WriteString(`<title id="` + id + `-title">` + escape(title, 0) + "</title>\n")
	if desc != "" {
		c.b.WriteString(`<desc id="` + id + `-desc">` + escape(desc, 0) + "</desc>\n")
	}
}

func (c *canvas) close() string {
	c.b.WriteString("</svg>\n")
	return c.b.String()
}

// element writes an element without content; attributes are pairs, and numbers
// among them are shortened. Values come from this package only.
func (c *canvas) element(name, class string, attributes ...any) {
	c.start(name, class, attributes...)
	c.b.WriteString("/>\n")
}

func (c *canvas) start(name, class string, attributes ...any) {
	c.b.WriteString("<" + name + ` class="` + class + `"`)
	for i := 0; i+1 < len(attributes); i += 2 {
		key, _ := attributes[i].(string)
		value := ""
		switch v := attributes[i+1].(type) {
		case string:
			value = v
		case float64:
			value = num(v)
		}
		if value != "" {
			c.b.WriteString(" " + key + `="` + value + `"`)
		}
	}
}

// text writes words that may come from anywhere, at most 40 characters of them.
func (c *canvas) text(class string, x, y float64, anchor, words string) {
	c.start("text", class, "x", x, "y", y, "text-anchor", anchor)
	c.b.WriteString(">" + escape(words, 40) + "</text>\n")
}

// tip writes an element with a title, which browsers show under the pointer.
func (c *canvas) tip(name, class, words string, attributes ...any) {
	c.start(name, class, attributes...)
	c.b.WriteString("><title>" + escape(words, 0) + "</title></" + name + ">\n")
}

// num writes a position with at most one decimal.
func num(f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// escape makes words safe in text and attributes of XML and HTML. What XML 1.0
// cannot hold (section 2.2) and what turns the direction of the words around it
// (U+202A to U+202E) is left out. Beyond most characters, of which 0 means
// 2,000, the words are cut.
func escape(words string, most int) string {
	if most == 0 {
		most = 2000
	}
	var b strings.Builder
	n := 0
	for _, r := range words {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0x202a && r <= 0x202e, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
			continue
		}
		if n++; n > most {
			b.WriteString("…")
			break
		}
		b.WriteRune(r)
	}
	return html.EscapeString(b.String())
}

// identity returns s where it may stand in an id, and "chart" otherwise.
func identity(s string) string {
	if s == "" || len(s) > 60 {
		return "chart"
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c != '-' && (c < '0' || c > '9'))) {
			return "chart"
		}
	}
	return s
}
