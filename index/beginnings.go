package index

import "strings"

// beginnings are the first two bytes of the words that may become one of some terms:
// most words of a text need not be stemmed to be passed over. Some words that begin so
// become none of them, but none that begins otherwise becomes one. Where it is nil, words
// may begin in any way.
type beginnings struct {
	// second has for each first byte the second ones by their lower six bits, which
	// tell apart all small letters, and all Arabic ones.
	second [256]uint64
	// articles says that words may lose what they begin with, as they do in Arabic.
	articles bool
}

// add adds how the words begin that a term may stand for.
func (b *beginnings) add(term string) {
	if len(term) == 1 { // of a longer word, perhaps
		b.second[term[0]] = ^uint64(0)
		return
	}
	// The stemmers leave the first two letters alone, but for two things: French ones
	// lose one of two that are the same, and English "dying" becomes "die".
	b.second[term[0]] |= bit(term[1]) | bit(term[0]) | bit('y')
}

func bit(c byte) uint64 { return 1 << (c & 63) }

// has reports whether a word may begin with two bytes; second is parting
// for a word of one.
func (b *beginnings) has(first, second byte) bool {
	return b == nil || b.second[first]&bit(second) != 0
}

// of reports whether a word may begin as it does.
func (b *beginnings) of(word []byte) bool {
	for len(word) > 1 {
		if b.has(word[0], word[1]) {
			return true
		}
		n := 0
		if b.articles {
			n = articleOf(word)
		}
		if n == 0 {
			return false
		}
		word = word[n:]
	}
	return len(word) == 1 && b.has(word[0], parting)
}

// articleOf returns how long what Arabic writes in front of a word is at least: the
// stemmer and [oneArticle] cut one of these each, the longest that fits.
func articleOf(word []byte) int {
	const article, and = "ال", "و"
	switch letter := string(word[:2]); letter {
	case and:
		return len(and)
	case "ا", "ل":
		if strings.HasPrefix(string(word[2:min(4, len(word))]), "ل") {
			return len(article)
		}
	case "ب", "ك", "ف":
		if strings.HasPrefix(string(word[2:min(6, len(word))]), article) {
			return 2 + len(article)
		}
	}
	return 0
}
