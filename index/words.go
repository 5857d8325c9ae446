package index

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// reader cuts texts into words. It keeps a buffer between uses, so it is for one
// goroutine at a time: begin gives it a text, next goes from word to word.
//
// Words are runs of letters, marks and digits. French and Italian articles
// before an apostrophe go, and so does the English 's after one; other
// apostrophes part words. C++, C# and the like stay themselves.
type reader struct {
	letters *alphabet
	text    string
	at      int  // how far the text was read
	clitic  bool // an apostrophe stands there

	buf   []byte // the word, folded
	start int    // where it begins in the text
	end   int    // where it ends
	nth   int    // which word of the text it is, from 1
}

// begin starts a text.
func (r *reader) begin(text string) {
	r.text, r.at, r.clitic, r.nth = text, 0, false, 0
}

// each calls yield for every word of text, folded, with its place in bytes,
// until yield says no. The word is only good during the call.
func (r *reader) each(text string, yield func(word []byte, start, end int) bool) {
	for r.begin(text); r.next(nil); {
		if !yield(r.buf, r.start, r.end) {
			return
		}
	}
}

// next goes to the next word, or to the next that begins so, where that is asked for;
// the others are counted all the same. What is neither wanted nor has letters beyond
// ASCII, which is most of a text, is not even folded.
func (r *reader) next(so *beginnings) bool {
	text, ascii, from := r.text, &r.letters.ascii, r.at
	for {
		at := from
		for at < len(text) && ascii[text[at]] == parting {
			at++
		}
		if at > from {
			r.clitic = false
		}
		end := plainEnd(text, at)
		from = end
		switch {
		case end < len(text) && (end == at || ascii[text[end]] != parting):
			r.at = at
			if r.mixed() && so.of(r.buf) {
				return true
			}
			from = r.at
		case end == at:
			r.at = end
			return false
		case r.clitic && end == at+1 && ascii[text[at]] == 's':
			r.clitic = false
		default:
			r.clitic = false
			r.nth++
			if so.has(ascii[text[at]], r.second(at+1)) {
				r.fold(at, end)
				return true
			}
		}
	}
}

// plainEnd returns where the letters and digits of ASCII end that stand at a place. It
// looks at eight bytes at once: nothing tells a processor beforehand how long a word is,
// and guessing wrong at each costs more than reading it.
func plainEnd(text string, at int) int {
	if at < len(text) && text[at] >= utf8.RuneSelf {
		return at
	}
	for ; at+8 <= len(text); at += 8 {
		if others := plain(binary.LittleEndian.Uint64([]byte(text[at:at+8]))) ^ tops; others != 0 {
			return at + bits.TrailingZeros64(others)/8
		}
	}
	for at < len(text) && plain(uint64(text[at])) != 0 {
		at++
	}
	return at
}

// tops are the top bits of eight bytes, ones their lowest.
const (
	tops = 0x8080808080808080
	ones = 0x0101010101010101
)

// plain returns the top bit of each of eight bytes that is a letter or digit of ASCII.
func plain(eight uint64) uint64 {
	low := eight &^ tops // so that no sum carries into the byte above
	small := low | ' '*ones
	letters := (small + (0x80-'a')*ones) &^ (small + (0x7f-'z')*ones)
	digits := (low + (0x80-'0')*ones) &^ (low + (0x7f-'9')*ones)
	return (letters | digits) & tops &^ eight
}

// second is the second letter of a word of ASCII, folded, or parting where it has one
// alone.
func (r *reader) second(at int) byte {
	if at == len(r.text) {
		return parting
	}
	return r.letters.ascii[r.text[at]]
}

// fold takes a word of ASCII.
func (r *reader) fold(at, end int) {
	r.buf, r.start, r.end, r.at = r.buf[:0], at, end, end
	for _, c := range []byte(r.text[at:min(end, at+maxWord)]) {
		r.buf = append(r.buf, r.letters.ascii[c])
	}
}

// mixed reads a word of any letters, and reports whether there is one.
func (r *reader) mixed() bool {
	text, buf, at := r.text, r.buf[:0], r.at
	for at < len(text) {
		if len(buf) == 0 {
			r.start = at
		}
		if b := r.letters.ascii[text[at]]; b > parting {
			at++
			r.end = at
			if len(buf) < maxWord {
				buf = append(buf, b)
			}
			continue
		}
		c, size := runeAt(text, at)
		if arabic := r.letters.arabicLetter(c); len(arabic) == 2 && len(buf) < maxWord-1 {
			buf = append(buf, arabic[0], arabic[1])
			at += size
			r.end = at
			continue
		}
		out, kind := r.letters.fold(buf, c)
		switch kind {
		case isLetter:
			r.end = at + size
			if len(out) <= maxWord {
				buf = out
			}
		case isNothing:
		case isGap, isAlone, isApostrophe:
			r.buf, r.at = buf, at
			return r.part(kind, size)
		}
		at += size
	}
	r.buf, r.at = buf, at
	return r.whole()
}

// runeAt is utf8.DecodeRuneInString, quicker for the letters of Europe and Arabic.
func runeAt(text string, at int) (c rune, size int) {
	if b := text[at]; b >= 0xc2 && b < 0xe0 && at+1 < len(text) && text[at+1]&0xc0 == 0x80 {
		return rune(b&0x1f)<<6 | rune(text[at+1]&0x3f), 2
	}
	return utf8.DecodeRuneInString(text[at:])
}

// part handles a rune of so many bytes that ends the word before it, and reports whether
// there is one.
func (r *reader) part(kind runeKind, size int) bool {
	switch kind {
	case isApostrophe:
		r.at += size
		if isElided(r.buf) {
			return false // an article
		}
		clitic := len(r.buf) > 0
		whole := r.whole()
		r.clitic = clitic
		return whole
	case isAlone:
		if len(r.buf) > 0 {
			return r.whole() // and then this one
		}
		r.clitic, r.start, r.end = false, r.at, r.at+size
		r.buf = append(r.buf, r.text[r.at:r.end]...)
		r.at = r.end
	case isGap:
		r.at += max(size, r.symbol())
	case isLetter, isNothing:
	}
	return r.whole()
}

// symbol adds the ++ or # that comes next to the single letter before it, and returns
// its length.
func (r *reader) symbol() int {
	n, rest := 0, r.text[r.at:]
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
		r.end = r.at + n
	}
	return n
}

// whole reports whether there is a word in the buffer, and counts it.
func (r *reader) whole() bool {
	clitic := r.clitic
	r.clitic = false
	if len(r.buf) == 0 || clitic && len(r.buf) == 1 && r.buf[0] == 's' {
		return false
	}
	r.nth++
	return true
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
