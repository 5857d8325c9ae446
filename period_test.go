package vigie_test

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

func TestParsePeriod(t *testing.T) {
	for s, want := range map[string]struct {
		year, part int
		freq       vigie.Frequency
		month      int
	}{
		"2024": {2024, 1, vigie.Annual, 1}, "2024-S2": {2024, 2, vigie.HalfYearly, 7},
		"2024-Q3": {2024, 3, vigie.Quarterly, 7}, "2024-11": {2024, 11, vigie.Monthly, 11}, "0000": {0, 1, vigie.Annual, 1},
	} {
		p, err := vigie.ParsePeriod(s)
		if err != nil || p.Year() != want.year || p.Part() != want.part || p.Frequency() != want.freq || int(p.FirstMonth()) != want.month || p.String() != s {
			t.Errorf("ParsePeriod(%q) = %v, %v", s, p, err)
		}
	}
	for _, s := range []string{
		"24", "20244", "2024-", "2024-0", "2024-1", "2024-13", "2024-00", "2024-S0", "2024-S3", "2024-Q5", "2024-Q", "2024-q1", "2024-011",
		" 2024", "2024-11-21", "２０２４", "+202", "-1", "2024\x00", "2024-Q3 ",
	} {
		if p, err := vigie.ParsePeriod(s); !errors.Is(err, vigie.ErrInvalid) || !p.IsZero() {
			t.Errorf("ParsePeriod(%q) = %v, %v", s, p, err)
		}
	}
	if p, err := vigie.ParsePeriod(""); err != nil || !p.IsZero() || p.String() != "" || p.FirstMonth() != 0 {
		t.Errorf("the empty period is %v, %v", p, err)
	}
}

func TestPeriodOrder(t *testing.T) {
	want := []string{"", "2023-12", "2024", "2024-S1", "2024-Q1", "2024-01", "2024-02", "2024-Q2", "2024-S2", "2024-12", "2025"}
	var got []vigie.Period
	for _, s := range want {
		got = append(got, period(s))
	}
	slices.Reverse(got)
	slices.SortFunc(got, vigie.Period.Compare)
	for i, p := range got {
		if p.String() != want[i] || !p.Equal(period(want[i])) {
			t.Errorf("place %d: %s, want %s", i, p, want[i])
		}
	}
}

func TestPeriodShift(t *testing.T) {
	for _, test := range []struct {
		from string
		n    int
		want string
	}{
		{"2024", 1, "2025"},
		{"2024", -24, "2000"},
		{"2024-S2", 1, "2025-S1"},
		{"2024-Q1", -1, "2023-Q4"},
		{"2024-11", 14, "2026-01"},
		{"2024-01", -12, "2023-01"},
		{"9999", 1, ""},
		{"0000", -1, ""},
		{"", 3, ""},
		{"2024", 1 << 60, ""},
	} {
		if got := period(test.from).Shift(test.n).String(); got != test.want {
			t.Errorf("%s shifted by %d is %q, want %q", test.from, test.n, got, test.want)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2024", "2024-S1", "2024-Q3", "2024-11", "", "2024-1", "9999-12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := vigie.ParsePeriod(s)
		if err != nil {
			return
		}
		if p.String() != s {
			t.Errorf("%q is written %q", s, p)
		}
		if next := p.Shift(1); !next.IsZero() && (next.Compare(p) != 1 || next.Shift(-1) != p) {
			t.Errorf("%s is followed by %s", p, next)
		}
	})
}

func TestParseDecimal(t *testing.T) {
	for s, want := range map[string]vigie.Decimal{
		"7": "7", "7.02": "7.02", "+7": "7", "-0.50": "-0.50", "007": "7", ".5": "0.5", "-.5": "-0.5", "0": "0", "-0": "0", "-0.00": "0.00",
		"6.38E-05": "0.0000638", "1.5e3": "1500", "1e0": "1", "12.345e1": "123.45", "1.e2": "100", "0.00684975091908245": "0.00684975091908245",
		"14.1440": "14.1440", "00.10": "0.10",
	} {
		if got, err := vigie.ParseDecimal(s); err != nil || got != want {
			t.Errorf("ParseDecimal(%q) = %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "-", ".", "7.", "7,02", "1 000", "0x10", "1_000", "NaN", "Inf", "1e", "1e999999999", "1e-101", "--1", "1.2.3", "٧", "1/3",
		strings.Repeat("9", 101), "e5", "1e1e1",
	} {
		if got, err := vigie.ParseDecimal(s); !errors.Is(err, vigie.ErrInvalid) || got != "" {
			t.Errorf("ParseDecimal(%q) = %q, %v", s, got, err)
		}
	}
}

func TestDecimalRound(t *testing.T) {
	for _, test := range []struct {
		d      vigie.Decimal
		places int
		want   vigie.Decimal
	}{
		{"3.58453478764246", 4, "3.5845"},
		{"0.125", 2, "0.13"},
		{"-0.125", 2, "-0.13"},
		{"2.675", 2, "2.68"}, // a float would give 2.67
		{"-0.001", 2, "0.00"},
		{"7", 2, "7.00"},
		{"9.995", 2, "10.00"},
		{"", 2, ""},
		{"abc", 2, "abc"},
		{"7", -1, "7"},
		{"7", 101, "7"},
	} {
		if got := test.d.Round(test.places); got != test.want {
			t.Errorf("%q rounded to %d places is %q, want %q", test.d, test.places, got, test.want)
		}
	}
	if got := []int{vigie.Decimal("3.50").Places(), vigie.Decimal("3").Places()}; !cmp.Equal(got, []int{2, 0}) {
		t.Errorf("places %v", got)
	}
	if r := vigie.Decimal("0.1").Rat(); r.Cmp(big.NewRat(1, 10)) != 0 || vigie.Decimal("1/10").Rat() != nil {
		t.Errorf("0.1 is %v", r)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"7.02", "-1e-5", "+.5", "1e100", "0.00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := vigie.ParseDecimal(s)
		if err != nil {
			return
		}
		if again, err := vigie.ParseDecimal(string(d)); err != nil || again != d || !d.Valid() {
			t.Fatalf("%q is written %q, which reads %q, %v", s, d, again, err)
		}
		if r := d.Rat(); r == nil || vigie.Decimal(r.FloatString(d.Places())) != d {
			t.Errorf("%q is the fraction %v", d, r)
		}
	})
}
