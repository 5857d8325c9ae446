package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

func TestFormulaIsComputedAnew(t *testing.T) {
	o := newOffice(t)
	o.take(t, []byte("iso3,year,value\nMAR,2015,10\nMAR,2016,12\n"), "")
	if v := o.value(t, "broadband-growth", "MAR", "", "2016"); v != "20.00" {
		t.Errorf("growth %s, want 20.00", v)
	}
	o.indicator(t, "twice", "fixed-broadband * 2")
	o.indicator(t, "four-times", "twice * 2")
	if v := o.value(t, "four-times", "MAR", "", "2016"); v != "48.00" {
		t.Errorf("four times is %s, want 48.00", v)
	}
	change := func(id vigie.IndicatorID, formula string) error {
		var seen vigie.Hash
		err := o.db.View(func(tx *store.Tx) error {
			kept, err := tx.Indicator(id)
			if err == nil {
				seen, err = curate.Fingerprint(kept)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return o.desk.PutIndicator(t.Context(), o.by, indicatorOf(id, formula), seen, "")
	}
	if err := change("twice", "growth(fixed-broadband)"); err != nil {
		t.Fatal(err)
	}
	for period, want := range map[string]string{"2015": "", "2016": "40.00"} { // 2015 does not follow any more
		if v := o.value(t, "four-times", "MAR", "", period); v != want {
			t.Errorf("%s: %s, want %s", period, v, want)
		}
	}
	for formula, want := range map[string]string{
		"four-times * 2": "circle", "nobody * 2": "character 1: there is no indicator nobody", "2 * (": "character", "": "",
	} {
		err := change("twice", formula)
		if (err == nil) != (want == "") || err != nil && (!errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", formula, err, want)
		}
	}
	if err := change("fixed-broadband", "twice * 2"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a formula over imported values: %v", err)
	}
}

func TestIndicatorIsKept(t *testing.T) {
	o := newOffice(t)
	i := indicatorOf("fixed-broadband", "")
	if err := o.desk.PutIndicator(t.Context(), o.by, i, "", ""); err != nil {
		t.Errorf("the same form twice: %v", err)
	}
	i.Name = vigie.Text{"fr": "Autre"}
	for _, seen := range []vigie.Hash{"", vigie.HashOf([]byte("x"))} {
		if err := o.desk.PutIndicator(t.Context(), o.by, i, seen, ""); !errors.Is(err, vigie.ErrConflict) {
			t.Errorf("seen %q: %v, want a conflict", seen, err)
		}
	}
	if err := o.desk.DeleteIndicator(t.Context(), o.by, "fixed-broadband", ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("deleting what a formula names: %v", err)
	}
	if err := o.desk.DeleteIndicator(t.Context(), o.by, "broadband-growth", ""); err != nil {
		t.Error(err)
	}
	i.Name = vigie.Text{"fr": strings.Repeat("a", 201)}
	if err := o.desk.PutIndicator(t.Context(), o.by, i, "", ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a long name: %v", err)
	}
	reader := vigie.User{ID: "x", Role: vigie.Curator}
	if err := o.desk.PutIndicator(t.Context(), reader, i, "", ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a curator: %v", err)
	}
}

func TestFormulaParts(t *testing.T) {
	for formula, want := range map[string]string{
		"a-b / pop * 100":           "[a-b] ÷ [pop] × 100",
		"a -b":                      "[a] − [b]",
		"growth(share(x, y))":       "growth! ( share! ( [x] , [y] ) )",
		"<script>alert(1)</script>": "<script>alert(1)</script>",
	} {
		var got []string
		for _, p := range curate.FormulaParts(formula) {
			switch {
			case p.Indicator != "":
				got = append(got, "["+string(p.Indicator)+"]")
			case p.Function != "":
				got = append(got, p.Function+"!")
			default:
				got = append(got, p.Text)
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: %s, want %s", formula, text, want)
		}
	}
}
