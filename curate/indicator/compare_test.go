package indicator_test

import (
	"testing"

	"vigie"
	"vigie/curate/indicator"
)

// TestBeyondRounding fixes the rule by which a new value is a revision.
func TestBeyondRounding(t *testing.T) {
	for _, test := range []struct {
		was, now vigie.Decimal
		decimals int
		want     string
	}{
		{"3.5588", "3.5845", 0, "revised"},
		{"3.58453", "3.58453478764246", 0, "rounded"},
		{"3.58453478764246", "3.58453", 0, "rounded"},
		{"14.1436", "14.0829860846719", 2, "revised"},
		{"0.125", "0.13", 0, "rounded"}, // half goes up
		{"0.125", "0.12", 0, "revised"},
		{"-0.125", "-0.13", 0, "rounded"}, // away from zero
		{"5.0", "5", 0, "unchanged"},
		{"4", "4.4", 0, "rounded"}, // a whole number was all that was said
		{"4", "4.4", 1, "revised"}, // one decimal was promised: 4 is 4.0
		{"0", "0.004", 2, "rounded"},
		{"0", "0.006", 2, "revised"},
	} {
		was := vigie.Observation{Indicator: "a", RefArea: "MAR", Value: test.was, Status: vigie.Normal, Decimals: test.decimals}
		now := was
		now.Value = test.now
		if got := kind(indicator.Compare([]vigie.Observation{was}, []vigie.Observation{now})); got != test.want {
			t.Errorf("%s -> %s with %d decimals is %s, want %s", test.was, test.now, test.decimals, got, test.want)
		}
	}
}

func kind(c indicator.Changes) string {
	for name, n := range map[string]int{
		"added": len(c.Added), "revised": len(c.Revised), "rounded": len(c.Rounded), "restated": len(c.Restated), "unchanged": c.Unchanged, "absent": len(c.Absent),
	} {
		if n == 1 {
			return name
		}
	}
	return "nothing"
}

func TestCompareStatus(t *testing.T) {
	base := vigie.Observation{Indicator: "a", RefArea: "MAR", Value: "1", Status: vigie.Provisional}
	for name, test := range map[string]struct {
		change func(*vigie.Observation)
		want   string
	}{
		"the same":      {func(*vigie.Observation) {}, "unchanged"},
		"new vintage":   {func(o *vigie.Observation) { o.Vintage = "2" }, "unchanged"},
		"confirmed":     {func(o *vigie.Observation) { o.Status = vigie.Normal }, "restated"},
		"note":          {func(o *vigie.Observation) { o.Note = "n" }, "restated"},
		"taken back":    {func(o *vigie.Observation) { o.Value, o.Status = "", vigie.MissingSuppressed }, "revised"},
		"another place": {func(o *vigie.Observation) { o.RefArea = "SEN" }, "added"},
		"women":         {func(o *vigie.Observation) { o.Breakdowns = vigie.Breakdowns{"SEX": "F"} }, "added"},
	} {
		now := base
		test.change(&now)
		c := indicator.Compare([]vigie.Observation{base}, []vigie.Observation{now})
		if test.want == "added" {
			if len(c.Added) != 1 || len(c.Absent) != 1 || c.Absent[0].RefArea != "MAR" {
				t.Errorf("%s: %+v", name, c)
			}
			continue
		}
		if got := kind(c); got != test.want {
			t.Errorf("%s is %s, want %s", name, got, test.want)
		}
	}
	missing := base
	missing.Value, missing.Status = "", vigie.MissingNotAsked
	if got := kind(indicator.Compare([]vigie.Observation{missing}, []vigie.Observation{base})); got != "revised" {
		t.Errorf("a value where there was none is %s", got)
	}
}
