package story

import "unicode/utf8"

// minSound is the number of consonants from which a name is told by them alone.
// Arabic roots have three, and words of four are still too many.
const minSound = 5

// sound appends the consonants of a folded word, by which a name is known in both
// scripts: microsoft and مايكروسوفت are mkrsft. Letters that the scripts write
// in each other's place count as one: b and p, f and v, g and j, s, z and sh.
func sound(b, word []byte) []byte {
	for i := 0; i < len(word); {
		r, size := rune(word[i]), 1
		var c byte
		if r < utf8.RuneSelf {
			next := rune(0)
			if i+1 < len(word) {
				next = rune(word[i+1])
			}
			c = latinSound(r, next)
		} else {
			r, size = utf8.DecodeRune(word[i:])
			c = arabicSound(r)
		}
		i += size
		if c != 0 && (len(b) == 0 || b[len(b)-1] != c) {
			b = append(b, c)
		}
		if r == 'x' {
			b = append(b, 's')
		}
	}
	return b
}

// latinSound is the consonant of a Latin letter, 0 for what is not heard as one.
func latinSound(r, next rune) byte {
	switch r {
	case 'b', 'd', 'l', 'm', 'n', 'r', 't', 'f', 's', 'k':
		return byte(r)
	case 'p':
		if next == 'h' {
			return 'f'
		}
		return 'b'
	case 'c':
		if next == 'e' || next == 'i' || next == 'y' || next == 'h' {
			return 's'
		}
		return 'k'
	case 'q', 'x':
		return 'k'
	case 'v':
		return 'f'
	case 'z':
		return 's'
	case 'g', 'j':
		return 'g'
	}
	return 0
}

// arabicSound is the consonant of a folded Arabic letter.
func arabicSound(r rune) byte {
	switch r {
	case 'ب', 'پ':
		return 'b'
	case 'ت', 'ث', 'ط':
		return 't'
	case 'ج', 'غ', 'گ', 'ڭ':
		return 'g'
	case 'خ', 'ق', 'ك':
		return 'k'
	case 'د', 'ذ', 'ض':
		return 'd'
	case 'ر':
		return 'r'
	case 'ز', 'س', 'ش', 'ص', 'ظ', 'چ':
		return 's'
	case 'ف', 'ڤ':
		return 'f'
	case 'ل':
		return 'l'
	case 'م':
		return 'm'
	case 'ن':
		return 'n'
	}
	return 0
}

// withoutArticle takes the article and what is written together with it off a
// folded Arabic word.
func withoutArticle(word []byte) []byte {
	for _, prefix := range [...]string{"وال", "بال", "كال", "فال", "لل", "ال"} {
		if len(word) >= len(prefix)+6 && string(word[:len(prefix)]) == prefix {
			return word[len(prefix):]
		}
	}
	return word
}
