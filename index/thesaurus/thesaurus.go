package thesaurus

import (
	_ "embed"
	"iter"
	"slices"
	"strings"

	"vigie"
)

// Every is the language of labels that are the same in all languages: FTTH, 5G.
const Every vigie.Lang = "mul"

//go:embed ict.txt
var ict string

// Label is one name of a concept in one language.
type Label struct {
	// Text is the label as people write it. Example: "fibre à domicile".
	Text string `json:"text"`
	// AsWritten says that the label is recognised only with these capitals: AI, IT.
	AsWritten bool `json:"as_written,omitempty"`
	// Unsearched says that the label is too common a word to be looked for in
	// texts, where case does not count: IT. It implies AsWritten.
	Unsearched bool `json:"unsearched,omitempty"`
}

// Concept is a thing with its names.
type Concept struct {
	// ID is the identity, in lower case with hyphens. Example: "optical-fibre".
	ID string `json:"id,omitempty"`
	// Labels are the names in each language, the preferred one first; there is one at
	// least.
	Labels map[vigie.Lang][]Label `json:"labels,omitempty"`
	// Broader are the identities of wider concepts, Related of others near by.
	Broader []string `json:"broader,omitempty"`
	Related []string `json:"related,omitempty"`
}

// Preferred returns the first label in each language.
func (c Concept) Preferred() vigie.Text {
	text := vigie.Text{}
	for lang, labels := range c.Labels {
		if lang != Every && len(labels) > 0 {
			text[lang] = labels[0].Text
		}
	}
	return text
}

// langs returns the languages of the labels in the order that files have them.
func (c Concept) langs() []vigie.Lang {
	var out []vigie.Lang
	for lang := range c.Labels {
		if lang != Every {
			out = append(out, lang)
		}
	}
	vigie.SortLangs(out)
	if len(c.Labels[Every]) > 0 {
		out = append(out, Every)
	}
	return out
}

// clone returns a copy that shares nothing.
func (c Concept) clone() Concept {
	labels := make(map[vigie.Lang][]Label, len(c.Labels))
	for lang, l := range c.Labels {
		labels[lang] = slices.Clone(l)
	}
	return Concept{ID: c.ID, Labels: labels, Broader: slices.Clone(c.Broader), Related: slices.Clone(c.Related)}
}

// Thesaurus is a valid set of concepts.
type Thesaurus struct {
	concepts []Concept
	at       map[string]int
	narrower map[string][]string
}

// New returns the thesaurus of the concepts, or an [vigie.InvalidError] that names
// the first concept that cannot be used: see [Load] for the rules. It keeps a copy.
func New(concepts []Concept) (*Thesaurus, error) {
	if f := validate(concepts); f != nil {
		return nil, f.of("concept " + f.id)
	}
	return build(concepts), nil
}

// build makes a thesaurus of valid concepts.
func build(concepts []Concept) *Thesaurus {
	t := &Thesaurus{at: make(map[string]int, len(concepts)), narrower: map[string][]string{}}
	for i, c := range concepts {
		t.concepts = append(t.concepts, c.clone())
		t.at[c.ID] = i
		for _, b := range c.Broader {
			t.narrower[b] = append(t.narrower[b], c.ID)
		}
	}
	return t
}

// Default returns the built-in thesaurus. It is read anew at each call: keep it.
func Default() (*Thesaurus, error) {
	return Load(strings.NewReader(ict))
}

// Len returns the number of concepts.
func (t *Thesaurus) Len() int { return len(t.concepts) }

// All returns the concepts in the order of their file.
func (t *Thesaurus) All() iter.Seq[Concept] {
	return func(yield func(Concept) bool) {
		for _, c := range t.concepts {
			if !yield(c.clone()) {
				return
			}
		}
	}
}

// Concept returns one concept, and whether there is one of that identity.
func (t *Thesaurus) Concept(id string) (Concept, bool) {
	i, ok := t.at[id]
	if !ok {
		return Concept{}, false
	}
	return t.concepts[i].clone(), true
}

// Narrower returns the concepts that name this one as broader, in the order of
// the file.
func (t *Thesaurus) Narrower(id string) []string {
	return slices.Clone(t.narrower[id])
}
