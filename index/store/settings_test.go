package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestSettings(t *testing.T) {
	db := storetest.Open(t)
	read := func() vigie.Settings {
		var s vigie.Settings
		view(t, db, func(tx *store.Tx) error {
			var err error
			s, err = tx.Settings()
			return err
		})
		return s
	}
	if diff := cmp.Diff(vigie.DefaultSettings(), read()); diff != "" {
		t.Errorf("at first (-want +got):\n%s", diff)
	}
	want := vigie.DefaultSettings()
	want.Name, want.Country, want.KeyFigures = vigie.Text{vigie.French: "Vigie de Litt"}, "MAR", []vigie.Embed{{Indicator: "mobile", Area: "MAR"}}
	change(t, db, func(tx *store.Tx) error { return tx.PutSettings(want) })
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
	bad := want
	bad.Languages = nil
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSettings(bad) }); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("without languages: %v", err)
	}
}

func TestTopics(t *testing.T) {
	db := storetest.Open(t)
	topic := func(id, label string) vigie.Topic {
		return vigie.Topic{ID: id, Labels: vigie.Text{vigie.French: label}}
	}
	change(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.PutTopic(topic("spectre", "Spectre")), tx.PutTopic(topic("haut-debit", "Débit")), tx.PutTopic(topic("haut-debit", "Haut débit")))
	})
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Topics()
		if diff := cmp.Diff([]vigie.Topic{topic("haut-debit", "Haut débit"), topic("spectre", "Spectre")}, got); diff != "" {
			t.Errorf("Topics (-want +got):\n%s", diff)
		}
		one, err2 := tx.Topic("spectre")
		if one.ID != "spectre" {
			t.Errorf("Topic = %+v", one)
		}
		return errors.Join(err, err2)
	})
	for name, tc := range map[string]struct {
		do   func(*store.Tx) error
		want error
	}{
		"odd name":  {func(tx *store.Tx) error { return tx.PutTopic(topic("Haut débit", "x")) }, vigie.ErrInvalid},
		"no label":  {func(tx *store.Tx) error { return tx.PutTopic(topic("x", "")) }, vigie.ErrInvalid},
		"delete":    {func(tx *store.Tx) error { return tx.DeleteTopic("spectre") }, nil},
		"not there": {func(tx *store.Tx) error { return tx.DeleteTopic("ghost") }, vigie.ErrNotFound},
	} {
		if err := db.Update(t.Context(), tc.do); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		if _, err := tx.Topic("spectre"); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("a deleted topic: %v", err)
		}
		return nil
	})
}

func TestPageTexts(t *testing.T) {
	db := storetest.Open(t)
	text := func(page vigie.PageName, lang vigie.Lang, n int) vigie.PageText {
		return vigie.PageText{Page: page, Lang: lang, Title: "T", Body: "B", By: writer().ID, At: newClock().at, N: n}
	}
	before := db.Last().Seq
	for _, tc := range []struct {
		p    vigie.PageText
		want error
	}{
		{text(vigie.AboutPage, vigie.French, 2), vigie.ErrConflict},
		{text(vigie.AboutPage, vigie.French, 1), nil},
		{text(vigie.AboutPage, vigie.French, 1), vigie.ErrConflict},
		{text(vigie.AboutPage, vigie.French, 2), nil},
		{text(vigie.LegalPage, vigie.Arabic, 1), nil},
		{text("secrets", vigie.French, 1), vigie.ErrInvalid},
		{text(vigie.LegalPage, "FR", 1), vigie.ErrInvalid},
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutPageText(tc.p) })
		if !errors.Is(err, tc.want) {
			t.Errorf("%s in %s, %d: %v", tc.p.Page, tc.p.Lang, tc.p.N, err)
		}
		var stale *vigie.StaleError
		if errors.Is(tc.want, vigie.ErrConflict) && (!errors.As(err, &stale) || stale.Seen != tc.p.N-1) {
			t.Errorf("the conflict does not say what is there: %v", err)
		}
	}
	same(t, "the changes", []string{
		"page a-propos/fr put changed", "page a-propos/fr put changed", "page mentions-legales/ar put changed",
	}, changesAfter(t, db, before))
	view(t, db, func(tx *store.Tx) error {
		var all []string
		for p, err := range tx.PageTexts() {
			if err != nil {
				return err
			}
			all = append(all, string(p.Page)+"/"+string(p.Lang))
		}
		same(t, "the pages", []string{"a-propos/fr", "mentions-legales/ar"}, all)
		got, err := tx.PageText(vigie.AboutPage, vigie.French)
		if diff := cmp.Diff(text(vigie.AboutPage, vigie.French, 2), got); diff != "" {
			t.Errorf("PageText (-want +got):\n%s", diff)
		}
		if _, err := tx.PageText(vigie.AboutPage, vigie.Arabic); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("a language that is missing: %v", err)
		}
		return err
	})
}

// TestKeys: a key is made once and is the same after a restore.
func TestKeys(t *testing.T) {
	db := storetest.Open(t)
	var keys [][]byte
	for _, purpose := range []string{"links", "links", "other"} {
		change(t, db, func(tx *store.Tx) error {
			if _, err := tx.Key("other"); !errors.Is(err, vigie.ErrNotFound) {
				t.Errorf("before it was made: %v", err)
			}
			key, err := tx.MakeKey(purpose)
			keys = append(keys, key)
			return err
		})
	}
	if len(keys[0]) != 32 || !bytes.Equal(keys[0], keys[1]) || bytes.Equal(keys[0], keys[2]) {
		t.Errorf("the keys are %x", keys)
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.MakeKey(""); return err }); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("for nothing: %v", err)
	}
	change(t, db, furnish)
	var backup bytes.Buffer
	if _, err := db.Backup(t.Context(), &backup, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "restored")
	if _, err := store.Restore(t.Context(), &backup, dir, store.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	again := storetest.OpenAt(t, dir, store.Options{})
	view(t, again, func(tx *store.Tx) error {
		key, err := tx.Key("links")
		if !bytes.Equal(key, keys[0]) {
			t.Errorf("after a restore the key is %x", key)
		}
		return err
	})
	same(t, "what is public after a restore", []string{"Le haut débit, corrigé 2 fr"}, out(t, again, ""))
}

func FuzzDeskRows(f *testing.F) {
	f.Add([]byte("01KAM000000000000000000000"), []byte(`{"versions":{"fr":{}}}`))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		for _, v := range [][]byte{store.Seal("t", key, value), store.SealPacked("t", key, value), value} {
			for _, err := range store.DecodeDeskRows(key, v) {
				if err != nil && !errors.Is(err, vigie.ErrDamaged) {
					t.Errorf("%v", err)
				}
			}
		}
	})
}
