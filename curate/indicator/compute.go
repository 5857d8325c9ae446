package indicator

import (
	"math/big"
	"slices"
	"strings"

	"vigie"
)

// Compute returns the values of an indicator that follow from the inputs, for
// each place, breakdown and period, rounded to the indicator's decimals. What is
// computed is exact until then.
//
// Inputs meet where place, breakdowns and period are the same. A computed value
// carries the most cautious status among its inputs: a forecast makes a forecast.
// Where an input says why it has no value, so does the result; where an input is
// absent between the first and the last computed period of a series, the result
// is [vigie.MissingNotAsked]; where a division by zero came up, it is
// [vigie.MissingCannotExist]. Before and after, absent inputs give nothing.
//
// Observations of other indicators in inputs do not matter. The result has no
// vintage and is in the order of keys.
func (f Formula) Compute(about vigie.Indicator, inputs []vigie.Observation) []vigie.Observation {
	wanted := f.Inputs()
	known := map[vigie.ObservationKey]vigie.Observation{}
	type series struct {
		area, breakdowns string
		freq             vigie.Frequency
	}
	spans := map[series]map[vigie.Period]vigie.Breakdowns{}
	for _, o := range inputs {
		if !slices.Contains(wanted, o.Indicator) {
			continue
		}
		k := o.Key()
		known[k] = o
		s := series{k.RefArea, k.Breakdowns, o.Freq}
		if spans[s] == nil {
			spans[s] = map[vigie.Period]vigie.Breakdowns{}
		}
		spans[s][o.Period] = o.Breakdowns
	}
	var out []vigie.Observation
	for s, span := range spans {
		var run []vigie.Observation
		absent := map[vigie.Period]bool{}
		for p, breakdowns := range span {
			at := place{known: known, area: s.area, breakdowns: s.breakdowns, period: p}
			o := at.observation(f.root)
			o.Indicator, o.RefArea, o.Period, o.Freq, o.Breakdowns = about.ID, s.area, p, p.Frequency(), breakdowns
			o.UnitMeasure, o.Decimals = about.UnitMeasure, about.Decimals
			absent[p] = at.absent
			run = append(run, at.rounded(o, about.Decimals))
		}
		slices.SortFunc(run, compareKeys)
		out = append(out, trimmed(run, absent)...)
	}
	slices.SortFunc(out, compareKeys)
	return out
}

// trimmed leaves out what begins and ends a series without all of its inputs.
func trimmed(run []vigie.Observation, absent map[vigie.Period]bool) []vigie.Observation {
	for len(run) > 0 && absent[run[0].Period] {
		run = run[1:]
	}
	for len(run) > 0 && absent[run[len(run)-1].Period] {
		run = run[:len(run)-1]
	}
	return run
}

// place is where a formula is computed, and what was met on the way.
type place struct {
	known            map[vigie.ObservationKey]vigie.Observation
	area, breakdowns string
	period           vigie.Period

	value   *big.Rat
	status  vigie.ObsStatus
	missing vigie.ObsStatus
	absent  bool
	sources []string
}

// observation computes the formula; without its value, which rounded writes.
func (p *place) observation(root node) vigie.Observation {
	p.status = vigie.Normal
	p.value = p.eval(root, p.period)
	return vigie.Observation{Status: p.status, Source: clip(strings.Join(p.sources, "; "), 240)}
}

func (p *place) rounded(o vigie.Observation, places int) vigie.Observation {
	if p.value != nil {
		if d, err := vigie.DecimalOf(p.value, places); err == nil {
			o.Value = d
			return o
		}
		p.missing = vigie.MissingCannotExist
	}
	o.Status = p.missing
	return o
}

// eval returns the value of n at a period, or nil after noting why there is none.
func (p *place) eval(n node, at vigie.Period) *big.Rat {
	switch n.op {
	case 'n':
		return n.number
	case 'i':
		return p.input(n.id, at)
	case 'm':
		if v := p.eval(n.of[0], at); v != nil {
			return new(big.Rat).Neg(v)
		}
		return nil
	case 'g':
		before := at.Shift(-at.Frequency().PerYear())
		now, then := p.eval(n.of[0], at), p.eval(n.of[0], before)
		change := p.operation('/', p.operation('-', now, then), then)
		return p.operation('*', change, big.NewRat(100, 1))
	case 's':
		return p.operation('*', p.operation('/', p.eval(n.of[0], at), p.eval(n.of[1], at)), big.NewRat(100, 1))
	default:
		return p.operation(n.op, p.eval(n.of[0], at), p.eval(n.of[1], at))
	}
}

func (p *place) operation(op byte, a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	if size(a)+size(b) > largestFraction {
		p.lacks(vigie.MissingCannotExist)
		return nil
	}
	v := new(big.Rat)
	switch op {
	case '+':
		return v.Add(a, b)
	case '-':
		return v.Sub(a, b)
	case '*':
		return v.Mul(a, b)
	}
	if b.Sign() == 0 {
		p.lacks(vigie.MissingCannotExist)
		return nil
	}
	return v.Quo(a, b)
}

// largestFraction bounds what is computed with, in bits: some thousand digits.
const largestFraction = 1 << 14

func size(r *big.Rat) int { return r.Num().BitLen() + r.Denom().BitLen() }

func (p *place) input(id vigie.IndicatorID, at vigie.Period) *big.Rat {
	o, ok := p.known[vigie.ObservationKey{Indicator: id, RefArea: p.area, Breakdowns: p.breakdowns, Period: at}]
	if !ok {
		p.absent = true
		p.lacks(vigie.MissingNotAsked)
		return nil
	}
	if o.Source != "" && !slices.Contains(p.sources, o.Source) {
		p.sources = append(p.sources, o.Source)
	}
	if o.Status.Missing() {
		p.lacks(o.Status)
		return nil
	}
	if caution(o.Status) > caution(p.status) {
		p.status = o.Status
	}
	return o.Value.Rat()
}

// lacks notes why there is no value: of several reasons the one that says most,
// confidentiality first, so that a computation does not hide it.
func (p *place) lacks(why vigie.ObsStatus) {
	rank := func(s vigie.ObsStatus) int {
		return slices.Index([]vigie.ObsStatus{vigie.MissingNotAsked, vigie.MissingCannotExist, vigie.MissingSuppressed}, s)
	}
	if rank(why) > rank(p.missing) {
		p.missing = why
	}
}

// caution ranks the statuses of values from the firmest to the least firm. The
// order is a choice of this package: no standard gives one.
func caution(s vigie.ObsStatus) int {
	return slices.Index([]vigie.ObsStatus{
		vigie.Normal, vigie.NotSignificant, vigie.SeriesBreak, vigie.DefinitionDiffers, vigie.Unvalidated, vigie.Provisional,
		vigie.LowReliability, vigie.Imputed, vigie.Estimated, vigie.Forecast,
	}, s)
}
