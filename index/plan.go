package index

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

// plan translates what was asked. A person's query has no known language, so it
// is asked of every language's fields, cut to terms as that language does;
// whichever the document was filed under will answer. Filters are demands that do
// not score.
func (l *languages) plan(q query.Query, filters []bq.Query) plan {
	langs := l.all
	if len(q.Langs) > 0 {
		langs = l.only(q.Langs)
	}
	var p plan
	var must, should, not []bq.Query
	var wishes []string
	for _, t := range q.Terms {
		switch {
		case t.Not:
			not = append(not, bare{l.demanded(langs, t)})
		case t.Kind == query.Word && t.Field == query.Anywhere:
			wishes = append(wishes, t.Text)
		case t.Kind == query.Prefix && t.Field == query.Anywhere:
			should = append(should, bare{l.demanded(langs, t)})
		default:
			must = append(must, l.demanded(langs, t))
			p.scored = true
		}
	}
	words := strings.Join(wishes, "\n")
	if words != "" {
		p.scored = true
		should = append([]bq.Query{l.wished(langs, words)}, should...)
	}
	b := boolean{}
	switch {
	case len(should) > 0 && len(must) > 0:
		b.should = anyOf(should)
	case len(should) > 0:
		must = append(must, anyOf(should))
		b.should = l.headline(langs, words)
	}
	for _, f := range filters {
		must = append(must, bare{f})
	}
	if b.must = allOf(must); len(not) > 0 {
		b.not = anyOf(not)
	}
	p.query = b
	return p
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
func (l *languages) wished(langs []*language, words string) bq.Query {
	small := l.smallWords(words)
	var out []bq.Query
	for _, lang := range langs {
		var meant, all []string
		l.terms(lang, words, func(t term, _, _ int) bool {
			if !t.stop && !small[len(all)] {
				meant = append(meant, t.text)
			}
			all = append(all, t.text)
			return true
		})
		if len(meant) == 0 { // "who is who": titles keep such words
			var titles []bq.Query
			for _, w := range all {
				titles = append(titles, termIn(lang.title, w, l.titleBoost))
			}
			out = append(out, allOf(titles))
			continue
		}
		out = append(out, wordsQuery{lang: lang, words: meant, titleBoost: l.titleBoost})
	}
	return anyOf(out)
}

// headline finds documents whose title holds all the words as they stand: most
// likely the one that was meant. It is nil where that says nothing.
func (l *languages) headline(langs []*language, words string) bq.Query {
	var out []bq.Query
	for _, lang := range langs {
		if title, _ := l.phrase(lang, words); len(title) > 1 && len(title) <= query.MaxTerms {
			out = append(out, phraseIn(lang.title, title, l.titleBoost))
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
		if len(body) > 0 && t.Field == query.Anywhere {
			out = append(out, phraseIn(lang.body, body, 1))
		}
	}
	return anyOf(out)
}

// phrase returns the terms of a text in order, as titles and as bodies hold them:
// bodies have a gap where a small word stands.
func (l *languages) phrase(lang *language, text string) (title, body []string) {
	l.terms(lang, text, func(t term, _, _ int) bool {
		title = append(title, t.text)
		if t.stop {
			t.text = ""
		}
		body = append(body, t.text)
		return true
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
	words := l.folded(t.Text)
	if len(words) == 0 {
		return nil
	}
	fields := []string{lang.title}
	if t.Field == query.Anywhere {
		fields = append(fields, lang.body)
	}
	var out []bq.Query
	for _, field := range fields {
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
		out = append(out, allOf(append(whole, anyOf(starts))))
	}
	return out
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

// filters are the demands of a query that do not score. Sources are the identities
// that its names of sources stand for.
func filters(q query.Query, sources []vigie.SourceID) []bq.Query {
	var out []bq.Query
	if len(q.Sources) > 0 {
		var wanted []bq.Query
		for _, s := range sources {
			wanted = append(wanted, termIn(fieldSource, string(s), 1))
		}
		out = append(out, anyOf(wanted))
	}
	if len(q.Langs) > 0 {
		var wanted []bq.Query
		for _, c := range q.Langs {
			wanted = append(wanted, termIn(fieldLang, string(c.Base()), 1))
		}
		out = append(out, anyOf(wanted))
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		var wanted []bq.Query
		for _, key := range cover(q.From, q.To) {
			wanted = append(wanted, termIn(fieldDates, key, 1))
		}
		out = append(out, anyOf(wanted))
	}
	return out
}

// The years that a range without beginning or end reaches to.
const (
	firstYear = 1000
	lastYear  = 2999
)

// cover returns the fewest dates, years, decades and centuries that together
// make up the range, both ends included. A document matches when all that is
// known of its date lies within: one dated 2026 is not found by from:2026-03.
func cover(from, to vigie.Date) []string {
	first, last := firstYear*10000+101, lastYear*10000+1231
	if !from.IsZero() {
		y, m, d := from.Time.Date()
		first = y*10000 + int(m)*100 + d
	}
	if !to.IsZero() {
		end := to.Time
		switch to.Precision {
		case vigie.Year:
			end = end.AddDate(1, 0, -1)
		case vigie.Month:
			end = end.AddDate(0, 1, -1)
		case vigie.Unknown, vigie.Day, vigie.Instant:
		}
		y, m, d := end.Date()
		last = y*10000 + int(m)*100 + d
	}
	first, last = max(first, firstYear*10000+101), min(last, lastYear*10000+1231)
	var out []string
	for century := first / 1000000; century <= last/1000000; century++ {
		out = coverPart(out, strconv.Itoa(century), first, last)
	}
	return out
}

// coverPart adds what lies in the range of one century, decade, year or month.
func coverPart(out []string, key string, first, last int) []string {
	low, high := bounds(key)
	switch {
	case high < first || low > last:
		return out
	case low >= first && high <= last, len(key) == len("2026-11-21"):
		return append(out, key)
	}
	for _, part := range parts(key) {
		out = coverPart(out, part, first, last)
	}
	return out
}

// bounds returns the first and last day, as the number 20261121, that a key may
// stand for. No month is longer than 31.
func bounds(key string) (low, high int) {
	n, _ := strconv.Atoi(key[:min(len(key), 4)])
	switch len(key) {
	case len("20"):
		return n*1000000 + 101, n*1000000 + 991231
	case len("202"):
		return n*100000 + 101, n*100000 + 91231
	case len("2026"):
		return n*10000 + 101, n*10000 + 1231
	}
	month, _ := strconv.Atoi(key[5:7])
	if len(key) == len("2026-11") {
		return n*10000 + month*100 + 1, n*10000 + month*100 + daysIn(n, month)
	}
	day, _ := strconv.Atoi(key[8:])
	n = n*10000 + month*100 + day
	return n, n
}

// parts returns the next smaller pieces of a key.
func parts(key string) []string {
	var out []string
	switch len(key) {
	case len("20"), len("202"):
		for i := range 10 {
			out = append(out, key+strconv.Itoa(i))
		}
	case len("2026"):
		for m := 1; m <= 12; m++ {
			out = append(out, fmt.Sprintf("%s-%02d", key, m))
		}
	default:
		year, _ := strconv.Atoi(key[:4])
		month, _ := strconv.Atoi(key[5:])
		for d := 1; d <= daysIn(year, month); d++ {
			out = append(out, fmt.Sprintf("%s-%02d", key, d))
		}
	}
	return out
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// smallWords reports which words mean little in the language that the query
// seems to be in: the one that knows the most of them as small words. In the
// fields of other languages they are rare and would weigh much.
func (l *languages) smallWords(text string) []bool {
	words := l.folded(text)
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
	small := make([]bool, len(words))
	for i, w := range words {
		small[i] = best != nil && best.stop[w]
	}
	return small
}
