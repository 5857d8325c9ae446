package extract

import (
	"bytes"
	"fmt"
	"io"
	"mime"
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
// windows-1252 for all else (HTML Living Standard, section 13.2.3.2). A meta
// element that says windows-1252 or one of its aliases is not believed where the
// bytes are valid UTF-8. Bytes that mean nothing become U+FFFD; the byte order
// mark is dropped. More than 32 MiB, before or after, is an error.
func Decode(body []byte, contentType string) (text []byte, name string, err error) {
	if len(body) > maxDecoded {
		return nil, "", &vigie.InvalidError{Field: "text", Reason: "is larger than 32 MiB"}
	}
	head := body
	if !isHTML(contentType) {
		head = body[:min(len(body), 3)] // room for a byte order mark, none for a meta element
	}
	enc, name, certain := charset.DetermineEncoding(head, contentType)
	if !certain && (name == "windows-1252" || !isHTML(contentType)) {
		name = "windows-1252"
		if utf8.Valid(body) {
			name = "utf-8"
		}
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
