package curate_test

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// sorting is a desk with documents to sort.
type sorting struct {
	db   *store.DB
	desk *curate.Desk
	docs []vigie.DocumentID
}

// newSorting has a clock that stands still, as it may within one tick.
func newSorting(t testing.TB, titles ...string) sorting {
	t.Helper()
	at := time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: func() time.Time { return at }})
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var docs []vigie.Document
	for i, title := range titles {
		docs = append(docs, vigie.Document{
			URL: fmt.Sprintf("https://fleuve.example/%d", i), Title: title, Lang: "fr", Published: vigie.InstantOf(at.Add(-time.Duration(i) * time.Hour)),
		})
	}
	src := storetest.Source(t, db, "https://fleuve.example/flux.xml")
	s := sorting{db: db, desk: curate.New(db, c, curate.Options{Now: func() time.Time { return at }}), docs: storetest.File(t, db, src, docs...)}
	if _, err := curate.NewStories(db, slog.New(slog.DiscardHandler)).CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func person(name string, role vigie.Role) vigie.User {
	return vigie.User{ID: vigie.UserID(name), Name: name, Role: role}
}

func (s sorting) judgements(t rapid.TB) map[vigie.DocumentID]string {
	t.Helper()
	out := map[vigie.DocumentID]string{}
	err := s.db.View(func(tx *store.Tx) error {
		for _, id := range s.docs {
			j, err := tx.Judgement(id)
			if err != nil {
				return err
			}
			out[id] = fmt.Sprint(j.Status, j.Tags)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestUndoGoesBack decides anything and undoes anything, as one person: what the
// desk says must always be what it said before the acts that were undone.
func TestUndoGoesBack(t *testing.T) {
	s := newSorting(t, "Un", "Deux", "Le régulateur publie ses chiffres", "LE REGULATEUR PUBLIE SES CHIFFRES", "Cinq")
	awa := person("01JD8Y3K5W000000000000000A", vigie.Curator)
	acts := []vigie.Act{vigie.Keep, vigie.Drop, vigie.Postpone, vigie.Tag, vigie.Untag}
	// Every commit reaches the disk, so a hundred rounds would take a minute.
	for name, value := range map[string]string{"rapid.checks": "10", "rapid.steps": "15"} {
		before := flag.Lookup(name).Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, before) })
	}
	// The log stays between the rounds: what lies below is never touched by undo.
	rapid.Check(t, func(t *rapid.T) {
		stack := []map[vigie.DocumentID]string{s.judgements(t)}
		t.Repeat(map[string]func(*rapid.T){
			"decide": func(t *rapid.T) {
				ids := rapid.SliceOfN(rapid.SampledFrom(s.docs), 1, 3).Draw(t, "documents")
				act, tag := rapid.SampledFrom(acts).Draw(t, "act"), rapid.SampledFrom([]string{"fibre", "5G"}).Draw(t, "tag")
				done, err := s.desk.Decide(t.Context(), awa, ids, act, tag, "")
				if err != nil {
					t.Fatal(err)
				}
				again, err := s.desk.Decide(t.Context(), awa, ids, act, tag, "")
				if err != nil || len(again) != 0 {
					t.Fatalf("the same again added %d decisions, %v", len(again), err)
				}
				if len(done) > 0 {
					stack = append(stack, s.judgements(t))
				}
			},
			"undo": func(t *rapid.T) {
				if len(stack) == 1 {
					t.Skip("nothing of this round is left")
				}
				if done, err := s.desk.Undo(t.Context(), awa); err != nil || len(done) == 0 {
					t.Fatalf("undid %d decisions, %v", len(done), err)
				}
				stack = stack[:len(stack)-1]
			},
			"": func(t *rapid.T) {
				if got, want := s.judgements(t), stack[len(stack)-1]; !maps.Equal(got, want) {
					t.Fatalf("the desk says %v, want %v", got, want)
				}
			},
		})
	})
}

// TestUndoActTwice sends the same order twice: the act before it still counts.
func TestUndoActTwice(t *testing.T) {
	s := newSorting(t, "Un", "Deux", "Trois")
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	for _, docs := range [][]vigie.DocumentID{s.docs[:1], s.docs[1:]} {
		if _, err := s.desk.Decide(t.Context(), awa, docs, vigie.Keep, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	newest, err := s.desk.Newest(awa)
	if err != nil || newest.ID == "" {
		t.Fatalf("%+v, %v", newest, err)
	}
	if _, err := s.desk.UndoAct(t.Context(), idris, newest.Document, newest.ID); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("another's act: %v", err)
	}
	for range 2 {
		done, err := s.desk.UndoAct(t.Context(), awa, newest.Document, newest.ID)
		if err != nil || len(done) != 2 {
			t.Errorf("%d decisions, %v; want the two of the act", len(done), err)
		}
	}
	if got := s.judgements(t); got[s.docs[0]] != "kept[]" || got[s.docs[1]] != "[]" || got[s.docs[2]] != "[]" {
		t.Errorf("the desk says %v", got)
	}
	if next, err := s.desk.Newest(awa); err != nil || next.Document != s.docs[0] {
		t.Errorf("then %+v would be undone, %v", next, err)
	}
	if none, err := s.desk.Newest(idris); err != nil || none.ID != "" {
		t.Errorf("of somebody who decided nothing: %+v, %v", none, err)
	}
}

// TestUndoIsOnesOwn lets two people decide by turns.
func TestUndoIsOnesOwn(t *testing.T) {
	s := newSorting(t, "Un", "Deux")
	awa, idris := person("01JD8Y3K5W000000000000000A", vigie.Curator), person("01JD8Y3K5W000000000000000B", vigie.Editor)
	do := func(by vigie.User, doc int, act vigie.Act) {
		t.Helper()
		if _, err := s.desk.Decide(t.Context(), by, s.docs[doc:doc+1], act, "", ""); err != nil {
			t.Fatal(err)
		}
	}
	do(awa, 0, vigie.Keep)
	do(idris, 1, vigie.Drop)
	do(idris, 0, vigie.Drop)
	done, err := s.desk.Undo(t.Context(), awa)
	if err != nil || len(done) != 1 || done[0].Document != s.docs[0] || s.judgements(t)[s.docs[0]] != "dropped[]" {
		t.Errorf("undid %v, %v; the other's decision must hold", done, err)
	}
	if done, err := s.desk.Undo(t.Context(), awa); err != nil || len(done) != 0 {
		t.Errorf("undid %v, %v; nothing of hers is left", done, err)
	}
	log, err := s.desk.History("", 10)
	if err != nil || len(log) != 4 || log[0].Act != vigie.Undo || !log[3].Undone || log[1].Undone {
		t.Fatalf("the log is %+v, %v", log, err)
	}
	if _, err := s.desk.UndoOne(t.Context(), idris, log[0].Document, log[0].ID); err != nil {
		t.Fatal(err)
	}
	if again, err := s.desk.UndoOne(t.Context(), idris, log[0].Document, log[0].ID); err != nil || len(again) != 0 {
		t.Errorf("an undo that was undone was undone again: %v, %v", again, err)
	}
	if log, err = s.desk.History("", 10); err != nil || log[len(log)-1].Undone {
		t.Errorf("her decision should count again: %v", err)
	}
	if older, err := s.desk.History(log[1].ID, 2); err != nil || len(older) != 2 || older[0].ID != log[2].ID {
		t.Errorf("the log goes on with %+v, %v", older, err)
	}
}

func TestDecideRefuses(t *testing.T) {
	s := newSorting(t, "Un")
	awa := person("01JD8Y3K5W000000000000000A", vigie.Curator)
	for _, test := range []struct {
		name string
		by   vigie.User
		ids  []vigie.DocumentID
		act  vigie.Act
		tag  string
		want error
	}{
		{"a reader", person("01JD8Y3K5W000000000000000C", vigie.Reader), s.docs, vigie.Keep, "", vigie.ErrForbidden},
		{"an act that is none", awa, s.docs, "burn", "", vigie.ErrInvalid},
		{"undo as an act", awa, s.docs, vigie.Undo, "", vigie.ErrInvalid},
		{"an empty tag", awa, s.docs, vigie.Tag, " \x00\n ", vigie.ErrInvalid},
		{"nothing there", awa, []vigie.DocumentID{"01JD8Y3K5W0000000000000000"}, vigie.Keep, "", vigie.ErrNotFound},
		{"too many", awa, make([]vigie.DocumentID, 501), vigie.Keep, "", vigie.ErrInvalid},
	} {
		if _, err := s.desk.Decide(t.Context(), test.by, test.ids, test.act, test.tag, ""); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// TestQueueFolds pages through a queue where titles stand several times.
func TestQueueFolds(t *testing.T) {
	s := newSorting(t, "Une", "Le régulateur publie ses chiffres", "Deux", "LE REGULATEUR PUBLIE SES CHIFFRES", "Trois", "le régulateur publie : ses chiffres")
	var got []vigie.DocumentID
	copies := 0
	err := s.db.View(func(tx *store.Tx) error {
		for after := vigie.DocumentID(""); ; {
			page, err := curate.Queue(tx, vigie.New, curate.Filter{}, after, 2)
			if err != nil {
				return err
			}
			for _, pile := range page.Piles {
				got = append(got, pile.ID)
				copies += len(pile.Copies)
			}
			if after = page.Last; after == "" {
				return nil
			}
		}
	})
	// The pile stands where its newest stands, and shows the source of record: the oldest.
	want := []vigie.DocumentID{s.docs[0], s.docs[5], s.docs[2], s.docs[4]}
	if err != nil || !slices.Equal(got, want) || copies != 2 {
		t.Errorf("the queue is %v with %d copies, %v; want %v with 2", got, copies, err, want)
	}
}
