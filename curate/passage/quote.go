package passage

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"vigie"
)

// The bounds of a quotation, in characters. What surrounds it is kept so that the
// words can be found again in a text that moved (W3C Web Annotation, 4.2.4).
const (
	longestQuote = 2000
	surroundings = 40
)

// Quote finds the words that a person selected in a text. White space, invisible
// signs and typography count for nothing: what browsers copy and what readers paste
// differ in them. Prefix stands in front of the words, where they are in the text
// more than once; "", and one that is nowhere, takes the first place. The document
// and the revision of the passage are for the caller to set. Errors:
// vigie.ErrInvalid for words that are not in the text, are none or are more than
// 2,000 characters.
func Quote(body []vigie.Paragraph, exact, prefix string) (vigie.Passage, error) {
	n := utf8.RuneCountInString(strings.Join(strings.Fields(exact), " "))
	words := fold(exact).b
	if len(words) == 0 || n > longestQuote {
		return vigie.Passage{}, &vigie.InvalidError{Field: "quote", Reason: fmt.Sprintf("has %d characters; allowed: 1 to %d", n, longestQuote)}
	}
	text := fold(vigie.PlainText(body))
	start := -1
	if before := fold(prefix).b; len(before) > 0 {
		if start = bytes.Index(text.b, append(before, words...)); start >= 0 {
			start += len(before)
		}
	}
	if start < 0 {
		start = bytes.Index(text.b, words)
	}
	if start < 0 {
		return vigie.Passage{}, &vigie.InvalidError{Field: "quote", Reason: "is not in the text of the document"}
	}
	from, to := text.span(start, start+len(words))
	return at(vigie.Passage{}, body, text.text, from, to), nil
}

// at is the passage p at another place of a text, in bytes.
func at(p vigie.Passage, body []vigie.Paragraph, text string, from, to int) vigie.Passage {
	p.Page = pageAt(body, from)
	p.Exact = text[from:to]
	p.Prefix, p.Suffix = Last(text[:from], surroundings), First(text[to:], surroundings)
	p.Start = utf8.RuneCountInString(text[:from])
	p.End = p.Start + utf8.RuneCountInString(p.Exact)
	return p
}

// pageAt is the page of the paragraph that holds the byte at from.
func pageAt(body []vigie.Paragraph, from int) int {
	for _, p := range body {
		if from -= len(p.Text) + 1; from < 0 {
			return p.Page
		}
	}
	return 0
}

// Last returns at most the last n characters of a text.
func Last(s string, n int) string {
	for i := len(s); i > 0; n-- {
		if n == 0 {
			return s[i:]
		}
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s
}

// First returns at most the first n characters of a text.
func First(s string, n int) string { return s[:byteAt(s, n)] }

// byteAt is the place in bytes of the character n, or the end of s.
func byteAt(s string, n int) int {
	const step = 1024
	start := 0
	for n >= step && start+step < len(s) { // a thousand bytes are at most as many characters
		end := start + step
		for end > start+step-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		n -= utf8.RuneCountInString(s[start:end])
		start = end
	}
	for i := range s[start:] {
		if n <= 0 {
			return start + i
		}
		n--
	}
	return len(s)
}
