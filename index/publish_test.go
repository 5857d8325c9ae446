package index_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"vigie"
	"vigie/index"
	"vigie/index/store"
)

// noon is when everything happens in these tests.
func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

// chief may do everything.
func chief() vigie.User { return vigie.User{ID: "01K00000000000000000000000", Role: vigie.Admin} }

// draft is a synthesis on its way; the store holds its newest revision.
type draft struct {
	id   vigie.SynthesisID
	refs []vigie.Citation
	text vigie.Synthesis
	at   time.Time
}

// cite adds a source that texts may name as [@1], [@2] and so on.
func (d *draft) cite(exact, title, publisher string) {
	d.refs = append(d.refs, vigie.Citation{N: len(d.refs) + 1, Passage: vigie.Passage{Exact: exact}, Title: title, Publisher: publisher})
}

// step is one by the chief on the version as it is.
func (d *draft) step(lang vigie.Lang) vigie.Step {
	if d.at.IsZero() {
		d.at = noon()
	}
	return vigie.Step{Lang: lang, Seen: d.text.Versions[lang].N, By: chief(), Now: d.at}
}

// put writes what a transition made of it.
func (d *draft) put(tx *store.Tx, next vigie.Synthesis, err error) error {
	if err == nil {
		err = tx.PutSynthesis(next)
	}
	if err == nil {
		d.text = next
	}
	return err
}

// write makes a draft of a text.
func (d *draft) write(tx *store.Tx, lang vigie.Lang, w vigie.Writing) error {
	if d.text.ID == "" {
		d.text = vigie.Synthesis{ID: d.id, Kind: vigie.Brief, Topics: []string{"fixed-broadband"}, Created: noon()}
	}
	d.text.Citations = d.refs
	next, err := d.text.Revise(d.step(lang), w)
	return d.put(tx, next, err)
}

func (d *draft) submit(tx *store.Tx, lang vigie.Lang) error {
	next, err := d.text.Submit(d.step(lang))
	return d.put(tx, next, err)
}

// approve publishes a text in review.
func (d *draft) approve(tx *store.Tx, lang vigie.Lang) error {
	next, edition, err := d.text.Publish(d.step(lang), vigie.Rules{})
	if err := d.put(tx, next, err); err != nil {
		return err
	}
	return tx.AddEdition(edition)
}

func (d *draft) withdraw(tx *store.Tx, lang vigie.Lang) error {
	next, err := d.text.Withdraw(d.step(lang))
	return d.put(tx, next, err)
}

// publish writes, submits and publishes.
func (d *draft) publish(tx *store.Tx, lang vigie.Lang, title, body string) error {
	return errors.Join(d.write(tx, lang, vigie.Writing{Title: title, Body: body}), d.submit(tx, lang), d.approve(tx, lang))
}

// change runs one transaction.
func change(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// openPublic opens the public index over db in dir and closes it with the test.
func openPublic(t testing.TB, dir string, db *store.DB) *index.PublicIndex {
	t.Helper()
	x, err := index.OpenPublic(t.Context(), dir, db, index.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close the public index: %v", err)
		}
	})
	return x
}

// bring brings the public index level with the store.
func bring(t testing.TB, x *index.PublicIndex) int {
	t.Helper()
	n, err := x.CatchUp(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// read searches as the public does.
func read(t testing.TB, x *index.PublicIndex, words string, o index.PublicOptions) index.PublicResults {
	t.Helper()
	res, err := x.Search(t.Context(), words, o)
	if err != nil {
		t.Fatalf("search %q: %v", words, err)
	}
	return res
}
