package extract

import "vigie"

// wordCount counts the small words of a text by the languages that they belong
// to. They make up a third of any running text and tell the languages in Latin
// script apart faster and better than letters do. Words that several of our
// languages share ("la", "de", "en") do not count.
type wordCount struct{ french, english, spanish, foreign, all int }

// add counts one word, in lower case.
func (c *wordCount) add(word []byte) {
	c.all++
	if len(word) > 6 {
		return
	}
	switch string(word) {
	case "le", "les", "des", "du", "et", "est", "une", "dans", "pour", "par", "sur", "au", "aux", "qui", "ce", "cette",
		"mais", "à", "aussi", "selon", "après", "ne", "sont", "avec", "plus", "pas", "elle", "nous", "vous", "ses", "leur", "leurs", "ces", "été", "où", "ont", "dont":
		c.french++
	case "the", "of", "and", "to", "is", "that", "for", "with", "was", "are", "by", "on", "this", "from", "has", "have",
		"it", "its", "be", "will", "an", "at", "or", "which", "their", "were", "been", "they", "more", "not":
		c.english++
	case "el", "los", "las", "y", "su", "sus", "más", "este", "esta", "lo", "fue", "ha", "sobre", "entre", "también",
		"desde", "hasta", "según", "esto", "estos", "pero":
		c.spanish++
	case "o", "os", "do", "da", "dos", "das", "em", "um", "uma", "não", "com", "ao", "na", "pela", "pelo", "são",
		"di", "che", "è", "gli", "della", "dei", "per", "sono", "nel", "alla", "delle", "più", "il",
		"der", "die", "und", "ist", "nicht", "ein", "eine", "mit", "von", "zu", "den", "auf", "für", "dem", "im",
		"het", "een", "van", "niet", "voor", "zijn", "op", "te", "yang", "dan", "dengan", "untuk", "ve", "bir", "bu", "için",
		"och", "att", "det", "som", "på", "og", "av", "är", "til", "się", "nie", "jest", "că", "și", "în", "cu":
		c.foreign++
	}
}

// language returns the language that has most of the words, [vigie.Und] for one
// that is none of ours, and whether it leads clearly.
func (c *wordCount) language() (vigie.Lang, bool) {
	found, most, next := vigie.Und, c.foreign, 0
	for _, l := range []struct {
		lang vigie.Lang
		n    int
	}{{vigie.French, c.french}, {vigie.English, c.english}, {vigie.Spanish, c.spanish}} {
		if l.n > most {
			found, most, next = l.lang, l.n, most
		} else {
			next = max(next, l.n)
		}
	}
	return found, most >= 3 && 12*most >= c.all && most >= 2*next
}
