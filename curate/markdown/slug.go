package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is the length of the longest slug, in bytes; an Arabic letter takes
// two.
const maxSlug = 80

// Slug makes the readable part of an address out of a title: small letters and
// digits of any script, parted by single dashes. Accents of Latin letters are
// folded ("Été" gives "ete"); Arabic letters stay, without vowel signs and
// tatweel. It has at most 80 bytes, cut between words where there are any, and
// is empty when nothing is left. Slug(Slug(s)) is Slug(s).
func Slug(title string) string {
	const enough = 4096
	if len(title) > enough {
		title = strings.ToValidUTF8(title[:enough], "")
	}
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(title) {
		letters := fold(r)
		if letters == "" {
			// A mark belongs to its letter; all else parts words. U+0640 is tatweel.
			gap = gap || !unicode.Is(unicode.M, r) && r != '\u0640' && r != '\u200c' && r != '\u200d'
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(letters)
	}
	return cut(norm.NFC.String(b.String()))
}

// fold returns what a character of the decomposed title becomes, "" for nothing.
func fold(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ø', 'Ø':
		return "o"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'ł', 'Ł':
		return "l"
	case 'ı':
		return "i"
	case '\u0653', '\u0654', '\u0655': // madda and hamza make another letter: آ أ ؤ ئ إ
		return string(r)
	case '\u0640':
		return ""
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return string(unicode.ToLower(r))
	}
	return ""
}

// cut shortens a slug to [maxSlug] bytes, between words if that leaves a half.
func cut(s string) string {
	if len(s) <= maxSlug {
		return s
	}
	n := maxSlug
	for !utf8.RuneStart(s[n]) {
		n--
	}
	if s[n] != '-' {
		if at := strings.LastIndexByte(s[:n], '-'); at > maxSlug/2 {
			n = at
		}
	}
	return strings.TrimRight(s[:n], "-")
}
