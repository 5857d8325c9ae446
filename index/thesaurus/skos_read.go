package thesaurus

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"vigie"
)

// maxDepth is how deep elements may lie: RDF, concept, property, and what other
// programs put around them.
const maxDepth = 16

// maxNarrower is how many concepts one may name as narrower. Our own files name
// the broader one only.
const maxNarrower = 1000

// maxMarks is how many labels of a concept may be marked.
const maxMarks = 256

// ReadSKOS reads concepts from SKOS in RDF/XML: skos:Concept elements, or
// rdf:Description with that type, with preferred, alternative and hidden labels,
// broader, narrower and related concepts. Everything else is passed over. The
// identity of a concept is the last part of its address. Links to concepts of
// other schemes, which the file does not hold, are left out. Hidden labels become
// labels that are recognised; they are not preferred. Entities of a document type
// are refused. The result is valid as that of [Load]; errors are
// [vigie.InvalidError] with their line.
func ReadSKOS(r io.Reader) (*Thesaurus, error) {
	s, err := ParseSKOS(r)
	if err != nil {
		return nil, err
	}
	concepts, err := s.Over(&Thesaurus{})
	if err != nil {
		return nil, err
	}
	return build(concepts), nil
}

// SKOS is a file of concepts that was read, to be put over a thesaurus.
type SKOS struct{ s *skosReader }

// ParseSKOS reads a file as [ReadSKOS] does, but for what depends on the thesaurus that
// it is put over: whether links lead somewhere, and circles.
func ParseSKOS(r io.Reader) (*SKOS, error) {
	s, err := readSKOS(r)
	if err != nil {
		return nil, err
	}
	s.settle()
	return &SKOS{s}, nil
}

// Over returns the concepts of the file as they are to be put over those of t. Links to
// concepts that t has and the file has not are kept. Errors are those of [ReadSKOS].
func (f *SKOS) Over(t *Thesaurus) ([]Concept, error) {
	concepts := f.s.beside(t)
	if fault := validate(t.with(concepts)); fault != nil {
		return nil, f.s.blame(fault)
	}
	return concepts, nil
}

func readSKOS(r io.Reader) (*skosReader, error) {
	file := &bounded{r: r, left: MaxBytes}
	s := &skosReader{file: file, in: xml.NewDecoder(file), at: map[string]int{}}
	s.in.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, s.refuse("is written in %q, and only UTF-8 is read", charset)
	}
	if err := s.read(); err != nil {
		return nil, s.explain(err)
	}
	return s, nil
}

// blame is a fault with the line of its concept, where the file holds it.
func (s *skosReader) blame(f *fault) error {
	place := "concept " + f.id
	if i, ok := s.at[f.id]; ok {
		place = lineAt(s.lines[i]) + ", " + place
	}
	return f.of(place)
}

// skosReader gathers concepts while it goes through the elements.
type skosReader struct {
	file  *bounded
	in    *xml.Decoder
	found []*rdfConcept
	lines []int
	at    map[string]int // identity -> index
	depth int
	began bool        // the root was seen
	now   *rdfConcept // nil in elements that are no concepts
}

// rdfConcept is a concept before its links are known to lead somewhere.
type rdfConcept struct {
	Concept
	preferred map[vigie.Lang]string
	narrower  []string
	later     []func() // marks of labels that may yet come
}

func (s *skosReader) refuse(format string, args ...any) error {
	line, _ := s.in.InputPos()
	return &vigie.InvalidError{Field: lineAt(line), Reason: fmt.Sprintf(format, args...)}
}

// explain turns errors of the decoder into ours, with a line.
func (s *skosReader) explain(err error) error {
	var known *vigie.InvalidError
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &syntax):
		return &vigie.InvalidError{Field: lineAt(syntax.Line), Reason: "is not XML: " + syntax.Msg}
	case s.file.err != nil:
		return fmt.Errorf("read SKOS: %w", s.file.err)
	}
	return s.refuse("is not XML that is read here: %v", err)
}

// read goes through the file.
func (s *skosReader) read() error {
	for {
		token, err := s.in.Token()
		switch {
		case errors.Is(err, io.EOF) && !s.began:
			return s.refuse("has no rdf:RDF element")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch e := token.(type) {
		case xml.Directive:
			return s.refuse("has a document type, which is not read here")
		case xml.EndElement:
			s.depth--
		case xml.StartElement:
			if err := s.start(e); err != nil {
				return err
			}
		}
	}
}

// start takes an element: the root, a concept in it, or a property of one.
func (s *skosReader) start(e xml.StartElement) (err error) {
	switch s.depth++; s.depth {
	case 1:
		if s.began = true; e.Name != (xml.Name{Space: rdfSpace, Local: "RDF"}) {
			return s.refuse("is %s where rdf:RDF is due", e.Name.Local)
		}
	case 2:
		s.now, err = s.begin(e)
	default:
		s.depth-- // it is read to its end
		err = s.property(s.now, e)
	}
	return err
}

// begin opens the concept that an element stands for; nil when it stands for
// something else. One concept may be told in several elements.
func (s *skosReader) begin(e xml.StartElement) (*rdfConcept, error) {
	isConcept := e.Name == xml.Name{Space: skosSpace, Local: "Concept"}
	if !isConcept && e.Name != (xml.Name{Space: rdfSpace, Local: "Description"}) {
		return nil, nil //nolint:nilnil // nil is "something else", and no mistake
	}
	id := identity(attribute(e, rdfSpace, "about"))
	if id == "" {
		id = identity(attribute(e, rdfSpace, "ID"))
	}
	if id == "" {
		return nil, s.refuse("has a concept without an address")
	}
	i, ok := s.at[id]
	if !ok {
		if len(s.found) == maxConcepts {
			return nil, s.refuse("is one concept too many: at most %d", maxConcepts)
		}
		line, _ := s.in.InputPos()
		i = len(s.found)
		s.at[id] = i
		s.found = append(s.found, &rdfConcept{
			Concept:   Concept{ID: id, Labels: map[vigie.Lang][]Label{}},
			preferred: map[vigie.Lang]string{},
		})
		s.lines = append(s.lines, line)
	}
	return s.found[i], nil
}

// property reads one property of a concept, to the end of its element.
func (s *skosReader) property(c *rdfConcept, e xml.StartElement) error {
	if c == nil || e.Name.Space != skosSpace && e.Name.Space != ownSpace {
		return s.skip()
	}
	switch e.Name.Local {
	case "prefLabel", "altLabel", "hiddenLabel", "asWritten", "unsearched":
		return s.label(c, e)
	case "broader", "narrower", "related":
		links := map[string]*[]string{"broader": &c.Broader, "narrower": &c.narrower, "related": &c.Related}[e.Name.Local]
		id := identity(attribute(e, rdfSpace, "resource"))
		if id != "" && id != c.ID && !slices.Contains(*links, id) {
			if len(*links) == maxNarrower {
				return s.refuse("points to more than %d others", maxNarrower)
			}
			*links = append(*links, id)
		}
	}
	return s.skip()
}

// label reads a label, or a mark of one.
func (s *skosReader) label(c *rdfConcept, e xml.StartElement) error {
	text, err := s.text()
	if err != nil {
		return err
	}
	if len(c.later) == maxMarks {
		return s.refuse("has more than %d marked labels", maxMarks)
	}
	lang := Every
	if tag := attribute(e, "http://www.w3.org/XML/1998/namespace", "lang"); tag != "" {
		if lang, err = vigie.ParseLang(tag); err != nil {
			return s.refuse("has the language %q, which is no language tag", tag)
		}
	}
	switch e.Name.Local {
	case "asWritten":
		c.later = append(c.later, func() {
			mark(c.Labels[lang], Label{Text: text, AsWritten: true})
		})
		return nil
	case "unsearched":
		c.later = append(c.later, func() {
			mark(c.Labels[lang], Label{Text: text, AsWritten: true, Unsearched: true})
		})
		return nil
	case "prefLabel":
		if _, twice := c.preferred[lang]; twice {
			return s.refuse("has a second preferred label in %q", lang)
		}
		c.preferred[lang] = text
	}
	same := func(l Label) bool { return l.Text == text }
	if labels := c.Labels[lang]; !slices.ContainsFunc(labels, same) {
		if len(labels) == maxLabels || len(c.Labels) == maxLangs && labels == nil {
			return s.refuse("is one label too many for one concept")
		}
		c.Labels[lang] = append(labels, Label{Text: text})
	}
	return nil
}

// text reads the text of an element to its end, with spaces as single ones.
func (s *skosReader) text() (string, error) {
	var out strings.Builder
	for {
		token, err := s.in.Token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.CharData:
			if out.Len()+len(e) > 4*maxLabel {
				return "", s.refuse("has a label of more than %d bytes", maxLabel)
			}
			out.Write(e)
		case xml.StartElement:
			return "", s.refuse("has an element within a label")
		case xml.EndElement:
			return strings.Join(strings.Fields(out.String()), " "), nil
		}
	}
}

// skip passes over the rest of an element and what lies in it.
func (s *skosReader) skip() error {
	for depth := 1; depth > 0; {
		token, err := s.in.Token()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return s.refuse("lies more than %d elements deep", maxDepth)
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// settle puts preferred labels first, applies marks, and turns links to narrower concepts
// around.
func (s *skosReader) settle() {
	for _, c := range s.found {
		for lang, text := range c.preferred {
			i := slices.IndexFunc(c.Labels[lang], func(l Label) bool { return l.Text == text })
			first := c.Labels[lang][i]
			c.Labels[lang] = slices.Insert(slices.Delete(c.Labels[lang], i, i+1), 0, first)
		}
		for _, mark := range c.later {
			mark()
		}
		for _, id := range c.narrower {
			if i, ok := s.at[id]; ok && !slices.Contains(s.found[i].Broader, c.ID) {
				s.found[i].Broader = append(s.found[i].Broader, c.ID)
			}
		}
	}
}

// beside returns the concepts, with the links that lead to others of the file or of t.
func (s *skosReader) beside(t *Thesaurus) []Concept {
	known := func(ids []string) (out []string) {
		for _, id := range ids {
			_, here := s.at[id]
			if _, there := t.at[id]; here || there {
				out = append(out, id)
			}
		}
		return out
	}
	var out []Concept
	for _, found := range s.found {
		c := found.Concept
		c.Broader, c.Related = known(c.Broader), known(c.Related)
		out = append(out, c)
	}
	return out
}

// mark puts a marked label in the place of the plain one, if there is one.
func mark(labels []Label, marked Label) {
	if i := slices.IndexFunc(labels, func(l Label) bool { return l.Text == marked.Text }); i >= 0 {
		labels[i] = marked
	}
}

// identity makes an identity of an address: its last part, in small letters.
func identity(address string) string {
	address = strings.TrimRight(address, "/#")
	if i := strings.LastIndexAny(address, "/#:"); i >= 0 {
		address = address[i+1:]
	}
	var out []byte
	for _, b := range []byte(strings.ToLower(address)) {
		if (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') {
			out = append(out, b)
		} else if len(out) > 0 && out[len(out)-1] != '-' {
			out = append(out, '-')
		}
	}
	return strings.Trim(string(out), "-")
}

// attribute returns the value of an attribute, "" without one.
func attribute(e xml.StartElement, space, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && (a.Name.Space == space || a.Name.Space == "xml" && strings.HasSuffix(space, "namespace")) {
			return a.Value
		}
	}
	return ""
}
