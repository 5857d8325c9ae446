package archive_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// known returns what is known of an indicator, as it was at a vintage or "" for
// now.
func known(tx *store.Tx, id vigie.IndicatorID, upTo vigie.VintageID) ([]vigie.Observation, error) {
	var history []vigie.Observation
	for o, err := range tx.History(id, "") {
		if err != nil {
			return nil, err
		}
		history = append(history, o)
	}
	return indicator.AsOf(history, upTo), nil
}

// takeIn imports a file as the desk does: what supersedes is kept as a vintage.
func takeIn(t testing.TB, db *store.DB, about vigie.Indicator, edition, file string) (v vigie.Vintage) {
	t.Helper()
	table, err := indicator.ReadTable(strings.NewReader(file), indicator.Format{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := table.Observations(table.Propose(), indicator.About{Indicators: []vigie.Indicator{about}})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		before, err := known(tx, about.ID, "")
		if err != nil {
			return err
		}
		c := indicator.Compare(before, found.Observations)
		v, err = tx.AddVintage(vigie.Vintage{
			Indicators: []vigie.IndicatorID{about.ID}, Edition: edition, File: vigie.HashOf([]byte(file)),
			Added: len(c.Added), Revised: len(c.Revised), Rounded: len(c.Rounded),
		}, c.Superseding())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRealVintages takes four editions of the same file in: the store knows what
// was known at each, and an archive of it is whole.
func TestRealVintages(t *testing.T) {
	files := vigietest.Vintages(t)
	about := vigie.Indicator{ID: "fixed-broadband", Name: vigie.Text{"fr": "Haut débit fixe"}, UnitMeasure: "SUBS_PER_100", Decimals: 2, Freq: vigie.Annual}
	db := storetest.Open(t)
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutIndicator(about) }); err != nil {
		t.Fatal(err)
	}
	kept := 0
	for _, want := range []struct {
		edition                 string
		added, revised, rounded int
		mar2016                 vigie.Decimal
	}{
		{"2018-08-01", 78, 0, 0, "3.5588"},
		{"2026-04-01", 35, 78, 0, "3.5845"},
		{"2026-05-01", 5, 1, 110, "3.5845"},
		{"2026-07-01", 0, 0, 0, "3.5845"},
	} {
		v := takeIn(t, db, about, want.edition, files[want.edition])
		if v.Added != want.added || v.Revised != want.revised || v.Rounded != want.rounded {
			t.Errorf("%s: %+v", want.edition, v)
		}
		kept += want.added + want.revised + want.rounded
		if now, first := mar2016(t, db, ""), mar2016(t, db, firstVintage(t, db)); now != want.mar2016 || first != "3.5588" {
			t.Errorf("%s: MAR 2016 is %s, at first %s", want.edition, now, first)
		}
	}
	var b bytes.Buffer
	report, err := archive.Export(t.Context(), db, &b, nil)
	seen, err2 := archive.Verify(&b)
	if err := errors.Join(err, err2); err != nil || report != seen || seen.Vintages != 4 || seen.Observations != kept {
		t.Errorf("%+v, %+v, want %d observations; %v", report, seen, kept, err)
	}
}

func firstVintage(t testing.TB, db *store.DB) (id vigie.VintageID) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		all, err := tx.Vintages("fixed-broadband")
		if err == nil {
			id = all[0].ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// mar2016 is the value of Morocco in 2016 that was known at a vintage.
func mar2016(t testing.TB, db *store.DB, upTo vigie.VintageID) (value vigie.Decimal) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		all, err := known(tx, "fixed-broadband", upTo)
		for _, o := range all {
			if o.RefArea == "MAR" && o.Period.Year() == 2016 {
				value = o.Value.Round(4)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}
