package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate/locale"
)

// The line chart, in user units.
const (
	lineWidth   = 720.0
	lineHeight  = 360.0
	lineLeft    = 64.0
	lineRight   = 150.0
	lineTop     = 24.0
	lineBottom  = 36.0
	labelHeight = 16.0
	// mostMarkers is how many points of a line may have a marker each.
	mostMarkers = 45
)

// Line draws the series over time, from left to right.
func (c Chart) Line(p *locale.Printer) string {
	l := &line{chart: c, printer: p, series: c.drawn()}
	l.canvas.open(identity(c.ID), "chart chart-line", lineWidth, lineHeight, c.titled(p), c.Sentence(p))
	l.measure()
	l.grid()
	l.breaks()
	for i, s := range l.series {
		l.draw(i, s)
	}
	l.labels()
	return l.canvas.close()
}

// line is one picture being drawn.
type line struct {
	chart        Chart
	printer      *locale.Printer
	series       []Series
	canvas       canvas
	axis         axis
	first, after int // months
	ends         []end
}

// end is where the label of a series belongs.
type end struct {
	series int
	x, y   float64 // of the label
	point  float64 // y of the last point
	words  string
}

// month counts months, so that time has one measure for every frequency.
func month(p vigie.Period) int { return p.Year()*12 + int(p.FirstMonth()) - 1 }

// measure finds the ranges of time and values.
func (l *line) measure() {
	var values []float64
	started := false
	for _, s := range l.series {
		for _, p := range s.Points {
			m := month(p.Period)
			if !started || m < l.first {
				l.first = m
			}
			if !started || m > l.after {
				l.after = m
			}
			started = true
			if p.Value != "" {
				values = append(values, float(p.Value))
			}
		}
	}
	l.axis = newAxis(values, false)
}

// float is the position of a value; it never comes back as a number.
func float(d vigie.Decimal) float64 {
	f, err := strconv.ParseFloat(string(d), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0
	}
	return f
}

func (l *line) x(p vigie.Period) float64 { return l.xOf(month(p)) }

func (l *line) xOf(month int) float64 {
	if l.after == l.first {
		return (lineLeft + lineWidth - lineRight) / 2
	}
	return lineLeft + float64(month-l.first)/float64(l.after-l.first)*(lineWidth-lineLeft-lineRight)
}

func (l *line) y(v float64) float64 {
	return lineHeight - lineBottom - l.axis.place(v)*(lineHeight-lineTop-lineBottom)
}

// grid draws the lines of values with their numbers, and the years.
func (l *line) grid() {
	for _, tick := range l.axis.ticks {
		y := l.y(tick.at)
		l.canvas.element("line", "chart-grid", "x1", lineLeft, "x2", lineWidth-lineRight, "y1", y, "y2", y,
			"stroke", "currentColor", "stroke-opacity", "0.2")
		l.canvas.text("chart-tick", lineLeft-8, y+4, "end", l.printer.Decimal(tick.value, l.axis.places))
	}
	if len(l.series) == 0 {
		return
	}
	firstYear, lastYear := (l.first+11)/12, l.after/12
	if firstYear > lastYear { // all within one year
		l.canvas.text("chart-tick", l.xOf(l.first), lineHeight-lineBottom+20, "middle", strconv.Itoa(l.first/12))
		return
	}
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
		if step = s; (lastYear-firstYear)/s < 9 {
			break
		}
	}
	for year := (firstYear + step - 1) / step * step; year <= lastYear; year += step {
		x := l.xOf(year * 12)
		l.canvas.element("line", "chart-axis", "x1", x, "x2", x, "y1", lineHeight-lineBottom, "y2", lineHeight-lineBottom+5, "stroke", "currentColor")
		l.canvas.text("chart-tick", x, lineHeight-lineBottom+20, "middle", strconv.Itoa(year))
	}
}

// breaks marks where a series changed its method.
func (l *line) breaks() {
	seen := map[vigie.Period]bool{}
	for _, s := range l.series {
		for _, p := range s.Points {
			if p.Status != vigie.SeriesBreak || seen[p.Period] {
				continue
			}
			seen[p.Period] = true
			x := l.x(p.Period)
			l.canvas.element("line", "chart-break", "x1", x, "x2", x, "y1", lineTop-4, "y2", lineHeight-lineBottom,
				"stroke", "currentColor", "stroke-dasharray", "1 4", "stroke-linecap", "round")
			if len(seen) <= 3 {
				anchor := "middle"
				if x > lineWidth-lineRight-60 {
					anchor = "end"
				}
				l.canvas.text("chart-note", x, lineTop-10, anchor, l.printer.T("chart.break"))
			}
		}
	}
}

// dashes tell series apart where colour does not.
func dashes(i int) string {
	return []string{"", "7 4", "2 3", "10 3 2 3", "4 2", "12 4", "1 3", "8 2 2 2"}[i%mostSeries]
}

// draw draws one series: strokes where periods follow each other, gaps where one
// is missing, markers.
func (l *line) draw(i int, s Series) {
	class := fmt.Sprintf("chart-series chart-%d", i+1)
	var path strings.Builder
	var before *Point
	for n := range s.Points {
		p := &s.Points[n]
		if p.Value == "" {
			before = nil
			continue
		}
		command := " L"
		if before == nil || before.Period.Shift(1) != p.Period {
			command = " M"
		}
		path.WriteString(command + num(l.x(p.Period)) + " " + num(l.y(float(p.Value))))
		before = p
	}
	if path.Len() > 0 {
		l.canvas.element("path", class, "d", path.String()[1:], "fill", "none", "stroke", "currentColor", "stroke-width", "2.5",
			"stroke-linejoin", "round", "stroke-dasharray", dashes(i))
	}
	known := s.known()
	for n, p := range known {
		alone := (n == 0 || known[n-1].Period.Shift(1) != p.Period) && (n == len(known)-1 || p.Period.Shift(1) != known[n+1].Period)
		if len(known) <= mostMarkers || alone || p.Status != vigie.Normal || n == len(known)-1 {
			l.marker(i, p)
		}
	}
	if len(known) > 0 {
		last := known[len(known)-1]
		y := l.y(float(last.Value))
		l.ends = append(l.ends, end{series: i, x: l.x(last.Period), y: y, point: y, words: l.label(s, last)})
	}
}

func (l *line) label(s Series, last Point) string {
	value := l.printer.Decimal(last.Value, l.chart.Decimals)
	if s.Name == "" {
		return value
	}
	// The value stands apart from a name of the other direction.
	return "\u2068" + clip(s.Name, 18) + "\u2069 \u2068" + value + "\u2069"
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// marker draws a point: a circle, square, diamond or triangle by series, hollow
// where the value is not a normal one.
func (l *line) marker(i int, p Point) {
	x, y := l.x(p.Period), l.y(float(p.Value))
	words := l.printer.Period(p.Period) + " : " + l.printer.Decimal(p.Value, l.chart.Decimals)
	class, fill := fmt.Sprintf("chart-point chart-%d", i+1), "currentColor"
	if p.Status != vigie.Normal && p.Status.Valid() {
		class, fill = class+" chart-hollow", "Canvas"
		words += " (" + l.printer.T("obs."+string(p.Status)) + ")"
	}
	attributes := []any{"fill", fill, "stroke", "currentColor", "stroke-width", "1.5"}
	shape := func(points ...float64) {
		var at []string
		for n := 0; n+1 < len(points); n += 2 {
			at = append(at, num(x+points[n])+","+num(y+points[n+1]))
		}
		l.canvas.tip("polygon", class, words, append(attributes, "points", strings.Join(at, " "))...)
	}
	switch i % 4 {
	case 0:
		l.canvas.tip("circle", class, words, append(attributes, "cx", x, "cy", y, "r", 3.5)...)
	case 1:
		shape(-3.5, -3.5, 3.5, -3.5, 3.5, 3.5, -3.5, 3.5)
	case 2:
		shape(0, -4.5, 4.5, 0, 0, 4.5, -4.5, 0)
	default:
		shape(0, -4.5, 4.5, 3.5, -4.5, 3.5)
	}
}

// labels writes the names at the ends of the lines, moved apart where they meet.
func (l *line) labels() {
	slices.SortStableFunc(l.ends, func(a, b end) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		default:
			return 0
		}
	})
	for i := 1; i < len(l.ends); i++ {
		l.ends[i].y = max(l.ends[i].y, l.ends[i-1].y+labelHeight)
	}
	lowest := lineHeight - lineBottom
	for i := len(l.ends) - 1; i >= 0; i-- {
		l.ends[i].y = min(l.ends[i].y, lowest)
		lowest = l.ends[i].y - labelHeight
	}
	for _, e := range l.ends {
		if e.x < lineWidth-lineRight-1 { // a series that ends early is led to its label
			l.canvas.element("line", "chart-leader", "x1", e.x+8, "y1", e.point, "x2", lineWidth-lineRight+6, "y2", e.y,
				"stroke", "currentColor", "stroke-opacity", "0.4")
		}
		l.canvas.text(fmt.Sprintf("chart-label chart-%d", e.series+1), max(e.x, lineWidth-lineRight)+10, e.y+4, "start", e.words)
	}
}
