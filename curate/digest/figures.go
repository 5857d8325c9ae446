package digest

import (
	"cmp"

	"vigie"
	"vigie/curate/indicator"
	"vigie/index/store"
)

// series is one line of values that the public sees.
type series struct {
	id   vigie.IndicatorID
	area string
}

// moved returns the figures that moved beyond rounding in a period, key figures
// first: those that the portal or a synthesis shows, and those of the
// observatory's own country. Each series is told once, by its newest value where
// that one is new or revised, and by its newest revised value otherwise.
func moved(tx *store.Tx, s vigie.Settings, shown []vigie.Embed, h horizon) ([]vigie.DigestFigure, error) {
	about := map[vigie.IndicatorID]vigie.Indicator{}
	touched := h.touched()
	if len(touched) == 0 {
		return nil, nil
	}
	all, err := collect(tx.Indicators(), func(i vigie.Indicator) bool { return touched[i.ID] })
	if err != nil {
		return nil, err
	}
	var told []series
	for _, e := range append(append([]vigie.Embed(nil), s.KeyFigures...), shown...) {
		told = append(told, series{vigie.IndicatorID(e.Indicator), e.Area})
	}
	for _, i := range all {
		about[i.ID] = i
		told = append(told, series{i.ID, s.Country})
	}
	var out []vigie.DigestFigure
	seen := map[series]bool{}
	for _, x := range told {
		if _, known := about[x.id]; !known || seen[x] || x.area == "" {
			continue
		}
		seen[x] = true
		f, found, err := move(tx, x, about[x.id], h.before, h.after)
		if err != nil {
			return nil, err
		}
		if found && len(out) < mostFigures {
			out = append(out, f)
		}
	}
	return out, nil
}

// move compares what was known of a series at two moments.
func move(tx *store.Tx, x series, about vigie.Indicator, before, after func(vigie.Observation) bool) (vigie.DigestFigure, bool, error) {
	var old, now []vigie.Observation
	for o, err := range tx.History(x.id, x.area) {
		if err != nil {
			return vigie.DigestFigure{}, false, err
		}
		if len(o.Breakdowns) > 0 {
			continue // a part of the whole has no place in a line
		}
		if before(o) {
			old = append(old, o)
		}
		if after(o) {
			now = append(now, o)
		}
	}
	c := indicator.Compare(indicator.AsOf(old, ""), indicator.AsOf(now, ""))
	var newest vigie.Period // of which there was a value
	for _, o := range old {
		if o.Value != "" && o.Period.Compare(newest) > 0 {
			newest = o.Period
		}
	}
	var f vigie.DigestFigure
	var at vigie.Period
	take := func(o vigie.Observation, was vigie.Decimal) {
		if o.Value == "" || o.Period.Compare(at) <= 0 {
			return
		}
		at, f = o.Period, figure(about, o, was)
	}
	for _, o := range c.Added {
		if o.Period.Compare(newest) > 0 { // older ones fill gaps, and are no news
			take(o, "")
		}
	}
	for _, r := range c.Revised {
		take(r.Now, r.Was.Value)
	}
	return f, !at.IsZero(), nil
}

// figure writes a value as pages do, unless rounding hid that it moved.
func figure(about vigie.Indicator, o vigie.Observation, was vigie.Decimal) vigie.DigestFigure {
	after := o.Value.Round(about.Decimals)
	if was != "" && was.Round(about.Decimals) == after {
		after = o.Value
	} else if was != "" {
		was = was.Round(about.Decimals)
	}
	return vigie.DigestFigure{
		Indicator: string(o.Indicator), Area: o.RefArea, Title: about.Name, Period: o.Period.String(), Before: string(was), After: string(after),
		Unit: about.Unit, Source: cmp.Or(o.Source, about.Source, about.Publisher), Topics: about.Topics,
	}
}
