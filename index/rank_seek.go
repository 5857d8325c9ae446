package index

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	api "github.com/blevesearch/bleve_index_api"
)

// ranker returns what puts the hits of an index in order. One whose first stage lifts
// titles more does so here too.
func (x *view) ranker(g *generation, lexicon func(title string) *lexicon, about func(nth int) (standing, error)) ranker {
	k := ranker{weights: ranking(), lengths: &g.lengths, now: x.now(), lexicon: lexicon, about: about}
	k.weights.title *= x.languages.titleBoost / titleBoost
	return k
}

// staged is a document that the first stage found: its number in bleve's index, the field
// of titles in its language, "" where that is not known, and where its score stands.
type staged struct {
	number uint64
	spoken string
	score  *float64
}

// rescore gives what the first stage found for a plan, best first, the scores of its
// true order, and tells why for those that were ranked.
func (k ranker) rescore(ctx context.Context, p plan, found []staged) ([]Why, error) {
	what := p.sought()
	if len(what) == 0 {
		return nil, nil
	}
	ranks, reasons, err := k.rank(ctx, found[:min(len(found), rankedFirst)], what)
	if err != nil {
		return nil, err
	}
	scores := make([]float64, len(found))
	for i, f := range found {
		scores[i] = *f.score
	}
	k.settled(scores, ranks)
	for i, f := range found {
		*f.score = scores[i]
	}
	return reasons, nil
}

// rank puts the first of what was found, best first, in their true order. Where time
// runs out they stay as they are, and the haul is cut.
func (s *seeker) rank(ctx context.Context, p plan, h *haul) error {
	found := make([]staged, len(h.best))
	for i := range h.best {
		found[i] = staged{h.best[i].at, h.best[i].spoken, &h.best[i].score}
	}
	k := s.index.ranker(s.gen, s.lexicon, func(nth int) (standing, error) {
		return s.standing(h.best[nth].row), nil
	})
	var reasons []Why
	err := recovered(func() (err error) {
		reasons, err = k.rescore(ctx, p, found)
		return err
	})
	switch {
	case ctx.Err() != nil:
		h.cut = true
		return nil //nolint:nilerr // what was found is shown
	case err != nil:
		return s.repaired(ctx, asDamagedSearch(err))
	}
	for i := range reasons {
		h.best[i].why = &reasons[i]
	}
	slices.SortFunc(h.best, func(a, b candidate) int { return b.compare(a) })
	return nil
}

// rank puts the first hits of a search in their true order, by scores.
func (x *view) rank(ctx context.Context, g *generation, r api.IndexReader, p plan, hits search.DocumentMatchCollection) error {
	values, err := r.DocValueReader([]string{fieldTime})
	if err != nil {
		return err
	}
	all, err := segmentsOf(r)
	if err != nil {
		return err
	}
	found := make([]staged, len(hits))
	for i, h := range hits {
		found[i] = staged{number: h.IndexInternalID.Value(), score: &h.Score}
	}
	k := x.ranker(g, func(string) *lexicon { return newLexicon(all) }, func(nth int) (out standing, err error) {
		err = values.VisitDocValues(hits[nth].IndexInternalID, func(_ string, key []byte) {
			if seconds, err := strconv.ParseInt(string(key), 16, 64); err == nil {
				out.time = time.Unix(seconds, 0)
			}
		})
		out.dated = !out.time.IsZero()
		return out, err
	})
	_, err = k.rescore(ctx, p, found)
	return err
}
