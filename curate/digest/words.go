package digest

import (
	"strings"
	"unicode"

	"vigie/curate/locale"
)

// The marks that keep a value from turning the words around it (Unicode Annex 9).
const (
	isolate = "\u2068"
	release = "\u2069"
)

// words are a phrase with its values told apart. In a text they print with the
// values between the marks of isolation; the HTML template puts <bdi> around them.
type words []locale.Part

// String implements fmt.Stringer.
func (w words) String() string {
	var b strings.Builder
	for _, part := range w {
		if part.Value && part.Text != "" {
			b.WriteString(isolate + part.Text + release)
			continue
		}
		b.WriteString(part.Text)
	}
	return b.String()
}

// value is something by itself.
func value(s string) words { return words{{Text: s, Value: true}} }

// plain joins the parts as they are.
func plain(w words) string {
	var b strings.Builder
	for _, part := range w {
		b.WriteString(part.Text)
	}
	return b.String()
}

// subject is a phrase in a header. Marks go into those only that run from right to
// left: many programs show them as boxes there.
func subject(p *locale.Printer, w words) string {
	if p.Dir() == "rtl" {
		return w.String()
	}
	return plain(w)
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
