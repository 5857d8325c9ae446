package feeds

import "strings"

// Two old formats have a channel as their root: the Channel Definition Format
// (Microsoft, W3C note of 1997) and RSS 1.1. They are written to the library as
// the RSS that they come closest to.

// openBare opens an rss element around a channel that has none.
func (s *scanner) openBare() error {
	s.root, s.bare = "rss", true
	_, err := s.push("rss", "rss", []attribute{{"version", "2.0"}}, false)
	return err
}

// bareName is the name of RSS for an element of such a channel.
func bareName(name, local string) string {
	switch local {
	case "abstract":
		return "description"
	case "channel", "item", "title", "link", "description":
		return local
	}
	return name
}

// bareAttributes writes as elements what CDF has as attributes.
func (s *scanner) bareAttributes(local string, attrs []attribute) {
	if local != "item" && local != "channel" {
		return
	}
	for _, a := range attrs {
		switch strings.ToLower(a.name) {
		case "href":
			s.bareElement("link", "", a.value)
		case "lastmod":
			s.bareElement("dcterms:modified", ` xmlns:dcterms="http://purl.org/dc/terms/"`, readDate(a.value).String())
		}
	}
}

func (s *scanner) bareElement(name, declaration, text string) {
	s.out = append(s.out, "<"+name+declaration+">"...)
	s.out = appendEscaped(s.out, text)
	s.out = append(s.out, "</"+name+">"...)
}
