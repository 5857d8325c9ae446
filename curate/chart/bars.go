package chart

import (
	"cmp"
	"slices"

	"vigie"
	"vigie/curate/locale"
)

// The bar chart, in user units.
const (
	barWidth  = 720.0
	barHeight = 26.0
	barNames  = 190.0 // room for names
	barValues = 80.0  // room for values
	barTop    = 12.0
)

// Bar is one line of a bar chart.
type Bar struct {
	Name string
	// Value is "" where Status says why it is missing.
	Value  vigie.Decimal
	Status vigie.ObsStatus
	// Marked bars stand out: the country that a page is about.
	Marked bool
}

// Bars draws horizontal bars from zero, the longest first, with names and values
// beside them. Missing values come last, with their reason in words. In
// languages written from right to left names are on the right and bars grow to
// the left.
func (c Chart) Bars(p *locale.Printer, bars []Bar) string {
	bars = sorted(bars)
	height := 2*barTop + barHeight*float64(max(len(bars), 1))
	b := &barChart{printer: p, decimals: c.Decimals, mirrored: p.Dir() == "rtl"}
	b.canvas.open(identity(c.ID), "chart chart-bars", barWidth, height, c.titled(p), c.barsSentence(p, bars))
	var values []float64
	for _, bar := range bars {
		if bar.Value != "" {
			values = append(values, float(bar.Value))
		}
	}
	b.axis = newAxis(values, true)
	for i, bar := range bars {
		b.draw(barTop+barHeight*float64(i), bar)
	}
	zero := b.x(0)
	b.canvas.element("line", "chart-axis", "x1", zero, "x2", zero, "y1", barTop-6, "y2", height-barTop+6, "stroke", "currentColor")
	return b.canvas.close()
}

// sorted returns the bars that can be drawn, the highest value first.
func sorted(bars []Bar) []Bar {
	bars = slices.DeleteFunc(slices.Clone(bars), func(b Bar) bool { return b.Value != "" && !b.Value.Valid() })
	slices.SortStableFunc(bars, func(a, b Bar) int {
		if a.Value == "" || b.Value == "" {
			return cmp.Compare(min(len(b.Value), 1), min(len(a.Value), 1))
		}
		return b.Value.Rat().Cmp(a.Value.Rat())
	})
	return bars[:min(len(bars), mostBars)]
}

// barsSentence says from where to where the bars reach.
func (c Chart) barsSentence(p *locale.Printer, bars []Bar) string {
	known := slices.DeleteFunc(slices.Clone(bars), func(b Bar) bool { return b.Value == "" })
	if len(known) == 0 {
		return p.T("chart.none", "title", c.titled(p))
	}
	low, high := known[len(known)-1], known[0]
	return p.T("chart.bars", "title", c.titled(p), "min", p.Decimal(low.Value, c.Decimals), "lowest", low.Name,
		"max", p.Decimal(high.Value, c.Decimals), "highest", high.Name)
}

// barChart is one picture being drawn.
type barChart struct {
	printer  *locale.Printer
	decimals int
	mirrored bool
	axis     axis
	canvas   canvas
}

// x returns the place of a value; the picture is mirrored as a whole.
func (b *barChart) x(v float64) float64 {
	room := barWidth - barNames - 2*barValues
	if b.axis.from >= 0 {
		room += barValues // no values to the left of zero
	}
	return b.mirror(barWidth - barValues - room + b.axis.place(v)*room)
}

func (b *barChart) mirror(x float64) float64 {
	if b.mirrored {
		return barWidth - x
	}
	return x
}

// anchors returns the anchors of text that ends, and of text that begins, at a
// place, as it is read.
func (b *barChart) anchors() (ends, begins string) {
	if b.mirrored {
		return "start", "end"
	}
	return "end", "start"
}

func (b *barChart) draw(top float64, bar Bar) {
	ends, begins := b.anchors()
	class := "chart-bar"
	if bar.Marked {
		class += " chart-marked"
	}
	base := top + barHeight/2 + 4.5
	b.canvas.text("chart-label", b.mirror(barNames-10), base, ends, clip(bar.Name, 26))
	if bar.Value == "" {
		words := "–"
		if bar.Status.Missing() {
			words = b.printer.T("obs." + string(bar.Status))
		}
		b.canvas.text("chart-note", b.x(0)+b.toward(8), base, begins, words)
		return
	}
	zero, at := b.x(0), b.x(float(bar.Value))
	opacity := "0.55"
	if bar.Marked {
		opacity = ""
	}
	b.canvas.element("rect", class, "x", min(zero, at), "y", top+4, "width", max(zero, at)-min(zero, at), "height", barHeight-8,
		"fill-opacity", opacity, "stroke", "currentColor")
	value := b.printer.Decimal(bar.Value, b.decimals)
	if bar.Status != vigie.Normal && bar.Status.Valid() {
		value += " (" + string(bar.Status) + ")"
	}
	if float(bar.Value) < 0 {
		b.canvas.text("chart-value", at-b.toward(6), base, ends, value)
		return
	}
	b.canvas.text("chart-value", at+b.toward(6), base, begins, value)
}

// toward returns a distance in the direction in which bars grow.
func (b *barChart) toward(d float64) float64 {
	if b.mirrored {
		return -d
	}
	return d
}
