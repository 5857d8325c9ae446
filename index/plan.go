package index

import (
	"slices"
	"strings"

	bq "github.com/blevesearch/bleve/v2/search/query"

	"vigie"
	"vigie/index/query"
)

// titleBoost is what a word in a title weighs against one in a body, before
// bleve divides by the square root of the field's length, which already lifts a
// title of eight words to five times a body of two hundred. Measured over the five
// sets of TestQuality: 3 costs 16 points of nDCG on piaf-fr, 1 costs 6, 0.5 costs
// 2, 0.2 gains nothing.
const titleBoost = 0.3

// publicTitleBoost costs 2 of those points. In the public index, which holds fewer
// texts and shorter ones, what is called so must come before what mentions it.
const publicTitleBoost = 0.5

// plan is a query in bleve's terms.
type plan struct {
	query bq.Query
	// scored says that hits differ in how well they fit; otherwise the newest
	// come first.
	scored bool
	// lang is the language whose entries come before all others; "" where none is
	// preferred.
	lang vigie.Lang
}

// filterFinder finds what fulfils a filter.
type filterFinder func(query.Filter) (bq.Query, error)

// planner translates one query.
type planner struct {
	*languages
	langs []*language // those of the documents that are looked at
	known filterFinder
}

// plan translates what was asked. A person's query has no known language, so it
// is asked of every language's fields, cut to terms as that language does;
// whichever the document was filed under will answer. Of documents in only, if any
// are named, all others' fields say nothing. Filters that stand by themselves are left
// to the caller; known finds those within parentheses. What is in more is demanded
// too, and does not score; what is in also stands for words that are wished for.
func (l *languages) plan(q query.Query, also []Also, only []vigie.Lang, known filterFinder, more ...bq.Query) (plan, error) {
	p := planner{languages: l, langs: l.all, known: known}
	if len(only) > 0 {
		p.langs = l.only(only)
	}
	var must, should, not []bq.Query
	for _, c := range q.Clauses {
		if c.Wished() || c.IsFilter() && !c.Not {
			continue
		}
		demand, err := p.clause(c)
		switch {
		case err != nil:
			return plan{}, err
		case c.Not:
			not = append(not, bare{demand})
		default:
			must = append(must, demand)
		}
	}
	for _, t := range q.Wished() {
		if t.Kind == query.Prefix {
			should = append(should, bare{l.demanded(p.langs, t)})
		}
	}
	words := wishedWords(q)
	if words != "" {
		should = append([]bq.Query{l.wished(p.langs, words, also)}, should...)
	}
	b := boolean{}
	switch {
	case len(should) > 0 && len(must) > 0:
		b.should = anyOf(should)
	case len(should) > 0:
		must = append(must, anyOf(should))
		b.should = l.headline(p.langs, words)
	}
	for _, f := range more {
		must = append(must, bare{f})
	}
	if b.must = allOf(must); len(not) > 0 {
		b.not = anyOf(not)
	}
	return plan{query: b, scored: scored(q)}, nil
}

// wishedWords are the words that are wished for, as one text.
func wishedWords(q query.Query) string {
	var wishes []string
	for _, t := range q.Wished() {
		if t.Kind == query.Word {
			wishes = append(wishes, t.Text)
		}
	}
	return strings.Join(wishes, "\n")
}

// scored reports whether what a query finds fits more or less: beginnings of words
// and filters are there or they are not.
func scored(q query.Query) bool {
	return slices.ContainsFunc(q.Looked(), func(t query.Term) bool { return t.Kind != query.Prefix || t.Field != query.Anywhere })
}

// only returns the languages whose fields documents in the given ones use.
func (l *languages) only(codes []vigie.Lang) []*language {
	var out []*language
	for _, c := range codes {
		if lang := l.of(c); !slices.Contains(out, lang) {
			out = append(out, lang)
		}
	}
	return out
}

// wished finds documents that hold any of the words, those with more of them
// first.
func (l *languages) wished(langs []*language, words string, also []Also) bq.Query {
	small := l.smallWords(words)
	var out []bq.Query
	for _, lang := range langs {
		found := l.look(lang, words, func(nth int) bool { return small[nth] })
		if len(found.meant) == 0 && len(also) == 0 { // "who is who": titles keep such words
			var titles []bq.Query
			for _, w := range found.all {
				titles = append(titles, termIn(lang.title, w, l.titleBoost))
			}
			out = append(out, allOf(titles))
			continue
		}
		q := wordsQuery{lang: lang, words: found.meant, small: found.small, titleBoost: l.titleBoost}
		if slots, all := l.slots(lang, words, small, also); slots != nil {
			q.slots, q.words = slots, all
		}
		out = append(out, q)
	}
	return anyOf(out)
}

// headline finds documents whose title holds all the words as they stand: most
// likely the one that was meant. It is nil where that says nothing.
func (l *languages) headline(langs []*language, words string) bq.Query {
	var out []bq.Query
	for _, lang := range langs {
		if title, _ := l.phrase(lang, words); len(title) > 1 && len(title) <= query.MaxTerms {
			out = append(out, headlineQuery{phraseQuery{field: lang.title, texts: title, boost: l.titleBoost}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return anyOf(out)
}

// demanded finds documents that hold a term, in whichever language.
func (l *languages) demanded(langs []*language, t query.Term) bq.Query {
	var out []bq.Query
	for _, lang := range langs {
		if t.Kind == query.Prefix {
			out = append(out, l.beginning(lang, t)...)
			continue
		}
		title, body := l.phrase(lang, t.Text)
		if len(title) > 0 {
			out = append(out, phraseIn(lang.title, title, l.titleBoost))
		}
		if whole := l.whole(lang, t.Text); whole != "" { // "Wi-Fi" is wifi, too
			out = append(out, termIn(lang.title, whole, l.titleBoost))
			if t.Field == query.Anywhere {
				out = append(out, termIn(lang.body, whole, 1))
			}
		}
		if len(body) > 0 && t.Field == query.Anywhere {
			out = append(out, phraseIn(lang.body, body, 1))
		}
	}
	return anyOf(out)
}

// phrase returns the terms of a text in order, as titles and as bodies hold them:
// bodies have a gap where a small word stands. It is cut at maxPhrase.
func (l *languages) phrase(lang *language, text string) (title, body []string) {
	l.terms(lang, text, func(t term, _, _ int) bool {
		title = append(title, t.text)
		if t.stop {
			t.text = ""
		}
		body = append(body, t.text)
		return len(body) < maxPhrase
	})
	for len(body) > 0 && body[0] == "" {
		body = body[1:]
	}
	for len(body) > 0 && body[len(body)-1] == "" {
		body = body[:len(body)-1]
	}
	return title, body
}

// beginning finds words that begin with the term's text. When that is several
// words (wi-f*) all but the last must stand there as they are.
func (l *languages) beginning(lang *language, t query.Term) []bq.Query {
	out := []bq.Query{l.beginningIn(lang, lang.title, t.Text)}
	if t.Field == query.Anywhere {
		out = append(out, l.beginningIn(lang, lang.body, t.Text))
	}
	return out
}

// beginningIn is beginning in one field.
func (l *languages) beginningIn(lang *language, field, text string) bq.Query {
	words := l.folded(text)
	if len(words) == 0 {
		return anyOf(nil)
	}
	words = words[max(0, len(words)-maxPhrase):]
	var whole []bq.Query
	for _, w := range words[:len(words)-1] {
		if known := lang.term(w); !known.stop || field == lang.title {
			whole = append(whole, termIn(field, known.text, 1))
		}
	}
	last := words[len(words)-1]
	starts := []bq.Query{prefixIn(field, last)}
	for _, cut := range lang.prefixTerms(last) {
		starts = append(starts, termIn(field, cut, 1))
	}
	return allOf(append(whole, anyOf(starts)))
}

// folded returns the words of a text without accents and capitals.
func (l *languages) folded(text string) []string {
	var out []string
	l.words(text, func(word []byte, _, _ int) bool {
		out = append(out, string(word))
		return true
	})
	return out
}

// smallWords reports which words mean little in the language that the query
// seems to be in. In the fields of other languages they are rare and would weigh
// much.
func (l *languages) smallWords(text string) []bool {
	words := l.folded(text)
	lang := l.spoken(words)
	small := make([]bool, len(words))
	for i, w := range words {
		small[i] = lang != nil && lang.stop[w]
	}
	return small
}
