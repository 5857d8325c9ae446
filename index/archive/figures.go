package archive

import (
	"context"
	"errors"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// indicator is a line about an indicator.
type indicator struct {
	Type        string            `json:"type"`
	ID          vigie.IndicatorID `json:"id"`
	Name        vigie.Text        `json:"name"`
	Definition  vigie.Text        `json:"definition,omitempty"`
	Unit        vigie.Text        `json:"unit,omitempty"`
	UnitMeasure string            `json:"unit_measure,omitempty"`
	Decimals    int               `json:"decimals"`
	Freq        vigie.Frequency   `json:"freq"`
	Publisher   string            `json:"publisher,omitempty"`
	Source      string            `json:"source,omitempty"`
	SourceURL   string            `json:"source_url,omitempty"`
	Licence     string            `json:"licence,omitempty"`
	Formula     string            `json:"formula,omitempty"`
	Codes       []code            `json:"codes,omitempty"`
	Topics      []string          `json:"topics,omitempty"`
}

type code struct {
	Scheme  string `json:"scheme"`
	Edition string `json:"edition,omitempty"`
	Code    string `json:"code"`
}

func viewIndicator(i vigie.Indicator) indicator {
	v := indicator{
		Type: "indicator", ID: i.ID, Name: i.Name, Definition: i.Definition, Unit: i.Unit, UnitMeasure: i.UnitMeasure, Decimals: i.Decimals,
		Freq: i.Freq, Publisher: i.Publisher, Source: i.Source, SourceURL: i.SourceURL, Licence: i.Licence, Formula: i.Formula, Topics: i.Topics,
	}
	for _, c := range i.Codes {
		v.Codes = append(v.Codes, code{Scheme: c.Scheme, Edition: c.Edition, Code: c.Code})
	}
	return v
}

// vintage is a line about a publication of values.
type vintage struct {
	Type       string              `json:"type"`
	ID         vigie.VintageID     `json:"id"`
	Indicators []vigie.IndicatorID `json:"indicators"`
	Released   time.Time           `json:"released"`
	Edition    string              `json:"edition,omitempty"`
	File       vigie.Hash          `json:"file,omitempty"`
	By         string              `json:"by,omitempty"`
	Note       string              `json:"note,omitempty"`
	Added      int                 `json:"added,omitempty"`
	Revised    int                 `json:"revised,omitempty"`
	Rounded    int                 `json:"rounded,omitempty"`
}

func viewVintage(v vigie.Vintage) vintage {
	return vintage{
		Type: "vintage", ID: v.ID, Indicators: v.Indicators, Released: v.Released, Edition: v.Edition, File: v.File, By: v.By, Note: v.Note,
		Added: v.Added, Revised: v.Revised, Rounded: v.Rounded,
	}
}

// observation is a line about one value.
type observation struct {
	Type        string            `json:"type"`
	Indicator   vigie.IndicatorID `json:"indicator"`
	RefArea     string            `json:"ref_area"`
	Breakdowns  vigie.Breakdowns  `json:"breakdowns,omitempty"`
	Period      vigie.Period      `json:"time_period"`
	Vintage     vigie.VintageID   `json:"vintage"`
	Value       vigie.Decimal     `json:"obs_value,omitempty"`
	Status      vigie.ObsStatus   `json:"obs_status"`
	UnitMeasure string            `json:"unit_measure,omitempty"`
	Decimals    int               `json:"decimals"`
	Source      string            `json:"source,omitempty"`
	Note        string            `json:"note,omitempty"`
}

func viewObservation(o vigie.Observation) observation {
	return observation{
		Type: "observation", Indicator: o.Indicator, RefArea: o.RefArea, Breakdowns: o.Breakdowns, Period: o.Period, Vintage: o.Vintage,
		Value: o.Value, Status: o.Status, UnitMeasure: o.UnitMeasure, Decimals: o.Decimals, Source: o.Source, Note: o.Note,
	}
}

// noun is the reverse of viewObservation.
func (o observation) noun() vigie.Observation {
	return vigie.Observation{
		Indicator: o.Indicator, RefArea: o.RefArea, Breakdowns: o.Breakdowns, Period: o.Period, Freq: o.Period.Frequency(), Vintage: o.Vintage,
		Value: o.Value, Status: o.Status, UnitMeasure: o.UnitMeasure, Decimals: o.Decimals, Source: o.Source, Note: o.Note,
	}
}

// figures writes the indicators and vintages of one moment, and what the latter
// brought.
func (e *exporter) figures(ctx context.Context) error {
	var ids []vigie.IndicatorID
	known := map[vigie.VintageID]bool{}
	err := e.pages(ctx, func(tx *store.Tx) (bool, error) {
		for i, err := range tx.Indicators() {
			if err := errors.Join(err, e.line(viewIndicator(i), &e.report.Indicators)); err != nil {
				return false, err
			}
			ids = append(ids, i.ID)
		}
		vintages, err := tx.Vintages("")
		for _, v := range vintages {
			known[v.ID] = true
			err = errors.Join(err, e.line(viewVintage(v), &e.report.Vintages))
		}
		return false, err
	})
	for _, id := range ids {
		if err == nil {
			err = e.observations(ctx, id, known)
		}
	}
	return err
}

// observations writes the values of an indicator but for those of vintages that
// came after the export began, some places in each transaction.
func (e *exporter) observations(ctx context.Context, id vigie.IndicatorID, known map[vigie.VintageID]bool) error {
	var areas []string
	err := e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		areas, err = tx.Areas(id)
		return false, err
	})
	if err != nil {
		return err
	}
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for len(areas) > 0 && e.page.Len() < pageBytes {
			for o, err := range tx.History(id, areas[0]) {
				if err != nil {
					return false, err
				}
				if !known[o.Vintage] {
					continue
				}
				if err := e.line(viewObservation(o), &e.report.Observations); err != nil {
					return false, err
				}
			}
			areas = areas[1:]
		}
		return len(areas) > 0, nil
	})
}

// pages gathers in short transactions, each after what was gathered before is
// written.
func (e *exporter) pages(ctx context.Context, page func(*store.Tx) (more bool, err error)) error {
	for more := true; more; {
		if err := errors.Join(ctx.Err(), e.flush()); err != nil {
			return err
		}
		err := e.db.View(func(tx *store.Tx) error {
			var err error
			more, err = page(tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// seenFigures is what the lines about figures were so far.
type seenFigures struct {
	indicators map[vigie.IndicatorID]bool
	vintages   map[vigie.VintageID]bool
	// last is the key of the newest observation.
	last string
}

// figure reads a line about figures and reports whether it fits those before it.
func (v *verifier) figure(kind string, line []byte) (ok bool, err error) {
	switch kind {
	case "indicator":
		var i indicator
		err = strict(line, &i)
		v.seen.Indicators++
		ok = i.ID.Valid() && !v.figures.indicators[i.ID]
		v.figures.indicators[i.ID] = true
	case "vintage":
		var w vintage
		err = strict(line, &w)
		v.seen.Vintages++
		ok = vigie.ValidID(w.ID) && !v.figures.vintages[w.ID]
		v.figures.vintages[w.ID] = true
	default:
		var w observation
		err = strict(line, &w)
		v.seen.Observations++
		o, before := w.noun(), v.figures.last
		if err == nil {
			err = o.Check()
		}
		v.figures.last = strings.Join([]string{string(o.Indicator), o.RefArea, o.Breakdowns.String(), o.Period.String(), string(o.Vintage)}, "\x00")
		ok = v.figures.indicators[o.Indicator] && v.figures.vintages[o.Vintage] && v.figures.last > before
	}
	return ok, err
}
