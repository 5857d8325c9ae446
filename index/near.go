package index

import (
	"context"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"
)

// nearQuery finds documents where its parts stand close together in one field, in
// any order: between the first and the last of them stand at most as many words as
// may stand between two, times the gaps that there are.
type nearQuery struct {
	parts  []bq.Query // two at least, each of the same field
	within int
}

// Searcher implements query.Query.
func (q nearQuery) Searcher(ctx context.Context, r api.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	o.IncludeTermVectors = true
	n := nearness{reach: (q.within + 1) * (len(q.parts) - 1)}
	s := &nearSearcher{ctx: ctx, fits: n.fits}
	for _, part := range q.parts {
		one, err := part.Searcher(ctx, r, m, o)
		if err != nil {
			_ = s.Close()
			return nil, err
		}
		if isNone(one) {
			_ = s.Close()
			return one, nil
		}
		s.parts = append(s.parts, nearPart{Searcher: one})
	}
	if len(s.parts) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	s.SetQueryNorm(1 / math.Sqrt(s.Weight()))
	return s, nil
}

var _ bq.Query = nearQuery{}

// nearPart looks for one part.
type nearPart struct {
	search.Searcher
	at *search.DocumentMatch // nil when there is nothing more
}

// nearSearcher walks in order the documents that have all of its parts, where those
// stand as they should. It ends with its context: the walk from one such document to
// the next may be long.
type nearSearcher struct {
	parts []nearPart
	// fits looks at the places of the parts in a document that has all of them.
	fits    func([]nearPart) bool
	ctx     context.Context //nolint:containedctx // bleve's searchers are not given one later
	met     int             // documents that have all parts
	started bool
}

// metBetween is how many documents are looked at before the clock is.
const metBetween = 16

// nearness looks for parts that stand close together.
type nearness struct {
	reach  int // how far the last part may stand behind the first
	places []place
}

// place is where a part stands.
type place struct{ position, part int }

// Next implements search.Searcher.
func (s *nearSearcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if !s.started {
		s.started = true
		if err := s.moveAll(ctx); err != nil {
			return nil, err
		}
	}
	for {
		both, err := s.meet(ctx)
		if err != nil || !both || s.late() {
			return nil, err
		}
		var out *search.DocumentMatch
		if s.fits(s.parts) {
			out = s.match()
		}
		if err := s.moveAll(ctx); err != nil || out != nil {
			return out, err
		}
	}
}

// late reports whether time ran out. Whoever collects looks at the clock, too.
func (s *nearSearcher) late() bool {
	s.met++
	return s.met%metBetween == 0 && s.ctx.Err() != nil
}

// moveAll brings every part to its next document.
func (s *nearSearcher) moveAll(ctx *search.SearchContext) error {
	for i := range s.parts {
		if err := s.move(ctx, i, nil); err != nil {
			return err
		}
	}
	return nil
}

// move brings a part to its next document or, where to is not nil, to that one or
// behind it.
func (s *nearSearcher) move(ctx *search.SearchContext, i int, to api.IndexInternalID) (err error) {
	p := &s.parts[i]
	if p.at != nil {
		ctx.DocumentMatchPool.Put(p.at)
	}
	if to == nil {
		p.at, err = p.Next(ctx)
	} else {
		p.at, err = p.Advance(ctx, to)
	}
	return err
}

// meet moves the parts to the next document that has all of them.
func (s *nearSearcher) meet(ctx *search.SearchContext) (bool, error) {
	for {
		last, same := s.farthest()
		if last == nil || same {
			return same, nil
		}
		for i, p := range s.parts {
			if p.at.IndexInternalID.Compare(last) >= 0 {
				continue
			}
			if err := s.move(ctx, i, last); err != nil {
				return false, err
			}
		}
	}
}

// farthest returns the last document that a part is at, and whether all are; nil
// where a part has come to its end.
func (s *nearSearcher) farthest() (last api.IndexInternalID, same bool) {
	same = true
	for _, p := range s.parts {
		if p.at == nil {
			return nil, false
		}
		same = same && (last == nil || p.at.IndexInternalID.Equals(last))
		if last == nil || p.at.IndexInternalID.Compare(last) > 0 {
			last = p.at.IndexInternalID
		}
	}
	return slices.Clone(last), same // the match that it belongs to is used again
}

// fits reports whether the parts stand close together in their document, where nobody
// asks for the places any more.
func (s *nearness) fits(parts []nearPart) bool {
	s.places = s.places[:0]
	for i, p := range parts {
		for _, l := range p.at.FieldTermLocations {
			s.places = append(s.places, place{int(l.Location.Pos), i})
		}
		p.at.FieldTermLocations = p.at.FieldTermLocations[:0]
	}
	slices.SortFunc(s.places, func(a, b place) int { return a.position - b.position })
	latest := make([]int, len(parts))
	for i := range latest {
		latest[i] = math.MinInt / 2
	}
	for _, p := range s.places {
		latest[p.part] = p.position
		if p.position-slices.Min(latest) <= s.reach {
			return true
		}
	}
	return false
}

// match takes the document out of the first part, with the scores of all.
func (s *nearSearcher) match() *search.DocumentMatch {
	out := s.parts[0].at
	s.parts[0].at = nil
	for _, p := range s.parts[1:] {
		out.Score += p.at.Score
	}
	return out
}

// Advance implements search.Searcher.
func (s *nearSearcher) Advance(ctx *search.SearchContext, to api.IndexInternalID) (*search.DocumentMatch, error) {
	for i, p := range s.parts {
		if s.started && (p.at == nil || p.at.IndexInternalID.Compare(to) >= 0) {
			continue
		}
		if err := s.move(ctx, i, to); err != nil {
			return nil, err
		}
	}
	s.started = true
	return s.Next(ctx)
}

// Close implements search.Searcher.
func (s *nearSearcher) Close() error {
	var err error
	for _, p := range s.parts {
		if e := p.Close(); e != nil {
			err = e
		}
	}
	return err
}

// Weight implements search.Searcher.
func (s *nearSearcher) Weight() float64 {
	sum := 0.0
	for _, p := range s.parts {
		sum += p.Weight()
	}
	return sum
}

// SetQueryNorm implements search.Searcher.
func (s *nearSearcher) SetQueryNorm(n float64) {
	for _, p := range s.parts {
		p.SetQueryNorm(n)
	}
}

// Count implements search.Searcher: an estimate, from above.
func (s *nearSearcher) Count() uint64 {
	n := s.parts[0].Count()
	for _, p := range s.parts[1:] {
		n = min(n, p.Count())
	}
	return n
}

// Min implements search.Searcher.
func (*nearSearcher) Min() int { return 0 }

// Size implements search.Searcher.
func (s *nearSearcher) Size() int {
	n := 0
	for _, p := range s.parts {
		n += p.Size()
	}
	return n
}

// DocumentMatchPoolSize implements search.Searcher.
func (s *nearSearcher) DocumentMatchPoolSize() int {
	n := len(s.parts) + 1
	for _, p := range s.parts {
		n += p.DocumentMatchPoolSize()
	}
	return n
}
