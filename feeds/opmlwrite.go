package feeds

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"vigie"
)

// WriteOPML writes sources as OPML 2.0, grouped by their first topic, so that
// other programs show the same folders. What OPML has no attribute for stands in
// attributes of our own, so that [ReadOPML] gives the sources back as they were,
// but for ID and Added, for the order of the groups, and with their addresses in
// canonical form. What is not a feed stands as a link to a page (htmlUrl), which other
// programs leave alone.
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
	name := plainName(s.Name)
	if name == "" {
		name = s.URL
	}
	attr(b, "text", name)
	if s.Kind == vigie.Feed {
		attr(b, "type", "rss")
		attr(b, "xmlUrl", s.URL)
	} else {
		attr(b, "type", "link")
		attr(b, "htmlUrl", s.URL)
		attr(b, "vigie:kind", string(s.Kind))
	}
	if s.Name != name && s.Name != "" || s.Name == s.URL {
		attr(b, "vigie:name", s.Name)
	}
	attr(b, "language", string(s.Lang))
	attr(b, "category", strings.Join(s.Topics, ","))
	if slices.ContainsFunc(s.Topics, func(t string) bool { return strings.ContainsAny(t, ",/") || plainName(t) != t }) {
		attr(b, "vigie:topics", strings.Join(s.Topics, "\n"))
	}
	attr(b, "vigie:publisher", s.Publisher)
	if s.Institution {
		attr(b, "vigie:institution", "true")
	}
	attr(b, "vigie:country", s.Country)
	attr(b, "vigie:licence", s.Licence)
	attr(b, "vigie:terms", s.Terms)
	attr(b, "vigie:catalogue", s.Catalogue)
	attr(b, "vigie:fullText", string(s.FullText))
	if s.Keep.Keep != vigie.KeepAll {
		attr(b, "vigie:keep", string(s.Keep.Keep)+" "+strconv.Itoa(s.Keep.Days))
	}
	if s.Every > 0 {
		attr(b, "vigie:every", s.Every.String())
	}
	if s.Cadence > 0 {
		attr(b, "vigie:cadence", s.Cadence.String())
	}
	if s.Paused {
		attr(b, "vigie:paused", "true")
	}
	writeRules(b, s.List)
	b.WriteString("/>\n")
}

func writeRules(b *bytes.Buffer, r vigie.ListRules) {
	attr(b, "vigie:item", r.Item)
	attr(b, "vigie:link", r.Link)
	attr(b, "vigie:title", r.Title)
	attr(b, "vigie:date", r.Date)
	attr(b, "vigie:allow", strings.Join(r.Allow, "\n"))
	attr(b, "vigie:sitemap", r.Sitemap)
	for _, n := range []struct {
		name  string
		value int
	}{{"most", r.Most}, {"depth", r.Depth}, {"least", r.Least}} {
		if n.value > 0 {
			attr(b, ownPrefix+n.name, strconv.Itoa(n.value))
		}
	}
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
