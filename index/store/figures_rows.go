package store

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"vigie"
)

// observationKey is indicator, area, breakdowns, period and vintage with zeros
// between: no part holds one.
func observationKey(o vigie.Observation) []byte {
	return []byte(strings.Join([]string{string(o.Indicator), o.RefArea, o.Breakdowns.String(), o.Period.String(), string(o.Vintage)}, "\x00"))
}

// observationRow is a row of the table observations.
type observationRow vigie.Observation

// fill reads the key; what it does not say stays empty, which the check notices.
func (r *observationRow) fill(key []byte) {
	parts := strings.Split(string(key), "\x00")
	if len(parts) != 5 {
		return
	}
	r.Indicator, r.RefArea, r.Vintage = vigie.IndicatorID(parts[0]), parts[1], vigie.VintageID(parts[4])
	if period, err := vigie.ParsePeriod(parts[3]); err == nil {
		r.Period, r.Freq = period, period.Frequency()
	}
	if parts[2] == "" {
		return
	}
	r.Breakdowns = vigie.Breakdowns{}
	for part := range strings.SplitSeq(parts[2], ",") {
		dimension, code, _ := strings.Cut(part, "=")
		r.Breakdowns[dimension] = code
	}
}

func (r *observationRow) pack(w *rowWriter) {
	for _, s := range []string{string(r.Value), string(r.Status), r.UnitMeasure, r.Source, r.Note} {
		w.string(s)
	}
	w.uint(uint64(r.Decimals))
}

func (r *observationRow) unpack(u *rowReader) {
	r.Value, r.Status = vigie.Decimal(u.string()), vigie.ObsStatus(u.string())
	r.UnitMeasure, r.Source, r.Note = u.string(), u.string(), u.string()
	r.Decimals = u.small()
}

// figures proves that every observation is one, of an indicator and a vintage that
// exist, and that vintages name what they brought.
func (c *checker) figures(ctx context.Context) {
	indicators := map[vigie.IndicatorID]bool{}
	for i, err := range c.tx.Indicators() {
		if err == nil { // else counted by envelopes, here and below
			indicators[i.ID] = true
		}
	}
	vintages := map[vigie.VintageID][]vigie.IndicatorID{}
	for v, err := range tableOf[vigie.Vintage](c.tx.tx, "vintages").all(nil, nil) {
		if err == nil {
			vintages[v.ID] = v.Indicators
		}
	}
	t := tableOf[observationRow](c.tx.tx, "observations")
	for k := range t.keys(nil) {
		if ctx.Err() != nil {
			return
		}
		r, err := t.get(k)
		if err != nil {
			continue
		}
		o := vigie.Observation(r)
		named, known := vintages[o.Vintage]
		switch {
		case o.Check() != nil || !bytes.Equal(observationKey(o), k):
			c.damagef("%s is not an observation", place("observations", k))
		case !indicators[o.Indicator]:
			c.damagef("%s is of an indicator that does not exist", place("observations", k))
		case !known:
			c.damagef("%s is of a vintage that does not exist", place("observations", k))
		case !slices.Contains(named, o.Indicator):
			c.damagef("vintage %s does not name the indicator %s, of which it has observations", o.Vintage, o.Indicator)
		}
	}
}
