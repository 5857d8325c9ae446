package chart

import (
	"math/big"
	"slices"

	"vigie"
	"vigie/curate/locale"
)

// The bounds of a picture. What is beyond them is in the table only.
const (
	mostSeries = 8
	mostPoints = 2000
	mostBars   = 60
)

// Point is a value of a series, or the reason why there is none.
type Point struct {
	Period vigie.Period
	// Value is "" where Status says why it is missing.
	Value  vigie.Decimal
	Status vigie.ObsStatus
	Note   string
}

// Series is a line of values: one place, or one breakdown.
type Series struct {
	// Name is shown at the end of the line.
	Name   string
	Points []Point
}

// SeriesOf returns the observations of one series, in the order of time.
func SeriesOf(name string, observations []vigie.Observation) Series {
	s := Series{Name: name, Points: make([]Point, 0, len(observations))}
	for _, o := range observations {
		s.Points = append(s.Points, Point{Period: o.Period, Value: o.Value, Status: o.Status, Note: o.Note})
	}
	slices.SortFunc(s.Points, func(a, b Point) int { return a.Period.Compare(b.Period) })
	return s
}

// Chart is series of one unit. Title, names and unit are plain text of any
// origin. A chart is a value; its methods change nothing and may be called
// concurrently.
type Chart struct {
	// ID is put in front of the identities of elements, so that they differ from
	// those of other charts on a page: letters, digits and hyphens.
	ID    string
	Title string
	// Unit with its denominator: "pour 100 habitants".
	Unit string
	// Decimals that are shown.
	Decimals int
	Series   []Series
}

// titled returns the title with its unit.
func (c Chart) titled(p *locale.Printer) string {
	if c.Unit == "" {
		return c.Title
	}
	return p.T("chart.titled", "title", c.Title, "unit", c.Unit)
}

// drawn returns what the picture shows: valid points in the order of time, and
// of each period only one.
func (c Chart) drawn() []Series {
	var out []Series
	for _, s := range c.Series[:min(len(c.Series), mostSeries)] {
		points := make([]Point, 0, len(s.Points))
		for _, p := range s.Points {
			if !p.Period.IsZero() && (p.Value == "" || p.Value.Valid()) {
				points = append(points, p)
			}
		}
		slices.SortStableFunc(points, func(a, b Point) int { return a.Period.Compare(b.Period) })
		points = slices.CompactFunc(points, func(a, b Point) bool { return a.Period == b.Period })
		if len(points) > mostPoints {
			points = points[len(points)-mostPoints:]
		}
		out = append(out, Series{Name: s.Name, Points: points})
	}
	return out
}

// known returns the points that have a value.
func (s Series) known() []Point {
	return slices.DeleteFunc(slices.Clone(s.Points), func(p Point) bool { return p.Value == "" })
}

// extremes returns the points with the lowest and the highest value; of equal
// ones the first.
func extremes(points []Point) (low, high Point) {
	low, high = points[0], points[0]
	for _, p := range points[1:] {
		if p.Value.Rat().Cmp(low.Value.Rat()) < 0 {
			low = p
		}
		if p.Value.Rat().Cmp(high.Value.Rat()) > 0 {
			high = p
		}
	}
	return low, high
}

// Sentence says in one sentence what the first series shows: its last value, the
// first, the difference as it is shown, and the extremes. Values are surrounded
// by the invisible marks of package locale; use it in attributes and mail.
func (c Chart) Sentence(p *locale.Printer) string { return locale.Isolated(c.SentenceParts(p)) }

// SentenceParts is [Chart.Sentence] in parts, for HTML that isolates values.
func (c Chart) SentenceParts(p *locale.Printer) []locale.Part {
	title := c.titled(p)
	var points []Point
	if drawn := c.drawn(); len(drawn) > 0 {
		points = drawn[0].known()
		if len(drawn) > 1 && drawn[0].Name != "" {
			title += " (" + drawn[0].Name + ")"
		}
	}
	if len(points) == 0 {
		return p.Phrase("chart.none", "title", title)
	}
	first, last := points[0], points[len(points)-1]
	value := func(at Point) string { return p.Decimal(at.Value, c.Decimals) }
	if len(points) == 1 {
		return p.Phrase("chart.one", "title", title, "last", value(last), "end", p.Period(last.Period))
	}
	// What is said must agree with what is shown: values as they are rounded.
	shown := new(big.Rat).Sub(last.Value.Round(c.Decimals).Rat(), first.Value.Round(c.Decimals).Rat())
	change, err := vigie.DecimalOf(shown, max(c.Decimals, 0))
	if err != nil {
		change = "0"
	}
	key := "chart.same"
	switch shown.Sign() {
	case 1:
		key = "chart.up"
	case -1:
		key = "chart.down"
	}
	low, high := extremes(points)
	args := []any{
		"title", title, "last", value(last), "end", p.Period(last.Period), "start", p.Period(first.Period),
		"min", value(low), "lowest", p.Period(low.Period), "max", value(high), "highest", p.Period(high.Period),
	}
	if key != "chart.same" {
		args = append(args, "first", value(first), "change", p.Change(change, c.Decimals))
	}
	return p.Phrase(key, args...)
}
