package index

import (
	"context"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	api "github.com/blevesearch/bleve_index_api"
)

// ranker returns what puts the hits of an index in order. One whose first stage lifts
// titles more does so here too.
func (x *view) ranker(g *generation) ranker {
	k := ranker{weights: ranking(), lengths: &g.lengths, now: x.now()}
	k.weights.title *= x.languages.titleBoost / titleBoost
	return k
}

// rank puts the first of what was found, best first, in their true order. Where time
// runs out they stay as they are, and the haul is cut.
func (s *seeker) rank(ctx context.Context, p plan, h *haul) error {
	what := p.sought()
	if len(what) == 0 {
		return nil
	}
	first := h.best[:min(len(h.best), rankedFirst)]
	ids, scores := make([]api.IndexInternalID, len(first)), make([]float64, len(h.best))
	for i, c := range first {
		ids[i] = api.NewIndexInternalID(nil, c.at)
	}
	for i, c := range h.best {
		scores[i] = c.score
	}
	k := s.index.ranker(s.gen)
	k.about = func(nth int) (standing, error) {
		return standing{time: s.columns.Time(first[nth].row), trust: 1}, nil
	}
	var ranks []float64
	var reasons []Why
	err := recovered(func() (err error) {
		// As in generation.search: a file that is cut while it is mapped.
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		ranks, reasons, err = k.rank(ctx, s.reader, ids, what)
		return err
	})
	switch {
	case ctx.Err() != nil:
		h.cut = true
		return nil //nolint:nilerr // what was found is shown
	case err != nil:
		return s.repaired(asDamagedSearch(err)) //nolint:contextcheck // goes on when the search is over
	}
	k.settled(scores, ranks)
	for i := range h.best {
		h.best[i].score = scores[i]
		if i < len(reasons) {
			h.best[i].why = &reasons[i]
		}
	}
	slices.SortFunc(h.best, func(a, b candidate) int { return b.compare(a) })
	return nil
}

// rank puts the first hits of a search in their true order, by scores.
func (x *view) rank(ctx context.Context, g *generation, r api.IndexReader, p plan, hits search.DocumentMatchCollection) error {
	what := p.sought()
	if len(what) == 0 {
		return nil
	}
	first := hits[:min(len(hits), rankedFirst)]
	ids, scores := make([]api.IndexInternalID, len(first)), make([]float64, len(hits))
	for i, h := range first {
		ids[i] = h.IndexInternalID
	}
	for i, h := range hits {
		scores[i] = h.Score
	}
	values, err := r.DocValueReader([]string{fieldTime})
	if err != nil {
		return err
	}
	k := x.ranker(g)
	k.about = func(nth int) (out standing, err error) {
		out.trust = 1
		err = values.VisitDocValues(ids[nth], func(_ string, key []byte) {
			if seconds, err := strconv.ParseInt(string(key), 16, 64); err == nil {
				out.time = time.Unix(seconds, 0)
			}
		})
		return out, err
	}
	ranks, _, err := k.rank(ctx, r, ids, what)
	if err != nil {
		return err
	}
	k.settled(scores, ranks)
	for i, h := range hits {
		h.Score = scores[i]
	}
	return nil
}
