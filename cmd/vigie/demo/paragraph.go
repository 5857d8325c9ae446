package demo

import (
	"fmt"
	"html"
	"strings"

	"vigie"
)

// paragraph is running text with links.
type paragraph []span

// span is a part of a paragraph. Link is "" for plain words; until the sites are
// up it may be the path of somebody's item.
type span struct{ Text, Link string }

// parseParagraph reads a line in which links are written as [words](address).
func parseParagraph(line string) paragraph {
	var p paragraph
	for line != "" {
		before, rest, opens := strings.Cut(line, "[")
		words, rest, leads := strings.Cut(rest, "](")
		address, after, closes := strings.Cut(rest, ")")
		if !opens || !leads || !closes {
			return append(p, span{Text: line})
		}
		if before != "" {
			p = append(p, span{Text: before})
		}
		p = append(p, span{words, address})
		line = after
	}
	return p
}

// lead leads the links of an item to the addresses of others, by their paths.
func (it *item) lead(places map[string]string) error {
	for _, p := range it.paragraphs {
		for i, s := range p {
			if s.Link == "" {
				continue
			}
			address, ok := places[s.Link]
			if !ok {
				return fmt.Errorf("find %q: %w", s.Link, vigie.ErrNotFound)
			}
			p[i].Link = address
		}
	}
	return nil
}

// text is the paragraph without its links.
func (p paragraph) text() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.Text)
	}
	return b.String()
}

// html is the paragraph as an element.
func (p paragraph) html() string {
	var b strings.Builder
	b.WriteString("<p>")
	for _, s := range p {
		if s.Link == "" {
			b.WriteString(html.EscapeString(s.Text))
			continue
		}
		b.WriteString(`<a href="` + html.EscapeString(s.Link) + `">` + html.EscapeString(s.Text) + `</a>`)
	}
	b.WriteString("</p>")
	return b.String()
}
