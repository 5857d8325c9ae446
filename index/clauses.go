package index

import (
	"context"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"
)

// boolean is a query of our own in place of bleve's, which forgets a demand that
// nothing fulfils: there, -a "b c" finds everything without a when "b c" does not
// occur.
type boolean struct {
	must   bq.Query // never nil
	should bq.Query // may be nil; only raises
	not    bq.Query // may be nil
}

// Searcher implements query.Query.
func (q boolean) Searcher(ctx context.Context, r api.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	must, err := q.must.Searcher(ctx, r, m, o)
	if err != nil || isNone(must) {
		return must, err
	}
	should, err := optional(ctx, q.should, r, m, o)
	if err != nil {
		return nil, closing(err, must)
	}
	bare := o
	bare.Score, bare.IncludeTermVectors = "none", false
	not, err := optional(ctx, q.not, r, m, bare)
	if err != nil {
		return nil, closing(err, must, should)
	}
	if should == nil && not == nil {
		return must, nil
	}
	return searcher.NewBooleanSearcher(ctx, r, must, should, not, o)
}

// optional builds a searcher, or nil where there is nothing to find.
func optional(ctx context.Context, q bq.Query, r api.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	if q == nil {
		return nil, nil //nolint:nilnil // absent is an answer
	}
	s, err := q.Searcher(ctx, r, m, o)
	if err != nil || isNone(s) {
		return nil, err
	}
	return s, nil
}

func isNone(s search.Searcher) bool {
	_, none := s.(*searcher.MatchNoneSearcher)
	return none
}

// closing lets go of searchers on the way out with an error.
func closing(err error, open ...search.Searcher) error {
	for _, s := range open {
		if s != nil {
			_ = s.Close()
		}
	}
	return err
}

// bare is a query that filters and does not score, which lets bleve join bitmaps
// instead of reading frequencies.
type bare struct{ bq.Query }

// Searcher implements query.Query.
func (q bare) Searcher(ctx context.Context, r api.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	o.Score, o.IncludeTermVectors = "none", false
	return q.Query.Searcher(ctx, r, m, o)
}

// termIn finds one term in one field.
func termIn(field, text string, boost float64) bq.Query {
	q := bq.NewTermQuery(text)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

// phraseIn finds terms side by side in one field; "" stands for any one word.
func phraseIn(field string, texts []string, boost float64) bq.Query {
	if len(texts) == 1 {
		return termIn(field, texts[0], boost)
	}
	return phraseQuery{field: field, texts: texts, boost: boost}
}

// prefixIn finds the terms of one field that begin so.
func prefixIn(field, prefix string) bq.Query {
	return prefixQuery{field: field, prefix: prefix}
}

// anyOf finds what one of the queries finds.
func anyOf(qs []bq.Query) bq.Query {
	switch len(qs) {
	case 0:
		return bq.NewMatchNoneQuery()
	case 1:
		return qs[0]
	}
	return bq.NewDisjunctionQuery(qs)
}

// allOf finds what all of the queries find.
func allOf(qs []bq.Query) bq.Query {
	switch len(qs) {
	case 0:
		return bq.NewMatchAllQuery()
	case 1:
		return qs[0]
	}
	return bq.NewConjunctionQuery(qs)
}
