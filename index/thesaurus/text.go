package thesaurus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"vigie"
)

// maxLine is the longest line of a file, in bytes.
const maxLine = 16 << 10

// Load reads a thesaurus in the form of the package comment. Identities must be
// unique, broader and related concepts exist, nothing be broader than itself, and
// every concept have a label. What cannot be used is an [vigie.InvalidError] with its
// line.
func Load(r io.Reader) (*Thesaurus, error) {
	l := loader{}
	in := bufio.NewScanner(&bounded{r: r, left: MaxBytes})
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSuffix(in.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if reason := l.line(n, line); reason != "" && in.Err() == nil { // not a line that was cut by an error of reading
			return nil, &vigie.InvalidError{Field: lineAt(n), Reason: reason}
		}
	}
	l.end()
	if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, &vigie.InvalidError{Field: "file", Reason: fmt.Sprintf("has a line of more than %d bytes", maxLine)}
	} else if err != nil {
		return nil, fmt.Errorf("read thesaurus: %w", err)
	}
	if f := validate(l.concepts); f != nil {
		return nil, f.of(lineAt(l.lines[f.at]) + ", concept " + f.id)
	}
	return build(l.concepts), nil
}

func lineAt(n int) string { return "line " + strconv.Itoa(n) }

// loader gathers the concepts of a file.
type loader struct {
	concepts []Concept
	lines    []int // where each begins
	open     bool
	now      Concept
	began    int
}

// line takes one line; the reason says why it cannot.
func (l *loader) line(n int, line string) (reason string) {
	line = strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(line, "#"):
		return ""
	case line == "":
		l.end()
		return ""
	case !l.open:
		if len(l.concepts) == maxConcepts {
			return fmt.Sprintf("is one concept too many: at most %d", maxConcepts)
		}
		return l.begin(n, line)
	}
	tag, rest, _ := strings.Cut(line, " ")
	lang := vigie.Lang(tag)
	if tag == "*" {
		lang = Every
	}
	if _, twice := l.now.Labels[lang]; twice {
		return fmt.Sprintf("has labels in %q a second time", tag)
	}
	if len(l.now.Labels) == maxLangs {
		return fmt.Sprintf("is one language too many: at most %d", maxLangs)
	}
	texts := strings.SplitN(rest, "|", maxLabels+2)
	labels := make([]Label, len(texts))
	for i, text := range texts {
		labels[i] = ParseLabel(strings.TrimSpace(text))
	}
	l.now.Labels[lang] = labels
	return ""
}

func (l *loader) begin(n int, line string) (reason string) {
	l.open, l.began = true, n
	fields := strings.Fields(line)
	l.now = Concept{ID: fields[0], Labels: map[vigie.Lang][]Label{}}
	var into *[]string
	for _, f := range fields[1:] {
		switch {
		case f == "<":
			into = &l.now.Broader
		case f == "~":
			into = &l.now.Related
		case into == nil:
			return fmt.Sprintf("has %q where < or ~ is due", f)
		default:
			*into = append(*into, f)
		}
	}
	return ""
}

func (l *loader) end() {
	if l.open {
		l.concepts, l.lines = append(l.concepts, l.now), append(l.lines, l.began)
		l.open = false
	}
}

// ParseLabel reads a label with its marks, as the file has it: "=AI", "!IT".
func ParseLabel(s string) Label {
	if text, ok := strings.CutPrefix(s, "!"); ok {
		return Label{Text: text, AsWritten: true, Unsearched: true}
	}
	text, ok := strings.CutPrefix(s, "=")
	return Label{Text: text, AsWritten: ok}
}

// String is the label with its marks, as [ParseLabel] reads it.
func (l Label) String() string {
	switch {
	case l.Unsearched:
		return "!" + l.Text
	case l.AsWritten:
		return "=" + l.Text
	}
	return l.Text
}

// Write writes the thesaurus in the form that [Load] reads.
func (t *Thesaurus) Write(w io.Writer) error {
	var out bytes.Buffer
	for i, c := range t.concepts {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(c.ID)
		writeLinks(&out, " <", c.Broader)
		writeLinks(&out, " ~", c.Related)
		out.WriteByte('\n')
		for _, lang := range c.langs() {
			tag := string(lang)
			if lang == Every {
				tag = "* "
			}
			out.WriteString(tag)
			for j, l := range c.Labels[lang] {
				if j > 0 {
					out.WriteString(" |")
				}
				out.WriteString(" " + l.String())
			}
			out.WriteByte('\n')
		}
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write thesaurus: %w", err)
	}
	return nil
}

func writeLinks(out *bytes.Buffer, sign string, ids []string) {
	if len(ids) > 0 {
		out.WriteString(sign + " " + strings.Join(ids, " "))
	}
}

// bounded reads so many bytes and then says that there are too many.
type bounded struct {
	r    io.Reader
	left int64
	err  error // of the reader
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p[:min(int64(len(p)), max(b.left, 1))])
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	if n > 0 && b.left <= 0 {
		return 0, &vigie.InvalidError{Field: "file", Reason: "is larger than is read here"}
	}
	b.left -= int64(n)
	return n, err
}
