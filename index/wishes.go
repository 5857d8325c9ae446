package index

import (
	"context"
	"errors"
	"math"

	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	api "github.com/blevesearch/bleve_index_api"
)

// wishes is a query of the commonest kind, words that are wished for and nothing else.
// It is walked without the objects that bleve makes for each document and each part of
// a query: the scores are the same.
type wishes struct {
	words    []wordsFound // by language
	headings []search.Searcher
	scored   bool
	// share is what the words of a language count, and hoped what a headline does:
	// bleve has a document's score shrink with the parts of a query that it does not fit.
	share, hoped float64
	// norm has the parts score by one measure.
	norm float64
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
	w := &wishes{share: 1 / float64(len(words)), hoped: 1 / float64(max(len(headings), 1)), scored: o.Score != "none"}
	if !w.scored {
		headings = nil
	}
	books := make([]*lexicon, len(words))
	for i, part := range words {
		books[i] = s.lexicon(part.lang.title)
	}
	w.words = make([]wordsFound, len(words))
	err := inParallel(len(words), func(i int) (err error) {
		w.words[i], err = words[i].lookUp(ctx, books[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, part := range headings {
		one, err := part.Searcher(ctx, s.reader, nil, o)
		if err != nil {
			return nil, closing(err, w.headings...)
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

// even has the parts score by one measure.
func (w *wishes) even() {
	sum := 0.0
	for _, f := range w.words {
		sum += f.weight()
	}
	for _, s := range w.headings {
		sum += s.Weight()
	}
	w.norm = 1 / math.Sqrt(sum)
	for _, s := range w.headings {
		s.SetQueryNorm(w.norm)
	}
}

// count is how many places the words are found at, to judge what walking them costs.
func (w *wishes) count() (n uint64) {
	for _, f := range w.words {
		n += f.count()
	}
	return n
}

// close lets go of the parts.
func (w *wishes) close() error {
	var err error
	for _, s := range w.headings {
		err = errors.Join(err, s.Close())
	}
	return err
}

// worthSharing is how many places are worth to be walked by several.
const worthSharing = 2000

// walk walks to the end of what is wished for, or until ctx ends.
func (c *collector) walk(ctx context.Context, w *wishes, s *seeker) (haul, error) {
	raised, err := w.raised(s.reader)
	if err != nil {
		return haul{}, err
	}
	parts := make([]collector, 1)
	if w.count() >= worthSharing {
		parts = make([]collector, workers())
	}
	end := s.segments.end()
	err = inParallel(len(parts), func(i int) error {
		parts[i] = collector{rows: c.rows, within: c.within, most: c.most}
		return parts[i].walkPart(ctx, w, raised, end*uint64(i)/uint64(len(parts)), end*uint64(i+1)/uint64(len(parts)))
	})
	if err != nil {
		return haul{}, err
	}
	for _, part := range parts {
		c.add(part)
	}
	return c.haul(ctx), nil
}

// walkPart walks the documents from one number to before another.
func (c *collector) walkPart(ctx context.Context, w *wishes, raised map[uint64]float64, from, to uint64) error {
	for _, f := range w.words {
		s := f.searcher(w.scored, from, to)
		s.SetQueryNorm(w.norm)
		c.spoken = f.query.lang.title
		for c.patient(ctx) {
			number, score, ok, err := s.next(0)
			if err != nil {
				return err
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
	return nil
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
