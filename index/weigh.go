package index

import (
	"context"
	"math"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"
)

// wordsQuery finds documents of one language that hold any of some words. It
// scores as bleve's disjunction does, by the sum over the words times the share
// of the words that are there, but counts a word once, whether it stands in the
// title, in the body or in both: bleve's own would halve the score of a word that
// is not in the title.
type wordsQuery struct {
	lang  *language
	words []string
	// slots say which of the words stand for each other; nil where none do.
	slots []slot
	// small is the share of small words in what was asked.
	small float64
	// titleBoost is what a word in a title weighs against one in a body.
	titleBoost float64
}

// Searcher implements query.Query.
func (q wordsQuery) Searcher(ctx context.Context, r api.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	s := &wordsSearcher{words: len(q.words), slots: q.slots}
	if q.slots != nil {
		s.scores, s.held = make([]float64, len(q.words)), make([]bool, len(q.words))
	}
	for nth, w := range q.words {
		for _, f := range []struct {
			name  string
			boost float64
		}{{q.lang.title, q.titleBoost}, {q.lang.body, 1}} {
			leaf, err := searcher.NewTermSearcher(ctx, r, w, f.name, f.boost, o)
			if err != nil {
				_ = s.Close()
				return nil, err
			}
			if isNone(leaf) {
				continue
			}
			s.leaves = append(s.leaves, wordLeaf{Searcher: leaf, word: nth})
		}
	}
	if len(s.leaves) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	s.SetQueryNorm(1 / math.Sqrt(s.Weight()))
	return s, nil
}

var _ bq.Query = wordsQuery{}

// wordLeaf looks for one word in one field.
type wordLeaf struct {
	search.Searcher
	word int
	at   *search.DocumentMatch // nil when there is nothing more
}

// wordsSearcher walks the documents of a wordsQuery in order.
type wordsSearcher struct {
	leaves []wordLeaf
	words  int
	slots  []slot
	// scores and held are of one document, by word; only where there are slots.
	scores  []float64
	held    []bool
	started bool
}

// start moves every leaf to its first document.
func (s *wordsSearcher) start(ctx *search.SearchContext) (err error) {
	for i := range s.leaves {
		if s.leaves[i].at, err = s.leaves[i].Next(ctx); err != nil {
			return err
		}
	}
	s.started = true
	return nil
}

// Next implements search.Searcher.
func (s *wordsSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if !s.started {
		if err := s.start(ctx); err != nil {
			return nil, err
		}
	}
	var first api.IndexInternalID
	for i := range s.leaves {
		if at := s.leaves[i].at; at != nil && (first == nil || at.IndexInternalID.Compare(first) < 0) {
			first = at.IndexInternalID
		}
	}
	if first == nil {
		return nil, nil //nolint:nilnil // bleve's sign for the end
	}
	return s.gather(ctx, first)
}

// gather adds up what the leaves say of one document and moves them on.
func (s *wordsSearcher) gather(ctx *search.SearchContext, id api.IndexInternalID) (*search.DocumentMatch, error) {
	var out *search.DocumentMatch
	score, seen, last := 0.0, 0, -1
	clear(s.scores)
	clear(s.held)
	for i := range s.leaves {
		l := &s.leaves[i]
		if l.at == nil || !l.at.IndexInternalID.Equals(id) {
			continue
		}
		score += l.at.Score
		if s.slots != nil {
			s.scores[l.word] += l.at.Score
			s.held[l.word] = true
		}
		if l.word != last { // the leaves of a word stand side by side
			seen, last = seen+1, l.word
		}
		done := l.at
		var err error
		if l.at, err = l.Next(ctx); err != nil {
			return nil, err
		}
		if out == nil {
			out = done
			id = out.IndexInternalID
		} else {
			ctx.DocumentMatchPool.Put(done)
		}
	}
	if s.slots != nil {
		out.Score = s.fill()
	} else {
		out.Score = score * float64(seen) / float64(s.words)
	}
	return out, nil
}

// Advance implements search.Searcher.
func (s *wordsSearcher) Advance(ctx *search.SearchContext, to api.IndexInternalID) (*search.DocumentMatch, error) {
	if !s.started {
		if err := s.start(ctx); err != nil {
			return nil, err
		}
	}
	for i := range s.leaves {
		l := &s.leaves[i]
		if l.at == nil || l.at.IndexInternalID.Compare(to) >= 0 {
			continue
		}
		ctx.DocumentMatchPool.Put(l.at)
		var err error
		if l.at, err = l.Advance(ctx, to); err != nil {
			return nil, err
		}
	}
	return s.Next(ctx)
}

// Close implements search.Searcher.
func (s *wordsSearcher) Close() error {
	var err error
	for _, l := range s.leaves {
		if e := l.Close(); e != nil {
			err = e
		}
	}
	return err
}

// Weight implements search.Searcher.
func (s *wordsSearcher) Weight() float64 {
	sum := 0.0
	for _, l := range s.leaves {
		sum += l.Weight()
	}
	return sum
}

// SetQueryNorm implements search.Searcher.
func (s *wordsSearcher) SetQueryNorm(n float64) {
	for _, l := range s.leaves {
		l.SetQueryNorm(n)
	}
}

// Count implements search.Searcher: an estimate, from above.
func (s *wordsSearcher) Count() uint64 {
	var n uint64
	for _, l := range s.leaves {
		n += l.Count()
	}
	return n
}

// Min implements search.Searcher.
func (*wordsSearcher) Min() int { return 0 }

// Size implements search.Searcher.
func (s *wordsSearcher) Size() int {
	n := 0
	for _, l := range s.leaves {
		n += l.Size()
	}
	return n
}

// DocumentMatchPoolSize implements search.Searcher.
func (s *wordsSearcher) DocumentMatchPoolSize() int {
	n := len(s.leaves)
	for _, l := range s.leaves {
		n += l.DocumentMatchPoolSize()
	}
	return n
}
