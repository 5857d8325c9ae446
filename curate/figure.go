package curate

import (
	"fmt"
	"slices"

	"vigie"
	"vigie/curate/chart"
	"vigie/curate/indicator"
	"vigie/curate/locale"
	"vigie/index/store"
)

// Figure is one series as it is known now, or as it was known at a release: the
// total of one indicator for one place.
type Figure struct {
	Indicator vigie.Indicator
	// Area is the code of the place, AreaName what people call it.
	Area     string
	AreaName vigie.Text
	// Series are the observations in the order of time, without breakdowns.
	Series []vigie.Observation
	// Latest is the newest one with a value, and Before the one before it; both are
	// zero where there is none.
	Latest, Before vigie.Observation
	// Vintage is the publication that Latest came with.
	Vintage vigie.Vintage
	// Release is what the figure is frozen at; the zero vintage for a live one.
	Release vigie.Vintage
}

// Figure returns what an embed shows, or vigie.ErrNotFound where there is no such
// series.
func (d *Desk) Figure(tx *store.Tx, e vigie.Embed) (Figure, error) {
	i, err := tx.Indicator(vigie.IndicatorID(e.Indicator))
	if err != nil {
		return Figure{}, err
	}
	f := Figure{Indicator: i, Area: e.Area, AreaName: d.Place(e.Area)}
	if !e.Live() {
		if f.Release, err = tx.Vintage(vigie.VintageID(e.Release)); err != nil {
			return Figure{}, err
		}
	}
	var history []vigie.Observation
	for o, err := range tx.History(i.ID, e.Area) {
		if err != nil {
			return Figure{}, err
		}
		if len(o.Breakdowns) == 0 {
			history = append(history, o)
		}
	}
	f.Series = indicator.AsOf(history, vigie.VintageID(e.Release))
	for _, o := range slices.Backward(f.Series) {
		if o.Value == "" {
			continue
		}
		if f.Latest.Value != "" {
			f.Before = o
			break
		}
		f.Latest = o
	}
	if f.Latest.Value == "" {
		return Figure{}, fmt.Errorf("find the series %s of %s: %w", e.Indicator, e.Area, vigie.ErrNotFound)
	}
	f.Vintage, err = tx.Vintage(f.Latest.Vintage)
	return f, err
}

// Frozen reports whether the figure stays as it was known at its release.
func (f Figure) Frozen() bool { return f.Release.ID != "" }

// Place returns what people call a place: the names that the operator's file gives,
// or the code itself.
func (d *Desk) Place(code string) vigie.Text {
	if name, ok := d.o.Places[code]; ok {
		return name
	}
	return vigie.Text{vigie.Und: code}
}

// Chart returns the figure as a chart in a reader's language. The identity is put
// in front of those of its elements.
func (f Figure) Chart(id string, p *locale.Printer) chart.Chart {
	name, _ := f.Indicator.Name.In(p.Lang())
	unit, _ := f.Indicator.Unit.In(p.Lang())
	area, _ := f.AreaName.In(p.Lang())
	return chart.Chart{
		ID: id, Title: name, Unit: unit, Decimals: f.Indicator.Decimals,
		Series: []chart.Series{chart.SeriesOf(area, f.Series)},
	}
}

// Source names who publishes the numbers, as readers cite it.
func (f Figure) Source() string {
	switch {
	case f.Indicator.Publisher != "" && f.Indicator.Source != "":
		return f.Indicator.Publisher + ", " + f.Indicator.Source
	case f.Indicator.Source != "":
		return f.Indicator.Source
	default:
		return f.Indicator.Publisher
	}
}
