package indicator_test

import (
	"fmt"
	"strings"

	"vigie"
	"vigie/curate/indicator"
)

// A French spreadsheet, saved as CSV, is compared with what is known.
func Example() {
	file := "Pays;Code;Année;Valeur\nPays exemple;XAA;2015;3,32\nPays exemple;XAA;2016;3,5845\n"
	table, err := indicator.ReadTable(strings.NewReader(file), indicator.Format{})
	if err != nil {
		fmt.Println(err)
		return
	}
	mapping := table.Propose()
	found, err := table.Observations(mapping, indicator.About{Indicators: []vigie.Indicator{{ID: "fixed-broadband"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	known := []vigie.Observation{found.Observations[1]}
	known[0].Value = "3.5588"
	changes := indicator.Compare(known, found.Observations)
	fmt.Println(len(changes.Added), "added")
	for _, r := range changes.Revised {
		fmt.Println(r.Now.RefArea, r.Now.Period, r.Was.Value, "->", r.Now.Value)
	}
	// Output:
	// 1 added
	// XAA 2016 3.5588 -> 3.5845
}

// A formula is computed exactly and rounded once.
func ExampleFormula_Compute() {
	formula, err := indicator.ParseFormula("share(broadband, homes)")
	if err != nil {
		fmt.Println(err)
		return
	}
	year, err := vigie.ParsePeriod("2024")
	if err != nil {
		fmt.Println(err)
		return
	}
	inputs := []vigie.Observation{
		{Indicator: "broadband", RefArea: "XAA", Period: year, Freq: vigie.Annual, Value: "2", Status: vigie.Provisional},
		{Indicator: "homes", RefArea: "XAA", Period: year, Freq: vigie.Annual, Value: "3", Status: vigie.Normal},
	}
	for _, o := range formula.Compute(vigie.Indicator{ID: "homes-online", Decimals: 1}, inputs) {
		fmt.Println(o.Indicator, o.Period, o.Value, o.Status)
	}
	// Output: homes-online 2024 66.7 P
}
