package thesaurus_test

import (
	"slices"
	"testing"

	"vigie"
	"vigie/index/thesaurus"
)

func TestDefault(t *testing.T) {
	th := builtin(t)
	if th.Len() < 320 {
		t.Errorf("%d concepts, want 320 at least", th.Len())
	}
	labels := map[vigie.Lang]int{}
	linked := map[string]bool{}
	for c := range th.All() {
		for lang, l := range c.Labels {
			labels[lang] += len(l)
		}
		for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish} {
			if len(c.Labels[lang]) == 0 {
				t.Errorf("%s has no label in %s", c.ID, lang)
			}
		}
		for _, id := range slices.Concat(c.Broader, c.Related) {
			linked[id], linked[c.ID] = true, true
		}
	}
	t.Logf("%d concepts, labels %v", th.Len(), labels)
	t.Logf("%d concepts have a neighbour", len(linked))
}

// One label of one language means one thing, or a query would be led astray; and
// every label is found.
func TestDefaultHasNoHomonyms(t *testing.T) {
	th := builtin(t)
	x := th.Expander(nil)
	for c := range th.All() {
		for lang, labels := range c.Labels {
			for _, l := range labels {
				got := x.Expand(l.Text, []vigie.Lang{lang}, nil)
				if len(got) != 1 || got[0].Concept != c.ID {
					t.Errorf("%s: the label %q (%s) is %v", c.ID, l.Text, lang, got)
				}
			}
		}
	}
}

// Nor does a label mean another thing in another language, so that a query may be
// expanded before anybody knows its language.
func TestDefaultAcrossLanguages(t *testing.T) {
	th := builtin(t)
	x := th.Expander(nil)
	for c := range th.All() {
		for lang, labels := range c.Labels {
			for _, l := range labels {
				for _, m := range x.Expand(l.Text, nil, nil) {
					if m.Concept != c.ID {
						t.Errorf("%s: the label %q (%s) is also %s (%s)", c.ID, l.Text, lang, m, m.Lang)
					}
				}
			}
		}
	}
}

func builtin(t testing.TB) *thesaurus.Thesaurus {
	t.Helper()
	th, err := thesaurus.Default()
	if err != nil {
		t.Fatal(err)
	}
	return th
}
