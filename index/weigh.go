package index

import (
	"context"
	"math"
	"math/bits"

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
	all, err := segmentsOf(r)
	if err != nil {
		return nil, err
	}
	found, err := q.lookUp(ctx, newLexicon(all))
	if err != nil {
		return nil, err
	}
	if len(found.words) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	s := found.searcher(o.Score != "none", 0, all.end())
	s.SetQueryNorm(1 / math.Sqrt(s.Weight()))
	return s, nil
}

var _ bq.Query = wordsQuery{}

// wordsFound is a wordsQuery whose words were looked up.
type wordsFound struct {
	query wordsQuery
	words []wordFound
}

// wordFound is where a word stands in a field: the nth of the query. boost is what it
// weighs there, and idf what its rareness makes of it.
type wordFound struct {
	*occurrences
	nth        int
	boost, idf float64
}

// lookUp looks the words up.
func (q wordsQuery) lookUp(ctx context.Context, x *lexicon) (wordsFound, error) {
	out := wordsFound{query: q}
	for nth, w := range q.words {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		for _, f := range []struct {
			name  string
			boost float64
		}{{q.lang.title, q.titleBoost}, {q.lang.body, 1}} {
			found, err := x.look(f.name, w)
			if err != nil {
				return out, err
			}
			if found.count > 0 {
				idf := 1 + math.Log(float64(x.docs)/float64(found.count+1))
				out.words = append(out.words, wordFound{found, nth, f.boost, idf})
			}
		}
	}
	return out, nil
}

// weight is what the words weigh together, for whoever has the parts of a query score by
// one measure.
func (f wordsFound) weight() float64 {
	sum := 0.0
	for _, w := range f.words {
		sum += w.boost * w.idf * w.boost * w.idf
	}
	return sum
}

// count is how many places the words are found at: what walking them costs.
func (f wordsFound) count() (n uint64) {
	for _, w := range f.words {
		n += w.count
	}
	return n
}

// searcher walks the documents from one number to before another.
func (f wordsFound) searcher(scored bool, from, to uint64) *wordsSearcher {
	s := &wordsSearcher{wordsFound: f, scored: scored, begin: from}
	for _, w := range f.words {
		s.leaves = append(s.leaves, wordLeaf{wordFound: w, reading: reading{occurrences: w.occurrences, counted: scored}, end: to})
	}
	if n := len(f.query.words); f.query.slots != nil && scored {
		s.scores, s.held = make([]float64, n), make([]bool, n)
		s.apart = make([]*[windowDocs]float64, n)
		for _, l := range s.leaves {
			s.apart[l.nth] = new([windowDocs]float64)
		}
	}
	return s
}

// windowDocs is how many documents are scored together at most.
const windowDocs = 1024

// wordsSearcher walks the documents of a wordsQuery in order. It scores a window of
// them at a time, one word after the other: going from document to document, and asking
// each word whether it is there, takes several times as long.
type wordsSearcher struct {
	wordsFound
	leaves []wordLeaf
	scored bool
	begin  uint64 // the number of the first document that is wanted

	// from is the number of the window's first document, and span how many it has.
	from uint64
	span int
	// there are the documents of the window that hold a word: 64 in each number, of
	// which those before low were taken. For each of them sums is what its words are
	// worth, seen how many these are, and last the last of these.
	there [windowDocs / 64]uint64
	low   int
	sums  [windowDocs]float64
	seen  [windowDocs]uint16
	last  [windowDocs]uint16
	// apart is what each word is worth, nil for one that occurs nowhere; scores and held
	// are of one document. Only where there are slots.
	apart  []*[windowDocs]float64
	scores []float64
	held   []bool

	started bool
}

// fill fills the window with the next documents, from the given one on, and reports
// whether there are any.
func (s *wordsSearcher) fill(from uint64) (bool, error) {
	s.span = min(max(2*s.span, 16), windowDocs)
	if from > 0 {
		s.span = 16 // whoever jumps will not want all that stands here
	}
	s.from, s.low = atEnd, 0
	for i := range s.leaves {
		l := &s.leaves[i]
		if !s.started || l.at < from {
			if err := l.move(max(from, s.begin)); err != nil {
				return false, err
			}
		}
		s.from = min(s.from, l.at)
	}
	s.started = true
	if s.from == atEnd {
		return false, nil
	}
	for i := range s.leaves {
		if err := s.add(&s.leaves[i]); err != nil {
			return false, err
		}
	}
	return true, nil
}

// add brings a word into the window.
func (s *wordsSearcher) add(l *wordLeaf) (err error) {
	for end := s.from + uint64(s.span); l.at < end && err == nil; err = l.move(0) {
		i := l.at - s.from
		s.there[i/64] |= 1 << (i % 64)
		if !s.scored {
			continue
		}
		score := l.score()
		if s.apart != nil {
			s.apart[l.nth][i] += score
			continue
		}
		s.sums[i] += score
		if s.last[i] != uint16(l.nth+1) { // the fields of a word stand side by side
			s.seen[i]++
			s.last[i] = uint16(l.nth + 1)
		}
	}
	return err
}

// take returns the next document of the window, and forgets it; ok is false where there
// is none.
func (s *wordsSearcher) take() (number uint64, score float64, ok bool) {
	for s.low < len(s.there) && s.there[s.low] == 0 {
		s.low++
	}
	if s.low == len(s.there) {
		return 0, 0, false
	}
	i := s.low*64 + bits.TrailingZeros64(s.there[s.low])
	s.there[s.low] &= s.there[s.low] - 1
	switch {
	case !s.scored:
	case s.apart != nil:
		for w, room := range s.apart {
			if room != nil {
				s.scores[w], s.held[w] = room[i], room[i] > 0
				room[i] = 0
			}
		}
		score = s.filled()
	default:
		score = s.sums[i] * float64(s.seen[i]) / float64(len(s.query.words))
		s.sums[i], s.seen[i], s.last[i] = 0, 0, 0
	}
	return s.from + uint64(i), score, true
}

// next returns the next document, from the given one on.
func (s *wordsSearcher) next(from uint64) (number uint64, score float64, ok bool, err error) {
	for {
		for number, score, ok = s.take(); ok; number, score, ok = s.take() {
			if number >= from {
				return number, score, true, nil
			}
		}
		if ok, err = s.fill(from); err != nil || !ok {
			return 0, 0, false, err
		}
	}
}

// Next implements search.Searcher.
func (s *wordsSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	return s.match(ctx, 0)
}

// Advance implements search.Searcher.
func (s *wordsSearcher) Advance(ctx *search.SearchContext, to api.IndexInternalID) (*search.DocumentMatch, error) {
	return s.match(ctx, to.Value())
}

// match is next as bleve wants it.
func (s *wordsSearcher) match(ctx *search.SearchContext, from uint64) (*search.DocumentMatch, error) {
	number, score, ok, err := s.next(from)
	if err != nil || !ok {
		return nil, err
	}
	out := ctx.DocumentMatchPool.Get()
	out.IndexInternalID, out.Score = api.NewIndexInternalID(out.IndexInternalID, number), score
	return out, nil
}

// Close implements search.Searcher.
func (*wordsSearcher) Close() error { return nil }

// Weight implements search.Searcher.
func (s *wordsSearcher) Weight() float64 { return s.weight() }

// SetQueryNorm implements search.Searcher.
func (s *wordsSearcher) SetQueryNorm(n float64) {
	for i := range s.leaves {
		s.leaves[i].factor = s.leaves[i].boost * s.leaves[i].idf * n
	}
}

// Count implements search.Searcher: an estimate, from above.
func (s *wordsSearcher) Count() uint64 { return s.count() }

// Min implements search.Searcher.
func (*wordsSearcher) Min() int { return 0 }

// Size implements search.Searcher: what bleve would count against a bound that is not set.
func (*wordsSearcher) Size() int { return 0 }

// DocumentMatchPoolSize implements search.Searcher.
func (*wordsSearcher) DocumentMatchPoolSize() int { return 1 }

// wordLeaf walks one word in one field.
type wordLeaf struct {
	wordFound
	reading
	// factor is boost and idf over the norm of the query.
	factor float64
	// at is the document that it stands at, atEnd where there is nothing more before end.
	at, end uint64
	// times and norm are bleve's: how often the word stands there, and one over the root
	// of the field's length.
	times uint64
	norm  float64
}

// move moves to the next document or, where from is not 0, to that one or behind it.
func (l *wordLeaf) move(from uint64) error {
	at, found, err := l.next(from)
	if err != nil || at >= l.end {
		l.at = atEnd
		return err
	}
	if l.at = at; l.counted {
		l.times, l.norm = found.Frequency(), found.Norm()
	}
	return nil
}

// score is bleve's tf-idf of the document that it stands at.
func (l *wordLeaf) score() float64 {
	return math.Sqrt(float64(l.times)) * l.norm * l.idf * l.factor
}
