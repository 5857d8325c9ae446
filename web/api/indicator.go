package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/index/store"
)

// Indicators are a page of what is measured.
type Indicators struct {
	Indicators []Indicator `json:"indicators" doc:"Those of this page, in the order of their identities."`
	Next       string      `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// Indicator is something that is measured.
type Indicator struct {
	ID          vigie.IndicatorID `json:"id" doc:"The identity of the indicator: fixed-broadband."`
	Name        vigie.Text        `json:"name" doc:"Its name, by language."`
	Definition  vigie.Text        `json:"definition,omitempty" doc:"What it means, by language."`
	Unit        vigie.Text        `json:"unit" doc:"The unit with its denominator, by language."`
	UnitMeasure string            `json:"unit_measure,omitempty" doc:"The unit as a code: SUBS_PER_100."`
	Decimals    int               `json:"decimals" doc:"How many digits after the point are shown."`
	Freq        vigie.Frequency   `json:"freq" enum:"A,S,Q,M" doc:"How often there is a value: A a year, S half, Q a quarter, M a month."`
	Publisher   string            `json:"publisher,omitempty" doc:"Who makes the numbers."`
	Source      string            `json:"source,omitempty" doc:"The collection that they come from."`
	SourceURL   string            `json:"source_url,omitempty" doc:"Its address."`
	Licence     string            `json:"licence,omitempty" doc:"The licence of the numbers."`
	Formula     string            `json:"formula,omitempty" doc:"How it is computed from other indicators."`
	Codes       []Code            `json:"codes,omitempty" doc:"What others call it."`
	Topics      []string          `json:"topics,omitempty" doc:"The identities of topics."`
	Areas       []string          `json:"areas" doc:"The codes of the places of which there are values."`
	URL         string            `json:"url" doc:"The page that shows it."`
}

// Code is the name of an indicator in a list of others.
type Code struct {
	Scheme  string `json:"scheme" doc:"The list: WDI, SDG."`
	Edition string `json:"edition,omitempty" doc:"Its edition."`
	Code    string `json:"code" doc:"The code in it."`
}

// Observations are a page of values.
type Observations struct {
	Observations []Observation `json:"observations" doc:"Those of this page, by place, breakdown and period."`
	Next         string        `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
}

// Observation is one value, in the concepts of SDMX.
type Observation struct {
	RefArea     string            `json:"ref_area" doc:"The place: a country as ISO 3166-1 alpha-3, or a grouping."`
	Period      string            `json:"time_period" doc:"The period: 2025, 2025-Q3, 2025-09."`
	Freq        vigie.Frequency   `json:"freq" enum:"A,S,Q,M" doc:"The frequency of the series."`
	Breakdowns  map[string]string `json:"breakdowns,omitempty" doc:"Which part of the whole it counts; absent for the total."`
	Value       vigie.Decimal     `json:"obs_value,omitempty" doc:"The value as decimal text; absent where the status says why there is none."`
	Status      vigie.ObsStatus   `json:"obs_status" doc:"What kind of number it is: a letter of CL_OBS_STATUS of SDMX."`
	UnitMeasure string            `json:"unit_measure,omitempty" doc:"The unit as a code."`
	Decimals    int               `json:"decimals" doc:"How many digits after the point are meant to be read."`
	Source      string            `json:"source,omitempty" doc:"Who measured this very value."`
	Note        string            `json:"note,omitempty" doc:"A remark of the source on this very value."`
	Vintage     vigie.VintageID   `json:"vintage,omitempty" doc:"The publication that it came with."`
}

// indicators lists what is measured and has values.
func (a *API) indicators(_ context.Context, q *asked) (any, error) {
	out := Indicators{Indicators: []Indicator{}}
	err := a.o.DB.View(func(tx *store.Tx) error {
		for i, err := range tx.Indicators() {
			if err != nil {
				return err
			}
			if string(i.ID) <= q.from.After {
				continue
			}
			areas, err := tx.Areas(i.ID)
			if err != nil {
				return err
			}
			if len(areas) == 0 {
				continue
			}
			if len(out.Indicators) == q.limit {
				out.Next, err = a.cursors.write(q.list(), place{After: string(out.Indicators[q.limit-1].ID)})
				return err
			}
			out.Indicators = append(out.Indicators, a.indicatorOf(i, areas))
		}
		return nil
	})
	return out, err
}

// measured returns an indicator that has values, with their places.
func measured(tx *store.Tx, name string) (vigie.Indicator, []string, error) {
	id := vigie.IndicatorID(name)
	if !id.Valid() {
		return vigie.Indicator{}, nil, vigie.ErrNotFound
	}
	i, err := tx.Indicator(id)
	if err != nil {
		return i, nil, err
	}
	areas, err := tx.Areas(id)
	if err == nil && len(areas) == 0 {
		err = fmt.Errorf("find values of %s: %w", id, vigie.ErrNotFound)
	}
	return i, areas, err
}

// indicator returns what an indicator means.
func (a *API) indicator(_ context.Context, q *asked) (any, error) {
	var out Indicator
	err := a.o.DB.View(func(tx *store.Tx) error {
		i, areas, err := measured(tx, q.values["id"])
		out = a.indicatorOf(i, areas)
		return err
	})
	return out, err
}

func (a *API) indicatorOf(i vigie.Indicator, areas []string) Indicator {
	out := Indicator{
		ID: i.ID, Name: i.Name, Definition: i.Definition, Unit: i.Unit, UnitMeasure: i.UnitMeasure, Decimals: i.Decimals, Freq: i.Freq, Publisher: i.Publisher,
		Source: i.Source, SourceURL: webAddress(i.SourceURL), Licence: i.Licence, Formula: i.Formula, Topics: i.Topics, Areas: areas,
		URL: a.link("/" + string(a.o.Locales.Languages()[0]) + "/indicateurs/" + string(i.ID)),
	}
	for _, c := range i.Codes {
		out.Codes = append(out.Codes, Code{c.Scheme, c.Edition, c.Code})
	}
	return out
}

// observations lists values, place by place: a page reads no more places than it shows.
func (a *API) observations(_ context.Context, q *asked) (any, error) {
	out := Observations{Observations: []Observation{}}
	only := q.values["area"]
	if only != "" && !vigie.ValidCode(only) {
		return nil, badParameter("area", "is no code such as MAR")
	}
	var values []vigie.Observation
	err := a.o.DB.View(func(tx *store.Tx) error {
		i, areas, err := measured(tx, q.values["id"])
		if err != nil {
			return err
		}
		if only != "" {
			areas = slices.DeleteFunc(areas, func(area string) bool { return area != only })
		}
		values, err = valuesAfter(tx, i.ID, areas, q)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(values) > q.limit {
		values = values[:q.limit]
		last := values[q.limit-1]
		out.Next, err = a.cursors.write(q.list(), place{After: last.RefArea + "\x00" + position(last)})
	}
	for _, o := range values {
		out.Observations = append(out.Observations, observationOf(o))
	}
	return out, err
}

// valuesAfter are the values behind the place where a page begins: one more than it
// shows, where there are so many.
func valuesAfter(tx *store.Tx, id vigie.IndicatorID, areas []string, q *asked) ([]vigie.Observation, error) {
	var out []vigie.Observation
	first, skip, _ := strings.Cut(q.from.After, "\x00")
	for _, area := range areas {
		if area < first {
			continue
		}
		known, err := curate.Known(tx, id, area, "")
		if err != nil {
			return nil, err
		}
		if area == first {
			known = known[1+slices.IndexFunc(known, func(o vigie.Observation) bool { return position(o) == skip }):]
		}
		if out = append(out, known...); len(out) > q.limit {
			break
		}
	}
	return out, nil
}

// position is where a value stands among those of its place.
func position(o vigie.Observation) string { return o.Breakdowns.String() + "\x00" + o.Period.String() }

func observationOf(o vigie.Observation) Observation {
	return Observation{
		RefArea: o.RefArea, Period: o.Period.String(), Freq: o.Freq, Breakdowns: o.Breakdowns, Value: o.Value, Status: o.Status, UnitMeasure: o.UnitMeasure,
		Decimals: o.Decimals, Source: o.Source, Note: o.Note, Vintage: o.Vintage,
	}
}
