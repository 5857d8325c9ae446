package thesaurus

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"

	"vigie"
)

// The namespaces of SKOS in RDF/XML (W3C SKOS Reference, 2009), and ours, which
// says of a label what SKOS cannot.
const (
	rdfSpace  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	skosSpace = "http://www.w3.org/2004/02/skos/core#"
	ownSpace  = "urn:vigie:thesaurus#"
)

// Base is where concepts are said to be that have no better address, for
// [Thesaurus.WriteSKOS].
const Base = "urn:vigie:concepts#"

// schemeName is the last part of the address of the whole.
const schemeName = "scheme"

// WriteSKOS writes the thesaurus as SKOS in RDF/XML. Concepts have the address
// base followed by their identity; base is an absolute address that ends in / or #.
// [ReadSKOS] reads the same thesaurus back. Labels of all languages have no
// language, and their preferred one is an alternative label as the others.
func (t *Thesaurus) WriteSKOS(w io.Writer, base string) error {
	if u, err := url.Parse(base); err != nil || !u.IsAbs() || base[len(base)-1] != '/' && base[len(base)-1] != '#' {
		return &vigie.InvalidError{Field: "base", Reason: "is not an absolute address that ends in / or #"}
	}
	out := skosWriter{base: base}
	out.buf.WriteString(xml.Header)
	fmt.Fprintf(&out.buf, "<rdf:RDF xmlns:rdf=%q\n    xmlns:skos=%q\n    xmlns:vigie=%q>\n", rdfSpace, skosSpace, ownSpace)
	out.buf.WriteString("  <skos:ConceptScheme rdf:about=\"" + out.address(schemeName) + "\"/>\n")
	for _, c := range t.concepts {
		out.concept(c)
	}
	out.buf.WriteString("</rdf:RDF>\n")
	if _, err := w.Write(out.buf.Bytes()); err != nil {
		return fmt.Errorf("write SKOS: %w", err)
	}
	return nil
}

type skosWriter struct {
	buf  bytes.Buffer
	base string
}

// address is the address of a concept, escaped for XML.
func (s *skosWriter) address(id string) string { return escaped(s.base + id) }

func escaped(text string) string {
	var out bytes.Buffer
	_ = xml.EscapeText(&out, []byte(text)) // a buffer takes everything
	return out.String()
}

func (s *skosWriter) concept(c Concept) {
	s.buf.WriteString("  <skos:Concept rdf:about=\"" + s.address(c.ID) + "\">\n")
	s.pointer("inScheme", schemeName)
	for _, lang := range c.langs() {
		for i, l := range c.Labels[lang] {
			name := "skos:altLabel"
			if i == 0 && lang != Every {
				name = "skos:prefLabel"
			}
			s.label(name, lang, l.Text)
			if l.AsWritten {
				s.label("vigie:asWritten", lang, l.Text)
			}
			if l.Unsearched {
				s.label("vigie:unsearched", lang, l.Text)
			}
		}
	}
	for _, id := range c.Broader {
		s.pointer("broader", id)
	}
	for _, id := range c.Related {
		s.pointer("related", id)
	}
	s.buf.WriteString("  </skos:Concept>\n")
}

func (s *skosWriter) label(name string, lang vigie.Lang, text string) {
	tag := ""
	if lang != Every {
		tag = " xml:lang=\"" + escaped(string(lang)) + "\""
	}
	s.buf.WriteString("    <" + name + tag + ">" + escaped(text) + "</" + name + ">\n")
}

func (s *skosWriter) pointer(name, id string) {
	s.buf.WriteString("    <skos:" + name + " rdf:resource=\"" + s.address(id) + "\"/>\n")
}
