package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func indicator(id vigie.IndicatorID) vigie.Indicator {
	return vigie.Indicator{
		ID: id, Name: vigie.Text{"fr": "Haut débit fixe", "ar": "النطاق العريض"}, Unit: vigie.Text{"fr": "pour 100 habitants"},
		UnitMeasure: "SUBS_PER_100", Decimals: 2, Freq: vigie.Annual, Source: "Collection exemple", SourceURL: "https://figures.example.org/",
		Licence: "CC BY 4.0", Codes: []vigie.IndicatorCode{{Scheme: "WDI", Code: "IT.NET.BBND.P2"}}, Topics: []string{"haut-debit"},
	}
}

// observation is one of the whole of a place in a year.
func observation(id vigie.IndicatorID, area string, year int, value vigie.Decimal) vigie.Observation {
	p, err := vigie.NewPeriod(year, vigie.Annual, 1)
	if err != nil {
		panic(err)
	}
	return vigie.Observation{
		RefArea: area, Indicator: id, Period: p, Freq: vigie.Annual, Value: value, Status: vigie.Normal, UnitMeasure: "SUBS_PER_100", Decimals: 2,
	}
}

func addIndicators(t testing.TB, db *store.DB, ids ...vigie.IndicatorID) {
	t.Helper()
	change(t, db, func(tx *store.Tx) error {
		var err error
		for _, id := range ids {
			err = errors.Join(err, tx.PutIndicator(indicator(id)))
		}
		return err
	})
}

func addVintage(t testing.TB, db *store.DB, v vigie.Vintage, obs ...vigie.Observation) vigie.Vintage {
	t.Helper()
	change(t, db, func(tx *store.Tx) error {
		var err error
		v, err = tx.AddVintage(v, obs)
		return err
	})
	return v
}

// history writes what is kept of an indicator in short: "MAR 2016 = 3.55 (1)",
// with the places of the vintages in the given list.
func history(t testing.TB, db *store.DB, id vigie.IndicatorID, area string, vintages ...vigie.Vintage) string {
	t.Helper()
	var out []string
	view(t, db, func(tx *store.Tx) error {
		for o, err := range tx.History(id, area) {
			if err != nil {
				return err
			}
			n := slices.IndexFunc(vintages, func(v vigie.Vintage) bool { return v.ID == o.Vintage }) + 1
			key := strings.TrimSpace(o.RefArea + " " + o.Breakdowns.String())
			out = append(out, fmt.Sprintf("%s %s = %s (%d)", key, o.Period, o.Value, n))
		}
		return nil
	})
	return strings.Join(out, "; ")
}

func TestIndicators(t *testing.T) {
	db := storetest.Open(t)
	addIndicators(t, db, "mobile", "broadband")
	view(t, db, func(tx *store.Tx) error {
		got, err := tx.Indicator("broadband")
		if diff := cmp.Diff(indicator("broadband"), got); diff != "" {
			t.Errorf("Indicator (-want +got):\n%s", diff)
		}
		var ids []vigie.IndicatorID
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			ids = append(ids, i.ID)
		}
		if !slices.Equal(ids, []vigie.IndicatorID{"broadband", "mobile"}) {
			t.Errorf("Indicators = %v", ids)
		}
		if _, err := tx.Indicator(""); !errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("no name: %v", err)
		}
		return err
	})
	bad := indicator("broadband")
	bad.Freq = "X"
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutIndicator(bad) }); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("an indicator of no frequency: %v", err)
	}
	addVintage(t, db, vigie.Vintage{}, observation("broadband", "MAR", 2016, "3.55"))
	remove := func(id vigie.IndicatorID) error {
		return db.Update(t.Context(), func(tx *store.Tx) error { return tx.DeleteIndicator(id) })
	}
	if err := remove("broadband"); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("an indicator with values: %v", err)
	}
	if err := remove("mobile"); err != nil {
		t.Error(err)
	}
	if err := remove("mobile"); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	var log []string
	view(t, db, func(tx *store.Tx) error {
		changes, err := tx.Changes(0, 10)
		for _, c := range changes {
			log = append(log, fmt.Sprint(c.Kind, " ", c.ID, " ", c.Op, " ", c.Cause))
		}
		return err
	})
	want := []string{"indicator mobile put changed", "indicator broadband put changed", "indicator broadband put vintage", "indicator mobile delete removed"}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("the change log (-want +got):\n%s", diff)
	}
}

func TestVintages(t *testing.T) {
	c := newClock() // stands still: the order must not depend on it
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	addIndicators(t, db, "a", "a-b", "b")
	women := observation("a", "MAR", 2015, "1")
	women.Breakdowns = vigie.Breakdowns{"SEX": "F", "AGE": "Y15T24"}
	first := addVintage(t, db, vigie.Vintage{Edition: "E1", By: "Amina", File: vigie.HashOf(nil), Added: 5},
		observation("a", "SEN", 2016, "0.7"), women, observation("a", "MAR", 2016, "3.55"), observation("a", "MA", 2016, "9"), observation("a-b", "MAR", 2016, "8"))
	second := addVintage(t, db, vigie.Vintage{}, observation("a", "MAR", 2016, "3.58"))
	third := addVintage(t, db, vigie.Vintage{Indicators: []vigie.IndicatorID{"b"}, Edition: "nothing new"})
	if first.ID >= second.ID || second.ID >= third.ID || !first.Released.Equal(c.at) {
		t.Errorf("the vintages are %v, %v, %v", first, second, third)
	}
	for area, want := range map[string]string{
		"":           "MA 2016 = 9 (1); MAR 2016 = 3.55 (1); MAR 2016 = 3.58 (2); MAR AGE=Y15T24,SEX=F 2015 = 1 (1); SEN 2016 = 0.7 (1)",
		"MAR":        "MAR 2016 = 3.55 (1); MAR 2016 = 3.58 (2); MAR AGE=Y15T24,SEX=F 2015 = 1 (1)",
		"MA":         "MA 2016 = 9 (1)",
		"DZA":        "",
		"MAR\x00":    "",
		"MA\x00\x00": "",
	} {
		if got := history(t, db, "a", area, first, second); got != want {
			t.Errorf("the history of %q is\n%s, want\n%s", area, got, want)
		}
	}
	view(t, db, func(tx *store.Tx) error {
		for id, want := range map[vigie.IndicatorID][]string{"a": {"MA", "MAR", "SEN"}, "a-b": {"MAR"}, "b": nil, "c": nil} {
			if areas, err := tx.Areas(id); err != nil || !slices.Equal(areas, want) {
				t.Errorf("the areas of %s are %v, %v", id, areas, err)
			}
		}
		for id, want := range map[vigie.IndicatorID][]vigie.Vintage{"": {first, second, third}, "a": {first, second}, "a-b": {first}, "b": {third}, "c": nil} {
			got, err := tx.Vintages(id)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("the vintages of %q (-want +got):\n%s%v", id, diff, err)
			}
		}
		got, err := tx.Vintage(first.ID)
		want := vigie.Vintage{ID: first.ID, Indicators: []vigie.IndicatorID{"a", "a-b"}, Released: c.at, Edition: "E1", By: "Amina", File: vigie.HashOf(nil), Added: 5}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Vintage (-want +got):\n%s", diff)
		}
		return err
	})
}

// TestAddVintageRefuses: the row is named and nothing of the vintage stays.
func TestAddVintageRefuses(t *testing.T) {
	db := storetest.Open(t)
	addIndicators(t, db, "a", "b")
	old := addVintage(t, db, vigie.Vintage{}, observation("a", "MAR", 2016, "3.55"))
	last := db.Last()
	early := vigie.NewID[vigie.VintageID](time.Unix(1, 0))
	lost := observation("a", "MAR", 2018, "")
	women := observation("a", "MAR", 2018, "x")
	women.Breakdowns = vigie.Breakdowns{"SEX": "F"}
	for name, tc := range map[string]struct {
		vintage vigie.Vintage
		row     vigie.Observation
		kind    error
		words   string
	}{
		"no value":             {vigie.Vintage{}, lost, vigie.ErrInvalid, "a MAR 2018: value: is missing"},
		"breakdowns":           {vigie.Vintage{}, women, vigie.ErrInvalid, "a MAR SEX=F 2018: value"},
		"unknown indicator":    {vigie.Vintage{}, observation("c", "MAR", 2018, "1"), vigie.ErrInvalid, "c MAR 2018: there is no such indicator"},
		"long area":            {vigie.Vintage{}, observation("a", strings.Repeat("x", 9999), 2018, "1"), vigie.ErrInvalid, "area"},
		"twice":                {vigie.Vintage{}, observation("a", "MAR", 2017, "1"), vigie.ErrInvalid, "a MAR 2017: stands twice"},
		"the same vintage":     {vigie.Vintage{ID: old.ID}, observation("b", "MAR", 2018, "1"), vigie.ErrConflict, string(old.ID)},
		"an earlier vintage":   {vigie.Vintage{ID: early}, observation("a", "MAR", 2018, "1"), vigie.ErrConflict, string(old.ID)},
		"no identity":          {vigie.Vintage{ID: "x"}, observation("a", "MAR", 2018, "1"), vigie.ErrInvalid, "id"},
		"no hash":              {vigie.Vintage{File: "x"}, observation("a", "MAR", 2018, "1"), vigie.ErrInvalid, "file"},
		"an unknown one named": {vigie.Vintage{Indicators: []vigie.IndicatorID{"c"}}, observation("a", "MAR", 2018, "1"), vigie.ErrNotFound, "indicators/c"},
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.AddVintage(tc.vintage, []vigie.Observation{observation("a", "MAR", 2017, "3.6"), tc.row})
			return err
		})
		if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.words) || len(err.Error()) > 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := tx.AddVintage(vigie.Vintage{}, nil); return err }); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("about nothing: %v", err)
	}
	if got := history(t, db, "a", "", old); got != "MAR 2016 = 3.55 (1)" || db.Last() != last {
		t.Errorf("there is left %s, %v", got, db.Last())
	}
	// What is early is so for its own indicators only.
	addVintage(t, db, vigie.Vintage{ID: early}, observation("b", "MAR", 2016, "1"))
}

// TestRefusedWithinATransaction: a caller that goes on after a refusal finds
// nothing of it either.
func TestRefusedWithinATransaction(t *testing.T) {
	db := storetest.Open(t)
	addIndicators(t, db, "a")
	change(t, db, func(tx *store.Tx) error {
		if _, err := tx.AddVintage(vigie.Vintage{}, []vigie.Observation{observation("a", "MAR", 2017, "3.6"), observation("z", "MAR", 2017, "1")}); err == nil {
			t.Error("an unknown indicator was taken")
		}
		vintages, err := tx.Vintages("")
		areas, err2 := tx.Areas("a")
		if len(vintages) > 0 || len(areas) > 0 {
			t.Errorf("there are %v, %v", vintages, areas)
		}
		return errors.Join(err, err2)
	})
}

func anyCode() *rapid.Generator[string] { return rapid.StringMatching(`[A-Za-z0-9_@$-]{1,8}`) }

func anyPeriod() *rapid.Generator[vigie.Period] {
	return rapid.Custom(func(t *rapid.T) vigie.Period {
		freq := rapid.SampledFrom([]vigie.Frequency{vigie.Annual, vigie.HalfYearly, vigie.Quarterly, vigie.Monthly}).Draw(t, "freq")
		p, err := vigie.NewPeriod(rapid.IntRange(0, 9999).Draw(t, "year"), freq, rapid.IntRange(1, freq.PerYear()).Draw(t, "part"))
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}

func anyObservation(id vigie.IndicatorID) *rapid.Generator[vigie.Observation] {
	return rapid.Custom(func(t *rapid.T) vigie.Observation {
		o := vigie.Observation{
			Indicator: id, RefArea: anyCode().Draw(t, "area"), Period: anyPeriod().Draw(t, "period"),
			Status: rapid.SampledFrom(vigie.ObsStatuses()).Draw(t, "status"), Decimals: rapid.IntRange(0, 20).Draw(t, "decimals"),
			Source: rapid.StringN(-1, 20, 80).Draw(t, "source"), Note: rapid.StringN(-1, 20, 80).Draw(t, "note"),
		}
		o.Freq = o.Period.Frequency()
		if b := rapid.MapOfN(anyCode(), anyCode(), 0, 3).Draw(t, "breakdowns"); len(b) > 0 {
			o.Breakdowns = b
		}
		if !o.Status.Missing() {
			o.Value = vigie.Decimal(rapid.StringMatching(`-?[1-9][0-9]{0,20}(\.[0-9]{1,20})?`).Draw(t, "value"))
		}
		if rapid.Bool().Draw(t, "unit") {
			o.UnitMeasure = anyCode().Draw(t, "measure")
		}
		return o
	})
}

// TestFigureRoundTrip: whatever passes its check comes back as it was, at every
// vintage and each in its place.
func TestFigureRoundTrip(t *testing.T) {
	db := storetest.Open(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		id := vigie.IndicatorID(fmt.Sprintf("indicator-%d", n))
		want := map[string]vigie.Observation{}
		addIndicators(t, db, id)
		for range rapid.IntRange(1, 3).Draw(r, "vintages") {
			obs := rapid.SliceOfNDistinct(anyObservation(id), 1, 8, vigie.Observation.Key).Draw(r, "observations")
			v := addVintage(t, db, vigie.Vintage{}, obs...)
			for _, o := range obs {
				o.Vintage = v.ID
				want[fmt.Sprint(o.Key(), o.Vintage)] = o
			}
		}
		areas := map[string]bool{}
		view(t, db, func(tx *store.Tx) error {
			got := map[string]vigie.Observation{}
			for o, err := range tx.History(id, "") {
				if err != nil {
					return err
				}
				got[fmt.Sprint(o.Key(), o.Vintage)] = o
				areas[o.RefArea] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("(-want +got):\n%s", diff)
			}
			each := 0
			for area := range areas {
				for o, err := range tx.History(id, area) {
					if each++; err != nil || o.RefArea != area {
						r.Fatalf("at %s: %+v, %v", area, o, err)
					}
				}
			}
			listed, err := tx.Areas(id)
			if each != len(want) || !slices.Equal(listed, slices.Sorted(maps.Keys(areas))) {
				r.Fatalf("%d of %d observations, areas %q", each, len(want), listed)
			}
			return err
		})
	})
}

// BenchmarkAddVintage takes in the values of 300 places in 66 years, again and
// again.
func BenchmarkAddVintage(b *testing.B) {
	db := storetest.Open(b)
	addIndicators(b, db, "a")
	var obs []vigie.Observation
	for area := range 300 {
		for year := range 67 {
			obs = append(obs, observation("a", fmt.Sprintf("A%02d", area), 1960+year, vigie.Decimal(fmt.Sprintf("%d.5546514251", area))))
		}
	}
	b.ResetTimer()
	for b.Loop() {
		addVintage(b, db, vigie.Vintage{}, obs...)
	}
	b.ReportMetric(float64(len(obs)), "rows/op")
}
