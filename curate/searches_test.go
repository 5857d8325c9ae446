package curate_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// searchers are a desk and people who read, one of them disabled.
func searchers(t *testing.T) (d *curate.Desk, people map[string]vigie.User) {
	t.Helper()
	db := storetest.Open(t)
	people = map[string]vigie.User{}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		var err error
		for n, name := range []string{"awa", "omar", "gone"} {
			u := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(int64(n), 0)), Email: name + "@litt.example", Role: vigie.Reader, Disabled: name == "gone"}
			people[name] = u
			err = errors.Join(err, tx.PutUser(u))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return curate.New(db, nil, curate.Options{}), people
}

// TestSaveSearch: who may save what.
func TestSaveSearch(t *testing.T) {
	d, people := searchers(t)
	good := vigie.SavedSearch{Name: " La \t fibre ", Query: ` fibre from:-30d `, Lang: vigie.French, Feed: true}
	kept, err := d.SaveSearch(t.Context(), people["awa"], good)
	if err != nil || kept.Name != "La fibre" || kept.Query != "fibre from:-30d" || kept.Owner != people["awa"].ID || kept.Feed || kept.Created.IsZero() {
		t.Fatalf("%+v, %v", kept, err)
	}
	for name, test := range map[string]struct {
		by     vigie.User
		change func(*vigie.SavedSearch)
		want   error
		field  string
	}{
		"nobody":          {vigie.User{}, func(*vigie.SavedSearch) {}, vigie.ErrForbidden, ""},
		"disabled":        {people["gone"], func(*vigie.SavedSearch) {}, vigie.ErrForbidden, ""},
		"somebody else's": {people["omar"], func(s *vigie.SavedSearch) { s.ID = kept.ID }, vigie.ErrNotFound, ""},
		"unreadable":      {people["awa"], func(s *vigie.SavedSearch) { s.Query = `"fibre` }, vigie.ErrInvalid, "query"},
		"nameless":        {people["awa"], func(s *vigie.SavedSearch) { s.Name = "\n" }, vigie.ErrInvalid, "name"},
		"long":            {people["awa"], func(s *vigie.SavedSearch) { s.Query = strings.Repeat("a", 100_000) }, vigie.ErrInvalid, "query"},
	} {
		s := good
		test.change(&s)
		_, err := d.SaveSearch(t.Context(), test.by, s)
		bad, _ := errors.AsType[*vigie.InvalidError](err)
		if !errors.Is(err, test.want) || test.field != "" && bad.Field != test.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMostSearches: one person keeps so many and no more, and may change them all.
func TestMostSearches(t *testing.T) {
	d, people := searchers(t)
	good := vigie.SavedSearch{Name: "La fibre", Query: "fibre", Lang: vigie.French}
	var kept vigie.SavedSearch
	for n := range curate.MostSearches {
		var err error
		if kept, err = d.SaveSearch(t.Context(), people["awa"], good); err != nil {
			t.Fatal(n, err)
		}
	}
	_, err := d.SaveSearch(t.Context(), people["awa"], good)
	if bad, ok := errors.AsType[*vigie.InvalidError](err); !ok || bad.Field != "many" {
		t.Errorf("one too many: %v", err)
	}
	kept.Name = "Autre"
	if _, err := d.SaveSearch(t.Context(), people["awa"], kept); err != nil {
		t.Errorf("changed among so many: %v", err)
	}
}

// TestFeedOf: the secret of a feed leads to the search, for as long as its owner may
// search.
func TestFeedOf(t *testing.T) {
	db := storetest.Open(t)
	d := curate.New(db, nil, curate.Options{})
	awa := vigie.User{ID: vigie.NewID[vigie.UserID](time.Unix(1, 0)), Email: "awa@litt.example", Role: vigie.Reader}
	put := func(u vigie.User) {
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutUser(u) }); err != nil {
			t.Fatal(err)
		}
	}
	put(awa)
	s, err := d.SaveSearch(t.Context(), awa, vigie.SavedSearch{Name: "a", Query: "fibre", Lang: vigie.French})
	if err != nil {
		t.Fatal(err)
	}
	first, err := d.OpenFeed(t.Context(), awa, s.ID)
	second, err2 := d.OpenFeed(t.Context(), awa, s.ID)
	if err := errors.Join(err, err2); err != nil || len(first) < 26 || first == second {
		t.Fatalf("%q, %q, %v", first, second, err)
	}
	if _, err := d.FeedOf(first); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the old address: %v", err)
	}
	if got, err := d.FeedOf(second); err != nil || got.ID != s.ID || !got.Feed {
		t.Errorf("%+v, %v", got, err)
	}
	off := awa
	off.Disabled = true
	put(off)
	if _, err := d.FeedOf(second); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("of a disabled account: %v", err)
	}
	put(awa)
	if err := d.CloseFeed(t.Context(), awa, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.FeedOf(second); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a closed one: %v", err)
	}
}
