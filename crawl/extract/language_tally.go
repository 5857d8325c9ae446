package extract

import (
	_ "embed"
	"encoding/binary"
	"unicode/utf8"

	"vigie"
)

// trigrams is a table of lines of one length, sorted: three symbols (see [symbol]),
// then for each class a sign that says how much more often the trigram stands in its
// texts than anywhere: its logarithm in eighths, from '0'. language_train.go says
// what the table was made from and makes it again.
//
//go:embed language_trigrams.txt
var trigrams string

// smallWords is a table of lines of one length, sorted, of the words that make up a
// third of any running text: eight bytes for the word, then a letter for each class
// that uses it, from 'a', both filled up with spaces.
//
//go:embed language_words.txt
var smallWords string

//go:generate go run language_train.go

// class is a language in Latin script, or a few that resemble each other.
type class int8

// The classes, in the order of the table. Those after Spanish are there to be told
// from the three before.
const (
	english class = iota
	french
	spanish
	portuguese
	galician
	catalan
	italian
	romanian
	german
	dutch
	nordic
	slavic
	turkish
	malay
	finnish
	african
	classes
	unknown class = -1
)

// ours reports whether a class is one of the languages that vigie reads.
func (c class) ours() bool { return c == english || c == french || c == spanish }

// lang returns the language of a class, [vigie.Und] where it is not ours.
func (c class) lang() vigie.Lang {
	switch c {
	case english:
		return vigie.English
	case french:
		return vigie.French
	case spanish:
		return vigie.Spanish
	default:
		return vigie.Und
	}
}

// classOf returns the class of a language, [unknown] where it has none.
func classOf(l vigie.Lang) class {
	switch l.Base() {
	case "en":
		return english
	case "fr":
		return french
	case "es":
		return spanish
	case "pt":
		return portuguese
	case "gl":
		return galician
	case "ca", "oc":
		return catalan
	case "it":
		return italian
	case "ro":
		return romanian
	case "de", "lb":
		return german
	case "nl", "af":
		return dutch
	case "sv", "da", "nb", "nn", "no":
		return nordic
	case "pl", "cs", "sk", "hr", "sl", "sr", "bs":
		return slavic
	case "tr", "az", "ku":
		return turkish
	case "id", "ms", "tl":
		return malay
	case "fi", "hu", "et":
		return finnish
	case "sw", "so", "ha", "yo", "wo", "ln", "zu", "bm", "ig", "ber", "tzm":
		return african
	default:
		return unknown
	}
}

// smallWord is what a small word counts for the classes that use it: as much as
// four trigrams or so, for names have trigrams but no small words.
const smallWord = 32

// tally adds up how well a text fits each class.
type tally struct {
	sum      [classes]int
	trigrams int // all, whether or not in the table
	small    int // small words
}

// add counts a word: its trigrams, and itself where it is a small one.
func (t *tally) add(w *word) {
	padded := w.padded[:w.symbols+2]
	padded[w.symbols+1] = '_'
	for i := range w.symbols {
		t.trigrams++
		row := trigramRow(key(padded[i], padded[i+1], padded[i+2]))
		for c := range len(row) {
			t.sum[c] += int(row[c] - '0')
		}
	}
	if w.bytes < 0 {
		return
	}
	for i := w.bytes; i < maxSmallWord; i++ {
		w.letters[i] = ' '
	}
	users := smallWordUsers(w.letters)
	if users != "" {
		t.small++
	}
	for i := 0; i < len(users) && users[i] != ' '; i++ {
		t.sum[users[i]-'a'] += smallWord
	}
}

// score is the sum of a class, less what it is behind by for being rare, and more
// where it is what was declared.
func (t *tally) score(c, declared class) int {
	sum := t.sum[c]
	switch {
	case c == galician || c == catalan:
		sum -= 2 * rarity // half the words of their neighbours, and a tenth of the speakers
	case !c.ours():
		sum -= rarity
	}
	if c == declared {
		sum += loyalty
	}
	return sum
}

// best returns the class that a text fits best, and its lead over the next that
// would be another answer: ours are one each, all others are one together.
func (t *tally) best(declared class) (best class, lead int) {
	for c := range classes {
		if t.score(c, declared) > t.score(best, declared) {
			best = c
		}
	}
	lead = t.score(best, declared)
	next := 0
	for c := range classes {
		if c != best && (c.ours() || best.ours()) {
			next = max(next, t.score(c, declared))
		}
	}
	return best, lead - next
}

// fits reports whether a text looks like a text of that class at all.
func (t *tally) fits(c class) bool {
	least := fitParagraph
	switch {
	case !c.ours():
		least = fitOther
	case t.trigrams < longTrigrams:
		least = fitTitle
	}
	return t.sum[c] >= least*t.trigrams
}

// running reports whether a text has small words as running text has, and is not a
// list of names: one in longTrigrams or more.
func (t *tally) running() bool { return longTrigrams*t.small >= t.trigrams }

// plus adds another text.
func (t *tally) plus(o *tally) {
	for c := range classes {
		t.sum[c] += o.sum[c]
	}
	t.trigrams += o.trigrams
	t.small += o.small
}

// word is one word in lower case, as symbols and as letters.
type word struct {
	capitals int
	padded   [maxWord + 2]byte // with a '_' at each end
	symbols  int
	letters  [maxSmallWord]byte
	bytes    int // -1 where it is too long to be a small word
}

// The most symbols of a word that are read, and bytes of a small word.
const (
	maxWord      = 40
	maxSmallWord = 8
)

func (w *word) reset() { w.capitals, w.symbols, w.bytes = 0, 0, 0 }

// acronym reports whether a word is one, such as ADSL: it tells nothing.
func (w *word) acronym() bool { return w.symbols > 1 && w.symbols < 6 && w.capitals == w.symbols }

func (w *word) add(r rune) {
	if w.symbols < maxWord {
		w.padded[0] = '_'
		w.symbols++
		w.padded[w.symbols] = symbol(r)
	}
	switch {
	case w.bytes < 0 || w.bytes+utf8.RuneLen(r) > maxSmallWord:
		w.bytes = -1
	default:
		w.bytes += utf8.EncodeRune(w.letters[w.bytes:], r)
	}
}

// symbol returns one byte for a letter: itself from a to z, another sign for those
// with accents that our languages and their neighbours write, '3' for all others.
func symbol(r rune) byte {
	if r < utf8.RuneSelf {
		return byte(r)
	}
	const from = 'à'
	if r >= from && r <= 'ü' {
		return "ABCDEFGHIJKLMNOP3QRSTUV3WXYZ0"[r-from]
	}
	switch r {
	case 'œ':
		return '1'
	case 'ß':
		return '2'
	}
	return '3'
}

// trigramRow returns the signs of a trigram, "" where the table has not got it.
func trigramRow(trigram uint32) string {
	const width = 3 + int(classes) + 1
	low, high := 0, len(trigrams)/width
	for low < high {
		middle := int(uint(low+high) >> 1)
		at := middle * width
		if key(trigrams[at], trigrams[at+1], trigrams[at+2]) < trigram {
			low = middle + 1
		} else {
			high = middle
		}
	}
	at := low * width
	if at == len(trigrams) || key(trigrams[at], trigrams[at+1], trigrams[at+2]) != trigram {
		return ""
	}
	return trigrams[at+3 : at+width-1]
}

// key makes one number of three symbols.
func key(a, b, c byte) uint32 { return uint32(a)<<16 | uint32(b)<<8 | uint32(c) }

// smallWordUsers returns the letters of the classes that use a small word, "" for any
// other word.
func smallWordUsers(w [maxSmallWord]byte) string {
	const width = maxSmallWord + 9 + 1
	wanted := binary.BigEndian.Uint64(w[:])
	low, high := 0, len(smallWords)/width
	for low < high {
		middle := int(uint(low+high) >> 1)
		if wordKey(smallWords[middle*width:]) < wanted {
			low = middle + 1
		} else {
			high = middle
		}
	}
	at := low * width
	if at == len(smallWords) || wordKey(smallWords[at:]) != wanted {
		return ""
	}
	return smallWords[at+maxSmallWord : at+width-1]
}

// wordKey makes one number of the first eight bytes of a line.
func wordKey(line string) uint64 {
	_ = line[7]
	return uint64(line[0])<<56 | uint64(line[1])<<48 | uint64(line[2])<<40 | uint64(line[3])<<32 |
		uint64(line[4])<<24 | uint64(line[5])<<16 | uint64(line[6])<<8 | uint64(line[7])
}
