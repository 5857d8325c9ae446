package story

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// decompose takes s apart into the runes of l: compatibility forms undone, letters and
// accents apart. Accents do not count, so that those of the letters that most texts are
// made of are left out at once; a line that has other signs is taken apart by the book.
func (l *line) decompose(s string) {
	l.runes = l.runes[:0]
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			l.runes = append(l.runes, rune(c))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		r, ok := plain(r)
		if !ok {
			l.runes = l.runes[:0]
			for _, r := range norm.NFKD.String(s) {
				l.runes = append(l.runes, foldDigit(r))
			}
			return
		}
		l.runes = append(l.runes, r)
		i += size
	}
}

// bases are the letters of U+00C0 to U+017F without their accents: "=" for those that
// have none, "?" for those that become two.
const bases = "AAAAAA=CEEEEIIII=NOOOOO==UUUUY==aaaaaa=ceeeeiiii=nooooo==uuuuy=y" +
	"AaAaAaCcCcCcCcDd==EeEeEeEeEeGgGgGgGgHh==IiIiIiIiI=??JjKk=LlLlLl?" +
	"?==NnNnNn?==OoOoOo==RrRrRrSsSsSsSsTtTt==UuUuUuUuUuUuWwYyYZzZzZzs"

// plain returns a letter without its accents, a digit as ours, and a sign as it is; it
// does not know all of them.
func plain(r rune) (rune, bool) {
	switch {
	case r >= 0xC0 && r < 0x180:
		switch base := bases[r-0xC0]; base {
		case '=':
			return r, true
		case '?':
			return 0, false
		default:
			return rune(base), true
		}
	case r >= 'ء' && r <= '٩':
		return plainArabic(r), true
	}
	switch r {
	case 0xA0, 0x202F:
		return ' ', true
	case '«', '»', '‘', '’', '“', '”', '–', '—', '°', '€', '،', '؛', '؟':
		return r, true
	}
	return 0, false
}

// plainArabic takes hamza and madda off an Arabic letter.
func plainArabic(r rune) rune {
	switch r {
	case 'آ', 'أ', 'إ':
		return 'ا'
	case 'ؤ':
		return 'و'
	case 'ئ':
		return 'ي'
	}
	return foldDigit(r)
}
