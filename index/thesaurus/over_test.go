package thesaurus_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"vigie"
	"vigie/index/thesaurus"
)

// tree is a thesaurus of three: a is broader than b, b than c, and a is related to c.
func tree(t *testing.T) *thesaurus.Thesaurus {
	t.Helper()
	return load(t, "a ~ c\nfr la fibre\nen fibre\n\nb < a\nfr le câble\nen cable\n\nc < b\nfr le réseau\nen network\n")
}

func named(id, fr string, broader ...string) thesaurus.Concept {
	return thesaurus.Concept{ID: id, Labels: map[vigie.Lang][]thesaurus.Label{vigie.French: {{Text: fr}}}, Broader: broader}
}

func written(t *testing.T, th *thesaurus.Thesaurus) string {
	t.Helper()
	var out strings.Builder
	if err := th.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOver(t *testing.T) {
	base := tree(t)
	for name, tc := range map[string]struct {
		changes []thesaurus.Change
		want    string
	}{
		"nothing":        {nil, written(t, base)},
		"changed":        {[]thesaurus.Change{{Concept: named("b", "la ligne", "a")}}, "a ~ c\nfr la fibre\nen fibre\n\nb < a\nfr la ligne\n\nc < b\nfr le réseau\nen network\n"},
		"added":          {[]thesaurus.Change{{Concept: named("d", "le mât", "c")}}, written(t, base) + "\nd < c\nfr le mât\n"},
		"hidden":         {[]thesaurus.Change{{Concept: thesaurus.Concept{ID: "c"}, Hidden: true}}, "a\nfr la fibre\nen fibre\n\nb < a\nfr le câble\nen cable\n"},
		"no label":       {[]thesaurus.Change{{Concept: thesaurus.Concept{ID: "b"}}}, written(t, base)},
		"nowhere":        {[]thesaurus.Change{{Concept: named("d", "le mât", "gone", "d")}}, written(t, base) + "\nd\nfr le mât\n"},
		"below a circle": {[]thesaurus.Change{{Concept: named("a", "la fibre", "a2")}, {Concept: named("a2", "le verre", "a")}, {Concept: named("b", "le câble", "a")}}, "a\nfr la fibre\n\nb < a\nfr le câble\n\nc < b\nfr le réseau\nen network\n\na2\nfr le verre\n"},
		"in circle":      {[]thesaurus.Change{{Concept: named("a", "la fibre", "c")}}, "a\nfr la fibre\n\nb < a\nfr le câble\nen cable\n\nc < b\nfr le réseau\nen network\n"},
	} {
		got := written(t, base.Over(tc.changes))
		if got != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, tc.want)
		}
		load(t, got)
	}
	if got := written(t, base); got != written(t, tree(t)) {
		t.Errorf("the thesaurus below changed:\n%s", got)
	}
}

func TestAdmits(t *testing.T) {
	base := tree(t)
	marked := func(l thesaurus.Label) thesaurus.Concept {
		return thesaurus.Concept{ID: "d", Labels: map[vigie.Lang][]thesaurus.Label{vigie.English: {l}}}
	}
	for name, tc := range map[string]struct {
		concept      thesaurus.Concept
		field, about string
		code         string
	}{
		"good":          {concept: named("d", "le mât", "c")},
		"as it is":      {concept: named("a", "la fibre")},
		"identity":      {named("D d", "le mât"), "id", "D d", "id"},
		"no label":      {thesaurus.Concept{ID: "d"}, "labels", "", "none"},
		"invisible":     {named("d", "le\u200bmât"), "labels.fr", "le\u200bmât", "plain"},
		"long":          {marked(thesaurus.Label{Text: strings.Repeat("x", 201)}), "labels.en", strings.Repeat("x", 201), "long"},
		"only signs":    {marked(thesaurus.Label{Text: "++"}), "labels.en", "++", "words"},
		"marks":         {marked(thesaurus.Label{Text: "IT", Unsearched: true}), "labels.en", "IT", "marks"},
		"taken":         {named("d", "La FIBRE"), "labels.fr", "La FIBRE", "taken"},
		"unknown":       {named("d", "le mât", "x"), "broader", "x", "unknown"},
		"itself":        {named("d", "le mât", "d"), "broader", "d", "self"},
		"twice":         {named("d", "le mât", "a", "a"), "broader", "a", "twice"},
		"circle":        {named("a", "la fibre", "c"), "broader", "", "circle"},
		"related to no": {thesaurus.Concept{ID: "d", Labels: named("d", "x").Labels, Related: []string{"x"}}, "related", "x", "unknown"},
	} {
		err := base.Admits(tc.concept)
		var flaw *thesaurus.FlawError
		switch {
		case tc.code == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.As(err, &flaw) || !errors.Is(err, vigie.ErrInvalid):
			t.Errorf("%s: %v", name, err)
		case flaw.Field != tc.field || flaw.Code != tc.code || flaw.About != tc.about || !strings.HasPrefix(err.Error(), tc.field+" "):
			t.Errorf("%s: %+v", name, flaw)
		}
	}
}

// TestReadOver: what was written is read back as it was, a part of it keeps its links,
// and circles with what is not in the file are refused.
func TestReadOver(t *testing.T) {
	base := tree(t)
	var out bytes.Buffer
	if err := base.WriteSKOS(&out, "https://litt.example/t/"); err != nil {
		t.Fatal(err)
	}
	got, err := over(base, &out)
	if err != nil || len(got) != base.Len() {
		t.Fatalf("%d concepts, %v", len(got), err)
	}
	for _, c := range got {
		if was, _ := base.Concept(c.ID); !c.Equal(was) {
			t.Errorf("%s is %+v, was %+v", c.ID, c, was)
		}
	}
	file := func(broader string) string {
		return `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">` + "\n" +
			`<skos:Concept rdf:about="urn:x:a"><skos:prefLabel xml:lang="fr">un</skos:prefLabel><skos:broader rdf:resource="urn:x:` + broader + `"/></skos:Concept></rdf:RDF>`
	}
	if _, err := over(base, strings.NewReader(file("c"))); err == nil || !strings.Contains(err.Error(), "line 2, concept a: is broader than itself") {
		t.Errorf("a circle: %v", err)
	}
	part, err := over(base.Over([]thesaurus.Change{{Concept: named("d", "le mât")}}), strings.NewReader(file("d")))
	if err != nil || len(part) != 1 || !part[0].Equal(named("a", "un", "d")) {
		t.Errorf("a part: %+v, %v", part, err)
	}
	if part, err = over(base, strings.NewReader(file("elsewhere"))); err != nil || !part[0].Equal(named("a", "un")) {
		t.Errorf("another scheme: %+v, %v", part, err)
	}
}

// over reads a file twice over a thesaurus: what is read once serves again.
func over(t *thesaurus.Thesaurus, r io.Reader) ([]thesaurus.Concept, error) {
	file, err := thesaurus.ParseSKOS(r)
	if err != nil {
		return nil, err
	}
	if _, err := file.Over(&thesaurus.Thesaurus{}); err != nil {
		return nil, err
	}
	return file.Over(t)
}

func TestConceptNames(t *testing.T) {
	c := named("optical-fibre", "fibre optique")
	if text, lang := c.Name(vigie.Arabic); text != "fibre optique" || lang != vigie.French {
		t.Errorf("%q in %s", text, lang)
	}
	same := thesaurus.Concept{ID: "ftth", Labels: map[vigie.Lang][]thesaurus.Label{thesaurus.Every: {{Text: "FTTH"}}}}
	if text, lang := same.Name(vigie.Arabic); text != "FTTH" || lang != thesaurus.Every {
		t.Errorf("%q in %s", text, lang)
	}
	for text, want := range map[string]bool{"": true, "FIBRE opt": true, "optical": true, "cuivre": false, "ftth": false} {
		if got := c.Mentions(text); got != want {
			t.Errorf("mentions %q: %v", text, got)
		}
	}
}
