package digest

import (
	"slices"
	"strings"
	"unicode"

	"vigie/curate/locale"
)

// words are a phrase with its values told apart. In a text they print with the
// values between the marks of isolation; the HTML template puts <bdi> around them.
type words []locale.Part

// String implements fmt.Stringer. There are no marks around nothing.
func (w words) String() string {
	return locale.Isolated(slices.DeleteFunc(slices.Clone(w), func(part locale.Part) bool { return part.Text == "" }))
}

// value is something by itself.
func value(s string) words { return words{{Text: s, Value: true}} }

// subject is a phrase in a header. Marks go into those only that run from right to
// left: many programs show them as boxes there.
func subject(p *locale.Printer, w words) string {
	if p.Dir() == "rtl" {
		return w.String()
	}
	return locale.Plain(w)
}

// oneLine makes one line of at most so many characters out of what people wrote,
// without characters that command: controls, and marks of direction, which could
// reach beyond the value.
func oneLine(s string, most int) string {
	s = strings.Join(strings.Fields(tame(s)), " ")
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return strings.TrimRightFunc(string(runes[:most-1]), unicode.IsSpace) + "…"
}

// paragraphs are the lines of a text that are not empty.
func paragraphs(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = oneLine(line, mostIntro); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// tame takes out what no line of text needs.
func tame(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF', r == unicode.ReplacementChar:
			return -1
		default:
			return r
		}
	}, strings.ToValidUTF8(s, ""))
}
