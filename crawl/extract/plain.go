package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxLine is the longest line in bytes that [PlainLine] gives; it reads four
// times as much.
const maxLine = 4096

// PlainLine makes one line of plain text of a title, a name or a label as feeds
// and pages write them, half HTML: entities are decoded (twice at most, since
// many publishers escape twice), tags and what stands in scripts dropped,
// control characters and overrides of direction removed, white space folded, the
// text in Unicode form NFC. At most 4,096 bytes are given.
func PlainLine(s string) string {
	if isPlainASCII(s) {
		return s
	}
	if len(s) > 4*maxLine {
		s = s[:4*maxLine]
	}
	for range 2 {
		if strings.IndexByte(s, '&') < 0 {
			break
		}
		s = html.UnescapeString(s)
	}
	if hasTag(s) {
		s = stripTags(s)
	}
	if isPlainASCII(s) {
		return s
	}
	var f folder
	f.buf = make([]byte, 0, min(len(s), maxLine)+utf8.UTFMax)
	f.write([]byte(s), maxLine-utf8.UTFMax)
	// NFC can make a text longer; a prefix of it is in NFC still.
	return strings.TrimRight(cut(f.take(), maxLine), " ")
}

// isPlainASCII reports whether s is a plain line already, which most are.
func isPlainASCII(s string) bool {
	if len(s) > maxLine {
		return false
	}
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == '<' || c == '&' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return last != ' ' || s == ""
}

// stripTags drops tags and what is no text. It decodes no entities: that has
// been done.
func stripTags(s string) string {
	var b strings.Builder
	w := blockWriter{}
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if w.skip == "" {
				b.Write(z.Raw())
			}
			continue
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
		default:
			continue
		}
		tag, _ := z.TagName()
		name := string(tag)
		if kind == html.EndTagToken {
			w.close(name)
		} else {
			w.start(name, kind == html.SelfClosingTagToken)
		}
		switch name {
		case "br", "p", "div", "td", "th":
			b.WriteByte(' ')
		default:
			if isBlock(name) {
				b.WriteByte(' ')
			}
		}
	}
}
