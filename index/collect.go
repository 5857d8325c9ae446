package index

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	bq "github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"

	"vigie/index/column"
)

// candidate is one document that was found.
type candidate struct {
	at    uint64 // its number in the snapshot of bleve's that was asked
	row   uint32 // its ordinal in the columns
	score float64
	// others is how many more documents of its story were found.
	others int
	// why says what made the score; nil where nothing did.
	why *Why
}

// compare orders matches by how well they fit; of two that fit as well, the one that
// was filed later is the greater.
func (m candidate) compare(o candidate) int {
	return cmp.Or(cmp.Compare(m.score, o.score), cmp.Compare(m.row, o.row))
}

// haul is everything that words found.
type haul struct {
	// all are the documents that the words fit, whatever else was demanded.
	all column.Set
	// best are those that they fit best, of those that fit everything; best first.
	best []candidate
	// cut says that time ran out before everything was seen.
	cut bool
}

// collector walks through what words find. bleve's own collector sorts, and counts
// facets, by values that it reads from the disk; ours are in memory.
type collector struct {
	rows documentOrdinals
	// within are those that may be among the best, and most is how many of those are
	// kept; 0 for none.
	within column.Set
	most   int
}

// seenBetween is how many documents are looked at before the clock is.
const seenBetween = 1024

// run walks to the end of what a searcher finds, or until ctx ends.
func (c *collector) run(ctx context.Context, s search.Searcher, r api.IndexReader) (haul, error) {
	var h haul
	var best candidates
	hits := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: r}
	for n := 1; ; n++ {
		if n%seenBetween == 0 && ctx.Err() != nil {
			h.cut = true
			break
		}
		found, err := s.Next(hits)
		if err != nil {
			return h, err //nolint:wrapcheck // the caller tells damage from all else
		}
		if found == nil {
			break
		}
		at := found.IndexInternalID.Value()
		// A damaged index may hold a document twice.
		if row, ok := c.rows.of(at); ok && !h.all.Has(row) {
			h.all = h.all.With(row)
			if c.most > 0 && c.within.Has(row) {
				best.keep(candidate{at: at, row: row, score: found.Score}, c.most)
			}
		}
		hits.DocumentMatchPool.Put(found)
	}
	h.cut = h.cut || ctx.Err() != nil // a searcher may have ended for that reason
	h.best = best
	slices.SortFunc(h.best, func(a, b candidate) int { return b.compare(a) })
	return h, nil
}

// candidates are a heap with the worst one on top.
type candidates []candidate //nolint:recvcheck // container/heap wants both

// Len implements heap.Interface.
func (m candidates) Len() int { return len(m) }

// Less implements heap.Interface.
func (m candidates) Less(i, j int) bool { return m[i].compare(m[j]) < 0 }

// Swap implements heap.Interface.
func (m candidates) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push implements heap.Interface.
func (m *candidates) Push(x any) { *m = append(*m, x.(candidate)) } //nolint:forcetypeassert // only keep pushes

// Pop implements heap.Interface.
func (m *candidates) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// keep adds a match if it is among the best so many.
func (m *candidates) keep(x candidate, most int) {
	switch {
	case len(*m) < most:
		heap.Push(m, x)
	case x.compare((*m)[0]) > 0:
		(*m)[0] = x
		heap.Fix(m, 0)
	}
}

// rowsQuery finds the documents of a set of rows.
type rowsQuery struct {
	rows documentOrdinals
	set  column.Set
}

var _ bq.Query = rowsQuery{}

// Searcher implements query.Query.
func (q rowsQuery) Searcher(ctx context.Context, r api.IndexReader, _ mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	all, err := searcher.NewMatchAllSearcher(ctx, r, 1, o)
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller tells damage from all else
	}
	return searcher.NewFilteringSearcher(ctx, all, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		row, ok := q.rows.of(d.IndexInternalID.Value())
		return ok && q.set.Has(row)
	}), nil
}
