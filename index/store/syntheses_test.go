package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// out lists what is public in a language as "title N language".
func out(t testing.TB, db *store.DB, lang vigie.Lang) []string {
	t.Helper()
	var got []string
	view(t, db, func(tx *store.Tx) error {
		for e, err := range tx.Public(lang) {
			if err != nil {
				return err
			}
			got = append(got, fmt.Sprint(e.Title, " ", e.N, " ", e.Lang))
		}
		return nil
	})
	return got
}

// act runs steps on a synthesis in one transaction and fails the test on an error.
func act(t testing.TB, db *store.DB, s vigie.Synthesis, steps func(*store.Tx, vigie.Synthesis) (vigie.Synthesis, error)) vigie.Synthesis {
	t.Helper()
	change(t, db, func(tx *store.Tx) error {
		next, err := steps(tx, s)
		if err == nil {
			s = next
		}
		return err
	})
	return s
}

func TestPublicFollowsSyntheses(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	at := c.at
	started := func(lang vigie.Lang, title string) vigie.Synthesis {
		at = at.Add(time.Hour)
		return act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) { return begin(tx, lang, title, at) })
	}
	published := func(s vigie.Synthesis, lang vigie.Lang) vigie.Synthesis {
		at = at.Add(time.Hour)
		return act(t, db, s, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) { return publish(tx, s, lang, at) })
	}
	revised := func(s vigie.Synthesis, lang vigie.Lang, title string) vigie.Synthesis {
		return act(t, db, s, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) { return rewrite(tx, s, lang, title, at) })
	}
	a, b := started(vigie.French, "A"), started(vigie.French, "B")
	same(t, "nothing is out", nil, out(t, db, ""))
	a, b = published(a, vigie.French), published(b, vigie.French)
	a = published(revised(a, vigie.Arabic, "أ"), vigie.Arabic)
	same(t, "in French", []string{"B 1 fr", "A 1 fr"}, out(t, db, vigie.French))
	same(t, "in all languages", []string{"أ 1 ar", "B 1 fr", "A 1 fr"}, out(t, db, ""))
	a = revised(a, vigie.French, "A2")
	same(t, "a draft changes nothing", []string{"B 1 fr", "A 1 fr"}, out(t, db, vigie.French))
	a = published(a, vigie.French)
	same(t, "a new edition comes first", []string{"A2 2 fr", "B 1 fr"}, out(t, db, vigie.French))
	act(t, db, b, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		s, err := s.Withdraw(stepIn(s, vigie.French, at))
		return s, errors.Join(err, tx.PutSynthesis(s))
	})
	same(t, "what is withdrawn is out of it", []string{"A2 2 fr", "أ 1 ar"}, out(t, db, ""))
	same(t, "in no language of the portal", nil, out(t, db, "zgh"))

	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Synthesis(a.ID)
		if diff := cmp.Diff(a, got); diff != "" {
			t.Errorf("Synthesis (-want +got):\n%s", diff)
		}
		var all []string
		for e, err := range tx.Editions(a.ID) {
			if err != nil {
				return err
			}
			all = append(all, fmt.Sprint(e.Title, e.Lang, e.N))
		}
		same(t, "the editions", []string{"أar1", "Afr1", "A2fr2"}, all)
		var begun []vigie.SynthesisID
		for s, err := range tx.Syntheses() {
			if err != nil {
				return err
			}
			begun = append(begun, s.ID)
		}
		if !slices.Equal(begun, []vigie.SynthesisID{b.ID, a.ID}) {
			t.Errorf("newest first: %q", begun)
		}
		e, err2 := tx.Edition(a.ID, vigie.French, 1)
		if e.Title != "A" || len(e.Citations) != 1 || len(e.Embeds) != 1 {
			t.Errorf("the first edition is now %+v", e)
		}
		if _, err := tx.Edition(a.ID, vigie.French, 3); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("an edition that does not exist: %v", err)
		}
		return errors.Join(err, err2)
	})
}

// TestSynthesisChanges: followers hear of every text and every edition.
func TestSynthesisChanges(t *testing.T) {
	db := storetest.Open(t)
	before := db.Last().Seq
	at := newClock().at
	s := act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) {
		s, err := begin(tx, vigie.French, "A", at)
		if err != nil {
			return s, err
		}
		return publish(tx, s, vigie.French, at)
	})
	change := "synthesis " + string(s.ID) + " put "
	same(t, "the changes", []string{change + "new", change + "changed", change + "edition", change + "changed"}, changesAfter(t, db, before))
}

func TestSynthesisIsRefused(t *testing.T) {
	db := storetest.Open(t)
	at := newClock().at
	kept := act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) {
		s, err := begin(tx, vigie.French, "A", at)
		if err != nil {
			return s, err
		}
		return publish(tx, s, vigie.French, at)
	})
	next := func(alter func(*vigie.Synthesis, *vigie.Version)) vigie.Synthesis {
		s := kept
		s.Revision++
		v := s.Versions[vigie.French]
		alter(&s, &v)
		s.Versions = map[vigie.Lang]vigie.Version{vigie.French: v}
		return s
	}
	edition := func(n int, lang vigie.Lang) vigie.Edition { return vigie.Edition{Synthesis: kept.ID, Lang: lang, N: n} }
	put := func(s vigie.Synthesis) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.PutSynthesis(s) }
	}
	add := func(e vigie.Edition) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.AddEdition(e) }
	}
	for name, tc := range map[string]struct {
		do   func(*store.Tx) error
		want error
	}{
		"the same revision":   {put(kept), vigie.ErrConflict},
		"a revision skipped":  {put(next(func(s *vigie.Synthesis, _ *vigie.Version) { s.Revision++ })), vigie.ErrConflict},
		"a new one late":      {put(vigie.Synthesis{ID: "01KAM000000000000000000000", Revision: 2}), vigie.ErrConflict},
		"no identity":         {put(vigie.Synthesis{ID: "x", Revision: 1}), vigie.ErrInvalid},
		"odd language":        {put(vigie.Synthesis{ID: "01KAM000000000000000000000", Revision: 1, Versions: map[vigie.Lang]vigie.Version{"FR": {}}}), vigie.ErrInvalid},
		"long title":          {put(next(func(_ *vigie.Synthesis, v *vigie.Version) { v.Title = strings.Repeat("é", 301) })), vigie.ErrInvalid},
		"many citations":      {put(next(func(s *vigie.Synthesis, _ *vigie.Version) { s.Citations = make([]vigie.Citation, 2001) })), vigie.ErrInvalid},
		"many figures":        {put(next(func(s *vigie.Synthesis, _ *vigie.Version) { s.Embeds = make([]vigie.Embed, 501) })), vigie.ErrInvalid},
		"edition forgotten":   {put(next(func(_ *vigie.Synthesis, v *vigie.Version) { v.Edition = 0 })), vigie.ErrInvalid},
		"edition not brought": {put(next(func(_ *vigie.Synthesis, v *vigie.Version) { v.Edition = 2 })), vigie.ErrInvalid},
		"edition again":       {add(edition(1, vigie.French)), vigie.ErrConflict},
		"edition skipped":     {add(edition(3, vigie.French)), vigie.ErrConflict},
		"edition of nothing":  {add(vigie.Edition{Synthesis: "01KAM000000000000000000000", Lang: vigie.French, N: 1}), vigie.ErrNotFound},
		"edition, odd":        {add(edition(1, "fr_FR")), vigie.ErrInvalid},
		"edition not told":    {add(edition(2, vigie.French)), vigie.ErrInvalid},
		"edition, other":      {add(edition(1, vigie.Arabic)), vigie.ErrInvalid},
	} {
		if err := db.Update(t.Context(), tc.do); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMarks(t *testing.T) {
	db := storetest.Open(t)
	var ids []vigie.SynthesisID
	for range 2 {
		s := act(t, db, vigie.Synthesis{}, func(tx *store.Tx, _ vigie.Synthesis) (vigie.Synthesis, error) {
			return begin(tx, vigie.French, "A", newClock().at)
		})
		ids = append(ids, s.ID)
	}
	slices.Sort(ids)
	a, b := ids[0], ids[1]
	mark := func(id vigie.SynthesisID, indicator, area string) vigie.FigureMark {
		return vigie.FigureMark{Synthesis: id, Indicator: indicator, Area: area, After: "3.58"}
	}
	left := func(id vigie.SynthesisID) []string {
		var got []string
		view(t, db, func(tx *store.Tx) error {
			marks, err := tx.Marks(id)
			for _, m := range marks {
				got = append(got, m.Indicator+" "+m.Area)
			}
			return err
		})
		return got
	}
	forget := func(id vigie.SynthesisID, indicator, area string) {
		change(t, db, func(tx *store.Tx) error { return tx.DeleteMarks(id, indicator, area) })
	}
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutMark(mark(a, "mobile", "MAR")), tx.PutMark(mark(a, "mobile", "TUN")), tx.PutMark(mark(a, "mobile", "TUN")),
			tx.PutMark(mark(a, "mobile-data", "MAR")), tx.PutMark(mark(b, "mobile", "MAR")))
	})
	same(t, "of all", []string{"mobile MAR", "mobile TUN", "mobile-data MAR", "mobile MAR"}, left(""))
	forget(a, "mobile", "TUN")
	same(t, "of one", []string{"mobile MAR", "mobile-data MAR"}, left(a))
	forget(a, "mobile", "")
	same(t, "of one", []string{"mobile-data MAR"}, left(a))
	forget(a, "", "")
	same(t, "of one", nil, left(a))
	same(t, "of the other", []string{"mobile MAR"}, left(b))
	for name, m := range map[string]vigie.FigureMark{
		"no area": mark(a, "mobile", ""), "odd area": mark(a, "mobile", "M\x00R"), "odd indicator": mark(a, "Mobile\x00", "MAR"), "long area": mark(a, "mobile", strings.Repeat("M", 61)),
	} {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutMark(m) }); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutMark(mark("01KAM000000000000000000000", "mobile", "MAR")) })
	if !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
}
