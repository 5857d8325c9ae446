package index

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
)

// SearchOptions say which part of the answer is wanted. The zero value gives the
// first [DefaultLimit] hits.
type SearchOptions struct {
	// Limit is how many hits to return, at most [MaxLimit]; 0 means [DefaultLimit].
	Limit int
	// Offset is how many hits to pass over, at most [MaxOffset].
	Offset int
	// Langs are added to the query's own.
	Langs []vigie.Lang
	// Sort is the order of the hits.
	Sort Sort
	// Facets asks for [Results.Facets].
	Facets bool
	// Apart shows the documents of a story each by itself, and not the first for all.
	Apart bool
	// Into are the languages in which other names of what was asked for, and its
	// translations, are looked for too; without any, only what was typed is. Without
	// leaves some of that out: concepts, or words as typed. See [Results.Also].
	Into    []vigie.Lang
	Without []string
	// Now is when relative dates are counted back from, in the time zone of whoever
	// asks; the zero time is the present.
	Now time.Time
}

// Sort is an order of hits.
type Sort string

// The orders. The zero value puts first what fits best and, where nothing was asked
// that fits more or less, what is newest.
const (
	BestFirst   Sort = ""
	NewestFirst Sort = "newest"
	OldestFirst Sort = "oldest"
)

// Results are the answer to a search. Their JSON is a public contract.
type Results struct {
	// Total is how many documents were found.
	Total int `json:"total"`
	// TookMS is how long it took, in milliseconds.
	TookMS int64 `json:"took_ms"`
	Hits   []Hit `json:"hits"`
	// More says that there are hits behind those that are shown.
	More bool `json:"more,omitempty"`
	// Also is what was looked for beside the words that were typed.
	Also []Also `json:"-"`
	// Facets say how all that was found is spread; nil where they were not asked for.
	Facets *column.Facets `json:"-"`
	// Partial says that documents may be missing from the answer; Reason says why, in
	// words, and Shortfall for programs.
	Partial   bool      `json:"partial,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Shortfall Shortfall `json:"-"`
	// Notes say what of the query was left out.
	Notes []query.Note `json:"notes,omitempty"`
}

// Shortfall is why documents may be missing from an answer; "" where none are.
type Shortfall string

// The shortfalls: the index is being filled, it is being made anew because it was
// damaged, time ran out.
const (
	Filling   Shortfall = "filling"
	Damaged   Shortfall = "damaged"
	OutOfTime Shortfall = "slow"
)

// shortf notes why documents may be missing.
func (r *Results) shortf(why Shortfall, format string, args ...any) {
	r.Partial, r.Shortfall, r.Reason = true, why, fmt.Sprintf(format, args...)
}

// Hit is one document that was found.
type Hit struct {
	ID    vigie.DocumentID `json:"id"`
	URL   string           `json:"url"`
	Title string           `json:"title"`
	// Source is the name of the source, or of the publisher where it has none.
	Source    string     `json:"source"`
	Published vigie.Date `json:"published"`
	Lang      vigie.Lang `json:"lang"`
	// Score says how well it fits, within one answer only; 0 where nothing was
	// asked that fits more or less.
	Score float64 `json:"score"`
	// Extract is a passage around what was found, as plain text.
	Extract string `json:"extract"`
	// Page is where the extract stands, from 1; 0 where there are no pages.
	Page int `json:"page"`
	// Why says what made the score.
	Why Why `json:"-"`
	// TitleMarks and ExtractMarks are where the words that were looked for stand in
	// them.
	TitleMarks   []Mark `json:"-"`
	ExtractMarks []Mark `json:"-"`
	// Publisher is the document's own, Type what it is ("pdf", "page"), Pages how many
	// it has.
	Publisher string `json:"-"`
	Type      string `json:"-"`
	Pages     int    `json:"-"`
	// Status and Tags are what the desk made of it.
	Status vigie.Status `json:"-"`
	Tags   []string     `json:"-"`
	// Story is the one that it belongs to, "" for none, and Others how many more of
	// that were found.
	Story  vigie.StoryID `json:"-"`
	Others int           `json:"-"`
}

// Mark is a part of a text, from one byte to before another.
type Mark struct{ From, To int }

// Search answers a query: the best hits first or, where nothing was asked that fits
// more or less, the newest. Errors are vigie.ErrInvalid for a query that cannot be
// answered within bounds, and those of ctx. Where time runs out, the answer is what was
// found until then, and Partial. A damaged index is replaced in the background; the
// answer then is empty and Partial.
func (x *Index) Search(ctx context.Context, q query.Query, o SearchOptions) (Results, error) {
	begin := time.Now()
	for _, l := range o.Langs {
		q = q.With(query.Filter{Field: query.Lang, Value: string(l)})
	}
	bounded, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	res := Results{Hits: []Hit{}, Notes: q.Notes}
	err := x.answer(bounded, q, o, &res)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		res.shortf(OutOfTime, "it took longer than %s; ask for less", MaxTime)
		err = nil
	}
	if errors.Is(err, errRepaired) {
		res, err = Results{Hits: []Hit{}, Notes: q.Notes}, nil
		res.shortf(Damaged, "the index is damaged and is being made anew")
	}
	if err != nil {
		return Results{}, fmt.Errorf("search: %w", err)
	}
	res.TookMS = time.Since(begin).Milliseconds()
	return res, nil
}

// errRepaired means that the index was found damaged, and is being made anew.
var errRepaired = errors.New("the index is damaged")

// answer fills in what was found.
func (x *Index) answer(ctx context.Context, q query.Query, o SearchOptions, res *Results) error {
	known, failed := x.resolver(o)
	s, done, err := x.seek(ctx, known)
	if err != nil {
		return err
	}
	defer done()
	s.facets = o.Facets
	if s.gen.partial() {
		res.shortf(Filling, "the index is being filled: %s", s.gen.reason)
	}
	words, choices, err := s.narrow(q.At(known.Now))
	if err := errors.Join(err, failed()); err != nil {
		return err
	}
	res.Also = x.languages.also(words, x.interpreter, o.Into, o.Without)
	s.also = res.Also
	wanted := pageOf(o.Limit, o.Offset)
	most := 0
	if o.Sort == BestFirst {
		most = max(rankedFirst, wanted.offset+wanted.limit+1) + tieRoom
	}
	h, err := s.find(ctx, words, choices, most)
	// Copies stand behind one another: a page may need more than were kept.
	for err == nil && !h.cut && !o.Apart && most > 0 && len(h.best) == most && len(s.fold(h.best)) <= wanted.offset+wanted.limit {
		most *= 4
		h, err = s.find(ctx, words, choices, most)
	}
	if err != nil {
		return err
	}
	if h.cut {
		res.shortf(OutOfTime, "it took longer than %s; ask for less", collectTime)
	}
	in := s.columns.Within(h.all, choices...)
	res.Total = in.Count()
	if o.Facets {
		f := s.columns.Facets(h.all, facetValues, choices...)
		res.Facets = &f
	}
	var shown []candidate
	shown, res.More = s.shown(h, in, wanted, o)
	// The change is read before what hits are made of, which is as new at least.
	res.Hits, err = x.hits(ctx, hitsOf{q, res.Also, s.columns, x.db.Last().Seq}, shown)
	return err
}

// rankedFirst is how many of the best are ranked once more.
const rankedFirst = 200

// facetValues is how many values of each field are listed.
const facetValues = 12

// shown returns the part of what was found that was asked for, and whether there is
// more behind it.
func (s *seeker) shown(h haul, in column.Set, wanted page, o SearchOptions) (out []candidate, more bool) {
	if h.best == nil {
		for _, row := range s.columns.Newest(in, wanted.offset, wanted.limit+1, o.Sort == OldestFirst) {
			out = append(out, candidate{row: row})
		}
	} else {
		out = h.best
		if !o.Apart {
			out = s.fold(out)
		}
		out = out[min(wanted.offset, len(out)):]
	}
	return out[:min(wanted.limit, len(out))], len(out) > wanted.limit
}
