// Package chart draws series of figures: a line chart, horizontal bars or a
// sparkline as SVG, the same figures as a table, and one sentence that says what
// is to be seen.
//
//	c := chart.Chart{ID: "fig-1", Title: "Haut débit fixe", Unit: "pour 100 habitants", Decimals: 2,
//		Series: []chart.Series{chart.SeriesOf("Maroc", observations)}}
//	svg := c.Line(printer)
//	table := c.Table(printer)
//	words := c.Sentence(printer)
//
// A chart is readable without colour, in print and by ear: series differ by dash
// and by marker and are labelled at their ends, the picture has a title and a
// description, and table and sentence say the same. Missing values leave a gap,
// a break in a series is a dotted line with its name, and values that are not
// normal (an estimate, a forecast) have a hollow marker. Bars begin at zero.
//
// # Caveats
//
// The SVG has classes and presentation attributes and neither style nor script,
// so it passes a strict Content-Security-Policy. Lines are drawn in the colour of
// the text until a style sheet gives the classes "chart-1" to "chart-8" others.
//
// Time runs from left to right in every language, Arabic included; bars are
// mirrored in languages written from right to left. Text within the picture is
// shaped by the browser.
//
// Positions are floating-point numbers; the values that are written never are.
package chart
