package index

import (
	"strings"
	"unicode/utf8"
)

// reader cuts texts into words. It keeps a buffer between uses, so it is for one
// goroutine at a time.
type reader struct {
	letters *alphabet
	buf     []byte
	start   int  // where the word in buf begins in the text
	end     int  // where it ends
	clitic  bool // an apostrophe stands before the word in buf
}

// each calls yield for every word of text, folded, with its place in bytes,
// until yield says no. The word is only good during the call.
//
// Words are runs of letters, marks and digits. French and Italian articles
// before an apostrophe go, and so does the English 's after one; other
// apostrophes part words. C++, C# and the like stay themselves.
func (r *reader) each(text string, yield func(word []byte, start, end int) bool) {
	r.buf, r.clitic = r.buf[:0], false
	for i := 0; i < len(text); {
		if len(r.buf) == 0 {
			r.start = i
		}
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		} else if b := r.letters.ascii[c]; b != 0 {
			r.end = i + 1
			if len(r.buf) < maxWord {
				r.buf = append(r.buf, b)
			}
			i++
			continue
		}
		out, kind := r.letters.fold(r.buf, c)
		switch kind {
		case isNothing:
		case isLetter:
			r.end = i + size
			if len(out) <= maxWord {
				r.buf = out
			}
		case isGap, isAlone, isApostrophe:
			n, more := r.part(kind, text, i, size, yield)
			if !more {
				return
			}
			size = n
		}
		i += size
	}
	r.flush(yield)
}

// part handles a rune that ends the word before it: size bytes at the place at in
// the text. It returns how many bytes that takes, and whether to go on.
func (r *reader) part(kind runeKind, text string, at, size int, yield func(word []byte, start, end int) bool) (int, bool) {
	switch kind {
	case isApostrophe:
		if isElided(r.buf) {
			r.buf = r.buf[:0] // an article
			return size, true
		}
		clitic := len(r.buf) > 0
		more := r.flush(yield)
		r.clitic = clitic
		return size, more
	case isAlone:
		if !r.flush(yield) {
			return size, false
		}
		r.start, r.end = at, at+size
		r.buf = append(r.buf, text[at:at+size]...)
	case isGap:
		size = max(size, r.symbol(text[at:], at))
	case isLetter, isNothing:
	}
	return size, r.flush(yield)
}

// symbol adds the ++ or # at the place at in the text to the single letter before
// it, and returns its length.
func (r *reader) symbol(rest string, at int) int {
	n := 0
	if len(r.buf) == 1 && r.buf[0] >= 'a' && r.buf[0] <= 'z' {
		switch {
		case rest[0] == '#':
			n = 1
		case strings.HasPrefix(rest, "++"):
			n = 2
		}
	}
	if n > 0 {
		r.buf = append(r.buf, rest[:n]...)
		r.end = at + n
	}
	return n
}

// flush hands over the word in the buffer, if there is one.
func (r *reader) flush(yield func(word []byte, start, end int) bool) bool {
	clitic := r.clitic
	r.clitic = false
	if len(r.buf) == 0 || clitic && len(r.buf) == 1 && r.buf[0] == 's' {
		r.buf = r.buf[:0]
		return true
	}
	more := yield(r.buf, r.start, r.end)
	r.buf = r.buf[:0]
	return more
}

// isElided reports the words that French and its neighbours join to the next
// one with an apostrophe.
func isElided(word []byte) bool {
	switch string(word) {
	case "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "nell", "all", "sull", "un":
		return true
	}
	return false
}
