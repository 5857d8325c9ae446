package index

import (
	"context"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

// Answering looks a query up and returns what makes the hits of its first page, as often
// as it is called.
func (x *Index) Answering(ctx context.Context, q query.Query, limit int) (func() ([]Hit, error), error) {
	s, done, err := x.seek(ctx, column.Resolver{})
	if err != nil {
		return nil, err
	}
	defer done()
	words, choices, err := s.narrow(q)
	if err != nil {
		return nil, err
	}
	h, err := s.find(ctx, words, choices, rankedFirst)
	if err != nil {
		return nil, err
	}
	found, _ := s.shown(h, s.columns.Within(h.all, choices...), pageOf(limit, 0), SearchOptions{})
	of := hitsOf{query: q, also: s.also, columns: s.columns, seq: x.db.Last().Seq}
	return func() ([]Hit, error) { return x.hits(ctx, of, found) }, nil
}

// Find is the first stage of a search alone: it looks words up in all languages, scores
// what holds them and keeps the best, and returns how many documents these are of. Where
// it takes longer than patience, the answer is cut.
func (x *Index) Find(ctx context.Context, q query.Query, best int, patience time.Duration) (found int, cut bool, err error) {
	s, done, err := x.seek(ctx, column.Resolver{})
	if err != nil {
		return 0, false, err
	}
	defer done()
	p, err := x.languages.plan(q, nil, nil, s.filter)
	if err != nil {
		return 0, false, err
	}
	s.patience = patience
	h, err := s.collect(ctx, &collector{rows: s.rows, within: s.columns.All(), most: best}, p.query)
	return h.all.Count(), h.cut, err
}

// Beginner looks at how words begin in one language.
type Beginner struct {
	*languages

	lang *language
}

// NewBeginner returns one.
func NewBeginner(lang vigie.Lang) Beginner {
	l := newLanguages(titleBoost)
	return Beginner{l, l.of(lang)}
}

// Term is what a word is looked up by.
func (b Beginner) Term(word string) string { return b.lang.term(word).text }

// Strangers returns the words of a text that a search for their terms would pass over.
func (b Beginner) Strangers(text string) (out []string) {
	b.words(text, func(word []byte, _, _ int) bool {
		so := beginnings{articles: b.lang.code == vigie.Arabic}
		if so.add(b.Term(string(word))); !so.of(word) {
			out = append(out, string(word))
		}
		return true
	})
	return out
}

// Wanted returns where the words of a text stand that a query wants, read past all others
// and by looking at every word.
func (b Beginner) Wanted(text string, q query.Query) (past, every []Mark) {
	w := b.wanted(b.lang, q, nil)
	read := func(begins *beginnings) (out []Mark) {
		r := reader{letters: b.letters}
		for r.begin(text); r.next(begins); {
			if w.has(b.lang.term(string(r.buf))) >= 0 {
				out = append(out, Mark{r.start, r.nth})
			}
		}
		return out
	}
	return read(&w.begins), read(nil)
}
