package indicator_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate/indicator"
	"vigie/vigietest"
)

func formula(t testing.TB, s string) indicator.Formula {
	t.Helper()
	f, err := indicator.ParseFormula(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// values reads "a 2020=1 2021=P:2 2022=Q:" into observations of MAR.
func values(t testing.TB, lines ...string) []vigie.Observation {
	t.Helper()
	var out []vigie.Observation
	for _, line := range lines {
		fields := strings.Fields(line)
		for _, field := range fields[1:] {
			period, status, value := vigietest.Value(t, field)
			out = append(out, vigie.Observation{
				Indicator: vigie.IndicatorID(fields[0]), RefArea: "MAR", Period: period, Freq: period.Frequency(), Value: value, Status: status,
			})
		}
	}
	return out
}

func short(observations []vigie.Observation) string {
	var out []string
	for _, o := range observations {
		s := o.Period.String() + "="
		if o.Status != vigie.Normal {
			s += string(o.Status) + ":"
		}
		out = append(out, s+string(o.Value))
	}
	return strings.Join(out, " ")
}

func TestCompute(t *testing.T) {
	for _, test := range []struct {
		formula string
		inputs  []string
		want    string
	}{
		{"a / b * 100", []string{"a 2020=1 2021=2", "b 2020=3 2021=7"}, "2020=33.33 2021=28.57"},
		{"a + b * 2 - 1", []string{"a 2020=1", "b 2020=3"}, "2020=6.00"},
		{"(a + b) * 2", []string{"a 2020=1", "b 2020=3"}, "2020=8.00"},
		{"a - b - b", []string{"a 2020=10", "b 2020=3"}, "2020=4.00"},
		{"a / b / b", []string{"a 2020=8", "b 2020=2"}, "2020=2.00"},
		{"-a * -(2)", []string{"a 2020=1.5"}, "2020=3.00"},
		{"0.1 * a + 0.2 * a", []string{"a 2020=1"}, "2020=0.30"},
		{"a / 8", []string{"a 2020=1"}, "2020=0.13"}, // 0.125, half away from zero
		{"growth(a)", []string{"a 2020=50 2021=60 2022=45"}, "2021=20.00 2022=-25.00"},
		{"growth(a)", []string{"a 2023-Q1=50 2023-Q2=40 2024-Q1=55 2024-Q2=30"}, "2024-Q1=10.00 2024-Q2=-25.00"},
		{"growth(a / b)", []string{"a 2020=1 2021=3", "b 2020=1 2021=2"}, "2021=50.00"},
		{"share(a, b)", []string{"a 2020=1", "b 2020=4"}, "2020=25.00"},
		{"share(a, a + b)", []string{"a 2020=1", "b 2020=4"}, "2020=20.00"},
		// Beginning and end without all inputs give nothing; a hole is said to be one.
		{"a / b", []string{"a 2020=1 2021=1 2022=1 2023=1", "b 2021=1 2023=1"}, "2021=1.00 2022=L: 2023=1.00"},
		{"a / b", []string{"a 2020=1"}, ""},
		{"a / b", []string{"a 2020=Q: 2021=1", "b 2020=1 2021=1"}, "2020=Q: 2021=1.00"},
		{"a / b", []string{"a 2020=1 2021=1", "b 2020=0 2021=1"}, "2020=M: 2021=1.00"},
		{"growth(a)", []string{"a 2020=0 2021=1"}, "2021=M:"},
		// The most cautious status is handed on.
		{"a + b", []string{"a 2020=P:1 2021=B:1", "b 2020=E:1 2021=1"}, "2020=E:2.00 2021=B:2.00"},
		{"a", []string{"a 2020=1", "c 2020=1 2021=1"}, "2020=1.00"},
		{"a * a * a", []string{"a 2020=" + strings.Repeat("9", 50)}, "2020=M:"}, // too long to write
	} {
		about := broadband()
		got := formula(t, test.formula).Compute(about, values(t, test.inputs...))
		if diff := cmp.Diff(test.want, short(got)); diff != "" {
			t.Errorf("%s of %q (-want +got):\n%s", test.formula, test.inputs, diff)
		}
		for _, o := range got {
			if err := o.Check(); err != nil {
				t.Errorf("%s: %v", test.formula, err)
			}
		}
	}
}

// TestComputeKeepsSeriesApart: places and breakdowns do not mix.
func TestComputeKeepsSeriesApart(t *testing.T) {
	in := values(t, "a 2020=1", "b 2020=2", "a 2020=3", "b 2020=4")
	in[2].Breakdowns, in[3].Breakdowns = vigie.Breakdowns{"SEX": "F"}, vigie.Breakdowns{"SEX": "F"}
	in = append(in, values(t, "a 2020=5", "b 2020=6")...)
	in[4].RefArea, in[5].RefArea = "SEN", "TUN"
	in[0].Source, in[1].Source = "Office A", "Office B"
	got := formula(t, "a / b").Compute(broadband(), in)
	if want := "MAR 2020 = 0.50 A\nMAR 2020 SEX=F = 0.75 A\n"; lines(got) != want {
		t.Errorf("got %s", lines(got))
	}
	if o := got[0]; o.Source != "Office A; Office B" || o.UnitMeasure != "SUBS_PER_100" || o.Decimals != 2 || o.Indicator != "fixed-broadband" {
		t.Errorf("got %+v", o)
	}
}

// TestComputeReal: subscriptions per 100 people times people is subscriptions.
func TestComputeReal(t *testing.T) {
	var inputs []vigie.Observation
	for id, file := range map[vigie.IndicatorID]string{"per-100": "wdi_it.net.bbnd.p2.csv", "people": "wdi_sp.pop.totl.csv"} {
		ind := broadband()
		ind.ID = id
		found, _, err := read(t, shared(t, file), indicator.About{Indicators: []vigie.Indicator{ind}})
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, found.Observations...)
	}
	out := broadband()
	out.Decimals = 0
	got := formula(t, "per-100 / 100 * people").Compute(out, inputs)
	for _, o := range got {
		if o.RefArea == "MAR" && o.Period.String() == "2024" {
			if r := o.Value.Rat(); r == nil || len(o.Value) != 7 { // some millions
				t.Errorf("MAR 2024 = %s", o.Value)
			}
			return
		}
	}
	t.Errorf("no value for MAR 2024 among %d", len(got))
}

func TestFormulaFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "character 1: misses a number or an indicator",
		"a /":                                  "character 4: misses a number or an indicator",
		"a b":                                  "character 3: has something that is not expected here",
		"(a + b":                               `character 7: misses ")"`,
		"a)":                                   "character 2: has something that is not expected here",
		"100 * 2":                              "character 1: names no indicator",
		"1e5 * a":                              `character 1: "1e5" is not a number such as 100 or 0.5`,
		"1,5 * a":                              "character 2: has something that is not expected here",
		"Fixed / a":                            `character 1: "Fixed" is not a name such as fixed-broadband`,
		"a / débit":                            `character 5: "débit" is not a name such as fixed-broadband`,
		"a- / b":                               `character 1: "a-" is not a name such as fixed-broadband`,
		"sqrt(a)":                              `character 1: "sqrt" is not a function; growth and share are`,
		"growth(a, b)":                         "character 1: growth needs 1 inputs and has 2",
		"share(a)":                             "character 1: share needs 2 inputs and has 1",
		"share(a, b":                           `character 11: misses ")"`,
		strings.Repeat("growth(", 4) + "a))))": "character 22: has too many growth(...) within each other",
		"a % b":                                "character 3: has something that is not expected here",
		"é + a":                                `character 1: "é" is not a name such as fixed-broadband`,
		strings.Repeat("(", 40):                "character 32: has too many parentheses within each other",
		strings.Repeat("-", 400):               "character 32: has too many parentheses within each other",
		"a" + strings.Repeat(" + a", 150):      "character 400: has too many parts",
		strings.Repeat(" ", 1001):              "character 1: is longer than 1000 bytes",
	} {
		_, err := indicator.ParseFormula(text)
		var invalid *vigie.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "formula" || invalid.Reason != want {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
	f := formula(t, " b-1/a *b-1 ")
	if got := f.Inputs(); !slices.Equal(got, []vigie.IndicatorID{"a", "b-1"}) || f.String() != "b-1/a *b-1" {
		t.Errorf("inputs %v of %q", got, f)
	}
}

func TestOrder(t *testing.T) {
	all := map[vigie.IndicatorID]indicator.Formula{
		"a": formula(t, "b + c"), "b": formula(t, "c / d"), "c": formula(t, "x * 2"), "z": formula(t, "y"),
	}
	order, err := indicator.Order(all)
	if err != nil || !slices.Equal(order, []vigie.IndicatorID{"c", "b", "a", "z"}) {
		t.Errorf("order %v, %v", order, err)
	}
	for changed, want := range map[vigie.IndicatorID]string{"x": "[c b a]", "d": "[b a]", "y": "[z]", "a": "[]", "unknown": "[]"} {
		got, err := indicator.Dependents(all, changed)
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("dependents of %s: %v, %v, want %s", changed, got, err, want)
		}
	}
	all["x"] = formula(t, "a + 1")
	_, err = indicator.Order(all)
	if err == nil || err.Error() != "formula: goes round in a circle: a > b > c > x > a" || !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("circle: %v", err)
	}
	if _, err := indicator.Order(map[vigie.IndicatorID]indicator.Formula{"a": formula(t, "a + 1")}); err == nil {
		t.Error("a formula of itself passed")
	}
}

func FuzzParseFormula(f *testing.F) {
	for _, s := range []string{"a / b * 100", "growth(a)", "share(a, b)", "-(a - 1.5)", "a-b", "((", "a +", "é"} {
		f.Add(s)
	}
	in := values(f, "a 2020=1 2021=P:2", "b 2020=0 2021=Q:")
	about := broadband()
	f.Fuzz(func(t *testing.T, s string) {
		formula, err := indicator.ParseFormula(s)
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		again, err := indicator.ParseFormula(formula.String())
		if err != nil || !slices.Equal(again.Inputs(), formula.Inputs()) {
			t.Fatalf("%q is written %q, which reads %v", s, formula, err)
		}
		for _, o := range formula.Compute(about, in) {
			if err := o.Check(); err != nil {
				t.Fatalf("%q: %v", s, err)
			}
		}
	})
}
