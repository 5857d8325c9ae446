package index

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is the longest word that is told apart, in bytes after folding. What
// is longer (a hash, a line of base64) counts by its beginning.
const maxWord = 64

// firstPlain is the first rune beyond the Latin letters of Europe, which have a
// table.
const firstPlain = 0x250

// apostrophe and gap are what the alphabet says of runes that are no letters.
const (
	separator  = "" // parts two words
	apostrophe = "'"
	invisible  = "\x00" // soft hyphens, joiners, marks of direction: as if absent
)

// alphabet folds letters: capitals, accents and ligatures go, and so do the
// Arabic marks and spellings that people leave out (hamza, harakat, tatweel,
// final ya and ta marbuta), as in Lucene's ArabicNormalizer and beyond: Persian,
// Urdu and Kurdish forms of a letter are that letter. A word
// and its query are folded alike, so both may be written either way. An alphabet
// does not change once made.
type alphabet struct {
	latin [firstPlain]string
	// ascii folds the letters and digits of ASCII, and has parting for what parts words
	// whatever stands before it; 0 for all that takes a closer look.
	ascii [256]byte
	// arabic and punctuation are two blocks that Unicode's own tables are slow to tell.
	arabic      [256]folded
	punctuation [lastPunctuation - firstPunctuation + 1]runeKind
}

// parting is less than any letter or digit.
const parting = 1

// The general punctuation, which has no letters.
const (
	firstPunctuation = 0x2000
	lastPunctuation  = 0x206f
)

// folded is what a rune stands for.
type folded struct {
	text string
	kind runeKind
}

func newAlphabet() *alphabet {
	var a alphabet
	for r := range rune(firstPlain) {
		a.latin[r] = foldLatin(r)
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			a.ascii[r] = a.latin[r][0]
		} else if r < utf8.RuneSelf && a.latin[r] == separator && r != '#' && r != '+' { // see reader.symbol
			a.ascii[r] = parting
		}
	}
	for i := range a.arabic {
		text, kind := foldPlain(nil, firstArabic+rune(i))
		a.arabic[i] = folded{string(text), kind}
	}
	for i := range a.punctuation {
		_, a.punctuation[i] = foldPlain(nil, firstPunctuation+rune(i))
	}
	return &a
}

// foldLatin folds one rune of the blocks up to Latin Extended-B.
func foldLatin(r rune) string {
	switch r {
	case '\'', '`', '\u00b4', 'ʼ':
		return apostrophe
	case '\u00ad':
		return invisible
	case 'œ', 'Œ':
		return "oe"
	case 'æ', 'Æ':
		return "ae"
	case 'ø', 'Ø':
		return "o"
	case 'ß':
		return "ss"
	case 'ł', 'Ł':
		return "l"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'þ', 'Þ':
		return "th"
	case 'ı':
		return "i"
	}
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
		return separator
	}
	return string(decompose(nil, r))
}

// decompose appends the letters and digits that a rune is made of, without
// accents, in lower case (Unicode NFKD).
func decompose(dst []byte, r rune) []byte {
	var in [utf8.UTFMax]byte
	for _, d := range string(norm.NFKD.AppendString(nil, string(utf8.AppendRune(in[:0], unicode.ToLower(r))))) {
		switch {
		case isArabic(d):
			dst = foldArabic(dst, d)
		case unicode.IsLetter(d) || unicode.IsNumber(d) || unicode.IsMark(d) && !isAccent(d):
			dst = utf8.AppendRune(dst, unicode.ToLower(d))
		}
	}
	return dst
}

// isAccent reports marks that people leave out: the combining accents, and the
// points of Hebrew. Marks of other scripts are letters of their words.
func isAccent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7
}

// The Arabic block.
const (
	firstArabic = 0x600
	lastArabic  = 0x6ff
)

func isArabic(r rune) bool { return r >= firstArabic && r <= lastArabic }

// foldArabic appends an Arabic letter in its plainest spelling.
func foldArabic(dst []byte, r rune) []byte {
	switch {
	case r == 'ء' || r == 'ـ' || r == 0x670 || r >= 0x64b && r <= 0x65f || r >= 0x6d6 && r <= 0x6ed:
		return dst // hamza on the line, tatweel, harakat, marks of recitation
	case r == 'آ' || r == 'أ' || r == 'إ' || r >= 'ٱ' && r <= 'ٳ' || r == 'ٵ':
		r = 'ا'
	case r == 'ؤ' || r == 'ٶ':
		r = 'و'
	case r == 'ئ' || r == 'ى' || r == 'ی' || r == 'ٸ' || r == 'ے' || r == 'ۓ':
		r = 'ي'
	case r == 'ة' || r == 'ھ' || r >= 'ۀ' && r <= 'ۃ' || r == 'ە':
		r = 'ه'
	case r == 'ک' || r == 'ڪ':
		r = 'ك'
	case r >= '٠' && r <= '٩':
		r = '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		r = '0' + r - '۰'
	}
	return utf8.AppendRune(dst, r)
}

// fold appends what a rune of a word stands for; kind says what the rune is when
// it is no letter.
func (a *alphabet) fold(dst []byte, r rune) (out []byte, kind runeKind) {
	if r < firstPlain {
		switch s := a.latin[r]; s {
		case separator:
			return dst, isGap
		case apostrophe:
			return dst, isApostrophe
		case invisible:
			return dst, isNothing
		default:
			return append(dst, s...), isLetter
		}
	}
	if isArabic(r) {
		f := &a.arabic[r-firstArabic]
		return append(dst, f.text...), f.kind
	}
	if r >= firstPunctuation && r <= lastPunctuation {
		return dst, a.punctuation[r-firstPunctuation]
	}
	return foldPlain(dst, r)
}

// arabicLetter returns what an Arabic letter stands for; "" for other runes.
func (a *alphabet) arabicLetter(r rune) string {
	if !isArabic(r) {
		return ""
	}
	return a.arabic[r-firstArabic].text
}

// foldPlain folds a rune beyond the Latin letters of Europe.
func foldPlain(dst []byte, r rune) (out []byte, kind runeKind) {
	switch {
	case isArabic(r) && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)):
		return foldArabic(dst, r), isLetter
	case r == '’' || r == '‘' || r == '＇':
		return dst, isApostrophe
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return utf8.AppendRune(dst, r), isAlone
	case r >= 0xac00 && r <= 0xd7a3: // Hangul stays in syllables
		return utf8.AppendRune(dst, r), isLetter
	case isAccent(r) || unicode.Is(unicode.Cf, r):
		return dst, isNothing
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		return decompose(dst, r), isLetter
	}
	return dst, isGap
}

// runeKind is what a rune is to a word.
type runeKind uint8

const (
	isGap        runeKind = iota // parts words
	isLetter                     // is part of a word
	isAlone                      // is a word of its own, as in Chinese
	isApostrophe                 // parts an article from its noun
	isNothing                    // is as if absent
)
