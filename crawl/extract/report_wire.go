package extract

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"vigie"
	"vigie/crawl/extract/pdfium"
)

// The bounds of an answer. The child cuts to them; an answer beyond them was not made by
// our own code, and is refused as a whole.
const (
	maxReportText       = 12 << 20 // bytes of all paragraphs together
	maxReportParagraphs = 300_000
	maxReportParagraph  = 1 << 20 // bytes
	maxReportPages      = 1_000_000
	maxReportAuthors    = 50
	maxReportName       = 300 // bytes of the name of an author
	maxReportFaults     = 100
	maxReportFault      = 500 // bytes
	maxReportOutline    = 2000
	maxReportLevel      = 16
	maxReportLine       = 2 * maxTitle // bytes of a title or a heading before it is cleaned
	maxReportLinks      = 200

	// maxReportAnswer is more than all of it.
	maxReportAnswer = maxReportText + 12*maxReportParagraphs + (maxReportOutline+1)*(maxReportLine+16) +
		maxReportLinks*(4*maxLink+4) + 1<<20
)

// An answer is a sequence of numbers (unsigned varints) and of texts (their length in
// bytes, and their bytes); a list begins with its length. The first number is
// wireVersion; after it comes an obstacle with its reason, and, where the obstacle is
// empty, the report.
const wireVersion = 2

// errAnswer means that an answer is none of ours.
var errAnswer = errors.New("the answer of the parser cannot be understood")

// wireKinds are the kinds of paragraph by their number.
func wireKinds() []vigie.ParagraphKind {
	return []vigie.ParagraphKind{vigie.Plain, vigie.Heading, vigie.Item, vigie.Row, vigie.Quote, vigie.Code}
}

// wireWriter makes an answer.
type wireWriter struct{ b []byte }

func (w *wireWriter) number(n int) { w.b = binary.AppendUvarint(w.b, uint64(max(n, 0))) }

// text writes at most so many bytes of a text.
func (w *wireWriter) text(s string, most int) {
	s = cut(strings.ToValidUTF8(s, "�"), most)
	w.number(len(s))
	w.b = append(w.b, s...)
}

// encodeRefusal makes the answer to a file that cannot be read.
func encodeRefusal(o vigie.Obstacle, reason string) []byte {
	var w wireWriter
	w.number(wireVersion)
	w.text(string(o), maxReportName)
	w.text(reason, maxReportFault)
	return w.b
}

// encodeFile makes the answer to a file that was read.
func encodeFile(f pdfium.File) []byte {
	var w wireWriter
	w.number(wireVersion)
	w.text("", 0)
	w.text("", 0)
	w.text(f.Title, maxReportLine)
	authors := f.Authors[:min(len(f.Authors), maxReportAuthors)]
	w.number(len(authors))
	for _, a := range authors {
		w.text(a.Name, maxReportName)
	}
	w.text(f.Created.String(), maxReportName)
	w.text(f.Modified.String(), maxReportName)
	w.number(min(f.PageCount, maxReportPages))
	w.number(min(len(f.Pages), maxReportPages))
	needs := 0
	if f.NeedsOCR {
		needs = 1
	}
	w.number(needs)
	outline := f.Outline[:min(len(f.Outline), maxReportOutline)]
	w.number(len(outline))
	for _, h := range outline {
		w.text(h.Title, maxReportLine)
		w.number(min(h.Page, maxReportPages))
		w.number(min(h.Level, maxReportLevel))
	}
	w.links(f.Links)
	body, whole := boundedBody(f.Body)
	faults := f.Faults[:min(len(f.Faults), maxReportFaults-1)]
	if !whole {
		faults = append(slices.Clip(faults), "the text is too long to be kept as a whole: its end was left out")
	}
	w.number(len(faults))
	for _, fault := range faults {
		w.text(fault, maxReportFault)
	}
	w.body(body)
	return w.b
}

// links writes the first addresses, but for those that are too long.
func (w *wireWriter) links(links []pdfium.Link) {
	var out []string
	for _, l := range links {
		if len(out) < maxReportLinks && len(l.URL) <= 4*maxLink && !slices.Contains(out, l.URL) {
			out = append(out, l.URL)
		}
	}
	w.number(len(out))
	for _, l := range out {
		w.text(l, 4*maxLink)
	}
}

// boundedBody returns as many paragraphs as an answer may have, and whether those are
// all.
func boundedBody(body []vigie.Paragraph) ([]vigie.Paragraph, bool) {
	size := 0
	for i, p := range body {
		size += min(len(p.Text), maxReportParagraph)
		if i == maxReportParagraphs || size > maxReportText {
			return body[:i], false
		}
	}
	return body, true
}

func (w *wireWriter) body(body []vigie.Paragraph) {
	kinds := wireKinds()
	w.number(len(body))
	for _, p := range body {
		kind := 0
		for n, k := range kinds {
			if k == p.Kind {
				kind = n
			}
		}
		w.number(kind)
		w.number(min(p.Level, maxReportLevel))
		w.number(min(p.Page, maxReportPages))
		w.text(p.Text, maxReportParagraph)
	}
}

// wireReader reads an answer that may be hostile: whoever takes the child over writes
// what it likes. After the first thing that cannot be, ok is false and all is zero.
type wireReader struct {
	b  []byte
	ok bool
}

// number reads a number that is not greater than most.
func (r *wireReader) number(most int) int {
	n, size := binary.Uvarint(r.b)
	if !r.ok || size <= 0 || n > uint64(most) {
		r.ok = false
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

// count reads the length of a list whose entries take at least so many bytes each, so
// that no memory is taken for more than came.
func (r *wireReader) count(most, least int) int {
	n := r.number(most)
	if n > len(r.b)/least {
		r.ok = false
		return 0
	}
	return n
}

// text reads a text of at most so many bytes.
func (r *wireReader) text(most int) string {
	n := r.number(most)
	if n > len(r.b) || !utf8.Valid(r.b[:n]) {
		r.ok = false
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// decodeReport reads an answer. It returns a [ReportError] for a file that cannot be
// read, and errAnswer for what is no answer.
func decodeReport(answer []byte) (Report, error) {
	r := wireReader{b: answer, ok: true}
	version := r.number(1 << 20)
	obstacle, reason := vigie.Obstacle(r.text(maxReportName)), PlainLine(r.text(maxReportFault))
	if !r.ok || version != wireVersion {
		return Report{}, errAnswer
	}
	switch obstacle {
	case "":
	case vigie.Encrypted, vigie.Damaged, vigie.TooLarge, vigie.TooSlow, vigie.Crashed, vigie.NeedsOCR, vigie.Unreadable:
		return Report{}, &ReportError{Obstacle: obstacle, Reason: reason}
	default:
		return Report{}, errAnswer
	}
	out := r.report()
	if !r.ok || len(r.b) > 0 {
		return Report{}, errAnswer
	}
	return out, nil
}

func (r *wireReader) report() Report {
	var out Report
	out.Title = cut(PlainLine(r.text(maxReportLine)), maxTitle)
	for range r.count(maxReportAuthors, 1) {
		if name := PlainLine(r.text(maxReportName)); name != "" {
			out.Authors = append(out.Authors, vigie.Author{Name: name})
		}
	}
	out.Created, out.Modified = r.date(), r.date()
	out.PageCount = r.number(maxReportPages)
	out.Read = r.number(out.PageCount)
	out.NeedsOCR = r.number(1) == 1
	for range r.count(maxReportOutline, 3) {
		h := ReportHeading{Title: cut(PlainLine(r.text(maxReportLine)), maxTitle), Page: r.number(maxReportPages), Level: r.number(maxReportLevel)}
		if h.Page > out.PageCount {
			h.Page = 0
		}
		if h.Title != "" {
			out.Outline = append(out.Outline, h)
		}
	}
	for range r.count(maxReportLinks, 1) {
		out.Links = append(out.Links, r.text(4*maxLink))
	}
	for range r.count(maxReportFaults, 1) {
		out.Faults = append(out.Faults, PlainLine(r.text(maxReportFault)))
	}
	out.Body = r.paragraphs(out.PageCount)
	return out
}

func (r *wireReader) paragraphs(pages int) []vigie.Paragraph {
	kinds := wireKinds()
	n := r.count(maxReportParagraphs, 4)
	body := make([]vigie.Paragraph, 0, n)
	left := maxReportText
	for range n {
		p := vigie.Paragraph{Kind: kinds[r.number(len(kinds)-1)], Level: r.number(maxReportLevel), Page: r.number(pages)}
		text := r.text(min(maxReportParagraph, left))
		if !r.ok {
			return nil
		}
		left -= len(text)
		if p.Kind != vigie.Heading {
			p.Level = 0
		}
		if p.Text = cleanText(text, p.Kind); p.Text != "" {
			body = append(body, p)
		}
	}
	return body
}

// date reads one of the file's own dates; an absurd one is none.
func (r *wireReader) date() vigie.Date {
	d, err := vigie.ParseDate(r.text(maxReportName))
	if err != nil || d.Time.Year() < 1980 || d.Time.After(time.Now().AddDate(1, 0, 0)) {
		return vigie.Date{}
	}
	return d
}

// cleanText returns a text as all texts are kept: without what shows nothing and can
// mislead, white space folded, in NFC. Cells of a row stay parted.
func cleanText(s string, kind vigie.ParagraphKind) string {
	f := folder{keepLines: kind == vigie.Code}
	if kind != vigie.Row {
		f.write([]byte(s), len(s)*utf8.UTFMax)
		return f.take()
	}
	for i, cell := range strings.Split(s, "\t") {
		if i > 0 {
			f.tab()
		}
		f.write([]byte(cell), len(s)*utf8.UTFMax)
	}
	return f.take()
}
