package passage

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// solid is a text without what parsers and printings differ in.
type solid struct {
	text string
	b    []byte
	// at is, for each byte of b, the place in text of the character it comes from.
	at []int32
}

// fold makes a text solid.
func fold(text string) solid {
	s := solid{text: text, b: make([]byte, 0, len(text)), at: make([]int32, 0, len(text))}
	for i := 0; i < len(text); {
		c := text[i]
		if isPlain(c) {
			from := i
			for i < len(text) && isPlain(text[i]) {
				s.at = append(s.at, int32(i))
				i++
			}
			s.b = append(s.b, text[from:i]...)
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if isUsual(r) {
			s.put(r, i)
		} else {
			s.add(r, i, text[i+size:])
		}
		i += size
	}
	return s
}

// isPlain reports whether a byte stands for itself.
func isPlain(c byte) bool {
	return c > ' ' && c < 0x7f && c != '-' && c != '"' && c != '`'
}

// isUsual reports whether r is one of the letters that most texts are of besides
// ASCII, and stands for itself.
func isUsual(r rune) bool {
	return r >= 0x621 && r <= 0x64a && r != 'ـ' || r >= 0xc0 && r < 0x250 && r != 'œ' && r != 'Œ'
}

// add folds the character r, which stands at i in front of rest.
func (s *solid) add(r rune, i int, rest string) {
	switch {
	case r <= ' ' || r == 0x7f || r == 'ـ' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
	case isDash(r):
		if s.endsInDigit() || beginsWithDigit(rest) {
			s.put('-', i)
		}
	case isQuote(r):
		s.put('\'', i)
	case unicode.Is(unicode.Mn, r):
		s.compose(r)
	case isDressed(r):
		for _, r := range norm.NFKC.String(string(r)) {
			if !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && r != 'ـ' {
				s.put(r, i)
			}
		}
	case r == 'œ':
		s.put('o', i)
		s.put('e', i)
	case r == 'Œ':
		s.put('O', i)
		s.put('e', i)
	default:
		s.put(latinDigit(r), i)
	}
}

func (s *solid) put(r rune, i int) {
	s.b = utf8.AppendRune(s.b, r)
	for len(s.at) < len(s.b) {
		s.at = append(s.at, int32(i))
	}
}

// compose joins a mark with the letter in front of it where there is one letter
// for both. Of other marks, the vowel signs of Arabic and the selectors of a form
// count for nothing.
func (s *solid) compose(mark rune) {
	if last, size := utf8.DecodeLastRune(s.b); size > 0 {
		both := norm.NFC.String(string(last) + string(mark))
		if r, n := utf8.DecodeRuneInString(both); n == len(both) {
			at := int(s.at[len(s.at)-1])
			s.b, s.at = s.b[:len(s.b)-size], s.at[:len(s.at)-size]
			s.put(r, at)
			return
		}
	}
	if mark >= 0x064b && mark <= 0x0670 || mark >= 0x06d6 && mark <= 0x06ed || mark >= 0xfe00 && mark <= 0xfe0f || len(s.at) == 0 {
		return
	}
	s.put(mark, int(s.at[len(s.at)-1]))
}

func (s *solid) endsInDigit() bool {
	return len(s.b) > 0 && s.b[len(s.b)-1] >= '0' && s.b[len(s.b)-1] <= '9'
}

func beginsWithDigit(s string) bool {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// isDash reports whether r is a hyphen, a dash or a minus sign.
func isDash(r rune) bool {
	return r == '-' || r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xff0d
}

func isQuote(r rune) bool {
	return r == '"' || r == '`' || r >= 0x2018 && r <= 0x201f || r == '«' || r == '»' || r == '‹' || r == '›' || r == 'ʼ' || r == '´'
}

// isDressed reports whether r is a form that means other letters: a ligature, an
// Arabic letter as it is drawn, a wide letter, an ellipsis. High and low digits are
// none, as 10⁶ is not 106.
func isDressed(r rune) bool {
	return r == '…' || r >= 0xfb00 && r <= 0xfb06 || r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc || r >= 0xff01 && r <= 0xff5e
}

func latinDigit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	case r >= '۰' && r <= '۹':
		return r - '۰' + '0'
	case r == '٪':
		return '%'
	}
	return r
}

// span is the place in the text, in bytes, of the solid bytes from i to j. It ends
// behind the marks of its last letter.
func (s *solid) span(i, j int) (from, to int) {
	from, to = int(s.at[i]), int(s.at[j-1])
	_, size := utf8.DecodeRuneInString(s.text[to:])
	to += size
	for to < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[to:])
		if !unicode.Is(unicode.Mn, r) && r != 'ـ' {
			break
		}
		to += size
	}
	return from, to
}

// index is the first solid byte at or behind the place in the text.
func (s *solid) index(place int) int {
	i, _ := slices.BinarySearch(s.at, int32(place))
	return i
}

// all calls each with every place of words.
func (s *solid) all(words []byte, each func(i int) bool) {
	for i := 0; ; i++ {
		j := bytes.Index(s.b[i:], words)
		if j < 0 || !each(i+j) {
			return
		}
		i += j
	}
}

// cuts reports whether the place in the text is inside a word.
func cuts(text string, place int) bool {
	before := strings.TrimRightFunc(text[:place], isInvisible)
	after := strings.TrimLeftFunc(text[place:], isInvisible)
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	return isWord(a) && isWord(b)
}

func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) || r == 'ـ' }

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}
