package story

import (
	"unicode"
	"unicode/utf8"
)

// token is one word or number of a line: a stretch of the folded line.
type token struct {
	start, end int
	hash       uint64
	number     bool
	name       bool
}

// line is a line of text as it is compared: compatibility forms and accents
// undone, lower case, Arabic letters and digits folded, words parted by one space.
type line struct {
	folded []byte
	tokens []token
	runes  []rune // kept to be used again
}

// maxWord bounds a word in bytes: the rest of a longer one does not count.
const maxWord = 64

func (l *line) word(i int) []byte { return l.folded[l.tokens[i].start:l.tokens[i].end] }

// read folds s into l. Arabic loses its vowel signs and the hamza and madda of its
// letters with the other combining marks, once NFKD has taken them off.
func (l *line) read(s string) {
	l.folded, l.tokens = l.folded[:0], l.tokens[:0]
	l.decompose(s)
	runes := l.runes
	opens := true // the next word begins a sentence
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case isDigit(r):
			i = l.readNumber(runes, i)
			opens = false
		case isLetter(r):
			i = l.readWord(runes, i, opens)
			opens = false
		default:
			opens = opens || ends(r)
			i++
		}
	}
	for i := range l.tokens {
		l.tokens[i].hash = hashBytes(l.word(i))
	}
}

// ends reports whether a sentence may be over with r.
func ends(r rune) bool {
	switch r {
	case '.', '!', '?', ':', '؟', '…', '•', '|':
		return true
	}
	return false
}

// readWord reads the word at i and says where it ends.
func (l *line) readWord(runes []rune, i int, opens bool) int {
	start, letters, uppers, latin := l.open(), 0, 0, true
	first := isUpper(runes[i])
	folded := l.folded
	for ; i < len(runes); i++ {
		r := runes[i]
		if isSign(r) {
			continue
		}
		if !isLetter(r) && !isDigit(r) {
			break
		}
		letters++
		if isUpper(r) {
			uppers++
		}
		latin = latin && r < 0x250
		if len(folded)-start < maxWord {
			folded = appendFolded(folded, r)
		}
	}
	l.folded = folded
	l.close(start, token{name: latin && (first && !opens && letters >= 3 || uppers == letters && letters >= 2)})
	return i
}

// isLetter is unicode.IsLetter, quick for the letters that most texts are of.
func isLetter(r rune) bool {
	if r < 0x80 {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return isPlainArabic(r) || unicode.IsLetter(r)
}

// isPlainArabic reports letters without case that are written as they are.
func isPlainArabic(r rune) bool { return r >= 'ء' && r <= 'ي' && r != 'ـ' }

// isUpper is unicode.IsUpper, quick as isLetter is.
func isUpper(r rune) bool {
	if r < 0x80 {
		return r >= 'A' && r <= 'Z'
	}
	return !isPlainArabic(r) && unicode.IsUpper(r)
}

// isSign reports what stands in a word and is no part of it: accents that were taken
// off their letters, vowel signs, the stroke that lengthens Arabic words.
func isSign(r rune) bool {
	switch {
	case r < 0x80 || isPlainArabic(r):
		return false
	case r >= 0x300 && r < 0x370 || r == 'ـ':
		return true
	}
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)
}

// open begins a word and returns where; close ends it.
func (l *line) open() int {
	if len(l.folded) > 0 {
		l.folded = append(l.folded, ' ')
	}
	return len(l.folded)
}

func (l *line) close(start int, t token) {
	if len(l.folded) == start { // nothing but marks
		l.folded = l.folded[:max(start-1, 0)]
		return
	}
	t.start, t.end = start, len(l.folded)
	l.tokens = append(l.tokens, t)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// foldDigit turns the Arabic and the Persian digits and signs into ours.
func foldDigit(r rune) rune {
	switch {
	case r < 0x80:
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	case r >= '۰' && r <= '۹':
		return r - '۰' + '0'
	case r == '٫':
		return ','
	case r == '٬':
		return '\''
	}
	return r
}

func appendFolded(b []byte, r rune) []byte {
	if r < 0x80 {
		if r >= 'A' && r <= 'Z' {
			r |= 0x20
		}
		return append(b, byte(r))
	}
	switch r {
	case 'ى', 'ی':
		r = 'ي'
	case 'ة':
		r = 'ه'
	case 'ک':
		r = 'ك'
	case 'ٱ':
		r = 'ا'
	case 'œ', 'Œ':
		return append(b, "oe"...)
	case 'æ', 'Æ':
		return append(b, "ae"...)
	case 'ß':
		return append(b, "ss"...)
	}
	if isPlainArabic(r) {
		return utf8.AppendRune(b, r)
	}
	return utf8.AppendRune(b, unicode.ToLower(r))
}
