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

	// all and best are those of the haul, best as a heap; seen counts what was asked
	// for, and cut says that time ran out.
	all  column.Set
	best candidates
	seen int
	cut  bool
	// segment are the ordinals of the documents from start on.
	start   uint64
	segment []uint32
}

// seenBetween is how many documents are looked at before the clock is.
const seenBetween = 1024

// run walks to the end of what a searcher finds, or until ctx ends.
func (c *collector) run(ctx context.Context, s search.Searcher, r api.IndexReader) (haul, error) {
	hits := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: r}
	for c.patient(ctx) {
		found, err := s.Next(hits)
		if err != nil {
			return haul{}, err //nolint:wrapcheck // the caller tells damage from all else
		}
		if found == nil {
			break
		}
		c.take(found.IndexInternalID.Value(), found.Score)
		hits.DocumentMatchPool.Put(found)
	}
	return c.haul(ctx), nil
}

// patient reports whether there is time for one more document.
func (c *collector) patient(ctx context.Context) bool {
	c.seen++
	c.cut = c.cut || c.seen%seenBetween == 0 && ctx.Err() != nil
	return !c.cut
}

// take notes that a document was found.
func (c *collector) take(at uint64, score float64) {
	// A damaged index may hold a document twice.
	if row, ok := c.row(at); ok && !c.all.Has(row) {
		c.all = c.all.With(row)
		if c.most > 0 && c.within.Has(row) {
			c.best.keep(candidate{at: at, row: row, score: score}, c.most)
		}
	}
}

// row is documentOrdinals.of: most documents stand in the segment of the one before.
func (c *collector) row(at uint64) (uint32, bool) {
	if n := at - c.start; at >= c.start && n < uint64(len(c.segment)) {
		return c.segment[n], c.segment[n] != noOrdinal
	}
	for i, start := range c.rows.starts {
		if n := at - start; at >= start && n < uint64(len(c.rows.ordinals[i])) {
			c.start, c.segment = start, c.rows.ordinals[i]
			return c.segment[n], c.segment[n] != noOrdinal
		}
	}
	return 0, false
}

// haul is what was taken.
func (c *collector) haul(ctx context.Context) haul {
	h := haul{all: c.all, best: c.best, cut: c.cut || ctx.Err() != nil} // a searcher may have ended for that reason
	slices.SortFunc(h.best, func(a, b candidate) int { return b.compare(a) })
	return h
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
