package feeds

import (
	"html"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxEntity is the length in bytes of the longest name of a character in HTML,
// with its signs.
const maxEntity = 33

// decodeEntities replaces the names and numbers of characters, once, and only
// where a semicolon ends them: "?a=1&copy=2" is an address. Characters that XML
// forbids are left out. Names that nobody knows stay.
func decodeEntities(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		b = append(b, s[:at]...)
		s = s[at:]
		end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
		if end < 2 {
			b = append(b, '&')
			s = s[1:]
			continue
		}
		switch name := s[1:end]; name {
		case "lt":
			b = append(b, '<')
		case "gt":
			b = append(b, '>')
		case "amp":
			b = append(b, '&')
		case "quot":
			b = append(b, '"')
		case "apos":
			b = append(b, '\'')
		default:
			b = append(b, decodeEntity(s[:end+1])...)
		}
		s = s[end+1:]
	}
	return string(append(b, s...))
}

// decodeEntity decodes one name or number with its signs.
func decodeEntity(whole string) string {
	got := html.UnescapeString(whole)
	if strings.HasSuffix(got, ";") { // only a part of it is a name
		return whole
	}
	return strings.Map(legal, got)
}

// legal drops the characters that XML 1.0 forbids (section 2.2).
func legal(r rune) rune {
	if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

// appendEscaped writes text so that it can stand in XML, between tags and in
// double quotes.
func appendEscaped(out []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var name string
		switch s[i] {
		case '&':
			name = "&amp;"
		case '<':
			name = "&lt;"
		case '>':
			name = "&gt;"
		case '"':
			name = "&quot;"
		default:
			continue
		}
		out = append(out, s[from:i]...)
		out = append(out, name...)
		from = i + 1
	}
	return append(out, s[from:]...)
}

// resolve returns the address against base; what cannot be read stays as it is.
func resolve(base *url.URL, raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || base == nil {
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() {
		return raw
	}
	return base.ResolveReference(u).String()
}

// clip returns at most limit bytes of s, cut between characters.
func clip(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}
