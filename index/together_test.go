package index_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// shelfOf remembers what must be found and what must not, while others look.
type shelfOf struct {
	mu     sync.Mutex
	level  map[vigie.DocumentID]bool // the index has taken them in; under mu
	gone   map[vigie.DocumentID]bool // removed or withdrawn; under mu
	filing []vigie.DocumentID        // in the store; under mu
}

// now returns what must be found by a search that begins now, unless it goes meanwhile,
// and what must not.
func (s *shelfOf) now() (level, gone map[vigie.DocumentID]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.level), maps.Clone(s.gone)
}

// TestAllTogether: while documents are filed, removed and withdrawn, the index follows,
// is made anew and closed, every answer is one that somebody could have had: nothing
// that was gone before the question, everything that was there before and still is.
func TestAllTogether(t *testing.T) {
	db := storetest.Open(t)
	source := storetest.Source(t, db, "https://example.org/feed")
	x := open(t, db)
	s := &shelfOf{level: map[vigie.DocumentID]bool{}, gone: map[vigie.DocumentID]bool{}}
	file := func(round int) {
		docs := make([]vigie.Document, 12)
		for i := range docs {
			docs[i] = vigie.Document{
				URL: fmt.Sprintf("https://example.org/%d/%d", round, i), Title: fmt.Sprintf("Rapport %d", i),
				Lang: []vigie.Lang{"fr", "en"}[i%2], Body: text("La fibre et le réseau."),
			}
		}
		ids := storetest.File(t, db, source, docs...)
		s.mu.Lock()
		s.filing = append(s.filing, ids...)
		s.mu.Unlock()
	}
	file(0)
	s.catchUp(t, x)
	var writers, readers sync.WaitGroup
	ended := make(chan struct{})
	writers.Go(func() {
		for round := range 10 {
			file(round + 1)
			s.takeAway(t, db, round)
			s.catchUp(t, x)
		}
	})
	writers.Go(func() {
		for range 3 {
			if err := x.Rebuild(t.Context(), nil); err != nil {
				t.Error(err)
			}
		}
	})
	for reader := range 3 {
		readers.Go(func() {
			for n := range 400 {
				select {
				case <-ended:
					return
				default:
					s.look(t, x, reader, n)
				}
			}
		})
	}
	writers.Wait()
	close(ended)
	readers.Wait()
	s.look(t, x, 0, 0)
	if err := x.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// catchUp brings the index level, and notes what it has.
func (s *shelfOf) catchUp(t *testing.T, x *index.Index) {
	t.Helper()
	s.mu.Lock()
	before := slices.Clone(s.filing)
	s.mu.Unlock()
	if _, err := x.CatchUp(t.Context(), nil); err != nil {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range before {
		s.level[id] = true
	}
}

// takeAway removes a document and withdraws another.
func (s *shelfOf) takeAway(t *testing.T, db *store.DB, round int) {
	t.Helper()
	removed, withdrawn := s.filing[round*12], s.filing[round*12+5]
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.RemoveDocument(removed, "test"); err != nil {
			return err
		}
		_, err := tx.Withdraw(store.Withdrawal{Document: withdrawn, By: "Amina", At: noon(), Why: "a judgement"})
		return err
	})
	if err != nil {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone[removed], s.gone[withdrawn] = true, true
}

// look asks one question in one of the ways that there are.
func (s *shelfOf) look(t *testing.T, x *index.Index, reader, n int) {
	t.Helper()
	level, gone := s.now()
	line := []string{"fibre", "lang:fr lang:en", `"la fibre"`, "title:rapport AND fibre", "fibr* reseau"}[(n+reader)%5]
	q, err := query.Parse(line)
	if err != nil {
		t.Error(err)
		return
	}
	if n%7 == 0 {
		s.others(t, x, q, gone)
	}
	res, err := x.Search(context.WithoutCancel(t.Context()), q, index.SearchOptions{
		Limit: index.MaxLimit, Facets: true, Apart: true, Sort: []index.Sort{index.BestFirst, index.NewestFirst}[n%2],
	})
	if err != nil || res.Partial {
		t.Errorf("%q: partial %v (%s), %v", line, res.Partial, res.Reason, err)
		return
	}
	_, goneNow := s.now()
	shown := map[vigie.DocumentID]bool{}
	for _, h := range res.Hits {
		if gone[h.ID] || shown[h.ID] {
			t.Errorf("%q shows %s, which was gone or is shown already", line, h.ID)
		}
		shown[h.ID] = true
	}
	for id := range level {
		if !shown[id] && !goneNow[id] && !s.goes(id) {
			t.Errorf("%q does not show %s, which was there", line, id)
		}
	}
	counted := 0
	for _, v := range res.Facets.Langs.Values {
		counted += v.Count
	}
	if res.Total < len(res.Hits) || counted != res.Total {
		t.Errorf("%q: %d found, %d shown, %d counted", line, res.Total, len(res.Hits), counted)
	}
}

// goes reports what may be taken away at this moment, before anybody noted it.
func (s *shelfOf) goes(id vigie.DocumentID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.Index(s.filing, id)
	return at%12 == 0 || at%12 == 5
}

// others asks what is not a search.
func (s *shelfOf) others(t *testing.T, x *index.Index, q query.Query, gone map[vigie.DocumentID]bool) {
	t.Helper()
	s.mu.Lock()
	all := slices.Clone(s.filing)
	s.mu.Unlock()
	hits, err := x.Hits(t.Context(), q, all)
	for _, h := range hits {
		if gone[h.ID] {
			t.Errorf("%s is shown, which was gone", h.ID)
		}
	}
	if _, _, errS := x.Suggest(t.Context(), query.Plain("raport")); err != nil || errS != nil {
		t.Error(err, errS)
	}
	if st := x.Stats(); st.LastError != "" {
		t.Error(st.LastError)
	}
}

// endsSoon is a context that has ended once it was asked so many times.
type endsSoon struct {
	context.Context //nolint:containedctx // it is one
	left            atomic.Int32
}

func (c *endsSoon) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestHitsHaveNoHoles: of hits that several make, those that there was time for are the
// first ones.
func TestHitsHaveNoHoles(t *testing.T) {
	db := storetest.Open(t)
	_, ids := fill(t, db, 20)
	x := openAt(t, t.TempDir(), db)
	catchUp(t, x)
	for calls := range 40 {
		ctx := &endsSoon{Context: t.Context()}
		ctx.left.Store(int32(calls))
		hits, err := x.Hits(ctx, query.Plain("fibre"), ids)
		if len(hits) < 20 && !errors.Is(err, context.Canceled) || len(hits) == 20 && err != nil {
			t.Errorf("after %d calls %d hits: %v", calls, len(hits), err)
		}
		for i, h := range hits {
			if h.ID != ids[i] {
				t.Fatalf("after %d calls hit %d is %s, want %s", calls, i, h.Title, ids[i])
			}
		}
	}
}
