// Package spell suggests the word that was probably meant by a misspelt one, from
// the words of a collection of texts and how often each is there.
//
//	s := spell.New(words, spell.Options{}) // words with their counts
//	if meant, ok := s.Suggest("télécomunications"); ok { ... }
//
// A suggestion is a frequent word that is at most two mistakes away: a letter too
// many, too few or another, or two letters in the wrong order (the restricted
// distance of Damerau and Levenshtein). Capitals, accents and the spellings of
// Arabic that people leave out are no mistakes; suggestions have them as the texts
// mostly do.
//
// # Caveats
//
// It knows words, not sentences: a mistake that makes another word is not seen.
// A word that the texts have three times is taken to be right. One speller per
// language serves better than one for all, since neighbours of other languages
// then do not mislead. What visitors are suggested must come from public texts
// only. A Speller does not change once made and may be used by many goroutines.
package spell

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Options say how to build a [Speller]. The zero value is good.
type Options struct {
	// Most is how many words are kept, the most frequent ones; 100,000 when zero.
	// Each takes about 60 bytes.
	Most int
	// Fold takes from a word what is no mistake: capitals, accents. Words that
	// become "" are left out. The default also folds Arabic spellings.
	Fold func(string) string
}

// Bounds of words, in letters. Shorter ones have too many neighbours, longer ones
// are no words.
const (
	shortest = 3
	longest  = 40
)

// known is how often the texts have a word that is taken to be right.
const known = 3

// defaultMost words are kept when nothing is said.
const defaultMost = 100_000

// Speller knows words by their folded form, in alphabetical order.
type Speller struct {
	fold  func(string) string
	words []entry
}

// entry is a folded word, how it is mostly written, and its count in all forms.
type entry struct {
	word, shown string
	count       int
}

// New returns a speller for words with their counts. A word may come again; what
// is no word (digits, one or two letters, more than 40) is passed over. Building
// holds at most twice the words that are kept.
func New(words iter.Seq2[string, int], o Options) *Speller {
	s := &Speller{fold: o.Fold}
	if s.fold == nil {
		s.fold = fold
	}
	most := o.Most
	if most <= 0 {
		most = defaultMost
	}
	tally := map[string]*forms{}
	for word, count := range words {
		folded := s.fold(word)
		if count <= 0 || !isWord(folded) {
			continue
		}
		f := tally[folded]
		if f == nil {
			if len(tally) >= 2*most {
				prune(tally, most)
			}
			f = &forms{}
			tally[folded] = f
		}
		f.add(strings.ToLower(word), count)
	}
	prune(tally, most)
	for folded, f := range tally {
		s.words = append(s.words, entry{folded, f.shown, f.count})
	}
	slices.SortFunc(s.words, func(a, b entry) int { return cmp.Compare(a.word, b.word) })
	return s
}

// forms are the ways to write one folded word.
type forms struct {
	count, best int
	shown       string
	counts      map[string]int // nil while there is one form only
}

// maxForms is how many ways to write a word are told apart.
const maxForms = 16

func (f *forms) add(word string, count int) {
	f.count += count
	if f.counts == nil {
		if f.shown == "" || f.shown == word {
			f.shown, f.best = word, f.best+count
			return
		}
		f.counts = map[string]int{f.shown: f.best}
	}
	if _, ok := f.counts[word]; !ok && len(f.counts) == maxForms {
		return
	}
	f.counts[word] += count
	if n := f.counts[word]; n > f.best || n == f.best && word < f.shown {
		f.shown, f.best = word, n
	}
}

// prune keeps the most frequent words; of equal ones, those first in the alphabet.
func prune(tally map[string]*forms, most int) {
	if len(tally) <= most {
		return
	}
	all := make([]entry, 0, len(tally))
	for w, f := range tally {
		all = append(all, entry{word: w, count: f.count})
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.word, b.word))
	})
	for _, e := range all[most:] {
		delete(tally, e.word)
	}
}

// isWord reports what can be misspelt.
func isWord(s string) bool {
	if len(s) > utf8.UTFMax*longest {
		return false
	}
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
		n++
	}
	return n >= shortest && n <= longest
}

// Len returns the number of words.
func (s *Speller) Len() int { return len(s.words) }

// Suggest returns the word that was probably meant, in small letters, and whether
// there is one that is better than the word itself.
func (s *Speller) Suggest(word string) (string, bool) {
	if len(word) > utf8.UTFMax*longest*2 {
		return "", false
	}
	word = s.fold(word)
	if !isWord(word) {
		return "", false
	}
	own := 0
	if i, ok := slices.BinarySearchFunc(s.words, word, func(e entry, w string) int { return cmp.Compare(e.word, w) }); ok {
		own = s.words[i].count
	}
	if own >= known {
		return "", false
	}
	best, ok := s.nearest([]rune(word), own)
	return best.shown, ok
}

// nearest returns the word that fits best. Two mistakes are looked for only in
// words of six letters and more, and where one mistake leads to no word that is
// known well.
func (s *Speller) nearest(letters []rune, own int) (best entry, ok bool) {
	most := 2
	if len(letters) < 6 {
		most = 1
	}
	for within := 1; within <= most && best.count < known; within++ {
		high := math.Inf(-1)
		w := walk{letters: letters, most: within}
		w.each(s.words, func(i, distance int) {
			// A word that is there once or twice may be right: only one that is far
			// more frequent takes its place.
			if distance == 0 || own > 0 && s.words[i].count < 50*own {
				return
			}
			if got := fit(letters, s.words[i], distance); got > high {
				best, high = s.words[i], got
			}
		})
	}
	return best, best.count > 0
}

// fit is how likely a word was meant: the logarithm of its count, less what
// mistakes cost. Nobody makes two when one will do, and few miss the first letter.
func fit(letters []rune, e entry, distance int) float64 {
	got := math.Log(float64(e.count)) - 6*float64(distance-1)
	first, _ := utf8.DecodeRuneInString(e.word)
	if first != letters[0] {
		got -= 2
	}
	return got
}

// fold is the folding where none is given.
func fold(s string) string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsMark(r) && r < 0x700, r == 'ء', r == 'ـ', unicode.Is(unicode.Cf, r):
		case r == 'œ':
			out.WriteString("oe")
		case r == 'æ':
			out.WriteString("ae")
		case r == 'ة':
			out.WriteRune('ه')
		case r == 'ى' || r == 'ی':
			out.WriteRune('ي')
		case r == 'ک':
			out.WriteRune('ك')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}
