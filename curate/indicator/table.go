package indicator

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// The bounds of a table. The largest file of the World Bank's series used here
// has 17,000 rows; the UN's tables have 20 columns, wide ones 70.
const (
	// MaxFile is the largest file that is read, in bytes.
	MaxFile     = 20 << 20
	mostRows    = 200_000
	mostColumns = 500
	mostCells   = 2_000_000
	longestCell = 8 << 10
)

// Format says how a file is to be read where it does not tell by itself. The
// zero value finds out everything.
type Format struct {
	// Charset of a CSV file: "utf-8", "utf-16le", "utf-16be", "windows-1252",
	// "windows-1256"; "" finds out the first four.
	Charset string
	// Separator of a CSV file: ',', ';' or '\t'; 0 finds out.
	Separator rune
	// Sheet of an XLSX file; "" is the first one that holds anything.
	Sheet string
}

// Table is a file of rows and columns as it was read. It never changes, so it
// may be used concurrently.
type Table struct {
	// Format says how the file was read.
	Format Format
	// Sheets of an XLSX file; none for CSV.
	Sheets []string
	rows   []row
}

// row is one row with its number as a spreadsheet shows it, from one.
type row struct {
	n     int
	cells []string
}

// ReadTable reads a CSV or XLSX file, told apart by its first bytes. Errors are
// of kind vigie.ErrInvalid where the file is at fault.
func ReadTable(r io.Reader, f Format) (*Table, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	if len(b) > MaxFile {
		return nil, refuse("is larger than %d MiB", MaxFile>>20)
	}
	var t *Table
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		t, err = readXLSX(b, f)
	case bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")): // OLE2, [MS-CFB] section 2.2
		return nil, refuse("is an old or an encrypted Excel workbook; save it as .xlsx without a password")
	default:
		t, err = readCSV(b, f)
	}
	if err != nil {
		return nil, err
	}
	if len(t.rows) == 0 {
		return nil, refuse("has no rows")
	}
	return t, nil
}

// Rows returns the rows from the from-th (from zero) on, at most n of them, to
// be shown beside the mapping. The caller must not change them.
func (t *Table) Rows(from, n int) [][]string {
	var out [][]string
	for i := max(from, 0); i < len(t.rows) && len(out) < n; i++ {
		out = append(out, t.rows[i].cells)
	}
	return out
}

// Len returns the number of rows that hold anything, the header included.
func (t *Table) Len() int { return len(t.rows) }

// grid collects rows within the bounds.
type grid struct {
	rows  []row
	cells int
}

func (g *grid) add(n int, cells []string) error {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	g.cells += len(cells)
	switch {
	case len(g.rows) == mostRows:
		return refuse("has more than %d rows", mostRows)
	case len(cells) > mostColumns:
		return refuse("has more than %d columns in row %d", mostColumns, n)
	case g.cells > mostCells:
		return refuse("has more than %d cells", mostCells)
	}
	for i, c := range cells {
		if len(c) > longestCell {
			return refuse("has more than %d bytes in one cell of row %d", longestCell, n)
		}
		cells[i] = tidy(c)
	}
	g.rows = append(g.rows, row{n: n, cells: cells})
	return nil
}

// tidy trims space of every width and the byte order mark.
func tidy(s string) string {
	return strings.Trim(s, " \t\r\n\u00a0\u202f\u2009\ufeff")
}

// cell returns the i-th cell; rows may be short.
func (r row) cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

// columnName returns what people call the i-th column: its header, or its letter
// as a spreadsheet shows it.
func columnName(header string, i int) string {
	if header != "" {
		return clip(header, 60)
	}
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// clip shortens s to n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
