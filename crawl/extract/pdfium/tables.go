package pdfium

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// alignTolerance is how far apart the edges of cells that stand under each other
	// may be, in sizes of letters.
	alignTolerance = 0.8
	// maxCells is how many cells a row may have.
	maxCells = 50
	// maxRows is how many rows a table may have on one page.
	maxRows = 300
)

// lines makes lines of the segments of a block, which stand from the top: rows
// where segments stand under each other like cells, else one line for what stands
// on one base line.
func lines(block []segment) []line {
	span := block[0].box
	for i := range block {
		span = span.with(block[i].box)
	}
	grid := gather(block)
	var out []line
	for i := 0; i < len(grid); {
		end := tableEnd(grid, i)
		if end-i < 2 || !isTable(grid[i:end]) {
			out = append(out, joined(grid[i]))
			i++
			continue
		}
		out = append(out, table(grid[i:end])...)
		i = end
	}
	for i := range out {
		out[i].span = span
	}
	return out
}

// gather puts segments of one base line together, from left to right.
func gather(block []segment) [][]segment {
	var grid [][]segment
	for _, s := range block {
		if n := len(grid); n > 0 && grid[n-1][0].box.y-s.box.y <= baseTolerance*min(grid[n-1][0].size, s.size) {
			grid[n-1] = append(grid[n-1], s)
			continue
		}
		grid = append(grid, []segment{s})
	}
	for _, row := range grid {
		slices.SortStableFunc(row, func(a, b segment) int { return cmp.Compare(a.box.left, b.box.left) })
	}
	return grid
}

// tableEnd returns the row behind the table that begins with row i; i where none
// does. A row of one cell may stand in a table where it is the continuation of a
// cell above.
func tableEnd(grid [][]segment, i int) int {
	if len(grid[i]) < 2 {
		return i
	}
	end, last := i+1, i
	for j := i + 1; j < min(len(grid), i+maxRows); j++ {
		above := grid[last]
		leading := above[0].box.y - grid[j][0].box.y
		if leading > 4*max(above[0].size, grid[j][0].size) || aligned(above, grid[j]) == 0 {
			break
		}
		if len(grid[j]) >= 2 {
			if aligned(above, grid[j]) < 2 && len(grid[j]) == len(above) {
				break
			}
			last, end = j, j+1
		} else if j-last > 2 || leading > 2*grid[j][0].size || startsFirst(above, grid[j][0]) {
			break
		}
	}
	return end
}

// isTable reports whether rows part into columns: words of running text that stand
// under each other by chance do not. Two rows are a table where wide gaps part
// them only.
func isTable(grid [][]segment) bool {
	strips := stripsOf(grid)
	if len(strips) < 2 || isList(grid) {
		return false
	}
	if len(grid) > 3 {
		return true
	}
	for _, row := range grid {
		for i := 1; i < len(row); i++ {
			if row[i].box.left-row[i-1].box.right < 1.8*row[i].size {
				return false
			}
		}
	}
	return true
}

// isList reports whether all rows are a bullet, or a number, and a text.
func isList(grid [][]segment) bool {
	for _, row := range grid {
		mark := row[0]
		if row[len(row)-1].rtl {
			mark = row[len(row)-1]
		}
		if len(row) > 2 || len(row) == 2 && !isMarker(mark.text) {
			return false
		}
	}
	return true
}

// isMarker reports whether a text is nothing but the mark of an item: "•", "3.", "(b)".
func isMarker(s string) bool {
	if utf8.RuneCountInString(s) > 5 {
		return false
	}
	if _, item := itemText(s + " x"); item {
		return true
	}
	inner := strings.TrimRight(strings.TrimLeft(s, "("), ".)")
	return inner != s && utf8.RuneCountInString(inner) <= 2
}

// startsFirst reports whether a segment stands under the first cell of a row: it
// is then as like to be a text below the table.
func startsFirst(row []segment, s segment) bool {
	first := row[0]
	if s.rtl {
		first = row[len(row)-1]
	}
	return under(first, s)
}

// aligned counts the cells of a row that stand under one of the row above.
func aligned(above, row []segment) int {
	count := 0
	above = above[:min(len(above), maxCells)]
	for _, s := range row[:min(len(row), maxCells)] {
		if slices.ContainsFunc(above, func(a segment) bool { return under(a, s) }) {
			count++
		}
	}
	return count
}

// under reports whether two cells share an edge or their middle.
func under(a, b segment) bool {
	tolerance := alignTolerance * max(a.size, b.size)
	return abs(a.box.left-b.box.left) < tolerance || abs(a.box.right-b.box.right) < tolerance ||
		abs(a.box.left+a.box.right-b.box.left-b.box.right) < 2*tolerance
}

// table makes rows of cells. The columns are the strips that the cells of all rows
// fill, so that an empty cell keeps its place.
func table(grid [][]segment) []line {
	strips := stripsOf(grid)
	var out []line
	var cells [][]string
	rtl := rtlShare(slices.Concat(grid...)) > 0.5
	for _, row := range grid {
		if len(row) == 1 && len(out) > 0 { // more of a cell above
			at := stripOf(strips, row[0].box)
			last := cells[len(cells)-1]
			last[at] = strings.TrimSpace(last[at] + " " + row[0].text)
			out[len(out)-1].box = out[len(out)-1].box.with(row[0].box)
			continue
		}
		found := joined(row)
		found.row, found.rtl = true, rtl
		texts := make([]string, len(strips))
		for _, s := range row {
			at := stripOf(strips, s.box)
			if rtl {
				texts[at] = strings.TrimSpace(s.text + " " + texts[at])
			} else {
				texts[at] = strings.TrimSpace(texts[at] + " " + s.text)
			}
		}
		out, cells = append(out, found), append(cells, texts)
	}
	for i := range out {
		if rtl {
			slices.Reverse(cells[i])
		}
		out[i].text = strings.TrimRight(strings.Join(cells[i], "\t"), "\t")
	}
	return out
}

// stripsOf returns the parts of the line that the cells of rows fill, from the
// left. A cell that stands over two of them does not count.
func stripsOf(grid [][]segment) []box {
	most := 0
	for _, row := range grid {
		most = max(most, len(row))
	}
	var strips []box
	for _, row := range grid {
		for _, s := range row {
			if 2*len(row) < most && s.box.width() > 8*s.size {
				continue
			}
			strips = append(strips, s.box)
		}
	}
	slices.SortFunc(strips, func(a, b box) int { return cmp.Compare(a.left, b.left) })
	merged := strips[:1]
	for _, s := range strips[1:] {
		if last := &merged[len(merged)-1]; s.left < last.right || len(merged) >= maxCells {
			last.right = max(last.right, s.right)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// stripOf returns the strip that a cell stands in.
func stripOf(strips []box, cell box) int {
	middle := (cell.left + cell.right) / 2
	best := 0
	for i, s := range strips {
		if middle >= s.left && middle <= s.right {
			return i
		}
		if abs(s.left+s.right-2*middle) < abs(strips[best].left+strips[best].right-2*middle) {
			best = i
		}
	}
	return best
}

// joined makes one line of what stands on one base line.
func joined(row []segment) line {
	largest, rtl, bold := 0, 0, true
	all := row[0].box
	texts := make([]string, 0, len(row))
	for i := range row {
		if len(row[i].units) > len(row[largest].units) {
			largest = i
		}
		if row[i].rtl {
			rtl++
		}
		bold = bold && row[i].bold
		all = all.with(row[i].box)
		texts = append(texts, row[i].text)
	}
	found := line{box: all, size: row[largest].size, bold: bold, rtl: 2*rtl > len(row)}
	if found.rtl {
		slices.Reverse(texts)
	}
	found.text = strings.Join(texts, " ")
	return found
}
