package thesaurus

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Words cuts a text into folded words and calls yield for each with its place in
// bytes, until yield says no; a word is only good during the call. Labels and
// queries are cut by the same function, so that any folding will do as long as it
// takes away capitals, accents and Arabic harakat. It must be safe for concurrent
// use.
type Words func(text string, yield func(word []byte, start, end int) bool)

// maxWord is the longest word that is told apart, in bytes.
const maxWord = 64

// Plain is the folding where none is given: small letters, no accents, ligatures
// in two letters, Arabic in its plainest spelling, French articles before an
// apostrophe left out, words cut at all that is neither letter nor digit.
func Plain(text string, yield func(word []byte, start, end int) bool) {
	var word []byte
	start, end := 0, 0
	flush := func() bool {
		more := len(word) == 0 || yield(word, start, end)
		word = word[:0]
		return more
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if len(word) == 0 {
				start = i
			}
			if len(word) < maxWord {
				word = foldRune(word, r)
			}
			end = i + utf8.RuneLen(r)
		case unicode.Is(unicode.Cf, r):
		case (r == '\'' || r == '’') && elided(word):
			word = word[:0]
		default:
			if !flush() {
				return
			}
		}
	}
	flush()
}

// elided reports the words that French joins to the next with an apostrophe.
func elided(word []byte) bool {
	return len(word) == 1 && bytes.IndexByte([]byte("ldjmtsnc"), word[0]) >= 0 || string(word) == "qu"
}

// foldRune appends what a letter is made of, without capitals and accents.
func foldRune(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(dst, byte(unicode.ToLower(r)))
	}
	var in [utf8.UTFMax]byte
	size := utf8.EncodeRune(in[:], unicode.ToLower(r))
	parts := norm.NFKD.Properties(in[:size]).Decomposition()
	if parts == nil {
		parts = in[:size]
	}
	for len(parts) > 0 {
		d, n := utf8.DecodeRune(parts)
		parts = parts[n:]
		dst = foldPart(dst, unicode.ToLower(d))
	}
	return dst
}

// foldPart appends one rune that has no parts.
func foldPart(dst []byte, r rune) []byte {
	switch {
	case unicode.IsMark(r) || r == 'ء' || r == 'ـ':
		return dst
	case r == 'œ':
		return append(dst, "oe"...)
	case r == 'æ':
		return append(dst, "ae"...)
	case r == 'ة':
		r = 'ه'
	case r == 'ى' || r == 'ی':
		r = 'ي'
	case r == 'ٱ':
		r = 'ا'
	case r == 'ک':
		r = 'ك'
	case r >= '٠' && r <= '٩':
		r = '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		r = '0' + r - '۰'
	}
	return utf8.AppendRune(dst, r)
}

// isSmall reports folded words that stand between the words of a label without
// meaning much: "fibre to the home", "fibre home". Words that join two things are
// not among them, or "données et mobiles" would be "données mobiles".
func isSmall(word []byte) bool {
	switch string(word) {
	case "de", "des", "du", "la", "le", "les", "a", "au", "aux", "en", "par", "pour", "sur", "dans",
		"of", "the", "to", "for", "in", "on", "an",
		"del", "los", "las", "el", "por", "para",
		"في", "من", "الي", "علي", "عن":
		return true
	}
	return false
}

// stem cuts a folded word to what its plural and its article have in common. It
// may be blunt, since whole labels are compared. It changes the word in place.
func stem(word []byte) []byte {
	if len(word) == 0 || word[0] < utf8.RuneSelf {
		return stemLatin(word)
	}
	return stemArabic(word)
}

// stemLatin takes away the endings of plurals in French, English and Spanish, and
// the final e that comes and goes with them.
func stemLatin(word []byte) []byte {
	if len(word) < 4 || word[len(word)-1] <= '9' {
		return word
	}
	switch {
	case bytes.HasSuffix(word, []byte("eaux")), bytes.HasSuffix(word, []byte("eux")):
		word = word[:len(word)-1]
	case bytes.HasSuffix(word, []byte("aux")) && len(word) > 5:
		word = word[:len(word)-1]
		word[len(word)-1] = 'l'
	case bytes.HasSuffix(word, []byte("s")) && !bytes.HasSuffix(word, []byte("ss")):
		word = word[:len(word)-1]
	}
	if n := len(word) - 1; n >= 3 && word[n] == 'e' {
		word = word[:n]
	} else if n >= 3 && word[n] == 'y' {
		word[n] = 'i'
	}
	return word
}

// stemArabic takes away articles, the particles joined to them and the common
// endings of feminines and plurals. Beginnings go again and again, because a word
// may itself begin like an article: ألياف, الألياف.
func stemArabic(word []byte) []byte {
	s := string(word)
	for more := true; more; {
		more = false
		for _, p := range [...]string{"ال", "لل", "وال", "بال", "كال", "فال"} {
			if rest, ok := strings.CutPrefix(s, p); ok && len(rest) >= 2*len("ا") {
				s, more = rest, true
			}
		}
		if rest, ok := strings.CutPrefix(s, "و"); ok && len(rest) >= 4*len("ا") {
			s, more = rest, true
		}
	}
	for _, end := range [...]string{"ات", "ون", "ين", "ه"} {
		if rest, ok := strings.CutSuffix(s, end); ok && len(rest) >= 3*len("ا") {
			return []byte(rest)
		}
	}
	return []byte(s)
}
