package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/index/archive"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func year(t testing.TB, n int) vigie.Period {
	t.Helper()
	p, err := vigie.NewPeriod(n, vigie.Annual, 1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fillFigures adds two indicators and two vintages.
func fillFigures(t testing.TB, db *store.DB) {
	t.Helper()
	broadband := vigie.Indicator{
		ID: "fixed-broadband", Name: vigie.Text{"fr": "Haut débit fixe", "ar": "النطاق العريض"}, Definition: vigie.Text{"fr": "D"},
		Unit: vigie.Text{"fr": "pour 100 habitants"}, UnitMeasure: "SUBS_PER_100", Decimals: 2, Freq: vigie.Annual, Publisher: "P", Source: "S",
		SourceURL: "https://figures.example.org/", Licence: "CC BY 4.0", Codes: []vigie.IndicatorCode{{Scheme: "CORE", Edition: "2010", Code: "A3"}},
		Topics: []string{"haut-debit"},
	}
	growth := vigie.Indicator{ID: "broadband-growth", Name: vigie.Text{"fr": "Croissance"}, Freq: vigie.Annual, Formula: "growth(fixed-broadband)"}
	first := vigie.Observation{
		Indicator: "fixed-broadband", RefArea: "MAR", Period: year(t, 2016), Freq: vigie.Annual, Value: "3.5588", Status: vigie.Normal,
		UnitMeasure: "SUBS_PER_100", Decimals: 2, Source: "S", Note: "N",
	}
	women, missing, second := first, first, first
	women.Breakdowns = vigie.Breakdowns{"SEX": "F"}
	missing.RefArea, missing.Value, missing.Status = "SEN", "", vigie.MissingNotAsked
	second.Value = "3.5845"
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		err := errors.Join(tx.PutIndicator(broadband), tx.PutIndicator(growth))
		_, err2 := tx.AddVintage(vigie.Vintage{Edition: "E1", File: vigie.HashOf([]byte("file")), By: "Amina", Note: "N", Added: 3}, []vigie.Observation{first, women, missing})
		_, err3 := tx.AddVintage(vigie.Vintage{Edition: "E2", Revised: 1, Rounded: 2}, []vigie.Observation{second})
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestVerifyFigures alters lines so that each is well formed and does not fit.
func TestVerifyFigures(t *testing.T) {
	db := storetest.Open(t)
	fillFigures(t, db)
	whole, _ := exported(t, db)
	lines := unzip(t, whole)
	all := strings.SplitAfter(strings.TrimSuffix(lines, "\n"), "\n")
	at := func(word string) int {
		return slices.IndexFunc(all, func(line string) bool { return strings.Contains(line, word) })
	}
	swapped := func(a, b string) string {
		swap := slices.Clone(all)
		swap[at(a)], swap[at(b)] = swap[at(b)], swap[at(a)]
		return strings.Join(swap, "")
	}
	first := all[at(`"3.5588"`)]
	replaced := func(from, to string) string {
		if !strings.Contains(lines, from) {
			t.Fatalf("there is no %s in\n%s", from, lines)
		}
		return strings.Replace(lines, from, to, 1)
	}
	for name, altered := range map[string]string{
		"an unknown indicator":   replaced(`"type":"observation","indicator":"fixed`, `"type":"observation","indicator":"mixed`),
		"an unknown vintage":     replaced(`"time_period":"2016","vintage":"0`, `"time_period":"2016","vintage":"7`),
		"no period":              replaced(`"time_period":"2016"`, `"time_period":"16"`),
		"no number":              replaced(`3.5588`, `3,5588`),
		"no status":              replaced(`"obs_status":"A"`, `"obs_status":"Z"`),
		"another order":          swapped(`"3.5588"`, `"3.5845"`),
		"twice":                  strings.Replace(replaced(first, first+first), `"observations":4`, `"observations":5`, 1),
		"a vintage too late":     swapped(`"edition":"E2"`, `"3.5588"`),
		"an indicator too late":  swapped(`"id":"fixed-broadband"`, `"edition":"E1"`),
		"an unnamed indicator":   replaced(`"id":"broadband-growth"`, `"id":"Growth"`),
		"an indicator twice":     replaced(`"id":"broadband-growth"`, `"id":"fixed-broadband"`),
		"an unknown field":       replaced(`"ref_area":"SEN"`, `"ref_area":"SEN","x":1`),
		"a field that is absent": replaced(`"ref_area":"SEN",`, ``),
	} {
		if _, err := archive.Verify(bytes.NewReader(zip(t, altered))); !errors.Is(err, vigie.ErrDamaged) || strings.Contains(err.Error(), "the end does not belong") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestExportWhileImporting takes in vintages and plans issues at every step of an
// export: what is written belongs together.
func TestExportWhileImporting(t *testing.T) {
	db := filled(t)
	steps := 0
	var b bytes.Buffer
	report, err := archive.Export(t.Context(), db, &b, func(int, int) {
		steps++
		err := db.Update(context.Background(), func(tx *store.Tx) error {
			_, err := tx.AddVintage(vigie.Vintage{}, []vigie.Observation{{
				Indicator: "fixed-broadband", RefArea: fmt.Sprintf("A%d", steps), Period: year(t, 2016), Freq: vigie.Annual, Value: "1", Status: vigie.Normal,
			}})
			return err
		})
		if err != nil {
			t.Error(err)
		}
		fillMail(t, db, 10*steps)
	})
	if err != nil {
		t.Fatal(err)
	}
	seen, err := archive.Verify(&b)
	if err != nil || seen != report {
		t.Errorf("%+v, %+v, %v", report, seen, err)
	}
	if brought := seen.Vintages - 2; brought >= steps || seen.Observations != 4+brought {
		t.Errorf("%+v after %d steps", seen, steps)
	}
}
