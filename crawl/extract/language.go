package extract

import "vigie"

// How much it takes to tell a language, in the eighths of a natural logarithm
// that [tally] counts in. The letters of a text hang together, so that the sums
// say three times more than they know.
const (
	// minTrigrams is how many trigrams of the table a text must have to say anything.
	minTrigrams = 6
	// doubt is the lead below which a text without declaration is in no language.
	doubt = 4
	// loyalty is the lead that a text must have over what was declared.
	loyalty = 96
	// rarity is what the languages that are not ours are behind by: a title that
	// could be either is ours.
	rarity = 32
	// fitTitle and fitParagraph are the least that a text scores for each trigram in
	// that of our languages that it is in, when it is short and when it has
	// longTrigrams. Welsh, Lithuanian or Vietnamese, which the table does not know,
	// score 11 to 17 in English.
	fitTitle, fitParagraph = 14, 18
	longTrigrams           = 80
	// fitOther is the same for classes of several languages.
	fitOther = 12
)

// Language tells the language of a text among French, Arabic, English and
// Spanish. What is declared (by the item, the page, the feed or the source, in
// that order) is the starting point and stays, with its region, where the text
// agrees, is too short, or leaves doubt; a clear text beats it. Where nothing is
// known, and where the text is clearly in another language than was declared but
// in none of the four, it is [vigie.Und].
//
// The title and three places of the text are read, 400 letters in all, in some
// twenty microseconds. What looks like an address or a piece of a program is left
// out.
func Language(declared vigie.Lang, title, text string) vigie.Lang {
	if declared == "" {
		declared = vigie.Und
	}
	s := sampleOf(title, text)
	switch total := s.letters(); {
	case total == 0:
		return declared
	case s.mostlyArabic():
		return s.inArabicScript(declared)
	case 2*s.latin > total:
		return s.inLatinScript(declared)
	case declared.Base() == vigie.Arabic || classOf(declared).ours():
		return vigie.Und // neither script of the four languages
	}
	return declared
}

// mostlyArabic reports whether a text is in Arabic script. Arabic writes the names
// of firms and programs in Latin letters, often the greater part of a title, and
// nobody does the reverse: a third is enough, unless the Latin part is a text.
func (s *sample) mostlyArabic() bool {
	switch total := s.letters(); {
	case 2*s.arabic > total:
		return true
	case 4*s.arabic < total:
		return false
	}
	return s.tally.small < 2
}

func (s *sample) inArabicScript(declared vigie.Lang) vigie.Lang {
	// One such letter in 25 is more than foreign names bring into Arabic.
	if 25*s.persian > s.arabic {
		if declared.Base() == vigie.Arabic || classOf(declared).ours() {
			return vigie.Und
		}
		return declared
	}
	const fewLetters = 60
	if declared.Direction() == "rtl" && (declared.Base() == vigie.Arabic || s.arabic < fewLetters) {
		return declared
	}
	return vigie.Arabic
}

func (s *sample) inLatinScript(declared vigie.Lang) vigie.Lang {
	own := classOf(declared)
	found, lead := s.tally.best(own)
	switch {
	case own != unknown && (found == own || !s.tally.running()):
		return declared
	case s.tally.doubtful(found, lead, declared):
		if declared.Base() == vigie.Arabic {
			return vigie.Und
		}
		return declared
	case found.ours():
		return found.lang()
	case own.ours() || declared.Base() == vigie.Arabic:
		return vigie.Und
	}
	return declared
}

// doubtful reports whether what was found by that lead is too little to go by. A
// declaration that the table has no class for cannot take part, and needs a lead as
// large as its loyalty.
func (t *tally) doubtful(found class, lead int, declared vigie.Lang) bool {
	return t.trigrams < minTrigrams || !t.fits(found) || lead < doubt ||
		lead < loyalty && declared != vigie.Und && classOf(declared) == unknown
}
