package index_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/vigietest"
)

// TestBeginnings: no stemmer turns a word into a term that the word is not seen to begin
// like, whichever way it begins and ends.
func TestBeginnings(t *testing.T) {
	for lang, folder := range editionsOf() {
		b := index.NewBeginner(lang)
		for _, page := range vigietest.HandbookPages(t, vigietest.Handbook(t, folder)) {
			for _, p := range vigietest.Chapter(t, page) {
				for _, word := range b.Strangers(p) {
					t.Errorf("%s: %q is taken for a word that begins otherwise than its term %q", lang, word, b.Term(word))
				}
			}
		}
		if lang == vigie.Arabic {
			continue
		}
		for _, ending := range []string{"", "x", "s", "es", "ies", "ing", "ying", "ed", "ied", "ly", "aux", "ive", "olle", "ement", "issement", "trice", "ceses", "eer", "sses"} {
			for a := 'a'; a <= 'z'; a++ {
				for c := 'a'; c <= 'z'; c++ {
					word := string([]rune{a, c}) + ending
					if len(b.Strangers(word)) > 0 || len(b.Strangers(string(a)+word)) > 0 {
						t.Errorf("%s: %q is taken for a word that begins otherwise than its term %q", lang, word, b.Term(word))
					}
				}
			}
		}
	}
}

// TestReadPast: whoever reads past words that cannot be wanted finds the same ones as who
// looks at each, in texts that are no good UTF-8, too.
func TestReadPast(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	spoil := []string{"\xff", "\x00", "\u00ad", "\u200f", "\ufefb", "l’", "d'", "'s ", "C++", "IPv6", "É", "ß", "و", "وال", "لل", "پ", " ", "-"}
	for lang, folder := range editionsOf() {
		b := index.NewBeginner(lang)
		page := vigietest.HandbookPages(t, vigietest.Handbook(t, folder))[1]
		for _, p := range vigietest.Chapter(t, page) {
			words := strings.Fields(p)
			for range 5 {
				word := []rune(words[random.IntN(len(words))])
				asked := query.Plain(string(word))
				if random.IntN(2) == 0 {
					asked = query.Query{Clauses: []query.Clause{{Term: query.Term{Kind: query.Prefix, Text: string(word[:1+random.IntN(len(word))])}}}}
				}
				text := p
				for range random.IntN(6) {
					at := random.IntN(len(text) + 1)
					text = text[:at] + spoil[random.IntN(len(spoil))] + text[at:]
				}
				if past, every := b.Wanted(text, asked); !slices.Equal(past, every) {
					t.Fatalf("%s: %q of %q (UTF-8: %v): %v, by looking at every word %v", lang, string(word), text, utf8.ValidString(text), past, every)
				}
			}
		}
	}
}
