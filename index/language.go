package index

import (
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"

	"vigie"
)

// language turns the words of one language into terms. It is safe for
// concurrent use.
type language struct {
	code vigie.Lang // vigie.Und takes words as they are
	// title and body are the names of its fields.
	title, body string
	stop        map[string]bool
	stemmer     analysis.TokenFilter
	// stems reports the words that the stemmer understands.
	stems func(word string) bool
	// endings are tried behind a prefix, see [language.prefixTerms].
	endings []string
	// known holds caches: what words were turned into.
	known sync.Pool
	// tallies are idle ones.
	tallies spare[*tally]
}

// The names of a language's fields begin so and end with its code.
const (
	titlePrefix = "title_"
	bodyPrefix  = "body_"
)

// term is what a word is looked up by.
type term struct {
	text string
	// stop marks words too frequent to mean anything in a text.
	stop bool
}

// cache remembers the terms of words, so that a word is stemmed once. It belongs
// to one goroutine at a time.
type cache map[string]term

// cacheWords bounds a cache: about 4 MB.
const cacheWords = 1 << 15

// languages are all that the index knows, with the plain one last.
type languages struct {
	letters *alphabet
	all     []*language
	readers sync.Pool
	// titles and bodies are idle counts.
	titles, bodies spare[*counts]
	// titleBoost is what a word in a title weighs against one in a body.
	titleBoost float64
}

func newLanguages(titleBoost float64) *languages {
	l := &languages{letters: newAlphabet(), titleBoost: titleBoost}
	l.readers.New = func() any { return &reader{letters: l.letters} }
	l.add(vigie.French, fr.NewFrenchLightStemmerFilter(), fr.FrenchStopWords, isLatin,
		"e", "es", "s", "ue", "ues", "ion", "ions", "eur", "eurs", "if", "ive", "ement", "aire", "er")
	l.add(vigie.Arabic, ar.NewArabicStemmerFilter(), ar.ArabicStopWords, isArabicWord,
		"ه", "ات", "ون", "ين", "ي", "يه")
	l.add(vigie.English, en.NewEnglishStemmerFilter(), en.EnglishStopWords, isLatin,
		"e", "es", "s", "ed", "ing", "ion", "ions", "or", "ors", "er", "ers", "ive", "ory")
	l.add(vigie.Spanish, es.NewSpanishLightStemmerFilter(), es.SpanishStopWords, isLatin,
		"o", "a", "os", "as", "or", "ores", "ion", "iones", "es", "ivo", "orio")
	l.add(vigie.Und, nil, nil, nil)
	return l
}

func (l *languages) add(code vigie.Lang, stemmer analysis.TokenFilter, stop []byte, stems func(string) bool, endings ...string) {
	lang := &language{
		code: code, title: titlePrefix + string(code), body: bodyPrefix + string(code),
		stop: map[string]bool{}, stemmer: stemmer, stems: stems, endings: endings,
	}
	lang.known.New = func() any { return cache{} }
	words := analysis.NewTokenMap()
	_ = words.LoadBytes(stop) // the lists are compiled in and well formed
	for entry := range words {
		var pieces []string // two for "don't": then only the short one means nothing
		l.words(entry, func(word []byte, _, _ int) bool {
			pieces = append(pieces, string(word))
			return true
		})
		for _, w := range pieces {
			if len(pieces) == 1 || len(w) <= 2 {
				lang.stop[w] = true
			}
		}
	}
	l.all = append(l.all, lang)
}

// of returns the language of a document.
func (l *languages) of(code vigie.Lang) *language {
	base := code.Base()
	for _, lang := range l.all {
		if lang.code == base {
			return lang
		}
	}
	return l.all[len(l.all)-1]
}

// words calls yield for every folded word of text.
func (l *languages) words(text string, yield func(word []byte, start, end int) bool) {
	r := l.reader("")
	defer l.done(r)
	r.each(text, yield)
}

// reader returns a reader that begins a text, to be given back with done.
func (l *languages) reader(text string) *reader {
	r := l.readers.Get().(*reader) //nolint:forcetypeassert // the pool holds nothing else
	r.begin(text)
	return r
}

func (l *languages) done(r *reader) {
	r.begin("") // an idle reader keeps no text from being forgotten
	l.readers.Put(r)
}

// terms calls yield for every term of text, stop words included.
func (l *languages) terms(lang *language, text string, yield func(t term, start, end int) bool) {
	known := lang.known.Get().(cache) //nolint:forcetypeassert // the pool holds nothing else
	defer lang.known.Put(known)
	l.words(text, func(word []byte, start, end int) bool {
		return yield(known.term(lang, word), start, end)
	})
}

// term returns what a folded word is looked up by, out of memory if it can.
func (c cache) term(lang *language, word []byte) term {
	t, ok := c[string(word)]
	if !ok {
		if len(c) >= cacheWords {
			clear(c)
		}
		w := string(word)
		t = lang.term(w)
		c[w] = t
	}
	return t
}

// term turns one folded word into what it is looked up by.
func (l *language) term(word string) term {
	return term{text: l.stem(word), stop: l.stop[word]}
}

func (l *language) stem(word string) string {
	if l.stemmer == nil || l.stop[word] || !l.stems(word) {
		return word
	}
	if l.code == vigie.Arabic {
		word = oneArticle(word)
	}
	out := l.stemmer.Filter(analysis.TokenStream{{Term: []byte(word), Position: 1, Type: analysis.AlphaNumeric}})
	if len(out) != 1 || len(out[0].Term) == 0 {
		return word
	}
	return string(out[0].Term)
}

// oneArticle cuts the Arabic article, and what is written with it, from a word
// that begins like it even then. Folding makes "ألياف" (fibres) such a word, and
// the stemmer, which cuts once, would tell it from "الألياف" (the fibres).
func oneArticle(word string) string {
	const article = "ال"
	for _, joined := range []string{article, "وال", "بال", "كال", "فال", "لل"} {
		if rest, found := strings.CutPrefix(word, joined); found && strings.HasPrefix(rest, article) && len(rest) > len(article) {
			return rest
		}
	}
	return word
}

// prefixTerms returns the terms, shorter than the prefix, that words beginning
// with it may have been cut to: "régulat" finds "régulation", kept as "regul".
func (l *language) prefixTerms(prefix string) []string {
	var out []string
	seen := map[string]bool{}
	for _, e := range l.endings {
		t := l.stem(prefix + e)
		if !seen[t] && !strings.HasPrefix(t, prefix) && strings.HasPrefix(prefix, t) {
			out = append(out, t)
		}
		seen[t] = true
	}
	return out
}

// isLatin reports words of the letters a to z alone: the stemmers know nothing
// of model numbers.
func isLatin(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return len(word) > 2
}

func isArabicWord(word string) bool {
	for _, r := range word {
		if !isArabic(r) {
			return false
		}
	}
	return true
}
