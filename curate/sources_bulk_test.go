package curate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// three adds sources: one that is read, one that is gone, one that is paused.
func (s sorting) three(t *testing.T) (ids []vigie.SourceID) {
	t.Helper()
	err := s.db.Update(t.Context(), func(tx *store.Tx) error {
		for _, name := range []string{"un", "deux", "trois"} {
			src, err := tx.AddSource(vigie.Source{Kind: vigie.Feed, URL: "https://" + name + ".example/rss", Name: name, Paused: name == "trois"})
			if err != nil {
				return err
			}
			ids = append(ids, src.ID)
		}
		if err := tx.PutVisit(vigie.Visit{Source: ids[0], NextRead: s.db.Now().Add(time.Hour), Why: vigie.ByFloor}); err != nil {
			return err
		}
		return tx.PutVisit(vigie.Visit{Source: ids[1], Standing: vigie.Gone, Failures: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestChangeSources(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	ids := s.three(t)
	nowhere := append([]vigie.SourceID{"01JD8Y3K5W000000000000000Z", ids[0]}, ids...) // one is not there, one is there twice
	for _, test := range []struct {
		act   curate.BulkAct
		every time.Duration
		want  curate.SourcesChanged
		line  string
	}{
		{curate.BulkRead, 0, curate.SourcesChanged{Changed: 2, Left: 1, Missing: 1}, "sources asked for"},
		{curate.BulkRead, 0, curate.SourcesChanged{Left: 3, Missing: 1}, ""},
		{curate.BulkPause, 0, curate.SourcesChanged{Changed: 2, Left: 1, Missing: 1}, "sources paused"},
		{curate.BulkPause, 0, curate.SourcesChanged{Left: 3, Missing: 1}, ""},
		{curate.BulkPace, 3 * time.Hour, curate.SourcesChanged{Changed: 3, Missing: 1}, "pace changed"},
		{curate.BulkPace, 3 * time.Hour, curate.SourcesChanged{Left: 3, Missing: 1}, ""},
		{curate.BulkPace, 0, curate.SourcesChanged{Changed: 3, Missing: 1}, "pace changed"},
		{curate.BulkResume, 0, curate.SourcesChanged{Changed: 3, Missing: 1}, "sources resumed"},
	} {
		before := s.audited(t, 100)
		done, err := s.desk.ChangeSources(t.Context(), idris, nowhere, test.act, test.every, "203.0.113.0/24")
		if err != nil || done != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.act, done, err, test.want)
		}
		after := s.audited(t, 100)
		switch lines := len(after) - len(before); {
		case test.line == "" && lines != 0:
			t.Errorf("%s again left a line", test.act)
		case test.line != "" && (lines != 1 || after[0].What != test.line || !strings.Contains(after[0].Note, "deux") || after[0].From != "203.0.113.0/24"):
			t.Errorf("%s left %d lines, the last %+v", test.act, lines, after[0])
		}
	}
	_ = s.db.View(func(tx *store.Tx) error {
		for _, id := range ids[:2] {
			src, err := tx.Source(id)
			v, errVisit := tx.Visit(id)
			if err != nil || errVisit != nil || !v.Due(src, s.db.Now()) {
				t.Errorf("%s is not due: %+v, %+v", id, src, v)
			}
		}
		return nil
	})
}

func TestChangeSourcesRefuses(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	ids := s.three(t)
	for name, test := range map[string]struct {
		role  vigie.Role
		ids   []vigie.SourceID
		act   curate.BulkAct
		every time.Duration
		want  error
	}{
		"a curator":     {vigie.Curator, ids, curate.BulkPause, 0, vigie.ErrForbidden},
		"nobody":        {"", ids, curate.BulkPause, 0, vigie.ErrForbidden},
		"no source":     {vigie.Editor, nil, curate.BulkPause, 0, vigie.ErrInvalid},
		"too many":      {vigie.Editor, make([]vigie.SourceID, curate.MostSources+1), curate.BulkPause, 0, vigie.ErrInvalid},
		"another act":   {vigie.Editor, ids, "remove", 0, vigie.ErrInvalid},
		"no act":        {vigie.Editor, ids, "", 0, vigie.ErrInvalid},
		"every second":  {vigie.Editor, ids, curate.BulkPace, time.Second, vigie.ErrInvalid},
		"never":         {vigie.Editor, ids, curate.BulkPace, 400 * 24 * time.Hour, vigie.ErrInvalid},
		"the past even": {vigie.Editor, ids, curate.BulkPace, -time.Hour, vigie.ErrInvalid},
	} {
		if _, err := s.desk.ChangeSources(t.Context(), person("01JD8Y3K5W000000000000000C", test.role), test.ids, test.act, test.every, ""); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What people found by hand is no place to read.
	err := s.db.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.AddSource(vigie.Source{ID: vigie.ByHand, Kind: vigie.Page, URL: "https://main.example/", Paused: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if done, err := s.desk.ChangeSources(t.Context(), idris, []vigie.SourceID{vigie.ByHand}, curate.BulkResume, 0, ""); err != nil || done.Left != 1 {
		t.Errorf("found by hand: %+v, %v", done, err)
	}
}

// TestAgreeToWay: what is offered is taken and read at once, what was taken is agreed
// to, and where there is neither nothing changes.
func TestAgreeToWay(t *testing.T) {
	s := newSorting(t)
	idris := person("01JD8Y3K5W000000000000000B", vigie.Editor)
	ids := s.three(t)
	err := s.db.Update(t.Context(), func(tx *store.Tx) error {
		for i, v := range []vigie.Visit{
			{Standing: vigie.Gone, Found: vigie.Found{Kind: vigie.Feed}, Offered: vigie.Found{Kind: vigie.Site}},
			{NextRead: s.db.Now().Add(time.Hour), Found: vigie.Found{Kind: vigie.Feed, Was: "https://deux.example/old"}},
			{Found: vigie.Found{Kind: vigie.Feed}},
		} {
			src, err := tx.Source(ids[i])
			if err != nil {
				return err
			}
			src.Kind, v.Source = vigie.Auto, src.ID
			if err := tx.PutSource(src); err != nil {
				return err
			}
			if err := tx.PutVisit(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, lines := range []int{1, 1, 0} {
		before := len(s.audited(t, 100))
		for range 2 {
			if err := s.desk.AgreeToWay(t.Context(), idris, ids[i], ""); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(s.audited(t, 100)) - before; n != lines {
			t.Errorf("source %d left %d lines", i, n)
		}
	}
	_ = s.db.View(func(tx *store.Tx) error {
		offered, _ := tx.Visit(ids[0])
		taken, _ := tx.Visit(ids[1])
		if offered.Found.Kind != vigie.Site || offered.Stopped() || offered.Agreeable() || taken.Agreeable() || taken.NextRead.IsZero() {
			t.Errorf("%+v, %+v", offered, taken)
		}
		return nil
	})
	if err := s.desk.AgreeToWay(t.Context(), person("01JD8Y3K5W000000000000000C", vigie.Curator), ids[0], ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a curator: %v", err)
	}
	if err := s.desk.AgreeToWay(t.Context(), idris, "01JD8Y3K5W000000000000000Z", ""); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("what is not there: %v", err)
	}
}
