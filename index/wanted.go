package index

import (
	"slices"
	"strings"

	"vigie"
	"vigie/index/query"
	"vigie/index/thesaurus"
)

// wanted are the terms that a query looks for in texts of one language.
type wanted struct {
	lang *language
	// number counts the terms; the beginnings of words follow them.
	number map[string]int
	// forms are the words as they were written, folded.
	forms map[string]bool
	// said are the words as they were written, by term.
	said     map[string]wantedWord
	prefixes []string
	// slots say which of them stand for each other: each is in one at least.
	slots []slot
	// begins are how the words begin that may become one of the terms.
	begins beginnings
}

// wantedWord is a word that is looked for as it was written, and what was typed in place
// of which it is looked for; "" where it was typed itself.
type wantedWord struct{ word, instead string }

// wanted returns what to show in an extract: what was typed, and what was looked for
// beside it.
func (l *languages) wanted(lang *language, q query.Query, also []Also) *wanted {
	w := &wanted{lang: lang, number: map[string]int{}, forms: map[string]bool{}, said: map[string]wantedWord{}}
	if words := wishedWords(q); words != "" && len(also) > 0 {
		slots, all := l.slots(lang, words, l.smallWords(words), also)
		w.slots = slots
		for n, text := range all {
			w.number[text] = n
		}
	}
	for _, t := range q.Looked() {
		words := l.folded(t.Text)
		if t.Kind != query.Prefix || len(words) == 0 {
			w.add(l, t.Text, "")
			continue
		}
		w.prefixes = append(w.prefixes, words[len(words)-1])
		for _, cut := range lang.prefixTerms(words[len(words)-1]) {
			w.term(cut, wantedWord{word: t.Text})
		}
	}
	for _, a := range also { // more of them than are looked for, in no slot with others
		for _, t := range a.Texts {
			if t.Lang == lang.code || t.Lang == thesaurus.Every {
				w.add(l, t.Text, strings.Join(strings.Fields(a.Words), " "))
			}
		}
	}
	w.begins.articles = lang.code == vigie.Arabic
	for t := range w.number {
		w.begins.add(t)
	}
	for n, p := range w.prefixes {
		w.begins.add(p)
		w.slots = append(w.slots, slot{way{words: []int{len(w.number) + n}, weight: 1}})
	}
	return w
}

// add adds the words of a text that mean something, and a compound as one word.
func (w *wanted) add(l *languages, text, instead string) {
	for _, word := range l.folded(text) {
		w.forms[word] = true
	}
	l.terms(w.lang, text, func(t term, start, end int) bool {
		if !t.stop {
			w.term(t.text, wantedWord{text[start:end], instead})
		}
		return true
	})
	if whole := l.whole(w.lang, text); whole != "" {
		w.term(whole, wantedWord{text, instead})
	}
}

// term adds a term that stands for itself, unless it is known.
func (w *wanted) term(text string, said wantedWord) {
	if _, known := w.said[text]; !known {
		w.said[text] = said
	}
	if _, known := w.number[text]; known {
		return
	}
	n := len(w.number)
	w.number[text] = n
	w.slots = append(w.slots, slot{way{words: []int{n}, weight: 1}})
}

// has returns the number of what a term is, -1 for none of what is wanted.
func (w *wanted) has(t term) int {
	if t.stop {
		return -1
	}
	if n, ok := w.number[t.text]; ok {
		return n
	}
	for n, p := range w.prefixes {
		if strings.HasPrefix(t.text, p) {
			return len(w.number) + n
		}
	}
	return -1
}

// worths returns what each of what is wanted is worth: its rarity, and the mean of that
// for what was not ranked by. The rank puts more on what is rare: which documents have
// it tells more than which of their pages do.
func (w *wanted) worths(why *Why) []float64 {
	out := make([]float64, len(w.number)+len(w.prefixes))
	sum, n := 0.0, 0.0
	if why != nil {
		for _, word := range why.Words {
			if at, ok := w.number[word.Word]; ok && word.Rarity > 0 {
				out[at] = word.Rarity
				sum, n = sum+word.Rarity, n+1
			}
		}
	}
	mean := 1.0
	if n > 0 {
		mean = sum / n
	}
	for i := range out {
		if out[i] == 0 {
			out[i] = mean
		}
	}
	return out
}

// tell fills in what was typed, or what stands for it, for the words of a rank.
func (w *wanted) tell(why *Why) {
	for i := range why.Words {
		said := w.said[why.Words[i].Word]
		why.Words[i].Said, why.Words[i].For = said.word, said.instead
	}
}

// value is what it is worth to have so much, of 1, of each of what is wanted: of each
// slot what the best of its ways is, that of several words less for each that is missing.
func (w *wanted) value(has, worths []float64) float64 {
	sum := 0.0
	for _, slot := range w.slots {
		best := 0.0
		for _, way := range slot {
			if len(way.words) == 0 {
				continue
			}
			value, share := 0.0, 0.0
			for _, n := range way.words {
				value += has[n] * worths[n]
				share += has[n]
			}
			best = max(best, way.weight*value*share/float64(len(way.words)))
		}
		sum += best
	}
	return sum
}

// all is the most that value can be.
func (w *wanted) all(worths []float64) float64 {
	return w.value(slices.Repeat([]float64{1}, len(worths)), worths)
}
