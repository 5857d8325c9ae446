package indicator

import (
	"archive/zip"
	"bytes"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"vigie"
)

// The bounds of a workbook, looked at before it is opened. 30 and 100 MiB, 2,000
// entries and the ratio of 100 are what this project allows any office file.
const (
	mostEntries  = 2000
	largestEntry = 30 << 20
	largestZip   = 100 << 20
	highestRatio = 100
	// smallEntry may have any ratio: a kilobyte of XML is no bomb.
	smallEntry = 64 << 10
)

// excelDigits is how many digits of a number Excel keeps and shows; the rest is
// the error of the binary fraction (Excel specifications and limits: "Number
// precision 15 digits").
const excelDigits = 15

func readXLSX(b []byte, f Format) (t *Table, err error) {
	if err := checkZip(b); err != nil {
		return nil, err
	}
	// The library reads what others wrote, and panics on some of it.
	defer func() {
		if fault := recover(); fault != nil {
			t, err = nil, refuse("is not a workbook that can be read")
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{
		UnzipSizeLimit: largestZip, UnzipXMLSizeLimit: largestZip,
	})
	if err != nil {
		return nil, refuse("is not a workbook that can be read")
	}
	defer func() { _ = book.Close() }() // only read

	t = &Table{Format: Format{Sheet: f.Sheet}, Sheets: book.GetSheetList()}
	if f.Sheet != "" && !slices.Contains(t.Sheets, f.Sheet) {
		return nil, refuse("has no sheet %.60q", f.Sheet)
	}
	for _, sheet := range t.Sheets {
		if f.Sheet != "" && sheet != f.Sheet {
			continue
		}
		if t.rows, err = sheetRows(book, sheet); err != nil {
			return nil, err
		}
		t.Format.Sheet = sheet
		if len(t.rows) > 0 {
			break
		}
	}
	return t, nil
}

// sheetRows streams a sheet twice side by side: as shown, and as kept.
func sheetRows(book *excelize.File, sheet string) (rows []row, err error) {
	shown, err := book.Rows(sheet)
	if err != nil {
		return nil, refuse("has a sheet %.60q that cannot be read", sheet)
	}
	defer func() { _ = shown.Close() }()
	kept, err := book.Rows(sheet)
	if err != nil {
		return nil, refuse("has a sheet %.60q that cannot be read", sheet)
	}
	defer func() { _ = kept.Close() }()

	var g grid
	for n := 1; shown.Next() && kept.Next(); n++ {
		if n > 5*mostRows {
			return nil, refuse("has more than %d rows", mostRows)
		}
		cells, err := shown.Columns()
		if err != nil {
			return nil, refuse("has a row %d that cannot be read", n)
		}
		raw, err := kept.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, refuse("has a row %d that cannot be read", n)
		}
		for i := range cells {
			if i < len(raw) && len(raw[i]) <= longestCell {
				cells[i] = cellText(cells[i], raw[i])
			}
		}
		if err := g.add(n, cells); err != nil {
			return nil, err
		}
	}
	if shown.Error() != nil || kept.Error() != nil {
		return nil, refuse("has a sheet %.60q that cannot be read", sheet)
	}
	return g.rows, nil
}

// cellText returns a number with the digits that are kept rather than shown, and
// everything else, dates among it, as shown. What is shown as percent is
// multiplied by one hundred, as its reader sees it.
func cellText(shown, raw string) string {
	d, err := vigie.ParseDecimal(raw)
	if err != nil {
		return shown
	}
	r := d.Rat()
	look := strings.TrimSpace(shown)
	if strings.HasSuffix(look, "%") {
		r.Mul(r, big.NewRat(100, 1))
		look = strings.TrimSpace(strings.TrimSuffix(look, "%"))
	}
	look = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "").Replace(look)
	if _, err := vigie.ParseDecimal(look); err != nil {
		return shown
	}
	return significant(r)
}

// significant writes r with excelDigits significant digits, without the zeros at
// its end, which a spreadsheet does not keep.
func significant(r *big.Rat) string {
	places := excelDigits
	if abs := new(big.Rat).Abs(r); abs.Sign() > 0 {
		// The number of digits before the point, or of zeros behind it.
		whole, part, _ := strings.Cut(abs.FloatString(100), ".")
		if whole != "0" {
			places = max(excelDigits-len(whole), 0)
		} else {
			places += len(part) - len(strings.TrimLeft(part, "0"))
		}
	}
	s := r.FloatString(min(places, 60))
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// checkZip refuses bombs before anything is parsed. Sizes are measured, not
// believed.
func checkZip(b []byte) error {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return refuse("is a damaged workbook")
	}
	if len(z.File) > mostEntries {
		return refuse("is a workbook of more than %d parts", mostEntries)
	}
	var sum int64
	for _, e := range z.File {
		name := strings.ToLower(e.Name)
		for _, suffix := range []string{".zip", ".xlsx", ".xlsm", ".docx", ".pptx", ".gz", ".7z", ".rar", ".jar"} {
			if strings.HasSuffix(name, suffix) {
				return refuse("is a workbook with another archive inside (%.60q)", e.Name)
			}
		}
		if e.Flags&1 != 0 { // APPNOTE.TXT section 4.4.4, bit 0: encrypted
			return refuse("is encrypted")
		}
		n, err := unpacked(e)
		if err != nil {
			return err
		}
		if sum += n; sum > largestZip {
			return refuse("is a workbook of more than %d MiB when unpacked", largestZip>>20)
		}
	}
	return nil
}

// unpacked measures an entry.
func unpacked(e *zip.File) (int64, error) {
	most := int64(largestEntry)
	if packed := int64(min(e.CompressedSize64, largestEntry)); packed*highestRatio < most {
		most = max(packed*highestRatio, smallEntry)
	}
	if e.UncompressedSize64 > uint64(most) {
		return 0, refuse("is a workbook with a part that is too large when unpacked (%.60q)", e.Name)
	}
	r, err := e.Open()
	if err != nil {
		return 0, refuse("is a damaged workbook")
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(r, most+1))
	if err != nil {
		return 0, refuse("is a damaged workbook")
	}
	if n > most {
		return 0, refuse("is a workbook with a part that is too large when unpacked (%.60q)", e.Name)
	}
	return n, nil
}
