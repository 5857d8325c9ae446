package feeds

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"vigie/crawl/extract"
)

// decode brings a feed to UTF-8 without a byte order mark and without the
// characters that XML forbids. It believes, in this order: a byte order mark, the
// charset of contentType, the prolog (RFC 7303 section 3), and above the last two
// the bytes, where a single-byte set is declared and they are clearly UTF-8.
func decode(body []byte, contentType string, f *faults) ([]byte, error) {
	if len(body) > maxBody {
		return nil, refuse("is larger than %d MiB", maxBody>>20)
	}
	text := body
	if wide := decodeUTF32(body); wide != nil {
		text = wide
	} else if label := labelOf(body, contentType, f); label != "utf-8" || !utf8.Valid(body) {
		var err error
		var name string
		if text, name, err = extract.Decode(body, "application/xml; charset="+label); err != nil {
			return nil, fmt.Errorf("decode feed: %w", err)
		}
		if name == "utf-8" && !utf8.Valid(body) {
			f.addf("the feed holds bytes that are not valid %s: they were replaced", strings.ToUpper(name))
		}
	}
	if len(text) > maxText {
		return nil, refuse("is larger than %d MiB", maxText>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if hasIllegal(text) {
		text = bytes.Map(mend, text)
	}
	return text, nil
}

// hasIllegal reports whether text may hold characters that [mend] changes. It is
// written for speed: it sees every byte of every feed.
func hasIllegal(text []byte) bool {
	for i, c := range text {
		if c < 0x20 && c != '\n' && c != '\t' && c != '\r' {
			return true
		}
		if c == 0xc2 && i+1 < len(text) && text[i+1] < 0xa0 {
			return true
		}
	}
	return bytes.Contains(text, []byte("\ufffe")) || bytes.Contains(text, []byte("\uffff"))
}

// mend drops the characters that XML forbids, and reads the control characters
// from 128 to 159, which nobody means, as windows-1252.
func mend(r rune) rune {
	if r >= 0x80 && r < 0xa0 && r != 0x85 {
		return charmap.Windows1252.DecodeByte(byte(r))
	}
	return legal(r)
}

// labelOf returns the name of the character set to try, "" to let the bytes
// decide.
func labelOf(body []byte, contentType string, f *faults) string {
	switch {
	case bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf}):
		return "utf-8"
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}), bytes.HasPrefix(body, []byte{0, '<', 0}):
		return "utf-16be"
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{'<', 0}):
		return "utf-16le"
	}
	_, params, _ := mime.ParseMediaType(contentType)
	named := prologEncoding(body)
	header, prolog := canonicalLabel(params["charset"]), canonicalLabel(named)
	if named != "" && prolog == "" && !isWide(named) {
		f.addf("the feed names a character set that nobody knows, %q: its bytes decided", clean(named))
	}
	label := header
	if label == "" || (label == "utf-8" && prolog != "" && !utf8.Valid(body)) {
		label = prolog
	}
	switch {
	case strings.HasPrefix(label, "utf-16"):
		return "" // its bytes would have shown it
	case label == "utf-8" && !utf8.Valid(body) && !hasMultibyte(body):
		guess := guessSingleByte(body)
		f.addf("the feed is declared as utf-8 but is not: it was read as %s", guess)
		return guess
	case label == "" && !utf8.Valid(body) && !hasMultibyte(body):
		guess := guessSingleByte(body)
		f.addf("the feed does not say its character set: it was read as %s", guess)
		return guess
	case isSingleByte(label) && isUTF8Text(body):
		f.addf("the feed is declared as %s but is UTF-8: it was read as UTF-8", label)
		return "utf-8"
	}
	return label
}

// canonicalLabel returns the WHATWG name of a character set, "" for one that
// nobody knows.
func canonicalLabel(label string) string {
	if label == "" {
		return ""
	}
	enc, name := charset.Lookup(label)
	if enc == nil || name == "replacement" {
		return ""
	}
	return name
}

// prologEncoding reads the encoding of <?xml ... encoding="..."?>.
func prologEncoding(body []byte) string {
	head := bytes.TrimLeft(body[:min(len(body), 1024)], " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	head, _, _ = bytes.Cut(head, []byte("?>"))
	_, after, ok := bytes.Cut(head, []byte("encoding"))
	if !ok {
		return ""
	}
	after = bytes.TrimLeft(after, " \t\r\n=")
	if len(after) == 0 || (after[0] != '"' && after[0] != '\'') {
		return ""
	}
	name, _, _ := bytes.Cut(after[1:], after[:1])
	return string(name)
}

// isWide reports whether a label means UTF-32, which [decodeUTF32] reads, or one of
// the names of UTF-16 that WHATWG leaves out.
func isWide(label string) bool {
	l := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(label))
	return strings.HasPrefix(l, "utf32") || strings.HasPrefix(l, "utf16") || l == "u16" || l == "u32"
}

// clean makes a word of a feed fit to be said to a person.
func clean(s string) string {
	s, _ = clip(strings.ToValidUTF8(strings.Map(legal, s), ""), 40)
	return s
}

// guessSingleByte tells windows-1256 from windows-1252: the letters of Arabic (0xc0
// to 0xed) stand side by side, where those with accents of French or Spanish stand
// alone. Alphabets that nobody here reads, and that say so nowhere, are taken for
// Arabic too.
func guessSingleByte(body []byte) string {
	high, pairs := 0, 0
	for i, c := range body {
		if c < 0xc0 {
			continue
		}
		high++
		if i > 0 && body[i-1] >= 0xc0 {
			pairs++
		}
	}
	if high >= 8 && 2*pairs >= high {
		return "windows-1256"
	}
	return "windows-1252"
}

func isSingleByte(label string) bool {
	for _, p := range []string{"windows-", "iso-8859-", "koi8", "macintosh", "ibm866", "x-mac"} {
		if strings.HasPrefix(label, p) {
			return true
		}
	}
	return false
}

// isUTF8Text reports whether the bytes are UTF-8 and more than ASCII.
func isUTF8Text(body []byte) bool {
	return utf8.Valid(body) && bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0
}

// hasMultibyte reports whether any bytes make a character of UTF-8 beyond ASCII.
func hasMultibyte(body []byte) bool {
	return bytes.IndexFunc(body, func(r rune) bool { return r > utf8.RuneSelf && r != utf8.RuneError }) >= 0
}

// decodeUTF32 decodes UTF-32, which the WHATWG standard does not know; nil for
// anything else.
func decodeUTF32(body []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(body, []byte{0, 0, 0xfe, 0xff}), bytes.HasPrefix(body, []byte{0, 0, 0, '<'}):
		order = binary.BigEndian
	case bytes.HasPrefix(body, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(body, []byte{'<', 0, 0, 0}):
		order = binary.LittleEndian
	default:
		return nil
	}
	out := make([]byte, 0, len(body)/4)
	for ; len(body) >= 4; body = body[4:] {
		out = utf8.AppendRune(out, rune(order.Uint32(body)&0x7fffffff))
	}
	return out
}
