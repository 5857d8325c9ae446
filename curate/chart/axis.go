package chart

import (
	"math"
	"strconv"

	"vigie"
)

// axis is a range of values with its round numbers.
type axis struct {
	from, to float64
	places   int // decimals of the numbers
	ticks    []tick
}

type tick struct {
	at    float64
	value vigie.Decimal
}

// newAxis spans the values with about five round steps. Zero is part of it where
// the picture needs it, or where the values are not far from it.
func newAxis(values []float64, zero bool) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if len(values) == 0 {
		low, high = 0, 1
	}
	if zero || (low > 0 && low < 0.5*high) {
		low = min(low, 0)
	}
	if zero || (high < 0 && high > 0.5*low) {
		high = max(high, 0)
	}
	if high-low < 1e-12*max(math.Abs(high), math.Abs(low), 1e-300) {
		half := max(math.Abs(high)/2, 1e-9)
		low, high = low-half, high+half
	}
	step, exponent := roundStep((high - low) / 5)
	a := axis{places: max(-exponent, 0)}
	first, last := math.Floor(low/step), math.Ceil(high/step)
	for n := first; n <= last && len(a.ticks) < 12; n++ {
		at := n * step
		d, err := vigie.ParseDecimal(strconv.FormatFloat(at, 'f', a.places, 64))
		if err != nil { // hundreds of digits: no number worth writing
			d = ""
		}
		a.ticks = append(a.ticks, tick{at: at, value: d})
	}
	a.from, a.to = first*step, last*step
	return a
}

// roundStep returns the step of 1, 2 or 5 times a power of ten that is not
// smaller than rough, and that power.
func roundStep(rough float64) (step float64, exponent int) {
	exponent = int(math.Floor(math.Log10(rough)))
	power := math.Pow(10, float64(exponent))
	for _, m := range []float64{1, 2, 5} {
		if rough <= m*power*(1+1e-9) {
			return m * power, exponent
		}
	}
	return 10 * power, exponent + 1
}

// place returns where v lies between the ends, from 0 to 1.
func (a axis) place(v float64) float64 {
	at := (v - a.from) / (a.to - a.from)
	if math.IsNaN(at) {
		return 0
	}
	return min(max(at, 0), 1)
}
