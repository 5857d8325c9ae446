package chart

import (
	"strings"

	"vigie/curate/locale"
)

// The sparkline, in user units.
const (
	sparkWidth  = 120.0
	sparkHeight = 32.0
	sparkMargin = 4.0
)

// Spark draws the first series as a small line without axes, for a table or a
// key figure; its sentence is its title. Gaps are left as in [Chart.Line].
func (c Chart) Spark(p *locale.Printer) string {
	l := &line{chart: c, printer: p, series: c.drawn()}
	l.series = l.series[:min(len(l.series), 1)]
	l.canvas.open(identity(c.ID), "chart chart-spark", sparkWidth, sparkHeight, c.Sentence(p), "")
	l.measure()
	for _, s := range l.series {
		known := s.known()
		if len(known) == 0 {
			continue
		}
		low, high := extremes(known)
		from, to := float(low.Value), float(high.Value)
		at := func(p Point) (x, y float64) {
			x, y = sparkWidth/2, sparkHeight/2
			if l.after > l.first {
				x = sparkMargin + float64(month(p.Period)-l.first)/float64(l.after-l.first)*(sparkWidth-2*sparkMargin)
			}
			if to > from {
				y = sparkHeight - sparkMargin - (float(p.Value)/(to-from)-from/(to-from))*(sparkHeight-2*sparkMargin)
			}
			return x, y
		}
		var path strings.Builder
		for i, p := range known {
			x, y := at(p)
			command := " L"
			if i == 0 || known[i-1].Period.Shift(1) != p.Period {
				command = " M"
			}
			path.WriteString(command + num(x) + " " + num(y))
		}
		l.canvas.element("path", "chart-series chart-1", "d", path.String()[1:], "fill", "none", "stroke", "currentColor", "stroke-width", "1.5")
		x, y := at(known[len(known)-1])
		l.canvas.element("circle", "chart-point chart-1", "cx", x, "cy", y, "r", 2.5)
	}
	return l.canvas.close()
}
