package thesaurus_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/thesaurus"
)

// Questions as a watch cell writes them, what each stands for and what else is
// looked for. The golden file is read by people who know the languages.
func TestExpandQuestions(t *testing.T) {
	x := builtin(t).Expander(nil)
	in, err := os.Open(filepath.Join("testdata", "questions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	all := []vigie.Lang{vigie.French, vigie.Arabic, vigie.English}
	var out bytes.Buffer
	for lines := bufio.NewScanner(in); lines.Scan(); {
		tag, question, _ := strings.Cut(lines.Text(), " ")
		lang := vigie.Lang(tag)
		others := slices.DeleteFunc(slices.Clone(all), func(l vigie.Lang) bool { return l == lang })
		fmt.Fprintf(&out, "%s %s\n", lang, question)
		for _, m := range x.Expand(question, []vigie.Lang{lang}, others) {
			fmt.Fprintf(&out, "   %s\n", m)
		}
	}
	golden(t, "questions.golden", out.Bytes())
}

func TestExpand(t *testing.T) {
	x := load(t, small+`
artificial-intelligence
fr intelligence artificielle | =IA
ar الذكاء الاصطناعي
en artificial intelligence | =AI

information-technology
fr informatique
ar تكنولوجيا المعلومات
en information technology | !IT
`).Expander(nil)
	fr, ar, en := vigie.French, vigie.Arabic, vigie.English
	tests := map[string]struct {
		text string
		from []vigie.Lang
		want []string // concept, words
	}{
		"longest":             {"la fibre optique à domicile, fibre à domicile", []vigie.Lang{fr}, []string{"optical-fibre 1-3", "fibre-to-the-home 5-8"}},
		"small words":         {"fibre home", []vigie.Lang{en}, []string{"fibre-to-the-home 0-2"}},
		"small words between": {"fibre in to the home", []vigie.Lang{en}, []string{"fibre-to-the-home 0-5"}},
		"other words between": {"fibre in my home", []vigie.Lang{en}, nil},
		"not that language":   {"fibre optique", []vigie.Lang{en, ar}, nil},
		"any language":        {"fibre optique", nil, []string{"optical-fibre 0-2"}},
		"capitals, accents":   {"FIBRES OPTIQUES chez l'Abonne", []vigie.Lang{fr}, []string{"optical-fibre 0-2", "subscriber 3-4"}},
		"articles":            {"ألياف ضوئية للمشتركين", []vigie.Lang{ar}, []string{"optical-fibre 0-2", "subscriber 2-3"}},
		"harakat":             {"الأَلْيَاف الضَّوْئِيَّة", []vigie.Lang{ar}, []string{"optical-fibre 0-2"}},
		"all languages' own":  {"ftth المنزل", []vigie.Lang{ar}, []string{"fibre-to-the-home 0-1"}},
		"as written":          {"AI and IT and ai and it", []vigie.Lang{en}, []string{"artificial-intelligence 0-1", "information-technology 2-3"}},
		"a French verb":       {"j'ai une fibre", nil, nil},
		"a part of a word":    {"fibres optiquement", []vigie.Lang{fr}, nil},
		"nothing":             {" , ! ", nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, m := range x.Expand(test.text, test.from, nil) {
				got = append(got, fmt.Sprintf("%s %d-%d", m.Concept, m.From, m.To))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpandAlternatives(t *testing.T) {
	x := load(t, small).Expander(nil)
	text := "vive les fibres à domicile !"
	got := x.Expand(text, nil, []vigie.Lang{vigie.English, vigie.French, vigie.Arabic})
	want := []thesaurus.Match{{
		Concept: "fibre-to-the-home", Label: "fibre à domicile", Lang: vigie.French, From: 2, To: 5, Start: 9, End: 27,
		Alternatives: []thesaurus.Alternative{
			{Lang: vigie.English, Text: "fibre to the home"},
			{Lang: vigie.English, Text: "PREM"}, // but not IN
			{Lang: vigie.Arabic, Text: "الألياف الضوئية إلى المنزل"},
			{Lang: thesaurus.Every, Text: "FTTH"},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := text[want[0].Start:want[0].End]; got != "fibres à domicile" {
		t.Errorf("the place is %q", got)
	}
}

// Two concepts with one name are both found, over the same words.
func TestExpandHomonyms(t *testing.T) {
	const labels = "\nfr réseau\nar شبكة\nen network\n\n"
	x := load(t, "a"+labels+"b"+labels).Expander(nil)
	var got []string
	for _, m := range x.Expand("réseaux", nil, nil) {
		got = append(got, m.Concept)
	}
	if want := []string{"a", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The folding of the caller is used for labels and texts alike.
func TestExpandWithOtherWords(t *testing.T) {
	commas := func(text string, yield func(word []byte, start, end int) bool) {
		at := 0
		for w := range strings.SplitSeq(text, ",") {
			if !yield([]byte(strings.ToUpper(w)), at, at+len(w)) {
				return
			}
			at += len(w) + 1
		}
	}
	x := load(t, small).Expander(commas)
	got := x.Expand("le,fibre optique,a", nil, nil)
	if len(got) != 1 || got[0].From != 1 || got[0].To != 2 {
		t.Errorf("got %v", got)
	}
}

func TestExpandIsBounded(t *testing.T) {
	x := builtin(t).Expander(nil)
	if got := x.Expand(strings.Repeat("fibre optique ", 100_000), nil, nil); len(got) != 128 {
		t.Errorf("%d matches, want those of the first 256 words", len(got))
	}
	if got := x.Expand(strings.Repeat("x", 1<<20), nil, nil); got != nil {
		t.Errorf("got %v", got)
	}
}

func BenchmarkExpand(b *testing.B) {
	x := builtin(b).Expander(nil)
	to := []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish}
	for b.Loop() {
		x.Expand("qualité de service des réseaux mobiles 5G et itinérance internationale en zone rurale", nil, to)
	}
}

func BenchmarkExpander(b *testing.B) {
	th := builtin(b)
	for b.Loop() {
		th.Expander(nil)
	}
}
