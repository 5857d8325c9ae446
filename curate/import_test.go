package curate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

// office is a desk with an indicator, a computed one and an editor.
type office struct {
	db   *store.DB
	desk *curate.Desk
	by   vigie.User
}

func newOffice(t *testing.T) office {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t)
	o := office{db: db, by: vigie.User{ID: vigie.NewID[vigie.UserID](time.Now()), Name: "Nadia Exemple", Role: vigie.Editor}}
	o.desk = curate.New(db, c, curate.Options{Places: map[string]vigie.Text{"MAR": {"fr": "Maroc", "ar": "المغرب", "en": "Morocco"}}})
	o.indicator(t, "fixed-broadband", "")
	o.indicator(t, "broadband-growth", "growth(fixed-broadband)")
	return o
}

func (o office) indicator(t *testing.T, id vigie.IndicatorID, formula string) {
	t.Helper()
	if err := o.desk.PutIndicator(t.Context(), o.by, indicatorOf(id, formula), "", ""); err != nil {
		t.Fatal(err)
	}
}

func indicatorOf(id vigie.IndicatorID, formula string) vigie.Indicator {
	return vigie.Indicator{ID: id, Name: vigie.Text{"fr": "Indicateur " + string(id)}, Unit: vigie.Text{"fr": "pour 100"}, Decimals: 2, Freq: vigie.Annual, Formula: formula}
}

// take goes the whole way of an import.
func (o office) take(t *testing.T, file []byte, edition string) curate.Imported {
	t.Helper()
	plan := o.propose(t, file)
	if plan.Fault != nil {
		t.Fatal(plan.Fault)
	}
	got, err := o.desk.Import(t.Context(), o.by, plan.Upload.ID, plan.Layout, curate.Release{Seen: plan.Seen, Edition: edition}, "")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (o office) propose(t *testing.T, file []byte) curate.Plan {
	t.Helper()
	plan, err := o.desk.Propose(t.Context(), o.by, curate.Upload{
		ID: vigie.NewID[curate.ImportID](time.Now()), Indicator: "fixed-broadband", Name: "valeurs.csv", File: file,
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// value is what is known of a series, or was at a release.
func (o office) value(t *testing.T, id, area, release, period string) string {
	t.Helper()
	out := ""
	err := o.db.View(func(tx *store.Tx) error {
		known, err := curate.Known(tx, vigie.IndicatorID(id), area, vigie.VintageID(release))
		for _, v := range known {
			if v.Period.String() == period {
				out = string(v.Value)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// synthesis is one that is out and shows figures of places: live, or frozen now.
func (o office) synthesis(t *testing.T, frozen bool, areas ...string) vigie.SynthesisID {
	t.Helper()
	by := o.by
	by.Role = vigie.Publisher
	s, err := o.desk.Begin(t.Context(), by, vigie.NewID[vigie.SynthesisID](time.Now()), vigie.Brief)
	body := "Le texte."
	for _, area := range areas {
		body += "\n\n{{figure fixed-broadband " + area + "}}"
	}
	if err == nil {
		s, err = o.desk.Revise(t.Context(), s.ID, vigie.Step{Lang: "fr", By: by}, vigie.Writing{Title: "Note", Body: body})
	}
	for _, area := range areas {
		if err == nil && frozen {
			s, err = o.desk.Freeze(t.Context(), by, s.ID, vigie.Embed{Indicator: "fixed-broadband", Area: area}, true)
		}
	}
	if err == nil {
		s, err = o.desk.Submit(t.Context(), s.ID, vigie.Step{Lang: "fr", By: by, Seen: s.Versions["fr"].N})
	}
	if err == nil {
		_, err = o.desk.Publish(t.Context(), s.ID, vigie.Step{Lang: "fr", By: by, Seen: s.Versions["fr"].N}, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.ID
}

func marksOf(marks []vigie.FigureMark) map[vigie.SynthesisID]string {
	out := map[vigie.SynthesisID]string{}
	for _, m := range marks {
		out[m.Synthesis] += fmt.Sprintf("%s %s: %s > %s;", m.Area, m.Period, m.Before, m.After)
	}
	return out
}

// TestVintages imports four editions of which the second revises, the third adds
// and the fourth rounds.
func TestVintages(t *testing.T) {
	o := newOffice(t)
	o.take(t, []byte("iso3,year,value\nMAR,2015,3.29719\nMAR,2016,3.55879\nTUN,2016,5.5\n"), "2018")
	live, frozen, other := o.synthesis(t, false, "MAR"), o.synthesis(t, true, "MAR"), o.synthesis(t, false, "TUN")

	second := o.take(t, []byte("iso3,year,value\nMAR,2015,3.31584\nMAR,2016,3.58453\nTUN,2016,5.50\n"), "2026-04")
	if v := second.Vintage; v.Added != 0 || v.Revised != 2 || v.Edition != "2026-04" || v.By != string(o.by.ID) || v.File == "" {
		t.Errorf("the second vintage is %+v", v)
	}
	got := marksOf(second.Marks)
	if len(got) != 1 || got[live] != "MAR 2016: 3.55879 > 3.58453;" {
		t.Errorf("marks %v, want MAR 2016 in the live one only (%s; frozen %s, other %s)", got, live, frozen, other)
	}
	if v := o.value(t, "broadband-growth", "MAR", "", "2016"); v != "8.10" {
		t.Errorf("the growth is %s, want 8.10", v)
	}
	if len(second.Computed) != 1 || second.Computed[0].Revised != 1 || second.Computed[0].File != "" {
		t.Errorf("computed %+v", second.Computed)
	}

	third := o.take(t, []byte("iso3,year,value\nMAR,2016,3.58453478764246\nMAR,2017,3.89\nTUN,2016,5.5\n"), "2026-05")
	if v := third.Vintage; v.Added != 1 || v.Revised != 0 || v.Rounded != 1 || len(third.Marks) != 0 {
		t.Errorf("rounding and adding: %+v, marks %v", v, marksOf(third.Marks))
	}
	if v := o.value(t, "fixed-broadband", "MAR", "", "2016"); v != "3.58453478764246" {
		t.Errorf("MAR 2016 is %s", v)
	}

	// A value that moves again keeps what the text was written with.
	fourth := o.take(t, []byte("iso3,year,value\nMAR,2016,3.61\n"), "2026-07")
	if got := marksOf(fourth.Marks); got[live] != "MAR 2016: 3.55879 > 3.61;" || len(got) != 1 {
		t.Errorf("marks of the fourth %v", got)
	}
	if got := o.read(t, frozen); got != "3.55879" {
		t.Errorf("the frozen figure shows %s", got)
	}
}

// read returns the value that a synthesis shows.
func (o office) read(t *testing.T, id vigie.SynthesisID) string {
	t.Helper()
	out := ""
	err := o.db.View(func(tx *store.Tx) error {
		s, err := tx.Synthesis(id)
		if err != nil {
			return err
		}
		f, err := o.desk.Figure(tx, s.Embeds[0])
		out = string(f.Latest.Value)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRealVintages imports the four editions of the World Bank's series that the
// test data beside the module holds.
func TestRealVintages(t *testing.T) {
	files := vigietest.Vintages(t)
	o := newOffice(t)
	o.take(t, []byte(files["2018-08-01"]), "2018-08-01")
	live, frozen := o.synthesis(t, false, "MAR"), o.synthesis(t, true, "MAR")

	april := o.take(t, []byte(files["2026-04-01"]), "2026-04-01")
	if got := marksOf(april.Marks); len(got) != 1 || got[live] != "MAR 2016: 3.55879359304445 > 3.58453;" {
		t.Errorf("April marks %v", got)
	}
	if got := o.read(t, frozen); got != "3.55879359304445" {
		t.Errorf("the frozen figure shows %s", got)
	}
	tunisia, morocco := o.synthesis(t, false, "TUN"), o.synthesis(t, false, "MAR")
	may := o.take(t, []byte(files["2026-05-01"]), "2026-05-01")
	if v := may.Vintage; v.Revised != 1 || v.Rounded < 100 {
		t.Errorf("May revised %d and rounded %d", v.Revised, v.Rounded)
	}
	if got := marksOf(may.Marks); len(got) != 1 || !strings.HasPrefix(got[tunisia], "TUN 2023: 14.1436 > 14.08298") || got[morocco] != "" {
		t.Errorf("May marks %v, want TUN 2023 only", got)
	}
	july := o.propose(t, []byte(files["2026-07-01"]))
	t.Logf("July: %d added, %d revised, %d rounded, %d the same", len(july.Changes.Added), len(july.Changes.Revised), len(july.Changes.Rounded), july.Changes.Unchanged)
	if v := o.value(t, "fixed-broadband", "MAR", "", "2016"); v != "3.58453478764246" {
		t.Errorf("MAR 2016 is %s", v)
	}
}

// TestImportOnce does the same import twice, and another between plan and import.
func TestImportOnce(t *testing.T) {
	o := newOffice(t)
	file := []byte("iso3,year,value\nMAR,2016,3.5\n")
	plan := o.propose(t, file)
	release := curate.Release{Seen: plan.Seen}
	first, err := o.desk.Import(t.Context(), o.by, plan.Upload.ID, plan.Layout, release, "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.desk.Import(t.Context(), o.by, plan.Upload.ID, plan.Layout, release, "")
	if err != nil || again.Vintage.ID != first.Vintage.ID {
		t.Errorf("twice: %+v, %v", again.Vintage, err)
	}
	same := o.propose(t, file)
	if _, err := o.desk.Import(t.Context(), o.by, same.Upload.ID, same.Layout, curate.Release{Seen: same.Seen}, ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("nothing new: %v", err)
	}
	late := o.propose(t, []byte("iso3,year,value\nMAR,2016,3.6\n"))
	o.take(t, []byte("iso3,year,value\nMAR,2016,3.7\n"), "")
	if _, err := o.desk.Import(t.Context(), o.by, late.Upload.ID, late.Layout, curate.Release{Seen: late.Seen}, ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("an import in between: %v", err)
	}
	if v := o.value(t, "fixed-broadband", "MAR", "", "2016"); v != "3.7" {
		t.Errorf("MAR 2016 is %s", v)
	}
	anew, err := o.desk.Plan(t.Context(), o.by, late.Upload.ID, late.Layout)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Import(t.Context(), o.by, late.Upload.ID, late.Layout, curate.Release{Seen: anew.Seen}, ""); err != nil {
		t.Errorf("looked at again: %v", err)
	}
}

func TestImportRefuses(t *testing.T) {
	o := newOffice(t)
	broken := "iso3,year,value\n"
	for row := range 30 {
		value := "1.5"
		if row == 15 {
			value = "1,5 ?"
		}
		broken += fmt.Sprintf("MAR,%d,%q\n", 1990+row, value)
	}
	plan := o.propose(t, []byte(broken))
	if plan.Fault == nil || !strings.Contains(plan.Fault.Error(), "row 17, column value") {
		t.Errorf("the fault is %v", plan.Fault)
	}
	if _, err := o.desk.Import(t.Context(), o.by, plan.Upload.ID, plan.Layout, curate.Release{Seen: plan.Seen}, ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a broken row: %v", err)
	}
	if v := o.value(t, "fixed-broadband", "MAR", "", "1990"); v != "" {
		t.Errorf("kept %s of a broken file", v)
	}
	good := o.propose(t, []byte("iso3,year,value\nMAR,2016,3.5\n"))
	stranger := o.by
	stranger.ID = vigie.NewID[vigie.UserID](time.Now())
	if _, err := o.desk.Plan(t.Context(), stranger, good.Upload.ID, curate.Layout{}); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("somebody else's file: %v", err)
	}
	curator := o.by
	curator.Role = vigie.Curator
	if _, err := o.desk.Import(t.Context(), curator, good.Upload.ID, good.Layout, curate.Release{Seen: good.Seen}, ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a curator: %v", err)
	}
	for name, up := range map[string]curate.Upload{
		"no identity": {ID: "x", File: []byte("a,b\n1,2\n")},
		"no table":    {ID: vigie.NewID[curate.ImportID](time.Now()), File: nil},
		"computed":    {ID: vigie.NewID[curate.ImportID](time.Now()), Indicator: "broadband-growth", File: []byte("iso3,year,value\nMAR,2016,3.5\n")},
	} {
		if _, err := o.desk.Propose(t.Context(), o.by, up); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStageIsBounded stages more files than there is room for.
func TestStageIsBounded(t *testing.T) {
	o := newOffice(t)
	var first curate.Plan
	for i := range 14 {
		plan := o.propose(t, fmt.Appendf(nil, "iso3,year,value\nMAR,2016,%d\n", i))
		if i == 0 {
			first = plan
		}
		if _, err := o.desk.Plan(t.Context(), o.by, plan.Upload.ID, curate.Layout{}); err != nil {
			t.Fatalf("the newest file: %v", err)
		}
	}
	if _, err := o.desk.Plan(t.Context(), o.by, first.Upload.ID, curate.Layout{}); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("the oldest file is still there: %v", err)
	}
}
