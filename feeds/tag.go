package feeds

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
)

// The namespaces of Atom.
const (
	atom10 = "http://www.w3.org/2005/Atom"
	atom03 = "http://purl.org/atom/ns#"
)

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
	if length == bareSign {
		s.emit("<")
		s.pos++
		return false, nil
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
	return s.begin(name, attrs, empty)
}

// begin opens an element whose tag was read, unless a bound says to stop here.
func (s *scanner) begin(name string, attrs []attribute, empty bool) (done bool, err error) {
	local := localName(name)
	switch {
	case s.root == "" && local == "channel":
		if err := s.openBare(); err != nil {
			return false, err
		}
	case s.bare && local == "items": // RSS 1.1 has its items in a list
		return false, nil
	}
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
	if local == "link" && s.root == "feed" && !empty {
		attrs = s.linkText(attrs)
	}
	return s.push(name, local, attrs, empty || (len(s.open) >= 3 && isVoid(local)))
}

// linkText gives a link of Atom that has no href the address that stands within it,
// as in RSS.
func (s *scanner) linkText(attrs []attribute) []attribute {
	if slices.ContainsFunc(attrs, func(a attribute) bool { return a.name == "href" }) {
		return attrs
	}
	rest := s.in[s.pos:min(len(s.in), s.pos+2*maxTitle)]
	end := max(bytes.IndexByte(rest, '<'), 0)
	if at := strings.TrimSpace(decodeEntities(string(rest[:end]))); isWeb(at) {
		return append(attrs, attribute{"href", at})
	}
	return attrs
}

// isItem reports whether an element that begins here is an item of the feed.
func (s *scanner) isItem(local string) bool {
	if s.item > 0 || len(s.open) < 1 || len(s.open) > 2 {
		return false
	}
	if s.root == "feed" { // some call an entry item
		return len(s.open) == 1 && (local == "entry" || local == "item")
	}
	return local == "item"
}

// push writes the start tag and opens the element.
func (s *scanner) push(name, local string, attrs []attribute, empty bool) (bool, error) {
	e := element{name: name, as: s.rename(name, local), lift: -1}
	if len(s.open) > 0 {
		top := s.open[len(s.open)-1]
		e.base, e.decls = top.base, top.decls
	}
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
	if own.said && s.item > 0 && len(s.open) == s.item && (isText(local) || isBody(local)) {
		s.noteText(local, own.lang)
	}
	s.out = append(s.out, '<')
	s.out = append(s.out, s.outName(e)...)
	s.writeAttributes(attrs, e)
	s.out = append(s.out, '>')
	if s.item == len(s.open)+1 {
		s.noteItem(own, e.base)
	} else if s.item == 0 && own.lang != "" && s.lang == "" {
		s.lang = own.lang
	}
	if s.bare {
		s.bareAttributes(local, attrs)
	}
	if empty {
		s.open = append(s.open, e)
		s.pop()
		return len(s.open) == 0, nil
	}
	e.date = isDate(local)
	if s.lifting() {
		e.lift = s.open[len(s.open)-1].lift
	} else if isText(local) && own.markup && !own.base64 || e.as == bodyName {
		e.lift, e.div = len(s.out), own.div
	}
	e.base64 = own.base64 && e.lift < 0
	s.open = append(s.open, e)
	return false, nil
}

// writeAttributes writes what the library may see of a start tag.
func (s *scanner) writeAttributes(attrs []attribute, e element) {
	for _, a := range attrs {
		switch a.name {
		case "xml:base":
			continue
		case "xmlns":
			if s.bare { // of RSS 1.1
				continue
			}
		case "href", "src", "url", "rdf:resource":
			if e.base != nil {
				a.value = resolve(e.base, a.value)
			}
		case "mode": // base64 is decoded here
			if strings.EqualFold(a.value, "base64") {
				continue
			}
		}
		if s.entities != nil {
			a.value = s.ownEntities(a.value, false)
		}
		s.out = append(s.out, ' ')
		s.out = append(s.out, a.name...)
		s.out = append(s.out, `="`...)
		s.out = appendEscaped(s.out, a.value)
		s.out = append(s.out, '"')
	}
	if e.as == bodyName || e.as == idName {
		s.out = append(s.out, ` xmlns:vigie="urn:vigie"`...)
	}
}

const (
	// bodyName is what stands for the text of an item in an element of XHTML.
	bodyName = "vigie:body"
	// idName stands for atom:id, of which the library would make an address: an
	// identity is compared letter by letter (RFC 4287 section 4.2.6.1).
	idName = "vigie:id"
)

// rename returns the name that the library is to see.
func (s *scanner) rename(name, local string) string {
	switch {
	case s.item == len(s.open)+1 && s.root == "feed" && local == "item":
		return "entry"
	case s.item > 0 && s.item == len(s.open) && s.root != "feed" && !s.bare && local == "body":
		return bodyName
	case s.root == "feed" && s.item > 0 && s.item == len(s.open) && name == "id":
		return idName
	case s.bare:
		return bareName(name, local)
	}
	return name
}

// isBody reports whether the element holds a text of an item of RSS.
func isBody(local string) bool {
	switch local {
	case "body", "fullitem", "encoded", "description":
		return true
	}
	return false
}

// ownAttributes are those that the library drops or that we act on.
type ownAttributes struct {
	about, lang string
	// said is about lang, which may be "" on purpose.
	said bool
	// markup says that tags within are text; div that the one around them all is
	// not part of it (RFC 4287 section 3.1.1.3).
	markup, div, base64 bool
}

func (o *ownAttributes) note(a attribute, e *element) {
	switch a.name {
	case "rdf:about", "about":
		o.about = a.value
	case "xml:lang":
		o.lang, o.said = a.value, true
	case "type":
		o.markup = o.markup || strings.Contains(strings.ToLower(a.value), "xhtml")
		o.div = strings.EqualFold(strings.TrimSpace(a.value), "xhtml")
	case "mode":
		o.markup = o.markup || a.value == "xml"
		o.base64 = strings.EqualFold(a.value, "base64")
	case "xml:base":
		if u, err := url.Parse(strings.TrimSpace(a.value)); err == nil && len(a.value) <= maxBase {
			if e.base != nil {
				u = e.base.ResolveReference(u)
			}
			e.base = u
		}
	}
}

// noteText writes the language of one text of an item, which the library drops.
func (s *scanner) noteText(local, lang string) {
	s.out = append(s.out, `<vigie:text xmlns:vigie="urn:vigie" of="`...)
	s.out = append(s.out, local...)
	s.out = append(s.out, `" lang="`...)
	s.out = appendEscaped(s.out, lang)
	s.out = append(s.out, `"></vigie:text>`...)
}

// noteItem writes what the library would drop of an item's start tag.
func (s *scanner) noteItem(own ownAttributes, base *url.URL) {
	at := ""
	if base != nil {
		at = base.String()
	}
	if own.about == "" && !own.said && at == "" {
		return
	}
	s.out = append(s.out, `<vigie:item xmlns:vigie="urn:vigie" about="`...)
	s.out = appendEscaped(s.out, own.about)
	s.out = append(s.out, `" lang="`...)
	s.out = appendEscaped(s.out, own.lang)
	s.out = append(s.out, `" base="`...)
	s.out = appendEscaped(s.out, at)
	if own.said && own.lang == "" {
		s.out = append(s.out, `" none="xml:lang`...)
	}
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
