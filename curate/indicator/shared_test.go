package indicator_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/indicator"
	"vigie/vigietest"
)

// shared returns a file of the test data beside the module.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(vigietest.Shared(t, "data", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func broadband() vigie.Indicator {
	return vigie.Indicator{
		ID: "fixed-broadband", Name: vigie.Text{"fr": "Haut débit fixe", "ar": "النطاق العريض", "en": "Fixed broadband"},
		Unit: vigie.Text{"fr": "pour 100 habitants"}, UnitMeasure: "SUBS_PER_100", Decimals: 2, Freq: vigie.Annual,
		Source: "Collection exemple", Licence: "CC BY 4.0", Codes: []vigie.IndicatorCode{{Scheme: "WDI", Code: "IT.NET.BBND.P2"}},
	}
}

func about() indicator.About {
	return indicator.About{Indicators: []vigie.Indicator{broadband()}}
}

// read reads a file as the first import would: with what was found out.
func read(t testing.TB, b []byte, a indicator.About) (indicator.Found, indicator.Mapping, error) {
	t.Helper()
	table, err := indicator.ReadTable(bytes.NewReader(b), indicator.Format{})
	if err != nil {
		return indicator.Found{}, indicator.Mapping{}, err
	}
	m := table.Propose()
	found, err := table.Observations(m, a)
	return found, m, err
}

// lines writes observations in short: "MAR 2016 = 3.58 A".
func lines(observations []vigie.Observation) string {
	var b strings.Builder
	for _, o := range observations {
		b.WriteString(o.RefArea + " " + o.Period.String())
		if len(o.Breakdowns) > 0 {
			b.WriteString(" " + o.Breakdowns.String())
		}
		b.WriteString(" = " + string(o.Value) + " " + string(o.Status) + "\n")
	}
	return b.String()
}

// TestRealFiles reads the files that the World Bank, Our World in Data and the
// United Nations publish, as they are.
func TestRealFiles(t *testing.T) {
	for _, test := range []struct {
		file                 string
		want, empty, unnamed int
		first                string
	}{
		{"wdi_it.net.bbnd.p2.csv", 5319, 0, 0, "ABW 2003 = 1.51554544469722 A"},
		{"wdi_it.cel.sets.p2.csv", 13017, 0, 0, "ABW 1960 = 0 A"},
		{"wdi_it.mlt.main.p2.csv", 14528, 0, 0, "ABW 1982 = 14.25945877 A"},
		{"wdi_it.net.secr.p6.csv", 3898, 0, 0, "ABW 2010 = 88.3756554527779 A"},
		{"wdi_sp.pop.totl.csv", 17394, 0, 0, "ABW 1960 = 54922 A"},
		{"owid_it.net.user.zs.csv", 7151 - 434, 0, 434, "AFG 1990 = 0 A"},
	} {
		t.Run(test.file, func(t *testing.T) {
			found, m, err := read(t, shared(t, test.file), about())
			if err != nil {
				t.Fatal(err)
			}
			if len(found.Observations) != test.want || found.Empty != test.empty || found.NoArea != test.unnamed || len(m.Doubts) > 0 {
				t.Errorf("%d values, %d empty, %d without area, doubts %v", len(found.Observations), found.Empty, found.NoArea, m.Doubts)
			}
			if got := strings.TrimSpace(lines(found.Observations[:1])); got != test.first {
				t.Errorf("first %s, want %s", got, test.first)
			}
			for _, o := range found.Observations {
				if o.Check() != nil || o.UnitMeasure != "SUBS_PER_100" || o.Decimals != 2 {
					t.Fatalf("observation %+v", o)
				}
			}
		})
	}
}

// TestRealBreakdowns reads five series of the SDG database at once, with
// breakdowns by sex, skill and speed and places without ISO codes.
func TestRealBreakdowns(t *testing.T) {
	b := shared(t, "sdg_ict_indicators_vintage2020.csv")
	a := indicator.About{Areas: map[string]string{"World": "WLD"}}
	for i, code := range []string{"IT_USE_ii99", "IT_NET_BBP", "IT_NET_BBN", "IT_MOB_2GNTWK", "IT_MOB_3GNTWK", "IT_MOB_4GNTWK", "IT_MOB_OWN", "SE_ADT_ACTS"} {
		ind := broadband()
		ind.ID, ind.Codes = vigie.IndicatorID("sdg-"+string(rune('a'+i))), []vigie.IndicatorCode{{Scheme: "SDG", Code: code}}
		a.Indicators = append(a.Indicators, ind)
	}
	found, m, err := read(t, b, a)
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]indicator.Role{}
	for _, c := range m.Columns {
		roles[c.Title] = c.Role
	}
	for title, want := range map[string]indicator.Role{
		"series": indicator.Name, "iso3": indicator.Area, "area": indicator.AreaName, "year": indicator.When, "sex": indicator.Breakdown,
		"skill": indicator.Breakdown, "speed": indicator.Breakdown, "value": indicator.Value, "unit": indicator.Unit, "nature": indicator.Ignored,
		"m49": indicator.Ignored, "sdg_indicator": indicator.Ignored,
	} {
		if roles[title] != want {
			t.Errorf("column %s is %q, want %q", title, roles[title], want)
		}
	}
	if n := len(found.Observations) + found.NoArea + found.Empty; n != 22771 || found.NoArea == 0 {
		t.Errorf("%d values, %d rows without area, %d empty", len(found.Observations), found.NoArea, found.Empty)
	}
	broken := map[string]bool{}
	for _, o := range found.Observations {
		for k := range o.Breakdowns {
			broken[k] = true
		}
	}
	if !broken["SEX"] || !broken["SKILL"] || !broken["SPEED"] {
		t.Errorf("breakdowns %v", broken)
	}
}

// vintages returns the four real vintages in their order.
func vintages(t testing.TB) map[string][]vigie.Observation {
	t.Helper()
	out := map[string][]vigie.Observation{}
	for date, file := range vigietest.Vintages(t) {
		found, _, err := read(t, []byte(file), about())
		if err != nil {
			t.Fatal(err)
		}
		out[date] = found.Observations
	}
	if len(out) != 4 {
		t.Fatalf("%d vintages", len(out))
	}
	return out
}

// TestRealVintages takes the four vintages in, one after the other.
func TestRealVintages(t *testing.T) {
	v := vintages(t)
	var history []vigie.Observation
	for _, test := range []struct {
		date, vintage                   string
		added, revised, rounded, absent int
		unchanged                       int
	}{
		{"2018-08-01", "01A", 78, 0, 0, 0, 0},
		{"2026-04-01", "01B", 35, 78, 0, 0, 0},
		{"2026-05-01", "01C", 5, 1, 110, 0, 2},
		{"2026-07-01", "01D", 0, 0, 0, 0, 118},
	} {
		c := indicator.Compare(indicator.AsOf(history, ""), v[test.date])
		if len(c.Added) != test.added || len(c.Revised) != test.revised || len(c.Rounded) != test.rounded || len(c.Absent) != test.absent || c.Unchanged != test.unchanged || len(c.Restated) > 0 {
			t.Errorf("%s: %d added, %d revised, %d rounded, %d restated, %d unchanged, %d absent",
				test.date, len(c.Added), len(c.Revised), len(c.Rounded), len(c.Restated), c.Unchanged, len(c.Absent))
		}
		for _, r := range c.Revised {
			if r.Now.RefArea == "MAR" && r.Now.Period.String() == "2016" && (test.date != "2026-04-01" || r.Was.Value.Round(4) != "3.5588" || r.Now.Value.Round(4) != "3.5845") {
				t.Errorf("%s: MAR 2016 %s -> %s", test.date, r.Was.Value, r.Now.Value)
			}
			if test.date == "2026-05-01" && (r.Now.RefArea != "TUN" || r.Now.Period.String() != "2023") {
				t.Errorf("%s revises %s %s: %s -> %s", test.date, r.Now.RefArea, r.Now.Period, r.Was.Value, r.Now.Value)
			}
		}
		for _, o := range c.Superseding() {
			o.Vintage = vigie.VintageID(test.vintage)
			history = append(history, o)
		}
	}
	mar2016 := func(upTo vigie.VintageID) string {
		for _, o := range indicator.AsOf(history, upTo) {
			if o.RefArea == "MAR" && o.Period.String() == "2016" {
				return string(o.Value.Round(4))
			}
		}
		return ""
	}
	// A figure frozen at the first vintage stays; a live one moves.
	if frozen, live := mar2016("01A"), mar2016(""); frozen != "3.5588" || live != "3.5845" {
		t.Errorf("frozen %s, live %s", frozen, live)
	}
}
