package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// writer may write and publish.
func writer() vigie.User {
	return vigie.User{ID: "01KAM0SER00000000000000001", Name: "Amina", Role: vigie.Publisher}
}

func stepIn(s vigie.Synthesis, lang vigie.Lang, at time.Time) vigie.Step {
	return vigie.Step{Lang: lang, Seen: s.Versions[lang].N, By: writer(), Now: at}
}

// begin puts a new synthesis with one draft.
func begin(tx *store.Tx, lang vigie.Lang, title string, at time.Time) (vigie.Synthesis, error) {
	s := vigie.Synthesis{
		ID: vigie.NewID[vigie.SynthesisID](at), Kind: vigie.Brief, Topics: []string{"haut-debit"}, Authors: []vigie.UserID{writer().ID}, Created: at,
		Citations: []vigie.Citation{{N: 1, Title: "Gone", Passage: vigie.Passage{Document: "01KAM000000000000000000000", Revision: 1, Exact: "words"}}},
		Embeds:    []vigie.Embed{{Indicator: "fixed-broadband", Area: "MAR"}},
	}
	return rewrite(tx, s, lang, title, at)
}

// rewrite puts the next text of a language.
func rewrite(tx *store.Tx, s vigie.Synthesis, lang vigie.Lang, title string, at time.Time) (vigie.Synthesis, error) {
	s, err := s.Revise(stepIn(s, lang, at), vigie.Writing{Title: title, Body: "Le corps [@1].", Slug: "le-corps"})
	if err != nil {
		return s, err
	}
	return s, tx.PutSynthesis(s)
}

// publish puts the steps from a draft to an edition.
func publish(tx *store.Tx, s vigie.Synthesis, lang vigie.Lang, at time.Time) (vigie.Synthesis, error) {
	s, err := s.Submit(stepIn(s, lang, at))
	if err != nil {
		return s, err
	}
	if err := tx.PutSynthesis(s); err != nil {
		return s, err
	}
	s, e, err := s.Publish(stepIn(s, lang, at), vigie.Rules{})
	if err != nil {
		return s, err
	}
	return s, errors.Join(tx.AddEdition(e), tx.PutSynthesis(s))
}

// furnish puts a little of everything of the desk: a synthesis with two editions in
// French and a draft in Arabic, settings, a topic, a page, a key, a mark.
func furnish(tx *store.Tx) error {
	at := newClock().at
	s, err := begin(tx, vigie.French, "Le haut débit", at)
	for n := 0; err == nil && n < 2; n++ {
		at = at.Add(time.Hour)
		if n > 0 {
			s, err = rewrite(tx, s, vigie.French, "Le haut débit, corrigé", at)
		}
		if err == nil {
			s, err = publish(tx, s, vigie.French, at)
		}
	}
	if err == nil {
		s, err = rewrite(tx, s, vigie.Arabic, "النطاق العريض", at)
	}
	settings := vigie.DefaultSettings()
	settings.Country = "MAR"
	_, err2 := tx.MakeKey("links")
	return errors.Join(err, err2, tx.PutSettings(settings),
		tx.PutTopic(vigie.Topic{ID: "haut-debit", Labels: vigie.Text{vigie.French: "Haut débit"}}),
		tx.PutPageText(vigie.PageText{Page: vigie.AboutPage, Lang: vigie.French, Title: "À propos", Body: "Nous.", By: writer().ID, At: at, N: 1}),
		tx.PutMark(vigie.FigureMark{Synthesis: s.ID, Indicator: "fixed-broadband", Area: "MAR", Before: "3.55", After: "3.58", Vintage: "01KAMV00000000000000000001", At: at}))
}

// deskDir is filledDir with a furnished desk and one document whose title is long
// enough to be found by it.
func deskDir(t testing.TB) string {
	t.Helper()
	dir := filledDir(t, 3, store.Options{})
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(t, db, furnish)
	f := item(3)
	f.Document.Title = "Le spectre est attribué"
	file(t, db, storetest.Source(t, db, "https://spectre.example.org/feed"), f)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// changesAfter lists the changes since a cursor as "kind id op cause".
func changesAfter(t testing.TB, db *store.DB, after store.Seq) []string {
	t.Helper()
	var out []string
	view(t, db, func(tx *store.Tx) error {
		changes, err := tx.Changes(after, 100)
		for _, c := range changes {
			out = append(out, fmt.Sprint(c.Kind, " ", c.ID, " ", c.Op, " ", c.Cause))
		}
		return err
	})
	return out
}
