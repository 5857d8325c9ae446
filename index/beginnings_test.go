package index_test

import (
	"testing"

	"vigie"
	"vigie/index"
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
