package thesaurus_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/thesaurus"
)

const small = `# two concepts
optical-fibre
fr fibre optique
ar الألياف الضوئية
en optical fibre | fibre optic

fibre-to-the-home < optical-fibre ~ subscriber
fr fibre à domicile
ar الألياف الضوئية إلى المنزل
en fibre to the home | !IN | =PREM
*  FTTH

subscriber
fr abonné
ar مشترك
en subscriber
`

func TestLoad(t *testing.T) {
	th := load(t, small)
	c, ok := th.Concept("fibre-to-the-home")
	if !ok {
		t.Fatal("no such concept")
	}
	want := thesaurus.Concept{
		ID: "fibre-to-the-home", Broader: []string{"optical-fibre"}, Related: []string{"subscriber"},
		Labels: map[vigie.Lang][]thesaurus.Label{
			vigie.French: {{Text: "fibre à domicile"}}, vigie.Arabic: {{Text: "الألياف الضوئية إلى المنزل"}},
			vigie.English:   {{Text: "fibre to the home"}, {Text: "IN", AsWritten: true, Unsearched: true}, {Text: "PREM", AsWritten: true}},
			thesaurus.Every: {{Text: "FTTH"}},
		},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("concept (-want +got):\n%s", diff)
	}
	if got := th.Narrower("optical-fibre"); !slices.Equal(got, []string{"fibre-to-the-home"}) {
		t.Errorf("narrower: %q", got)
	}
	if got, _ := c.Preferred().In(vigie.English); got != "fibre to the home" {
		t.Errorf("preferred in English: %q", got)
	}
	if _, ok := th.Concept("no-such"); ok {
		t.Error("found a concept that does not exist")
	}
}

// What is handed out is a copy: nobody changes a thesaurus from outside.
func TestConceptsAreCopies(t *testing.T) {
	th := load(t, small)
	c, _ := th.Concept("fibre-to-the-home")
	c.Labels[vigie.French][0].Text, c.Broader[0] = "x", "x"
	if again, _ := th.Concept("fibre-to-the-home"); again.Labels[vigie.French][0].Text == "x" || again.Broader[0] == "x" {
		t.Error("a caller changed the thesaurus")
	}
}

func TestWriteIsReadBack(t *testing.T) {
	for name, th := range map[string]*thesaurus.Thesaurus{"small": load(t, small), "built in": builtin(t)} {
		var out bytes.Buffer
		if err := th.Write(&out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(concepts(th), concepts(load(t, out.String()))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	const labels = "fr un\nar واحد\nen one\n"
	refuses(t, thesaurus.Load, map[string]refusal{
		"twice":            {"a\n" + labels + "\na\n" + labels, "line 6, concept a: is there twice"},
		"no label":         {"a\n", "line 1, concept a: has no label"},
		"unknown broader":  {"a < b\n" + labels, `line 1, concept a: points to "b", which does not exist`},
		"unknown related":  {"a ~ b\n" + labels, `points to "b", which does not exist`},
		"itself":           {"a < a\n" + labels, "points to itself"},
		"linked twice":     {"b\n" + labels + "\na < b" + " b\n" + labels, `line 6, concept a: points twice to "b"`},
		"cycle":            {"a < b\n" + labels + "\nb < c\n" + labels + "\nc < a\n" + labels, "line 1, concept a: is broader than itself by way of others"},
		"identity":         {"Fibre_1\n" + labels, "has an identity that is not made of small letters"},
		"link sign":        {"a b\n" + labels, `line 1: has "b" where < or ~ is due`},
		"language twice":   {"a\n" + labels + "fr deux\n", `line 5: has labels in "fr" a second time`},
		"no language":      {"a\n" + labels + "F! deux\n", `has labels in "F!", which is no language tag`},
		"empty label":      {"a\n" + labels + "es uno | | dos\n", `in "es" has a label "" that is not a plain text`},
		"label twice":      {"a\n" + labels + "es uno | uno\n", `has the label "uno" twice`},
		"bidi mark":        {"a\n" + labels + "es uno\u202e dos\n", "that is not a plain text"},
		"no words":         {"a\n" + labels + "es ---\n", "without words"},
		"too many words":   {"a\n" + labels + "es " + strings.Repeat("x ", 12) + "x\n", "without words or with more than 12"},
		"long label":       {"a\n" + labels + "es " + strings.Repeat("x", 201) + "\n", "has a label of more than 200 bytes"},
		"many labels":      {"a\n" + labels + "es x" + strings.Repeat(" | x", 100) + "\n", "has more than 40 labels"},
		"many languages":   {"a\n" + labels + manyLangs(30), "is one language too many: at most 24"},
		"long line":        {"a\n" + labels + "es " + strings.Repeat("x", 20<<10), "has a line of more than 16384 bytes"},
		"many concepts":    {strings.Repeat("a\n\n", 10_001), "line 20001: is one concept too many: at most 10000"},
		"too large":        {"#" + strings.Repeat("\n#", 5<<20), "is larger than is read here"},
		"invalid encoding": {"a\n" + labels + "es \xff\xfe\n", "that is not a plain text"},
	})
}

// refusal is a text that cannot be read, and what is said of it.
type refusal struct{ text, want string }

// refuses wants a reader to refuse texts.
func refuses(t *testing.T, read func(io.Reader) (*thesaurus.Thesaurus, error), tests map[string]refusal) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := read(strings.NewReader(test.text))
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLoadReportsReading(t *testing.T) {
	broken := errors.New("the disk is gone")
	if _, err := thesaurus.Load(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestNewNamesTheConcept(t *testing.T) {
	_, err := thesaurus.New([]thesaurus.Concept{{ID: "lonely"}})
	if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "concept lonely: has no label") {
		t.Errorf("got %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(small)
	f.Add("a < b ~ c\nfr x | =Y\nar ي\nen !Z\n* W\n")
	f.Fuzz(func(t *testing.T, text string) {
		th, err := thesaurus.Load(strings.NewReader(text))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := th.Write(&out); err != nil {
			t.Fatal(err)
		}
		again, err := thesaurus.Load(&out)
		if err != nil {
			t.Fatalf("what was written is not read back: %v", err)
		}
		if diff := cmp.Diff(concepts(th), concepts(again)); diff != "" {
			t.Errorf("changed (-want +got):\n%s", diff)
		}
		th.Expander(nil).Expand(text, nil, []vigie.Lang{vigie.French})
	})
}

func manyLangs(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "x%c x\n", 'a'+i%26)
		if i >= 25 {
			fmt.Fprintf(&out, "y%c x\n", 'a'+i%26)
		}
	}
	return out.String()
}

func load(t testing.TB, text string) *thesaurus.Thesaurus {
	t.Helper()
	th, err := thesaurus.Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func concepts(th *thesaurus.Thesaurus) []thesaurus.Concept {
	return slices.Collect(th.All())
}
