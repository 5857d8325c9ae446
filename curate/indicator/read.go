package indicator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

// About says what a table does not say itself.
type About struct {
	// Indicators that the table may hold: the only one where it has no column for
	// them, and otherwise those whose identity, code or name stands in that column.
	Indicators []vigie.Indicator
	// Area is the code of the place where the table has no column for places.
	Area string
	// Areas gives codes for names and for other codes, as "Maroc" -> "MAR" and
	// "MA" -> "MAR". Case and accents do not matter. It may be nil.
	Areas map[string]string
}

// Found is what a table holds.
type Found struct {
	// Observations in the order of the file, each valid.
	Observations []vigie.Observation
	// Empty counts the cells, or rows, that have neither value nor reason.
	Empty int
	// NoArea counts the rows that were left out because their place has a name and
	// no code, as regions in many files; NoAreaNames are some of these names.
	NoArea      int
	NoAreaNames []string
	// Strange are codes of places that About.Areas does not know: groupings, or
	// slips of the pen.
	Strange []string
}

// mostNames bounds the names listed in [Found].
const mostNames = 50

// Observations reads the rows below the titles. It returns either everything or
// a [FaultsError] that names rows and columns; of a file with a fault nothing is used.
func (t *Table) Observations(m Mapping, about About) (Found, error) {
	r, err := newReading(t, m, about)
	if err != nil {
		return Found{}, err
	}
	for _, row := range t.rows {
		if row.n > m.Header {
			r.row(row)
		}
	}
	if err := r.faults.err(); err != nil {
		return Found{}, err
	}
	if len(r.found.Observations) == 0 {
		return Found{}, refuse("holds no values")
	}
	return r.found, nil
}

// reading is one pass over a table.
type reading struct {
	mapping    Mapping
	area       string
	areas      map[string]string
	codes      map[string]bool
	indicators map[string]vigie.Indicator
	named      map[string]vigie.Indicator // by folded name
	periods    periods
	titled     int
	found      Found
	faults     FaultsError
	seen       map[vigie.ObservationKey]int
	names      map[string]bool
	strange    map[string]bool
	// spelled remembers places that were looked up: a file repeats them.
	spelled map[string]string
}

func newReading(t *Table, m Mapping, about About) (*reading, error) {
	r := &reading{
		mapping: m, area: about.Area, areas: map[string]string{}, codes: map[string]bool{}, indicators: map[string]vigie.Indicator{}, named: map[string]vigie.Indicator{},
		periods: newPeriods(), seen: map[vigie.ObservationKey]int{}, names: map[string]bool{}, strange: map[string]bool{}, spelled: map[string]string{},
	}
	for _, row := range t.rows {
		if row.n == m.Header {
			r.titled = len(row.cells)
		}
	}
	for name, code := range about.Areas {
		r.areas[fold(name)], r.codes[code] = code, true
	}
	for _, i := range about.Indicators {
		r.indicators[string(i.ID)] = i
		for _, c := range i.Codes {
			r.indicators[strings.ToUpper(c.Code)] = i
		}
		for _, name := range i.Name {
			r.named[fold(name)] = i
		}
	}
	return r, m.check(about)
}

// check refuses a mapping by which no row can be read.
func (m Mapping) check(about About) error {
	values := m.Has(Value) || m.Has(PeriodValue)
	switch {
	case len(m.Columns) > mostColumns:
		return refuse("has more than %d columns", mostColumns)
	case m.Decimal != Point && m.Decimal != Comma:
		return &vigie.InvalidError{Field: "decimal", Reason: "is neither . nor ,"}
	case !values:
		return refuse("has no column of values")
	case m.Has(Value) && !m.Has(When):
		return refuse("has no column of years or periods")
	case !m.Has(Area) && !m.Has(AreaName) && about.Area == "":
		return refuse("has no column of places, and none was chosen")
	case !m.Has(Name) && len(about.Indicators) != 1:
		return refuse("has no column of indicators, and no single one was chosen")
	}
	for _, c := range m.Columns {
		if c.Role == PeriodValue && c.Period.IsZero() {
			return refuse("has a column %.60q of values without a period", c.Title)
		}
		if c.Role == Breakdown && !vigie.ValidCode(c.Dimension) {
			return refuse("has a column %.60q of a breakdown without a code such as SEX", c.Title)
		}
	}
	return nil
}

// row reads one row into no, one or many observations.
func (r *reading) row(row row) {
	for i := r.titled; i < len(row.cells); i++ {
		if row.cells[i] != "" && (i >= len(r.mapping.Columns) || r.mapping.Columns[i].Role == Ignored) {
			r.faults.at(row.n, "", fmt.Sprintf("has %d cells where there are %d titles; a decimal comma outside quotation marks does that", len(row.cells), r.titled))
			return
		}
	}
	if r.silent(row) {
		return
	}
	base, ok := r.base(row)
	if !ok {
		return
	}
	for i, c := range r.mapping.Columns {
		switch c.Role {
		case Value:
			o := base
			if o.Period, ok = r.period(row); !ok {
				continue
			}
			r.observation(row, i, o)
		case PeriodValue:
			if missing(row.cell(i)) && !base.Status.Missing() {
				r.found.Empty++
				continue
			}
			o := base
			o.Period = c.Period
			r.observation(row, i, o)
		default:
		}
	}
}

// silent reports whether a row says nothing, as the lines below many tables do.
func (r *reading) silent(row row) bool {
	empty := 0
	for i, c := range r.mapping.Columns {
		if c.Role != Value && c.Role != PeriodValue {
			continue
		}
		if !missing(row.cell(i)) {
			return false
		}
		empty++
	}
	status, err := vigie.ParseObsStatus(r.text(row, Status))
	// "O" is "missing value" without a reason in CL_OBS_STATUS.
	if (err == nil && status != vigie.Normal) || (err != nil && r.text(row, Status) != "O") {
		return false
	}
	r.found.Empty += empty
	return true
}

// text returns the cell with a role, without the sign that keeps spreadsheets
// from taking it for a formula.
func (r *reading) text(row row, role Role) string {
	s := row.cell(r.mapping.column(role))
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune(formulaSigns, rune(s[1])) {
		s = s[1:]
	}
	return norm.NFC.String(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' {
			return -1
		}
		return c
	}, s))
}

// title names the column with a role.
func (r *reading) title(role Role) string {
	i := r.mapping.column(role)
	if i < 0 {
		return ""
	}
	return columnName(r.mapping.Columns[i].Title, i)
}

// base reads what the observations of a row share.
func (r *reading) base(row row) (o vigie.Observation, ok bool) {
	about, ok := r.indicator(row)
	if !ok {
		return o, false
	}
	o = vigie.Observation{
		Indicator: about.ID, UnitMeasure: about.UnitMeasure, Decimals: about.Decimals,
		Source: r.text(row, Source), Note: r.text(row, Note),
	}
	if o.RefArea, ok = r.place(row); !ok {
		return o, false
	}
	code, _, _ := strings.Cut(r.text(row, Status), ":") // "P: Provisional" of SDMX-CSV
	status, err := vigie.ParseObsStatus(strings.TrimSpace(code))
	if err != nil {
		r.faults.at(row.n, r.title(Status), fmt.Sprintf("%.20q is not a status such as A, E, P or Q", code))
		return o, false
	}
	o.Status = status
	if unit := r.text(row, Unit); vigie.ValidCode(unit) {
		o.UnitMeasure = unit
	}
	if s := r.text(row, Decimals); s != "" {
		if o.Decimals, err = strconv.Atoi(s); err != nil {
			r.faults.at(row.n, r.title(Decimals), fmt.Sprintf("%.20q is not a whole number", s))
			return o, false
		}
	}
	for i, c := range r.mapping.Columns {
		cell := row.cell(i)
		// _T is the total and _Z "not applicable" in the code lists of SDMX.
		if c.Role != Breakdown || cell == "" || cell == "_T" || cell == "_Z" {
			continue
		}
		if !vigie.ValidCode(cell) {
			r.faults.at(row.n, columnName(c.Title, i), fmt.Sprintf("%.40q is not a code such as F or Y15T24", cell))
			return o, false
		}
		if o.Breakdowns == nil {
			o.Breakdowns = vigie.Breakdowns{}
		}
		o.Breakdowns[c.Dimension] = cell
	}
	return o, true
}

func (r *reading) indicator(row row) (vigie.Indicator, bool) {
	if !r.mapping.Has(Name) {
		for _, i := range r.indicators {
			return i, true // check has seen that there is one only
		}
	}
	name := r.text(row, Name)
	for _, want := range []string{name, strings.ToUpper(name)} {
		if i, ok := r.indicators[want]; ok {
			return i, true
		}
	}
	if i, ok := r.named[fold(name)]; ok {
		return i, true
	}
	r.faults.at(row.n, r.title(Name), fmt.Sprintf("%.60q is no indicator that this import is about", name))
	return vigie.Indicator{}, false
}

// place returns the code of the row's place.
func (r *reading) place(row row) (string, bool) {
	if !r.mapping.Has(Area) && !r.mapping.Has(AreaName) {
		return r.area, true
	}
	cell, name := r.text(row, Area), r.text(row, AreaName)
	if cell == "" && name != "" {
		if code := r.look(name); code != "" {
			return code, true
		}
		r.found.NoArea++
		if !r.names[name] && len(r.names) < mostNames {
			r.names[name] = true
			r.found.NoAreaNames = append(r.found.NoAreaNames, clip(name, 80))
		}
		return "", false
	}
	if code := r.look(cell); code != "" {
		return code, true
	}
	if !vigie.ValidCode(cell) || cell != strings.ToUpper(cell) {
		r.faults.at(row.n, r.title(Area), fmt.Sprintf("%.40q is not a code such as MAR", cell))
		return "", false
	}
	if len(r.areas) > 0 && !r.codes[cell] && !r.strange[cell] && len(r.strange) < mostNames {
		r.strange[cell] = true
		r.found.Strange = append(r.found.Strange, cell)
	}
	return cell, true
}

func (r *reading) look(spelling string) string {
	code, ok := r.spelled[spelling]
	if !ok {
		code = r.areas[fold(spelling)]
		r.spelled[spelling] = code
	}
	return code
}

// period returns the period of a tidy row.
func (r *reading) period(row row) (vigie.Period, bool) {
	cell := r.text(row, When)
	p, ok := r.periods.read(cell)
	if ok && r.mapping.Has(PartOfYear) && p.Frequency() == vigie.Annual {
		if part := r.text(row, PartOfYear); part != "" {
			cell += " " + part
			p, ok = partOf(p, r.title(PartOfYear), part)
		}
	}
	if !ok {
		r.faults.at(row.n, r.title(When), fmt.Sprintf("%.40q is not a period such as 2024, 2024-Q3 or 2024-11", cell))
	}
	return p, ok
}

// partOf returns the part of a year that a cell under a title such as "Quarter"
// or "Mois" says: "Q3", "T3", "3".
func partOf(year vigie.Period, title, part string) (vigie.Period, bool) {
	freq := vigie.Monthly
	switch fold(title) {
	case "quarter", "trimestre", "الربع":
		freq = vigie.Quarterly
	case "semester", "semestre":
		freq = vigie.HalfYearly
	}
	n, err := strconv.Atoi(strings.TrimLeft(digitsOf(part), "QTSHMqtshm0"))
	if err != nil {
		return vigie.Period{}, false
	}
	p, err := vigie.NewPeriod(year.Year(), freq, n)
	return p, err == nil
}

// observation completes o with the value in the i-th column and keeps it.
func (r *reading) observation(row row, i int, o vigie.Observation) {
	column := columnName(r.mapping.Columns[i].Title, i)
	o.Freq = o.Period.Frequency()
	if cell := row.cell(i); !missing(cell) {
		value, ok := number(cell, r.mapping.Decimal)
		if !ok {
			r.faults.at(row.n, column, fmt.Sprintf("%.40q is not a number with the decimal mark %q", cell, string(r.mapping.Decimal)))
			return
		}
		o.Value = value
	}
	if err := o.Check(); err != nil {
		reason := err.Error()
		if invalid, ok := errors.AsType[*vigie.InvalidError](err); ok && invalid.Field == "value" {
			reason = invalid.Reason
		}
		r.faults.at(row.n, column, reason)
		return
	}
	if before, twice := r.seen[o.Key()]; twice {
		r.faults.at(row.n, column, fmt.Sprintf("gives %s %s a second time; row %d did first", o.RefArea, o.Period, before))
		return
	}
	r.seen[o.Key()] = row.n
	r.found.Observations = append(r.found.Observations, o)
}
