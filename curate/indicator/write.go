package indicator

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"vigie"
	"vigie/curate/locale"
)

// Variant says how a CSV file is written. Excel reads only the one of the
// language that it was installed in.
type Variant struct {
	// Separator between columns: ',', ';' or '\t'; 0 is ','.
	Separator rune
	// Decimal is the mark in front of decimals; "" is a point.
	Decimal Mark
	// ByteOrderMark puts one in front, without which Excel takes UTF-8 for
	// windows-1252.
	ByteOrderMark bool
}

// International is the variant for programs, and for Excel in English.
func International() Variant { return Variant{Separator: ',', Decimal: Point} }

// French is the variant for Excel in French, Spanish or Arabic of the Maghreb.
func French() Variant { return Variant{Separator: ';', Decimal: Comma, ByteOrderMark: true} }

// formulaSigns begin a cell that spreadsheets take for a formula (OWASP, "CSV
// Injection"; the last two are full-width forms that some take too).
const formulaSigns = "=+-@\t\r\n＝＋"

// Inert returns text that no spreadsheet takes for a formula. Every cell that came
// from outside goes through it before it is written as CSV or XLSX.
func Inert(s string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0"))
	if strings.ContainsRune(formulaSigns, first) {
		return "'" + s
	}
	return s
}

// WriteCSV writes observations as tidy CSV, one row for each, under the concepts
// of SDMX. Indicators give the licences; of those that are not among them the
// licence stays empty. [ReadTable] reads what is written.
func WriteCSV(w io.Writer, indicators []vigie.Indicator, observations []vigie.Observation, v Variant) error {
	buffered := bufio.NewWriter(w)
	if v.ByteOrderMark {
		if _, err := buffered.WriteString("\ufeff"); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	c := csv.NewWriter(buffered)
	if v.Separator != 0 {
		c.Comma = v.Separator
	}
	c.UseCRLF = true // RFC 4180 section 2
	kinds := dimensionsOf(observations)
	about := byID(indicators)
	rows := [][]string{slices.Concat(
		[]string{"REF_AREA", "INDICATOR", "TIME_PERIOD", "FREQ"}, kinds,
		[]string{"OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "DATA_SOURCE", "LICENCE", "COMMENT_OBS"},
	)}
	for _, o := range observations {
		row := []string{o.RefArea, string(o.Indicator), o.Period.String(), string(o.Freq)}
		for _, k := range kinds {
			row = append(row, o.Breakdowns[k])
		}
		row = append(row, "", string(o.Status), o.UnitMeasure, strconv.Itoa(o.Decimals), source(o, about), about[o.Indicator].Licence, o.Note)
		for i := range row {
			row[i] = Inert(row[i])
		}
		if o.Value.Valid() { // a number is no formula, a minus in front or not
			row[4+len(kinds)] = strings.Replace(string(o.Value), ".", markOf(v), 1)
		}
		rows = append(rows, row)
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func markOf(v Variant) string {
	if v.Decimal == Comma {
		return ","
	}
	return "."
}

// source names who measured a value, or else where the indicator comes from.
func source(o vigie.Observation, about map[vigie.IndicatorID]vigie.Indicator) string {
	if o.Source != "" {
		return o.Source
	}
	return about[o.Indicator].Source
}

func byID(indicators []vigie.Indicator) map[vigie.IndicatorID]vigie.Indicator {
	m := make(map[vigie.IndicatorID]vigie.Indicator, len(indicators))
	for _, i := range indicators {
		m[i.ID] = i
	}
	return m
}

// dimensionsOf returns the dimensions of all breakdowns, sorted.
func dimensionsOf(observations []vigie.Observation) []string {
	set := map[string]bool{}
	for _, o := range observations {
		for k := range o.Breakdowns {
			set[k] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// WriteXLSX writes observations as a workbook of one sheet in a reader's
// language. Status, unit, source, licence and note stand in cells of the row that
// they belong to: on a sheet of their own they get lost
// (https://gitlab.com/sis-cc/.stat-suite, issue 697). Values are numbers, except
// where no binary fraction writes them; these are text.
func WriteXLSX(w io.Writer, indicators []vigie.Indicator, observations []vigie.Observation, p *locale.Printer) (err error) {
	if len(observations) > mostRows {
		return &vigie.InvalidError{Field: "workbook", Reason: fmt.Sprintf("would have more than %d rows", mostRows)}
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	sheet := p.T("figure.sheet")
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	rtl := p.Dir() == "rtl"
	if err := book.SetSheetView(sheet, 0, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	s := &sheetWriter{book: book, printer: p, about: byID(indicators), kinds: dimensionsOf(observations), styles: map[int]int{}}
	if s.stream, err = book.NewStreamWriter(sheet); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := s.write(observations); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// sheetWriter writes the rows of one sheet.
type sheetWriter struct {
	book    *excelize.File
	stream  *excelize.StreamWriter
	printer *locale.Printer
	about   map[vigie.IndicatorID]vigie.Indicator
	kinds   []string
	// styles holds the number format for each number of decimals.
	styles map[int]int
}

func (s *sheetWriter) write(observations []vigie.Observation) error {
	widths := []float64{8, 44, 12}
	for range s.kinds {
		widths = append(widths, 10)
	}
	for i, width := range append(widths, 14, 8, 22, 30, 30, 16, 40) {
		if err := s.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	bold, err := s.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	var titles []any
	for _, title := range slices.Concat(s.titles("area", "indicator", "period"), s.kinds, s.titles("value", "status", "meaning", "unit", "source", "licence", "note")) {
		titles = append(titles, excelize.Cell{StyleID: bold, Value: title})
	}
	if err := s.stream.SetRow("A1", titles); err != nil {
		return err
	}
	for i, o := range observations {
		cells, err := s.row(o)
		if err != nil {
			return err
		}
		if err := s.stream.SetRow("A"+strconv.Itoa(i+2), cells); err != nil {
			return err
		}
	}
	return s.stream.Flush()
}

func (s *sheetWriter) titles(keys ...string) []string {
	for i, k := range keys {
		keys[i] = s.printer.T("figure." + k)
	}
	return keys
}

func (s *sheetWriter) row(o vigie.Observation) ([]any, error) {
	about := s.about[o.Indicator]
	name, _ := about.Name.In(s.printer.Lang())
	if name == "" {
		name = string(o.Indicator)
	}
	unit, _ := about.Unit.In(s.printer.Lang())
	if unit == "" {
		unit = o.UnitMeasure
	}
	cells := []any{Inert(o.RefArea), Inert(name), o.Period.String()}
	if o.Freq == vigie.Annual {
		cells[2] = o.Period.Year()
	}
	for _, k := range s.kinds {
		cells = append(cells, Inert(o.Breakdowns[k]))
	}
	value, err := s.value(o)
	if err != nil {
		return nil, err
	}
	cells = append(cells, value, string(o.Status), "", Inert(unit), Inert(source(o, s.about)), Inert(about.Licence), Inert(o.Note))
	if o.Status != vigie.Normal {
		cells[len(s.kinds)+5] = s.printer.T("obs." + string(o.Status))
	}
	return cells, nil
}

// value returns the cell of a value: a number shown with the decimals that are
// meant, or text where a number would be another one.
func (s *sheetWriter) value(o vigie.Observation) (any, error) {
	if o.Value == "" {
		return nil, nil
	}
	f, err := strconv.ParseFloat(string(o.Value), 64)
	if err != nil {
		return Inert(string(o.Value)), nil //nolint:nilerr // what is no number is shown as the text it is
	}
	back, err := vigie.ParseDecimal(strconv.FormatFloat(f, 'f', -1, 64))
	if err != nil || back.Rat().Cmp(o.Value.Rat()) != 0 {
		return string(o.Value), nil //nolint:nilerr // a number that no binary fraction writes stays text
	}
	style, ok := s.styles[o.Decimals]
	if !ok {
		format := "#,##0"
		if o.Decimals > 0 {
			format += "." + strings.Repeat("0", min(o.Decimals, 20))
		}
		if style, err = s.book.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
			return nil, err
		}
		s.styles[o.Decimals] = style
	}
	return excelize.Cell{StyleID: style, Value: f}, nil
}
