package index

import (
	"context"
	"errors"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"

	"vigie/index/query"
)

// maxTerms is how many words of the index the beginnings of words in one search may
// stand for, over all fields.
const maxTerms = 20_000

// termsKey is where a search keeps how many terms are left to it.
type termsKey struct{}

// withTerms bounds the terms of one search.
func withTerms(ctx context.Context) context.Context {
	left := maxTerms
	return context.WithValue(ctx, termsKey{}, &left)
}

// prefixQuery finds the documents that hold terms of a field that begin so. bleve's own
// panics where there are more than it may look at.
type prefixQuery struct{ field, prefix string }

var _ bq.Query = prefixQuery{}

// Searcher implements query.Query.
func (q prefixQuery) Searcher(ctx context.Context, r api.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	terms, err := q.terms(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return searcher.NewMatchNoneSearcher(r)
	}
	return searcher.NewMultiTermSearcher(ctx, r, terms, q.field, 1, o, false)
}

// terms returns the terms that begin so.
func (q prefixQuery) terms(ctx context.Context, r api.IndexReader) (terms []string, err error) {
	left, bounded := ctx.Value(termsKey{}).(*int)
	all, err := r.FieldDictPrefix(q.field, []byte(q.prefix))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	for {
		next, err := all.Next()
		if err != nil || next == nil {
			return terms, err
		}
		if bounded {
			if *left--; *left < 0 {
				return nil, query.TooManyBegin()
			}
		}
		terms = append(terms, next.Term)
	}
}
