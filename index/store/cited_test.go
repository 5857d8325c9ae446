package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// TestCited: who quotes what follows the working texts and the editions, and a drift
// goes with its citation.
func TestCited(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	const x, y vigie.DocumentID = "01KAM00000000000000000000X", "01KAM00000000000000000000Y"
	quoting := func(s vigie.Synthesis, passages ...vigie.Passage) vigie.Synthesis {
		t.Helper()
		s.Citations = nil
		for i, p := range passages {
			s.Citations = append(s.Citations, vigie.Citation{N: i + 1, Title: "T", Passage: p})
		}
		s.Revision++
		change(t, db, func(tx *store.Tx) error { return tx.PutSynthesis(s) })
		return s
	}
	by := func(doc vigie.DocumentID, want ...vigie.SynthesisID) {
		t.Helper()
		view(t, db, func(tx *store.Tx) error {
			if got := tx.CitedBy(doc); !slices.Equal(got, want) {
				t.Errorf("%s is quoted by %q, want %q", doc, got, want)
			}
			return nil
		})
	}
	drifts := func(s vigie.Synthesis) int {
		t.Helper()
		n := 0
		view(t, db, func(tx *store.Tx) error {
			all, err := tx.Drifts(s.ID)
			n = len(all)
			return err
		})
		return n
	}
	s := act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) {
		return begin(tx, vigie.French, "A", c.at)
	})
	s = quoting(s, vigie.Passage{Document: x, Exact: "un"}, vigie.Passage{Document: y, Exact: "deux"})
	by(x, s.ID)
	by(y, s.ID)
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(
			tx.PutDrift(store.Drift{Synthesis: s.ID, N: 1, Document: x, How: store.GoneWords, Was: "un", At: c.at}),
			tx.PutDrift(store.Drift{Synthesis: s.ID, N: 2, Document: y, How: store.EditedWords, Was: "deux", Now: "trois", At: c.at}))
	})
	for _, wrong := range []store.Drift{{Synthesis: s.ID, N: 3, Document: x}, {Synthesis: s.ID, N: 1, Document: y}, {Synthesis: "01KAM00000000000000000000Z", N: 1, Document: x}} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutDrift(wrong) })
		if !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	s = act(t, db, s, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		return publish(tx, s, vigie.French, c.at.Add(time.Hour))
	})
	if n := drifts(s); n != 2 {
		t.Errorf("after publishing there are %d drifts", n)
	}
	s = quoting(s, vigie.Passage{Document: x, Exact: "un"}, vigie.Passage{Document: y, Exact: "trois"})
	if n := drifts(s); n != 1 {
		t.Errorf("after other words were quoted there are %d drifts", n)
	}
	s = quoting(s)
	if n := drifts(s); n != 0 {
		t.Errorf("without citations there are %d drifts", n)
	}
	by(x, s.ID) // the edition quotes it
	other := act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) {
		return begin(tx, vigie.French, "B", c.at.Add(time.Hour))
	})
	other = quoting(other, vigie.Passage{Document: y, Exact: "deux"})
	by(y, s.ID, other.ID)
	quoting(other)
	by(y, s.ID)
	storetest.Check(t, db)
}
