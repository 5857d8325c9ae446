package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many letters of a text are read to tell its language, at most, and of its
// title.
const (
	maxLetters      = 400
	maxTitleLetters = 160
)

// sample is some of the letters of a text, counted by script.
type sample struct {
	limit                int // of the letters
	arabic, latin, other int
	persian              int  // letters that Persian or Urdu have and Arabic has not
	lower                bool // whether there are small letters
	tally                tally
	word                 word
}

// sampleOf reads a title and the beginning of a text or, where it is long, three
// places of it: a summary in another language often stands at the top.
func sampleOf(title, text string) sample {
	var s sample
	s.read(title, maxTitleLetters)
	const long = 8 * maxLetters // in bytes
	if len(text) < long {
		s.read(text, maxLetters)
		return s
	}
	for n := range 3 {
		s.read(fromWord(text[n*(len(text)/3):]), s.letters()+(maxLetters-s.letters())/(3-n))
	}
	return s
}

// fromWord cuts what may be the end of a word.
func fromWord(text string) string {
	const longWord = 100
	if i := strings.IndexByte(text[:min(len(text), longWord)], ' '); i >= 0 {
		return text[i:]
	}
	return text
}

func (s *sample) letters() int { return s.arabic + s.latin + s.other }

// read reads a text until there are so many letters in all.
func (s *sample) read(text string, limit int) {
	s.limit = limit
	for text != "" && s.letters() < limit {
		i := strings.IndexAny(text, " \n\t")
		if i < 0 {
			i = len(text)
		}
		if !isCode(text[:i]) {
			s.readWords(text[:i])
		}
		text = text[min(i+1, len(text)):]
	}
}

// readWords reads what stands between two spaces.
func (s *sample) readWords(text string) {
	for _, r := range text {
		if s.letters() >= s.limit {
			break
		}
		switch {
		case isWordRune(r):
			s.add(r)
		case !unicode.Is(unicode.Mn, r): // the marks of vowels part no words
			s.endWord()
		}
	}
	s.endWord()
}

// isCode reports whether what stands between two spaces is an address or a piece of
// a program rather than words.
func isCode(s string) bool {
	const longest = 200 // and not Chinese, which knows no spaces
	s = strings.Trim(s, ".,;:!?()[]\"'")
	return len(s) <= longest && !strings.Contains(s, "\u00a0") && (strings.HasPrefix(s, "/") || strings.HasPrefix(s, "--") || strings.ContainsAny(s, "_@={}<>$.") || strings.Contains(s, "://"))
}

func (s *sample) endWord() {
	if s.word.symbols > 0 {
		if !s.lower || !s.word.acronym() {
			s.tally.add(&s.word)
		}
		s.word.reset()
	}
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) && r != utf8.RuneError
}

// add counts a letter, and adds it to the word in lower case.
func (s *sample) add(r rune) {
	switch {
	case r < utf8.RuneSelf:
		s.latin++
		s.addLatin(r, r|0x20)
	case r < 0x250 || r >= 0x1e00 && r < 0x1f00 || r >= 0xfb00 && r < 0xfb07:
		s.latin++
		s.addLatin(r, unicode.ToLower(r))
	case r >= 0x600 && r < 0x780 || r >= 0xfb50 && r < 0xfe00 || r >= 0xfe70 && r < 0xff00:
		s.arabic++
		if isPersian(r) {
			s.persian++
		}
	default:
		s.other++
	}
}

func (s *sample) addLatin(r, lower rune) {
	if r == lower {
		s.lower = true
	} else {
		s.word.capitals++
	}
	s.word.add(lower)
}

// isPersian reports whether r is one of the letters of Persian, Urdu, Pashto or
// Kurdish that standard Arabic does not write.
func isPersian(r rune) bool {
	switch r {
	case 'پ', 'چ', 'ژ', 'گ', 'ک', 'ی', 'ٹ', 'ڈ', 'ڑ', 'ں', 'ھ', 'ہ', 'ے', 'ټ', 'ډ', 'ړ', 'ږ', 'ښ', 'ڼ', 'ۆ', 'ێ', 'ڵ':
		return true
	}
	return false
}
