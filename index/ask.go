package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search"

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
	// maxTerms is how many terms of the index one search may look into; a short
	// prefix has too many.
	maxTerms = 20_000
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
	reason  string
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
	if a.partial = g.partial(); a.partial {
		a.reason = "the index is being filled: " + g.reason
	}
	found, err := g.search(ctx, p, wanted)
	var damage *vigie.DamagedError
	switch {
	case errors.As(err, &damage):
		x.repair(g, err.Error()) //nolint:contextcheck // goes on when the search is over
		return answer{partial: true, reason: "the index is damaged and is being made anew"}, nil
	case err != nil && strings.Contains(err.Error(), "TooManyTermSearchers"):
		return a, &vigie.InvalidError{Field: "query", Reason: "too many words begin so; write more letters before the *"}
	case err != nil:
		return a, err
	}
	err = x.db.View(func(tx *store.Tx) error {
		n, err := read(tx, found.Hits)
		a.total = int(found.Total) - (len(found.Hits) - n)
		return err
	})
	return a, err
}

// search asks bleve for identities and scores.
func (g *generation) search(ctx context.Context, p plan, wanted page) (*bleve.SearchResult, error) {
	// A few more than are shown: those of equal score come in the order of bleve's
	// files, which changes with every merge. See settle.
	req := bleve.NewSearchRequestOptions(p.query, wanted.offset+wanted.limit+tieRoom, 0, false)
	req.SortByCustom(p.order())
	if !p.scored {
		req.Score = "none"
	}
	ctx = context.WithValue(ctx, search.MaxTermSearchersKey, maxTerms)
	var found *bleve.SearchResult
	err := recovered(func() (err error) {
		// A file cut while it is mapped faults when read: make that a panic of
		// this goroutine, which recovered turns into damage.
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		found, err = g.bleve.SearchInContext(ctx, req)
		return err
	})
	if err == nil {
		settle(found, wanted)
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("it took longer than %s; ask for less: %w", MaxTime, ctx.Err())
	case err == nil, errors.Is(err, vigie.ErrDamaged), strings.Contains(err.Error(), "TooManyTermSearchers"):
		return found, err
	}
	return nil, &vigie.DamagedError{Place: "index", Reason: err.Error()}
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
	return append(out, &search.SortField{Field: fieldTime, Desc: true})
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
func settle(found *bleve.SearchResult, wanted page) {
	slices.SortStableFunc(found.Hits, func(a, b *search.DocumentMatch) int {
		// Every order is from high to low; a score stands for itself in Sort.
		return cmp.Or(slices.Compare(b.Sort, a.Sort), cmp.Compare(b.Score, a.Score), cmp.Compare(b.ID, a.ID))
	})
	from := min(wanted.offset, len(found.Hits))
	found.Hits = found.Hits[from:min(from+wanted.limit, len(found.Hits))]
}
