package index_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// bookshelf makes any number of documents of 350 words out of the sentences of the Debian
// handbook, one after another and always the same: 40 % French, 40 % English, 10 %
// Arabic, 10 % Spanish, over four years. Each paragraph ends with a name, as news have
// many that stand in few of them.
type bookshelf struct {
	words map[vigie.Lang][]string
	// begins are where sentences begin in words.
	begins map[vigie.Lang][]int
}

// editionsOf are the folders of the handbook.
func editionsOf() map[vigie.Lang]string {
	return map[vigie.Lang]string{"fr": "fr-FR", "ar": "ar-MA", "en": "en-US", "es": "es-ES"}
}

// newBookshelf reads the handbook. What nobody translated is left out.
func newBookshelf(b *testing.B) *bookshelf {
	b.Helper()
	s := &bookshelf{words: map[vigie.Lang][]string{}, begins: map[vigie.Lang][]int{}}
	english := map[string]bool{}
	for _, lang := range []vigie.Lang{"en", "fr", "ar", "es"} {
		for _, page := range vigietest.HandbookPages(b, vigietest.Handbook(b, editionsOf()[lang])) {
			for _, p := range vigietest.Chapter(b, page) {
				if lang == "en" {
					english[p] = true
				} else if english[p] {
					continue
				}
				s.add(lang, strings.Fields(p))
			}
		}
	}
	return s
}

// add adds the words of a paragraph.
func (s *bookshelf) add(lang vigie.Lang, words []string) {
	begins := true
	for _, w := range words {
		if begins {
			s.begins[lang] = append(s.begins[lang], len(s.words[lang]))
		}
		s.words[lang] = append(s.words[lang], w)
		begins = strings.ContainsAny(w[len(w)-1:], ".?!") || strings.HasSuffix(w, "؟")
	}
}

// from returns so many words from a sentence on.
func (s *bookshelf) from(random *rand.Rand, lang vigie.Lang, n int) []string {
	begins := s.begins[lang]
	at := begins[random.IntN(len(begins))]
	at = min(at, len(s.words[lang])-n)
	return s.words[lang][at : at+n]
}

// The documents' sources, and what these say.
const (
	perSource  = 400
	publishers = 50
)

func sourceOf(i int) (source, publisher int, country, topic string) {
	source = i / perSource
	return source, source % publishers, countries()[source%len(countries())], topics()[source%len(topics())]
}

func countries() []string {
	return []string{"MAR", "FRA", "SEN", "TUN", "CIV", "DZA", "EGY", "ESP", "GBR", "USA", "KEN", "IND"}
}

func topics() []string {
	return []string{"broadband", "spectrum", "postal", "data", "cloud", "skills", "security"}
}

// benchLang is the language of a document by its number.
func benchLang(i int) vigie.Lang {
	return []vigie.Lang{"fr", "en", "fr", "en", "ar", "fr", "en", "fr", "en", "es"}[i%10]
}

// document makes one by its number.
func (s *bookshelf) document(i int) vigie.Document {
	random := rand.New(rand.NewPCG(1, uint64(i)))
	names := rand.NewZipf(random, 1.1, 5, 1<<20)
	lang := benchLang(i)
	d := vigie.Document{URL: fmt.Sprintf("https://s.example/%d", i), Lang: lang, MediaType: "text/html"}
	if i%7 == 0 {
		d.MediaType = "application/pdf"
	}
	d.Published = vigie.InstantOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).Add(-time.Duration(random.IntN(4*365*24)) * time.Hour))
	d.Title = strings.Join(s.from(random, lang, 10), " ")
	for range 5 {
		text := strings.Join(s.from(random, lang, 67), " ") + " " + name(names.Uint64())
		d.Body = append(d.Body, vigie.Paragraph{Text: text})
	}
	return d
}

// name makes a name out of a number.
func name(n uint64) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	b := []byte{'x'}
	for n += 100; n > 0; n /= uint64(len(consonants) * len(vowels)) {
		at := n % uint64(len(consonants)*len(vowels))
		b = append(b, consonants[at/uint64(len(vowels))], vowels[at%uint64(len(vowels))])
	}
	return strings.ToUpper(string(b[:1])) + string(b[1:])
}

// file files so many documents and returns the bytes of their texts.
func (s *bookshelf) file(b *testing.B, db *store.DB, n int) (bytes int) {
	b.Helper()
	for done := 0; done < n; {
		number, publisher, country, topic := sourceOf(done)
		source := vigie.Source{
			Kind: vigie.Feed, URL: fmt.Sprintf("https://s%d.example/feed", number), Name: fmt.Sprintf("Source %d", number),
			Publisher: fmt.Sprintf("Publisher %d", publisher), Country: country, Topics: []string{topic},
		}
		change(b, db, func(tx *store.Tx) (err error) {
			source, err = tx.AddSource(source)
			return err
		})
		docs := make([]vigie.Document, 0, perSource)
		for ; len(docs) < perSource && done < n; done++ {
			d := s.document(done)
			bytes += len(d.Title) + len(vigie.PlainText(d.Body))
			docs = append(docs, d)
		}
		storetest.File(b, db, source, docs...)
	}
	return bytes
}

// question is one search, as each engine is asked it in its own way.
type question struct {
	words  []string
	phrase bool
	// lang and country narrow it; since does to what was published then or later.
	lang    vigie.Lang
	country string
	since   string
	facets  bool
	newest  bool
}

// line writes a question as our users would.
func (q question) line() string {
	line := strings.Join(q.words, " ")
	if q.phrase {
		line = `"` + line + `"`
	}
	for _, f := range [][2]string{{"lang", string(q.lang)}, {"country", q.country}, {"from", q.since}} {
		if f[1] != "" {
			line += " " + f[0] + ":" + f[1]
		}
	}
	return line
}

// kindOf is a kind of questions.
type kindOf struct {
	kind      string
	questions []question
}

// perKind is how many different questions of a kind there are.
const perKind = 100

// questions draws questions out of the handbook: words as often as they occur, phrases
// that stand there, questions that are the beginnings of sentences.
func (s *bookshelf) questions() []kindOf {
	random := rand.New(rand.NewPCG(3, 4))
	draw := func(kind string, one func(i int, lang vigie.Lang) question) kindOf {
		a := kindOf{kind: kind}
		for i := range perKind {
			a.questions = append(a.questions, one(i, benchLang(i)))
		}
		return a
	}
	filtered := func(facets bool) func(int, vigie.Lang) question {
		return func(i int, lang vigie.Lang) question {
			return question{words: s.plain(random, lang, 1, 4), lang: lang, country: countries()[i%3], since: fmt.Sprintf("20%d-03", 23+i%3), newest: true, facets: facets}
		}
	}
	names := rand.NewZipf(random, 1.1, 5, 1<<20)
	return []kindOf{
		draw("word", func(_ int, lang vigie.Lang) question { return question{words: s.plain(random, lang, 1, 4)} }),
		draw("name", func(int, vigie.Lang) question { return question{words: []string{name(names.Uint64())}} }),
		draw("phrase", func(_ int, lang vigie.Lang) question {
			return question{words: s.plain(random, lang, 3, 2), phrase: true}
		}),
		draw("words", func(_ int, lang vigie.Lang) question { return question{words: s.plain(random, lang, 3, 5)} }),
		draw("question", func(_ int, lang vigie.Lang) question { return question{words: s.plain(random, lang, 8, 2)} }),
		draw("filters", filtered(false)),
		draw("facets", filtered(true)),
		draw("newest", func(i int, _ vigie.Lang) question {
			return question{country: countries()[i%len(countries())], newest: true}
		}),
		draw("week", func(int, vigie.Lang) question { return question{since: "2026-11-14", newest: true} }),
	}
}

// plain draws so many words of a sentence that have so many letters at least, one behind
// the other, as small letters.
func (s *bookshelf) plain(random *rand.Rand, lang vigie.Lang, n, letters int) []string {
	for {
		var out []string
		for _, w := range s.from(random, lang, 20) {
			if isPlain(w) && utf8.RuneCountInString(w) >= letters {
				out = append(out, strings.ToLower(w))
			} else if letters < 4 { // a phrase, or a question, as it stands
				out = nil
			}
			if len(out) == n {
				if n > 1 || random.IntN(4) == 0 { // else every word would be a first one
					return out
				}
				out = nil
			}
		}
	}
}

// isPlain reports words that mean the same in every grammar.
func isPlain(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) && !slices.Contains([]string{"و", "أو", "قرب"}, w)
}
