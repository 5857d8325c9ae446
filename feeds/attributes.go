package feeds

import (
	"bytes"
	"strings"
)

// attribute is one attribute, its value without escapes.
type attribute struct{ name, value string }

// bareSign is the length of a tag that is none: another begins before its end.
const bareSign = -2

// readAttributes reads up to the end of a start tag; in begins after the name.
// The length is -1 when the tag has no end.
func readAttributes(in []byte) (attrs []attribute, length int, empty bool, err error) {
	for i := 0; i < len(in); {
		switch c := in[i]; {
		case c == '>':
			return attrs, i + 1, empty, nil
		case c == '<' && (len(attrs) == 0 || i+1 < len(in) && in[i+1] == '/'):
			return nil, bareSign, false, nil
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
	end := bytes.IndexAny(in, " \t\r\n<>") // at the next tag, too: else it could be read for each tag before it
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
