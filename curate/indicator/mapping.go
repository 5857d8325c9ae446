package indicator

import (
	"slices"
	"strings"

	"vigie"
)

// Column says what one column of a table holds.
type Column struct {
	// Title is the header as the file has it.
	Title string `json:"title"`
	Role  Role   `json:"role"`
	// Dimension is that of a breakdown: "SEX".
	Dimension string `json:"dimension,omitempty"`
	// Period is that of a column of values in a wide table.
	Period vigie.Period `json:"period,omitzero"`
}

// Doubt is something that a mapping decided without being sure. A person should
// look at it.
type Doubt string

// The doubts.
const (
	DoubtMark  Doubt = "mark"  // decimal comma or grouping comma
	DoubtValue Doubt = "value" // several columns may be the values
	DoubtArea  Doubt = "area"  // no column of places
)

// Mapping says what the rows of a table mean. [Table.Propose] makes one; a
// person may change every field before it is used.
type Mapping struct {
	// Header is the number of the row with the titles, from one.
	Header int `json:"header"`
	// Decimal is the sign in front of decimals.
	Decimal Mark `json:"decimal"`
	// Columns from the first on.
	Columns []Column `json:"columns"`
	// Doubts are worth a look.
	Doubts []Doubt `json:"doubts,omitempty"`
}

// Has reports whether a column has the role.
func (m Mapping) Has(role Role) bool { return m.column(role) >= 0 }

// column returns the first column with the role, or -1.
func (m Mapping) column(role Role) int {
	return slices.IndexFunc(m.Columns, func(c Column) bool { return c.Role == role })
}

// headerWithin is in how many first rows the titles are looked for: downloads of
// the World Bank have four lines above them.
const headerWithin = 15

// Propose finds out what the columns are by their titles and cells.
func (t *Table) Propose() Mapping {
	var best Mapping
	bestScore := -1
	for i, r := range t.rows[:min(headerWithin, len(t.rows))] {
		m := t.columns(i)
		score := 0
		for _, c := range m.Columns {
			if c.Role != Ignored {
				score++
			}
		}
		if !m.Has(PeriodValue) && !m.Has(When) {
			score = 0
		}
		if score > bestScore {
			m.Header = r.n
			best, bestScore = m, score
		}
	}
	return best
}

// columns reads the i-th row as titles.
func (t *Table) columns(i int) Mapping {
	var m Mapping
	ranks := map[Role]int{}
	p := newPeriods()
	header := t.rows[i]
	width := len(header.cells)
	for _, r := range t.rows[i:min(i+sniffed, len(t.rows))] {
		width = max(width, len(r.cells))
	}
	for n := range width {
		c := Column{Title: clip(header.cell(n), 200)}
		var rank int
		c.Role, rank, c.Dimension = roleOf(c.Title)
		if when, ok := p.read(c.Title); ok && c.Role == Ignored {
			c.Role, c.Period = PeriodValue, when
		}
		if c.Role != Ignored && c.Role != Breakdown && c.Role != PeriodValue {
			// Of two columns for one role the better name wins; then the first.
			if before := m.column(c.Role); before >= 0 && ranks[c.Role] <= rank {
				c.Role = Ignored
			} else {
				if before >= 0 {
					m.Columns[before].Role = Ignored
				}
				ranks[c.Role] = rank
			}
		}
		m.Columns = append(m.Columns, c)
	}
	t.findValues(&m, i+1)
	t.findMark(&m, i+1)
	if !m.Has(Area) && !m.Has(AreaName) {
		m.Doubts = append(m.Doubts, DoubtArea)
	}
	return m
}

// findValues settles which columns hold values. Our World in Data calls the
// column by the indicator: then it is the one with numbers.
func (t *Table) findValues(m *Mapping, from int) {
	if m.Has(Value) {
		for i := range m.Columns {
			if m.Columns[i].Role == PeriodValue {
				m.Columns[i].Role, m.Columns[i].Period = Ignored, vigie.Period{}
			}
		}
		return
	}
	if m.Has(PeriodValue) || !m.Has(When) {
		return
	}
	var numeric []int
	for i, c := range m.Columns {
		if c.Role == Ignored && c.Title != "" && t.numeric(i, from) {
			numeric = append(numeric, i)
		}
	}
	if len(numeric) > 0 {
		m.Columns[numeric[0]].Role = Value
	}
	if len(numeric) > 1 {
		m.Doubts = append(m.Doubts, DoubtValue)
	}
}

// sampled bounds how many rows a proposal looks at.
const sampled = 5000

// numeric reports whether nine of ten cells that say something are numbers.
func (t *Table) numeric(column, from int) bool {
	all, numbers := 0, 0
	for _, r := range t.rows[from:min(from+sampled, len(t.rows))] {
		cell := r.cell(column)
		if missing(cell) {
			continue
		}
		all++
		_, point := number(cell, Point)
		_, comma := number(cell, Comma)
		if point || comma {
			numbers++
		}
	}
	return all > 0 && numbers*10 >= all*9
}

// findMark settles the decimal mark from all cells of values.
func (t *Table) findMark(m *Mapping, from int) {
	var count tally
	for i, c := range m.Columns {
		if c.Role != Value && c.Role != PeriodValue {
			continue
		}
		for _, r := range t.rows[from:min(from+sampled, len(t.rows))] {
			if cell := r.cell(i); !missing(cell) {
				count.look(strings.TrimSpace(cell))
			}
		}
	}
	separator := t.Format.Separator
	if len(t.Sheets) > 0 {
		separator = ','
	}
	var doubt bool
	if m.Decimal, doubt = count.mark(separator); doubt {
		m.Doubts = append(m.Doubts, DoubtMark)
	}
}

// Indicator returns the only indicator of a mapping's column of indicators, as
// the file writes it; "" where there is none or several.
func (t *Table) Indicator(m Mapping) string {
	column := m.column(Name)
	var names []string
	for _, r := range t.rows {
		if name := r.cell(column); r.n > m.Header && name != "" && !slices.Contains(names, name) {
			if names = append(names, name); len(names) > 1 {
				return ""
			}
		}
	}
	return strings.Join(names, "")
}
