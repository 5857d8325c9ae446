package indicator

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sniffed is how many lines are looked at to find the separator.
const sniffed = 30

func readCSV(b []byte, f Format) (*Table, error) {
	text, charset, err := decode(b, f.Charset)
	if err != nil {
		return nil, err
	}
	skipped := 0
	// The line by which Excel is told the separator.
	if line, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(line, "sep=") && len(strings.TrimSpace(line)) <= 5 {
		skipped, text = 1, rest
		if sep := strings.TrimSpace(line[4:] + " "); f.Separator == 0 && sep != "" {
			f.Separator = rune(sep[0])
		}
	}
	if f.Separator == 0 {
		f.Separator = separator(text)
	}
	if f.Separator != ',' && f.Separator != ';' && f.Separator != '\t' {
		return nil, refuse("separates its columns with %q; comma, semicolon and tab are known", f.Separator)
	}
	f.Charset, f.Sheet = charset, ""
	rows, err := records(text, f.Separator, skipped)
	if err != nil {
		return nil, err
	}
	return &Table{Format: f, rows: rows}, nil
}

// records reads the rows. Rows are counted as a spreadsheet does: a cell that
// holds line breaks is still in one row, and an empty line is a row.
func records(text string, sep rune, skipped int) ([]row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = sep, -1
	var g grid
	breaks := 0
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return g.rows, nil
		}
		if fault, ok := errors.AsType[*csv.ParseError](err); ok {
			f := &FaultsError{}
			f.at(fault.StartLine-breaks+skipped, "", fmt.Sprintf("has a quotation mark in the wrong place, or one that is never closed (line %d)", fault.Line+skipped))
			return nil, f
		}
		if err != nil {
			return nil, fmt.Errorf("read table: %w", err)
		}
		line, _ := r.FieldPos(0)
		if err := g.add(line-breaks+skipped, cells); err != nil {
			return nil, err
		}
		for _, c := range cells {
			breaks += strings.Count(c, "\n")
		}
	}
}

// separator returns the sign that cuts the first lines into the most columns
// while cutting most of them into equally many. Signs within quotation marks do
// not count.
func separator(text string) rune {
	best, bestScore := ',', 0
	for _, sep := range []rune{',', ';', '\t'} {
		widths := map[int]int{}
		for i, line := range linesOutside(text) {
			if i == sniffed {
				break
			}
			if n := strings.Count(line, string(sep)); n > 0 {
				widths[n]++
			}
		}
		for n, lines := range widths {
			// Agreement of lines first, then the number of columns.
			if score := lines*1000 + min(n, 999); score > bestScore || (score == bestScore && sep != ',') {
				best, bestScore = sep, score
			}
		}
	}
	return best
}

// linesOutside returns the first lines without what stands in quotation marks.
func linesOutside(text string) []string {
	var lines []string
	var b strings.Builder
	quoted := false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			lines = append(lines, b.String())
			b.Reset()
		default:
			b.WriteRune(c)
		}
		if len(lines) > sniffed || b.Len() > 1<<20 {
			break
		}
	}
	return append(lines, b.String())
}

// decode returns b as UTF-8. Without a byte order mark or a wish, what is not
// UTF-8 is windows-1252, the character set of spreadsheets in western Europe and
// of French ones in the Maghreb.
func decode(b []byte, wish string) (text, charset string, err error) {
	charset = strings.ToLower(wish)
	switch {
	case charset != "":
	case strings.HasPrefix(string(b[:min(2, len(b))]), "\xff\xfe"):
		charset = "utf-16le"
	case strings.HasPrefix(string(b[:min(2, len(b))]), "\xfe\xff"):
		charset = "utf-16be"
	case utf8.Valid(b):
		charset = "utf-8"
	default:
		charset = "windows-1252"
	}
	var e encoding.Encoding
	switch charset {
	case "utf-8":
		e = unicode.UTF8BOM
	case "utf-16le":
		e = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-16be":
		e = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "windows-1252":
		e = charmap.Windows1252
	case "windows-1256":
		e = charmap.Windows1256
	default:
		return "", "", refuse("is said to be in the character set %.40q, which is not known", wish)
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return "", "", refuse("cannot be read as %s", charset)
	}
	text = strings.ReplaceAll(string(out), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	if strings.Contains(text, "\x00") {
		return "", "", refuse("is not a table: it holds bytes that no text has")
	}
	return text, charset, nil
}
