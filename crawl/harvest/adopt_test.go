package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/crawl/polite"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// sourceOf returns a source as it is kept, and whether the audit log names it.
func sourceOf(t *testing.T, db *store.DB, id vigie.SourceID) (s vigie.Source, told string) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		var err error
		if s, err = tx.Source(id); err != nil {
			return err
		}
		lines, err := tx.AuditLines(0, 10)
		for _, l := range lines {
			if l.About == string(id) {
				told = l.What + ": " + l.Note
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, told
}

// TestAdopt follows a permanent redirect for three days.
func TestAdopt(t *testing.T) {
	const to = "https://new.example/feed"
	for name, test := range map[string]struct {
		other, edit string
		adopted     bool
	}{
		"adopted":                      {adopted: true},
		"another source has it":        {other: to},
		"a person changed the address": {edit: "https://third.example/feed"},
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t)
			s := storetest.Source(t, db, "https://old.example/feed")
			if test.other != "" {
				storetest.Source(t, db, test.other)
			}
			now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
			read := func(ctx context.Context, read vigie.Source, v vigie.Visit, _ vigie.Known) (vigie.Reading, error) {
				if read.ID == s.ID && now.Day() == 21 && test.edit != "" {
					return vigie.Reading{Visit: v, Moved: to}, db.Update(ctx, func(tx *store.Tx) error {
						kept, err := tx.Source(s.ID)
						kept.URL = test.edit
						if err != nil {
							return err
						}
						return tx.PutSource(kept)
					})
				}
				v.ETag, v.ValidatorsOf = `"1"`, to
				return vigie.Reading{Visit: v, Moved: to, Items: 3}, nil
			}
			h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, read)
			for range 3 {
				if _, err := h.Run(t.Context(), harvest.Choice{Source: s.ID}, nil); err != nil {
					t.Fatal(err)
				}
				now = now.Add(day)
			}
			got, told := sourceOf(t, db, s.ID)
			v := visit(t, db, s.ID)
			switch {
			case test.adopted:
				if got.URL != to || told != "source moved: old.example to new.example" || v.ETag == "" || v.Moved.To != "" {
					t.Errorf("%s, %q, %+v", got.URL, told, v)
				}
			case test.other != "":
				if got.URL != s.URL || told != "" || !v.Moved.Sure() {
					t.Errorf("%s, %q, %+v", got.URL, told, v)
				}
			default:
				if got.URL != test.edit || told != "" || v.ETag != "" || !v.Due(got, now) {
					t.Errorf("%s, %q, %+v", got.URL, told, v)
				}
			}
		})
	}
}

// TestEditedMeanwhile edits the rules of a source while it is read: what the reading
// brought is no answer to the new rules, so the source stays due and keeps nothing by
// which its server could say that nothing changed.
func TestEditedMeanwhile(t *testing.T) {
	for name, edit := range map[string]func(*vigie.Source){
		"address":   func(s *vigie.Source) { s.URL = "https://other.example/feed" },
		"sitemap":   func(s *vigie.Source) { s.List.Sitemap = "https://edited.example/sitemap.xml" },
		"selector":  func(s *vigie.Source) { s.List.Item = "article" },
		"paths":     func(s *vigie.Source) { s.List.Allow = []string{"/notes/"} },
		"full text": func(s *vigie.Source) { s.FullText = vigie.FullTextAlways },
	} {
		for what, failure := range map[string]error{"read": nil, "failed": errors.New("no answer")} {
			t.Run(name+" "+what, func(t *testing.T) {
				db := storetest.Open(t)
				s := storetest.Source(t, db, "https://edited.example/feed")
				now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
				h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(ctx context.Context, read vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
					kept, _ := sourceOf(t, db, s.ID)
					edit(&kept)
					if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(kept) }); err != nil {
						return vigie.Reading{}, err
					}
					v.ETag, v.ValidatorsOf = `"1"`, read.URL
					return items(read, v, known, "x"), failure
				})
				if _, err := h.Run(t.Context(), harvest.Choice{Source: s.ID}, nil); err != nil {
					t.Fatal(err)
				}
				kept, _ := sourceOf(t, db, s.ID)
				if v := visit(t, db, s.ID); v.ETag != "" || !v.LastSuccess.IsZero() || v.Failures != 0 || !v.Due(kept, now) {
					t.Errorf("the reading under the old rules was noted: %+v", v)
				}
			})
		}
	}
}

// TestEditedBefore edits the rules of a source that a turn has chosen and not read yet:
// it is read by the new ones.
func TestEditedBefore(t *testing.T) {
	db := storetest.Open(t)
	ids := map[vigie.SourceID]bool{}
	for _, address := range []string{"https://edited.example/a", "https://edited.example/b"} { // one host: one after the other
		ids[storetest.Source(t, db, address).ID] = true
	}
	now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
	var second vigie.Source
	readBy := map[vigie.SourceID]string{}
	h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(ctx context.Context, read vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		delete(ids, read.ID)
		readBy[read.ID] = read.List.Item
		for id := range ids {
			second, _ = sourceOf(t, db, id)
			second.List.Item = "article"
			if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(second) }); err != nil {
				return vigie.Reading{}, err
			}
		}
		return items(read, v, known, "x"), nil
	})
	if r, err := h.Run(t.Context(), harvest.Choice{}, nil); err != nil || r.Read != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if readBy[second.ID] != "article" {
		t.Errorf("the second source was read by the rules %q", readBy[second.ID])
	}
}

// TestChangedBefore pauses a source, or moves it to another host, while a turn that has
// chosen it reads another: it is not asked.
func TestChangedBefore(t *testing.T) {
	for name, edit := range map[string]func(*vigie.Source){
		"paused": func(s *vigie.Source) { s.Paused = true },
		"moved":  func(s *vigie.Source) { s.URL = "https://elsewhere.example/b" },
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t)
			ids := map[vigie.SourceID]bool{}
			for _, address := range []string{"https://edited.example/a", "https://edited.example/b"} {
				ids[storetest.Source(t, db, address).ID] = true
			}
			h := newHarvester(db, harvest.Options{}, func(ctx context.Context, read vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
				delete(ids, read.ID)
				for id := range ids {
					second, _ := sourceOf(t, db, id)
					edit(&second)
					if err := db.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(second) }); err != nil {
						return vigie.Reading{}, err
					}
				}
				return items(read, v, known, "x"), nil
			})
			if r, err := h.Run(t.Context(), harvest.Choice{}, nil); err != nil || r.Sources != 1 || r.Read != 1 || len(r.Failed) != 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// TestPacedMeanwhile makes an hour of the week of a source while it is read: the hour
// counts, also where the reading fails.
func TestPacedMeanwhile(t *testing.T) {
	for what, failure := range map[string]error{"read": nil, "failed": errors.New("no answer")} {
		db := storetest.Open(t)
		s := storetest.Source(t, db, "https://paced.example/feed")
		now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
		pace := func(ctx context.Context, every time.Duration) error {
			kept, _ := sourceOf(t, db, s.ID)
			kept.Every = every
			return db.Update(ctx, func(tx *store.Tx) error { return tx.PutSource(kept) })
		}
		if err := pace(t.Context(), week); err != nil {
			t.Fatal(err)
		}
		h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(ctx context.Context, read vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
			return items(read, v, known, "x"), errors.Join(failure, pace(ctx, time.Hour))
		})
		if _, err := h.Run(t.Context(), harvest.Choice{Source: s.ID}, nil); err != nil {
			t.Fatal(err)
		}
		if wait := visit(t, db, s.ID).NextRead.Sub(now); wait < time.Hour || wait > 2*time.Hour {
			t.Errorf("%s: it is read again after %s", what, wait)
		}
	}
}

// TestAsked looks, while a source is being read, at what a crash at this moment
// would leave: the source is not asked again before its interval has passed.
func TestAsked(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://slow.example/feed")
	now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
	h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		if kept := visit(t, db, s.ID); kept.NextRead.Sub(now) < time.Hour || !v.NextRead.IsZero() {
			t.Errorf("while it is asked its next reading is %s; the reader sees %s", kept.NextRead, v.NextRead)
		}
		return items(s, v, known, "x"), nil
	})
	if r, err := h.Run(t.Context(), harvest.Choice{}, nil); err != nil || r.Read != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if v := visit(t, db, s.ID); !v.LastSuccess.Equal(now) {
		t.Errorf("%+v", v)
	}
}

// TestGone: a source that is gone is asked again by name only.
func TestGone(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://gone.example/feed")
	now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC)
	gone := true
	h := newHarvester(db, harvest.Options{Now: func() time.Time { return now }}, func(_ context.Context, s vigie.Source, v vigie.Visit, known vigie.Known) (vigie.Reading, error) {
		if gone {
			return vigie.Reading{}, fmt.Errorf("read: %w", &polite.StatusError{Code: 410})
		}
		return items(s, v, known, "x"), nil
	})
	run := func(c harvest.Choice, read, failed int) {
		t.Helper()
		r, err := h.Run(t.Context(), c, nil)
		if err != nil || r.Read != read || len(r.Failed) != failed {
			t.Errorf("%+v: %+v, %v", c, r, err)
		}
		now = now.Add(100 * day)
	}
	run(harvest.Choice{}, 0, 1)
	if v := visit(t, db, s.ID); v.Standing != vigie.Gone || v.Trouble.Status != 410 {
		t.Errorf("%+v", v)
	}
	gone = false
	run(harvest.Choice{}, 0, 0)
	run(harvest.Choice{All: true}, 0, 0)
	run(harvest.Choice{Source: s.ID}, 1, 0)
	run(harvest.Choice{}, 1, 0)
}

// TestAgreedMeanwhile has a person agree to another way while the source is read in the
// old one.
func TestAgreedMeanwhile(t *testing.T) {
	for what, failure := range map[string]error{"read": nil, "failed": errors.New("no answer")} {
		t.Run(what, func(t *testing.T) {
			db := storetest.Open(t)
			s := storetest.Source(t, db, "https://agreed.example/feed")
			h := newHarvester(db, harvest.Options{}, func(ctx context.Context, _ vigie.Source, v vigie.Visit, _ vigie.Known) (vigie.Reading, error) {
				err := db.Update(ctx, func(tx *store.Tx) error {
					kept, err := tx.Visit(s.ID)
					if err != nil {
						return err
					}
					kept.Offered = vigie.Found{Kind: vigie.Site, URL: "https://agreed.example/news"}
					return tx.PutVisit(kept.Agreed())
				})
				return vigie.Reading{Visit: v}, errors.Join(err, failure)
			})
			if _, err := h.Run(t.Context(), harvest.Choice{}, nil); err != nil {
				t.Fatal(err)
			}
			if v := visit(t, db, s.ID); v.Found.Kind != vigie.Site || !v.Due(s, time.Now()) {
				t.Errorf("read as %+v, next at %v", v.Found, v.NextRead)
			}
		})
	}
}
