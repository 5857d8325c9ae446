package chart

import (
	"slices"

	"vigie"
	"vigie/curate/locale"
)

// Table is the figures of a chart for a template.
type Table struct {
	Caption string
	// When is the title of the first column, Names those of the others.
	When  string
	Names []string
	// Rows in the order of time.
	Rows []Row
}

// Row is one period.
type Row struct {
	// Period in words, and as in addresses and files.
	Period string
	Code   vigie.Period
	// Cells, one for each series.
	Cells []Cell
}

// Cell is one value. The zero value is a cell of which nothing is known.
type Cell struct {
	// Value as it is shown; "" where it is missing.
	Value string
	// Exact is the value as it was published.
	Exact vigie.Decimal
	// Status is the letter of what is not normal, and Meaning its words; "" for
	// normal values.
	Status  vigie.ObsStatus
	Meaning string
	Note    string
}

// Table returns all series of the chart, those too that the picture leaves out.
func (c Chart) Table(p *locale.Printer) Table {
	t := Table{Caption: c.titled(p), When: p.T("figure.period")}
	rows := map[vigie.Period]*Row{}
	var order []vigie.Period
	for i, s := range c.Series {
		t.Names = append(t.Names, s.Name)
		for _, point := range s.Points {
			r := rows[point.Period]
			if r == nil {
				r = &Row{Period: p.Period(point.Period), Code: point.Period, Cells: make([]Cell, len(c.Series))}
				rows[point.Period] = r
				order = append(order, point.Period)
			}
			r.Cells[i] = c.cell(p, point)
		}
	}
	slices.SortFunc(order, vigie.Period.Compare)
	for _, period := range order {
		t.Rows = append(t.Rows, *rows[period])
	}
	return t
}

func (c Chart) cell(p *locale.Printer, point Point) Cell {
	cell := Cell{Value: p.Decimal(point.Value, c.Decimals), Exact: point.Value, Note: point.Note}
	if point.Status.Valid() && point.Status != vigie.Normal {
		cell.Status, cell.Meaning = point.Status, p.T("obs."+string(point.Status))
	}
	return cell
}
