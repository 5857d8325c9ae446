package index

import (
	"context"
	"math"

	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	api "github.com/blevesearch/bleve_index_api"
)

// wishes is a query of the commonest kind, words that are wished for and nothing else.
// It is walked without the objects that bleve makes for each document and each part of
// a query: the scores are the same.
type wishes struct {
	words    []*wordsSearcher
	headings []search.Searcher
	// share is what the words of a language count, and hoped what a headline does:
	// bleve has a document's score shrink with the parts of a query that it does not fit.
	share, hoped float64
}

// wishesOf opens the parts of a query of that kind; nil where it is another one. They
// are to be closed.
func wishesOf(ctx context.Context, q bq.Query, s *seeker, o search.SearcherOptions) (*wishes, error) {
	b, ok := q.(boolean)
	if !ok || b.not != nil {
		return nil, nil //nolint:nilnil // absent is an answer
	}
	words, ok := partsOf[wordsQuery](b.must)
	if !ok || len(words) == 0 {
		return nil, nil //nolint:nilnil // as above
	}
	headings, ok := partsOf[headlineQuery](b.should)
	if !ok {
		return nil, nil //nolint:nilnil // as above
	}
	if o.Score == "none" {
		headings = nil
	}
	w := &wishes{share: 1 / float64(len(words)), hoped: 1 / float64(max(len(headings), 1))}
	for _, part := range words {
		one, err := part.Searcher(ctx, s.reader, nil, o)
		if err != nil {
			return nil, closing(err, w.parts()...)
		}
		if found, ok := one.(*wordsSearcher); ok {
			w.words = append(w.words, found)
		}
	}
	for _, part := range headings {
		one, err := part.Searcher(ctx, s.reader, nil, o)
		if err != nil {
			return nil, closing(err, w.parts()...)
		}
		w.headings = append(w.headings, one)
	}
	w.even()
	return w, nil
}

// partsOf returns the parts of a query any of which is enough, where all are of one
// kind.
func partsOf[Q bq.Query](q bq.Query) (out []Q, ok bool) {
	if q == nil {
		return nil, true
	}
	parts := []bq.Query{q}
	if either, ok := q.(*bq.DisjunctionQuery); ok {
		parts = either.Disjuncts
	}
	for _, part := range parts {
		one, ok := part.(Q)
		if !ok {
			return nil, false
		}
		out = append(out, one)
	}
	return out, true
}

// parts are all searchers.
func (w *wishes) parts() []search.Searcher {
	var out []search.Searcher
	for _, s := range w.words {
		out = append(out, s)
	}
	return append(out, w.headings...)
}

// even has the parts score by one measure.
func (w *wishes) even() {
	sum := 0.0
	for _, s := range w.parts() {
		sum += s.Weight()
	}
	for _, s := range w.parts() {
		s.SetQueryNorm(1 / math.Sqrt(sum))
	}
}

// close lets go of the parts.
func (w *wishes) close() error {
	var err error
	for _, s := range w.parts() {
		if e := s.Close(); e != nil {
			err = e
		}
	}
	return err
}

// walk walks to the end of what is wished for, or until ctx ends.
func (c *collector) walk(ctx context.Context, w *wishes, r api.IndexReader) (haul, error) {
	raised, err := w.raised(r)
	if err != nil {
		return haul{}, err
	}
	for _, s := range w.words {
		for c.patient(ctx) {
			number, score, ok, err := s.next(0)
			if err != nil {
				return haul{}, err
			}
			if !ok {
				break
			}
			score *= w.share
			if len(raised) > 0 {
				score += raised[number]
			}
			c.take(number, score)
		}
	}
	return c.haul(ctx), nil
}

// raised tells what documents gain by what they are called.
func (w *wishes) raised(r api.IndexReader) (map[uint64]float64, error) {
	out := map[uint64]float64{}
	for _, s := range w.headings {
		hits := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: r}
		for {
			found, err := s.Next(hits)
			if err != nil {
				return nil, err //nolint:wrapcheck // the caller tells damage from all else
			}
			if found == nil {
				break
			}
			out[found.IndexInternalID.Value()] += found.Score * w.hoped
			hits.DocumentMatchPool.Put(found)
		}
	}
	return out, nil
}
