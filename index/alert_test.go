package index_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// watch saves searches of somebody, which alert at once.
func watch(t *testing.T, db *store.DB, lines ...string) []vigie.SavedSearch {
	t.Helper()
	var out []vigie.SavedSearch
	change(t, db, func(tx *store.Tx) error {
		out = nil
		owner := vigie.User{ID: vigie.NewID[vigie.UserID](noon()), Email: vigie.NewID[string](noon()) + "@litt.example", Role: vigie.Reader}
		err := tx.PutUser(owner)
		for n, line := range lines {
			s := vigie.SavedSearch{
				ID: vigie.NewID[vigie.SearchID](noon().Add(time.Duration(n) * time.Second)), Owner: owner.ID, Name: line, Query: line, Lang: vigie.French,
				Alert: vigie.AlertNow, Mail: true,
			}
			err = errors.Join(err, tx.PutSearch(s))
			out = append(out, s)
		}
		return err
	})
	return out
}

// told returns the titles of what a search found, sorted.
func told(t *testing.T, db *store.DB, id vigie.SearchID) []string {
	t.Helper()
	var out []string
	err := db.View(func(tx *store.Tx) error {
		for m, err := range tx.Matches(id) {
			if err != nil {
				return err
			}
			doc, err := tx.Document(m.Document)
			if err != nil {
				return err
			}
			out = append(out, doc.Title)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// lookAgain brings the index level and looks.
func lookAgain(t *testing.T, x *index.Index, a *index.Alerts) int {
	t.Helper()
	catchUp(t, x)
	n, err := a.CatchUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAlerts(t *testing.T) {
	db := storetest.Open(t)
	s, _ := fill(t, db, 3) // the past
	x := open(t, db)
	written := 0
	a := index.NewAlerts(x, func(n int) { written += n })
	lookAgain(t, x, a)
	searches := watch(t, db, "fibre", "texte lang:ar", "from:2026-11-01 satellites", `"jamais écrit"`)
	report := func(n int, text string, lang vigie.Lang) vigie.Document {
		return vigie.Document{
			URL: fmt.Sprintf("https://example.org/new/%d", n), Title: fmt.Sprintf("Nouveau %d", n), Lang: lang, Body: []vigie.Paragraph{{Text: text}},
			Published: vigie.Date{Time: noon(), Precision: vigie.Day},
		}
	}
	storetest.File(t, db, s, report(1, "La fibre avance.", vigie.French), report(2, "Rien de cela.", vigie.French), report(3, "Des satellites bas.", vigie.French))
	if n := lookAgain(t, x, a); n != 2 || written != 2 {
		t.Errorf("%d matches, %d told", n, written)
	}
	for i, want := range [][]string{{"Nouveau 1"}, nil, {"Nouveau 3"}, nil} {
		if got := told(t, db, searches[i].ID); !slices.Equal(got, want) {
			t.Errorf("%q found %q, want %q", searches[i].Query, got, want)
		}
	}
	// Changed words are new, changed dates are not; nothing is found twice.
	storetest.File(t, db, s, report(1, "La fibre avance encore.", vigie.French), report(2, "Et maintenant la fibre.", vigie.French))
	dated := report(3, "Des satellites bas.", vigie.French)
	dated.Labels = []string{"fibre"}
	storetest.File(t, db, s, dated)
	if n := lookAgain(t, x, a); n != 1 {
		t.Errorf("%d matches", n)
	}
	if got := told(t, db, searches[0].ID); !slices.Equal(got, []string{"Nouveau 1", "Nouveau 2"}) {
		t.Errorf("found %q", got)
	}
	if late := watch(t, db, "fibre"); lookAgain(t, x, a) != 0 || told(t, db, late[0].ID) != nil {
		t.Error("a search that was just saved tells of the past")
	}
}

// TestAlertsBehindTheIndex: nothing is looked at that the index does not have.
func TestAlertsBehindTheIndex(t *testing.T) {
	db := storetest.Open(t)
	x := open(t, db)
	a := index.NewAlerts(x, nil)
	search := watch(t, db, "fibre")[0]
	s, ids := fill(t, db, 3)
	if n, err := a.CatchUp(t.Context()); n != 0 || err != nil || a.Reached() != 0 {
		t.Fatalf("%d matches before the index, %v, at %d", n, err, a.Reached())
	}
	catchUp(t, x)
	// The newest state of one of them is not in the index yet.
	storetest.File(t, db, s, vigie.Document{URL: "https://example.org/1", Lang: vigie.French, Title: "Rapport 1", Body: text("Le texte parle de cuivre.")})
	n, err := a.CatchUp(t.Context())
	if err != nil || n != 1 {
		t.Errorf("%d matches, %v", n, err)
	}
	remove(t, db, ids[2])
	if n := lookAgain(t, x, a); n != 0 {
		t.Errorf("%d matches of what changed and what is gone", n)
	}
	if got := told(t, db, search.ID); !slices.Equal(got, []string{"Rapport 0"}) {
		t.Errorf("found %q", got)
	}
	if a.Reached() != db.Last().Seq {
		t.Errorf("at %d of %d", a.Reached(), db.Last().Seq)
	}
}

// TestAlertsOfMany: more documents than a look takes, over an index that is made
// anew meanwhile, from a cursor that was lost.
func TestAlertsOfMany(t *testing.T) {
	db := storetest.Open(t)
	search := watch(t, db, "fibre")[0]
	fill(t, db, 1200)
	x := open(t, db)
	if n := lookAgain(t, x, index.NewAlerts(x, nil)); n < 1200 {
		t.Errorf("%d matches", n)
	}
	change(t, db, func(tx *store.Tx) error { return tx.SetCursor(store.AlertFollower, store.Cursor{}) })
	if err := x.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := lookAgain(t, x, index.NewAlerts(x, nil)); n != 0 {
		t.Errorf("%d matches again", n)
	}
	if got := told(t, db, search.ID); len(got) != 1200 {
		t.Errorf("found %d", len(got))
	}
}

// TestUnreadableSearch: one that cannot be read holds up no other.
func TestUnreadableSearch(t *testing.T) {
	db := storetest.Open(t)
	x := open(t, db)
	searches := watch(t, db, `"never closed`, "fibre")
	fill(t, db, 2)
	if n := lookAgain(t, x, index.NewAlerts(x, nil)); n != 2 || len(told(t, db, searches[1].ID)) != 2 {
		t.Errorf("%d matches", n)
	}
}

// TestFollowAlerts: what is filed is found while both follow.
func TestFollowAlerts(t *testing.T) {
	db := storetest.Open(t)
	x := open(t, db)
	found := make(chan int, 10)
	a := index.NewAlerts(x, func(n int) { found <- n })
	watch(t, db, "fibre")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- x.Follow(ctx) }()
	go func() { ended <- a.Follow(ctx) }()
	fill(t, db, 3)
	total := 0
	for total < 3 {
		total += <-found
	}
	cancel()
	if err := errors.Join(<-ended, <-ended); err != nil || total != 3 {
		t.Errorf("%d found, %v", total, err)
	}
}

// TestNewest asks for the newest, and shows documents in an order of one's own.
func TestNewest(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	var docs []vigie.Document
	for n := range 5 {
		docs = append(docs, vigie.Document{
			URL: fmt.Sprintf("https://example.org/%d", n), Lang: vigie.French, Title: fmt.Sprintf("Rapport %d", n),
			Body:      []vigie.Paragraph{{Text: "Avant-propos.", Page: 1}, {Text: "La fibre, page sept.", Page: 7}},
			Published: vigie.Date{Time: noon().AddDate(0, 0, -(n*7)%5), Precision: vigie.Day},
		})
	}
	ids := storetest.File(t, db, s, docs...)
	x := open(t, db)
	catchUp(t, x)
	q, err := query.Parse("fibre")
	if err != nil {
		t.Fatal(err)
	}
	res, err := x.Newest(t.Context(), q, 3)
	if err != nil || res.Total != 5 || !slices.Equal(titles(res), []string{"Rapport 0", "Rapport 3", "Rapport 1"}) {
		t.Errorf("%d: %q, %v", res.Total, titles(res), err)
	}
	remove(t, db, ids[1])
	hits, err := x.Hits(t.Context(), q, []vigie.DocumentID{ids[4], ids[1], ids[0]})
	if err != nil || len(hits) != 2 || hits[0].ID != ids[4] || hits[1].Page != 7 || hits[1].Extract == "" {
		t.Errorf("%+v, %v", hits, err)
	}
}
