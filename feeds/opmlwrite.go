package feeds

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vigie"
)

// WriteOPML writes sources as OPML 2.0, grouped by their first topic, so that
// other programs show the same folders. What OPML has no attribute for stands in
// attributes of our own, so that [ReadOPML] gives the sources back as they were,
// but for ID and Added, and for the order of the groups.
func WriteOPML(w io.Writer, title string, sources []vigie.Source) error {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:vigie=\"" + ownSpace + "\">\n  <head>\n    <title>")
	_ = xml.EscapeText(&b, []byte(title)) // a buffer takes everything
	b.WriteString("</title>\n  </head>\n  <body>\n")
	for _, s := range sources {
		if len(s.Topics) == 0 {
			writeOutline(&b, "    ", s)
		}
	}
	for _, topic := range firstTopics(sources) {
		b.WriteString("    <outline")
		attr(&b, "text", topic)
		b.WriteString(">\n")
		for _, s := range sources {
			if len(s.Topics) > 0 && s.Topics[0] == topic {
				writeOutline(&b, "      ", s)
			}
		}
		b.WriteString("    </outline>\n")
	}
	b.WriteString("  </body>\n</opml>\n")
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write OPML: %w", err)
	}
	return nil
}

// firstTopics lists the topics that groups are made of, in order of appearance.
func firstTopics(sources []vigie.Source) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range sources {
		if len(s.Topics) > 0 && !seen[s.Topics[0]] {
			seen[s.Topics[0]] = true
			out = append(out, s.Topics[0])
		}
	}
	return out
}

func writeOutline(b *bytes.Buffer, indent string, s vigie.Source) {
	b.WriteString(indent + "<outline")
	name := s.Name
	if name == "" {
		name = s.URL
	}
	attr(b, "text", name)
	if s.Kind == vigie.Site {
		attr(b, "type", "link")
		attr(b, "htmlUrl", s.URL)
		attr(b, "vigie:kind", string(vigie.Site))
	} else {
		attr(b, "type", "rss")
		attr(b, "xmlUrl", s.URL)
	}
	attr(b, "language", string(s.Lang))
	if len(s.Topics) > 0 {
		attr(b, "category", strings.Join(s.Topics, ","))
	}
	for _, t := range s.Topics {
		if strings.ContainsAny(t, ",/") {
			attr(b, "vigie:topics", strings.Join(s.Topics, "\n"))
			break
		}
	}
	attr(b, "vigie:publisher", s.Publisher)
	attr(b, "vigie:country", s.Country)
	attr(b, "vigie:licence", s.Licence)
	attr(b, "vigie:terms", s.Terms)
	attr(b, "vigie:fullText", string(s.FullText))
	if s.Every > 0 {
		attr(b, "vigie:every", s.Every.String())
	}
	if s.Paused {
		attr(b, "vigie:paused", "true")
	}
	attr(b, "vigie:item", s.List.Item)
	attr(b, "vigie:link", s.List.Link)
	attr(b, "vigie:title", s.List.Title)
	attr(b, "vigie:date", s.List.Date)
	attr(b, "vigie:allow", strings.Join(s.List.Allow, "\n"))
	if s.List.Most > 0 {
		attr(b, "vigie:most", strconv.Itoa(s.List.Most))
	}
	b.WriteString("/>\n")
}

// attr writes an attribute, nothing for an empty value.
func attr(b *bytes.Buffer, name, value string) {
	if value == "" {
		return
	}
	b.WriteString(" " + name + `="`)
	_ = xml.EscapeText(b, []byte(value)) // a buffer takes everything
	b.WriteByte('"')
}
