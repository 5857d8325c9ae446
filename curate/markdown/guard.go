package markdown

import "bytes"

// The bounds within which the parser's time grows with the length of a text.
// Each was set after measuring, for 100 KB of the worst input: 5 s for nested
// quotations, 51 s for wide tables, 5 s for brackets, 3 s for emphasis. No text
// for people comes near.
const (
	maxMarkers  = 16    // quotation and list marks at the beginning of a line
	maxIndent   = 64    // columns before a mark that nests
	maxColumns  = 40    // of a table
	maxCells    = 50000 // of all tables together
	maxEscapes  = 1000  // of pipes, in the whole text
	maxBrackets = 1500  // in one paragraph
	maxMarks    = 5000  // of emphasis, in one paragraph
)

// guarding is the state of [page.guard] while it goes through the lines.
type guarding struct {
	cells, escapes  int
	brackets, marks int // of this paragraph
	reported        bool
}

// guard bounds what a parser would spend more than its length on. It puts spaces
// in the place of what is beyond, byte for byte, so that every place in the text
// stays where it is.
func (p *page) guard(source []byte) []byte {
	out := bytes.Clone(source)
	var g guarding
	for from := 0; from < len(out); {
		to := len(out)
		if n := bytes.IndexByte(out[from:], '\n'); n >= 0 {
			to = from + n
		}
		line := out[from:to]
		said := string(line[:min(len(line), 320)])
		if boundMarkers(line) {
			p.problem(from, TooDeep, said)
		}
		if isDelimiterRow(line) {
			columns := bytes.Count(line, []byte{'|'}) + 1
			g.cells += columns * rows(out[to:])
			if columns > maxColumns || g.cells > maxCells {
				g.cells -= columns * rows(out[to:])
				p.problem(from, TooWide, said)
				blank(line, "|:-")
			}
		}
		if g.line(line) && !g.reported {
			g.reported = true
			p.problem(from, TooDeep, said)
		}
		from = to + 1
	}
	return out
}

// rows counts the lines up to the next empty one, without the rest of the first.
func rows(rest []byte) int {
	if n := bytes.Index(rest, []byte("\n\n")); n >= 0 {
		rest = rest[:n]
	}
	return bytes.Count(rest, []byte{'\n'})
}

// boundMarkers blanks the marks of nesting beyond the bounds and reports whether
// there were any.
func boundMarkers(line []byte) bool {
	if isRule(line) {
		return false
	}
	marks, indent, found := 0, 0, false
	for i, c := range line {
		switch {
		case c == ' ':
			indent++
			continue
		case c == '\t':
			indent += 4
			continue
		case c >= '0' && c <= '9':
		case bytes.IndexByte([]byte(">-*+.)"), c) >= 0:
			marks++
		default:
			return found
		}
		if marks > maxMarkers || indent > maxIndent {
			line[i], found = ' ', true
		}
	}
	return found
}

// isRule reports whether a line is a thematic break, or the underline of a
// heading or of a table's head: long ones are usual and nest nothing.
func isRule(line []byte) bool {
	rest := bytes.TrimSpace(line)
	return len(rest) > 0 && (len(bytes.Trim(rest, "-")) == 0 || len(bytes.Trim(rest, "*")) == 0 ||
		len(bytes.Trim(rest, "|:- \t")) == 0 && bytes.IndexByte(rest, '|') >= 0 && !bytes.Contains(rest, []byte("- - ")))
}

// isDelimiterRow reports whether a line could stand under the head of a table.
func isDelimiterRow(line []byte) bool {
	return bytes.IndexByte(line, '-') >= 0 && bytes.IndexByte(line, '|') >= 0 && len(bytes.Trim(line, "|:- \t>")) == 0
}

func blank(line []byte, marks string) {
	for i, c := range line {
		if bytes.IndexByte([]byte(marks), c) >= 0 {
			line[i] = ' '
		}
	}
}

// line counts what may open something and looks for its end through the whole
// paragraph, blanks it beyond the bounds, and reports whether it did.
func (g *guarding) line(line []byte) bool {
	if rest := bytes.TrimSpace(line); len(rest) == 0 || len(rest) > 2 && bytes.IndexByte([]byte("-*+"), line[0]) >= 0 && line[1] == ' ' {
		g.brackets, g.marks = 0, 0 // a new paragraph, or a new item of a list
	}
	over := false
	for i, c := range line {
		at := i
		switch {
		case c == '[':
			g.brackets++
			if g.brackets <= maxBrackets {
				continue
			}
		case (c == '*' || c == '_' || c == '~') && (i == 0 || line[i-1] != c): // a run counts once
			g.marks++
			if g.marks <= maxMarks {
				continue
			}
		case c == '|' && i > 0 && line[i-1] == '\\':
			g.escapes++
			if g.escapes <= maxEscapes {
				continue
			}
			at = i - 1
		default:
			continue
		}
		line[at], over = ' ', true
	}
	return over
}
