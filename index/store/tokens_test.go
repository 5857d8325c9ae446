package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestTokens(t *testing.T) {
	db := storetest.Open(t)
	at := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	owner := vigie.User{ID: vigie.NewID[vigie.UserID](at), Email: "awa@litt.example", Role: vigie.Reader}
	token := store.Token{ID: vigie.HashOf([]byte("a")), User: owner.ID, Name: "n", Scopes: []string{"read:items"}, Created: at, Expires: at.Add(time.Hour)}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutToken(token) }); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("a token of nobody: %v", err)
	}
	change(t, db, func(tx *store.Tx) error { return errors.Join(tx.PutUser(owner), tx.PutToken(token)) })
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Token(token.ID)
		if got.User != owner.ID || got.ID != token.ID || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := tx.Token("x"); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("no hash: %v", err)
		}
		return nil
	})
	change(t, db, func(tx *store.Tx) error { return tx.DeleteToken(token.ID) })
	view(t, db, func(tx *store.Tx) error {
		if _, err := tx.Token(token.ID); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("deleted: %v", err)
		}
		return nil
	})
	token.Scopes = nil
	change(t, db, func(tx *store.Tx) error { return tx.PutToken(token) })
	checked, err := db.Check(t.Context(), nil)
	if err != nil || len(checked.Damages) != 1 || !strings.Contains(checked.Damages[0], "opens nothing") {
		t.Errorf("a token that opens nothing: %v, %v", checked.Damages, err)
	}
	change(t, db, func(tx *store.Tx) error { return tx.DeleteToken(token.ID) })
}

// TestPublicAfter: who pages sees each text once, whatever comes out meanwhile.
func TestPublicAfter(t *testing.T) {
	db := storetest.Open(t)
	at := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	publish := func(n int, langs ...vigie.Lang) {
		t.Helper()
		s := vigie.Synthesis{ID: vigie.NewID[vigie.SynthesisID](at.Add(time.Duration(n) * time.Hour)), Kind: vigie.Brief, Revision: 1, Versions: map[vigie.Lang]vigie.Version{}}
		out := at.Add(time.Duration(n) * time.Hour)
		for _, lang := range langs {
			s.Versions[lang] = vigie.Version{State: vigie.Published, N: 1, Edition: 1, Published: out, At: out}
		}
		change(t, db, func(tx *store.Tx) error {
			err := tx.PutSynthesis(s)
			for _, lang := range langs {
				err = errors.Join(err, tx.AddEdition(vigie.Edition{Synthesis: s.ID, Lang: lang, N: 1, Kind: vigie.Brief, Published: out}))
			}
			return err
		})
	}
	for n := range 4 {
		publish(n, "fr", "en")
	}
	var place store.Shown
	seen := map[string]int{}
	for step := range 20 {
		more := false
		view(t, db, func(tx *store.Tx) error {
			for e, err := range tx.PublicAfter("", place) {
				if err != nil {
					return err
				}
				seen[string(e.Synthesis)+string(e.Lang)]++
				place, more = store.Shown{Published: e.Published, Synthesis: e.Synthesis, Lang: e.Lang}, true
				break
			}
			return nil
		})
		if step == 3 {
			publish(9, "fr") // the newest, and so before the place
		}
		if !more {
			break
		}
	}
	for text, n := range seen {
		if n != 1 {
			t.Errorf("%s was seen %d times", text, n)
		}
	}
	if len(seen) != 8 {
		t.Errorf("%d texts were seen", len(seen))
	}
	view(t, db, func(tx *store.Tx) error {
		n := 0
		for e, err := range tx.PublicAfter("en", store.Shown{}) {
			if n++; err != nil || e.Lang != "en" {
				t.Errorf("%+v, %v", e, err)
			}
		}
		if n != 4 {
			t.Errorf("%d in English", n)
		}
		return nil
	})
}
