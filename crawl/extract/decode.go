package extract

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/transform"

	"vigie"
)

// maxDecoded bounds what [Decode] takes and gives, in bytes.
const maxDecoded = 32 << 20

// Decode brings a text to UTF-8 and names the character set that it was in, in
// lower case as the WHATWG Encoding Standard spells it. It believes, in this
// order: a byte order mark, the charset of contentType, for HTML a meta element
// in the first 1,024 bytes, the bytes themselves if they are valid UTF-8, and
// windows-1252 for all else (HTML Living Standard, section 13.2.3.2). What is
// HTML and plain text declare is not believed where the bytes say otherwise: UTF-8 that is none, one
// of the windows character sets where the bytes are valid UTF-8, windows-1252
// where they make Arabic words in windows-1256. Bytes that mean nothing become
// U+FFFD; the byte order mark is dropped. More than 32 MiB, before or after, is an
// error.
func Decode(body []byte, contentType string) (text []byte, name string, err error) {
	if len(body) > maxDecoded {
		return nil, "", &vigie.InvalidError{Field: "text", Reason: "is larger than 32 MiB"}
	}
	head := body
	if !isHTML(contentType) {
		head = body[:min(len(body), 3)] // room for a byte order mark, none for a meta element
	}
	enc, name, certain := charset.DetermineEncoding(head, contentType)
	if !certain && !isHTML(contentType) {
		if name = "windows-1252"; utf8.Valid(body) {
			name = "utf-8"
		}
	}
	if isHTML(contentType) || mediaType(contentType) == "text/plain" {
		name = realCharset(body, name)
	}
	if name != "replacement" {
		enc, _ = charset.Lookup(name)
	}
	switch name {
	case "utf-8":
		body = bytes.TrimPrefix(body, []byte("\uFEFF"))
		return bytes.ToValidUTF8(body, []byte("\uFFFD")), name, nil
	case "replacement":
		return nil, "", &vigie.InvalidError{Field: "text", Reason: "is in a character set that is not safe to read"}
	}
	r := io.LimitReader(transform.NewReader(bytes.NewReader(body), enc.NewDecoder()), maxDecoded+1)
	text, err = io.ReadAll(r)
	if err != nil {
		return nil, "", fmt.Errorf("decode text from %s: %w", name, err)
	}
	if len(text) > maxDecoded {
		return nil, "", &vigie.InvalidError{Field: "text", Reason: "is larger than 32 MiB"}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	return bytes.ToValidUTF8(text, []byte("\uFFFD")), name, nil
}

// minArabicWords is how many common Arabic words a text has that is Arabic.
const minArabicWords = 3

// realCharset returns the character set of a text that is said to be in one.
func realCharset(body []byte, said string) string {
	switch said {
	case "utf-8":
		if characters, broken := countUTF8(body); broken <= characters {
			return said // a few broken characters in UTF-8
		}
	case "windows-1252", "windows-1256":
		if utf8.Valid(body) && (said == "windows-1252" || !isASCII(body)) {
			return "utf-8"
		}
	default:
		return said
	}
	if said != "windows-1256" && isArabic1256(body) {
		return "windows-1256"
	}
	if said == "utf-8" {
		return "windows-1252"
	}
	return said
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
}

// countUTF8 counts the characters beyond ASCII, and the bytes that belong to none.
func countUTF8(b []byte) (characters, broken int) {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			characters++
		}
		b = b[size:]
	}
	return characters, broken
}

// isArabic1256 reports whether bytes, read as windows-1256, have the most common
// words of Arabic in them: in, from, on, to, that.
func isArabic1256(b []byte) bool {
	n := 0
	for _, word := range []string{"\xdd\xed", "\xe3\xe4", "\xda\xe1\xec", "\xc5\xe1\xec", "\xc3\xe4"} {
		n += bytes.Count(b, []byte(" "+word+" "))
	}
	return n >= minArabicWords
}

// charsetFault says in words where a page declares a character set that is unknown,
// or not the one that it is in; "" where there is nothing to say.
func charsetFault(body []byte, contentType, used string) string {
	said := declaredCharset(body, contentType)
	if said == "" {
		return ""
	}
	_, name := charset.Lookup(said)
	switch {
	case name == "":
		return fmt.Sprintf("the page declares the unknown character set %q: it is read as %s", cut(said, maxLabel), used)
	case name != used && !strings.HasPrefix(name, "utf-16"):
		return fmt.Sprintf("the page declares the character set %s and is in %s", name, used)
	}
	return ""
}

// declaredCharset returns what the Content-Type says or, for HTML, the first
// charset in the first 1,024 bytes.
func declaredCharset(body []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	if !isHTML(contentType) {
		return ""
	}
	head := bytes.ToLower(body[:min(len(body), 1024)])
	_, rest, ok := bytes.Cut(head, []byte("charset="))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, "\"' ")
	if i := bytes.IndexAny(rest, "\"' />;"); i >= 0 {
		return string(rest[:i])
	}
	return ""
}

// isHTML reports whether a content type is one of HTML; nothing at all counts.
func isHTML(contentType string) bool {
	switch mediaType(contentType) {
	case "", "text/html", "application/xhtml+xml":
		return true
	}
	return false
}

// mediaType returns the type without parameters, in lower case.
func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}
