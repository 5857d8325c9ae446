package feeds

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"vigie"
)

// The bounds of a list of sources.
const (
	maxOPML     = 10 << 20 // bytes
	maxOutlines = 10_000
	maxOutline  = 32  // levels
	maxNested   = 500 // levels of any element that are looked at for mistakes
	maxRemarks  = 500
	maxForeign  = 20   // attributes of other programs that are named
	maxTopics   = 50   // of one source
	maxSpaces   = 10   // prefixes of our namespace
	maxOwn      = 4000 // bytes of a text of our own
)

// ownSpace is the namespace of what OPML has no attribute for, ownPrefix the name
// under which its attributes are known here, whatever prefix a list uses.
const (
	ownSpace  = "urn:vigie:opml:1"
	ownPrefix = "vigie:"
)

// List is what [ReadOPML] understood of a list of sources.
type List struct {
	// Sources come without ID and Added.
	Sources []vigie.Source
	// Lines are those on which the sources stand, one for each.
	Lines []int
	// Remarks are in the order of their lines.
	Remarks []Remark
}

// Done says what was done about a [Remark].
type Done string

// What is done about the mistakes of a list.
const (
	// Refused means that a source was not taken.
	Refused Done = "refused"
	// LeftOut means that something else of the outline was not taken, or has no place.
	LeftOut Done = "left out"
	// Mended means that all was taken in spite of the mistake.
	Mended Done = "read all the same"
	// NotRead means that the rest of the list was not read.
	NotRead Done = "the rest was not read"
)

// Remark is one line of the report on a list.
type Remark struct {
	// Line counts from 1; 0 is the whole list.
	Line int    `json:"line"`
	What string `json:"what"`
	Done Done   `json:"done"`
	// Code names the kind of remark, and About what it is about, for who has words of
	// their own for it: "no_address" and the name of an outline. Faults of the whole file
	// have none.
	Code  string `json:"code,omitempty"`
	About string `json:"about,omitempty"`
}

// String returns the remark as a line for a person.
func (r Remark) String() string {
	if r.Line == 0 {
		return r.What + ": " + string(r.Done)
	}
	return fmt.Sprintf("line %d: %s: %s", r.Line, r.What, r.Done)
}

// ReadOPML reads a list of sources in OPML 1.0 to 2.0 (http://opml.org/spec2.opml),
// well formed or not. Names of outlines around a source become its topics, as do
// its categories; one that is listed twice is given once with the topics of both.
// What [WriteOPML] writes comes back as it was. There is no place for what other
// programs add; such attributes are named once each and left out.
//
// What cannot be used is named in the remarks with its line. The error, of kind
// [vigie.ErrInvalid], is for what is no list at all or exceeds a bound: 10 MiB, 32
// levels.
func ReadOPML(r io.Reader) (List, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	if err != nil {
		return List{}, fmt.Errorf("read OPML: %w", err)
	}
	if len(body) > maxOPML {
		return List{}, badList("is larger than %d MiB", maxOPML>>20)
	}
	var f faults
	text, err := decode(body, "", &f)
	if err != nil {
		return List{}, fmt.Errorf("read OPML: %w", err)
	}
	l := list{in: text, seen: map[string]int{}, foreign: map[string]bool{}}
	for _, fault := range f {
		l.remarks = append(l.remarks, Remark{What: fault, Done: Mended})
	}
	if err := l.read(); err != nil {
		return List{}, err
	}
	l.mistake()
	slices.SortStableFunc(l.remarks, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return List{Sources: l.sources, Lines: l.lines, Remarks: l.remarks}, nil
}

func badList(format string, args ...any) error {
	return &vigie.InvalidError{Field: "OPML", Reason: fmt.Sprintf(format, args...)}
}

// list reads one document.
type list struct {
	in       []byte
	pos      int
	line     int // of pos, from 0
	counted  int // the bytes in which lines were counted
	open     []group
	outlines int
	root     string
	doctype  bool // one was seen
	prefixes []string
	sources  []vigie.Source
	lines    []int           // of sources
	seen     map[string]int  // kind and canonical address -> place in sources
	foreign  map[string]bool // attributes of other programs
	remarks  []Remark
}

// group is an outline that is open, with the topic that it makes of its name.
type group struct {
	topic string
	line  int
}

func (l *list) remarkf(done Done, code, about, format string, args ...any) {
	l.remarkAtf(l.at(), done, code, about, format, args...)
}

func (l *list) remarkAtf(line int, done Done, code, about, format string, args ...any) {
	if len(l.remarks) < maxRemarks {
		about, _ = clip(about, maxTitle)
		l.remarks = append(l.remarks, Remark{Line: line, What: fmt.Sprintf(format, args...), Done: done, Code: code, About: about})
	}
}

// at returns the line of the current place, from 1.
func (l *list) at() int {
	l.line += bytes.Count(l.in[l.counted:l.pos], []byte("\n"))
	l.counted = l.pos
	return l.line + 1
}

// read goes over all tags. Texts mean nothing in OPML.
func (l *list) read() error {
	for {
		next := bytes.IndexByte(l.in[l.pos:], '<')
		if next < 0 {
			break
		}
		l.pos += next
		rest := l.in[l.pos:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			l.past(rest, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			l.past(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("<!")):
			l.pos += endOfDirective(rest, l.root == "" && !l.doctype)
			l.doctype = true
		case len(rest) > 2 && rest[1] == '/':
			if localName(string(rest[2:2+nameLength(rest[2:])])) == "outline" && len(l.open) > 0 {
				l.open = l.open[:len(l.open)-1]
			}
			l.past(rest, ">")
		case len(rest) > 1 && isNameStart(rest[1]):
			if err := l.tag(rest); err != nil {
				return err
			}
		default:
			l.pos++
		}
		if l.outlines > maxOutlines {
			l.remarkf(NotRead, "many", strconv.Itoa(maxOutlines), "the list has more than %d outlines", maxOutlines)
			return nil
		}
	}
	return l.finish()
}

// finish judges what was read when the document has ended.
func (l *list) finish() error {
	l.pos = len(l.in)
	switch {
	case len(bytes.TrimSpace(l.in)) == 0:
		return badList("is empty")
	case l.root == "":
		return badList("line %d: holds no element: it looks like plain text", 1)
	}
	for _, g := range l.open {
		l.remarkAtf(g.line, Mended, "open_outline", "", "an outline is never closed")
	}
	return nil
}

func (l *list) past(rest []byte, mark string) {
	if end := bytes.Index(rest, []byte(mark)); end >= 0 {
		l.pos += end + len(mark)
		return
	}
	l.pos = len(l.in)
}

// tag reads a start tag.
func (l *list) tag(rest []byte) error {
	n := 1 + nameLength(rest[1:])
	local := localName(string(rest[1:n]))
	if l.root == "" {
		l.root = local
		if local != "opml" && local != "outline" {
			return badList("line %d: its first element is <%s> instead of <opml>", l.at(), local)
		}
	}
	attrs, length, empty, err := readAttributes(rest[n:])
	if err != nil {
		return badList("line %d: %v", l.at(), err)
	}
	if length < 0 {
		l.remarkf(LeftOut, "open_tag", local, "a tag <%s> is never closed", local)
		l.pos += n
		return nil
	}
	l.spaces(attrs)
	if local == "outline" {
		l.outlines++
		o := l.attributes(attrs)
		l.outline(o)
		if !empty {
			if len(l.open) >= maxOutline {
				return badList("line %d: nests deeper than %d levels", l.at(), maxOutline)
			}
			l.open = append(l.open, group{topicOf(o), l.at()})
		}
	}
	l.pos += n + length
	return nil
}

// spaces notes the prefixes that a tag binds to our namespace: a program that wrote
// the list anew may have chosen another.
func (l *list) spaces(attrs []attribute) {
	for _, a := range attrs {
		if prefix, ok := strings.CutPrefix(a.name, "xmlns:"); ok && a.value == ownSpace && len(l.prefixes) < maxSpaces {
			l.prefixes = append(l.prefixes, strings.ToLower(prefix)+":")
		}
	}
}

// attributes returns those of an outline by their names in lower case, ours with
// [ownPrefix] and to the byte, others without the spaces around.
func (l *list) attributes(attrs []attribute) map[string]string {
	o := make(map[string]string, len(attrs))
	for _, a := range attrs {
		name := strings.ToLower(a.name)
		prefix, local, _ := strings.Cut(name, ":")
		switch {
		case strings.HasPrefix(name, ownPrefix), slices.Contains(l.prefixes, prefix+":"):
			o[ownPrefix+local] = a.value
		case isOutlineAttribute(name), strings.HasPrefix(name, "xmlns"):
			o[name] = strings.TrimSpace(a.value)
		case !l.foreign[name] && len(l.foreign) < maxForeign:
			l.foreign[name] = true
			l.remarkf(LeftOut, "foreign", a.name, "the attribute %.50q belongs to another program; it is named here only the first time", a.name)
		}
	}
	return o
}

// mistake finds the first place where the list is not well-formed XML. It is read all
// the same, but whoever made it may want to know.
func (l *list) mistake() {
	d := xml.NewDecoder(bytes.NewReader(l.in))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	for depth := 0; depth < maxNested; {
		token, err := d.Token()
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if err == nil {
			continue
		}
		var wrong *xml.SyntaxError
		atEnd := d.InputOffset() >= int64(len(l.in))
		if errors.As(err, &wrong) && (!atEnd || len(l.open) == 0) { // what is open was told
			l.remarkAtf(wrong.Line, Mended, "no_xml", wrong.Msg, "this is no well-formed XML: %s", wrong.Msg)
		}
		return
	}
}
