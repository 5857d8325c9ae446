package feeds

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// liftOver is the length in bytes from which a text is lifted out.
const liftOver = 160

// The marks around the number of a lifted text: two code points that Unicode
// reserves for use inside programs.
const (
	liftOpen  = "\ufdd0"
	liftClose = "\ufdd1"
)

// scanner goes once over an XML document and writes a copy that the parsing
// library can neither choke on nor be slow on: every tag balanced, every
// attribute quoted, no DOCTYPE, no instructions, no comments, no characters
// that XML forbids. Long texts are lifted out: a short mark stands for them, so
// that the library does not copy and decode them several times. What the
// library drops (rdf:about, xml:lang, xml:base of an item) goes into an element
// of our own.
type scanner struct {
	in     []byte
	pos    int
	out    []byte
	open   []element
	lifted []string
	faults *faults

	tokens, elements, items, dates int
	// safe is the length of out before the item that is open, safeDepth the
	// number of elements open there; item is its depth, 0 outside of items.
	safe, safeDepth, item int
	// root is the local name of the root element in lower case.
	root string
	// doctype says that a DOCTYPE was seen.
	doctype bool
	// entities are those that the DOCTYPE declares, expanded how many bytes came of
	// them.
	entities map[string]string
	expanded int
	// bare says that the root is a channel without an rss around it.
	bare bool
	// lang is the xml:lang of the root or the channel.
	lang string
}

// element is one open element.
type element struct {
	name string
	// as is the name to write.
	as string
	// base is the xml:base in scope, nil when the document gives none.
	base *url.URL
	// decls is the number of namespace declarations in scope.
	decls int
	// lift is where in out the markup begins that stands for a text, or -1.
	lift int
	// div says that the text is within a div that is not part of it.
	div          bool
	date, base64 bool
}

// scan rewrites the document. The error is about a bound that was exceeded.
func (s *scanner) scan() error {
	if n := bytes.Count(s.in[:min(len(s.in), maxJunk)], []byte("<!ENTITY")); n > maxEntities {
		return refuse("declares %d entities, more than %d", n, maxEntities)
	}
	s.out = make([]byte, 0, min(len(s.in), 1<<16))
	for s.pos < len(s.in) {
		if s.tokens++; s.tokens > maxTokens {
			return refuse("has more than %d tokens", maxTokens)
		}
		if len(s.out) > 2*maxText {
			return refuse("grows to more than %d MiB when its addresses are completed", 2*maxText>>20)
		}
		done, err := s.step()
		if err != nil {
			return err
		}
		if done {
			return nil
		}
	}
	s.breakOff()
	return nil
}

// step reads one text or tag. It reports whether the document has ended.
func (s *scanner) step() (done bool, err error) {
	rest := s.in[s.pos:]
	if rest[0] != '<' {
		end := bytes.IndexByte(rest, '<')
		if end < 0 {
			end = len(rest)
		}
		s.text(rest[:end])
		s.pos += end
		return false, nil
	}
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		s.skip(4, "-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		s.cdata(rest[9:])
	case bytes.HasPrefix(rest, []byte("<?")):
		s.skip(2, "?>")
	case bytes.HasPrefix(rest, []byte("<!")):
		n := endOfDirective(rest, s.root == "" && !s.doctype)
		if s.root == "" && !s.doctype {
			s.entities = declaredEntities(rest[:n])
		}
		s.pos += n
		s.doctype = true
	case len(rest) > 2 && rest[1] == '/' && isNameStart(rest[2]):
		return s.endTag(rest), nil
	case len(rest) > 1 && isNameStart(rest[1]):
		return s.startTag(rest)
	default: // a bare sign in a text
		s.emit("<")
		s.pos++
	}
	return false, nil
}

// skip goes past the next mark, or to the end.
func (s *scanner) skip(from int, mark string) {
	rest := s.in[s.pos+min(from, len(s.in)-s.pos):]
	end := bytes.Index(rest, []byte(mark))
	if end < 0 {
		s.pos = len(s.in)
		return
	}
	s.pos = len(s.in) - len(rest) + end + len(mark)
}

// endOfDirective returns the length of a DOCTYPE with all that it declares. Only
// the first of a document is read with care: to do so for each would take time
// that grows with the square of their number.
func endOfDirective(in []byte, carefully bool) int {
	depth, quote := 0, byte(0)
	for i, c := range in[:min(len(in), maxJunk)] {
		if !carefully {
			break
		}
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || (c == '\'' && depth > 0):
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return i + 1
		}
	}
	// Not closed: give up the first line only.
	if i := bytes.IndexByte(in, '>'); i >= 0 {
		return i + 1
	}
	return len(in)
}

// text takes a run of characters between tags.
func (s *scanner) text(raw []byte) {
	if len(s.open) == 0 {
		return
	}
	if s.lifting() {
		if s.entities != nil {
			raw = []byte(s.ownEntities(string(raw), true))
		}
		s.out = append(s.out, raw...)
		return
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		s.out = append(s.out, ' ')
		return
	}
	s.emit(s.unescape(string(raw)))
}

// cdata takes a CDATA section; in is what follows its opening.
func (s *scanner) cdata(in []byte) {
	end := bytes.Index(in, []byte("]]>"))
	if end < 0 {
		s.pos = len(s.in)
		return
	}
	s.pos = len(s.in) - len(in) + end + 3
	if len(s.open) == 0 {
		return
	}
	if s.lifting() {
		s.out = appendEscaped(s.out, string(in[:end]))
		return
	}
	s.emit(string(in[:end]))
}

// emit writes text that carries no escapes.
func (s *scanner) emit(text string) {
	if len(s.open) == 0 {
		return
	}
	if s.open[len(s.open)-1].date && !s.lifting() {
		if s.dates++; s.dates > maxDates {
			return
		}
		text = readDate(text).String()
	}
	if s.open[len(s.open)-1].base64 {
		text = decodeBase64(text)
	}
	if len(text) < liftOver || s.lifting() {
		s.out = appendEscaped(s.out, text)
		return
	}
	s.out = s.lift(s.out, text)
}

// lift writes a mark for the text.
func (s *scanner) lift(out []byte, text string) []byte {
	out = append(out, liftOpen...)
	out = strconv.AppendInt(out, int64(len(s.lifted)), 10)
	s.lifted = append(s.lifted, text)
	return append(out, liftClose...)
}

// lifting reports whether the markup around stands for a text.
func (s *scanner) lifting() bool {
	return len(s.open) > 0 && s.open[len(s.open)-1].lift >= 0
}

// endTag closes an element and those left open within it. An end tag that
// nothing opened is left out. It reports whether the root was closed.
func (s *scanner) endTag(rest []byte) bool {
	end := bytes.IndexByte(rest, '>')
	if end < 0 {
		s.pos = len(s.in)
		return false
	}
	s.pos += end + 1
	name := string(rest[2 : 2+nameLength(rest[2:end])])
	for i, e := range slices.Backward(s.open) {
		if !strings.EqualFold(e.name, name) {
			continue
		}
		for len(s.open) > i {
			s.pop()
		}
		break
	}
	if s.bare && len(s.open) == 1 {
		s.pop()
	}
	return len(s.open) == 0 && s.root != ""
}

// pop closes the innermost element.
func (s *scanner) pop() {
	last := len(s.open) - 1
	e := s.open[last]
	s.open = s.open[:last]
	if e.lift >= 0 && !s.lifting() {
		inner := string(s.out[e.lift:])
		if e.div {
			inner = withoutDiv(inner)
		}
		if e.as == bodyName && !strings.Contains(inner, "<") {
			inner = s.unescape(inner) // no markup, or markup that is escaped
		}
		s.out = s.lift(s.out[:e.lift], inner)
	}
	s.close(e)
	if s.item == last+1 {
		s.item = 0
		s.items++
	}
}

func (s *scanner) close(e element) {
	if s.lifting() && isVoid(localName(e.name)) {
		return // to HTML, </br> is a second one
	}
	s.out = append(s.out, "</"...)
	s.out = append(s.out, s.outName(e)...)
	s.out = append(s.out, '>')
}

// outName is the name to write: within a text's markup without its prefix.
func (s *scanner) outName(e element) string {
	if s.lifting() {
		return e.name[strings.IndexByte(e.name, ':')+1:]
	}
	return e.as
}

// breakOff ends a document that ends too early: the item that is open is left
// out, the rest is closed.
func (s *scanner) breakOff() {
	if len(s.open) == 0 {
		return
	}
	if s.item > 0 {
		s.faults.addf("the feed breaks off in item %d: the items before were read", s.items+1)
	} else {
		s.faults.addf("the feed breaks off before its end")
	}
	s.cut()
}

// cut leaves out the item that is open and closes what is around it.
func (s *scanner) cut() {
	if s.item > 0 {
		s.out = s.out[:s.safe]
		s.open = s.open[:s.safeDepth]
		s.item = 0
	}
	for len(s.open) > 0 {
		s.pop()
	}
}

// expand puts lifted texts back, each once.
func (s *scanner) expand(text string) string {
	if !strings.Contains(text, liftOpen) {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, liftOpen)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		number, rest, _ := strings.Cut(after, liftClose)
		if n, err := strconv.Atoi(number); err == nil && n >= 0 && n < len(s.lifted) {
			b.WriteString(s.lifted[n])
			s.lifted[n] = ""
		}
		text = rest
	}
}
