package passage_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/curate/passage"
)

func TestFragment(t *testing.T) {
	body := []vigie.Paragraph{
		{Text: "Un titre court"},
		{Text: "Les prix, en zone rurale, ont baissé de 4 % & plus - dit-on - depuis l'an 2020."},
		{Text: "Pays\tAbonnés\tPart", Kind: vigie.Row},
		{Text: strings.TrimSpace(strings.Repeat("une longue phrase de plus ", 15))},
	}
	// The parts stand between bars; a dash outside of the words makes them a prefix
	// or a suffix.
	for name, test := range map[string]struct{ quote, want string }{
		"a sentence":        {"en zone rurale, ont baissé de 4 %", "en zone rurale, ont baissé de 4 %"},
		"signs":             {"baissé de 4 % & plus - dit-on - depuis", "baissé de 4 % & plus - dit-on - depuis"},
		"few words":         {"ont baissé", "prix, en zone rurale,- | ont baissé | -de 4 % &"},
		"a part of a word":  {"ural", "Les prix, en zone- | rurale | -, ont baissé de"},
		"the first word":    {"Un titre court", "Un titre court | -Les prix, en zone"},
		"across paragraphs": {"Un titre court Les prix, en zone rurale, ont baissé", "Un titre court | Les prix, en zone rurale, ont baissé"},
		"cells":             {"Pays Abonnés", "- depuis l'an 2020.- | Pays | Abonnés | -Part"},
		"a long one":        {body[3].Text, "une longue phrase de plus une longue phrase | phrase de plus une longue phrase de plus"},
	} {
		p, err := passage.Quote(body, test.quote, "")
		if err != nil {
			t.Fatal(err)
		}
		got := passage.Fragment(p)
		raw, ok := strings.CutPrefix(got, ":~:text=")
		parts := strings.Split(raw, ",")
		for i, part := range parts {
			if strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(part, "-"), "-"), "-& ") {
				t.Errorf("%s: %s is not encoded", name, part)
			}
			if parts[i], err = url.PathUnescape(part); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if words := strings.Join(parts, " | "); !ok || words != test.want {
			t.Errorf("%s: %s, want %s", name, words, test.want)
		}
		if len(got) > 2000 {
			t.Errorf("%s: %d bytes", name, len(got))
		}
	}
	if got := passage.Fragment(vigie.Passage{Exact: " \u00ad\n"}); got != "" {
		t.Errorf("no words: %q", got)
	}
}

func TestLink(t *testing.T) {
	words := vigie.Passage{Exact: "one two three four five six"}
	paged := vigie.Passage{Exact: "one", Page: 12}
	const text = ":~:text=one%20two%20three%20four%20five%20six"
	for _, test := range []struct {
		address string
		p       vigie.Passage
		want    string
	}{
		{"https://a.example/b", words, "https://a.example/b#" + text},
		{"https://a.example/b?c=d#e", words, "https://a.example/b?c=d#e" + text},
		{"https://a.example/b#e:~:text=other", words, "https://a.example/b#e" + text},
		{"https://a.example/b", vigie.Passage{}, "https://a.example/b"},
		{"https://a.example/r.pdf", paged, "https://a.example/r.pdf#page=12"},
		{"https://a.example/r.pdf#page=3", paged, "https://a.example/r.pdf#page=12"},
		{"mailto:a@a.example", words, "mailto:a@a.example"},
		{"javascript:alert(1)", words, "javascript:alert(1)"},
		{"", words, ""},
	} {
		if got := passage.Link(test.address, test.p); got != test.want {
			t.Errorf("%s: %s, want %s", test.address, got, test.want)
		}
	}
}

func ExampleFind() {
	old := []vigie.Paragraph{{Text: "The market grew. Prices fell by 4 % in 2025, the regulator says."}}
	now := []vigie.Paragraph{{Text: "Corrected on Monday."}, {Text: "The market grew. Prices fell by 5 % in 2025, the regulator says."}}
	p, err := passage.Quote(old, "Prices fell by 4 %", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	found := passage.Find(p, old, now)
	fmt.Println(found.How, found.Passage.Exact)
	for _, e := range found.Edits {
		fmt.Printf("%q became %q; weighty: %v\n", e.From, e.To, e.Weighty)
	}
	// Output:
	// edited Prices fell by 5 %
	// "4" became "5"; weighty: true
}
