package locale_test

import (
	"strings"
	"testing"

	"vigie"
)

func TestFigures(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		d          vigie.Decimal
		places     int
		fr, en, ar string
	}{
		{"7.30282126551091", 2, "7,30", "7.30", "7,30"},
		{"1234567.5", 0, "1\u202f234\u202f568", "1,234,568", "1.234.568"},
		{"-1234.5", -1, "\u22121\u202f234,5", "\u22121,234.5", "\u200e\u22121.234,5"},
		{"999", 0, "999", "999", "999"},
		{"7", 1, "7,0", "7.0", "7,0"},
		{"", 2, "", "", ""},
		{"<b>", 2, "<b>", "<b>", "<b>"},
	} {
		for lang, want := range map[vigie.Lang]string{"fr": test.fr, "en": test.en, "ar": test.ar} {
			if got := c.For(lang).Decimal(test.d, test.places); got != want {
				t.Errorf("%s: %q to %d places is %q, want %q", lang, test.d, test.places, got, want)
			}
		}
	}
	for d, want := range map[vigie.Decimal]string{"0.5": "+0,5", "-0.5": "\u22120,5", "0.04": "0,0", "0": "0,0"} {
		if got := c.For("fr").Change(d, 1); got != want {
			t.Errorf("change of %q is %q, want %q", d, got, want)
		}
		// The sign stays before the number where words run from right to left.
		if want = strings.NewReplacer("+", "\u200e+", "\u2212", "\u200e\u2212").Replace(want); c.For("ar").Change(d, 1) != want {
			t.Errorf("change of %q in Arabic is %q, want %q", d, c.For("ar").Change(d, 1), want)
		}
	}
}

func TestPeriods(t *testing.T) {
	c := load(t)
	for s, want := range map[string][3]string{
		"2024":    {"2024", "2024", "2024"},
		"2024-S1": {"1er semestre 2024", "first half of 2024", "النصف الأول من 2024"},
		"2024-Q3": {"3e trimestre 2024", "Q3 2024", "الربع الثالث من 2024"},
		"2024-11": {"novembre 2024", "November 2024", "نونبر 2024"},
		"":        {"", "", ""},
	} {
		p, err := vigie.ParsePeriod(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]string{c.For("fr").Period(p), c.For("en").Period(p), c.For("ar").Period(p)}; got != want {
			t.Errorf("%s is written %q, want %q", s, got, want)
		}
	}
}

// TestStatuses fails when a status has no words.
func TestStatuses(t *testing.T) {
	for _, lang := range load(t).Languages() {
		for _, s := range vigie.ObsStatuses() {
			if !load(t).For(lang).Has("obs." + string(s)) {
				t.Errorf("%s has no words for the status %s", lang, s)
			}
		}
	}
}
