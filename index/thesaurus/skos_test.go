package thesaurus_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/thesaurus"
)

var update = flag.Bool("update", false, "write the golden files")

const base = "https://watch.example/concepts/"

func TestSKOSIsReadBack(t *testing.T) {
	for name, th := range map[string]*thesaurus.Thesaurus{"small": load(t, small), "built in": builtin(t)} {
		var out bytes.Buffer
		if err := th.WriteSKOS(&out, base); err != nil {
			t.Fatal(err)
		}
		if name == "small" {
			golden(t, "small.rdf", out.Bytes())
		}
		again, err := thesaurus.ReadSKOS(&out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(concepts(th), concepts(again)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestWriteSKOSRefusesBases(t *testing.T) {
	for _, base := range []string{"", "concepts/", "https://watch.example/x", "%zz/"} {
		if err := load(t, small).WriteSKOS(&bytes.Buffer{}, base); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%q: got %v", base, err)
		}
	}
}

// A file as other programs write it: descriptions with a type, links both ways,
// properties that are not ours, links to other schemes, a hidden label.
const foreign = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#"
  xmlns:dc="http://purl.org/dc/terms/">
 <s:ConceptScheme rdf:about="http://other.example/t"><dc:title><x><y/></x></dc:title></s:ConceptScheme>
 <rdf:Description rdf:about="http://other.example/t#Optical_Fibre">
  <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
  <s:altLabel xml:lang="fr">câble optique</s:altLabel>
  <s:prefLabel xml:lang="FR">fibre
     optique</s:prefLabel>
  <s:prefLabel xml:lang="ar">الألياف الضوئية</s:prefLabel>
  <s:prefLabel xml:lang="en">optical fibre &amp; cable</s:prefLabel>
  <s:hiddenLabel xml:lang="en">optical fiber</s:hiddenLabel>
  <s:narrower rdf:resource="http://other.example/t#ftth"/>
  <s:related rdf:resource="http://elsewhere.example/7"/>
  <s:definition xml:lang="en">A <b>thin</b> glass.</s:definition>
 </rdf:Description>
 <s:Concept rdf:about="http://other.example/t#ftth">
  <s:prefLabel xml:lang="fr">fibre à domicile</s:prefLabel>
  <s:prefLabel xml:lang="ar">الألياف إلى المنزل</s:prefLabel>
  <s:prefLabel xml:lang="en">fibre to the home</s:prefLabel>
 </s:Concept>
</rdf:RDF>`

func TestReadSKOSOfOthers(t *testing.T) {
	th, err := thesaurus.ReadSKOS(strings.NewReader(foreign))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := th.Write(&out); err != nil {
		t.Fatal(err)
	}
	want := `optical-fibre
fr fibre optique | câble optique
ar الألياف الضوئية
en optical fibre & cable | optical fiber

ftth < optical-fibre
fr fibre à domicile
ar الألياف إلى المنزل
en fibre to the home
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadSKOSRefuses(t *testing.T) {
	const (
		head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">` + "\n"
		tail = "</rdf:RDF>"
		open = `<s:Concept rdf:about="#a">`
	)
	refuses(t, thesaurus.ReadSKOS, map[string]refusal{
		"nothing":         {"", "has no rdf:RDF element"},
		"not XML":         {"a thesaurus", "has no rdf:RDF element"},
		"another file":    {"<html></html>", "line 1: is html where rdf:RDF is due"},
		"cut":             {head + open, "line 2: is not XML"},
		"document type":   {"<!DOCTYPE x [<!ENTITY e \"eeeeeeee\">]>\n" + head + tail, "line 1: has a document type"},
		"entity":          {head + open + "<s:prefLabel>&e;</s:prefLabel></s:Concept>" + tail, "line 2: is not XML"},
		"encoding":        {`<?xml version="1.0" encoding="UTF-16"?>` + head + tail, "only UTF-8 is read"},
		"no address":      {head + "<s:Concept/>" + tail, "line 2: has a concept without an address"},
		"too deep":        {head + strings.Repeat("<x>", 20), "line 2: lies more than 16 elements deep"},
		"too deep within": {head + open + strings.Repeat("<x>", 20), "lies more than 16 elements deep"},
		"markup in label": {head + open + "<s:prefLabel><b/></s:prefLabel></s:Concept>" + tail, "has an element within a label"},
		"long label":      {head + open + "<s:prefLabel>" + strings.Repeat("x", 900) + "</s:prefLabel></s:Concept>" + tail, "has a label of more than 200 bytes"},
		"second preferred": {
			head + open + `<s:prefLabel xml:lang="fr">a</s:prefLabel><s:prefLabel xml:lang="fr">b</s:prefLabel></s:Concept>` + tail,
			`has a second preferred label in "fr"`,
		},
		"language":      {head + open + `<s:prefLabel xml:lang="!">a</s:prefLabel></s:Concept>` + tail, "which is no language tag"},
		"no label":      {head + open + "</s:Concept>" + tail, "line 2, concept a: has no label"},
		"many concepts": {head + manyConcepts(10_001) + tail, "is one concept too many"},
		"too large":     {head + strings.Repeat(" ", thesaurus.MaxBytes) + tail, "is larger than is read here"},
		"endless links": {head + open + manyLinks(1001), "points to more than 1000 others"},
		"many marks":    {head + open + strings.Repeat(`<o:asWritten xmlns:o="urn:vigie:thesaurus#">x</o:asWritten>`, 300), "marked labels"},
	})
}

func TestReadSKOSReportsReading(t *testing.T) {
	broken := errors.New("the disk is gone")
	if _, err := thesaurus.ReadSKOS(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadSKOS(f *testing.F) {
	f.Add(foreign)
	var out bytes.Buffer
	if err := load(f, small).WriteSKOS(&out, base); err != nil {
		f.Fatal(err)
	}
	f.Add(out.String())
	f.Fuzz(func(t *testing.T, text string) {
		th, err := thesaurus.ReadSKOS(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Errorf("a file is refused with %v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := th.WriteSKOS(&out, base); err != nil {
			t.Fatal(err)
		}
		again, err := thesaurus.ReadSKOS(&out)
		if err != nil {
			t.Fatalf("what was written is not read back: %v", err)
		}
		if diff := cmp.Diff(concepts(th), concepts(again)); diff != "" {
			t.Errorf("changed (-want +got):\n%s", diff)
		}
	})
}

func manyConcepts(n int) string {
	var out strings.Builder
	for range n {
		out.WriteString(`<s:Concept rdf:about="#c` + strings.Repeat("x", out.Len()%7) + strconv.Itoa(out.Len()) + `"/>`)
	}
	return out.String()
}

func manyLinks(n int) string {
	var out strings.Builder
	for range n {
		out.WriteString(`<s:narrower rdf:resource="#c` + strconv.Itoa(out.Len()) + `"/>`)
	}
	return out.String()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
