package feeds

import (
	"bytes"
	"net/url"
	"strings"
)

// The namespaces of Atom.
const (
	atom10 = "http://www.w3.org/2005/Atom"
	atom03 = "http://purl.org/atom/ns#"
)

// attribute is one attribute, its value without escapes.
type attribute struct{ name, value string }

// startTag opens an element. It reports whether reading ends here.
func (s *scanner) startTag(rest []byte) (done bool, err error) {
	n := 1 + nameLength(rest[1:])
	name := string(rest[1:n])
	if strings.Count(name, ":") > 1 {
		s.emit("<")
		s.pos++
		return false, nil
	}
	attrs, length, empty, err := readAttributes(rest[n:])
	if err != nil {
		return false, err
	}
	if length < 0 { // the tag is cut off
		s.pos = len(s.in)
		return false, nil
	}
	s.pos += n + length
	s.closeImplied(name)
	if len(s.open) >= maxDepth {
		return false, refuse("nests elements deeper than %d levels: no feed does, and reading it could end the program", maxDepth)
	}
	local := localName(name)
	if s.isItem(local) {
		if s.items >= maxItems {
			s.faults.addf("the feed has more than %d items: only the first were read", maxItems)
			s.cut()
			return true, nil
		}
		s.safe, s.safeDepth, s.item, s.dates = len(s.out), len(s.open), len(s.open)+1, 0
	}
	if !s.lifting() {
		if s.elements++; s.elements > maxElements {
			s.faults.addf("the feed has more than %d elements: the items before were read", maxElements)
			s.cut()
			return true, nil
		}
	}
	if s.root == "" {
		s.root = local
		attrs = atomNamespace(name, attrs)
	}
	return s.push(name, local, attrs, empty || (len(s.open) >= 3 && isVoid(local)))
}

// isItem reports whether an element that begins here is an item of the feed.
func (s *scanner) isItem(local string) bool {
	if s.item > 0 || len(s.open) < 1 || len(s.open) > 2 {
		return false
	}
	return (local == "item" && s.root != "feed") || (local == "entry" && s.root == "feed" && len(s.open) == 1)
}

// push writes the start tag and opens the element.
func (s *scanner) push(name, local string, attrs []attribute, empty bool) (bool, error) {
	e := element{name: name, lift: -1}
	if len(s.open) > 0 {
		top := s.open[len(s.open)-1]
		e.base, e.decls = top.base, top.decls
	}
	s.out = append(s.out, '<')
	s.out = append(s.out, s.outName(name)...)
	var own ownAttributes
	for _, a := range attrs {
		if a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") {
			e.decls++
		}
		own.note(a, &e)
	}
	if e.decls > maxNamespaces {
		return false, refuse("declares more than %d namespaces at once", maxNamespaces)
	}
	for _, a := range attrs {
		if a.name == "xml:base" {
			continue
		}
		if e.base != nil && (a.name == "href" || a.name == "src" || a.name == "url" || a.name == "rdf:resource") {
			a.value = resolve(e.base, a.value)
		}
		s.out = append(s.out, ' ')
		s.out = append(s.out, a.name...)
		s.out = append(s.out, `="`...)
		s.out = appendEscaped(s.out, a.value)
		s.out = append(s.out, '"')
	}
	s.out = append(s.out, '>')
	if s.item == len(s.open)+1 {
		s.noteItem(own, e.base)
	} else if s.item == 0 && own.lang != "" && s.lang == "" {
		s.lang = own.lang
	}
	if empty {
		s.open = append(s.open, e)
		s.pop()
		return len(s.open) == 0, nil
	}
	e.date = isDate(local)
	if s.lifting() {
		e.lift = s.open[len(s.open)-1].lift
	} else if own.markup && isText(local) {
		e.lift = len(s.out)
	}
	s.open = append(s.open, e)
	return false, nil
}

// ownAttributes are those that the library drops or that we act on.
type ownAttributes struct {
	about, lang string
	markup      bool
}

func (o *ownAttributes) note(a attribute, e *element) {
	switch a.name {
	case "rdf:about", "about":
		o.about = a.value
	case "xml:lang":
		o.lang = a.value
	case "type":
		o.markup = o.markup || strings.Contains(strings.ToLower(a.value), "xhtml")
	case "mode":
		o.markup = o.markup || a.value == "xml"
	case "xml:base":
		if u, err := url.Parse(strings.TrimSpace(a.value)); err == nil && len(a.value) <= maxBase {
			if e.base != nil {
				u = e.base.ResolveReference(u)
			}
			e.base = u
		}
	}
}

// noteItem writes what the library would drop of an item's start tag.
func (s *scanner) noteItem(own ownAttributes, base *url.URL) {
	at := ""
	if base != nil {
		at = base.String()
	}
	if own.about == "" && own.lang == "" && at == "" {
		return
	}
	s.out = append(s.out, `<vigie:item xmlns:vigie="urn:vigie" about="`...)
	s.out = appendEscaped(s.out, own.about)
	s.out = append(s.out, `" lang="`...)
	s.out = appendEscaped(s.out, own.lang)
	s.out = append(s.out, `" base="`...)
	s.out = appendEscaped(s.out, at)
	s.out = append(s.out, `"></vigie:item>`...)
}

// closeImplied closes an element that HTML closes by opening the next.
func (s *scanner) closeImplied(name string) {
	if len(s.open) < 4 || s.open[len(s.open)-1].name != name {
		return
	}
	switch name {
	case "p", "li", "dt", "dd", "tr", "td", "th", "option", "P", "LI":
		s.pop()
	}
}

// atomNamespace gives a root element feed the namespace of Atom where it has
// one that nobody knows.
func atomNamespace(name string, attrs []attribute) []attribute {
	if !strings.EqualFold(name, "feed") {
		return attrs
	}
	for i, a := range attrs {
		if v := strings.TrimSpace(a.value); a.name == "xmlns" && v != atom03 {
			attrs[i].value = atom10
		}
	}
	return attrs
}

// readAttributes reads up to the end of a start tag; in begins after the name.
// The length is -1 when the tag has no end.
func readAttributes(in []byte) (attrs []attribute, length int, empty bool, err error) {
	for i := 0; i < len(in); {
		switch c := in[i]; {
		case c == '>':
			return attrs, i + 1, empty, nil
		case !isNameStart(c):
			empty = c == '/'
			i++
			continue
		}
		empty = false
		n := nameLength(in[i:])
		a := attribute{name: string(in[i : i+n])}
		i += n
		j := i + spaces(in[i:])
		if j < len(in) && in[j] == '=' {
			j++
			j += spaces(in[j:])
			raw, used := readValue(in[j:])
			if used < 0 {
				return nil, -1, false, nil
			}
			i = j + used
			a.value = decodeEntities(string(raw))
		}
		if strings.Count(a.name, ":") > 1 {
			continue
		}
		if attrs = append(attrs, a); len(attrs) > maxAttributes {
			return nil, 0, false, refuse("has an element with more than %d attributes", maxAttributes)
		}
	}
	return nil, -1, false, nil
}

// readValue reads the value of an attribute, quoted or not. The length is -1
// when its quote is never closed.
func readValue(in []byte) (raw []byte, used int) {
	if len(in) == 0 {
		return nil, -1
	}
	if in[0] == '"' || in[0] == '\'' {
		end := bytes.IndexByte(in[1:], in[0])
		if end < 0 {
			return nil, -1
		}
		return in[1 : 1+end], end + 2
	}
	end := bytes.IndexAny(in, " \t\r\n>")
	if end < 0 {
		return nil, -1
	}
	return in[:end], end
}

func spaces(in []byte) int {
	n := 0
	for n < len(in) && (in[n] == ' ' || in[n] == '\t' || in[n] == '\r' || in[n] == '\n') {
		n++
	}
	return n
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// nameLength returns the length of the name at the beginning.
func nameLength(in []byte) int {
	n := 0
	for n < len(in) && (isNameStart(in[n]) || in[n] >= '0' && in[n] <= '9' || in[n] == '-' || in[n] == '.' || in[n] == ':') {
		n++
	}
	return n
}

func localName(name string) string {
	return strings.ToLower(name[strings.IndexByte(name, ':')+1:])
}

// isVoid reports whether HTML never closes the element, so that a feed with raw
// markup in a text does not either.
func isVoid(local string) bool {
	switch local {
	case "br", "hr", "img", "wbr", "input", "meta":
		return true
	}
	return false
}

// isText reports whether Atom allows markup in the element (RFC 4287 section
// 3.1.1.3 and 4.1.3).
func isText(local string) bool {
	switch local {
	case "title", "subtitle", "tagline", "summary", "content", "rights", "copyright", "info":
		return true
	}
	return false
}

// isDate reports whether the element holds a date.
func isDate(local string) bool {
	switch local {
	case "pubdate", "lastbuilddate", "date", "published", "issued", "updated", "modified", "created", "available", "valid":
		return true
	}
	return false
}
