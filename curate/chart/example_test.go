package chart_test

import (
	"fmt"
	"strings"

	"vigie"
	"vigie/curate/chart"
	"vigie/curate/locale"
)

func Example() {
	catalogues, err := locale.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	printer := catalogues.For(vigie.English)
	c := chart.Chart{ID: "fig-1", Title: "Fixed broadband", Unit: "per 100 inhabitants", Decimals: 1}
	c.Series = []chart.Series{{Name: "Example"}}
	for i, value := range []vigie.Decimal{"3.3", "3.6"} {
		period, err := vigie.NewPeriod(2015+i, vigie.Annual, 1)
		if err != nil {
			fmt.Println(err)
			return
		}
		c.Series[0].Points = append(c.Series[0].Points, chart.Point{Period: period, Value: value, Status: vigie.Normal})
	}
	fmt.Println(strings.HasPrefix(c.Line(printer), "<svg"))
	for _, row := range c.Table(printer).Rows {
		fmt.Println(row.Period, row.Cells[0].Value)
	}
	// Output:
	// true
	// 2015 3.3
	// 2016 3.6
}
