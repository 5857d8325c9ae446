package passage

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
)

const (
	// longestText is the most characters that stand in an address whole; of more,
	// the first and the last words.
	longestText = 240
	// edge is how many words begin and end a long quotation.
	edge = 8
	// fewWords need their surroundings, so many words of them, to be the right ones.
	fewWords, around = 6, 4
	// directive parts the fragment of a page from what is for the browser alone.
	directive = ":~:"
)

// Fragment is the part of an address behind "#" that makes a browser show the words
// of a passage (WICG, URL Fragment Text Directives). Words are whole ones. It is ""
// for a passage without words.
func Fragment(p vigie.Passage) string {
	before, exact, after := whole(p)
	blocks := strings.FieldsFunc(exact, isBreak)
	for i, b := range blocks {
		blocks[i] = plain(b)
	}
	blocks = nonempty(blocks)
	if len(blocks) == 0 {
		return ""
	}
	first := strings.Fields(blocks[0])
	last := first
	text := encode(blocks[0])
	switch {
	case len(blocks) > 1:
		last = strings.Fields(blocks[len(blocks)-1])
		first, last = first[:min(edge, len(first))], last[max(0, len(last)-edge):]
		text = encode(strings.Join(first, " ")) + "," + encode(strings.Join(last, " "))
	case utf8.RuneCountInString(blocks[0]) > longestText && len(first) > 1:
		n := min(edge, len(first)/2)
		first, last = first[:n], last[len(last)-n:]
		text = encode(strings.Join(first, " ")) + "," + encode(strings.Join(last, " "))
	}
	if len(first) < fewWords {
		if w := nearest(before, true); w != "" {
			text = encode(w) + "-," + text
		}
	}
	if len(last) < fewWords {
		if w := nearest(after, false); w != "" {
			text += ",-" + encode(w)
		}
	}
	return directive + "text=" + text
}

// Link is the address of a document with the way to a passage of it: its page,
// where the original has pages, or its words. Addresses other than of the web come
// back as they are.
func Link(address string, p vigie.Passage) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return address
	}
	base, fragment, _ := strings.Cut(address, "#")
	if p.Page > 0 {
		return base + "#page=" + strconv.Itoa(p.Page)
	}
	words := Fragment(p)
	if words == "" {
		return address
	}
	fragment, _, _ = strings.Cut(fragment, directive)
	return base + "#" + fragment + words
}

// whole is a passage with its surroundings, where words that were cut in two at its
// borders belong to it.
func whole(p vigie.Passage) (before, exact, after string) {
	before, exact, after = p.Prefix, p.Exact, p.Suffix
	if exact == "" {
		return before, exact, after
	}
	text := before + exact
	for len(before) > 0 && cuts(text, len(before)) {
		_, size := utf8.DecodeLastRuneInString(before)
		before = before[:len(before)-size]
	}
	exact = text[len(before):]
	for len(after) > 0 && cuts(exact+after, len(exact)) {
		_, size := utf8.DecodeRuneInString(after)
		exact, after = exact+after[:size], after[size:]
	}
	// The far ends are cut wherever the passage was full.
	if utf8.RuneCountInString(p.Prefix) >= surroundings {
		_, before, _ = strings.Cut(before, " ")
	}
	if i := strings.LastIndexByte(after, ' '); utf8.RuneCountInString(p.Suffix) >= surroundings && i >= 0 {
		after = after[:i]
	}
	return before, exact, after
}

// nearest are the words of the block beside a passage that stand next to it.
func nearest(s string, end bool) string {
	blocks := strings.FieldsFunc(s, isBreak)
	for i, b := range blocks {
		blocks[i] = plain(b)
	}
	blocks = nonempty(blocks)
	if len(blocks) == 0 {
		return ""
	}
	if end {
		words := strings.Fields(blocks[len(blocks)-1])
		return strings.Join(words[max(0, len(words)-around):], " ")
	}
	words := strings.Fields(blocks[0])
	return strings.Join(words[:min(len(words), around)], " ")
}

// isBreak reports whether r parts blocks of a page: paragraphs and cells.
func isBreak(r rune) bool { return r == '\n' || r == '\t' }

// plain is a text without invisible signs and with one space for white space.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func nonempty(ss []string) []string {
	var out []string
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// encode writes a text with all but letters and digits of ASCII as percent codes:
// the directive parts its own parts with commas, dashes and ampersands.
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '~' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
