package digest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
)

func (d *desk) indicator(id vigie.IndicatorID, decimals int) {
	d.Helper()
	d.update(func(tx *store.Tx) error {
		return tx.PutIndicator(vigie.Indicator{
			ID: id, Name: vigie.Text{vigie.French: "Indicateur " + string(id)}, Unit: vigie.Text{vigie.French: "%"}, Decimals: decimals,
			Freq: vigie.Annual, Publisher: "ITU", Topics: []string{"mobile"},
		})
	})
}

// vintage adds values as "area year value".
func (d *desk) vintage(id vigie.IndicatorID, values ...string) {
	d.Helper()
	var obs []vigie.Observation
	for _, v := range values {
		var area, year, value string
		if _, err := fmt.Sscan(v, &area, &year, &value); err != nil {
			d.Fatal(err)
		}
		p, err := vigie.ParsePeriod(year)
		if err != nil {
			d.Fatal(err)
		}
		obs = append(obs, vigie.Observation{RefArea: area, Indicator: id, Period: p, Freq: vigie.Annual, Value: vigie.Decimal(value), Status: vigie.Normal})
	}
	d.update(func(tx *store.Tx) error {
		_, err := tx.AddVintage(vigie.Vintage{Released: d.clock.Now()}, obs)
		return err
	})
}

// told is what an issue composed now would tell of figures.
func (d *desk) told() (out []string) {
	d.Helper()
	i, _, err := d.post.Draft(d.Context(), vigie.EveryDay)
	if err != nil {
		d.Fatal(err)
	}
	for _, f := range i.Figures {
		out = append(out, fmt.Sprintf("%s %s %s: %s < %s (%s)", f.Indicator, f.Area, f.Period, f.After, f.Before, f.Source))
	}
	return out
}

func TestFigures(t *testing.T) {
	for name, tc := range map[string]struct {
		before, now []string
		want        []string
	}{
		"the real revision":       {[]string{"MAR 2016 3.5588"}, []string{"MAR 2016 3.5845"}, []string{"x MAR 2016: 3.58 < 3.56 (ITU)"}},
		"rounding only":           {[]string{"MAR 2016 3.5845"}, []string{"MAR 2016 3.58453478764246"}, nil},
		"hidden by what is shown": {[]string{"MAR 2016 3.5811"}, []string{"MAR 2016 3.5822"}, []string{"x MAR 2016: 3.5822 < 3.5811 (ITU)"}},
		"a new year":              {[]string{"MAR 2016 3.58"}, []string{"MAR 2016 3.58", "MAR 2017 3.7"}, []string{"x MAR 2017: 3.70 <  (ITU)"}},
		"an old gap is filled":    {[]string{"MAR 2016 3.58"}, []string{"MAR 2010 1.2"}, nil},
		"newest of several":       {[]string{"MAR 2015 3.10", "MAR 2016 3.58"}, []string{"MAR 2015 3.20", "MAR 2016 3.69"}, []string{"x MAR 2016: 3.69 < 3.58 (ITU)"}},
		"an old year is revised":  {[]string{"MAR 2015 3.10", "MAR 2016 3.58"}, []string{"MAR 2015 3.20"}, []string{"x MAR 2015: 3.20 < 3.10 (ITU)"}},
		"elsewhere":               {[]string{"FRA 2016 3.10"}, []string{"FRA 2016 4"}, nil},
		"a key figure elsewhere":  {[]string{"ARB 2016 3.10"}, []string{"ARB 2016 4"}, []string{"x ARB 2016: 4.00 < 3.10 (ITU)"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			s := vigie.DefaultSettings()
			s.Country, s.KeyFigures = "MAR", []vigie.Embed{{Indicator: "x", Area: "ARB"}, {Indicator: "gone", Area: "MAR"}}
			d.update(func(tx *store.Tx) error { return tx.PutSettings(s) })
			d.indicator("x", 2)
			d.clock.Forward(-40 * 24 * time.Hour)
			d.vintage("x", tc.before...)
			d.clock.Forward(40*24*time.Hour - time.Hour)
			d.vintage("x", tc.now...)
			d.clock.Forward(time.Hour)
			if diff := cmp.Diff(tc.want, d.told()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPeriods tells everything once: what comes at the end of a period belongs to
// the next, and after a silence there is one issue of all of it.
func TestPeriods(t *testing.T) {
	d := open(t)
	d.subscriber("a", daily())
	want := map[string]bool{}
	for n := range 12 {
		title := fmt.Sprint("Note ", n)
		want[title] = true
		d.clock.Forward(11 * time.Hour) // on the hour of the digest, at times
		d.publish(title)
		if n%5 == 4 {
			continue // the program was down
		}
		for range 2 {
			d.clock.Forward(10 * time.Minute)
			if err := d.turn(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 4 {
		d.clock.Forward(12 * time.Hour)
		if err := d.turn(); err != nil {
			t.Fatal(err)
		}
	}
	days := map[string]bool{}
	d.view(func(tx *store.Tx) error {
		for i, err := range tx.Issues() {
			if err != nil {
				return err
			}
			day := i.Until.Format(time.DateOnly)
			if days[day] || len(i.Items) == 0 {
				t.Errorf("issue of %s: %d items, seen %v", day, len(i.Items), days[day])
			}
			days[day] = true
			for _, item := range i.Items {
				if !want[item.Title] {
					t.Errorf("%s was told twice, or never written", item.Title)
				}
				delete(want, item.Title)
			}
		}
		return nil
	})
	if len(want) > 0 || d.office.took("a") != len(days) {
		t.Errorf("never told: %v; %d mails of %d issues", want, d.office.took("a"), len(days))
	}
}
