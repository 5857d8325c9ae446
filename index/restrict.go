package index

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/index/column"
	"vigie/index/query"
	"vigie/index/store"
)

// mostNamed is how many documents a search may be restricted to at a time.
const mostNamed = 500

// namedTime is how long a search may take that nobody waits for.
const namedTime = 30 * time.Second

// errBehind means that the index has not come far enough to answer.
var errBehind = fmt.Errorf("the index is behind: %w", vigie.ErrBusy)

// among returns which of some documents, mostNamed at most, a query finds: those that
// [Index.Search] would find among all, by the words as they were typed. It is asked of
// an index that has come to a change; the error is errBehind where it has not. Who
// counts how long it takes has the columns level before.
func (x *Index) among(ctx context.Context, q query.Query, ids []vigie.DocumentID, reached store.Seq) ([]vigie.DocumentID, error) {
	ctx, cancel := context.WithTimeout(ctx, namedTime)
	defer cancel()
	known, failed := x.resolver(SearchOptions{})
	if err := x.levelColumns(ctx, reached); err != nil {
		return nil, err
	}
	s, done, err := x.seek(ctx, known)
	if err != nil {
		return nil, err
	}
	defer done()
	if s.gen.partial() || s.reached < reached {
		return nil, errBehind
	}
	var only column.Set
	for _, id := range ids {
		if row, ok := s.columns.Ordinal(id); ok {
			only = only.With(row)
		}
	}
	words, choices, err := s.narrow(q.At(known.Now))
	if err := errors.Join(err, failed()); err != nil {
		return nil, err
	}
	s.only, s.patience = &only, namedTime // nobody waits
	h, err := s.find(ctx, words, choices, 0)
	if err != nil {
		return nil, err
	}
	if h.cut {
		return nil, fmt.Errorf("look among %d documents: %w", len(ids), context.DeadlineExceeded)
	}
	var out []vigie.DocumentID
	for row := range s.columns.Within(h.all.And(only), choices...).Each() {
		out = append(out, s.columns.Row(row).ID)
	}
	return out, nil
}

// Try asks a query of no document. The error is a vigie.ErrInvalid where it can be read
// but not asked: more words begin as it says than can be looked for. Somebody waits, so
// it is given no more than [MaxTime].
func (x *Index) Try(ctx context.Context, q query.Query) error {
	ctx, cancel := context.WithTimeout(ctx, MaxTime)
	defer cancel()
	_, err := x.among(ctx, q, nil, 0)
	return err
}

// Hits returns documents as [Index.Search] would show them to who asked a query,
// extracts and pages included, in the given order. Those that are gone are left out.
func (x *Index) Hits(ctx context.Context, q query.Query, ids []vigie.DocumentID) ([]Hit, error) {
	columns, err := x.Columns(ctx)
	if err != nil {
		return nil, err
	}
	var found []candidate
	for _, id := range ids {
		if row, ok := columns.Ordinal(id); ok {
			found = append(found, candidate{row: row})
		}
	}
	return x.hits(ctx, hitsOf{query: q, columns: columns, seq: x.db.Last().Seq}, found)
}

// Newest answers a query with the newest documents first, whatever fits best.
func (x *Index) Newest(ctx context.Context, q query.Query, limit int) (Results, error) {
	return x.Search(ctx, q, SearchOptions{Limit: limit, Sort: NewestFirst})
}
