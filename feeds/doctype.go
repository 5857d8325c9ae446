package feeds

import (
	"bytes"
	"encoding/base64"
	"strings"
)

const (
	// maxEntityText bounds what one entity of a DOCTYPE stands for.
	maxEntityText = 1 << 10
	// maxExpanded bounds what all of them add to a feed.
	maxExpanded = 1 << 20
)

// declaredEntities reads the internal general entities of a DOCTYPE (XML 1.0
// section 4.2), by name. What they stand for is text: numbers of characters in it
// are read, names are not, so that nothing can grow. External ones are left out.
func declaredEntities(doctype []byte) map[string]string {
	var found map[string]string
	for range maxEntities {
		_, after, ok := bytes.Cut(doctype, []byte("<!ENTITY"))
		if !ok {
			break
		}
		doctype = after
		name, value, ok := declaration(after)
		if !ok || len(value) > maxEntityText || isPredefined(name) {
			continue
		}
		if found == nil {
			found = map[string]string{}
		}
		if _, twice := found[name]; !twice { // the first counts
			found[name] = decodeNumbers(value)
		}
	}
	return found
}

// declaration reads the name and the quoted value of one entity.
func declaration(in []byte) (name, value string, ok bool) {
	in = in[spaces(in):]
	n := nameLength(in)
	if n == 0 {
		return "", "", false
	}
	rest := in[n:]
	rest = rest[spaces(rest):]
	if len(rest) == 0 || (rest[0] != '"' && rest[0] != '\'') {
		return "", "", false
	}
	text, _, ok := bytes.Cut(rest[1:], rest[:1])
	return string(in[:n]), string(text), ok
}

func isPredefined(name string) bool {
	switch name {
	case "lt", "gt", "amp", "quot", "apos":
		return true
	}
	return false
}

// decodeNumbers replaces "&#…;" and leaves names as they are.
func decodeNumbers(s string) string {
	parts := strings.Split(s, "&#")
	var b strings.Builder
	b.WriteString(parts[0])
	for _, part := range parts[1:] {
		part = "&#" + part
		if end := strings.IndexByte(part, ';'); end > 0 && end < maxEntity {
			b.WriteString(decodeEntity(part[:end+1]))
			part = part[end+1:]
		}
		b.WriteString(part)
	}
	return b.String()
}

// unescape replaces the names and numbers of characters, and the names that the
// document declares itself.
func (s *scanner) unescape(text string) string {
	text = decodeEntities(text)
	if s.entities == nil {
		return text
	}
	return s.ownEntities(text, false)
}

// ownEntities replaces the names that the document declares, once, by what they
// stand for, escaped or not.
func (s *scanner) ownEntities(text string, escaped bool) string {
	if !strings.Contains(text, "&") {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n := nameLength([]byte(after[:min(len(after), maxEntity)]))
		value, known := s.entities[after[:n]]
		if !known || n >= len(after) || after[n] != ';' || s.expanded+len(value) > maxExpanded {
			b.WriteByte('&')
			text = after
			continue
		}
		s.expanded += len(value)
		if escaped {
			value = string(appendEscaped(nil, value))
		}
		b.WriteString(value)
		text = after[n+1:]
	}
}

// decodeBase64 reads a text of Atom 0.3 that is base64; one that is not stays.
func decodeBase64(text string) string {
	packed := strings.Join(strings.Fields(text), "")
	plain, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return text
	}
	return strings.Map(legal, strings.ToValidUTF8(string(plain), "\ufffd"))
}

// withoutDiv leaves out the div around all of a text of type xhtml, which is not
// part of it (RFC 4287 section 3.1.1.3). The markup was balanced by the scanner.
func withoutDiv(inner string) string {
	s := strings.TrimSpace(inner)
	if !strings.HasPrefix(s, "<div>") && !strings.HasPrefix(s, "<div ") || !strings.HasSuffix(s, "</div>") {
		return inner
	}
	start := strings.IndexByte(s, '>') + 1 // values are escaped: no sign of theirs
	body := s[start : len(s)-len("</div>")]
	depth := 0
	for rest := body; ; {
		i := strings.Index(rest, "div")
		if i < 0 {
			return body
		}
		switch {
		case strings.HasSuffix(rest[:i], "</"):
			depth--
		case strings.HasSuffix(rest[:i], "<"):
			depth++
		}
		if depth < 0 { // two of them, side by side
			return inner
		}
		rest = rest[i+3:]
	}
}
