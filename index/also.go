package index

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"vigie"
	"vigie/index/query"
	"vigie/index/thesaurus"
)

// Also is what a search looks for beside some of the words that were typed: other names
// of the concept that they stand for, or their translations in a dictionary.
type Also struct {
	// Words are those that were typed.
	Words string
	// Concept is the identity in the thesaurus; "" for translations.
	Concept string
	// Texts are what else is looked for, in the languages that were asked for.
	Texts []thesaurus.Alternative

	start, end int // bytes of the words that are wished for
}

// The bounds of what is added to a question: ways to say one thing in one language, and
// letters of words that are translated.
const (
	mostWays    = 5
	leastLetter = 3
)

// What other ways count against the words that were typed: the name that is preferred,
// each further one so much of the one before, and translations, which know nothing of
// the field, less.
const (
	weightOfName   = .9
	weightOfOthers = .9
	weightOfWord   = .8
)

// interpreter knows what words stand for.
type interpreter struct {
	expander     func() *thesaurus.Expander         // returns nil for none
	newer        atomic.Pointer[thesaurus.Expander] // takes its place
	dictionaries atomic.Pointer[thesaurus.Dictionaries]
}

// newInterpreter makes one that reads its thesaurus, if there is one, at the first
// question: that takes longer than opening an index.
func newInterpreter(v *view, read func() (*thesaurus.Thesaurus, error)) *interpreter {
	return &interpreter{expander: sync.OnceValue(func() *thesaurus.Expander {
		if read == nil {
			return nil
		}
		t, err := read()
		if err != nil {
			v.log.Error("the thesaurus cannot be read: nothing is looked for by other names", "err", err)
			return nil
		}
		return t.Expander(v.languages.words)
	})}
}

// names finds concepts; nil where nobody knows any.
func (in *interpreter) names() *thesaurus.Expander {
	if newer := in.newer.Load(); newer != nil {
		return newer
	}
	return in.expander()
}

// also returns what else to look for in languages, for the words that a query wishes
// for, in their order. What is in without, by concept or as typed, is left out.
func (l *languages) also(q query.Query, in *interpreter, into []vigie.Lang, without []string) []Also {
	text := wishedWords(q)
	if in == nil || text == "" || len(into) == 0 {
		return nil
	}
	var out []Also
	if names := in.names(); names != nil {
		for _, m := range names.Expand(text, nil, into) {
			out = append(out, Also{Words: text[m.Start:m.End], Concept: m.Concept, Texts: m.Alternatives, start: m.Start, end: m.End})
		}
	}
	if known := in.dictionaries.Load(); known != nil {
		out = append(out, l.translations(text, known, into, out)...)
	}
	slices.SortStableFunc(out, func(a, b Also) int { return cmp.Compare(a.start, b.start) })
	return slices.DeleteFunc(out, func(a Also) bool {
		return len(a.Texts) == 0 || slices.Contains(without, a.Words) || a.Concept != "" && slices.Contains(without, a.Concept)
	})
}

// translations looks words up that no concept covers.
func (l *languages) translations(text string, known *thesaurus.Dictionaries, into []vigie.Lang, covered []Also) []Also {
	lang := l.spoken(l.folded(text))
	if lang == nil {
		return nil
	}
	var out []Also
	l.words(text, func(word []byte, start, end int) bool {
		isCovered := slices.ContainsFunc(covered, func(a Also) bool { return start < a.end && a.start < end })
		if isCovered || lang.stop[string(word)] || utf8.RuneCount(word) < leastLetter {
			return true
		}
		a := Also{Words: text[start:end], start: start, end: end}
		for _, to := range into {
			if to == lang.code {
				continue
			}
			for _, t := range known.Translate(text[start:end], lang.code, to) {
				a.Texts = append(a.Texts, thesaurus.Alternative{Lang: to, Text: t})
			}
		}
		out = append(out, a)
		return true
	})
	return out
}

// spoken returns the language that a text seems to be in: the one that knows the most
// of its folded words as small words; nil where none knows any.
func (l *languages) spoken(words []string) *language {
	most, best := 0, (*language)(nil)
	for _, lang := range l.all {
		n := 0
		for _, w := range words {
			if lang.stop[w] {
				n++
			}
		}
		if n > most {
			most, best = n, lang
		}
	}
	return best
}

// slots cuts words that are wished for into what they stand for in one language, and
// returns all words that are looked for. It returns nil where there is but what was
// typed.
func (l *languages) slots(lang *language, text string, small []bool, also []Also) (slots []slot, words []string) {
	b := slotBuilder{languages: l, lang: lang, small: small, number: map[string]int{}}
	at := 0
	stand, named := map[int][]Also{}, map[string]int{} // what stands for slots; concepts that have one
	for begin := 0; begin < len(also); {
		end := begin + 1 // of those that stand for the same words
		for end < len(also) && also[end].start == also[begin].start {
			end++
		}
		a := also[begin]
		if a.start >= at {
			b.single(text[at:a.start])
			same := concepts(also[begin:end])
			if n, ok := named[same]; ok && same != "" { // said again: another way to say it
				b.slots[n] = append(b.slots[n], b.whole(text[a.start:a.end])...)
			} else {
				named[same], stand[len(b.slots)] = len(b.slots), also[begin:end]
				b.slots = append(b.slots, b.whole(text[a.start:a.end]))
			}
			at = a.end
		}
		begin = end
	}
	b.single(text[at:])
	isPlain := true // what was typed has the first numbers: there may be too many words
	for n := range b.slots {
		isPlain = !b.ways(&b.slots[n], stand[n]) && isPlain
	}
	if isPlain {
		return nil, nil
	}
	return slices.DeleteFunc(b.slots, func(s slot) bool { return len(s) == 0 }), b.words
}

// concepts names those that some words stand for; "" for none.
func concepts(also []Also) string {
	var out strings.Builder
	for _, a := range also {
		out.WriteString(a.Concept)
		out.WriteByte(' ')
	}
	return strings.TrimSpace(out.String())
}

// slotBuilder makes the slots of one language.
type slotBuilder struct {
	*languages
	lang   *language
	small  []bool
	seen   int // words of the text so far
	slots  []slot
	words  []string
	number map[string]int
}

// typed returns the terms of the next part of the text.
func (b *slotBuilder) typed(text string) []string {
	from := b.seen
	found := b.look(b.lang, text, func(nth int) bool { return from+nth < len(b.small) && b.small[from+nth] })
	b.seen += len(found.all)
	return found.meant
}

// single makes a slot of each word.
func (b *slotBuilder) single(text string) {
	for _, w := range b.typed(text) {
		b.slots = append(b.slots, slot{b.way(1, w)})
	}
}

// whole makes one slot of words, empty where they mean nothing.
func (b *slotBuilder) whole(text string) slot {
	if typed := b.typed(text); len(typed) > 0 {
		return slot{b.way(1, typed...)}
	}
	return nil
}

// ways adds to a slot what stands for its words. It reports whether there was any of
// that.
func (b *slotBuilder) ways(s *slot, also []Also) bool {
	before := len(*s)
	for _, a := range also {
		weight := weightOfName
		if a.Concept == "" {
			weight = weightOfWord
		}
		for _, t := range a.Texts {
			if len(*s) >= mostWays {
				break
			}
			if t.Lang != b.lang.code && t.Lang != thesaurus.Every {
				continue
			}
			if meant := b.look(b.lang, t.Text, func(int) bool { return false }).meant; len(meant) > 0 {
				*s = append(*s, b.way(weight, meant...))
				weight *= weightOfOthers
			}
		}
	}
	return len(*s) > before
}

// way numbers words.
func (b *slotBuilder) way(weight float64, words ...string) way {
	w := way{weight: weight}
	for _, text := range words {
		n, ok := b.number[text]
		if !ok {
			n = len(b.words)
			b.number[text] = n
			b.words = append(b.words, text)
		}
		w.words = append(w.words, n)
	}
	return w
}
