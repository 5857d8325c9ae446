package curate_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
)

func TestSources(t *testing.T) {
	s := newSorting(t)
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	src := vigie.Source{ID: "01JD8Y3K5W0000000000000001", Kind: vigie.Feed, URL: "https://waha.example/rss", Name: " La  Voix "}
	added, err := s.desk.AddSource(t.Context(), awa, src)
	if err != nil || !added.Paused || added.Name != "La Voix" {
		t.Fatalf("a curator's source is %+v, %v; want it to wait", added, err)
	}
	if again, err := s.desk.AddSource(t.Context(), awa, src); err != nil || again.ID != added.ID {
		t.Errorf("the same form again: %+v, %v", again, err)
	}
	other := src
	other.ID = "01JD8Y3K5W0000000000000002"
	if there, err := s.desk.AddSource(t.Context(), idris, other); !errors.Is(err, vigie.ErrConflict) || there.ID != added.ID {
		t.Errorf("the same address again: %+v, %v", there, err)
	}
	if err := s.desk.PauseSource(t.Context(), awa, src.ID, false, ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a curator lets a source run: %v", err)
	}
	if err := s.desk.PauseSource(t.Context(), idris, src.ID, false, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutVisit(vigie.Visit{Source: src.ID, Standing: vigie.Gone, NextRead: s.db.Now().Add(time.Hour)})
	}); err != nil {
		t.Fatal(err)
	}
	before := s.db.Last().Seq
	if err := s.desk.ReadNow(t.Context(), idris, src.ID, ""); err != nil {
		t.Fatal(err)
	}
	_ = s.db.View(func(tx *store.Tx) error {
		v, err := tx.Visit(src.ID)
		kept, errKept := tx.Source(src.ID)
		if err != nil || errKept != nil || !v.Due(kept, s.db.Now()) || s.db.Last().Seq == before {
			t.Errorf("the source is not due, or nobody is told: %+v, %v", v, err)
		}
		return nil
	})
	for _, bad := range []vigie.Source{
		{URL: "file:///etc/passwd", Kind: vigie.Feed},
		{URL: "https://a.example/", Kind: "mail"},
		{URL: "https://a.example/", Kind: vigie.Feed, Every: time.Second},
		{URL: "https://a.example/", Kind: vigie.Feed, Lang: "not a language"},
		{URL: "https://a.example/", Kind: vigie.Feed, Topics: make([]string, 21)},
	} {
		bad.ID = "01JD8Y3K5W0000000000000003"
		if _, err := s.desk.AddSource(t.Context(), idris, bad); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := s.desk.RemoveSource(t.Context(), idris, src.ID); err != nil {
		t.Error(err)
	}
	if err := s.desk.ChangeSource(t.Context(), idris, src); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("changing what is gone: %v", err)
	}
}
