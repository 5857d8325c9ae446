package index

import (
	"cmp"
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
	// spoken is the field of titles in its language, "" where that is not known.
	spoken string
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
	// spoken is that of the candidates that are taken.
	spoken string

	// all and best are those of the haul, best among others that were seen since they
	// were weeded; seen counts what was asked for, and cut says that time ran out.
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
		if c.most > 0 && c.best.wants(row, score) && c.within.Has(row) {
			c.best.keep(candidate{at: at, row: row, score: score, spoken: c.spoken}, c.most)
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

// add takes what another one took.
func (c *collector) add(o collector) {
	for _, m := range o.best.found {
		if !c.all.Has(m.row) && c.best.wants(m.row, m.score) { // as above
			c.best.keep(m, c.most)
		}
	}
	c.all, c.cut = c.all.Or(o.all), c.cut || o.cut
}

// haul is what was taken.
func (c *collector) haul(ctx context.Context) haul {
	if len(c.best.found) > c.most {
		c.best.weed(c.most)
	}
	h := haul{all: c.all, best: c.best.found, cut: c.cut || ctx.Err() != nil} // a searcher may have ended for that reason
	slices.SortFunc(h.best, func(a, b candidate) int { return b.compare(a) })
	return h
}

// candidates are the best that were found, and some more.
type candidates struct {
	found []candidate
	// floor is the worst of the best at the last weeding; weeded says that there was one.
	floor  candidate
	weeded bool
}

// wants reports whether a match may be among the best.
func (m *candidates) wants(row uint32, score float64) bool {
	return !m.weeded || score > m.floor.score || score == m.floor.score && row > m.floor.row
}

// keep adds a match that is wanted. The best so many, and some others, are kept.
func (m *candidates) keep(x candidate, most int) {
	if m.found == nil {
		m.found = make([]candidate, 0, 2*min(most, rankedFirst+tieRoom))
	}
	if m.found = append(m.found, x); len(m.found)/2 >= most {
		m.weed(most)
	}
}

// weed drops all but the best so many, in no order: by Hoare's selection.
func (m *candidates) weed(most int) {
	low, high := 0, len(m.found)
	for high-low > 1 {
		pivot := m.found[(low+high)/2]
		i, j := low, high-1
		for i <= j {
			for m.found[i].compare(pivot) > 0 {
				i++
			}
			for m.found[j].compare(pivot) < 0 {
				j--
			}
			if i <= j {
				m.found[i], m.found[j] = m.found[j], m.found[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case most <= j:
			high = j + 1
		case most >= i:
			low = i
		default:
			low, high = most, most
		}
	}
	m.found = m.found[:most]
	m.floor, m.weeded = slices.MinFunc(m.found, candidate.compare), true
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
