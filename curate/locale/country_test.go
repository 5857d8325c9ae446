package locale_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/vigietest"
)

// TestMonthsByCountry writes what every country of the Arab world calls the months,
// for a person to read.
func TestMonthsByCountry(t *testing.T) {
	c := load(t)
	var b strings.Builder
	for _, country := range []string{
		"", "MAR", "DZA", "TUN", "LBY", "MRT", "EGY", "SDN", "SOM", "DJI", "COM", "SAU", "ARE", "BHR", "KWT", "OMN", "QAT", "YEM",
		"IRQ", "JOR", "LBN", "PSE", "SYR", "FRA",
	} {
		var names []string
		for m := time.January; m <= time.December; m++ {
			day := vigie.Date{Time: time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}
			names = append(names, strings.TrimSuffix(c.For(vigie.Arabic).In(country).Date(day), " 2026"))
		}
		fmt.Fprintf(&b, "%-4s %s\n", country, strings.Join(names, "، "))
	}
	vigietest.Golden(t, "testdata/months.golden", b.String())
}

func TestIn(t *testing.T) {
	c := load(t)
	arabic, french := c.For(vigie.Arabic), c.For(vigie.French)
	if french.In("LBN") != french {
		t.Error("French has other months in Lebanon")
	}
	if arabic.In("") != arabic || arabic.In("MAR") != arabic {
		t.Error("the months of the language are not those of no country, or of Morocco")
	}
	if arabic.In("LBN") != arabic.In("SYR") || arabic.In("LBN").In("MAR") != arabic || arabic.In("LBN").In("TUN") != arabic.In("DZA") {
		t.Error("a printer of one country does not lead to that of another")
	}
	if got, want := arabic.In("LBN").T("site.desk"), arabic.T("site.desk"); got != want || want == "site.desk" {
		t.Errorf("in Lebanon the desk is called %q, want %q", got, want)
	}
}

func TestBadMonths(t *testing.T) {
	for name, sets := range map[string]string{
		"eleven":         `"a": {"countries": ["MAR"], "months": ["1","2","3","4","5","6","7","8","9","10","11"]}`,
		"no countries":   `"a": {"months": ["1","2","3","4","5","6","7","8","9","10","11","12"]}`,
		"a country more": `"a": {"countries": ["MAR"]}, "b": {"countries": ["TUN", "MAR"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(string(catalogue("").Data), `"dates"`, `"months_by": {`+sets+`}, "dates"`, 1)
			_, err := locale.Read(fstest.MapFS{"fr/locale.json": {Data: []byte(text)}})
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "fr/locale.json") {
				t.Errorf("got %v, want an invalid error about the file", err)
			}
		})
	}
}
