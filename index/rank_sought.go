package index

import (
	"slices"
	"strings"

	bq "github.com/blevesearch/bleve/v2/search/query"
)

// maxSought is how many words of one language are ranked by.
const maxSought = 64

// sought returns the words of a plan that make hits fit more or less, by language.
func (p plan) sought() []sought {
	var all soughtWords
	all.gather(p.query)
	return all
}

// soughtWords gathers words by language.
type soughtWords []sought

// gather adds the words of a query: of everything in it that scores.
func (s *soughtWords) gather(q bq.Query) {
	switch q := q.(type) {
	case boolean:
		s.gather(q.must)
		if q.should != nil {
			s.gather(q.should)
		}
	case wordsQuery:
		s.add(q.lang.title, q.lang.body, q.words)
		s.stand(q.lang.title, q.words, q.slots)
		s.speaks(q.lang.title, q.small)
	case nearQuery:
		for _, part := range q.parts {
			s.gather(part)
		}
	case *bq.DisjunctionQuery:
		for _, part := range q.Disjuncts {
			s.gather(part)
		}
	case *bq.ConjunctionQuery:
		for _, part := range q.Conjuncts {
			s.gather(part)
		}
	case *bq.TermQuery:
		s.field(q.FieldVal, q.Term)
	case headlineQuery:
		s.headline(q.field, q.texts)
	case phraseQuery:
		s.field(q.field, q.texts...)
	}
}

// headline notes the words that titles are hoped to have in this order. Small words
// among them are only room for one.
func (s *soughtWords) headline(field string, words []string) {
	for i := range *s {
		x := &(*s)[i]
		if x.title != field {
			continue
		}
		for _, w := range words {
			x.headline = append(x.headline, slices.Index(x.words, w))
		}
	}
}

// field adds words that are looked for in one field.
func (s *soughtWords) field(name string, words ...string) {
	if lang, ok := strings.CutPrefix(name, titlePrefix); ok {
		s.add(titlePrefix+lang, bodyPrefix+lang, words)
	} else if lang, ok := strings.CutPrefix(name, bodyPrefix); ok {
		s.add(titlePrefix+lang, bodyPrefix+lang, words)
	}
}

// add adds words of a language.
func (s *soughtWords) add(title, body string, words []string) {
	at := slices.IndexFunc(*s, func(x sought) bool { return x.title == title })
	if at < 0 {
		*s = append(*s, sought{title: title, body: body})
		at = len(*s) - 1
	}
	for _, w := range words {
		if x := &(*s)[at]; w != "" && len(x.words) < maxSought && !slices.Contains(x.words, w) {
			x.words = append(x.words, w)
		}
	}
}

// speaks notes how far the question seems to be in a language.
func (s *soughtWords) speaks(title string, small float64) {
	for i := range *s {
		if x := &(*s)[i]; x.title == title {
			x.small = max(x.small, small)
		}
	}
}
