package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/search"
	bleves "github.com/blevesearch/bleve/v2/search/collector"
	api "github.com/blevesearch/bleve_index_api"

	"vigie"
	"vigie/index/store"
)

// The bounds of a search.
const (
	DefaultLimit = 20
	MaxLimit     = 200
	MaxOffset    = 10_000
	// MaxTime is how long a search may take and nobody waits longer.
	MaxTime = 2 * time.Second
)

// page is which part of what is found is wanted.
type page struct{ limit, offset int }

// pageOf keeps a wish within bounds.
func pageOf(limit, offset int) page {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return page{limit: min(limit, MaxLimit), offset: min(max(offset, 0), MaxOffset)}
}

// answer is what an index says beside the hits.
type answer struct {
	total   int
	partial bool
}

// ask looks up a plan and has read make the hits out of what was found, in one
// transaction; read returns how many there really are. A damaged index is
// replaced in the background.
func (x *view) ask(ctx context.Context, p plan, wanted page, read func(*store.Tx, search.DocumentMatchCollection) (int, error)) (answer, error) {
	var a answer
	g, release, err := x.use()
	if err != nil {
		return a, err
	}
	defer release()
	a.partial = g.partial()
	found, err := x.search(ctx, g, p, wanted)
	var damage *vigie.DamagedError
	switch {
	case errors.As(err, &damage):
		x.repair(ctx, g, err.Error())
		return answer{partial: true}, nil
	case err != nil:
		return a, err
	}
	err = x.db.View(func(tx *store.Tx) error {
		n, err := read(tx, found.hits)
		a.total = found.total - (len(found.hits) - n)
		return err
	})
	return a, err
}

// outcome is what a search found.
type outcome struct {
	hits  search.DocumentMatchCollection
	total int
}

// search finds identities and scores.
func (x *view) search(ctx context.Context, g *generation, p plan, wanted page) (outcome, error) {
	var out outcome
	err := g.read(func(r api.IndexReader) (err error) {
		if out, err = g.collect(ctx, r, p, wanted); err == nil && p.scored {
			err = x.rank(ctx, g, r, p, out.hits)
		}
		return err
	})
	if err == nil {
		out.hits = settle(out.hits, wanted)
	}
	switch {
	case ctx.Err() != nil:
		return out, fmt.Errorf("it took longer than %s; ask for less: %w", MaxTime, ctx.Err())
	case err == nil, errors.Is(err, vigie.ErrDamaged), errors.Is(err, vigie.ErrInvalid):
		return out, err
	}
	return out, &vigie.DamagedError{Place: "index", Reason: err.Error()}
}

// collect is the first stage of a search: what bleve finds, and its scores.
func (g *generation) collect(ctx context.Context, r api.IndexReader, p plan, wanted page) (out outcome, err error) {
	var o search.SearcherOptions
	// A few more than are shown: those of equal score come in the order of bleve's
	// files, which changes with every merge. See settle.
	size := wanted.offset + wanted.limit + tieRoom
	if p.scored {
		size = max(size, rankedFirst)
	} else {
		o.Score = "none"
	}
	s, err := p.query.Searcher(withTerms(ctx), r, g.bleve.Mapping(), o)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	c := bleves.NewTopNCollector(size, 0, p.order())
	if err := c.Collect(ctx, s, r); err != nil {
		return out, err
	}
	return outcome{hits: c.Results(), total: int(c.Total())}, nil
}

// order is what the hits are sorted by.
func (p plan) order() search.SortOrder {
	var out search.SortOrder
	if p.lang != "" {
		out = append(out, &langFirst{search.SortField{Field: fieldReader, Desc: true}, langKey(p.lang)})
	}
	if p.scored {
		return append(out, &search.SortScore{Desc: true})
	}
	// Many may be of one time, and pages of them must not overlap: see tieRoom.
	return append(out, &search.SortField{Field: fieldTime, Desc: true}, &search.SortDocID{Desc: true})
}

// langFirst sorts the entries of one language before all others.
type langFirst struct {
	search.SortField
	lang string
}

// Value implements search.SearchSort.
func (s *langFirst) Value(m *search.DocumentMatch) string {
	if s.SortField.Value(m) == s.lang {
		return "1"
	}
	return "0"
}

// Copy implements search.SearchSort.
func (s *langFirst) Copy() search.SearchSort {
	c := *s
	return &c
}

// tieRoom is how many documents of equal score beyond the shown ones are put in
// order: enough for copies of a page, cheap enough for every search.
const tieRoom = 50

// settle puts hits of equal rank in the order of their identities, newest first,
// so that the same question has the same answer, and keeps what was asked for.
func settle(hits search.DocumentMatchCollection, wanted page) search.DocumentMatchCollection {
	slices.SortStableFunc(hits, func(a, b *search.DocumentMatch) int {
		// Every order is from high to low; a score stands for itself in Sort.
		return cmp.Or(slices.Compare(b.Sort, a.Sort), cmp.Compare(b.Score, a.Score), cmp.Compare(b.ID, a.ID))
	})
	from := min(wanted.offset, len(hits))
	return hits[from:min(from+wanted.limit, len(hits))]
}
