package extract

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// folder gathers text with its white space folded: runs of it become one space,
// none stands at the beginning, the end, or beside a tab. The zero value is
// ready.
type folder struct {
	buf       []byte
	pending   bool // a space is due before the next character
	keepLines bool // line feeds and indents are kept, for code
}

// write appends text until room bytes have been added. Control and bidirectional
// formatting characters are dropped, broken UTF-8 becomes U+FFFD.
func (f *folder) write(b []byte, room int) {
	stop := len(f.buf) + room
	for len(b) > 0 && len(f.buf) < stop {
		if n := printable(b[:min(len(b), stop-len(f.buf))]); n > 0 {
			f.flush()
			f.buf = append(f.buf, b[:n]...)
			b = b[n:]
			continue
		}
		if b[0] < utf8.RuneSelf {
			f.ascii(b[0])
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		switch {
		case r >= 0xc0 && r < 0x300, r >= 0x620 && r < 0x6dd: // letters of Europe and of Arabic
			f.flush()
			f.buf = append(f.buf, b[:n]...)
		case unicode.IsSpace(r):
			f.pending = true
		case !isInvisible(r):
			f.flush()
			f.buf = utf8.AppendRune(f.buf, r)
		}
		b = b[n:]
	}
}

// printable returns the length of the run of ASCII characters at the beginning
// of b that can be taken as they are: single spaces between others included.
func printable(b []byte) int {
	n := 0
	for n < len(b) {
		c := b[n]
		isSingle := c == ' ' && n > 0 && n+1 < len(b) && b[n+1] > ' ' && b[n+1] < 0x7f
		if (c <= ' ' || c >= 0x7f) && !isSingle {
			break
		}
		n++
	}
	return n
}

func (f *folder) ascii(c byte) {
	switch {
	case c > ' ' && c != 0x7f:
		f.flush()
		f.buf = append(f.buf, c)
	case f.keepLines && (c == '\n' || c == ' ' || c == '\t') && len(f.buf) > 0:
		f.pending = false
		f.buf = append(f.buf, c)
	case c == ' ' || c >= '\t' && c <= '\r':
		f.pending = true
	}
}

// flush writes the space that is due.
func (f *folder) flush() {
	if !f.pending {
		return
	}
	f.pending = false
	if n := len(f.buf); n > 0 && f.buf[n-1] != '\t' && f.buf[n-1] != '\n' {
		f.buf = append(f.buf, ' ')
	}
}

func (f *folder) space() { f.pending = true }

// tab parts two cells.
func (f *folder) tab() {
	f.pending = false
	f.buf = append(f.buf, '\t')
}

// take returns the text in NFC and begins anew.
func (f *folder) take() string {
	b := f.buf
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t' || b[len(b)-1] == '\n') {
		b = b[:len(b)-1]
	}
	f.buf, f.pending = f.buf[:0], false
	if len(b) == 0 {
		return ""
	}
	if norm.NFC.IsNormal(b) {
		return string(b)
	}
	return string(norm.NFC.Bytes(b))
}

// isInvisible reports whether r shows nothing and can mislead: control
// characters, marks, embeddings, overrides and isolates of direction (UAX #9),
// the soft hyphen, zero-width spaces, noncharacters, tags. The joiners U+200C
// and U+200D stay: Persian and Indic spelling, and emoji, need them.
func isInvisible(r rune) bool {
	switch {
	case r < 0xa0, r == 0xad, r == 0x61c, r == 0x180e, r == 0x200b, r == 0x200e, r == 0x200f,
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff,
		r >= 0xfff0 && r <= 0xfffb, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe,
		r >= 0xe0000 && r <= 0xe0fff, r == 0xfffc:
		return r >= 0x7f || r < ' '
	}
	return false
}
