package extract

import (
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"

	"vigie"
)

// The least and the most letters that [Language] wants to see, and how many
// bytes it gives to the trigrams.
const (
	minLetters  = 60
	maxLetters  = 400
	maxTrigrams = 240
)

// Language tells the language of a text among French, Arabic, English and
// Spanish. What is declared (by the item, the page, the feed or the source, in
// that order) is the starting point and stays, with its region, where the text
// agrees, is too short, or leaves doubt. Where nothing is known it is
// [vigie.Und].
func Language(declared vigie.Lang, title, text string) vigie.Lang {
	if declared == "" {
		declared = vigie.Und
	}
	s := sampleOf(title, text)
	total := s.letters()
	switch {
	case total == 0:
		return declared
	case 2*s.arabic > total:
		return s.inArabicScript(declared)
	case 2*s.latin > total:
		return s.inLatinScript(declared)
	case declared.Base() == vigie.Arabic || isLatin(declared.Base()):
		return vigie.Und // neither script of the four languages
	}
	return declared
}

// sample is the beginning of a text with its letters and small words counted.
type sample struct {
	text                 []byte
	start                int // of the word being read
	arabic, latin, other int
	persian              int // letters that Persian or Urdu have and Arabic has not
	words                wordCount
}

func sampleOf(parts ...string) sample {
	s := sample{text: make([]byte, 0, 3*maxLetters)}
	for _, part := range parts {
		for _, r := range part {
			if s.letters() >= maxLetters {
				break
			}
			if isWordRune(r) {
				s.add(r)
			} else {
				s.endWord()
			}
		}
		s.endWord()
	}
	return s
}

func (s *sample) letters() int { return s.arabic + s.latin + s.other }

// add appends a letter, in lower case, and counts it.
func (s *sample) add(r rune) {
	s.count(r)
	switch {
	case r < utf8.RuneSelf:
		s.text = append(s.text, byte(r)|0x20)
	case r < 0x600:
		s.text = utf8.AppendRune(s.text, unicode.ToLower(r))
	default: // no capitals there, with few exceptions
		s.text = utf8.AppendRune(s.text, r)
	}
}

// endWord counts the word that was being read, if any.
func (s *sample) endWord() {
	if s.start < len(s.text) {
		s.words.add(s.text[s.start:])
		s.text = append(s.text, ' ')
	}
	s.start = len(s.text)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) && r != utf8.RuneError
}

func (s *sample) count(r rune) {
	switch {
	case r < 0x250:
		s.latin++
	case r >= 0x600 && r < 0x780 || r >= 0xfb50 && r < 0xfe00 || r >= 0xfe70 && r < 0xff00:
		s.arabic++
		if isPersian(r) {
			s.persian++
		}
	default:
		s.other++
	}
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

func (s *sample) inArabicScript(declared vigie.Lang) vigie.Lang {
	// One such letter in 25 is more than foreign names bring into Arabic.
	if 25*s.persian > s.arabic {
		if declared.Base() == vigie.Arabic || isLatin(declared.Base()) {
			return vigie.Und
		}
		return declared
	}
	if declared.Direction() == "rtl" && (declared.Base() == vigie.Arabic || s.arabic < minLetters) {
		return declared
	}
	return vigie.Arabic
}

func (s *sample) inLatinScript(declared vigie.Lang) vigie.Lang {
	if s.latin < minLetters {
		if declared.Base() == vigie.Arabic {
			return vigie.Und
		}
		return declared
	}
	found, sure := s.words.language()
	if !sure {
		byWords := found
		found, sure = s.byTrigrams()
		sure = sure || found == byWords
	}
	switch {
	case found == declared.Base():
		return declared
	case sure && isLatin(found):
		return found
	case sure && isLatin(declared.Base()), declared.Base() == vigie.Arabic:
		return vigie.Und
	}
	return declared
}

// byTrigrams asks whatlanggo, which takes a fifth of a millisecond: only where
// the small words leave doubt. Four neighbours that it would else take for one
// of ours stand in the list as well; they give [vigie.Und].
func (s *sample) byTrigrams() (vigie.Lang, bool) {
	info := whatlanggo.DetectWithOptions(string(s.text[:min(len(s.text), maxTrigrams)]), whatlanggo.Options{
		Whitelist: map[whatlanggo.Lang]bool{
			whatlanggo.Fra: true, whatlanggo.Eng: true, whatlanggo.Spa: true,
			whatlanggo.Deu: true, whatlanggo.Ita: true, whatlanggo.Por: true, whatlanggo.Nld: true,
		},
	})
	found := vigie.Und
	switch info.Lang {
	case whatlanggo.Fra:
		found = vigie.French
	case whatlanggo.Eng:
		found = vigie.English
	case whatlanggo.Spa:
		found = vigie.Spanish
	}
	return found, info.IsReliable()
}

// isLatin reports whether l is one of our languages in Latin script.
func isLatin(l vigie.Lang) bool {
	return l == vigie.French || l == vigie.English || l == vigie.Spanish
}
