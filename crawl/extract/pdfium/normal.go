package pdfium

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxLine is the longest title, name or address in bytes.
const maxLine = 4096

// oneLine makes one plain line of a text from outside: normal form, no control
// characters nor overrides of direction, white space folded.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "")
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			b.WriteByte(' ')
		} else if !isInvisible(r) {
			writeNormal(&b, r)
		}
	}
	return norm.NFC.String(strings.Join(strings.Fields(b.String()), " "))
}

// writeNormal writes the compatibility form (NFKC) of a character: letters for
// ligatures and for the shapes of Arabic letters. Kept as they are: what is raised,
// lowered or a fraction, since "10²" is not "102".
func writeNormal(b *strings.Builder, r rune) {
	switch {
	case r < 0xa0 || r == 0x2026 || isRaised(r):
		b.WriteRune(r)
		return
	case r == 0x2011 || r == 0x2010: // hyphens that a keyboard has not
		b.WriteByte('-')
		return
	}
	normal := norm.NFKC.String(string(r))
	// Marks that stand alone are given as marks on a space: vowel signs of Arabic
	// lose it, accents stay what they are.
	if len(normal) > 1 && normal[0] == ' ' {
		if r >= 0xfb50 {
			b.WriteString(normal[1:])
			return
		}
		b.WriteRune(r)
		return
	}
	b.WriteString(normal)
}

// isRaised reports whether r is a raised or lowered sign, or a fraction.
func isRaised(r rune) bool {
	switch {
	case r == 0xaa, r == 0xba, r == 0xb2, r == 0xb3, r == 0xb9, r >= 0xbc && r <= 0xbe,
		r >= 0x2070 && r <= 0x209c, r >= 0x2150 && r <= 0x215f, r == 0x2120, r == 0x2122:
		return true
	}
	return false
}

// isInvisible reports whether r shows nothing and can mislead: marks, embeddings,
// overrides and isolates of direction (UAX #9), the soft hyphen, spaces without
// width, private and forbidden characters; not what stands for a glyph.
func isInvisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x61c, r == 0x180e, r >= 0x200b && r <= 0x200f,
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0xfffc,
		r >= 0xfff0 && r <= 0xfffb, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe,
		r >= 0xe0000 && r <= 0xe0fff, r >= 0xe000 && r <= 0xf8ff, r > lastStrange,
		r >= 0xd800 && r <= 0xdfff:
		return true
	}
	return false
}
